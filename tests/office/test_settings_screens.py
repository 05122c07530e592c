"""The city's own settings: modules with their options, and the profile."""

from __future__ import annotations

import dataclasses

import pytest

from balai.audit.models import Entry
from balai.modules import module
from balai.office.options import options_form
from tenants.actions import activate, deactivate
from tenants.current import in_city
from tenants.models import Activation, City
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db


def is_on(city: City, label: str) -> bool:
    return Activation.objects.filter(city=city, module=label, active=True).exists()


def test_switching_a_module_off_and_on(city_a: City, city_b: City) -> None:
    user = staff(city_a, "tenants.change_activation")
    client = signed_in(city_a, user)
    assert "SIARAN" in client.get("/kantor/modules/").content.decode()
    assert client.post("/kantor/modules/siaran/switch/", {"active": "0"}).status_code == 302
    assert not is_on(city_a, "siaran")
    assert is_on(city_b, "siaran")
    assert client.post("/kantor/modules/siaran/switch/", {"active": "1"}).status_code == 302
    assert is_on(city_a, "siaran")
    with in_city(city_a):
        assert list(Entry.objects.filter(actor=user).values_list("verb", flat=True)) == [
            "module.switched_on",
            "module.switched_off",
        ]


def test_a_module_that_another_needs_stays_on(city_a: City) -> None:
    activate(city_a, "dummy")
    client = signed_in(city_a, staff(city_a, "tenants.change_activation"))
    response = client.post("/kantor/modules/news/switch/", {"active": "0"}, follow=True)
    assert response.status_code == 200
    assert is_on(city_a, "news")


def test_options_are_a_form_made_from_the_dataclass(city_a: City) -> None:
    client = signed_in(city_a, staff(city_a, "tenants.change_activation"))
    assert "longest_note" in client.get("/kantor/modules/dummy/").content.decode()
    assert client.post("/kantor/modules/dummy/", {"longest_note": "50"}).status_code == 302
    assert Activation.objects.get(city=city_a, module="dummy").options == {"longest_note": 50}


def test_wrong_options_are_refused_and_nothing_changes(city_a: City) -> None:
    client = signed_in(city_a, staff(city_a, "tenants.change_activation"))
    before = list(Activation.objects.order_by("pk").values())
    response = client.post("/kantor/modules/dummy/", {"longest_note": "many"})
    assert response.status_code == 200
    assert 'value="many"' in response.content.decode()
    assert list(Activation.objects.order_by("pk").values()) == before


def test_saving_options_does_not_switch_a_module_on(city_a: City) -> None:
    deactivate(city_a, "dummy")
    client = signed_in(city_a, staff(city_a, "tenants.change_activation"))
    client.post("/kantor/modules/dummy/", {"longest_note": "50"})
    stored = Activation.objects.get(city=city_a, module="dummy")
    assert (stored.active, stored.options) == (False, {"longest_note": 50})


@pytest.mark.parametrize("path", ["/kantor/modules/auth/", "/kantor/modules/nothing/", "/kantor/modules/auth/switch/"])
def test_what_is_no_module_is_not_found(city_a: City, path: str) -> None:
    client = signed_in(city_a, staff(city_a, "tenants.change_activation"))
    assert client.post(path, {"active": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("/kantor/modules/siaran/switch/", {"active": "0"}),
        ("/kantor/modules/dummy/", {"longest_note": "50"}),
        ("/kantor/profile/", {"name": "Kota Lain", "short_name": "Lain", "language": "id", "timezone": "Asia/Jakarta"}),
    ],
)
def test_without_the_permission_nothing_changes(city_a: City, path: str, data: dict[str, str]) -> None:
    before = list(Activation.objects.order_by("pk").values()), list(City.objects.order_by("pk").values())
    assert signed_in(city_a, staff(city_a)).post(path, data).status_code == 403
    assert before == (list(Activation.objects.order_by("pk").values()), list(City.objects.order_by("pk").values()))


def test_the_profile_is_shown_at_once(city_a: City, city_b: City) -> None:
    client = signed_in(city_a, staff(city_a, "tenants.change_city"))
    values = {
        "name": "Kota Tangsel",
        "short_name": "Tangsel",
        "mail_sender": "layanan@tangsel.example.id",
        "language": "id",
        "timezone": "Asia/Jakarta",
        "lat": "-6.3",
        "lon": "106.7",
    }
    assert client.post("/kantor/profile/", values).status_code == 302
    assert "Kota Tangsel" in client.get("/kantor/").content.decode()
    changed = City.objects.get(pk=city_a.pk)
    assert (changed.mail_sender, changed.lat) == ("layanan@tangsel.example.id", -6.3)
    assert City.objects.get(pk=city_b.pk).name == "Kota Serang"


def test_a_wrong_profile_changes_nothing(city_a: City) -> None:
    client = signed_in(city_a, staff(city_a, "tenants.change_city"))
    before = City.objects.filter(pk=city_a.pk).values().get()
    response = client.post("/kantor/profile/", {"name": "", "short_name": "X", "mail_sender": "not-an-address"})
    assert response.status_code == 200
    assert City.objects.filter(pk=city_a.pk).values().get() == before


@dataclasses.dataclass(frozen=True)
class Everything:
    flag: bool = True
    number: int = dataclasses.field(default=3, metadata={"min": 1, "max": 9, "label": "How many"})
    share: float = 0.5
    word: str = "satu"
    lines: list[str] = dataclasses.field(default_factory=lambda: ["a", "b"])
    pick: str = dataclasses.field(default="a", metadata={"choices": [("a", "A"), ("b", "B")]})


def test_each_type_of_option_comes_back_as_it_went(monkeypatch: pytest.MonkeyPatch) -> None:
    config = module("dummy")
    monkeypatch.setattr(type(config), "options", Everything)
    sent = {"number": "4", "share": "0.25", "word": "", "lines": "x\n\n y \n", "pick": "b"}
    form = options_form(config, Everything(), sent)
    assert form.is_valid(), form.errors
    values = {"flag": False, "number": 4, "share": 0.25, "word": "", "lines": ["x", "y"], "pick": "b"}
    assert form.cleaned_data == values
    assert config.parse_options(values) == Everything(**values)
    assert not options_form(config, Everything(), {**sent, "number": "10"}).is_valid()
    assert not options_form(config, Everything(), {**sent, "pick": "c"}).is_valid()
    assert "a\nb" in str(options_form(config, Everything())["lines"])
