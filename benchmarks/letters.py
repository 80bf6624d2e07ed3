"""Letters of campaigns made of real sentences, with the truth beside them.

Sixty letters in four languages are sent by Zipf's law, each sending edited at one of five levels;
between them stand texts that belong to no campaign, some of which quote a sentence of a letter.
In every second campaign some people turn the letter's position round, and some only word it
differently.
"""

import csv
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CAMPAIGNS = 60
CAMPAIGN_SHARE = 0.6  # of all texts; the rest are nobody's letter
LEVELS = {"verbatim": 0.35, "greeting": 0.2, "words": 0.2, "sentences": 0.15, "half own": 0.1}
WORDS_CHANGED = 0.06
QUOTING = 0.15  # of the texts that are nobody's letter
REVERSED, RESTATED = 0.05, 0.03  # of the letters of a campaign that takes a position
SENTENCES = (4, 8)  # in a letter
Span = tuple[int, int]

# A position, the same in other words, and the opposite; as people would write them.
POSITIONS: dict[str, list[tuple[str, str, str]]] = {
    "fr": [
        (
            "Je soutiens ce projet de loi dans sa forme actuelle.",
            "J'approuve ce projet de loi dans sa forme actuelle.",
            "Je m'oppose à ce projet de loi dans sa forme actuelle.",
        ),
        (
            "Nous sommes favorables à la construction de cette route.",
            "Nous soutenons la construction de cette route.",
            "Nous sommes opposés à la construction de cette route.",
        ),
        (
            "Je suis contre le passage du tram dans notre quartier.",
            "Je ne suis pas pour le passage du tram dans notre quartier.",
            "Je suis pour le passage du tram dans notre quartier.",
        ),
        (
            "Il faut maintenir cette taxe pour les grandes entreprises.",
            "Il faut garder cette taxe pour les grandes entreprises.",
            "Il faut supprimer cette taxe pour les grandes entreprises.",
        ),
        (
            "Nous demandons plus de contrôles sur les chantiers.",
            "Nous demandons davantage de contrôles sur les chantiers.",
            "Nous demandons moins de contrôles sur les chantiers.",
        ),
        (
            "Je ne veux pas que cette réforme soit votée avant l'été.",
            "Je refuse que cette réforme soit votée avant l'été.",
            "Je veux que cette réforme soit votée avant l'été.",
        ),
        (
            "Cette mesure est juste et elle protège les plus faibles.",
            "Cette mesure est juste, elle protège les plus faibles.",
            "Cette mesure n'est pas juste et elle ne protège pas les plus faibles.",
        ),
        (
            "Oui à ce nouveau quartier, dites-le au conseil communal !",
            "Oui à ce nouveau quartier : dites-le au conseil communal !",
            "Non à ce nouveau quartier, dites-le au conseil communal !",
        ),
        (
            "Les communes doivent conserver cette compétence.",
            "Les communes doivent absolument conserver cette compétence.",
            "Les communes doivent perdre cette compétence.",
        ),
        (
            "Nous rejetons l'article 5 et son obligation de déclarer.",
            "Nous n'acceptons pas l'article 5 et son obligation de déclarer.",
            "Nous acceptons l'article 5 et son obligation de déclarer.",
        ),
    ],
    "de": [
        (
            "Ich unterstütze diesen Gesetzentwurf in seiner jetzigen Form.",
            "Ich befürworte diesen Gesetzentwurf in seiner jetzigen Form.",
            "Ich lehne diesen Gesetzentwurf in seiner jetzigen Form ab.",
        ),
        (
            "Wir sind gegen den Bau dieser Umgehungsstraße.",
            "Wir sind nicht für den Bau dieser Umgehungsstraße.",
            "Wir sind für den Bau dieser Umgehungsstraße.",
        ),
        (
            "Die Gemeinde soll das Schwimmbad erhalten.",
            "Die Gemeinde soll das Schwimmbad unbedingt erhalten.",
            "Die Gemeinde soll das Schwimmbad schließen.",
        ),
        (
            "Wir fordern mehr Parkplätze in der Innenstadt.",
            "Wir fordern deutlich mehr Parkplätze in der Innenstadt.",
            "Wir fordern weniger Parkplätze in der Innenstadt.",
        ),
        (
            "Windräder gehören in den Wald, wo sie am meisten Strom liefern.",
            "Windräder gehören auch in den Wald, wo sie am meisten Strom liefern.",
            "Windräder gehören nicht in den Wald, wo sie am meisten Strom liefern.",
        ),
        (
            "Wir brauchen keine neue Startbahn am Flughafen.",
            "Wir brauchen wirklich keine neue Startbahn am Flughafen.",
            "Wir brauchen eine neue Startbahn am Flughafen.",
        ),
        (
            "Ja zum Tempolimit auf allen Landstraßen!",
            "Ja zum Tempolimit, und zwar auf allen Landstraßen!",
            "Nein zum Tempolimit auf allen Landstraßen!",
        ),
        (
            "Diese Steuer ist ungerecht und gehört abgeschafft.",
            "Diese Steuer ist ungerecht, sie gehört abgeschafft.",
            "Diese Steuer ist gerecht und gehört beibehalten.",
        ),
        (
            "Ich stimme dem Vorschlag der Kommission zu.",
            "Dem Vorschlag der Kommission stimme ich zu.",
            "Ich stimme dem Vorschlag der Kommission nicht zu.",
        ),
        (
            "Das Verbot von Verbrennungsmotoren muss kommen.",
            "Das Verbot von Verbrennungsmotoren muss jetzt kommen.",
            "Das Verbot von Verbrennungsmotoren darf nicht kommen.",
        ),
    ],
    "lb": [
        (
            "Ech ënnerstëtzen dëse Gesetzesprojet esou wéi en elo ass.",
            "Ech sinn averstane mat dësem Gesetzesprojet esou wéi en elo ass.",
            "Ech leenen dëse Gesetzesprojet esou wéi en elo ass of.",
        ),
        (
            "Mir si géint de Bau vun där neier Strooss.",
            "Mir sinn net fir de Bau vun där neier Strooss.",
            "Mir si fir de Bau vun där neier Strooss.",
        ),
        (
            "Mir wëlle méi Parkplazen am Zentrum vun der Stad.",
            "Mir wëlle vill méi Parkplazen am Zentrum vun der Stad.",
            "Mir wëlle manner Parkplazen am Zentrum vun der Stad.",
        ),
        (
            "D'Gemeng soll déi al Schoul behalen.",
            "D'Gemeng soll déi al Schoul op jidde Fall behalen.",
            "D'Gemeng soll déi al Schoul ofrappen.",
        ),
        (
            "Dat Gesetz ass gutt fir eis Kanner.",
            "Dat Gesetz ass ganz gutt fir eis Kanner.",
            "Dat Gesetz ass net gutt fir eis Kanner.",
        ),
        (
            "Mir brauche keng nei Autobunn duerch de Bësch.",
            "Mir brauche wierklech keng nei Autobunn duerch de Bësch.",
            "Mir brauchen eng nei Autobunn duerch de Bësch.",
        ),
        (
            "Jo zum Tram bis an d'Minettsregioun!",
            "Jo zum Tram, bis an d'Minettsregioun!",
            "Nee zum Tram bis an d'Minettsregioun!",
        ),
    ],
    "en": [
        (
            "I support this bill as it stands today.",
            "I am in favour of this bill as it stands today.",
            "I oppose this bill as it stands today.",
        ),
        (
            "We are against the new runway and say so clearly.",
            "We are not for the new runway and say so clearly.",
            "We are for the new runway and say so clearly.",
        ),
        (
            "The council should keep the old library open.",
            "The council should certainly keep the old library open.",
            "The council should close the old library.",
        ),
        (
            "We need more car parks in the town centre.",
            "We need many more car parks in the town centre.",
            "We need fewer car parks in the town centre.",
        ),
        (
            "Wind turbines belong on these hills above the village.",
            "Wind turbines do belong on these hills above the village.",
            "Wind turbines don't belong on these hills above the village.",
        ),
        (
            "We do not want a toll on the bridge.",
            "We don't want a toll on the bridge.",
            "We want a toll on the bridge.",
        ),
        (
            "Yes to the speed limit on every country road!",
            "Yes to the speed limit, on every country road!",
            "No to the speed limit on every country road!",
        ),
        (
            "This tax is unfair and must be abolished.",
            "This tax is unfair, it must be abolished.",
            "This tax is fair and must be retained.",
        ),
        (
            "I agree with the committee's proposal on schools.",
            "I fully agree with the committee's proposal on schools.",
            "I disagree with the committee's proposal on schools.",
        ),
        (
            "Please reject the amendment to article 12.",
            "Please vote against the amendment to article 12.",
            "Please adopt the amendment to article 12.",
        ),
    ],
}

