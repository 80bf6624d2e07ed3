"""Words that say nothing about the subject, in the four languages, lower case.

Own short lists: function words, the letters left over when a word is split at an apostrophe or a
gender mark, and the words with which anyone states an opinion (must, should, I think).
"""

_FRENCH = """
a afin ai ainsi alors après as au aucun aucune aujourd auquel aura aurait aussi autre autres aux
avaient avait avant avec avez avoir avons ayant bien c ça car ce ceci cela celle celles celui cent
ces cet cette ceux chaque chez ci comme comment d dans de déjà depuis des dès doit doivent donc
dont du durant e elle elles en encore entre es est et étaient était étant été être eu eux faire
fait faut font hors hui ici il ils j je jusqu jusque l la là laquelle le lequel les lesquelles
lesquels leur leurs lors lorsqu lorsque lui m ma mais mal me même mêmes mes mien moi moins mon n
ne ni nos notre nous nôtre on ont or ou où par parce pas pendant peu peut peuvent plus plutôt pour
pourquoi pourrait pouvoir près puis puisqu puisque qu quand que quel quelle quelles quelqu quelque
quelques quels qui quoi quoiqu rien s sa sans se selon sera serait seront ses si sien soi soient
soit son sont sous souvent sur t ta tandis te tel telle telles tels tes toi ton toujours tous tout
toute toutes très trop tu un une va vers veut vos votre vous vraiment y être meme tres deja etre
apres
"""

_GERMAN = """
ab aber alle allem allen aller alles als also am an ander andere anderen anderer anderes anders
auch auf aus bei beim bereits besonders besser bin bis bist bitte bzw da dabei dadurch dafür
dagegen daher dahin damit danach dann daran darauf daraus darf darin darüber darum das dass daß
davon dazu dein deine dem den denen denn dennoch der deren des deshalb dessen die dies diese
diesem diesen dieser dieses doch dort du durch dürfen ebenso eher eigentlich ein eine einem einen
einer eines einfach einige einigen einmal endlich er es etc etwa etwas euch euer eure für ganz gar
geben gegen gehen gemacht gerade gerne gibt gilt ginge gut habe haben hat hatte hätte hier hin
hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in innen indem ins insbesondere ist
ja je jede jedem jeden jeder jedes jedoch jene jetzt kann kein keine keinem keinen keiner können
könnte könnten lassen leider machen macht man manche mehr mein meine meinem meinen meiner meist
mich mir mit möchte möglich möglichst muss muß müssen müsste müssten nach nicht nichts noch nun
nur ob oder oft ohne per schon sehr sei seien sein seine seinem seinen seiner seit selbst sich sie
sind so sogar solche solchen soll sollen sollte sollten somit sondern sonst sowie sowohl statt
über überall um und uns unser unsere unserem unseren unserer unter usw viel viele vielen vom von
vor wann war waren wäre wären warum was wegen weil weiter weitere weiteren welche welchem welchen
welcher welches wenig wenige wenn wer werden wie wieder will wir wird wo wollen worden wurde
wurden würde würden zb zu zum zur zwar zwischen ue fuer ueber koennen muessen waere wuerde
"""

_LUXEMBOURGISH = """
a aanescht aaner aanere aanert ab aen all alles allem allen also als am an anere anstatt ass äis
är ären aus awer bal bass bei beim bësse besser bis bleift bréngt d da dat datt däer däerf dee
deen deem dem den denen deene der des deser dës dësem dësen dëser dëst dann do dobäi doduerch
dofir domat dono dorëms dorun dovun dowéinst doriwwer du duerch duerf ech eise eisem eisen eiser
eist een ee eent eem eng enger engem en e eppes er ergeet ernimmt esou esouguer et eis fir firwat
gär ginn gi gëtt géif géifen géing géingen géint gouf gouffen gutt hat hate haten hätt hätten hei
hie hien him hinnen hir hire hirem hiren hirer hiert hu huet hunn iech iwwer iwwert ier ige ëm
ëmmer ënner ënnert ëmsou ëtt iergendwéi ja jee jeeweils jidder jiddereen jidderee jo just kann
kannt kéint kéinten keen keng kee kengem kenger kënnen kënne kënnt kritt léiwer lo maachen maacht
man mat matt mee mech mei mengen mengem menger méi meescht meeschten mir mol muss missen misst
mussen mussten musst mussen méisst méissten n naass nach neen neischt näischt net ni nie no nom
nomol nees nëmmen nun nur ob oder och oft ons op oppen ouni puer rem schonn sech sef seet si sidd
sinn sengem senger seng säin sain säi sou soss souguer soll sollen sollt sollte solle s t u ugeet
um un ufänkt vill villen villem viru vis vu vum vun vunn vir virun wann war waren wär wären wat
wéi weider well wëll wëllen weg wéinst wéinseg wéineg wei wéini wien wier wieren wou wouduerch
wuer wär z ze zanter zemools zu zum zur zwar zwee zwéin zwou zwësch zwëschen de déi se ewéi dir
aner ganz mam dacks wärend deel tëschent goufen obwuel ka alle jiddwer gesot nei einfach
normalerweis hun amplaz allerdéngs besonnesch dobäi doriwwer eben endlech iwwerhaapt ka leider mam
mä nawell net nodeem och schonns well wäert zimmlech gouf
"""

_ENGLISH = """
a about above after again against ain all almost already also although always am among an and any
anyone anything are aren as at away be because been before being below better between both but by
can cannot come could couldn d did didn do does doesn doing don done down during each either else
enough etc even ever every everyone everything few for from further get gets getting give go goes
going good got had hadn has hasn have haven having he her here hers him his how however i if in
instead into is isn it its itself just keep let like ll lot m made make makes making many may
maybe me might more most much must my need needs never no nor not nothing now of off often on once
one only or other others our ours out over own people per please put rather re really s same say
see should shouldn since so some someone something still such t take than that the their theirs
them then there these they thing things think this those though through to too under until up upon
us use used using ve very want was wasn way we well were weren what when where whether which while
who whom whose why will with within without won would wouldn yes yet you your yours
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    "fr": frozenset(_FRENCH.split()),
    "de": frozenset(_GERMAN.split()),
    "lb": frozenset(_LUXEMBOURGISH.split()),
    "en": frozenset(_ENGLISH.split()),
}

ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())
"""For a text whose language is not known."""
