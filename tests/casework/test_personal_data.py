"""A person's copy and a person's erasure, in one city and in no other."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from balai.agencies.models import Post
from balai.attachments.models import Attachment
from balai.casework import actions, personal_data, queries
from balai.casework.models import Case
from tenants.current import in_city
from tests.casework.world import World

pytestmark = pytest.mark.django_db
SERVICES = ["balai.agencies", "balai.attachments", "balai.casework"]


def finished(a: World) -> Case:
    case = actions.accept(case=a.report(photos=1, idempotency_key="k"), actor=a.andi)
    case = actions.send_message(case=case, actor=a.warga, words="Rumah saya nomor 17.")
    case = actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[a.photo(a.andi).pk])
    return actions.rate(case=case, actor=a.warga, rating=4, words="Salam dari nomor 17.")


def test_the_copy_holds_what_the_person_said_and_nothing_of_others(a: World) -> None:
    finished(a)
    a.report(a.tetangga, description="Sampah menumpuk di depan rumah tetangga.")
    copy = personal_data.export(a.warga)
    assert len(copy["reports"]) == 1
    assert copy["reports"][0]["rating"] == 4
    assert [entry["event"] for entry in copy["entries"]] == ["received", "message", "rated"]
    assert "tetangga" not in str(copy)


def test_erasure_keeps_a_report_of_nobody(a: World, django_capture_on_commit_callbacks: Any) -> None:
    case = finished(a)
    waiting = a.photo(a.warga)
    other = a.report(a.tetangga)
    with django_capture_on_commit_callbacks(execute=True):
        for service in SERVICES:
            import_module(f"{service}.personal_data").erase(a.warga)
    kept = Case.objects.get(pk=case.pk)
    assert (kept.reporter_id, kept.rating, kept.rating_words) == (None, 4, "")
    assert kept.description == case.description
    assert "17" not in str(list(kept.timeline.values_list("words", flat=True)))
    assert queries.chain_faults(kept) == []
    assert not Attachment.objects.filter(uploader=a.warga).exists()
    assert not Attachment.objects.filter(pk=waiting.pk).exists()
    assert Attachment.objects.get(pk=kept.cover_id).uploader_id is None
    assert Case.objects.get(pk=other.pk).reporter == a.tetangga
    # A page and a move still work on a report of nobody.
    assert queries.case_for(None, kept.number) == kept
    actions.reply(case=kept, actor=a.operator, words="Terima kasih atas laporannya.")


def test_staff_who_are_erased_leave_their_work(a: World) -> None:
    case = finished(a)
    for service in SERVICES:
        import_module(f"{service}.personal_data").erase(a.andi)
    assert not Post.objects.filter(user=a.andi).exists()
    kept = Case.objects.get(pk=case.pk)
    assert queries.chain_faults(kept) == []
    assert "Sudah diganti baru." in kept.timeline.values_list("words", flat=True)


def test_another_city_is_not_touched(a: World, b: World) -> None:
    with in_city(b.city):
        theirs = b.report()
    for service in SERVICES:
        import_module(f"{service}.personal_data").erase(a.warga)
    with in_city(b.city):
        assert Case.objects.get(pk=theirs.pk).reporter == a.warga


def test_former_words_go_with_the_person_and_corrected_ones_stay(a: World) -> None:
    case = a.report(description="Lampu mati, telepon 0812-000-111.")
    actions.edit(case=case, actor=a.operator, of=1, words="Lampu mati.", reason="Nomor dihapus.")
    case = actions.send_message(case=case, actor=a.warga, words="Rumah saya nomor 17.")
    said = case.timeline_length
    actions.edit(case=case, actor=a.operator, of=said, words="Rumah saya 17.", reason="Disingkat.")
    personal_data.erase(a.warga)
    kept = Case.objects.get(pk=case.pk)
    assert kept.description == "Lampu mati."
    words = str(list(kept.timeline.values_list("words", flat=True)))
    assert "0812" not in words
    assert "17" not in words
    assert "Lampu mati." in words
    assert queries.chain_faults(kept) == []


def test_the_copy_says_where_a_report_went(a: World, b: World) -> None:
    first, second, moved = a.report(), a.report(), a.report()
    actions.merge(case=second, into=first, actor=a.operator)
    actions.hand_over(case=moved, city=b.city, actor=a.room, reason="Titiknya di sana.", **b.inside)
    reports = {report["number"]: report for report in personal_data.export(a.warga)["reports"]}
    assert reports[second.number]["joined_to"] == first.number
    assert reports[moved.number]["to_city"] == b.city.slug
