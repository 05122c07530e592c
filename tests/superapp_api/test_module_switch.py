"""The module contract, tried out on the dummy module: everything a module offers comes and goes with its switch."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.apps import apps
from django.conf import settings

from balai.modules import CityModule, modules
from tenants.actions import activate, deactivate
from tenants.current import in_city

ROOT = Path(__file__).resolve().parents[2]
ADD = 'mutation { dummyAddNote(text: "x") { note { id } errors { code } } }'

pytestmark = pytest.mark.django_db


def ask(client: Any, query: str) -> Any:
    return orjson.loads(
        client.post("/graphql/", orjson.dumps({"query": query}), content_type="application/json").content
    )


def count_notes(city: Any) -> int:
    from tests.dummy_module.models import Note

    with in_city(city):
        return Note.objects.count()


# -- the registry ------------------------------------------------------------------------------------------------------
def test_the_registry_is_what_the_settings_name() -> None:
    assert [card.name for card in modules().values()] == [*settings.CITY_MODULES, *settings.EXTRA_MODULES]
    assert "dummy" in modules()


def test_platform_is_a_source_root_and_no_package() -> None:
    assert not (ROOT / "platform/__init__.py").exists()
    import platform

    assert platform.python_version()


def test_every_app_config_of_a_module_is_a_card() -> None:
    for name in settings.CITY_MODULES:
        assert isinstance(apps.get_app_config(name.rpartition(".")[2]), CityModule), name


@pytest.mark.parametrize("file", ["schema", "urls", "office", "wagtail_hooks", "demo", "personal_data", "tasks"])
def test_an_error_inside_a_modules_file_is_raised(tmp_path: Path, monkeypatch: Any, file: str) -> None:
    package = tmp_path / f"faulty_{file}"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / f"{file}.py").write_text("from nowhere_at_all import something\n")
    monkeypatch.syspath_prepend(tmp_path)
    faulty = importlib.import_module(package.name)

    class FaultyConfig(CityModule):
        name = package.name
        label = package.name
        path = str(package)

    card = FaultyConfig(package.name, faulty)
    with pytest.raises(ModuleNotFoundError, match="nowhere_at_all"):
        card.part(file)
    assert card.part("another_file") is None


# -- on and off --------------------------------------------------------------------------------------------------------
@pytest.fixture
def note(city_a: Any) -> None:
    from tests.dummy_module.models import Note

    with in_city(city_a):
        Note.objects.create(text="Here")


def test_off_and_on_again_acts_at_once(client_a: Any, city_a: Any, note: None) -> None:
    for _ in range(2):
        assert client_a.get("/dummy/").status_code == 200
        assert "Notes nearby" in client_a.get("/").content.decode()
        assert 'href="/dummy/"' in client_a.get("/").content.decode()
        assert "/dummy/" in client_a.get("/sitemap.xml").content.decode()
        assert ask(client_a, "{dummy{mine} city{modules{label}}}")["data"]["dummy"] == {"mine": 0}

        deactivate(city_a, "dummy")
        before = count_notes(city_a)
        assert client_a.get("/dummy/").status_code == 404
        assert client_a.post("/dummy/tulis/", {"text": "x"}).status_code == 404
        home = client_a.get("/").content.decode()
        assert "Notes nearby" not in home
        assert 'href="/dummy/"' not in home
        assert "/dummy/" not in client_a.get("/sitemap.xml").content.decode()
        read = ask(client_a, "{dummy{mine} city{modules{label}}}")["data"]
        assert read["dummy"] is None
        assert "dummy" not in [item["label"] for item in read["city"]["modules"]]
        refused = ask(client_a, ADD)["errors"][0]
        assert refused["extensions"] == {"code": "MODULE_OFF", "module": "dummy"}
        assert refused["message"]
        assert count_notes(city_a) == before

        activate(city_a, "dummy")


def test_a_switch_concerns_one_city(client_a: Any, client_b: Any, city_a: Any) -> None:
    deactivate(city_a, "dummy")
    assert client_a.get("/dummy/").status_code == 404
    assert client_b.get("/dummy/").status_code == 200
    assert ask(client_b, "{dummy{mine}}")["data"] == {"dummy": {"mine": 0}}


def test_the_data_stays(client_a: Any, city_a: Any, note: None) -> None:
    deactivate(city_a, "dummy")
    activate(city_a, "dummy")
    assert "Here" in client_a.get("/dummy/").content.decode()


def test_staff_screens_come_and_go(client_a: Any, city_a: Any, sign_in: Any) -> None:
    from balai.accounts.models import User
    from balai.membership.models import Membership

    user = User.objects.create_user("admin@example.id", "rahasia-sekali", name="Admin")
    with in_city(city_a):
        Membership.objects.create(user=user, is_staff=True, is_superuser=True)
    sign_in(client_a, user, city_a)
    screen = "/kantor/dummy/notes/"
    assert client_a.get(screen).status_code == 200
    assert screen in client_a.get("/kantor/").content.decode()
    deactivate(city_a, "dummy")
    assert client_a.get(screen).status_code == 404
    assert client_a.post(f"{screen}new/", {"text": "x"}).status_code == 404
    assert screen not in client_a.get("/kantor/").content.decode()
    assert count_notes(city_a) == 0


def test_requirements_come_along_and_hold(city_a: Any) -> None:
    deactivate(city_a, "dummy")
    deactivate(city_a, "news")
    activate(city_a, "dummy")
    assert "news" in city_a.options_by_module
    with pytest.raises(ValueError, match="required by dummy"):
        deactivate(city_a, "news")


def test_options_are_the_citys(client_a: Any, client_b: Any, city_a: Any) -> None:
    activate(city_a, "dummy", {"longest_note": 5})
    query = 'mutation { dummyAddNote(text: "longer") { errors { code } } }'
    assert ask(client_a, query)["data"]["dummyAddNote"]["errors"] == [{"code": "MAX_LENGTH"}]
    assert ask(client_b, query)["data"]["dummyAddNote"]["errors"] == []
    with pytest.raises(ValueError, match="longest_note"):
        activate(city_a, "dummy", {"longest_note": "many"})


def test_periodic_work_goes_to_cities_that_have_the_module(city_a: Any, city_b: Any, monkeypatch: Any) -> None:
    from tenants import tasks

    entry = tasks.beat_schedule()["dummy.sweep"]
    assert entry["args"][:3] == ("tests.dummy_module.tasks.sweep", "dummy", 60)
    sent: list[str] = []

    class Broker:
        @staticmethod
        def send_task(name: str, *, headers: dict[str, str], **_options: Any) -> None:
            assert name == "tests.dummy_module.tasks.sweep"
            sent.append(headers["_schema_name"])

    monkeypatch.setattr(tasks, "current_app", Broker)
    deactivate(city_a, "dummy")
    tasks.fan_out(*entry["args"])
    assert sent == [city_b.schema_name]


def test_the_sweep_does_its_work_in_one_city(city_a: Any, city_b: Any) -> None:
    from tests.dummy_module.models import Note
    from tests.dummy_module.tasks import sweep

    for city in (city_a, city_b):
        with in_city(city):
            Note.objects.create(text="sweep me")
    with in_city(city_a):
        assert sweep() == 1
        assert sweep() == 0
    with in_city(city_b):
        assert Note.objects.filter(hidden=False).count() == 1


def test_the_demo_fills_twice_without_doubling(city_a: Any) -> None:
    from tenants import demo
    from tests.dummy_module import demo as filler

    assert filler in list(demo.fillers())
    with in_city(city_a):
        filler.fill(city_a)
        filler.fill(city_a)
    assert count_notes(city_a) == 1


def test_personal_data_is_told_and_erased(city_a: Any, city_b: Any) -> None:
    from balai.accounts.models import User
    from tests.dummy_module import personal_data
    from tests.dummy_module.models import Note

    user = User.objects.create_user("w@example.id", "rahasia-sekali", name="Wati")
    with in_city(city_a):
        Note.objects.create(text="mine", author=user)
        assert [row["text"] for row in personal_data.export(user)["notes"]] == ["mine"]
        personal_data.erase(user)
        assert personal_data.export(user) == {"notes": []}
        assert Note.objects.get().text == "mine"
    with in_city(city_b):
        assert personal_data.export(user) == {"notes": []}
