"""Akoma Ntoso in: each dialect with a small text of our own, and what hostile files do."""

import re

import pytest

from consult.drafts.errors import Complaint, UnreadableTextError
from consult.drafts.formats import source_of
from consult.drafts.reading import ParsedDraft, read_markdown

OASIS = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"


def akn(content: str, namespace: str = OASIS) -> bytes:
    return f'<?xml version="1.0"?><akomaNtoso xmlns="{namespace}">{content}</akomaNtoso>'.encode()


def read(raw: bytes, language: str = "fr") -> tuple[ParsedDraft, list[Complaint]]:
    warnings: list[Complaint] = []
    return read_markdown(source_of(raw, language, warnings), language), warnings


def outline(draft: ParsedDraft) -> list[tuple[str, str, str, str | None]]:
    return [(c.kind, c.number, c.heading, c.parent) for c in draft.clauses]


LUXEMBOURG = akn(
    """<act><meta><identification/></meta>
    <preface><longTitle><p>Loi du 3 mai 2026 sur les
      jardins partagés.</p></longTitle></preface>
    <preamble><container name="preamble"><p>Nous, Grand-Duc,</p></container>
      <formula><p>Avons ordonné et ordonnons :</p></formula></preamble>
    <body>
      <article id="art_1er"><num>Art. 1<sup>er</sup>.</num><alinea><content>
        <p>Tout jardin est ouvert selon l'<ref href="http://data.example.org/loi">article 3</ref>.</p>
      </content></alinea></article>
      <article id="art_2"><num>Art. 2.</num><alinea><content><p>Sont abrogés:</p>
        <ol xmlns:scl="http://www.scl.lu" scl:symbol="a)"><li>la loi du <b>5 juin</b> 1990;</li>
          <li>la loi suivante:<ol><li>son article 4;</li></ol></li></ol>
      </content></alinea></article>
      <clause><content><p>Mandons et ordonnons.</p></content></clause>
    </body>
    <conclusions><p><signature><person>Henri</person></signature></p></conclusions>
    <attachments><attachment><doc><preface><longTitle><p>ANNEXE</p></longTitle></preface>
      <mainBody><alinea><content><p>Plan des jardins.</p></content></alinea></mainBody>
    </doc></attachment></attachments></act>""",
    f"{OASIS}/CSD13",
)


def test_a_text_of_legilux() -> None:
    draft, warnings = read(LUXEMBOURG)
    assert draft.title == "Loi du 3 mai 2026 sur les jardins partagés."
    assert outline(draft) == [
        ("clause", "", "Préambule", None),
        ("clause", "Art. 1er", "", None),
        ("clause", "Art. 2", "", None),
        ("clause", "", "Formule finale", None),
        ("clause", "ANNEXE", "", None),
    ]
    assert [c.rendered.text for c in draft.clauses] == [
        "Nous, Grand-Duc,\nAvons ordonné et ordonnons :",
        "Tout jardin est ouvert selon l'article 3.",
        "Sont abrogés:\na) la loi du 5 juin 1990;\nb) la loi suivante:\n1. son article 4;",
        "Mandons et ordonnons.\nHenri",
        "Plan des jardins.",
    ]
    assert '<ul class="numbered"><li>a) la loi du <strong>5 juin</strong>' in (
        draft.clauses[2].rendered.html
    )
    assert warnings == []


