"""The timeline is only ever added to, and what is done to it behind the suite's back shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from balai.casework import actions, chain, queries
from balai.casework.models import Appended, Case, TimelineEntry
from tests.casework.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(a: World) -> Case:
    case = a.report(photos=1)
    actions.assign(case=case, officer=a.andi, actor=a.operator)
    actions.accept(case=case, actor=a.andi)
    actions.add_note(case=case, actor=a.operator, words="Tiangnya nomor 17.")
    actions.reply(case=case, actor=a.andi, words="Kami ganti sore ini.")
    return Case.objects.get(pk=case.pk)


def test_a_timeline_that_nobody_touched_holds(case: Case) -> None:
    assert case.timeline_length == 6
    assert queries.chain_faults(case) == []


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


TAMPERING: dict[str, Callable[[Case], None]] = {
    "words": lambda case: sql(
        "UPDATE casework_timelineentry SET words = 'x' WHERE case_id = %s AND sequence = 1", case.pk
    ),
    "digest with words": lambda case: sql(
        "UPDATE casework_timelineentry SET words = 'x', words_digest = %s WHERE case_id = %s AND sequence = 6",
        chain.digest_of("x", TimelineEntry.objects.get(case=case, sequence=6).words_salt),
        case.pk,
    ),
    "words slipped in where they were erased": lambda case: sql(
        "UPDATE casework_timelineentry SET words_salt = '' WHERE case_id = %s AND sequence = 6", case.pk
    ),
    "time": lambda case: sql(
        "UPDATE casework_timelineentry SET at = at - interval '1 hour' WHERE case_id = %s AND sequence = 4", case.pk
    ),
    "actor": lambda case: sql(
        "UPDATE casework_timelineentry SET actor_id = 1 WHERE case_id = %s AND sequence = 3", case.pk
    ),
    "role": lambda case: sql(
        "UPDATE casework_timelineentry SET role = 'mayor' WHERE case_id = %s AND sequence = 4", case.pk
    ),
    "published": lambda case: sql(
        "UPDATE casework_timelineentry SET public = true WHERE case_id = %s AND sequence = 5", case.pk
    ),
    "photo": lambda case: sql(
        "UPDATE casework_timelineentry SET data = '{}' WHERE case_id = %s AND sequence = 1", case.pk
    ),
    "left out": lambda case: sql("DELETE FROM casework_timelineentry WHERE case_id = %s AND sequence = 4", case.pk),
    "cut short": lambda case: sql("DELETE FROM casework_timelineentry WHERE case_id = %s AND sequence = 6", case.pk),
    "all gone": lambda case: sql("DELETE FROM casework_timelineentry WHERE case_id = %s", case.pk),
    "renumbered": lambda case: sql(
        "UPDATE casework_timelineentry SET sequence = 9 WHERE case_id = %s AND sequence = 6", case.pk
    ),
    "swapped": lambda case: sql(
        "UPDATE casework_timelineentry SET sequence = 14 - sequence WHERE case_id = %s AND sequence IN (5, 6)", case.pk
    ),
}


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_shows(case: Case, name: str) -> None:
    TAMPERING[name](case)
    assert queries.chain_faults(Case.objects.get(pk=case.pk)) != []


def test_an_entry_copied_from_another_case_does_not_fit(a: World, case: Case) -> None:
    other = a.report()
    sql(
        "UPDATE casework_timelineentry SET case_id = %s, sequence = 3 WHERE case_id = %s AND sequence = 3",
        other.pk,
        case.pk,
    )
    assert queries.chain_faults(other) != []


def test_words_can_be_erased_and_the_chain_holds(case: Case) -> None:
    sql("UPDATE casework_timelineentry SET words = '', words_salt = '' WHERE case_id = %s", case.pk)
    assert queries.chain_faults(case) == []


def test_the_orm_neither_changes_nor_deletes(case: Case) -> None:
    entry = case.timeline.get(sequence=2)
    entry.words = "anders"
    for attempt in (
        entry.save,
        entry.delete,
        lambda: TimelineEntry.objects.update(words="x"),
        lambda: case.timeline.filter(sequence=2).delete(),
        lambda: TimelineEntry.objects.bulk_update([entry], ["words"]),
        lambda: TimelineEntry.objects.update_or_create(pk=entry.pk, defaults={"words": "x"}),
    ):
        with pytest.raises(Appended):
            attempt()
    with pytest.raises(Exception, match="protected"):
        case.delete()
    assert queries.chain_faults(case) == []


def test_the_database_takes_no_two_entries_of_one_number(case: Case) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        TimelineEntry.objects.create(case=case, sequence=2, kind="note", role="system", words_digest="", hash="")


@given(st.text(), st.text())
def test_the_digest_of_words_and_salt_is_unambiguous(words: str, other: str) -> None:
    salt = "ab" * 16
    try:
        same = chain.digest_of(words, salt) == chain.digest_of(other, salt)
    except UnicodeEncodeError:
        return
    assert same == (words == other)