GREETINGS = {
    "fr": ["Madame, Monsieur,", "Madame la Ministre,", "Bonjour,"],
    "de": ["Sehr geehrte Damen und Herren,", "Sehr geehrte Frau Ministerin,", "Guten Tag,"],
    "lb": ["Här Minister,", "Léif Madamm Minister,", "Moien,"],
    "en": ["Dear Minister,", "Dear Sir or Madam,", "Hello,"],
}
SIGNATURES = {
    "fr": ["Cordialement,", "Veuillez agréer mes salutations distinguées", "Merci,"],
    "de": ["Mit freundlichen Grüßen", "Freundliche Grüße", "Danke und viele Grüße"],
    "lb": ["Mat frëndleche Gréiss", "Beschte Merci", "Léif Gréiss"],
    "en": ["Kind regards,", "Yours sincerely,", "Thank you,"],
}
FIRST = ("Anna", "Marc", "Luca", "Marie", "Tom", "Sophie", "Jean", "Claire", "Pol", "Nora", "Ben")
LAST = ("Weber", "Muller", "Schmit", "Dupont", "Klein", "Reuter", "Martin", "Hoffmann", "Thill")

# A change may put any word in place of any other, but leaves out no negation: that would be a
# reversal.
_NEGATIONS = re.compile(
    r"n[e']?|pas|plus|jamais|rien|aucune?|ni|non|nicht|nichts|nie|niemals|kein\w*|weder|nein|net|nët|"
    r"kee\w*|keng\w*|näischt|nee|neen|not|no|never|none|nothing|nor|neither|cannot|\w+n['’]t"
)


