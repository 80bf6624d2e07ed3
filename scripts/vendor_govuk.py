"""Make `consult/static/govuk/` from the npm package of govuk-frontend.

`npm pack govuk-frontend@6.3.0`, unpack it, then `python scripts/vendor_govuk.py PACKAGE-FOLDER`.
Nobody needs Node to run or test Consult: the result is committed.

What is changed, and why:
- fonts and the crest go: they are licensed for gov.uk only;
- components that we do not use go, which halves the file;
- colours written as numbers become custom properties, so that dark mode reaches them;
- left and right become start and end, so that a right-to-left language would work.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

TARGET = Path(__file__).resolve().parents[1] / "consult" / "static" / "govuk"

UNUSED = (
    "accordion",
    "cookie-banner",
    "exit-this-page",
    "file-upload-button",
    "footer",
    "generic-header",
    "header",
    "logo-dot",
    "notification-banner",
    "panel",
    "password-input",
    "service-navigation",
    "skip-link",
    "tabs",
    "task-list",
    "drop-zone",
)
_UNUSED = re.compile(rf"\.govuk-(?:{'|'.join(UNUSED)})(?![a-z])|\.govuk-frontend-supported ")

# A colour in a background is a surface, one in a text is ink: (property, number) -> custom property.
SURFACES = {
    "#fff": "--govuk-body-background-colour",
    "#f3f3f3": "--wash",
    "#cecece": "--wash-strong",
    "#f4f8fb": "--wash",
    "#0b0c0c": "--govuk-text-colour",
    "#1d70b8": "--govuk-brand-colour",
}
INKS = {
    "#fff": "--on-brand",
    "#0b0c0c": "--govuk-text-colour",
    "#651b1b": "--govuk-error-colour",
}


def blocks(css: str) -> Iterator[tuple[str, str]]:
    """Each top-level `head{body}` of a minified style sheet."""
    at = 0
    while (opened := css.find("{", at)) >= 0:
        depth, end = 1, opened + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(css[end], 0)
            end += 1
        yield css[at:opened].strip(), css[opened + 1 : end - 1]
        at = end


def keep_used(css: str) -> str:
    """Without the rules of components that we do not use."""
    out = []
    for head, body in blocks(css):
        if head.startswith("@"):
            inner = keep_used(body) if "{" in body else body
            if inner and not head.startswith("@font-face"):
                out.append(f"{head}{{{inner}}}")
            continue
        selectors = [s for s in _split(head) if not _UNUSED.search(s)]
        if selectors:
            out.append(f"{','.join(selectors)}{{{body}}}")
    return "".join(out)


def _split(selectors: str) -> list[str]:
    # A comma inside :is(…) or :not(…) does not part two selectors.
    return re.split(r",(?![^(]*\))", selectors)


def name_colours(css: str) -> str:
    """Numbers that are not already the fallback of a custom property get a name."""

    def named(declaration: re.Match[str]) -> str:
        prop, value = declaration.groups()
        if prop.startswith("--"):
            return declaration.group()
        table = SURFACES if prop.startswith("background") else INKS
        value = re.sub(
            r"(?<![,\w-])#[0-9a-f]{3,6}\b",
            lambda m: f"var({table[m[0]]},{m[0]})" if m[0] in table else m[0],
            value,
        )
        return f"{prop}:{value}"

    return re.sub(r"(?<=[;{])([a-z-]+):([^;{}]*#[^;{}]*)", named, css)


def by_direction(css: str) -> str:
    """Left and right become start and end."""
    for prop in ("margin", "padding"):
        css = re.sub(rf"\b{prop}-left:", f"{prop}-inline-start:", css)
        css = re.sub(rf"\b{prop}-right:", f"{prop}-inline-end:", css)
    for side, flow in (("left", "start"), ("right", "end")):
        css = re.sub(rf"\bborder-{side}(-[a-z]+)?:", rf"border-inline-{flow}\1:", css)
        css = re.sub(rf"(?<=[;{{]){side}:", f"inset-inline-{flow}:", css)
        css = re.sub(rf"\btext-align:{side}", f"text-align:{flow}", css)
        css = re.sub(rf"\bfloat:{side}", f"float:inline-{flow}", css)
    return css


def main(package: Path) -> None:
    version = json.loads((package / "package.json").read_text())["version"]
    css = (package / "dist" / "govuk" / "govuk-frontend.min.css").read_text()
    css = css.removeprefix("\ufeff").removeprefix('@charset "UTF-8";')
    css = re.sub(r"/\*.*?\*/", "", css)
    css = css.replace("GDS Transport,arial,sans-serif", "var(--font,system-ui,sans-serif)")
    css = by_direction(name_colours(keep_used(css)))
    assert "url(" not in css, "An address is left in the style sheet."
    TARGET.mkdir(parents=True, exist_ok=True)
    for old in TARGET.glob("*.css"):
        old.unlink()
    notice = f"/* govuk-frontend {version}, MIT, (c) Crown Copyright; changed: see LICENCE.txt */\n"
    (TARGET / "govuk-frontend.min.css").write_text(notice + css + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
