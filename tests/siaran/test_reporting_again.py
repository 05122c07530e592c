"""Reporting again what was closed: both pages name the other, for whoever may see it, and nobody is found out by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from balai.casework import actions, again, intake
from balai.casework.guests import Guest
from balai.casework.models import Case
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


def test_an_anonymous_report_does_not_point_at_its_reporters_name(a: World) -> None:
    own = closed(a)
    assert a.report(visibility="anonymous", earlier=own.number).earlier is None
    assert a.report(visibility="secret", hide_name=True, earlier=own.number).earlier is None
    assert a.report(a.tetangga, visibility="anonymous", earlier=own.number).earlier == own
    hidden = closed(a, visibility="anonymous")
    assert a.report(visibility="anonymous", earlier=hidden.number).earlier == hidden


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
