"""What a mail says, apart from what it quotes, and what no reader should fall over."""

import io
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.files.sniffing import MOST_FILES
from consult.submissions.mail import boxes, history, pages, reading
from consult.submissions.mail.boxes import NotMailError, OutlookError, mails
from consult.submissions.mail.reading import Mail, Refused, decoded, read
from tests.submissions.mails import box, mail

NOW = datetime(2026, 11, 10, tzinfo=UTC)
OWN = "Ech sinn derfir.\n\nMee net esou."


def taken(raw: bytes | EmailMessage) -> Mail:
    found = read(bytes(raw), now=NOW)
    assert isinstance(found, Mail), found
    return found


def refused(raw: bytes | EmailMessage | None, ours: str = "") -> str:
    found = read(None if raw is None else bytes(raw), now=NOW, ours=ours)
    assert isinstance(found, Refused), found
    return found.reason


@pytest.mark.parametrize(
    "below",
    [
        "Le 3 mars 2026 à 10:02, Ministère <m@example.lu> a écrit :\n> Bonjour\n>\n> Merci",
        "Le mar. 3 mars 2026 à 10:02, Ministère de la Mobilité\n<m@example.lu> a écrit :\n\n> Bonjour",
        "Am 03.03.26 um 10:02 schrieb Ministerium:\n> Guten Tag",
        "Den 3. Mäerz 2026 um 10:02 huet de Ministère geschriwwen:\n> Moien",
        "On Tue, 3 Mar 2026 at 10:02, Ministry wrote:\n> Hello",
        "-----Original Message-----\nFrom: a\nHello",
        "-------- Message d'origine --------\nDe : a\nBonjour",
        "-----Ursprüngliche Nachricht-----\nVon: a\nHallo",
        "________________\nDe : Ministère\nEnvoyé : mardi\nÀ : Marie\nObjet : Loi\n\nBonjour",
        "Von: Ministerium\nGesendet: Dienstag\nAn: Marie\nBetreff: Gesetz\n\nHallo",
        "-- \nMarie Muller\n+352 621 123 456",
        "Mat beschte Gréiss\n\nMarie Muller\n12, rue de la Gare",
        "Mit freundlichen Grüßen\nMarie Muller",
        "Bien cordialement,\n\nMarie Muller",
        "Je vous prie d’agréer, Madame, Monsieur, l’expression de mes sentiments distingués.\nM. M.",
        "Kind regards,\nMarie",
        "Envoyé de mon iPhone",
        "Von meinem iPhone gesendet",
        "Sent from my Samsung device",
        "This e-mail and its attachments are confidential and intended for the addressee only.",
        "Bien à vous\nMarie\n\nLe 3 mars 2026, Ministère a écrit :\n> Bonjour",
    ],
)
def test_quoted_mails_and_signatures_are_set_aside(below: str) -> None:
    parted = history.part(f"{OWN}\n\n{below}")
    assert parted.words == OWN
    assert "".join(parted.aside.split()) == "".join(below.split())


@pytest.mark.parametrize(
    "text",
    [
        "> Article 3\nDas geht zu weit.\n> Artikel 4\nDas nicht.",
        "Ich schrieb am 3. März: das geht nicht.\nUnd dabei bleibe ich.",
        "Cordialement votre, dit l’article 3, et je le conteste.\n" + "Encore une ligne.\n" * 20,
        "From: the beginning to the end this law is wrong.",
        "> Only quoted words",
    ],
)
def test_words_that_only_look_like_a_quotation_stay(text: str) -> None:
    assert history.part(text).words == text.strip()


def test_an_answer_below_the_quotation_is_kept() -> None:
    parted = history.part(f"On 3 March 2026, A wrote:\n> Hello\n\n{OWN}\n\n-- \nMarie")
    assert parted.words == OWN
    assert "Hello" in parted.aside
    assert "Marie" in parted.aside