GERMANY = akn(
    """<regelungstext/><act name="x"><preface><longTitle><p><docTitle>Verordnung über Gärten</docTitle>
      <shortTitle>(Gartenverordnung)</shortTitle></p></longTitle></preface>
    <preamble><blockContainer><heading>Inhaltsübersicht</heading><toc><tocItem href="#">§ 1</tocItem>
      </toc></blockContainer></preamble>
    <body><section GUID="a"><num>Abschnitt 1</num><heading>Zweck</heading>
      <article GUID="b"><num>§ 1</num><heading>Begriffe</heading>
        <paragraph><num>(1)</num><content><p>Ein Garten ist:</p>
          <blockList><item><num>1.</num><p>ein Beet,</p>
            <blockList><item><num>a)</num><p>mit Salat;</p></item></blockList></item>
            <item><num>2.</num><p>eine Wiese.</p></item></blockList></content></paragraph>
        <paragraph><num>(2)</num><content><p>§ 3 gilt.<authorialNote marker="*"><p>Siehe
          Anhang.</p></authorialNote></p></content></paragraph>
      </article></section></body></act>""",
    "http://Inhaltsdaten.LegalDocML.de/1.8.2/",
)


def test_a_text_of_the_german_federation() -> None:
    draft, _ = read(GERMANY, "de")
    assert draft.title == "Verordnung über Gärten (Gartenverordnung)"
    assert outline(draft) == [
        ("chapter", "Abschnitt 1", "Zweck", None),
        ("clause", "§ 1", "Begriffe", "sec_1"),
    ]
    assert draft.clauses[1].rendered.text == (
        "(1) Ein Garten ist:\n1. ein Beet,\na) mit Salat;\n\n2. eine Wiese.\n(2) § 3 gilt. [*]\n"
        "[*] Siehe Anhang."
    )


UNION = akn(
    """<bill><preface><longTitle><p><docType>Directive</docType><docPurpose>on gardens</docPurpose></p>
    </longTitle></preface>
    <preamble><recitals><intro><p>Whereas:</p></intro>
      <recital xml:id="r1"><num>(1)</num><p>Gardens matter.</p></recital></recitals></preamble>
    <body><chapter xml:id="c1"><num>CHAPTER I</num><heading>SCOPE</heading>
      <article xml:id="a1_x"><num>Article 1</num><num>Subject matter</num>
        <paragraph><num>1.</num><list><subparagraph><content><p>This Directive covers:</p></content>
          </subparagraph>
          <point><num>(a)</num><content><p>gardens, and</p></content></point>
          <point><num>(b)</num><list><subparagraph><content><p>parks:</p></content></subparagraph>
            <point><num>(i)</num><content><p>large ones.</p></content></point></list></point>
        </list></paragraph>
        <paragraph><content><p>It is * not_ [for] ponds &lt;b&gt; &amp; &#35; lakes.</p></content>
        </paragraph>
      </article></chapter></body></bill>"""
)


def test_a_text_of_the_union() -> None:
    draft, _ = read(UNION, "en")
    assert draft.title == "Directive on gardens"
    assert outline(draft) == [
        ("clause", "", "Preamble", None),
        ("chapter", "CHAPTER I", "SCOPE", None),
        ("clause", "Article 1", "Subject matter", "chp_1"),
    ]
    assert draft.clauses[0].rendered.text == "Whereas:\n(1) Gardens matter."
    assert draft.clauses[2].rendered.text == (
        "1. This Directive covers:\n(a) gardens, and\n(b) parks:\n(i) large ones.\n\n"
        "It is * not_ [for] ponds <b> & # lakes."
    )


SENATE = akn(
    """<bill><preamble><docTitle>Proposition de loi sur les jardins</docTitle></preamble><body>
    <article><num>Article 1er A</num><alinea><content><p>Le code est ainsi modifié :</p></content>
    </alinea></article>
    <article><num>Article 1er</num>
      <alinea><num>I. –</num><alinea><num>1°</num><alinea><num>a bis)</num>
        <content><p><i>a</i> bis<i>)</i> (nouveau) Supprimé ;</p></content></alinea>
        <content><p>1° L’article 2 :</p></content></alinea>
        <content><p>I. – Le code :</p></content></alinea>
      <alinea><content><table><tr><td><p>&lt;p style="x"&gt;L. 1&lt;/p&gt;</p></td><td>
        <p>a|b</p></td></tr><tr><td colspan="2">suite</td></tr></table></content></alinea>
    </article></body></bill>"""
)


