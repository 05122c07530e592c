"""Asking the API as a program would."""

from __future__ import annotations

from typing import Any

import orjson
import pytest


def ask(client: Any, query: str = "", variables: Any = None, **extra: Any) -> Any:
    """Posts an operation; the response, with its body as `.read`."""
    body = {k: v for k, v in {"query": query, "variables": variables, **extra.pop("body", {})}.items() if v}
    response = client.post("/graphql/", orjson.dumps(body), content_type="application/json", **extra)
    response.read = orjson.loads(response.content)
    return response


@pytest.fixture
def person(db: None) -> Any:
    from balai.accounts.models import User

    return User.objects.create_user("warga@example.id", "rahasia-sekali", name="Wati Warga")


@pytest.fixture
def add_notes() -> Any:
    """add_notes(city, *texts): notes of the dummy module, oldest first."""
    from tenants.current import in_city
    from tests.dummy_module.models import Note

    def add(city: Any, *texts: str) -> list[int]:
        with in_city(city):
            return [Note.objects.create(text=text).pk for text in texts]

    return add
