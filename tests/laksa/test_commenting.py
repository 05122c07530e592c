"""Comments, news from authors, and their moderation."""

from __future__ import annotations

import datetime
import uuid
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from apps.laksa import actions, queries, trust
from apps.laksa.errors import Closed, CommentNotFound, NotVerified
from apps.laksa.models import Aspiration, Comment, CommentReport, HeldFor
from apps.laksa.trust import Trust
from balai.accounts.models import User
from balai.audit.models import Entry
from balai.casework import actions as casework
from balai.casework.actions.following import follow, tell_followers
from balai.casework.errors import NotAllowed
from balai.casework.models import Case, Kind
from balai.notifications.models import Message
from tests.laksa.box import Box

pytestmark = pytest.mark.django_db

SAID = "Setuju, anak saya juga bermain di jalan."


def say(box: Box, case: Case, user: User | None = None, text: str = SAID, **options: Any) -> Comment:
    return actions.add_comment(case=case, author=user or box.tetangga, text=text, **options)


def count(case: Case) -> int:
    return Aspiration.objects.get(case=case).comment_count


class TestSaying:
    def test_it_is_shown_and_counted(self, box: Box) -> None:
        case = box.wish()
        comment = say(box, case)
        assert list(queries.comments_of(case, None)) == [comment]
        assert count(case) == 1

    def test_refusals_change_nothing(self, box: Box) -> None:
        stranger = User.objects.create_user("siapa@example.org", name="Siapa")
        case, secret = box.wish(), box.wish(visibility="secret")
        closed = casework.archive(case=box.wish(), actor=box.room, reason="Selesai sudah.")
        for error, call in (
            (NotVerified, lambda: say(box, case, stranger)),
            (NotAllowed, lambda: say(box, secret)),
            (NotAllowed, lambda: say(box, case, is_update=True)),
            (Closed, lambda: say(box, closed)),
            (ValidationError, lambda: say(box, case, text=" ")),
            (ValidationError, lambda: say(box, case, text="a" * 1_000_000)),
        ):
            with pytest.raises(error):
                call()
        assert not Comment.objects.exists()

    def test_the_same_key_makes_one(self, box: Box) -> None:
        case, key = box.wish(), uuid.uuid4()
        assert say(box, case, key=key) == say(box, case, key=key)
        assert count(case) == 1

    def test_a_flood_and_repetition_are_stopped(self, box: Box) -> None:
        box.set(comments_per_hour=2)
        case, other = box.wish(), box.wish()
        say(box, case)
        with pytest.raises(ValidationError) as refusal:
            say(box, case)
        assert refusal.value.error_dict["text"][0].code == "repeated"
        say(box, other)
        with pytest.raises(ValidationError) as refusal:
            say(box, other, text="Sekali lagi.")
        assert refusal.value.error_dict["text"][0].code == "too_many"
        assert Comment.objects.count() == 2
        Comment.objects.update(at=timezone.now() - datetime.timedelta(hours=2))
        say(box, other, text="Sekali lagi.")

    def test_markup_is_text(self, box: Box) -> None:
        assert say(box, box.wish(), text="<b onclick=x>ya</b>\u202e").text == "<b onclick=x>ya</b>"

    def test_the_author_takes_it_back(self, box: Box) -> None:
        case = box.wish()
        comment = say(box, case)
        with pytest.raises(NotAllowed):
            actions.remove_comment(comment=comment, author=box.warga)
        actions.remove_comment(comment=comment, author=box.tetangga)
        assert (Comment.objects.count(), count(case)) == (0, 0)
        with pytest.raises(CommentNotFound):
            actions.remove_comment(comment=comment, author=box.tetangga)
        assert count(case) == 0


class TestNews:
    def test_followers_hear_that_there_is_news_and_the_timeline_has_no_words(self, box: Box) -> None:
        case = box.wish()
        tell_followers()
        follow(case=case, user=box.tetangga)
        say(box, case, box.warga, text="Kami sudah mengukur lahannya.", is_update=True)
        [entry] = case.timeline.filter(kind=Kind.UPDATED)
        assert (entry.public, entry.words) == (True, "")
        tell_followers()
        assert Message.objects.filter(template="casework/followed", recipient=box.tetangga).count() == 1

    def test_held_news_is_told_when_it_is_shown_and_once(self, box: Box) -> None:
        box.set(review_comments="everyone")
        case = box.wish()
        comment = say(box, case, box.warga, is_update=True)
        assert not case.timeline.filter(kind=Kind.UPDATED).exists()
        actions.publish_comment(comment=comment, actor=box.room)
        actions.hide_comment(comment=comment, actor=box.room, reason="Salah tempat.")
        actions.publish_comment(comment=comment, actor=box.room)
        assert case.timeline.filter(kind=Kind.UPDATED).count() == 1
        assert count(case) == 1


