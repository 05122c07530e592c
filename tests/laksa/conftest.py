from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

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
