from consult.commands import main

main()
