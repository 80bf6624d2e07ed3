"""Words that turn a sentence round, in four languages: negations, and pairs of opposites.

Own short lists, as people write in consultations. An entry that ends with * stands for all words
that begin so; all are folded when loaded. The languages are kept apart because they collide:
"net" is the Luxembourgish "not" and a French adjective, "manner" is "less" and, without its dots,
the German men. A verb that is a frequent noun without its accent (élever, Bäume) is left out.
"""

import functools
import re
from dataclasses import dataclass

from analysis.language import LANGUAGES
from analysis.words import fold

NO_MORE, NOBODY = "neplus", "nepersonne"
"""What the French "plus" and "personne" are called where they belong to a "ne"."""

_NEGATIONS = {
    "fr": f"pas jamais rien aucun aucune ni nul nulle nullement guère non {NO_MORE} {NOBODY}",
    "de": "nicht nichts nie niemals kein* keinesfalls keineswegs weder niemand* nein",
    "lb": "net nët keen kee keng kengem kenger keent ni nimools näischt neischt nee neen",
    "en": "not never no none nothing nobody neither nor",
}

# For each field of opposition: one side | the other.
_OPPOSITES = {
    "fr": (
        """accept* accord adopt* appui* appuy* approb* approuv* autoris* bâtir conserv* constru* créer
        créez créons défend* demand* encourag* exig* favorable* félicit* garde garder gardez gardons
        introdui* maintenir maintien* maintenons maintenez oui ouvr* partisan* permet* pour préserv*
        promouv* protég* ratifi* réclam* recommand* reste restent rester saluons saluer sauv*
        souhait* souten* soutien* valid* veux veut voulons veulent voter votez votons
        | aboli* abandon* abrog* annul* arrêter arrêtez arrêtons bloqu* boycott* combatt* condamn*
        contest* contre critiqu* défavorable* démol* dénonc* désaccord désapprouv* détrui* empêch*
        fermer fermez fermons fermée fermeture* hostile* interdi* oppos* partir perdre perdent
        refus* regrett* rejet* renonc* repouss* retir* retrait* stop* supprim*""",
        """accroi* accru* allong* augment* davantage développ* élargi* étend* hausse* plus prolong*
        relev* renforc* supérieur*
        | abaiss* affaibl* baiss* diminu* inférieur* limit* moins raccourc* rédui* restrei*""",
        """amélior* avantag* bien bon bonne bons bonnes efficac* facil* juste justes mieux nécessaire*
        positi* raison utile*
        | aggrav* dangereu* difficil* empir* mal mauvais* néfast* négati* nuisible* pire* tort""",
        "avec | sans",
    ),
    "de": (
        """akzeptier* angenommen annehm* bauen baut befürwort* begrüß* behalt* beibehalt* bewahr*
        bejah* bleib* brauch* dafür einführ* einverstanden empfehl* empfiehl* erhalt* erlaub*
        errichte* fordern fordere fordert forder* für genehmig* gutheiß* ja lob* möcht* öffn* rett*
        schütz* stimme stimmen unterstütz* verlang* verteidig* will wollen wünsch* zugelassen
        zulass* zustimm*
        | abgelehn* abgeriss* abgeschaff* ablehn* abreiß* abschaff* aufgehob* aufheb* bedauer*
        beend* bekämpf* boykott* dagegen einstellen eingestell* fällen gegen gerodet gestrich*
        geschlossen kritisier* lehne lehnen lehnt missbillig* protestier* roden schließe schließen
        schließt schließung* stopp* streich* untersag* verbiet* verbot* verhinder* verurteil*
        verweiger* verwerf* verzicht* weg widersprech* widersprich* zurückweis* zurückgewies*
        zurückzieh* zurückgezog*""",
        """angehob* anheb* ausbau* ausgebaut* ausgeweit* ausweit* erhöh* erweiter* größer* häufig*
        hoch hohe hohen höher* länger* mehr schneller* steiger* vergrößer* verläng* verstärk*
        | abbau* abgebaut* beschränk* eingeschränk* einschränk* geringer* gesenk* kleiner* kürzen
        kürzer* kürzung* langsamer* minder mindern niedrig* reduzier* selten* senk* verkleiner*
        verkürz* vermindern verring* weniger""",
        """besser* fair* gerecht* gut gute guten guter gutes nötig* notwendig* nützlich* positiv*
        richtig* sicher* sinnvoll* verbesser* vorteil*
        | falsch* gefährlich* nachteil* negativ* nutzlos* schäd* schlecht* schlimm* sinnlos*
        überflüssig* unfug unsinn* verschlecht*""",
        "mit | ohne",
    ),
    "lb": (
        """akzeptéier* averstan* bauen baut begréiss* behal* bleiw* brauch* dofir erhal* erlab* fir
        fuerder* ënnerstëtz* gebaut jo opmaach* retten schütz* verdeedeg* verlaang* wëll wëlle
        wëllen wënsch* zoustëmm* zougestëmm*
        | dogéint ewech géint kritiséier* leenen leene leent ofgeleent* ofgerapp* ofgerass*
        ofgeschaf* ofleen* ofräiss* ofrapp* ofschaf* protestéier* stopp* sträich* gestrach* verbidd*
        verbueden* verhënner* verweiger* verwerf* verzicht* zougemaach* zoumaach*""",
        """ausbau* ausgebaut* erhéi* erweider* gréisser* länger* méi vergréisser* verlänger* verstäerk*
        | aschränk* erofgesat* erofsetz* kierzen klengt manner ofbau* ofgebaut* reduzéier* senk*
        verklenger* verkierz*""",
        """besser* gerecht* gutt gudd* néideg* positiv* richteg* sécher* sënnvoll* verbesser*
        | falsch* geféierlech* negativ* schiedlech* schlecht* schlëmm* verschlechter*""",
        "mat | ouni",
    ),
    "en": (
        """accept* adopt* agree* allow* approv* backs backed backing build builds building call calls
        defend* demand* encourag* endors* favour* favor* for introduc* keep* legalis* legaliz*
        maintain* need needs open* permit* prais* preserv* promot* protect* recommend* remain*
        retain* save* stay* support* urge* want* welcom* wish* yes
        | abandon* abolish* against ban bans banned banning block* boycott* cancel* close closed
        closes closing closure* condemn* demolish* denied denies deny disagree* disapprov* dislik*
        drop* end ends ended ending forbid* halt* leave leaving object objects objected objection*
        oppos* outlaw* prevent* prohibit* protest* refus* regret* reject* remov* repeal* resist*
        scrap* shut* stop* veto* withdraw*""",
        """bigger expand* extend* faster greater grow* high higher increas* larger longer more raise raised
        raising strengthen* wider
        | cut cuts cutting decreas* fewer less limit* low lower narrow* reduc* restrict* shorter shrink*
        slower smaller weaken*""",
        """benefi* best better fair* good helpful improv* necessary positive right safe* useful
        | bad badly damag* dangerous harm* needless negative worse* worst wrong*""",
        "with | without",
    ),
}

