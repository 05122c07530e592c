"""Rejection under a rule, and the appeal against it."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from apps.laksa import actions, queries
from apps.laksa.models import Outcome, Rejection
from balai.accounts.models import User
from balai.casework import actions as casework
from balai.casework.errors import NotAllowed
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind
from balai.casework.queries import timeline, view_of
from balai.notifications.models import Message
from tests.laksa.box import Box
from tests.laksa.test_life import fresh, kinds, moves, refused

pytestmark = pytest.mark.django_db


def said(case: Case, reader: User | None) -> list[str]:
    """What the timeline says to the reader."""
    return [entry.words for entry in timeline(view_of(Case.objects.get(pk=case.pk), reader))]


class TestRejection:
    def rejected(self, box: Box, **options: Any) -> Case:
        return actions.reject(case=box.wish(), actor=box.room, rule=box.rule, reason="Ini iklan.", **options)

    def test_it_names_its_rule_and_tells_the_author(self, box: Box) -> None:
        case = self.rejected(box)
        assert (case.status, queries.outcome_of(fresh(case))) == (Status.ARCHIVED, Outcome.REJECTED)
        assert case.is_shown_to_all
        rejection = queries.last_rejection(case)
        assert rejection is not None
        assert (rejection.rule, rejection.entry.words) == (box.rule, "Ini iklan.")
        assert Message.objects.filter(template="casework/closed", recipient=box.warga).exists()

    def test_a_reason_and_a_rule_in_force_are_demanded(self, box: Box) -> None:
        case = box.wish()
        refused("reason", "missing", lambda: actions.reject(case=case, actor=box.room, rule=box.rule, reason=" "))
        box.rule.active = False
        refused("rule", "inactive", lambda: actions.reject(case=case, actor=box.room, rule=box.rule, reason="Iklan."))
        assert (fresh(case).status, Rejection.objects.count()) == (Status.WAITING, 0)

    def test_one_appeal_decided_by_somebody_else(self, box: Box) -> None:
        case = self.rejected(box, hide=True)
        assert not case.is_shown_to_all
        assert "appeal" in moves(case, box.warga)
        with pytest.raises(NotAllowed):
            actions.appeal(case=case, actor=box.tetangga, words="Bukan iklan sama sekali.")
        case = actions.appeal(case=case, actor=box.warga, words="Bukan iklan sama sekali.")
        for reader in (box.warga, box.room):
            assert "Bukan iklan sama sekali." in said(case, reader)
        for reader in (None, box.tetangga, box.operator):
            assert "Bukan iklan sama sekali." not in said(case, reader)
        assert "appeal" not in moves(case, box.warga)
        with pytest.raises(NotAllowed):
            actions.decide_appeal(case=case, actor=box.room, grant=False, reason="Tetap iklan.")
        with pytest.raises(NotAllowed):
            actions.decide_appeal(case=case, actor=box.operator, grant=True, reason="Bukan iklan.")
        case = actions.decide_appeal(case=case, actor=box.colleague, grant=True, reason="Bukan iklan.")
        assert (case.status, case.is_shown_to_all) == (Status.REOPENED, True)
        assert queries.outcome_of(fresh(case)) == ""
        case = actions.dispose(case=case, orders=[box.order()], actor=box.room)
        assert case.status == Status.PROCESS

    def test_a_dismissed_appeal_is_the_last(self, box: Box) -> None:
        case = actions.appeal(case=self.rejected(box), actor=box.warga, words="Bukan iklan sama sekali.")
        case = actions.decide_appeal(case=case, actor=box.colleague, grant=False, reason="Tetap iklan.")
        assert case.status == Status.ARCHIVED
        with pytest.raises(NotAllowed):
            actions.appeal(case=case, actor=box.warga, words="Saya banding lagi.")
        with pytest.raises(NotAllowed):
            actions.decide_appeal(case=case, actor=box.colleague, grant=True, reason="Berubah.")
        again = casework.reopen(case=case, actor=box.room, reason="Ditinjau lagi.")
        again = actions.reject(case=again, actor=box.room, rule=box.rule, reason="Masih iklan.")
        assert "appeal" not in moves(again, box.warga)

    def test_who_is_alone_decides_alone(self, box: Box) -> None:
        from balai.agencies.models import Post

        Post.objects.filter(user=box.colleague).delete()
        case = actions.appeal(case=self.rejected(box), actor=box.warga, words="Bukan iklan sama sekali.")
        assert actions.decide_appeal(case=case, actor=box.room, grant=True, reason="Benar.").is_open

    def test_too_late(self, box: Box) -> None:
        case = self.rejected(box)
        Rejection.objects.update(at=timezone.now() - datetime.timedelta(days=15))
        with pytest.raises(NotAllowed):
            actions.appeal(case=case, actor=box.warga, words="Bukan iklan sama sekali.")
        assert Kind.APPEALED not in kinds(case)
