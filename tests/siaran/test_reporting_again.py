"""Reporting again what was closed: both pages name the other, for whoever may see it, and nobody is found out by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from balai.casework import actions, again, intake, reveal
from balai.casework.guests import Guest
from balai.casework.models import Case, Reveal
from balai.casework.personal_data import export
from balai.casework.queries import view_of
from tenants.current import in_city
from tests.casework.test_desk import desk_of
from tests.casework.world import World
from tests.siaran.test_pages import browse, fields, text

__all__ = ["browse"]
pytestmark = pytest.mark.django_db


def closed(a: World, **given: Any) -> Case:
    return actions.archive(case=a.report(**given), actor=a.operator, reason="Sudah diperbaiki PLN.")


def test_both_pages_and_the_desk_name_the_other(a: World, browse: Any) -> None:
    old = closed(a)
    client = browse(a.tetangga)
    address = f"/siaran/laporan/{old.number}/"
    page = text(client.get(address))
    link = f"/siaran/lapor/?dari={old.number}&amp;kategori=lampu"
    assert link in page
    form = text(client.get(link.replace("&amp;", "&")))
    assert f'value="{old.number}"' in form
    assert f'value="{old.lat}"' in form
    sent = client.post("/siaran/lapor/", fields(a, earlier=old.number))
    assert sent.status_code == 303
    new = Case.objects.get(earlier=old)
    assert f'href="{address}"' in text(client.get(f"/siaran/laporan/{new.number}/"))
    assert f'href="/siaran/laporan/{new.number}/"' in text(client.get(address))
    desk = desk_of(a, a.operator)
    for here, there in ((old, new), (new, old)):
        page = desk.get(f"/kantor/siaran/reports/{here.number}/").content.decode()
        assert f'href="/kantor/siaran/reports/{there.number}/"' in page
    assert export(a.tetangga)["reports"][0]["reported_again_after"] == old.number


def test_an_open_an_unseen_and_another_citys_report_are_refused(a: World, b: World, browse: Any) -> None:
    with in_city(b.city):
        elsewhere = closed(b).number
    secret, still_open = closed(a, visibility="secret").number, a.report().number
    count = Case.objects.count()
    for number in (elsewhere, secret, still_open, "1234", "x" * 40, "'; --"):
        response = browse(a.tetangga).post("/siaran/lapor/", fields(a, earlier=number))
        assert response.status_code == 422, number
        assert "Lampu jalan di depan rumah mati" in text(response)
        with pytest.raises(ValidationError) as refusal:
            a.report(a.tetangga, earlier=number)
        assert list(refusal.value.error_dict) == ["earlier"]
    assert Case.objects.count() == count
    # Whose secret one it is may report it again; the page of it alone tells.
    mine = a.report(a.warga, earlier=secret)
    assert mine.earlier is not None
    assert again.before(view_of(mine, a.warga)) == mine.earlier
    assert again.before(view_of(mine, a.tetangga)) is None
    assert secret not in text(browse(a.tetangga).get(f"/siaran/laporan/{mine.number}/"))


def links(a: World, old: Case, new: Case, person: Any) -> tuple[bool, bool]:
    """Whether the person reads the link on the new case, and on the old one, as far as they see its page."""
    of_new, of_old = (view_of(Case.objects.get(pk=case.pk), person) for case in (new, old))
    seen = set(Case.objects.seen_by(of_new.standing, of_new.digests))
    return new in seen and again.before(of_new) == old, old in seen and again.after(of_old) == [new]


BOTH, NEITHER = (True, True), (False, False)


@pytest.mark.parametrize("hidden", ["old", "new"])
@pytest.mark.parametrize("visibility", ["anonymous", "secret"])
def test_a_report_that_is_hidden_later_is_no_longer_linked(a: World, browse: Any, hidden: str, visibility: str) -> None:
    old = closed(a)
    new = a.report(a.warga, earlier=old.number)
    outsiders = (None, Guest(), a.tetangga)
    staff = (a.operator, a.room, a.mayor)
    assert {links(a, old, new, each) for each in (*outsiders, *staff, a.warga)} == {BOTH}
    case, other = (old, new) if hidden == "old" else (new, old)
    Case.objects.filter(pk=case.pk).update(visibility=visibility, name_hidden=visibility == "anonymous")
    assert {links(a, old, new, each) for each in outsiders} == {NEITHER}
    assert links(a, old, new, a.warga) == BOTH
    # A secret report is its agency's with the name; an anonymous one has none.
    assert {links(a, old, new, each) for each in staff} == ({BOTH} if visibility == "secret" else {NEITHER})
    page = text(browse(a.tetangga).get(f"/siaran/laporan/{other.number}/"))
    assert case.number not in page
    assert case.number in text(browse(a.warga).get(f"/siaran/laporan/{other.number}/"))
    desk = desk_of(a, a.operator)
    for here, there in ((old, new), (new, old)):
        page = desk.get(f"/kantor/siaran/reports/{here.number}/").content.decode()
        assert (f'href="/kantor/siaran/reports/{there.number}/"' in page) == (visibility == "secret")


@pytest.mark.parametrize("hidden", ["old", "new"])
def test_the_room_reads_the_link_while_the_name_is_shown_to_it(a: World, hidden: str) -> None:
    old = closed(a, visibility="anonymous" if hidden == "old" else "public")
    new = a.report(a.warga, earlier=old.number, visibility="anonymous" if hidden == "new" else "public")
    case = old if hidden == "old" else new
    assert links(a, old, new, a.room) == NEITHER
    reveal.reveal(case=case, actor=a.room, reason="Saksi, diminta polisi.")
    assert links(a, old, new, a.room) == BOTH
    assert links(a, old, new, a.operator) == NEITHER
    Reveal.objects.update(at=timezone.now() - reveal.SHOWN_FOR * 2, until=timezone.now())
    assert links(a, old, new, a.room) == NEITHER


def test_a_secret_report_without_a_name_is_linked_for_its_reporter_only(a: World) -> None:
    old = closed(a)
    new = a.report(a.warga, earlier=old.number, visibility="secret", hide_name=True)
    assert links(a, old, new, a.warga) == BOTH
    assert {links(a, old, new, each) for each in (None, a.tetangga, a.operator, a.room, a.mayor)} == {NEITHER}


def test_a_hidden_report_after_somebody_elses_is_linked_for_its_reporter_only(a: World) -> None:
    old = closed(a)
    new = a.report(a.tetangga, earlier=old.number, visibility="anonymous")
    assert links(a, old, new, a.tetangga) == BOTH
    assert {links(a, old, new, each) for each in (None, a.warga, a.operator, a.room, a.mayor)} == {NEITHER}


def test_a_report_that_the_desk_hides_is_no_longer_linked(a: World) -> None:
    old = closed(a)
    new = a.report(a.warga, earlier=old.number)
    actions.classify(case=new, actor=a.operator, visibility="anonymous", reason="Diminta pelapor.")
    assert links(a, old, new, a.operator) == NEITHER


def test_a_guest_reports_their_own_secret_report_again(a: World) -> None:
    from balai.casework import tracking

    values = {
        "module": "siaran",
        "category": "lampu",
        "description": "Lampu mati lagi sejak kemarin.",
        "place": a.inside,
    }
    received = intake.submit_case(reporter=Guest(), visibility="secret", **values)
    actions.archive(case=received.case, actor=a.operator, reason="Sudah diperbaiki PLN.")
    guest = Guest(digests=tracking.digests(received.code))
    assert intake.submit_case(reporter=guest, earlier=received.case.number, **values).case.earlier == received.case
    with pytest.raises(ValidationError):
        intake.submit_case(reporter=Guest(), earlier=received.case.number, **values)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_newest_few_in_one_statement(a: World, statements: Any, rows: int) -> None:
    old = closed(a)
    made = [a.report(a.tetangga, earlier=old.number) for _ in range(rows)]
    view = view_of(old, a.tetangga)
    with statements() as seen:
        assert again.after(view) == made[::-1]
    assert len(seen) == 1
    view = view_of(made[0], a.tetangga)
    with statements() as seen:
        assert again.after(view) == []
    assert len(seen) == 0
