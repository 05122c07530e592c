"""One schema from many parts: what the joiner refuses, and that it hides nothing."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType
from typing import Any

import graphene
import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from balai.modules import CityModule, modules
from superapp_api.joining import join


class Card:
    """A stand-in for a module's card."""

    label = "fake"
    name = "tests.fake"
    verbose_name = "Fake"
    summary = "A fake."

    def __init__(self, **parts: Any) -> None:
        self.schema = ModuleType("tests.fake.schema")
        for name, fields in parts.items():
            setattr(self.schema, name, type(name, (graphene.ObjectType,), fields))

    def part(self, name: str) -> Any:
        return self.schema


def join_with(**parts: Any) -> Any:
    return join([Card(**parts)])  # type: ignore[list-item]


def test_a_modules_query_becomes_its_field() -> None:
    sdl = str(join_with(Query={"hello": graphene.String()}))
    assert "fake: FakeQuery" in sdl
    assert "type FakeQuery {\n  hello: String\n}" in sdl


def test_a_mutation_must_carry_the_label() -> None:
    assert "fakeAct: String" in str(join_with(Mutation={"fake_act": graphene.String()}))
    for name in ("act", "fake", "faked", "fakery_act"):
        with pytest.raises(ImproperlyConfigured, match="must begin with the module's label"):
            join_with(Mutation={name: graphene.String()})


def test_a_schema_without_parts_is_a_mistake() -> None:
    with pytest.raises(ImproperlyConfigured, match="neither"):
        join_with()


def test_two_types_of_one_name_are_refused() -> None:
    other = type("City", (graphene.ObjectType,), {"x": graphene.String()})
    with pytest.raises(TypeError, match="two GraphQL types are named City"):
        join_with(Query={"city": graphene.Field(other)})


def test_a_clash_with_a_service_is_refused(monkeypatch: Any) -> None:
    monkeypatch.setattr(Card, "label", "city")
    with pytest.raises(ImproperlyConfigured, match=r"both have Query\.city"):
        join_with(Query={"x": graphene.String()})


def test_graphenes_own_datetime_becomes_ours() -> None:
    from balai.graphql import DateTime

    schema = join_with(Query={"x": graphene.DateTime()}).graphql_schema
    assert schema.get_type("DateTime").graphene_type is DateTime


def test_an_import_error_in_a_schema_is_raised(tmp_path: Any, monkeypatch: Any) -> None:
    package = tmp_path / "broken_module"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "schema.py").write_text("import a_package_that_is_not_there\n")
    monkeypatch.syspath_prepend(tmp_path)

    class BrokenConfig(CityModule):
        name = "broken_module"
        label = "broken"
        path = str(package)

    import broken_module  # type: ignore[import-not-found]

    with pytest.raises(ModuleNotFoundError, match="a_package_that_is_not_there"):
        join([BrokenConfig("broken_module", broken_module)])


def test_the_committed_sdl_is_the_code() -> None:
    installed = [card for card in modules().values() if card.name in settings.CITY_MODULES]
    kept = (settings.ROOT / "schema.graphql").read_text()
    assert kept == str(join(installed)) + "\n", "run manage.py schema"


def test_schema_check_shows_the_difference() -> None:
    """The process has the dummy module, which schema.graphql must not have."""
    result = subprocess.run(
        [sys.executable, "manage.py", "schema", "--check"],
        cwd=settings.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 1
    assert "+type DummyQuery {" in result.stdout


def test_all_trusted_documents_fit_the_schema() -> None:
    from balai.graphql import trusted
    from balai.graphql.documents import read_document
    from balai.graphql.execution import schema
    from balai.graphql.limits import Limits

    for document in trusted.registry().values():
        read = read_document(schema(), document.text)
        for operation in read.operations.values():
            if document.name != trusted.HOME:
                operation.shape.check(Limits())
            if document.cache_seconds and not document.name.startswith("dummy/"):
                assert not operation.shape.personal, f"{document.name} must not be cached: it touches a personal field"


def test_the_documents_can_be_exported(tmp_path: Any, capsys: Any) -> None:
    import json

    from django.core.management import call_command

    from balai.graphql.documents import document_hash

    call_command("documents", export=tmp_path / "documents.json")
    written = json.loads((tmp_path / "documents.json").read_text())
    assert {entry["name"] for entry in written.values()} >= {"portal/home", "portal/city", "dummy/notes"}
    assert all(document_hash(entry["document"]) == digest for digest, entry in written.items())
    listed = capsys.readouterr().out
    assert "dummy/notes  cached 30 s" in listed
    assert "dummy/authors  NOT cached" in listed


def test_shared_fragments_come_along_with_those_they_use() -> None:
    from balai.graphql import trusted

    text = trusted.by_name("dummy/notes").text
    assert "fragment NoteCard on Note" in text
    assert "fragment NoteText on Note" in text
    assert "fragment NoteCard" not in trusted.by_name("dummy/note").text
    with pytest.raises(trusted.UnknownDocument, match=r"operations/nothing\.graphql"):
        trusted.by_name("dummy/nothing")
