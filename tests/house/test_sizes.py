"""Law 11: files and functions stay small enough to be read."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = {"utils", "common", "helpers", "manager", "service"}


def sources() -> list[Path]:
    return [
        p
        for folder in ("consult", "analysis", "tests", "benchmarks")
        for p in (ROOT / folder).rglob("*.py")
    ]


def test_no_python_file_is_too_long() -> None:
    long = {
        str(p.relative_to(ROOT)): n
        for p in sources()
        if (n := len(p.read_text().splitlines())) > 500
    }
    assert not long


def test_no_function_is_too_long() -> None:
    long = []
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno >= 60:
                    long.append(f"{path.relative_to(ROOT)}:{node.name}")
    assert not long


def test_no_template_is_too_long() -> None:
    long = [
        p.name
        for p in (ROOT / "templates").rglob("*")
        if p.is_file() and len(p.read_text().splitlines()) > 200
    ]
    assert not long


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [p for p in sources() if p.stem in FORBIDDEN]
