"""A case is handed to any agency or unit with a reason, and its clocks run on; a case's asset at the desk."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from balai.agencies.actions import appoint
from balai.agencies.models import Unit
from balai.assets.models import Asset, AssetKind
from balai.casework import actions, clocks, routing
from balai.casework.models import Case, Kind
from balai.notifications.models import Message
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db


def clock_of(case: Case) -> dict[str, object]:
    return Case.objects.values("received_at", *clocks.FIELDS).get(pk=case.pk)


def test_to_a_unit_of_the_same_agency_and_back_again(a: World) -> None:
    other = Unit.objects.create(agency=a.dishub, name="Bidang Lalu Lintas")
    case = a.report()
    before = clock_of(case)
    for unit in (a.lamps, other, None, a.lamps):
        case = actions.forward(case=case, agency=a.dishub, unit=unit, actor=a.operator, reason="Ini bagian mereka.")
        kept = Case.objects.get(pk=case.pk)
        assert (kept.agency, kept.unit) == (a.dishub, unit)
    assert clock_of(case) == before, "a hand-over touches no clock"
    entries = case.timeline.filter(kind=Kind.ROUTED, role="operator")
    assert [entry.data["unit"] for entry in entries] == [a.lamps.name, other.name, None, a.lamps.name]
    assert "Ini bagian mereka." in routing.sentence(case.routed_because)


def test_to_a_unit_of_another_agency_whose_desk_is_told(a: World) -> None:
    sweepers = Unit.objects.create(agency=a.dlh, name="Bidang Kebersihan")
    case = a.report()
    before = clock_of(case)
    actions.forward(case=case, agency=a.dlh, unit=sweepers, actor=a.operator, reason="Ini sampah, bukan lampu.")
    assert clock_of(case) == before
    assert Message.objects.filter(template="casework/arrived", recipient=a.room).exists()


@pytest.mark.parametrize(("unit_of", "reason"), [("dlh", "Salah unit ini."), ("dishub", "")])
def test_refusals_change_nothing(a: World, unit_of: str, reason: str) -> None:
    unit = Unit.objects.create(agency=getattr(a, unit_of), name="Unit lain")
    case = a.report()
    before = Case.objects.values("agency", "unit", "routed_because", "timeline_length").get(pk=case.pk)
    with pytest.raises(ValidationError):
        actions.forward(case=case, agency=a.dishub, unit=unit, actor=a.operator, reason=reason)
    assert Case.objects.values("agency", "unit", "routed_because", "timeline_length").get(pk=case.pk) == before


def test_the_desk_shows_everything_about_an_asset(a: World) -> None:
    kind = AssetKind.objects.create(slug="lampu", name="Lampu jalan")
    Asset.objects.create(kind=kind, code="PJU-1", agency=a.dishub, **a.inside)
    secret = a.report(asset="PJU-1", description="Yang ini rahasia adanya.")
    Case.objects.filter(pk=secret.pk).update(visibility="secret")
    a.report(description="Yang ini tentang hal lain.")
    user = staff(a.city)
    appoint(user=user, role="operator", agency=a.dishub)
    client = signed_in(a.city, user)
    page = client.get(f"/kantor/siaran/reports/{secret.number}/").text
    assert "Lampu jalan PJU-1" in page
    assert "aset=lampu%3APJU-1" in page
    found = client.get("/kantor/siaran/reports/?aset=lampu:PJU-1").text
    assert "Yang ini rahasia adanya." in found
    assert "Yang ini tentang hal lain." not in found
    for odd in ("x", ":", "lampu:", "\0", "a" * 500):
        assert client.get("/kantor/siaran/reports/", {"aset": odd}).status_code == 200