@dataclass(frozen=True, slots=True)
class Sent:
    """One text and what is true of it.

    `campaign` is the number of its letter, None for nobody's; `reversed_` whether it takes the
    opposite position; `level` how it was edited ("quoting" and "own" for nobody's letters); `own`
    the spans of sentences that the sender wrote.
    """

    text: str
    campaign: int | None
    reversed_: bool
    level: str
    own: tuple[Span, ...]

    @property
    def group(self) -> tuple[int, bool] | None:
        """What it should be found together with."""
        return None if self.campaign is None else (self.campaign, self.reversed_)


@dataclass(frozen=True, slots=True)
class Letter:
    """What was given to the senders; the position is one of its sentences, if it takes one."""

    language: str
    sentences: tuple[str, ...]
    position: tuple[str, str, str] | None


def _column(path: Path, name: str, delimiter: str = ",") -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row[name] for row in csv.DictReader(file, delimiter=delimiter)]


def sentences(folder: Path) -> dict[str, list[str]]:
    """Real sentences of 5 to 35 words in each language, each once."""
    french = (
        ("arguments.csv", "contributions_arguments_body"),
        (
            "opinions.csv",
            "contributions_bodyText",
        ),
    )
    texts = {
        "fr": [t for file, column in french for t in _column(folder / "rua_fr" / file, column)],
        "de": _column(folder / "polis/de_klimarat_topics.csv", "text")
        + _column(folder / "cimt/ottensen_thematic.csv", "text"),
        "lb": _column(folder / "sib200/lb.tsv", "text", "\t"),
        "en": _column(folder / "polis/en_topics.csv", "text")
        + _column(folder / "argkp/arguments_train.csv", "argument"),
    }
    cut = re.compile(r"(?<=[.!?])\s+|\n+")
    pools = {}
    for language, several in texts.items():
        found = [part.strip() for text in several for part in cut.split(text)]
        found = [part if part[-1:] in (".", "!", "?") else f"{part}." for part in found]
        pools[language] = [part for part in dict.fromkeys(found) if 5 <= len(part.split()) <= 35]
    return pools


