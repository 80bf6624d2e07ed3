"""What looks like personal data in a text: spans of code points, each with its kind. Pure.

A proposal only: an official looks at each. It is better to miss a name than to make people wade
through law numbers and dates, so every pattern asks for more than digits or a capital letter.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

EMAIL, PHONE, IBAN, NATIONAL_NUMBER = "email", "phone", "iban", "national_number"
ADDRESS, NAME, OTHER = "address", "name", "other"
# What a person may say that words are; the detectors know all but the last.
KINDS = (EMAIL, PHONE, IBAN, NATIONAL_NUMBER, ADDRESS, NAME, OTHER)


@dataclass(frozen=True, order=True)
class Found:
    """A stretch `[start, end)` of a text that may be personal data."""

    start: int
    end: int
    kind: str


def found(text: str) -> list[Found]:
    """Everything that looks like personal data, in order; no two overlap."""
    taken: list[Found] = []
    digits = len(_DIGIT.findall(text))
    # The surest first: a number that is an IBAN is no telephone.
    for detector, least in _DETECTORS:
        if digits < least:
            continue
        for one in detector(text):
            if not any(one.start < other.end and other.start < one.end for other in taken):
                taken.append(one)
    return sorted(taken)


_DOMAIN = r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}"
_SPELT = re.compile(r"[(\[](?:at|AT|arobase)[)\]]")
_EMAIL = re.compile(
    rf"(?<![\w.+%@-])[\w.+%'-]{{1,64}}(?:@|\s?[(\[](?:at|AT|arobase|@)[)\]]\s?){_DOMAIN}(?![\w@-])"
)


def _emails(text: str) -> Iterator[Found]:
    if "@" not in text and not _SPELT.search(text):
        return
    for match in _EMAIL.finditer(text):
        start = match.start() + len(match[0]) - len(match[0].lstrip(".'-"))
        if text[start] not in "@([ ":
            yield Found(start, match.end(), EMAIL)


# Lengths by country (ISO 13616), of where people here have their accounts.
_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20,
    "ES": 24, "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26,
    "IT": 27, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27, "ME": 22, "MT": 31, "NL": 18,
    "NO": 15, "PL": 28, "PT": 25, "RO": 24, "RS": 22, "SE": 24, "SI": 19, "SK": 24, "SM": 27,
    "TR": 26, "UA": 29,
}  # fmt: skip
_IBAN = re.compile(r"(?<![^\W_])[A-Za-z]{2}\d{2}(?:[ \u00a0.-]?[A-Za-z0-9]){11,27}")


def _ibans(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match[0][:2].upper())
        places = [i for i, letter in enumerate(match[0]) if letter.isalnum()]
        if length is None or len(places) < length:
            continue
        end = match.start() + places[length - 1] + 1
        number = "".join(match[0][i] for i in places[:length]).upper()
        if not text[end : end + 1].isalnum() and is_iban(number):
            yield Found(match.start(), end, IBAN)


def is_iban(number: str) -> bool:
    """Whether the check digits of an IBAN are right (ISO 7064, mod 97-10)."""
    moved = number[4:] + number[:4]
    return int("".join(str(int(letter, 36)) for letter in moved)) % 97 == 1


_SPLIT = r"[ \u00a0.-]?"
_NATIONAL = re.compile(
    rf"(?<![\w.,/-])(?:18|19|20)\d{{2}}{_SPLIT}\d{{2}}{_SPLIT}\d{{2}}{_SPLIT}\d{{3}}{_SPLIT}\d{{2}}"
    r"(?![\w/-]|[.,]\d)",
    re.ASCII,
)


def _national_numbers(text: str) -> Iterator[Found]:
    for match in _NATIONAL.finditer(text):
        if is_national_number(re.sub(r"\D", "", match[0])):
            yield Found(match.start(), match.end(), NATIONAL_NUMBER)


# Verhoeff's tables: the dihedral group of ten elements, and what each place does to a digit.
_TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_TURNED = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def is_national_number(number: str) -> bool:
    """Whether 13 digits can be a Luxembourg national identification number.

    Date of birth, three digits for those of one day, then two check digits, each over these eleven:
    Luhn's, and Verhoeff's (law of 19 June 2013; OECD, tax identification numbers of Luxembourg).
    """
    if len(number) != 13 or not (number.isascii() and number.isdigit()):
        return False
    try:
        date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    except ValueError:
        return False
    return _luhn(number[:12]) and _verhoeff(number[:11] + number[12])


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _verhoeff(digits: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(digits)):
        check = int(_TIMES[check][int(_TURNED[place % 8][int(digit)])])
    return check == 0


# Between the groups of a number that is said to somebody: one space, dot, stroke or hyphen.
_GAP = r"[ \u00a0.\u2009\u202f/-]"
# After it: a unit, a currency or more digits make it an amount, a date or a reference.
_NO_MORE = r"(?![\w€$%°]|[.,/-]\d|[ \u00a0\u202f]?(?:€|EUR|euros?\b|Euro|%|km|m²|kWh|MWh|ha\b|\d))"
_NO_LESS = r"(?<![\w.,/+€$-])(?<!\d[ \u00a0\u202f])"
_CALLED = (
    r"(?i:\b(?:t[ée]l(?:[ée]phone|efon|ephone)?|telefonnummer|phone|gsm|mobile?|portable|handy|fax|natel|"
    r"mobilfunk|whatsapp|num[ée]ro|ruff?t?|appelez|call|anrufen|rufnummer)\b\.?(?:\s?(?:n[°ro.]+|nr\.?|:|-|au|unter|op|is|on|est))*\s*)"
)
_PHONES = (
    # +352 621 123 456, 00352-26.12.34, +49 (0)651 12345
    rf"(?:(?<![\w+])\+|{_NO_LESS}00)(?:{_GAP}?\(0\))?[1-9]\d{{0,3}}(?:{_GAP}?\(0\))?(?:{_GAP}?\(?\d{{1,4}}\)?){{2,7}}",
    # 621 123 456: a mobile telephone of Luxembourg
    rf"{_NO_LESS}6[2679][18]{_GAP}?\d{{3}}{_GAP}?\d{{3}}",
    rf"{_NO_LESS}6[2679][18]{_GAP}\d{{2}}{_GAP}\d{{2}}{_GAP}\d{{2}}",
    # 26 12 34 56 or 2478 2478: eight digits of Luxembourg
    rf"{_NO_LESS}2[0-9][ -]\d{{2}}[ -]\d{{2}}[ -]\d{{2}}",
    rf"{_NO_LESS}2[4-9]\d{{2}}[ -]\d{{4}}",
    # 01 23 45 67 89: France
    rf"{_NO_LESS}0[1-9](?:[ .-]?\d{{2}}){{4}}",
    # 0475 12 34 56, 063 21 43 65: Belgium
    rf"{_NO_LESS}04\d{{2}}[ ./-]\d{{2,3}}[ .]?\d{{2}}[ .]?\d{{2}}",
    rf"{_NO_LESS}0[1-9]\d?[ /]\d{{2,3}}[ .]\d{{2}}[ .]\d{{2}}",
    # 0651/123456, (0651) 12345: Germany
    rf"{_NO_LESS}\(?0[2-9]\d{{1,4}}\)?(?:[/-]| [/-] |(?<=\)) )\d{{5,8}}",
    rf"{_NO_LESS}01[567]\d[ /-]\d{{7,8}}",
)
_ANY_PHONE = re.compile("|".join(f"(?:{one}){_NO_MORE}" for one in _PHONES), re.ASCII)
_CALLED_PHONE = re.compile(rf"{_CALLED}(\(?\d(?:{_GAP}{{0,2}}[\d()]){{5,14}}){_NO_MORE}")
MOST_DIGITS = 15  # ITU-T E.164
_DATE = re.compile(
    r"\d{1,2}[./-]\d{1,2}[./-](?:19|20)?\d{2}|(?:19|20)\d{2}[./-]\d{1,2}[./-]\d{1,2}"
)


def _phones(text: str) -> Iterator[Found]:
    for match in _CALLED_PHONE.finditer(text):
        # Somebody says that it is one, even where it could be a date: "tel. 26.12.34".
        if sum(letter.isdigit() for letter in match[1]) <= MOST_DIGITS:
            yield Found(match.start(1), match.end(1), PHONE)
    for match in _ANY_PHONE.finditer(text):
        least = 8 if text[match.start()] != "+" or "352" in match[0][:4] else 9
        yield from _phone(text, match.start(), match.end(), least=least)


def _phone(text: str, start: int, end: int, *, least: int) -> Iterator[Found]:
    words = text[start:end]
    digits = len(_DIGIT.findall(words))
    if least <= digits <= MOST_DIGITS and not _DATE.fullmatch(words):
        yield Found(start, end, PHONE)


_CAPITAL = r"[^\W\d_a-zà-öø-ÿœ]"
_WORD = rf"{_CAPITAL}[\w'’-]*"
_SMALL = (
    r"(?:de la|de l['’]|de|du|des|d['’]|la|le|les|l['’]|van der|van den|van|von|zu|zur|zum|am|an der"
    r"|der|den|dem|vun der|vun|op der|op|um|beim?|et|und)"
)
_ROADS = (
    r"(?i:rue|avenue|av\.|boulevard|boul\.|bd\.?|bld\.?|blvd\.?|route|rte\.?|place|chemin|all[ée]e|impasse"
    r"|mont[ée]e|cit[ée]|quai|square|sentier|val|c[ôo]te|esplanade|r[ée]sidence)"
)
_HOUSE = r"(?<![\w.,/-])(?:\d{1,3}(?:\s?[a-zA-Z]\b)?(?:\s?[-/]\s?\d{1,3})?)"
_CODE = rf"(?:L|F|B|D|LU)\s?[-–]\s?\d{{4,5}}\s+{_WORD}(?:[ -](?:{_SMALL}[ -])?{_WORD}){{0,3}}(?:/{_WORD})?"
_STREET = rf"{_WORD}(?:[ -](?:{_SMALL}\s?){{0,2}}{_WORD}){{0,4}}"
_NO_LENGTH = r"(?![.,]?\d|\s?(?:€|%|km|m\b|Meter|Euro))"
_NUMBER = rf"\s(?:Nr\.?\s?)?\d{{1,3}}(?:\s?[a-zA-Z])?(?:\s?[-/]\s?\d{{1,3}}[a-zA-Z]?){{0,2}}\b{_NO_LENGTH}"
_STREETS = (
    # 12, rue de la Gare
    rf"{_HOUSE}\s?,?\s{_ROADS}\s(?:{_SMALL}\s?){{0,2}}{_STREET}",
    # rue de la Gare 12
    rf"\b{_ROADS}\s(?:{_SMALL}\s?){{1,2}}{_STREET}\s?,\s?(?:n[°o]\s?)?\d{{1,3}}[a-zA-Z]?\b{_NO_LENGTH}",
    # Bahnhofstraße 12
    rf"\b{_CAPITAL}[\w-]*(?:stra(?:ß|ss)e|str\.|gasse|allee|strooss|gaass|plaz|platz|weg){_NUMBER}",
    # Trierer Straße 12
    rf"\b{_WORD}[ -](?:Stra(?:ß|ss)e|Str\.|Gasse|Allee|Strooss|Gaass|Plaz|Platz|Weg|Wee){_NUMBER}",
    # 12, Haaptstrooss; 5, Groussgaass
    rf"{_HOUSE}\s?,?\s(?:{_WORD}[ -]){{0,2}}{_CAPITAL}[\w-]*(?:strooss|gaass|gässel)\b",
)
_CODES = re.compile(rf"(?<![\w-]){_CODE}")
_ANY_STREET = re.compile("|".join(_STREETS))
_JOINT = re.compile(r"\s?,?[ \n]{0,2}")


def _addresses(text: str) -> Iterator[Found]:
    spans = sorted(
        (match.start(), match.end())
        for pattern in (_ANY_STREET, _CODES)
        for match in pattern.finditer(text)
    )
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        # Street and town are one address.
        if joined and (
            start <= joined[-1][1] or _JOINT.fullmatch(text, joined[-1][1], start) is not None
        ):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    for start, end in joined:
        yield Found(start, end, ADDRESS)


_FIRM = (
    r"(?:Monsieur|Madame|Mademoiselle|Messieurs|Mesdames|Mme\.?|Mmes|Mlle|Maître|Madamm|Joffer|Här|Härn"
    r"|Herrn?|Frau|Fräulein|Mr\.?|Mrs\.?|Ms\.|Miss)"
)
_LEARNED = (
    r"(?:Dr\.?(?:\s(?:med|jur|phil|rer\. nat|Ing)\.)*|Prof\.|Professeur|Professor|Docteur|Me)"
)
_TITLED = rf"(?:{_FIRM}|{_LEARNED})\s"
_TITLE = rf"(?=[MDPHFJ])(?<![\w.])(?:M\.\s(?:et\sMme\s)?|{_TITLED})(?:{_TITLED})*"
_PART = r"(?:de la|de|du|des|d['’]|van der|van den|van|von der|von|zu|da|dos|di|el|al|ben)"
_PERSON = rf"(?:{_CAPITAL}\.[ -]?)*(?:{_PART}\s?)?{_CAPITAL}[\w’'-]*[^\W\d_]"
_NAME = re.compile(rf"{_TITLE}({_PERSON}(?:[ -](?:{_PART}\s)?{_PERSON}){{0,2}})")
# Offices, not persons; and what a capital letter does not make a name.
_OFFICES = re.compile(
    r"(?i)(?:(?:premier|vize|staats)?-?minist|pr[äée]sid|b[üu]rgermee?[is]|bourgmestre|d[ée]put|dir[ée]kt|direct"
    r"|abgeordnet|s[ée]cr[ée]taire|staatssekret|kommissar|commissaire|juge|richter|procureur|conseil|rapporteur"
    r"|schefferot|[ée]chevin|schöffe|gemengen|kanzler|bundes|pr[ée]mier|nachbar|god|gott|gouverne|regierung|mann\b|kollege"
    r"|coll[èe]gue|speaker|chair|secretary|mayor|judge|grand|herzog|hollywood|doktor|professor|\w+innen\b|maire\b|pr[ée]fet"
    r"|monsieur|madame|herrn?\b|frau|und\b|damm?en)"
)  # fmt: skip


def _names(text: str) -> Iterator[Found]:
    for match in _NAME.finditer(text):
        name = match[1]
        if _OFFICES.match(name) or (name.isupper() and len(name) > 20):
            continue
        end = match.start(1) + len(_without_nouns(name, match[0]))
        yield Found(match.start(), end, NAME)


_FRENCH = re.compile(r"M\.|Mme|Mlle|Monsieur|Madame|Mademoiselle|Maître|Me\s")


def _without_nouns(name: str, whole: str) -> str:
    """Of what follows a title, the name: "de" goes on a name in French only, and nouns have capitals
    in German, so that two words are the name there."""
    name = re.sub(r"['’]s$", "", name)
    if not _FRENCH.match(whole):
        name = name.split(" de ")[0]
    edges = [match.start() for match in re.finditer(" ", name)]
    german = re.match(r"Herr|Frau|Här|Madamm", whole)
    return name[: edges[1]] if german and len(edges) > 1 else name


_DIGIT = re.compile(r"\d")
# With how many digits a text must have before it is worth a look.
_DETECTORS: tuple[tuple[Callable[[str], Iterator[Found]], int], ...] = (
    (_emails, 0),
    (_ibans, 10),
    (_national_numbers, 13),
    (_phones, 6),
    (_addresses, 1),
    (_names, 0),
)
