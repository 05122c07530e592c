"""Encrypted fields and the rotation of their keys."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import FieldError
from django.db import connection

from balai.accounts.encryption import UnknownKey, decrypt, encrypt
from balai.membership.models import SignInProvider


def test_the_newest_key_writes_and_older_ones_still_read(settings: Any) -> None:
    settings.FIELD_KEYS = ["a:first secret"]
    old = encrypt("rahasia – ya")
    settings.FIELD_KEYS = ["b:second secret", "a:first secret"]
    new = encrypt("rahasia – ya")
    assert (old[:2], new[:2]) == ("a:", "b:")
    assert decrypt(old) == decrypt(new) == "rahasia – ya"
    settings.FIELD_KEYS = ["b:second secret"]
    assert decrypt(new) == "rahasia – ya"
    with pytest.raises(UnknownKey):
        decrypt(old)


def test_a_changed_or_foreign_value_is_refused(settings: Any) -> None:
    settings.FIELD_KEYS = ["a:first secret"]
    stored = encrypt("rahasia")
    for wrong in (stored[:-4] + "AAA=", "a:", "", "plain text"):
        with pytest.raises(UnknownKey):
            decrypt(wrong)
    settings.FIELD_KEYS = ["a:another secret under the same name"]
    with pytest.raises(UnknownKey):
        decrypt(stored)


def test_the_same_text_is_never_stored_twice_alike() -> None:
    assert encrypt("rahasia") != encrypt("rahasia")


def test_the_database_sees_no_secret(in_city_a: Any) -> None:
    SignInProvider.objects.create(provider="google", client_id="id", secret="sangat rahasia")
    assert SignInProvider.objects.get().secret == "sangat rahasia"
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM membership_signinprovider")
        assert "rahasia" not in cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_secret_cannot_be_searched() -> None:
    with pytest.raises(FieldError):
        SignInProvider.objects.filter(secret="x").exists()
