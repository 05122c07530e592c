"""A city calls the module what it likes; another city keeps its own name."""

from __future__ import annotations

from typing import Any

import pytest

from tenants.current import in_city
from tenants.models import Activation
from tenants.modules import module_name
from tests.staff import staff

pytestmark = pytest.mark.django_db


def test_a_city_has_its_own_name_for_it(city_a: Any, city_b: Any, client_a: Any, client_b: Any, sign_in: Any) -> None:
    options = {"name": "RABEG", "full_name": "Reaksi Atas Berita Warga"}
    Activation.objects.filter(city=city_b, module="siaran").update(options=options)
    query = {"query": "{ city { modules { label name } } }"}
    for city, client, name, other in ((city_a, client_a, "SIARAN", "RABEG"), (city_b, client_b, "RABEG", "SIARAN")):
        with in_city(city):
            city.__dict__.pop("options_by_module", None)
            assert module_name("siaran") == name
        answer = client.post("/graphql/", query, content_type="application/json").json()
        names = {row["label"]: row["name"] for row in answer["data"]["city"]["modules"]}
        assert names["siaran"] == name
        home = client.get("/").content.decode()
        assert name in home
        assert other not in home
        sign_in(client, staff(city, emergency_key=True), city)
        office = client.get("/kantor/").content.decode()
        assert name in office
        assert other not in office
