"""Whatever is sent to /graphql/, the answer is JSON with a clear message and a 4xx status, never a 500."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest

from tests.graphql.conftest import ask

pytestmark = pytest.mark.django_db


def nested(levels: int) -> str:
    return "{dummy{notes{nodes{" + "similar{" * levels + "id" + "}" * levels + "}}}}"


DOCUMENTS = {
    "empty": "",
    "only spaces": "   ",
    "no operation": "fragment F on Query { city { name } }",
    "syntax": "{ city { name ",
    "unknown field": "{ city { mayorsPassword } }",
    "deep nesting": nested(40),
    "very deep nesting": nested(900),
    "deep list": "{dummy{echo(value:" + "[" * 1200 + "]" * 1200 + ")}}",
    "10k aliases": "{" + " ".join(f"a{i}:city{{name}}" for i in range(10_000)) + "}",
    "200 aliases": "{" + " ".join(f"a{i}:city{{name}}" for i in range(200)) + "}",
    "repeated field": "{city{" + "name " * 2_500 + "}}",
    "too many root fields": "{" + "city{name}" * 25 + "}",
    "circular fragments": "{...A} fragment A on Query {...B} fragment B on Query {...A}",
    "fragment bomb": "{city{...f0}}"
    + "".join(
        f"fragment f{i} on City {{a:modules{{name}} ...f{i + 1} b:modules{{name}} ...f{i + 1}}}" for i in range(60)
    )
    + "fragment f60 on City {name}",
    "alias bomb": "{dummy{notes(first:50){nodes{...s0}}}}"
    + "".join(f"fragment s{i} on Note {{a:similar{{...s{i + 1}}} b:similar{{...s{i + 1}}}}}" for i in range(10))
    + "fragment s10 on Note {id}",
    "costly": "{dummy{notes(first:50){nodes{similar{similar{similar{id}}}}}}}",
    "page too large in literal": "{dummy{notes(first:999999999999999999999){nodes{id}}}}",
    "huge integer": "{dummy{note(id:" + "9" * 5_000 + "){id}}}",
    "NUL in a text": '{dummy{at(value:"\\u0000")}}',
    "NUL raw": '{dummy{at(value:"\0")}}',
    "wrong type": '{dummy{note(id:"x"){id}}}',
    "subscription": "subscription { city { name } }",
    "two operations": "query A { city { name } } query B { city { name } }",
    "directives": "{city{name" + " @include(if:true)" * 500 + "}}",
    "many fragments": "{city{name}}" + "".join(f"fragment f{i} on City{{name}}" for i in range(400)),
    "comments": "{city{name}}" + "\n#x" * 5_000,
    "unknown directive": "{city @nope {name}}",
    "undeclared variable": "query($x:Int!){dummy{note(id:$y){id}}}",
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_bad_document_is_refused(client_a: Any, name: str) -> None:
    started = time.monotonic()
    response = ask(client_a, DOCUMENTS[name])
    assert 400 <= response.status_code < 500, response.content
    error = response.read["errors"][0]
    assert error["message"]
    assert error["extensions"]["code"]
    assert time.monotonic() - started < 3, "refusing must be cheap"


BODIES = {
    "nothing": b"",
    "no JSON": b"{query",
    "a list": b'[{"query":"{city{name}}"}]',
    "a text": b'"hello"',
    "null": b"null",
    "not UTF-8": b'{"query":"\xff\xfe"}',
    "deep JSON": b'{"variables":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "lone surrogate": b'{"query":"{city{name}} \\ud800"}',
    "query is a number": b'{"query":5}',
    "query is a list": b'{"query":["{city{name}}"]}',
    "id is an object": b'{"id":{}}',
    "unknown id": b'{"id":"' + b"0" * 64 + b'"}',
    "variables is a list": b'{"query":"{city{name}}","variables":[1]}',
    "variables is a text": b'{"query":"{city{name}}","variables":"{}"}',
    "operationName is a number": b'{"query":"{city{name}}","operationName":1}',
    "unknown operationName": b'{"query":"{city{name}}","operationName":"X"}',
    "huge integer variable": b'{"query":"query($i:Int!){dummy{note(id:$i){id}}}","variables":{"i":'
    + b"9" * 400
    + b"}}",
    "64-bit variable": b'{"query":"query($i:Int!){dummy{note(id:$i){id}}}","variables":{"i":9223372036854775807}}',
    "wrong variable": b'{"query":"query($i:Int!){dummy{note(id:$i){id}}}","variables":{"i":{"a":[1]}}}',
    "missing variable": b'{"query":"query($i:Int!){dummy{note(id:$i){id}}}"}',
    "NUL variable": b'{"query":"query($a:String){dummy{notes(after:$a){nodes{id}}}}","variables":{"a":"x\\u0000"}}',
    "NUL key": b'{"query":"{city{name}}","variables":{"a\\u0000":1}}',
    "too long": b'{"query":"' + b" " * 300_000 + b'"}',
}


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_refused(client_a: Any, name: str) -> None:
    response = client_a.post("/graphql/", BODIES[name], content_type="application/json")
    assert 400 <= response.status_code < 500, response.content
    error = orjson.loads(response.content)["errors"][0]
    assert error["message"]
    assert error["extensions"]["code"]


def test_other_methods_and_media_types(client_a: Any) -> None:
    assert client_a.put("/graphql/", b"{}", content_type="application/json").status_code == 405
    assert client_a.delete("/graphql/").headers["Allow"] == "GET, HEAD, POST"
    form = client_a.post("/graphql/", {"query": "{city{name}}"})
    assert (form.status_code, form.json()["errors"][0]["extensions"]["code"]) == (415, "MEDIA_TYPE")
    assert client_a.post("/graphql/", b"{city{name}}", content_type="text/plain").status_code == 415


def test_a_mutation_must_be_posted(client_a: Any, city_a: Any) -> None:
    response = client_a.get(
        "/graphql/", {"query": 'mutation { dummyAddNote(text: "x") { note { id } errors { code } } }'}
    )
    assert response.status_code == 405
    assert response.json()["errors"][0]["extensions"]["code"] == "METHOD"
    from tenants.current import in_city
    from tests.dummy_module.models import Note

    with in_city(city_a):
        assert not Note.objects.exists()


@pytest.mark.parametrize(
    "query", ["variables=[", "variables=%00", "variables=%ff", "query=%00", "id=%00", "query=%FF%FE"]
)
def test_bad_query_strings(client_a: Any, query: str) -> None:
    response = client_a.get(f"/graphql/?{query}", headers={"accept": "application/json"})
    assert response.status_code in (400, 404), response.content


def test_a_deep_value_is_refused_in_its_field(client_a: Any) -> None:
    value: Any = 1
    for _ in range(20):
        value = [value]
    response = ask(client_a, "query($v:JSON){dummy{echo(value:$v)}}", {"v": value})
    assert response.status_code == 400
    assert "nested" in response.read["errors"][0]["message"]
