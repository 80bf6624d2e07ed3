"""The documents say what is there."""

import re
from pathlib import Path

from consult.kernel.settings import Settings

ROOT = Path(__file__).resolve().parents[2]


def test_every_setting_is_documented_and_no_other() -> None:
    documented = set(re.findall(r"`CONSULT_(\w+)` \|", (ROOT / "docs" / "settings.md").read_text()))
    assert documented == {name.upper() for name in Settings.__dataclass_fields__}


def test_every_room_is_on_the_map() -> None:
    text = (ROOT / "docs" / "house.md").read_text()
    rooms = {p.parent.name for p in (ROOT / "consult").glob("*/__init__.py")}
    assert not [room for room in rooms if f"`{room}`" not in text]


def test_the_repository_names_no_absolute_path_or_registry() -> None:
    found = []
    for path in ROOT.rglob("*"):
        parts = path.relative_to(ROOT).parts
        if not path.is_file() or parts[0].startswith(".") or parts[0] == "var":
            continue
        if path.suffix in {".py", ".md", ".toml", ".lock", ".sh", ".html", ".js", ".css"}:
            text = path.read_text(errors="replace")
            forbidden = ("/work" + "/", "/ro" + "ot/", "pypi" + ".org", "npmjs" + ".org")
            # Not "/desk/work/": an absolute path follows no other part of one.
            found += [
                f"{path.name}: {word}"
                for word in forbidden
                if re.search(rf"(?<!\w){re.escape(word)}", text)
            ]
    assert not found
