"""Running the house: demo data, load seed, first account, server and worker."""
