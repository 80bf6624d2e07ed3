"""The permission table at the door."""

import pytest
from flask import Flask

from consult.accounts import permissions
from consult.accounts.models import ROLES
from consult.accounts.permissions import TABLE, Rule, allowed

RULES = {
    "PUBLIC": frozenset(ROLES),
    "SIGNED_IN": frozenset(ROLES),
    "DESK": frozenset(ROLES),
    "ADMINISTRATORS": {"administrator"},
    "PUBLISHERS": {"publisher"},
    "EDITORS": {"editor", "publisher"},
    "ANALYSTS": {"analyst", "editor", "publisher"},
    "MODERATORS": {"moderator", "publisher"},
    "AUDITORS": {"auditor", "oversight", "publisher", "administrator"},
}


@pytest.mark.parametrize("name", RULES)
@pytest.mark.parametrize("role", ROLES)
def test_role_by_rule(name: str, role: str) -> None:
    rule: Rule = getattr(permissions, name)
    assert allowed(rule, frozenset({role}), signed_in=True) == (role in RULES[name])


@pytest.mark.parametrize("name", RULES)
def test_without_a_session_or_without_a_role(name: str) -> None:
    rule: Rule = getattr(permissions, name)
    assert allowed(rule, frozenset(), signed_in=False) == (name == "PUBLIC")
    assert allowed(rule, frozenset(), signed_in=True) == (name in {"PUBLIC", "SIGNED_IN"})


def test_an_endpoint_missing_from_the_table_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app.test_client().get("/").status_code == 200
    monkeypatch.delitem(TABLE, "home.index")
    assert app.test_client().get("/").status_code == 403