class TestModeration:
    def test_reports_hold_a_comment_until_somebody_has_looked(self, box: Box) -> None:
        box.set(reports_to_hold=2)
        case = box.wish()
        comment = say(box, case)
        first, second, third, fourth = box.residents(4)
        for _ in range(3):
            actions.report_comment(comment=comment, user=first, reason="spam")
        assert (CommentReport.objects.count(), count(case)) == (1, 1)
        actions.report_comment(comment=comment, user=second, reason="abuse", words="Kasar.")
        comment.refresh_from_db()
        assert (comment.state, comment.held_for, count(case)) == ("held", HeldFor.REPORTS, 0)
        assert list(queries.held_comments()) == [comment]
        assert list(queries.reported_comments()) == [comment]
        actions.publish_comment(comment=comment, actor=box.room)
        for user in (third, fourth):
            actions.report_comment(comment=comment, user=user, reason="spam")
        comment.refresh_from_db()
        assert (comment.state, count(case)) == ("shown", 1)
        assert list(queries.reported_comments()) == []

    def test_who_may_report_what(self, box: Box) -> None:
        comment = say(box, box.wish())
        stranger = User.objects.create_user("siapa@example.org", name="Siapa")
        for error, user, reason in (
            (NotAllowed, box.tetangga, "spam"),
            (NotVerified, stranger, "spam"),
            (ValidationError, box.warga, "bosan"),
        ):
            with pytest.raises(error):
                actions.report_comment(comment=comment, user=user, reason=reason)
        assert not CommentReport.objects.exists()

    def test_hidden_with_a_reason_that_its_author_reads(self, box: Box) -> None:
        case = box.wish()
        comment = say(box, case)
        with pytest.raises(ValidationError):
            actions.hide_comment(comment=comment, actor=box.room, reason=" ")
        for nobody in (box.operator, box.warga, box.mayor):
            with pytest.raises(NotAllowed):
                actions.hide_comment(comment=comment, actor=nobody, reason="Menghina.")
        assert count(case) == 1
        for _ in range(2):
            actions.hide_comment(comment=comment, actor=box.room, reason="Menghina warga lain.")
        assert count(case) == 0
        assert list(queries.comments_of(case, None)) == []
        assert [row.reason for row in queries.comments_of(case, box.tetangga)] == ["Menghina warga lain."]
        assert Message.objects.filter(template="laksa/comment_hidden", recipient=box.tetangga).count() == 1
        assert Entry.objects.filter(verb="laksa.comment_hidden", actor_id=box.room.pk).count() == 1

    def test_words_links_and_new_people_wait(self, box: Box) -> None:
        box.set(watched_words=["judi"])
        case = box.wish()
        assert say(box, case, text="Main j-u-d-i saja").state == "shown"
        assert say(box, case, text="Main JUDI! saja").held_for == HeldFor.WORDS
        assert say(box, case, text="Lihat www.untung.example").held_for == HeldFor.LINKS
        box.set(review_comments="new")
        [someone] = box.residents(1)
        assert say(box, case, someone).held_for == HeldFor.AUTHOR
        assert count(case) == 1


class TestTrust:
    def test_it_is_earned_and_lost(self, box: Box) -> None:
        box.set(known_after=2, trusted_after=4)
        case, [resident] = box.wish(), box.residents(1)
        assert trust.trust_of(resident) is Trust.NEW
        said = [say(box, case, resident, text=f"Pendapat nomor {number}.") for number in range(2)]
        assert trust.trust_of(resident) is Trust.KNOWN
        box.wish(resident)
        box.wish(resident)
        assert trust.trust_of(resident) is Trust.TRUSTED
        actions.hide_comment(comment=said[0], actor=box.room, reason="Menghina.")
        assert trust.trust_of(resident) is Trust.KNOWN
        Comment.objects.update(reviewed_at=timezone.now() - datetime.timedelta(days=200))
        say(box, case, resident, text="Pendapat lain.")
        assert trust.trust_of(resident) is Trust.TRUSTED

    def test_a_rejected_aspiration_counts_against_its_author_unless_the_appeal_was_granted(self, box: Box) -> None:
        box.set(known_after=1)
        case = actions.reject(case=box.wish(), actor=box.room, rule=box.rule, reason="Ini iklan.")
        assert trust.trust_of(box.warga) is Trust.NEW
        case = actions.appeal(case=case, actor=box.warga, words="Bukan iklan sama sekali.")
        actions.decide_appeal(case=case, actor=box.colleague, grant=True, reason="Benar.")
        assert trust.trust_of(box.warga) is Trust.KNOWN

    def test_an_unverified_account_is_always_new(self, box: Box) -> None:
        box.set(known_after=1)
        stranger = User.objects.create_user("siapa@example.org", name="Siapa")
        for _ in range(3):
            box.wish(stranger)
        assert trust.trust_of(stranger) is Trust.NEW
        assert trust.trust_of(box.warga) is Trust.NEW
