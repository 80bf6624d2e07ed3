"""Addresses, names, passwords, browsers: the pure parts."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.accounts.devices import device_name
from consult.accounts.identity import EmailError, normal_email, plain_name
from consult.accounts.passwords import WeakPasswordError, checked


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        (" Anna@Example.ORG ", "anna@example.org"),
        ("anna+lux@example.lu", "anna+lux@example.lu"),
        ("zoe\u0308@example.lu", "zoë@example.lu"),
        ("anna@Biergerbüro.lu", "anna@xn--biergerbro-heb.lu"),
    ],
)
def test_one_spelling(typed: str, normal: str) -> None:
    assert normal_email(typed) == normal


@pytest.mark.parametrize(
    "typed",
    ["", "anna", "@example.org", "anna@", "anna@example", "an na@example.org", "a@b@example.org",
     ".anna@example.org", "an..na@example.org", "anna@-example.org", "anna@example.org\nBcc: x@y.lu",
     "a" * 65 + "@example.org", "anna@" + "a." * 130 + "lu", "anna@example..org"],
)  # fmt: skip
def test_slips_are_refused(typed: str) -> None:
    with pytest.raises(EmailError):
        normal_email(typed)


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    try:
        once = normal_email(text)
    except EmailError:
        return
    assert normal_email(once) == once
    assert not any(c.isspace() or unicodedata.category(c)[0] == "C" for c in once)


@given(st.text())
def test_a_name_is_one_line_without_control_characters(text: str) -> None:
    name = plain_name(text)
    assert name == plain_name(name)
    assert len(name) <= 120
    assert not any(unicodedata.category(char)[0] == "C" for char in name)


@pytest.mark.parametrize(
    "password", ["", "short", "a" * 20, "ababababababab", "anna.muller@example.org", "x" * 201]
)
def test_weak_passwords(password: str) -> None:
    with pytest.raises(WeakPasswordError):
        checked(password, "anna.muller@example.org")


def test_browsers_under_names_that_people_know() -> None:
    firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130 Safari/537.36 Edg/130"
    assert device_name(firefox) == "Firefox, Linux"
    assert device_name(edge) == "Edge, Windows"
    assert device_name("curl/8") == ""
