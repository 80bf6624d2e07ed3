"""Laws that a look at the source or at the running process can hold."""

import re
import subprocess
import sys
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("sklearn", "scipy", "numpy", "weasyprint", "simplemma", "snowballstemmer")


def sources() -> list[Path]:
    return sorted((ROOT / "consult").rglob("*.py"))


def test_only_the_transaction_commits() -> None:
    committing = [
        str(path.relative_to(ROOT))
        for path in sources()
        if re.search(r"\.commit\(", path.read_text()) and path.name != "transaction.py"
    ]
    assert not committing


def test_flask_is_imported_only_where_a_room_shows_its_face() -> None:
    faces = {"views", "desk", "forms", "commands", "web", "rooms", "login", "api", "__init__"}
    kernel = {"caching", "limits", "db", "keys", "error_pages"}
    wrong = []
    for path in sources():
        imports = re.search(r"^\s*(from|import) flask\b", path.read_text(), re.MULTILINE)
        folders = set(path.relative_to(ROOT / "consult").parts)
        allowed = path.stem in faces or ("kernel" in folders and path.stem in kernel)
        if imports and not allowed and not folders & faces:
            wrong.append(str(path.relative_to(ROOT)))
    assert not wrong


def test_the_web_process_loads_nothing_heavy() -> None:
    code = (
        "import sys; from consult import create_app; from consult.kernel.settings import Settings;"
        "from pathlib import Path; import tempfile;"
        "d = tempfile.mkdtemp(); create_app(Settings(database_url='sqlite:///' + d + '/x',"
        " state_dir=Path(d)));"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_no_template_calls_a_query_or_the_session() -> None:
    wrong = []
    for path in (ROOT / "templates").rglob("*.*"):
        code = re.sub(r"{#.*?#}", "", path.read_text(), flags=re.DOTALL)
        if re.search(r"\b(session\.(execute|scalar)|queries\.)", code):
            wrong.append(str(path.relative_to(ROOT)))
    assert not wrong


def test_no_template_asks_for_an_address_that_depends_on_the_request() -> None:
    # Addresses are worked out once for all requests (kernel.web.address); one with a host in it
    # would be handed to whoever comes by another.
    wrong = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.*")
        if re.search(r"\b_(external|scheme)\b", path.read_text())
    ]
    assert not wrong


def test_every_letter_carries_its_stop() -> None:
    letters = [p for p in (ROOT / "templates" / "mail").glob("*.txt") if p.name[0] != "_"]
    assert letters
    without = [p.name for p in letters if "_end.txt" not in p.read_text()]
    assert not without


def test_every_address_answers_in_the_policy_of_the_house(app: Flask) -> None:
    response = app.test_client().get("/")
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy
    assert "nonce" not in policy