def test_a_text_of_the_french_senate() -> None:
    draft, warnings = read(SENATE)
    assert outline(draft) == [
        ("clause", "Article 1er A", "", None),
        ("clause", "Article 1er", "", None),
    ]
    assert [c.key for c in draft.clauses] == ["art_1a", "art_1"]
    first, *_ = draft.clauses[1].rendered.text.split("\n\n")
    assert first == "I. – Le code :\n1° L’article 2 :\na bis) (nouveau) Supprimé ;"
    assert "L. 1\ta|b" in draft.clauses[1].rendered.text
    assert [dict(w.facts) for w in warnings] == [{"count": 1}]


def test_pictures_are_left_out_and_said() -> None:
    raw = akn(
        "<act><body><article><num>Art. 1</num><content><p>Plan <img src='x'/></p></content>"
        "</article></body></act>"
    )
    draft, warnings = read(raw)
    assert draft.clauses[0].rendered.text == "Plan"
    assert len(warnings) == 1


def test_articles_quoted_in_an_article_are_its_words() -> None:
    raw = akn(
        "<act><body><article><num>Art. 1</num><content><p>L’article suivant est inséré :"
        "<quotedStructure><article><num>Art. 9</num><content><p>Fini.</p></content></article>"
        "</quotedStructure></p></content></article></body></act>"
    )
    draft, _ = read(raw)
    assert outline(draft) == [("clause", "Art. 1", "", None)]
    assert draft.clauses[0].rendered.text == "L’article suivant est inséré :\nArt. 9 Fini."


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><akomaNtoso><act><body><article><num>Art. 1</num><content><p>&j;</p></content></article>"
    b"</body></act></akomaNtoso>"
)
ENTITY = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><akomaNtoso><act>'
    b"<body><article><num>Art. 1</num><content><p>[&x;]</p></content></article></body></act>"
    b"</akomaNtoso>"
)


def test_no_entity_is_resolved() -> None:
    for raw in (BOMB, ENTITY):
        try:
            draft, _ = read(raw)
        except UnreadableTextError:
            continue
        assert re.fullmatch(r"\[?(?:&\w;)?\]?", draft.clauses[0].rendered.text)


@pytest.mark.parametrize(
    "raw",
    [
        b"<?xml version='1.0'?><html/>",
        LUXEMBOURG[:-300],
        b"<?xml version='1.0' encoding='utf-8'?><akomaNtoso><act>\xff\xfe</act></akomaNtoso>",
        akn("<act><body>" + "<section>" * 100 + "</section>" * 100 + "</body></act>"),
        akn("<act><body/></act>"),
        akn(""),
    ],
    ids=["other", "cut", "encoding", "deep", "empty", "nothing"],
)
def test_what_is_no_law_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(UnreadableTextError) as refused:
        read(raw)
    assert refused.value.complaints


def test_identifiers_stay_with_their_clauses() -> None:
    raw = (
        f'<akomaNtoso xmlns="{OASIS}"><bill><body>'
        '<chapter eId="chp_2" wId="chp_1"><num>Chapitre 2</num><heading>A {#x}</heading>'
        '<article eId="art_4" wId="art_3" GUID="guid-3"><num>Art. 4</num><content><p>a</p></content>'
        "</article>"
        '<article xml:id="akn_art_7"><num>Art. 5</num><content><p>b</p></content></article>'
        '<article eId="art 6"><num>Art. 6</num><content><p>c</p></content></article>'
        "</chapter></body></bill></akomaNtoso>"
    ).encode()
    draft, _ = read(raw)
    assert [(clause.number, clause.heading, clause.ids) for clause in draft.clauses] == [
        ("Chapitre 2", "A {#x}", ("chp_1",)),
        ("Art. 4", "", ("art_3", "guid-3")),
        ("Art. 5", "", ("akn_art_7",)),
        ("Art. 6", "", ()),
    ]