class Post:
    """The post of one consultation: letters, and a stream of texts."""

    def __init__(self, pools: dict[str, list[str]], seed: int) -> None:
        self._chance = random.Random(seed)
        self._pools = {language: list(pool) for language, pool in pools.items()}
        for pool in self._pools.values():
            self._chance.shuffle(pool)
        positions = {code: list(known) for code, known in POSITIONS.items()}
        for known in positions.values():
            self._chance.shuffle(known)
        self.letters = [self._letter(number, positions) for number in range(CAMPAIGNS)]
        self._words = {code: " ".join(pool).split() for code, pool in self._pools.items()}

    def _letter(self, number: int, positions: dict[str, list[tuple[str, str, str]]]) -> Letter:
        """A letter of sentences that nothing else is made of."""
        language = self._chance.choice(("fr", "fr", "de", "de", "de", "en", "en", "lb"))
        length = self._chance.randint(*SENTENCES)
        parts = [self._pools[language].pop() for _ in range(length)]
        position = None
        if number % 2 == 0 and positions[language]:
            position = positions[language].pop()
            parts[self._chance.randrange(length)] = position[0]
        return Letter(language, tuple(parts), position)

    def texts(self, number: int) -> list[Sent]:
        """So many texts, in no order."""
        sizes = [1 / (rank + 1) for rank in range(CAMPAIGNS)]
        share = CAMPAIGN_SHARE * number / sum(sizes)
        sent = [
            self._send(campaign)
            for campaign, size in enumerate(sizes)
            for _ in range(max(2, round(share * size)))
        ]
        sent += [self._own() for _ in range(number - len(sent))]
        self._chance.shuffle(sent)
        return sent

    def _send(self, campaign: int) -> Sent:
        letter = self.letters[campaign]
        parts = list(letter.sentences)
        wanted, kept = 0, None
        if letter.position:
            wanted = self._chance.choices((0, 1, 2), (1 - REVERSED - RESTATED, RESTATED, REVERSED))[
                0
            ]
            place = parts.index(letter.position[0])
            parts[place] = letter.position[wanted]
            kept = parts[place] if wanted == 2 else None
        level = self._chance.choices(list(LEVELS), list(LEVELS.values()))[0]
        text, own = self._edited(letter.language, parts, level, kept)
        return Sent(text, campaign, wanted == 2, level, own)

    def _edited(
        self, language: str, parts: list[str], level: str, kept: str | None
    ) -> tuple[str, tuple[Span, ...]]:
        """The text as sent; a sentence that must be `kept` is neither dropped nor changed."""
        if level == "greeting":
            return self._signed(language, " ".join(parts)), ()
        if level == "words":
            return " ".join(p if p == kept else self._changed(language, p) for p in parts), ()
        if level == "sentences":
            parts.remove(self._chance.choice([p for p in parts if p != kept]))
            moved = parts.pop(self._chance.randrange(len(parts)))
            parts.insert(self._chance.randint(0, len(parts)), moved)
            return self._mixed(language, parts, 1)
        if level == "half own":
            order = self._chance.sample(range(len(parts)), (len(parts) + 1) // 2)
            if kept is not None and parts.index(kept) not in order:
                order[0] = parts.index(kept)
            letters = [parts[i] for i in sorted(order)]
            return self._mixed(language, letters, 0)
        return " ".join(parts), ()

    def _mixed(self, language: str, parts: list[str], added: int) -> tuple[str, tuple[Span, ...]]:
        """The parts with so many own sentences between them; 0 for as many words as they have."""
        own: list[str] = []
        words = len(" ".join(parts).split())
        while len(own) < added or (not added and len(" ".join(own).split()) < words):
            own.append(self._sentence(language))
        mixed = [(part, False) for part in parts]
        place = self._chance.randint(0, len(mixed))
        mixed[place:place] = [(part, True) for part in own]
        text, spans = "", []
        for part, is_own in mixed:
            start = len(text)
            text += f"{part} "
            if is_own:
                spans.append((start, len(text) - 1))
        return text.rstrip(), tuple(spans)

    def _signed(self, language: str, text: str) -> str:
        greeting = self._chance.choice(GREETINGS[language])
        signature = self._chance.choice(SIGNATURES[language])
        name = f"{self._chance.choice(FIRST)} {self._chance.choice(LAST)}"
        return f"{greeting}\n\n{text}\n\n{signature}\n{name}"

    def _changed(self, language: str, text: str) -> str:
        """Each word with a small chance another one, left out, or misspelt."""
        words = []
        for word in text.split():
            if self._chance.random() >= WORDS_CHANGED:
                words.append(word)
                continue
            how = self._chance.randrange(3)
            if how == 0:
                words.append(self._chance.choice(self._words[language]))
            elif how == 1 and len(word) > 3:
                at = self._chance.randrange(len(word) - 1)
                words.append(word[:at] + word[at + 1] + word[at] + word[at + 2 :])
            elif _negates(word):
                words.append(word)
        return " ".join(words) or text

    def _sentence(self, language: str) -> str:
        """The beginning of one real sentence and the end of another.

        There are too few for 100,000 texts: whole ones would make copies of what nobody copied.
        """
        begun, ended = (self._chance.choice(self._pools[language]).split() for _ in range(2))
        cut = self._chance.uniform(0.3, 0.7)
        return " ".join(begun[: round(cut * len(begun))] + ended[round(cut * len(ended)) :])

    def _own(self) -> Sent:
        """A text that is nobody's letter, but may quote a sentence of one."""
        language = self._chance.choices(("fr", "de", "lb", "en"), (3, 3, 1, 3))[0]
        parts = [self._sentence(language) for _ in range(self._chance.randint(2, 6))]
        level = "own"
        if self._chance.random() < QUOTING:
            letters = [letter for letter in self.letters if letter.language == language]
            if letters:
                quoted = self._chance.choice(self._chance.choice(letters).sentences)
                parts.insert(self._chance.randint(0, len(parts)), quoted)
                level = "quoting"
        return Sent(" ".join(parts), None, False, level, ())


def _negates(word: str) -> bool:
    bare = word.lower().strip('.,;:!?()«»"')
    return any(_NEGATIONS.fullmatch(part) for part in (bare, *re.split(r"['’]", bare)))


def post(pools: dict[str, list[str]], number: int, seed: int) -> Sequence[Sent]:
    """`number` texts of one consultation."""
    return Post(pools, seed).texts(number)
