"""Where a report goes and why: the ordered list of rules, the asset's owner, the category's agency, nobody."""

from __future__ import annotations

import random
from importlib import import_module
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import translation

from balai.agencies.models import Agency, Unit
from balai.assets.models import Asset, AssetKind
from balai.casework import routing
from balai.casework.models import Case, Category, RoutingRule
from balai.casework.routing import Facts
from balai.geography import queries as geography
from balai.geography.models import Area
from balai.notifications.models import Message
from tests.casework.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def add(category: str, agency: Agency, area: str | None = None, **fields: Any) -> RoutingRule:
    return RoutingRule.objects.create(
        module="siaran",
        category=Category.objects.get(module="siaran", slug=category) if category else None,
        agency=agency,
        area=Area.objects.get(code=area) if area else None,
        **fields,
    )


def test_without_a_rule_the_categorys_agency_then_nobody(a: World) -> None:
    assert a.report().agency == a.dishub
    case = a.report(category="lubang")
    assert case.agency is None
    assert case.routed_because == {"by": "nobody", "category": "Jalan rusak"}
    assert Message.objects.filter(address=a.room.email, template="casework/arrived").count() == 1


def test_the_groups_agency_serves_its_leaves(a: World) -> None:
    Category.objects.filter(slug="jalan").update(default_agency=a.dlh)
    assert a.report(category="lubang").agency == a.dlh
    assert a.report(category="lampu").agency == a.dishub


def test_the_first_rule_that_fits_decides(a: World) -> None:
    add("lubang", a.dlh, "36.74.02", order=1)
    second = add("jalan", a.dishub, order=2, unit=a.lamps)
    add("lubang", a.dlh, order=3)
    case = a.report(category="lubang")
    assert (case.agency, case.unit) == (a.dishub, a.lamps)
    assert case.routed_because == {
        "by": "rule",
        "rule": second.pk,
        "position": 2,
        "category": "Jalan",
        "area": None,
        "agency": "Dinas Perhubungan",
        "unit": "UPT Penerangan Jalan",
    }
    east = a.report(category="lubang", place={"village": "36.74.02.1001", "landmark": "Pasar"})
    assert routing.sentence(east.routed_because) == "Reports about “Jalan rusak” in Timur go to Dinas Lingkungan Hidup."


def test_every_condition_must_hold(a: World) -> None:
    lamp = AssetKind.objects.create(slug="lampu", name="Lampu")
    facts = Facts(
        categories=(1, 2), areas=(5, 6), asset_kind=lamp.pk, asset_owner=a.dlh.pk, severity="heavy", answers={"q": "Ya"}
    )
    rule = RoutingRule(module="siaran", agency=a.dishub)
    for name, good, bad in (
        ("category_id", 2, 3),
        ("area_id", 6, 7),
        ("asset_kind_id", lamp.pk, lamp.pk + 1),
        ("asset_owner_id", a.dlh.pk, a.dishub.pk),
        ("severity", "heavy", "light"),
    ):
        setattr(rule, name, good)
        assert routing.fits(rule, facts)
        setattr(rule, name, bad)
        assert not routing.fits(rule, facts)
        setattr(rule, name, good)
    rule.question = "q"
    for answer, given, fits in (
        ("ya", "Ya", True),
        ("tidak", "Ya", False),
        ("3", 3, True),
        ("true", True, True),
        ("b", ["a", "B"], True),
        ("c", ["a", "b"], False),
        ("None", None, False),
    ):
        rule.answer = answer
        assert routing.fits(rule, Facts((1, 2), (5, 6), lamp.pk, a.dlh.pk, "", "heavy", {"q": given})) is fits
    assert not routing.fits(rule, Facts((1, 2), (5, 6), lamp.pk, a.dlh.pk, "", "heavy"))


def test_rules_and_agencies_that_are_off_do_not_count(a: World) -> None:
    add("lampu", a.dlh, active=False)
    assert a.report().agency == a.dishub
    a.dishub.active = False
    a.dishub.save()
    assert a.report().agency is None


def test_a_unit_that_is_off_leaves_the_case_to_its_agency(a: World) -> None:
    add("lubang", a.dishub, unit=a.lamps)
    Unit.objects.filter(pk=a.lamps.pk).update(active=False)
    case = a.report(category="lubang")
    assert (case.agency, case.unit) == (a.dishub, None)


def test_a_list_in_preparation_routes_nothing(a: World) -> None:
    add("lampu", a.dlh, draft=True)
    assert a.report().agency == a.dishub


def test_why_is_kept_when_the_rule_changes(a: World) -> None:
    rule = add("lubang", a.dlh)
    case = a.report(category="lubang")
    rule.delete()
    assert routing.sentence(Case.objects.get(pk=case.pk).routed_because).endswith(f"{a.dlh.name}.")


@pytest.mark.parametrize("many", [1, 3])
def test_the_rules_are_in_memory(a: World, statements: Any, many: int) -> None:
    for number in range(many):
        add("lampu", a.dlh, "36.74.02", order=number)
    add("", a.dlh, order=9)
    category = Category.objects.select_related("parent").get(slug="lampu")
    village = geography.area_by_code("36.74.01.1001")
    assert len(routing.rules_in_force("siaran")) == many + 1
    with statements() as seen:
        assert routing.route(category, village).because["rule"] is not None
    assert len(seen) == 0


