from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.casework.conftest import _no_submission_limit, b  # noqa: F401

if TYPE_CHECKING:
    from tenants.models import City
    from tests.laksa.box import Box


@pytest.fixture
def box(city_a: City) -> Iterator[Box]:
    """Runs the test inside city A with its aspiration box."""
    from tenants.current import in_city
    from tests.laksa.box import Box

    found = Box(city_a)
    with in_city(city_a):
        yield found


@pytest.fixture
def browse(box: Box, sign_in: Any) -> Any:
    """browse(user): a browser of city A, signed in as the user (None: a visitor)."""

    from django.test import Client

    from tenants.current import in_city

    class Browser(Client):
        def request(self, **request: Any) -> Any:
            with in_city(box.city):
                return super().request(**request)

    def browse(user: Any = None) -> Any:
        client = Browser(headers={"host": box.city.host})
        if user is not None:
            sign_in(client, user, box.city)
        return client

    return browse
