"""The list of consultations on the command line."""

from flask import Flask

from consult.pages.officials.commands import consultations
from tests.people import make_body, make_consultation


def test_one_line_a_consultation_with_phase_and_counts(app: Flask) -> None:
    body = make_body()
    make_consultation(body, slug="one")
    make_consultation(body, slug="two", announced=False)
    lines = app.test_cli_runner().invoke(consultations).output.splitlines()
    assert lines == [
        "one\topen\t0 submissions\t0 comments\t0 open",
        "two\tpreparation\t0 submissions\t0 comments\t0 open",
    ]
