"""Residents check whether the timeline of a report they see is whole."""

from __future__ import annotations

import pytest
from django.urls import reverse

from balai.casework.models import TimelineEntry, Visibility
from tests.casework.world import World
from tests.staff import Browser, signed_in

pytestmark = pytest.mark.django_db


def test_whole_or_not(a: World) -> None:
    case = a.report()
    page = reverse("siaran:chain", args=[case.number])
    visitor = Browser(headers={"host": a.city.host})
    text = visitor.get(page).content.decode()
    assert "Riwayat utuh." in text
    assert case.timeline_head in text
    TimelineEntry._base_manager.filter(case=case, sequence=1).update(role="system")
    text = visitor.get(page).content.decode()
    assert "Riwayat utuh." not in text
    assert "tidak lagi seperti" in text


def test_only_of_a_report_that_one_sees(a: World, b: World) -> None:
    case = a.report()
    type(case).objects.filter(pk=case.pk).update(visibility=Visibility.SECRET)
    page = reverse("siaran:chain", args=[case.number])
    assert Browser(headers={"host": a.city.host}).get(page).status_code == 404
    assert signed_in(a.city, a.tetangga).get(page).status_code == 404
    assert signed_in(a.city, a.warga).get(page).status_code == 200
    assert Browser(headers={"host": b.city.host}).get(page).status_code == 404