@given(st.text(alphabet="> \nab-_:FromLea écrit", max_size=200))
def test_no_word_is_lost_in_parting(text: str) -> None:
    parted = history.part(text)
    assert sorted("".join((parted.words + parted.aside).split())) == sorted("".join(text.split()))


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("<p>Eent<br>zwee</p><p>dräi</p>", "Eent\nzwee\n\ndräi"),
        ("<div>Eent</div><div>zwee</div>", "Eent\nzwee"),
        ("<style>p{}</style><script>alert(1)</script><p onclick='x'>Gutt</p>", "Gutt"),
        ("<p>Gutt<span style='display:none'>heemlech</span></p>", "Gutt"),
        ("<ul><li>Eent</li><li>zwee</li></ul>", "- Eent\n- zwee"),
        ("<p>Ech.</p><blockquote><p>Dir</p></blockquote>", "Ech.\n\n> Dir"),
        ("<p>Ech</p><div class='gmail_quote'>Dir</div>", f"Ech\n\n{pages.MARK}\nDir"),
        ("<p>a &lt;b&gt; &amp; c</p>", "a <b> & c"),
        ("", ""),
        ("<p>x" * 50_000, None),
        ("<div>" * 50_000 + "x", None),
    ],
)
def test_a_page_becomes_its_words(markup: str, words: str | None) -> None:
    found = pages.words_of(markup)
    assert words is None or found == words


def test_a_mail_is_read_with_its_files() -> None:
    made = mail(f"{OWN}\n\n-- \nMarie Muller")
    made.add_attachment(b"%PDF-1.7", "application", "pdf", filename="../Avis.exe")
    made.add_attachment(b"PK\x03\x04zip", "application", "zip", filename="all.zip")
    found = taken(made)
    assert (found.sender, found.name, found.subject) == (
        "marie@example.org",
        "Marie Muller",
        "Zum Gesetz",
    )
    assert found.words == OWN
    assert found.aside.endswith("Marie Muller")
    assert found.received_at == datetime(2026, 11, 2, 9, tzinfo=UTC)
    assert [(file.name, file.refused) for file in found.files] == [
        ("Avis.pdf", None),
        ("all.zip", "kind"),
    ]


def test_more_files_than_there_is_room_for_leave_their_names() -> None:
    made = mail()
    for number in range(MOST_FILES + 40):
        made.add_attachment(b"%%PDF-%d" % number, "application", "pdf", filename=f"{number}.pdf")
    found = taken(made).files
    assert [file.refused for file in found].count(None) == MOST_FILES - 1
    assert [file.refused for file in found].count("too_many") == reading.MOST_REFUSED


def test_a_mail_of_a_page_only_is_read() -> None:
    made = mail()
    made.set_content("<html><body><p>Méi <b>Busser</b>.</p><img src='x'></body></html>", "html")
    assert taken(made).words == "Méi Busser."


def test_plain_words_come_before_their_page() -> None:
    made = mail("Einfach.")
    made.add_alternative("<p>Als Seite.</p>", "html")
    assert taken(made).words == "Einfach."


@pytest.mark.parametrize(
    ("raw", "charset"),
    [
        ("Grüße à tous".encode(), "utf-8"),
        ("Grüße à tous".encode(), "iso-8859-1"),
        ("Grüße à tous".encode(), "us-ascii"),
        ("Grüße à tous".encode("cp1252"), "utf-8"),
        ("Grüße à tous".encode("cp1252"), "x-unknown"),
        ("Grüße à tous".encode("cp1252"), "unicode_escape"),
        ("Grüße à tous".encode().decode("cp1252").encode(), "utf-8"),
        ("Grüße à tous".encode("utf-16"), "utf-16"),
    ],
)
def test_letters_are_repaired(raw: bytes, charset: str) -> None:
    assert decoded(raw, charset) == "Grüße à tous"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"date": "Mon, 02 Nov 2026 10:00:00 +0100"}, datetime(2026, 11, 2, 9, tzinfo=UTC)),
        # The clock of the sender is wrong: the server's stamp counts.
        (
            {
                "date": "Mon, 02 Nov 2020 10:00:00 +0100",
                "Received": "by a; Tue, 3 Nov 2026 8:00 +0000",
            },
            datetime(2026, 11, 3, 8, tzinfo=UTC),
        ),
        (
            {
                "date": "Mon, 02 Nov 2026 10:00:00 +0100",
                "Received": "by a; Mon, 2 Nov 2026 9:01 +0000",
            },
            datetime(2026, 11, 2, 9, tzinfo=UTC),
        ),
        (
            {"date": "", "Received": "by a; Tue, 3 Nov 2026 8:00 +0000"},
            datetime(2026, 11, 3, 8, tzinfo=UTC),
        ),
    ],
)
def test_the_day_of_a_mail_is_its_own_unless_the_server_knows_better(
    headers: dict[str, str], expected: datetime
) -> None:
    assert taken(mail(**headers)).received_at == expected


