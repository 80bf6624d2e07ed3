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
toute toutes très trop tu un une va vers veut vos votre vous vraiment y meme tres deja etre apres
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
a aanescht ab aen all alle allem allen allerdéngs alles als also am amplaz an aner anere ass aus
awer bal bass bei beim besonnesch besser bis bleift bréngt bësse d da dacks dann dat datt de dee
deel deem deen deene dem den denen der des deser dir do dobäi doduerch dofir domat dono doriwwer
dorun dorëms dovun dowéinst du duerch duerf däer däerf däi däin déi dës dësem dësen dëser dëst e
eben ech ee eem een eent eis eise eisem eisen eiser eist elo en endlech eng engem enger eppes er
ergeet ernimmt esou esouguer et ewéi fir firwat ganz gesot gi ginn gouf goufen gouffen gär géif
géifen géing géingen géint gëtt hat hate haten hei hie hien hiert him hinnen hir hire hirem hiren
hirer hu huet hun hunn hätt hätten iech ier iwwer iwwerhaapt iwwert ja jee jeeweils jidder
jidderee jiddereen jiddwer jo just ka kann kannt kee keen keng kengem kenger kritt kéint kéinten
kënne kënnen kënnt leider lo léiwer maachen maacht mam man mat matt mech mee meescht meeschten mei
mengem mengen menger mir missen misst mol muss mussen musst mussten mä mäi mäin méi méisst
méissten n nach nawell neen nees neischt net ni nie no nodeem nom nomol normalerweis nun nur
näischt nëmmen ob obwuel och oder oft ons op ouni puer rem s sain schonn schonns se sech seet sef
seng sengem senger si sidd sinn soll solle sollen sollt sollte soss sou souguer säi säin t
tëschent u um un vill villem villen vir viru virun vis vu vum vun vunn wann war waren wat weg wei
weider well wien wier wieren wou wouduerch wuer wäert wär wären wärend wéi wéineg wéini wéinst
wëll wëllen z zanter ze zimmlech zu zum zur zwar zwee zwou zwéin zwëschen äis är ären ëm ëmmer
ëmsou ënner ënnert
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

_FORMAL = """
monsieur madame mesdames messieurs merci bonjour cordialement salutations distinguées sincères
considération expression veuillez agréer herr frau damen herren danke guten tag grüße grüßen gruß
freundlichen freundliche geehrte geehrter geehrten hallo här madamm dammen hären moien merci gréiss
frëndleche frëndlech beschte dear sir madam thanks thank hello regards sincerely kind yours
un une deux trois quatre cinq six sept huit neuf dix onze douze vingt trente quarante cinquante mille
eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig dreißig vierzig fünfzig tausend
eent zwee zwou dräi véier fënnef sechs siwen aacht néng zéng eelef zwielef zwanzeg drësseg véierzeg
one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty thousand
premier première erste ersten erster éischt éischten first second zweite zweiten zweet zweeten
fois mal eemol einmal zweimal oui non ja nein jo yes no euro euros prozent percent
"""

STOP_WORDS: dict[str, frozenset[str]] = {
    "fr": frozenset(_FRENCH.split()),
    "de": frozenset(_GERMAN.split()),
    "lb": frozenset(_LUXEMBOURGISH.split()),
    "en": frozenset(_ENGLISH.split()),
}

ALL_STOP_WORDS = frozenset().union(*STOP_WORDS.values())
"""For a text whose language is not known."""

FORMAL_WORDS = frozenset(_FORMAL.split())
"""Greetings and numbers in words, in all languages: worth finding, but never a subject."""
