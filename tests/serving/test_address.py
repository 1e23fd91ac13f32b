"""Messages of a PostgreSQL server or its client are shown without the address's passwords."""

from __future__ import annotations

import pytest

from ontime.serving.postgres.address import understood, without_secrets


@pytest.mark.parametrize(
    "dsn",
    [
        "postgresql://user:s3cret@host/database",
        "postgresql://user:s3%63ret@host/database",
        "host=host user=user password=s3cret",
        "postgresql://user@host/database?sslpassword=s3cret",
        "host=host password='s3cret' sslpassword=s3cret",
    ],
)
def test_a_message_is_shown_without_the_passwords_of_the_address(dsn: str) -> None:
    said = "connection failed for user with s3cret\nand more: s3cret"
    assert without_secrets(said, understood(dsn)) == "connection failed for user with ***"


def test_a_password_of_the_environment_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPASSWORD", "s3cret")
    parts = understood("postgresql://user@host/database")
    assert without_secrets("no s3cret here", parts) == "no *** here"


def test_a_message_without_a_word_is_still_a_sentence() -> None:
    assert without_secrets(" \n", {}) == "no reason given"
