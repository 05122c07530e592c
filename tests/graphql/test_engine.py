"""Documents, limits, pages, look-ahead: the parts that modules build on."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema, GraphQLString

from balai.graphql import UserError, page
from balai.graphql.connection import MAX_COUNTED
from balai.graphql.documents import DocumentCache, read_document
from balai.graphql.limits import Limits
from tests.graphql.conftest import ask


@pytest.fixture
def schema() -> Any:
    from balai.graphql.execution import schema

    return schema()


def cost(schema: Any, text: str) -> int:
    return int(read_document(schema, text).operation(None).shape.cost)


def test_costs_multiply_through_lists(schema: Any) -> None:
    assert cost(schema, "{city{name}}") == 1
    assert cost(schema, "{city{modules{name}}}") == 1 + 40
    assert cost(schema, "{dummy{notes(first:7){nodes{id}}}}") == 1 + 7 * (1 + 1)
    assert cost(schema, "{dummy{notes{nodes{id}}}}") == 1 + 20 * 2
    assert cost(schema, "query($n:Int){dummy{notes(first:$n){nodes{id}}}}") == 1 + 50 * 2
    assert cost(schema, "{dummy{notes(first:2){nodes{similar{id}}}}}") == 1 + 2 * (1 + 1 + 10)
    assert cost(schema, "{dummy{...F}} fragment F on DummyQuery {notes(first:2){nodes{id}}}") == 1 + 2 * 2


def test_personal_fields_are_found_through_fragments(schema: Any) -> None:
    text = "{dummy{notes{nodes{...F}}}} fragment F on Note { ... on Note { author { name } } }"
    assert read_document(schema, text).operation(None).shape.personal
    assert not read_document(schema, "{dummy{notes{nodes{text}}}}").operation(None).shape.personal


def test_limits_do_not_hold_for_documents_of_the_suite(schema: Any, rf: Any) -> None:
    shape = read_document(schema, "{city{modules{name}}}").operation(None).shape
    with pytest.raises(UserError, match="41"):
        shape.check(Limits(cost=5))


def test_the_cache_of_documents_is_bounded_and_keyed_with_the_schema() -> None:
    def tiny(name: str) -> GraphQLSchema:
        return GraphQLSchema(GraphQLObjectType("Query", {name: GraphQLField(GraphQLString)}))

    one, two = tiny("x"), tiny("x")
    cache = DocumentCache(documents=2, characters=100)
    first = cache.get(one, "{x}")
    assert cache.get(one, "{x}") is first
    assert cache.get(two, "{x}") is not first
    cache.get(one, "{y:x}")
    assert len(cache.kept) == 2
    cache.get(one, "{x" + " " * 98 + "}")
    assert cache.size <= 100
    assert cache.get(one, "{x}") is not first


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_a_page_is_one_statement_however_long(
    client_a: Any, city_a: Any, add_notes: Any, count: int, statements: Any
) -> None:
    add_notes(city_a, *["note"] * count)
    ask(client_a, "{city{code}}")
    query = "{dummy{notes{nodes{id text createdAt author{name}} pageInfo{hasNextPage}}}}"
    with statements() as seen:
        assert len(ask(client_a, query).read["data"]["dummy"]["notes"]["nodes"]) == count
    assert len(seen) == 1
    with statements() as seen:
        assert ask(client_a, "{dummy{notes{totalCount}}}").read["data"] == {"dummy": {"notes": {"totalCount": count}}}
    assert len(seen) == 2


@pytest.mark.django_db
def test_a_list_is_counted_up_to_a_bound(client_a: Any, city_a: Any, add_notes: Any, statements: Any) -> None:
    add_notes(city_a, *["note"] * (MAX_COUNTED + 1))
    ask(client_a, "{city{code}}")
    with statements() as seen:
        answer = ask(client_a, "{dummy{notes{totalCount more}}}")
    assert answer.read["data"]["dummy"]["notes"] == {"totalCount": MAX_COUNTED, "more": True}
    assert len(seen) == 2
    assert f"LIMIT {MAX_COUNTED + 1}" in seen[-1]


@pytest.mark.django_db
def test_look_ahead_fetches_only_what_was_asked_for(
    client_a: Any, city_a: Any, add_notes: Any, statements: Any
) -> None:
    add_notes(city_a, "note")
    ask(client_a, "{city{code}}")
    query = (
        "query($with:Boolean!){dummy{notes{nodes{...N}}}} fragment N on Note {id who: author @include(if:$with) {name}}"
    )
    for wanted in (True, False):
        with statements() as seen:
            ask(client_a, query, {"with": wanted})
        assert ["accounts_user" in sql for sql in seen] == [wanted]


@pytest.mark.django_db
def test_paging_neither_skips_nor_repeats(client_a: Any, city_a: Any, add_notes: Any) -> None:
    from django.utils import timezone

    from tenants.current import in_city
    from tests.dummy_module.models import Note

    numbers = add_notes(city_a, *"abcdefg")
    with in_city(city_a):
        # The same moment for some: the number decides between them.
        Note.objects.filter(pk__in=numbers[2:5]).update(created_at=timezone.now())
        expected = [str(pk) for pk in Note.objects.order_by("-created_at", "-id").values_list("pk", flat=True)]
    query = "query($after:String){dummy{notes(first:2,after:$after){nodes{id} pageInfo{hasNextPage endCursor}}}}"
    seen, after = [], None
    while True:
        notes = ask(client_a, query, {"after": after}).read["data"]["dummy"]["notes"]
        seen += [node["id"] for node in notes["nodes"]]
        after = notes["pageInfo"]["endCursor"]
        if not notes["pageInfo"]["hasNextPage"]:
            break
        if len(seen) == 2:
            add_notes(city_a, "new")
    assert seen == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    "after", ["x", "AAAA", "W10", "WzFd", "bnVsbA", "WyJ4IiwxXQ", "WzFlOTk5LDFd", "é", "W251bGwsbnVsbF0"]
)
def test_a_bad_cursor_is_said_so(client_a: Any, after: str) -> None:
    response = ask(client_a, "query($a:String){dummy{notes(after:$a){nodes{id}}}}", {"a": after})
    assert response.read["errors"][0]["extensions"]["code"] == "BAD_CURSOR"


@pytest.mark.django_db
@pytest.mark.parametrize("first", [0, -1, 51])
def test_a_page_has_1_to_50_rows(in_city_a: Any, first: int) -> None:
    from tests.dummy_module.models import Note

    with pytest.raises(UserError, match="50"):
        page(Note.objects.all(), order=("id",), first=first)
