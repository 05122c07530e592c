"""Fixtures: a real PostgreSQL with two real cities.

The test database is copied from a template database that holds the migrated hub and two provisioned cities. The
template is kept under a fingerprint of the migrations, so only a changed migration costs the seconds of a migration.
"""

from __future__ import annotations

import hashlib
import io
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
TEST_DATABASE = "_".join(filter(None, (os.environ.get("BALAI_TEST_DATABASE", "test_balai"), WORKER)))

# Here and not in pyproject.toml: pytest-django would read the settings before this file has set their environment.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.config.settings")
os.environ.setdefault("BALAI_EMBEDDED", "1")
os.environ.setdefault("EXTRA_MODULES", "tests.dummy_module" if (ROOT / "tests/dummy_module/apps.py").exists() else "")
os.environ.setdefault("BALAI_STATE", str(ROOT / ".balai-test"))
if "DATABASE_URL" not in os.environ or "BROKER_URL" not in os.environ:
    pytest.exit(
        "The tests need real servers: run them with bin/test, or set DATABASE_URL and BROKER_URL.", returncode=2
    )
# A Valkey database of its own for each worker (2–15), so that clearing one cache leaves the others alone.
_cache = urlsplit(os.environ.get("CACHE_URL") or os.environ["BROKER_URL"].replace("redis+socket://", "unix://"))
_number = str(2 + zlib.crc32(TEST_DATABASE.encode()) % 14)
os.environ["CACHE_URL"] = (
    f"unix://{_cache.path}?db={_number}" if _cache.scheme == "unix" else _cache._replace(path=f"/{_number}").geturl()
)
os.environ["STATIC_ROOT"] = str(Path(os.environ["BALAI_STATE"]) / "static-tests")
Path(os.environ["STATIC_ROOT"]).mkdir(parents=True, exist_ok=True)
os.environ["MEDIA_ROOT"] = str(Path(os.environ["BALAI_STATE"]) / "media" / TEST_DATABASE)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """The workers inherit this environment, and pytest-django reads the settings at once where it finds their name:
    before this file has set the worker's own cache, files and static storage."""
    del os.environ["DJANGO_SETTINGS_MODULE"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """All browser tests go to one worker, and first: there is one installation, and it takes minutes to start.

    Marks of xdist_group do nothing with pytest 9.2, whose node ids pytest-xdist 3.8 cannot change.
    """
    from xdist.scheduler import LoadScopeScheduling

    class BrowserTogether(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/browser/") else nodeid

    return BrowserTogether(config, log)


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    # Without collectstatic there is no manifest of hashed names; the browser tests run the real one.
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}


def _fingerprint() -> str:
    digest = hashlib.sha256(os.environ["EXTRA_MODULES"].encode())
    sources = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py"), *ROOT.glob("*/*/*/migrations/*.py")]
    for path in [*sorted(sources), ROOT / "requirements.lock", Path(__file__), ROOT / "tenants/provisioning.py"]:
        if "node_modules" not in path.parts:
            digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@contextmanager
def _maintenance() -> Iterator[Any]:
    """A connection to the server's own database, holding the lock under which test databases are made."""
    import psycopg
    from django.db import connections

    parameters = connections["default"].get_connection_params()
    keys = {k: v for k, v in parameters.items() if k in ("host", "port", "user", "password")}
    with psycopg.connect(dbname="postgres", autocommit=True, **keys) as connection:
        connection.execute("SELECT pg_advisory_lock(77001)")
        yield connection


def _use_database(name: str) -> None:
    from django.db import connections

    connection = connections["default"]
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name
    # For the processes that a test starts.
    os.environ["DATABASE_URL"] = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _fill_template() -> None:
    from django.core.management import call_command

    from balai.modules import modules
    from tenants.actions import create_city

    call_command("prepare", verbosity=0, stdout=io.StringIO())
    for name, slug, code, lat, lon in (
        ("Tangerang Selatan", "tangerang-selatan", "36.74", -6.2886, 106.7179),
        ("Serang", "serang", "36.73", -6.1149, 106.1503),
    ):
        create_city(name=f"Kota {name}", short_name=name, slug=slug, code=code, lat=lat, lon=lon, modules=modules())


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: Any) -> Iterator[None]:
    template = f"balai_tests_{_fingerprint()}"
    with django_db_blocker.unblock():
        with _maintenance() as server:
            known = {row[0] for row in server.execute("SELECT datname FROM pg_database").fetchall()}
            if template not in known:
                for stale in (name for name in known if name.startswith("balai_tests_")):
                    server.execute(f'DROP DATABASE IF EXISTS "{stale}" WITH (FORCE)')
                server.execute(f'DROP DATABASE IF EXISTS "making_{template}" WITH (FORCE)')
                server.execute(f'CREATE DATABASE "making_{template}"')
                _use_database(f"making_{template}")
                _fill_template()
                _use_database("postgres")
                server.execute(f'ALTER DATABASE "making_{template}" RENAME TO "{template}"')
            server.execute(f'DROP DATABASE IF EXISTS "{TEST_DATABASE}" WITH (FORCE)')
            server.execute(f'CREATE DATABASE "{TEST_DATABASE}" TEMPLATE "{template}"')
        _use_database(TEST_DATABASE)
        yield
        _use_database("postgres")
        with _maintenance() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{TEST_DATABASE}" WITH (FORCE)')


@pytest.fixture(autouse=True)
def _start_on_the_hub(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test starts and ends in the hub's schema with an empty cache; nothing of one test reaches the next."""
    if (
        not {"db", "transactional_db"} & set(request.fixturenames)
        and request.node.get_closest_marker("django_db") is None
    ):
        yield
        return
    from django.core.cache import cache
    from django.db import connection

    connection.set_schema_to_public()
    cache.clear()
    yield
    connection.set_schema_to_public()
    cache.clear()


def _city(slug: str) -> Any:
    from tenants.models import City

    return City.objects.get(slug=slug)


@pytest.fixture
def city_a(db: None) -> Any:
    """Kota Tangerang Selatan."""
    return _city("tangerang-selatan")


@pytest.fixture
def city_b(db: None) -> Any:
    """Kota Serang."""
    return _city("serang")


@pytest.fixture
def in_city_a(city_a: Any) -> Iterator[Any]:
    """Runs the test inside city A."""
    from tenants.current import in_city

    with in_city(city_a):
        yield city_a


def _client(host: str) -> Any:
    from django.test import Client

    return Client(headers={"host": host})


@pytest.fixture
def client_a(city_a: Any) -> Any:
    """A visitor of city A."""
    return _client(city_a.host)


@pytest.fixture
def client_b(city_b: Any) -> Any:
    """A visitor of city B."""
    return _client(city_b.host)


@pytest.fixture
def client_hub(db: None) -> Any:
    """A visitor of the hub."""
    from django.conf import settings

    return _client(settings.HUB_HOST)


@pytest.fixture
def sign_in() -> Any:
    """sign_in(client, user, city): gives the client a session in that city."""
    from tenants.current import in_city

    def sign_in(client: Any, user: Any, city: Any) -> None:
        with in_city(city):
            client.force_login(user, backend="balai.membership.backends.MembershipBackend")

    return sign_in


@pytest.fixture
def statements(db: None) -> Any:
    """`with statements() as seen:` collects the SQL of the block, without the choosing of the schema."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def statements() -> Any:
        seen: list[str] = []
        with CaptureQueriesContext(connection) as captured:
            yield seen
        seen += [query["sql"] for query in captured if not query["sql"].startswith("SET search_path")]

    return statements