# Word pairs in which a negation or an opposite turns nothing round: not only, at least, or not.
_HARMLESS = {
    "fr": """pas:seulement pas:uniquement pas:simplement non:seulement non:plus ou:non
        sans:doute au:moins du:moins a:moins ou:moins hésitez:pas hésiter:pas pas:hésiter
        pourquoi:pas que:jamais pas:mal rien:que""",
    "de": """nicht:nur nicht:bloß nicht:allein nicht:zuletzt nicht:wahr kein:zweifel
        keinen:zweifel ohne:zweifel oder:nicht warum:nicht nichts:anderes oder:weniger""",
    "lb": """net:nëmmen net:just net:eleng kee:zweiwel ouni:zweiwel oder:net firwat:net
        oder:manner""",
    "en": """not:only not:just not:merely not:simply not:least no:doubt no:matter or:not or:no
        why:not without:doubt nothing:but nothing:short or:less not:hesitate""",
}
# What may stand in a negation's place: for "no tram" "the tram", for "never" "always". Any other
# word there is a slip. Negations that are articles | articles; and what stands for the others.
_AFFIRMING = {
    "fr": """aucun aucune nul nulle | un une des du le la les ce cet cette tout toute chaque ;
        absolument bien certainement encore enfin fortement fermement surtout toujours tout tous
        très vite vraiment vivement""",
    "de": """kein keine keinen keinem keiner keines | ein eine einen einem einer eines der die das
        den dem diese dieser diesen alle jede jeden jeder ; alle alles auch dringend endlich
        entschieden etwas gern gerne immer jetzt jeder schnell sehr sofort stets unbedingt voll
        wirklich""",
    "lb": """keen kee keng kengem kenger keent | en een e eng engem enger den de déi dat dës all ;
        alles endlech eppes ganz gär ëmmer onbedéngt séier wierklech jiddereen elo""",
    "en": """no | a an the this these any some every each all more our ; absolutely all always
        certainly definitely ever everybody everyone everything firmly fully indeed now really
        something strongly very""",
}
_PREFIXES = {
    "fr": ("in", "im", "ir", "il", "des", "dis", "mal"),
    "de": ("un", "miss"),
    "lb": ("on",),
    "en": ("un", "in", "im", "ir", "il", "dis", "mis"),
}
_SHORTEST_PREFIXED = 4  # letters of the word without its prefix


