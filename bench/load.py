"""Asking as fast as it goes: over HTTP, and the same SQL bare; and the report of what came out."""

from __future__ import annotations

import http.client
import itertools
import json
import multiprocessing
import secrets
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

OUT = Path(__file__).with_name("out")
Statement = tuple[str, tuple[Any, ...]]
Ask = Callable[[int], None]
"""Asks once; the number tells the how-manieth time of this client it is."""


@dataclass(frozen=True)
class Measure:
    """One line of the report. `bar` is what `ratio`, or without a reference `ours`, is held against."""

    ours: float
    reference: float | None
    ratio: float | None
    bar: str
    ok: bool
    unit: str = ""
    note: str = ""


def at_least(ours: float, reference: float, share: float, unit: str = "/s", note: str = "") -> Measure:
    """A rate that has to reach a share of the reference's."""
    ratio = ours / reference
    return Measure(ours, reference, ratio, f"≥ {share}×", ratio >= share, unit, note)


def at_most(ours: float, limit: float, unit: str, note: str = "") -> Measure:
    """A cost with a limit."""
    return Measure(ours, None, None, f"≤ {limit:g}", ours <= limit, unit, note)


def report(name: str, measures: dict[str, Measure], information: dict[str, str]) -> bool:
    """Prints the table and writes out/<name>.json. Whether every bar was met."""
    print(f"\n{'':44} {'ours':>10} {'reference':>10} {'ratio':>6}  bar")
    for title, measure in measures.items():
        reference = f"{measure.reference:10.1f}" if measure.reference is not None else f"{'':10}"
        ratio = f"{measure.ratio:6.2f}" if measure.ratio is not None else f"{'':6}"
        mark = "ok" if measure.ok else "MISSED"
        line = f"{title:44} {measure.ours:10.2f} {reference} {ratio}  {measure.bar} {measure.unit} {mark}"
        print(f"{line}  {measure.note}".rstrip())
    for about, words in information.items():
        print(f"  {about}: {words}")
    OUT.mkdir(exist_ok=True)
    (OUT / f"{name}.json").write_text(
        json.dumps({title: asdict(measure) for title, measure in measures.items()}, indent=1, ensure_ascii=False) + "\n"
    )
    return all(measure.ok for measure in measures.values())


def p95(samples: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(samples, n=20)[-1] if len(samples) > 1 else samples[0]


# -- rates -----------------------------------------------------------------------------------------------------------


def rate(make: Callable[[int], Ask], clients: int, seconds: float) -> float:
    """How often a second so many clients, each a process of its own, get an answer. `make` gives client n its way to
    ask; the first second is for warming up and not counted."""
    queue: Any = multiprocessing.get_context("fork").Queue()
    start = time.monotonic() + 0.5

    def client(number: int) -> None:
        count = 0
        try:
            ask = make(number)
            for turn in itertools.count():
                now = time.monotonic()
                if now >= start + 1 + seconds:
                    break
                ask(turn)
                if now >= start + 1:
                    count += 1
        except BaseException as error:
            queue.put(repr(error))
            raise
        queue.put(count)

    # The parent's database connection must not be shared with its children.
    connection.close()
    connections[DEFAULT_DB_ALIAS].close_pool()  # type: ignore[attr-defined]
    processes = [multiprocessing.get_context("fork").Process(target=client, args=(n,)) for n in range(clients)]
    for process in processes:
        process.start()
    counts = [queue.get() for _process in processes]
    for process in processes:
        process.join()
    failures = [count for count in counts if isinstance(count, str)]
    if failures:
        raise RuntimeError(failures[0])
    return sum(counts) / seconds


def poster(host: str, port: int, body: Callable[[int], dict[str, Any]], token: Callable[[int], str]) -> Ask:
    """Posts to the API over one connection that stays open, again where the answer is no report (but a likely duplicate
    of it): only what was taken in counts."""
    web = http.client.HTTPConnection("127.0.0.1", port)

    def ask(turn: int) -> None:
        headers = {"Host": host, "Content-Type": "application/json", "X-Session-Token": token(turn)}
        content = b""
        while b'"number"' not in content:
            web.request("POST", "/graphql/", json.dumps(body(turn)), headers)
            answer = web.getresponse()
            content = answer.read()
            if answer.status != 200 or b'"code"' in content or b'"errors":[{' in content:
                raise RuntimeError(content[:400].decode())

    return ask


def getter(host: str, port: int, path: Callable[[int], str], cookie: str = "") -> Ask:
    """Gets pages over one connection that stays open."""
    web = http.client.HTTPConnection("127.0.0.1", port)

    def ask(turn: int) -> None:
        web.request("GET", path(turn), headers={"Host": host, "Cookie": cookie} if cookie else {"Host": host})
        answer = web.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path(turn)}")

    return ask


