"""Any text that the Markdown of drafts can hold, for property tests."""

from hypothesis import strategies as st

from consult.drafts.headings import escaped

# Words that look like something else: numbers, headings, rules, marks, signs of Markdown.
_WORDS = st.sampled_from(
    [
        *(
            "loi",
            "l’eau",
            "été",
            "Straße",
            "30 km/h",
            "n° 3",
            "art. 5",
            "Art. 5.",
            "§ 3",
            "(2)",
            "1°",
        ),
        *("a)", "1.", "2) x", "Annexe 4", "Chapitre II", "# dièse", "###", "---", "===", "- tiret"),
        *(
            "*",
            "**",
            "_a_",
            "[1]",
            "[x](y)",
            "`code`",
            "&amp;",
            "a & b",
            "| col",
            "\\",
            "{#a}",
            "+ un",
        ),
        *("> cité", "fin.", "1.5", "IV", "x\u00a0y", "~~z~~", "\uffff", "https://example.org"),
    ]
)


@st.composite
def _plain(draw: st.DrawFn) -> str:
    return escaped(" ".join(draw(st.lists(_WORDS, min_size=1, max_size=5))))


_INLINE = st.one_of(
    _plain(),
    _plain().map(lambda words: f"**x {words} x**"),
    _plain().map(lambda words: f"*x {words} x*"),
    _plain().map(lambda words: f"*x **{words} x** x*"),
    _plain().map(lambda words: f"[{words}](https://example.org/x?a=1&b=2)"),
)


@st.composite
def _line(draw: st.DrawFn, number: str = "") -> str:
    """Words on one line, or on two within one paragraph."""
    said = [draw(_INLINE) for _ in range(draw(st.integers(1, 3)))]
    joined = " ".join([number, *said] if number else said)
    return _no_block(joined)


def _no_block(words: str) -> str:
    """A line whose first sign makes no other block of it."""
    return f"\\{words}" if words[:1] in set("#-+=|") else words


@st.composite
def _list(draw: st.DrawFn, depth: int = 0) -> str:
    signs = draw(st.sampled_from(["", "a)", "1°", "(1)", "i.", "A.", "–"]))
    items = []
    for _ in range(draw(st.integers(1, 3))):
        item = draw(_line(signs))
        if depth < 2 and draw(st.booleans()):
            item += "\n" + draw(_list(depth + 1))
        elif draw(st.integers(0, 5)) == 0:
            item += "\n\n" + draw(_line())
        items.append("- " + item.replace("\n", "\n  "))
    return "\n".join(items)


@st.composite
def _table(draw: st.DrawFn) -> str:
    wide = draw(st.integers(1, 3))
    rows = [
        [draw(_INLINE).replace("|", "\\|").replace("\\\\|", "\\|") for _ in range(wide)]
        for _ in range(draw(st.integers(1, 3)))
    ]
    ruled = [rows[0], ["---"] * wide, *rows[1:]]
    return "\n".join("| " + " | ".join(row) + " |" for row in ruled)


_BLOCK = st.one_of(
    _line(),
    st.tuples(_line(), _line()).map("\n".join),
    st.integers(1, 4).flatmap(lambda number: _line(f"({number})")),
    _list(),
    _table(),
    _line().map(lambda words: f"> {words}"),
)
_BODY = st.lists(_BLOCK, max_size=4).map("\n\n".join)
_HEADING = st.one_of(st.just(""), _plain())


@st.composite
def markdown(draw: st.DrawFn, *, longest: int = 6) -> str:
    """A whole text: title, perhaps a preamble, chapters within each other, clauses."""
    blocks = ["# Titre", draw(_BODY)]
    level = 2
    for count in range(1, draw(st.integers(1, longest)) + 1):
        level = draw(st.integers(2, min(level + 1, 5)))
        heading = draw(_HEADING)
        kind = draw(st.sampled_from(["Art.", "§", "Chapitre", "", "Step"]))
        number = f"{kind} {count}" if kind else ""
        said = " – ".join(part for part in (number, heading) if part)
        blocks += [f"{'#' * level} {said}", draw(_BODY)]
    blocks += ["## Art. 99", "Fin."]
    return "\n\n".join(block for block in blocks if block)
