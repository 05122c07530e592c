"""An aspiration is called so wherever the engine speaks of a case: on its timeline, in mails, in the API."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from apps.laksa import actions
from apps.laksa.models import Dimension, Topic
from apps.laksa.office.desk import AspirationDesk
from balai.casework import actions as casework
from balai.casework import entry, reveal, support
from balai.casework.actions import following
from balai.casework.errors import CaseError
from balai.casework.models import Case, Category, Kind, TimelineEntry
from balai.casework.wording import name_of_reporter, title_of_event
from balai.notifications.models import Message
from tests.laksa.box import TEXT, TITLE, Box

pytestmark = pytest.mark.django_db


def test_a_timeline_uses_the_words_of_the_module() -> None:
    with translation.override("id"):
        assert str(title_of_event("siaran", Kind.RECEIVED)) == "Laporan diterima"
        assert str(title_of_event("laksa", Kind.RECEIVED)) == "Aspirasi diterima"
        assert str(title_of_event("laksa", Kind.VERIFIED)) == str(Kind.VERIFIED.label)
        assert str(name_of_reporter("siaran")) == "Pelapor"
        assert str(name_of_reporter("laksa")) == "Pengusul"
        for kind in Kind.values:
            assert "laporan" not in str(title_of_event("laksa", kind)).lower(), kind


def refused(act: Callable[[], Any]) -> str:
    """What is said in Indonesian when this is refused."""
    with translation.override("id"):
        try:
            act()
        except ValidationError as fault:
            return " ".join(fault.messages)
        except CaseError as fault:
            return str(fault)
    pytest.fail("it was not refused")


def test_refusals_use_the_words_of_the_module(box: Box) -> None:
    """Each of the engine's refusals that both modules know, once about an aspiration and once about a report."""
    wish, other, report, twin = box.wish(), box.wish(box.tetangga), box.report(), box.report(box.tetangga)
    ended = casework.archive(case=box.wish(), actor=box.room, reason="Ditutup dahulu.")
    gone = casework.archive(case=box.report(), actor=box.room, reason="Ditutup dahulu.")
    entered = actions.enter_aspiration(clerk=box.room, channel="letter", title=TITLE, text=TEXT, topic="taman").case
    Case.objects.filter(pk=entered.pk).update(access_digest="")
    taken = entry.enter_case(
        clerk=box.room, module="siaran", channel="letter", category="lampu", description=TEXT,
        place={"village": "36.74.01.1001", "landmark": "Depan pasar"},
    ).case  # fmt: skip
    Case.objects.filter(pk=taken.pk).update(access_digest="")
    before = (list(Case.objects.order_by("pk").values()), TimelineEntry.objects.count())
    why = "Perlu menelepon warga ini."
    for case, own, closed, nobodys, said in (
        (wish, other, ended, entered, ("aspirasi", "laporan", "pelapor")),
        (report, twin, gone, taken, ("laporan", "aspirasi", "pengusul")),
    ):
        for act in (
            lambda own=own: support.support(case=own, person=box.tetangga),
            lambda closed=closed: support.support(case=closed, person=box.tetangga),
            lambda own=own: following.follow(case=own, user=box.tetangga),
            lambda case=case: casework.merge(case=case, into=case, actor=box.room),
            lambda case=case, closed=closed: casework.merge(case=case, into=closed, actor=box.room),
            lambda case=case: reveal.reveal(case=case, actor=box.room, reason=why),
            lambda nobodys=nobodys: casework.ask(case=nobodys, actor=box.room, words="Di mana tepatnya?"),
        ):
            words = refused(act).lower()
            assert said[0] in words
            assert not any(other_word in words for other_word in said[1:]), words
    assert (list(Case.objects.order_by("pk").values()), TimelineEntry.objects.count()) == before


def test_moves_are_called_by_the_module(box: Box) -> None:
    """What is possible instead is told by the names of the module's own table."""
    wish, report = box.wish(), box.report()
    before = TimelineEntry.objects.count()
    for case, own, others in (
        (wish, ("minta perubahan", "tulis kepada pengusul"), ("pelapor", "laporan")),
        (report, ("tanya pelapor", "tulis kepada pelapor"), ("pengusul", "aspirasi")),
    ):
        words = refused(lambda case=case: casework.approve(case=case, actor=box.room)).lower()  # type: ignore[misc]
        assert all(name in words for name in own), words
        assert not any(name in words for name in others), words
    assert TimelineEntry.objects.count() == before


def test_the_desk_says_what_happened_without_naming_a_report(box: Box) -> None:
    laksa = AspirationDesk("laksa")
    with translation.override("id"):
        for move in laksa.moves.values():
            for words in (move.title, move.button, move.done):
                assert not {"laporan", "pelapor"} & set(re.findall(r"[a-z]+", str(words).lower())), move.name


def test_the_page_and_the_mails_say_aspirasi(box: Box, client_a: Any) -> None:
    case = box.disposed()
    for person in box.residents(2):
        actions.support(case=case, person=person)
    actions.answer(case=case, actor=box.operator, words="Akan kami kerjakan bersama warga bulan depan.")
    mails = Message.objects.filter(recipient=box.warga, template__startswith="casework/")
    assert mails.exists()
    for mail in mails:
        assert "laporan" not in f"{mail.subject} {mail.text}".lower(), mail.template
        assert "aspirasi" in f"{mail.subject} {mail.text}".lower(), mail.template
    page = client_a.get(f"/laksa/aspirasi/{case.number}/").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "Aspirasi diterima" in main
    assert "Didukung 3 warga." in main
    assert "laporan" not in main.lower()


def test_dimensions_of_its_group_are_not_added_to_its_own(box: Box) -> None:
    from apps.laksa.aspiration_schema import _dimensions

    case = box.wish()
    top = Category.objects.get(slug="ruang")
    Topic.objects.create(category=top, dimensions=[Dimension.LIVING, Dimension.SOCIETY])
    assert _dimensions(case) == [Dimension.LIVING, Dimension.ENVIRONMENT]
    Topic.objects.filter(category=case.category).update(dimensions=[])
    assert _dimensions(case) == [Dimension.LIVING, Dimension.SOCIETY]