# -- the same SQL, bare ----------------------------------------------------------------------------------------------


@contextmanager
def recorded() -> Iterator[list[Statement]]:
    """Collects the statements of the block with their values, without the choosing of the schema."""
    seen: list[Statement] = []

    def record(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not sql.startswith(("SET search_path", "SAVEPOINT", "RELEASE SAVEPOINT")):
            seen.append((sql, tuple(params or ())))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(record):
        yield seen


@dataclass(frozen=True)
class Recording:
    """The statements of one request.

    `row` is the id of the case that it made, `unique` texts of it that can be there only once (its number, its key):
    run again, they are others.
    """

    statements: list[Statement]
    row: int | None = None
    unique: tuple[str, ...] = ()


def bare(schema: str, recordings: Sequence[Recording], clients: int) -> Callable[[int], Ask]:
    """Runs recordings by psycopg, each in one transaction; every client has its share of them."""
    given = connection.get_connection_params()
    keys = {name: given[name] for name in ("host", "port", "user", "password", "dbname") if name in given}

    def make(number: int) -> Ask:
        own = recordings[number::clients] or recordings
        link = psycopg.connect(**keys)
        link.execute(f'SET search_path = "{schema}", public')
        link.commit()
        link.prepare_threshold = None  # as Django does

        def ask(turn: int) -> None:
            recording = own[turn % len(own)]
            made: int | None = None
            inserts = False
            others = {text: secrets.token_hex(len(text))[: len(text)] for text in recording.unique}

            def renewed(value: Any) -> Any:
                if isinstance(value, list):  # several rows at once
                    return [renewed(item) for item in value]
                if made is not None and value == recording.row:
                    return made
                if isinstance(value, uuid.UUID) and inserts:
                    return uuid.uuid4()
                if isinstance(value, str):
                    for text, other in others.items():
                        value = value.replace(text, other)
                return value

            with link.transaction():
                for sql, params in recording.statements:
                    inserts = sql.startswith("INSERT")
                    cursor = link.execute(sql, [renewed(value) for value in params])
                    rows = cursor.fetchall() if cursor.description else []
                    if recording.row is not None and sql.startswith('INSERT INTO "casework_case"'):
                        made = rows[0][0]

        return ask

    return make


def database_ms(schema: str, statement: Statement, times: int = 40) -> list[float]:
    """How long one statement takes in the database, in milliseconds, by EXPLAIN ANALYZE."""
    return [_explained(statement) for _time in range(times)]


def transaction_ms(statements: Sequence[Statement]) -> float:
    """How long these statements of one transaction take in the database together, in milliseconds, by EXPLAIN ANALYZE:
    planning, executing and every trigger, those of foreign keys too, which otherwise run with the COMMIT. They are done
    and committed; what the disk takes for that is not in it."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return sum(_explained(statement) for statement in statements)


def _explained(statement: Statement) -> float:
    sql, params = statement
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql}", params)
        [plan] = cursor.fetchone()
    return float(plan[0]["Execution Time"] + plan[0]["Planning Time"])
