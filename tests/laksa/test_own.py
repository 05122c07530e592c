"""What the city knows of a person from LAKSA, and drafts on the account."""

from __future__ import annotations

import datetime
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from apps.laksa import actions, personal_data, tasks
from apps.laksa.actions.drafting import MAX_DRAFTS
from apps.laksa.models import Aspiration, Comment, CommentReport, Draft, Rejection
from balai.casework import personal_data as casework
from balai.casework.models import Case, Kind
from balai.casework.queries import chain_faults
from tests.laksa.box import Box

pytestmark = pytest.mark.django_db


def test_a_draft_is_stored_so_that_the_database_cannot_read_it(box: Box) -> None:
    key = uuid.uuid4()
    actions.save_draft(user=box.warga, key=key, content={"title": "Rahasia saya", "password": "x", "text": ""})
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM laksa_draft")
        [[stored]] = cursor.fetchall()
    assert "Rahasia" not in stored
    assert personal_data.export(box.warga)["drafts"][0]["title"] == "Rahasia saya"
    assert "password" not in Draft.objects.get().content


def test_not_endlessly_many_drafts_and_not_for_ever(box: Box) -> None:
    for _ in range(MAX_DRAFTS):
        kept = actions.save_draft(user=box.warga, key=uuid.uuid4(), content={"title": "Taman"})
    with pytest.raises(ValidationError):
        actions.save_draft(user=box.warga, key=uuid.uuid4(), content={"title": "Taman"})
    assert kept is not None
    assert actions.save_draft(user=box.warga, key=kept.key, content={"title": "Taman kota"}) is not None
    Draft.objects.exclude(pk=kept.pk).update(saved_at=timezone.now() - datetime.timedelta(days=91))
    assert tasks.drop_old_drafts() == MAX_DRAFTS - 1
    assert list(Draft.objects.all()) == [kept]


def test_the_copy_and_the_erasure(box: Box) -> None:
    case, other = box.wish(), box.wish(box.tetangga)
    mine = actions.add_comment(case=other, author=box.warga, text="Pendapat saya sendiri.")
    theirs = actions.add_comment(case=case, author=box.tetangga, text="Pendapat tetangga.")
    actions.report_comment(comment=theirs, user=box.warga, reason="spam", words="Iklan.")
    actions.save_draft(user=box.warga, key=uuid.uuid4(), content={"title": "Taman"})
    case = actions.reject(case=case, actor=box.room, rule=box.rule, reason="Ini iklan.")
    case = actions.appeal(case=case, actor=box.warga, words="Saya Budi, bukan pengiklan.")
    told = personal_data.export(box.warga)
    assert [row["number"] for row in told["aspirations"]] == [case.number]
    assert [row["text"] for row in told["comments"]] == ["Pendapat saya sendiri."]
    assert [row["words"] for row in told["reported_comments"]] == ["Iklan."]
    assert [row["title"] for row in told["drafts"]] == ["Taman"]
    for part in (personal_data, casework):
        part.erase(box.warga)
    for part in (personal_data, casework):
        part.erase(box.warga)
    assert not Comment.objects.filter(pk=mine.pk).exists()
    assert Aspiration.objects.get(case=other).comment_count == 0
    assert Aspiration.objects.get(case=case).comment_count == 1
    assert not CommentReport.objects.exists()
    assert not Draft.objects.exists()
    kept = Case.objects.get(pk=case.pk)
    assert kept.reporter_id is None
    assert kept.timeline.get(kind=Kind.APPEALED).words == ""
    assert chain_faults(kept) == []
    assert personal_data.export(box.warga) == {"aspirations": [], "comments": [], "reported_comments": [], "drafts": []}


def test_a_moderator_who_leaves_is_forgotten(box: Box) -> None:
    comment = actions.add_comment(case=box.wish(), author=box.tetangga, text="Pendapat tetangga.")
    actions.hide_comment(comment=comment, actor=box.room, reason="Menghina.")
    actions.reject(case=box.wish(), actor=box.room, rule=box.rule, reason="Ini iklan.")
    personal_data.erase(box.room)
    comment.refresh_from_db()
    assert (comment.reviewed_by_id, Rejection.objects.get().by_id, comment.state) == (None, None, "hidden")
