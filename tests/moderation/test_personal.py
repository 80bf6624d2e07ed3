"""What is proposed as personal data, and what is not: every row is something people write."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.moderation.personal import (
    ADDRESS,
    EMAIL,
    IBAN,
    KINDS,
    NAME,
    NATIONAL_NUMBER,
    PHONE,
    found,
    is_iban,
    is_national_number,
)

# The words proposed stand between ⟦ and ⟧.
PROPOSED = [
    (EMAIL, "Écrivez à ⟦jeanne.muller@example.lu⟧."),
    (EMAIL, "Meng Adress ass ⟦claude+bus@mail.example.org⟧, merci"),
    (EMAIL, "⟦anne (at) example.lu⟧ ou ⟦anne[at]example.lu⟧"),
    (EMAIL, "<⟦o.weber@exämple.de⟧>"),
    (PHONE, "Appelez-moi: ⟦+352 621 123 456⟧ merci"),
    (PHONE, "⟦+352621123456⟧"),
    (PHONE, "⟦00352 26 12 34 56⟧"),
    (PHONE, "Gsm ⟦621 123 456⟧"),
    (PHONE, "⟦661 12 34 56⟧ owes"),
    (PHONE, "Tél.: ⟦26.12.34⟧"),
    (PHONE, "tel ⟦22 33 44⟧"),
    (PHONE, "Telefonnummer ⟦2478-2478⟧"),
    (PHONE, "Mir sinn op ⟦26 12 34 56⟧ ze erreechen."),
    (PHONE, "mon numéro est ⟦691123456⟧"),
    (PHONE, "⟦06 12 34 56 78⟧ (France)"),
    (PHONE, "⟦+33 3 82 12 34 56⟧"),
    (PHONE, "⟦+49 (0)651 12345⟧"),
    (PHONE, "unter ⟦0651/123456⟧ zu erreichen"),
    (PHONE, "⟦0151 12345678⟧"),
    (PHONE, "⟦0475 12 34 56⟧ en Belgique"),
    (PHONE, "⟦+32 475 12 34 56⟧"),
    (IBAN, "sur ⟦LU28 0019 4006 4475 0000⟧ BIC BCEELULL"),
    (IBAN, "⟦LU280019400644750000⟧."),
    (IBAN, "⟦DE89 3704 0044 0532 0130 00⟧"),
    (IBAN, "⟦be68539007547034⟧"),
    (NATIONAL_NUMBER, "matricule ⟦1893120105732⟧"),
    (NATIONAL_NUMBER, "⟦1893 1201 057 32⟧"),
    (ADDRESS, "J'habite ⟦12, rue de la Gare, L-1234 Luxembourg⟧."),
    (ADDRESS, "⟦3A avenue du Dix Septembre⟧ est bruyante"),
    (ADDRESS, "⟦rue de Hollerich, 25⟧"),
    (ADDRESS, "Ich wohne in der ⟦Bahnhofstraße 12⟧."),
    (ADDRESS, "in der ⟦Trierer Straße 7b⟧"),
    (ADDRESS, "⟦12, Haaptstrooss\nL-9999 Duerf⟧"),
    (ADDRESS, "⟦L-4321 Esch-sur-Alzette⟧"),
    (NAME, "mon voisin ⟦Monsieur Weber⟧ fait"),
    (NAME, "⟦M. Jean-Claude Weber⟧ a dit"),
    (NAME, "⟦Mme de la Fontaine⟧ parle"),
    (NAME, "⟦Herr Dr. Hans Müller⟧ schreibt"),
    (NAME, "mit ⟦Frau von Berg⟧ auch"),
    (NAME, "⟦Här Schmit⟧ a ⟦Madamm Wagner⟧"),
    (NAME, "⟦Mr Smith⟧'s garden and ⟦Mrs. O'Neill⟧"),
    (NAME, "⟦Dr. Lee⟧ said"),
    (NAME, "⟦Maître Dupont⟧ et ⟦Prof. Braun⟧"),
]
LEFT = [
    "le 12.05.2020, puis le 01/02/2021 et 2020-05-12",
    "la loi du 19 juin 2013, Mémorial A n° 107/2013, art. 12",
    "art. 26, paragraphe 12, alinéa 34 et 56",
    "Règlement (UE) 2016/679, articles 12 à 14",
    "doc. parl. 8342/04, dossier 08/2020, 2019-2024",
    "1 234 567 euros, 100 000 000 €, 26 120 000 EUR",
    "12.345,67 € ou 1'250'000 fr.",
    "Tempo 30, 50, 70 oder 130 km/h; 30 50 70 90",
    "Freilandstraße 130 km/h, 130 Freilandstraße, 180 Autobahn",
    "621 Leit a 123 Autoen",
    "ISBN 978-2-1234-5680-3",
    "1893120105731 und 1893130105732",
    "LU28 0019 4006 4475 0001",
    "RCS Luxembourg B 123456, TVA LU12345678",
    "Madame, Monsieur, je vous écris",
    "Madame la Ministre, Monsieur le Bourgmestre",
    "Frau Ministerin Muster und Herr Bürgermeister Muster",
    "Frau und Mann, Herr und Hund",
    "Mann und Frau haben Rechte. Frauen auch.",
    "Me voici. Mr. and Mrs. somebody",
    "20 places de parking rue principale",
    "la rue de la Gare est belle; die Bahnhofstraße auch",
    "dans les 3 rues du Centre, route de Longwy",
    "rendez-vous à 14.30 ou 16:45, code 4711",
    "@consult #bus, a@b, foo@bar",
    "point 3.2.1.4, version 2.10.11.12",
    "",
]


@pytest.mark.parametrize(("kind", "marked"), PROPOSED)
def test_it_is_proposed_with_its_exact_words(kind: str, marked: str) -> None:
    text = marked.replace("⟦", "").replace("⟧", "")
    shown = text
    for one in reversed(found(text)):
        shown = f"{shown[: one.start]}⟦{shown[one.start : one.end]}⟧{shown[one.end :]}"
        assert one.kind == kind
    assert shown == marked


@pytest.mark.parametrize("text", LEFT)
def test_it_is_left_alone(text: str) -> None:
    assert [text[one.start : one.end] for one in found(text)] == []


@given(st.text())
def test_spans_are_ordered_and_lie_in_the_text(text: str) -> None:
    edges = [0]
    for one in found(text):
        assert one.kind in KINDS
        edges += [one.start, one.end]
        assert text[one.start : one.end].strip() == text[one.start : one.end] != ""
    assert edges == sorted(edges)
    assert edges[-1] <= len(text)


_NOISE = st.text(alphabet="abc äöé,.!?\n«»😀", max_size=20)
_LETTERS = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=2, max_size=8)


@given(_NOISE, _LETTERS, _LETTERS, _NOISE)
def test_an_address_is_found_wherever_it_stands(
    before: str, name: str, host: str, after: str
) -> None:
    email = f"{name}@{host}.lu"
    text = f"{before} {email} {after}"
    assert (len(before) + 1, len(before) + 1 + len(email)) in [
        (one.start, one.end) for one in found(text) if one.kind == EMAIL
    ]


def _national_number(born: date, serial: int) -> str:
    stem = f"{born:%Y%m%d}{serial:03}"
    [right] = [
        number
        for check in range(100)
        if is_national_number(number := f"{stem}{check:02}")
    ]  # fmt: skip
    return right


@given(st.dates(date(1890, 1, 1), date(2090, 1, 1)), st.integers(0, 999), st.integers(0, 12),
       st.integers(1, 9))  # fmt: skip
def test_of_a_national_number_every_wrong_digit_is_seen(
    born: date, serial: int, place: int, step: int
) -> None:
    # Exactly one pair of check digits is right, and no single slip of the pen passes.
    number = _national_number(born, serial)
    wrong = f"{number[:place]}{(int(number[place]) + step) % 10}{number[place + 1 :]}"
    assert not is_national_number(wrong)


def test_a_national_number_begins_with_a_day_that_there_was() -> None:
    assert is_national_number(_national_number(date(2024, 2, 29), 1))
    day = date(2023, 3, 1) - timedelta(days=1)
    assert not any(is_national_number(f"2023022900{i:03}") for i in range(1000)), day


@given(st.integers(0, 10**16 - 1), st.integers(2, 19), st.integers(1, 9))
def test_of_an_iban_every_wrong_digit_is_seen(account: int, place: int, step: int) -> None:
    [right] = [n for check in range(2, 99) if is_iban(n := f"LU{check:02}{account:016}")]
    wrong = f"{right[:place]}{(int(right[place]) + step) % 10}{right[place + 1 :]}"
    assert not is_iban(wrong)
