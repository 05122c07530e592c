"""Who learns who reported, and what it takes to look behind a hidden name: every visibility, every viewer."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from balai.agencies.actions import appoint
from balai.agencies.models import Post, Role
from balai.audit.models import Entry
from balai.casework import actions, reveal
from balai.casework.errors import NotAllowed
from balai.casework.guests import Guest
from balai.casework.models import Case, Kind, Reveal
from balai.casework.queries import timeline, view_of
from balai.notifications.models import Message
from tests.casework.world import World, person

pytestmark = pytest.mark.django_db

REASON = "Saksi kecelakaan, diminta polisi, surat 12/2026."


def viewers(a: World) -> dict[str, Any]:
    sekda = person(f"sekda.{a.city.slug}")
    if not Post.objects.filter(user=sekda).exists():
        appoint(user=sekda, role=Role.SEKDA)
    return {
        "public": None,
        "guest": Guest(session_key="s"),
        "resident": a.tetangga,
        "reporter": a.warga,
        "officer": a.andi,
        "operator": a.operator,
        "head": a.head,
        "other agency": a.sweeper,
        "room": a.room,
        "sekda": sekda,
        "mayor": a.mayor,
    }


AGENCY = {"officer", "operator", "head", "room", "sekda", "mayor"}
LEARN = {"public": AGENCY | {"reporter"}, "anonymous": {"reporter"}, "secret": AGENCY | {"reporter"}}


@pytest.mark.parametrize("visibility", LEARN)
def test_who_learns_the_name(a: World, visibility: str) -> None:
    case = a.report(visibility=visibility)
    learned = {name for name, user in viewers(a).items() if reveal.identity_of(view_of(case, user))}
    assert learned == LEARN[visibility]
    for name, user in viewers(a).items():
        identity = reveal.identity_of(view_of(case, user))
        assert (identity.email == "") is (name != "reporter"), "staff write through the case"


def test_only_the_command_room_looks_behind_a_hidden_name(a: World) -> None:
    case = a.report(visibility="anonymous")
    for name, user in viewers(a).items():
        if user is None or isinstance(user, Guest) or name == "room":
            continue
        with pytest.raises(NotAllowed):
            reveal.reveal(case=case, actor=user, reason=REASON)
    assert not (Reveal.objects.exists())
    assert not (Entry.objects.filter(verb="casework.identity_revealed").exists())
    assert Case.objects.get(pk=case.pk).timeline_length == case.timeline_length


@pytest.mark.parametrize("reason", ["", "   ", "karena", "x" * 501])
def test_it_takes_a_reason(a: World, reason: str) -> None:
    case = a.report(visibility="anonymous")
    with pytest.raises(ValidationError) as refusal:
        reveal.reveal(case=case, actor=a.room, reason=reason)
    assert list(refusal.value.error_dict) == ["reason"]
    assert not Reveal.objects.exists()


def test_a_name_that_is_not_hidden_needs_no_act(a: World) -> None:
    for visibility in ("public", "secret"):
        with pytest.raises(NotAllowed):
            reveal.reveal(case=a.report(visibility=visibility), actor=a.room, reason=REASON)
    assert not Reveal.objects.exists()


def test_it_is_shown_to_this_person_for_this_case_and_for_a_while(a: World) -> None:
    case, other = a.report(visibility="anonymous"), a.report(visibility="anonymous")
    second = person(f"room2.{a.city.slug}")
    appoint(user=second, role=Role.OPERATOR)
    shown = reveal.reveal(case=case, actor=a.room, reason=REASON)
    identity = reveal.identity_of(view_of(case, a.room))
    assert (identity.name, identity.email) == (a.warga.name, a.warga.email)
    for nobody in (second, a.operator, a.mayor):
        assert not reveal.identity_of(view_of(case, nobody))
    assert not reveal.identity_of(view_of(other, a.room))
    past = timezone.now() - datetime.timedelta(minutes=40)
    Reveal.objects.filter(pk=shown.pk).update(at=past, until=past + reveal.SHOWN_FOR)
    assert not reveal.identity_of(view_of(case, a.room))


def test_it_leaves_a_trace_that_the_reporter_reads_and_the_agency_does_not(a: World) -> None:
    case = a.report(visibility="anonymous")
    reveal.reveal(case=case, actor=a.room, reason=REASON)
    case = Case.objects.get(pk=case.pk)
    entry = Entry.objects.get(verb="casework.identity_revealed")
    assert entry.actor == a.room
    assert a.warga.name not in str(entry.details)
    assert a.warga.email not in str(entry.details)
    readers = {
        name
        for name, user in viewers(a).items()
        if any(item.kind == Kind.REVEALED and item.words == REASON for item in timeline(view_of(case, user)))
    }
    assert readers == {"reporter", "room", "sekda", "mayor"}


def test_staff_hide_a_name_and_cannot_bring_it_to_light_again(a: World) -> None:
    case = a.report()
    case = actions.classify(case=case, actor=a.operator, visibility="anonymous")
    assert case.name_hidden
    case = actions.classify(case=case, actor=a.operator, visibility="secret")
    assert not view_of(case, a.operator).shows_reporter, "what was anonymous stays without its name"
    with pytest.raises(ValidationError) as refusal:
        actions.classify(case=case, actor=a.operator, visibility="public")
    assert refusal.value.error_dict["visibility"][0].code == "name_hidden"
    assert Case.objects.get(pk=case.pk).visibility == "secret"
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(visibility="public")


def test_hidden_and_secret_at_once(a: World) -> None:
    case = a.report(visibility="secret", hide_name=True)
    assert (case.visibility, case.name_hidden) == ("secret", True)
    assert not case.is_shown_to_all
    assert not view_of(case, a.operator).shows_reporter
    assert view_of(case, a.operator).is_staff


@pytest.mark.parametrize("visibility", ["anonymous", "secret"])
def test_no_message_names_the_reporter_nor_says_what_is_secret(a: World, visibility: str) -> None:
    case = a.report(visibility=visibility, hide_name=True, description="Kepala dinas meminta uang kepada pedagang.")
    actions.assign(case=case, officer=a.andi, actor=a.operator)
    actions.send_message(case=case, actor=a.warga, words="Saya punya buktinya.")
    assert Message.objects.exists()
    for message in Message.objects.exclude(recipient=a.warga):
        everything = f"{message.subject} {message.text} {message.html}"
        assert a.warga.name not in everything
        assert str(a.warga.email) not in everything
        if visibility == "secret":
            assert "meminta uang" not in everything
            assert "buktinya" not in everything
