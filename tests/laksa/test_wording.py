"""An aspiration is called so wherever the engine speaks of a case: on its timeline, in mails, in the API."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from apps.laksa import actions
from apps.laksa.models import Dimension, Topic
from balai.casework.models import Category, Kind
from balai.casework.wording import name_of_reporter, title_of_event
from balai.notifications.models import Message
from tests.laksa.box import Box

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