@pytest.mark.parametrize(
    ("headers", "sender"),
    [
        ({}, "marie@example.org"),
        ({"Reply_To": "office@example.org"}, "office@example.org"),
        # Where a list sends answers to itself, and where it writes in the place of its members.
        (
            {"Reply_To": "village@lists.lu", "List_Post": "<mailto:village@lists.lu>"},
            "marie@example.org",
        ),
        ({"Reply_To": "village@lists.lu", "List_Id": "V <village.lists.lu>"}, "marie@example.org"),
        (
            {
                "sender": "Marie via Village <village@lists.lu>",
                "Reply_To": "marie@example.org",
                "List_Post": "<mailto:Village@lists.lu?subject=x>",
            },
            "marie@example.org",
        ),
        ({"sender": "village@lists.lu", "List_Id": "<village.lists.lu>"}, ""),
    ],
)
def test_a_receipt_goes_to_who_wrote_and_never_to_a_whole_list(
    headers: dict[str, str], sender: str
) -> None:
    assert taken(mail(**{"sender": "Marie <marie@example.org>", **headers})).sender == sender


HEAD = b"From: a@example.org\nDate: Mon, 02 Nov 2026 10:00:00 +0100\n"


def deep(levels: int) -> bytes:
    head = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(levels)
    )
    return HEAD + head + b"\nx"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (None, "mail_large"),
        (deep(5_000), "mail_deep"),
        (b"X: " + b"y" * 300_000 + b"\n\nwords", "mail_deep"),
        (HEAD + b"Content-Type: text/plain" + b";\n a=b" * 9_000 + b"\n\nwords", "mail_deep"),
        (
            HEAD + b'Content-Type: multipart/mixed; boundary="x"\n\n' + b"--x\n\na\n" * 9_000,
            "mail_deep",
        ),
        (HEAD + b"\n" + b"words " * 200_000, "too_long"),
        (mail(date=""), "mail_date"),
        (mail(date="Mon, 02 Nov 2036 10:00:00 +0100"), "mail_date"),
        (mail(" \n.\n"), "empty"),
        (mail("x" * 30_000), "too_long"),
        (mail(Auto_Submitted="auto-replied"), "automatic"),
        (mail(sender="MAILER-DAEMON@example.org"), "automatic"),
        (mail(Return_Path="<>"), "automatic"),
        (mail(sender="Consult <consult@example.lu>"), "automatic"),
    ],
)
def test_what_is_not_taken_says_why(raw: EmailMessage | bytes | None, reason: str) -> None:
    assert refused(raw, "consult@example.lu") == reason
    assert reason in reading.REASONS


def test_a_mail_with_only_a_file_waits_for_a_person() -> None:
    made = mail(" ")
    made.add_attachment(b"%PDF-1.7", "application", "pdf", filename="Avis.pdf")
    assert refused(made) == "only_files"


def test_a_message_id_makes_the_same_key_wherever_the_mail_comes_from() -> None:
    assert taken(mail("Eent")).key == taken(mail("Zwee", X="y")).key
    assert taken(mail(message_id="")).key != taken(mail("Anescht", message_id="")).key


@given(st.binary(max_size=600))
def test_nothing_makes_the_reading_fall_over(rest: bytes) -> None:
    for start in (b"", b"From: a\nDate: ", b'Content-Type: multipart/mixed; boundary="x"\n\n--x\n'):
        read(start + rest, now=NOW)


@given(st.lists(st.text(alphabet="ab\n >From", max_size=60), min_size=1, max_size=5))
def test_a_box_gives_back_its_mails(texts: list[str]) -> None:
    raws = [b"From: a@example.org\n\n" + text.encode().strip() for text in texts]
    found = list(mails(io.BytesIO(box(*raws))))
    assert [(raw or b"").rstrip(b"\n") for raw in found] == [raw.rstrip(b"\n") for raw in raws]


def test_a_mail_too_large_in_a_box_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "MAX_MAIL", 500)
    small = bytes(mail())
    found = list(mails(io.BytesIO(box(small, small + b"x" * 2_000, small))))
    assert [raw is None for raw in found] == [False, True, False]


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1", OutlookError),
        (b"id;text\n1;words", NotMailError),
        (b"", NotMailError),
        (b"PK\x03\x04From: x", NotMailError),
    ],
)
def test_what_is_no_mail_is_refused(raw: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        next(iter(mails(io.BytesIO(raw))))