def test_what_a_rule_names_is_never_old(a: World) -> None:
    rule = add("lampu", a.dlh)
    assert a.report().agency == a.dlh
    a.dlh.name = "Dinas Kebersihan"
    a.dlh.save()
    assert a.report().routed_because["agency"] == "Dinas Kebersihan"
    a.dlh.active = False
    a.dlh.save()
    assert a.report().agency == a.dishub
    RoutingRule.objects.filter(pk=rule.pk).update(agency=a.dishub)
    assert a.report().routed_because["rule"] == rule.pk
    rule.delete()
    assert a.report().routed_because["by"] == "category"


def old_choice(rules: list[RoutingRule], category: Category, areas: list[Any]) -> RoutingRule | None:
    """As it was decided before there was a list: the most specific rule."""
    near = {item.pk: distance for distance, item in enumerate(routing.lineage(category))}
    places = {area.id: distance for distance, area in enumerate(areas)}
    fitting = [rule for rule in rules if rule.category_id in near and (rule.area_id is None or rule.area_id in places)]

    def rank(rule: RoutingRule) -> tuple[int, ...]:
        distance = places[rule.area_id] if rule.area_id is not None else len(places)
        return near[rule.category_id or 0], distance, rule.order, rule.pk

    return min(fitting, key=rank, default=None)


@pytest.mark.parametrize("seed", range(8))
def test_rules_from_before_keep_their_meaning(a: World, seed: int) -> None:
    """The migration puts them in an order in which the first that fits is the one that was the most specific."""
    dice = random.Random(seed)
    roads = Category.objects.get(slug="jalan")
    holes = Category.objects.get(slug="lubang")
    Category.objects.create(module="siaran", slug="dalam", name="Lubang dalam", parent=holes)
    categories = list(Category.objects.filter(module="siaran").select_related("parent__parent"))
    assert roads in categories
    areas = [None, *Area.objects.all()]
    for _number in range(40):
        RoutingRule.objects.create(
            category=dice.choice(categories), area=dice.choice(areas), agency=a.dlh, order=dice.randint(0, 3)
        )
    villages = [geography.area_by_code(code) for code in ("36.74.01.1001", "36.74.02.1002")] + [None]
    cases = [(category, routing.areas_around(village)) for category in categories for village in villages]
    before = [old_choice(list(RoutingRule.objects.all()), *case) for case in cases]
    migration = import_module("balai.casework.migrations.0005_rules_in_order_and_assets")
    with connection.cursor() as cursor:
        cursor.execute(migration.ORDER)
    rules = list(RoutingRule.objects.in_force("siaran").select_related("agency"))
    assert sorted({rule.order for rule in rules}) == list(range(1, 41))
    after = [
        routing.first_fitting(
            Facts(tuple(item.pk for item in routing.lineage(category)), tuple(area.id for area in around)), rules
        )
        for category, around in cases
    ]
    assert after == before
    assert any(after)


class TestAssets:
    """A report that points at a thing of the city."""

    @pytest.fixture
    def lamp(self, a: World) -> Asset:
        kind = AssetKind.objects.create(slug="lampu", name="Lampu jalan")
        return Asset.objects.create(kind=kind, code="PJU-1", agency=a.dlh, **a.inside)

    def test_the_code_is_enough_of_a_place(self, a: World, lamp: Asset) -> None:
        case = a.report(asset="lampu:pju-1", place={})
        kept = Case.objects.get(pk=case.pk)
        assert (kept.asset, kept.lat, kept.place_source) == (lamp, lamp.lat, "asset")
        assert kept.village.name == "Barat Daya"  # type: ignore[union-attr]
        assert kept.cell is not None

    def test_its_owner_takes_it_unless_a_rule_says_otherwise(self, a: World, lamp: Asset) -> None:
        case = a.report(asset="PJU-1")
        assert case.agency == a.dlh
        assert routing.sentence(case.routed_because) == f"Lampu jalan PJU-1 belongs to {a.dlh.name}."
        RoutingRule.objects.create(module="siaran", asset_kind=lamp.kind, agency=a.dishub, unit=a.lamps)
        case = a.report(asset="PJU-1")
        assert (case.agency, case.unit) == (a.dishub, a.lamps)
        assert "Kind of asset: Lampu jalan." in routing.sentence(case.routed_because)

    def test_a_wrong_code_is_the_persons_mistake(self, a: World, lamp: Asset) -> None:
        far = {"lat": lamp.lat + 0.01, "lon": lamp.lon}
        for code, place in (("PJU-2", a.inside), ("PJU-1", far), ("\0" * 9 + "x" * 900, a.inside)):
            with pytest.raises(ValidationError) as refused:
                a.report(asset=code, place=place)
            assert list(refused.value.message_dict) == ["asset"]
        assert not Case.objects.exists()

    def test_it_costs_one_statement_more(self, a: World, lamp: Asset, statements: Any) -> None:
        Asset.objects.update(agency=a.dishub)  # whose desk is manned, so that nobody else is looked for
        a.report()
        counts = []
        for code in ("", "PJU-1"):
            with statements() as seen:
                a.report(asset=code)
            counts.append(len(seen))
        assert counts[1] == counts[0] + 1
