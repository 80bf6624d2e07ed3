"""Settings from the environment: what is set holds, and what is unsafe is refused."""

from pathlib import Path

import pytest

from consult.kernel.settings import SettingsError, from_environment

SAFE = {
    "CONSULT_ENVIRONMENT": "production",
    "CONSULT_SECRET_KEY": "k" * 32,
    "CONSULT_BASE_URL": "https://consult.example.org",
}


def test_everything_kept_in_files_lies_in_the_state_folder(tmp_path: Path) -> None:
    found = from_environment({"CONSULT_STATE_DIR": str(tmp_path)})
    assert found.database_url == f"sqlite:///{tmp_path / 'consult.sqlite'}"
    assert (found.state_dir, found.mail_dir) == (tmp_path, tmp_path / "mail")


def test_a_setting_of_its_own_comes_before_the_state_folder(tmp_path: Path) -> None:
    found = from_environment(
        {"CONSULT_STATE_DIR": str(tmp_path), "CONSULT_DATABASE_URL": "sqlite:////srv/c.sqlite"}
    )
    assert found.database_url == "sqlite:////srv/c.sqlite"


def test_production_starts_with_safe_settings() -> None:
    assert from_environment(SAFE).production


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONSULT_ENVIRONMENT", "staging"),
        ("CONSULT_SECRET_KEY", "short"),
        ("CONSULT_BASE_URL", "http://consult.example.org"),
        ("CONSULT_PROXIES", "many"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({**SAFE, name: value})