def _matching(entries: str) -> str:
    folded = [re.escape(fold(entry)).replace(r"\*", r"\w*") for entry in entries.split()]
    return "|".join(folded)


@dataclass(frozen=True, eq=False)
class Lexicon:
    """What turns a sentence round in some languages; all words are folded."""

    _pattern: re.Pattern[str]
    harmless: frozenset[tuple[str, str]]
    _prefixes: tuple[str, ...]
    _no: frozenset[str]  # negations that are articles
    _articles: frozenset[str]
    _affirming: frozenset[str]

    # there are five lexicons, for good
    @functools.lru_cache(maxsize=100_000)  # noqa: B019
    def charge(self, word: str) -> tuple[int, int] | None:
        """(field, side) of a word: (0, -1) a negation, (field, ±1) an opposite, None neither."""
        found = self._pattern.fullmatch(word)
        if found is None or found.lastgroup is None:
            return None
        kind, field = found.lastgroup[0], int(found.lastgroup[1:])
        return field, 1 if kind == "p" else -1

    def affirms(self, word: str, negation: str) -> bool:
        """Whether `word` in the place of `negation` affirms what that denied."""
        return word in self._affirming or (negation in self._no and word in self._articles)

    def bare(self, word: str) -> list[str]:
        """What `word` may deny: "fair" of "unfair"."""
        return [
            word[len(prefix) :]
            for prefix in self._prefixes
            if word.startswith(prefix) and len(word) - len(prefix) >= _SHORTEST_PREFIXED
        ]


@functools.cache
def lexicon(language: str | None) -> Lexicon:
    """The words of one of the four languages; of all four where it is not known."""
    codes = [language] if language in LANGUAGES else list(LANGUAGES)
    parts = [f"(?P<n0>{'|'.join(_matching(_NEGATIONS[code]) for code in codes)})"]
    for field in range(len(_OPPOSITES["fr"])):
        sides = [_OPPOSITES[code][field].split("|") for code in codes]
        for kind, side in (("p", 0), ("m", 1)):
            words = "|".join(_matching(both[side]) for both in sides)
            parts.append(f"(?P<{kind}{field + 1}>{words})")
    pairs = (pair.split(":") for code in codes for pair in _HARMLESS[code].split())
    affirming = [re.split(r"[|;]", _AFFIRMING[code]) for code in codes]
    no, articles, others = (
        frozenset(fold(word) for one in affirming for word in one[part].split())
        for part in range(3)
    )
    return Lexicon(
        re.compile("|".join(parts)),
        frozenset((fold(a), fold(b)) for a, b in pairs),
        tuple(dict.fromkeys(prefix for code in codes for prefix in _PREFIXES[code])),
        no,
        articles,
        others,
    )
