"""A list of rules is prepared, judged, tried on past cases and put into force."""

from __future__ import annotations

import datetime
import random
import time
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from balai.agencies.models import Agency, Unit
from balai.assets.models import Asset, AssetKind
from balai.audit.models import Entry
from balai.casework import routing, rule_list
from balai.casework.models import Case, Category, RoutingRule
from balai.casework.rule_checks import doubts, rules_with_relations
from balai.casework.simulation import simulate
from balai.geography import queries as geography
from balai.geography.models import Area
from tenants.current import in_city
from tests.casework.test_routing import add
from tests.casework.world import World
from tests.staff import signed_in, staff

pytestmark = pytest.mark.django_db
LIST = "/kantor/siaran/rules/"
SIMULATION_STATEMENTS = 7


@pytest.fixture
def administrator(a: World) -> Client:
    return signed_in(a.city, staff(a.city, "casework.change_routingrule", name="Ratna"))


def values(a: World, **changes: Any) -> dict[str, Any]:
    return {"agency": a.dlh.pk, "active": "on", **changes}


class TestOffice:
    def test_a_change_is_prepared_tried_and_put_into_force(self, a: World, administrator: Client) -> None:
        a.report()
        a.report(category="sampah")
        lamp, area = Category.objects.get(slug="lampu"), Area.objects.get(code="36.74.01.1001")
        new = values(a, category=lamp.pk, area=area.pk)
        assert administrator.post(f"{LIST}new/", new).status_code == 302
        assert a.report().agency == a.dishub, "a draft routes nothing"
        page = administrator.get(LIST).text
        assert "Barat Daya" in page
        assert "rancangan" in page
        tried = administrator.get(f"{LIST}try/").text
        assert "Dari 3 laporan" in tried
        assert "2 di antaranya" in tried
        seen = tried.split('name="seen" value="')[1].split('"')[0]
        assert administrator.post(f"{LIST}try/", {"seen": seen}).status_code == 302
        assert a.report().agency == a.dlh
        entry = Entry.objects.get(verb="casework.routing_changed")
        assert entry.actor.name == "Ratna"  # type: ignore[union-attr]
        assert (entry.details["elsewhere"], entry.details["past_cases"], entry.details["rules"]) == (2, 3, 1)
        assert not RoutingRule.objects.drafted("siaran").exists()

    def test_nothing_comes_into_force_unseen(self, a: World, administrator: Client) -> None:
        administrator.post(f"{LIST}new/", values(a))
        seen = rule_list.fingerprint("siaran")
        administrator.post(f"{LIST}new/", values(a, agency=a.dishub.pk, position=1))
        for stale in (seen, "", "x" * 9_000):
            assert administrator.post(f"{LIST}try/", {"seen": stale}).status_code == 409
        assert not RoutingRule.objects.in_force("siaran").exists()
        assert not Entry.objects.filter(verb="casework.routing_changed").exists()

    def test_rules_are_moved_changed_and_removed_in_the_draft_only(self, a: World, administrator: Client) -> None:
        rules = [add("lampu", a.dlh, order=1), add("jalan", a.dishub, order=2), add("", a.dlh, order=3)]
        before = list(RoutingRule.objects.in_force("siaran").values())
        assert administrator.post(LIST, {"act": "begin"}).status_code == 302
        assert administrator.post(LIST, {"act": "begin"}).status_code == 302
        first, second, third = RoutingRule.objects.drafted("siaran")
        assert (first.category, third.category) == (rules[0].category, None)
        administrator.post(LIST, {"act": "down", "rule": first.pk})
        administrator.post(LIST, {"act": "up", "rule": third.pk})
        administrator.post(LIST, {"act": "up", "rule": second.pk})
        assert [rule.pk for rule in RoutingRule.objects.drafted("siaran")] == [second.pk, third.pk, first.pk]
        administrator.post(f"{LIST}{third.pk}/", values(a, severity="heavy", position=3))
        administrator.post(LIST, {"act": "remove", "rule": first.pk})
        draft = list(RoutingRule.objects.drafted("siaran"))
        assert [(rule.pk, rule.order, rule.severity) for rule in draft] == [(second.pk, 1, ""), (third.pk, 2, "heavy")]
        assert list(RoutingRule.objects.in_force("siaran").values()) == before
        administrator.post(LIST, {"act": "discard"})
        assert list(RoutingRule.objects.values()) == before

    def test_the_last_rule_is_switched_off_not_removed(self, a: World, administrator: Client) -> None:
        administrator.post(f"{LIST}new/", values(a))
        only = RoutingRule.objects.get()
        administrator.post(LIST, {"act": "remove", "rule": only.pk})
        assert RoutingRule.objects.get() == only

    @pytest.mark.parametrize(
        "changes",
        [
            {"agency": ""},
            {"agency": "999999"},
            {"unit": "lamps"},
            {"question": "lebar"},
            {"answer": "ya"},
            {"severity": "deadly"},
            {"position": "0"},
            {"category": "laksa"},
            {"asset_utility": "Nobody"},
        ],
    )
    def test_a_wrong_rule_is_not_kept(self, a: World, administrator: Client, changes: dict[str, str]) -> None:
        known = {"lamps": a.lamps.pk, "laksa": Category.objects.get(module="laksa").pk}
        wrong = {name: known.get(value, value) for name, value in changes.items()}
        assert administrator.post(f"{LIST}new/", values(a, **wrong)).status_code == 422
        assert not RoutingRule.objects.exists()

    def test_rules_in_force_and_of_others_are_not_edited(self, a: World, b: World, administrator: Client) -> None:
        mine = add("lampu", a.dlh)
        theirs = RoutingRule.objects.create(module="laksa", agency=a.dlh, draft=True)
        for rule in (mine, theirs):
            assert administrator.post(f"{LIST}{rule.pk}/", values(a)).status_code == 404
        for act in ("", "drop", "begin\0"):
            assert administrator.post(LIST, {"act": act, "rule": "1e9"}).status_code == 404
        administrator.post(LIST, {"act": "remove", "rule": theirs.pk})
        assert RoutingRule.objects.count() == 2
        stranger = signed_in(a.city, staff(b.city, "casework.change_routingrule"))
        assert stranger.get(LIST).status_code in (302, 403)

    def test_operators_look_but_do_not_change(self, a: World) -> None:
        add("lampu", a.dlh)
        looking = signed_in(a.city, staff(a.city, "casework.view_routingrule"))
        page = looking.get(LIST)
        assert page.status_code == 200
        assert "begin" not in page.text
        assert looking.post(LIST, {"act": "begin"}).status_code == 403
        assert looking.get(f"{LIST}new/").status_code == 403
        assert looking.get(f"{LIST}try/").status_code == 403
        assert RoutingRule.objects.count() == 1

    @pytest.mark.parametrize("many", [1, 3])
    def test_the_list_costs_the_same(self, a: World, administrator: Client, statements: Any, many: int) -> None:
        for number in range(many):
            add("lampu", a.dlh, "36.74.01", order=number, unit=None, asset_owner=a.dishub)
        administrator.get(LIST)
        with statements() as seen:
            assert administrator.get(LIST).status_code == 200
        assert len([statement for statement in seen if "casework_routingrule" in statement]) == 2


class TestDoubts:
    def said(self, module: str = "siaran") -> list[tuple[int | None, str]]:
        rules = rules_with_relations(module, draft=False)
        found = doubts(module, rules)
        return [(item.rule.order if item.rule else None, item.message) for item in found]

    def test_a_sound_list_raises_none(self, a: World) -> None:
        Category.objects.filter(slug="jalan").update(default_agency=a.dlh)
        add("lampu", a.dlh, "36.74.01.1001", order=1)
        add("lampu", a.dlh, "36.74.01", order=2)
        add("jalan", a.dlh, "36.74.01.1001", order=3)
        add("lampu", a.dishub, order=4)
        assert self.said() == []

    def test_a_rule_that_never_decides(self, a: World) -> None:
        add("jalan", a.dishub, "36.74.01", order=1)
        add("lampu", a.dlh, "36.74.01.1001", order=2, severity="heavy")
        add("lampu", a.dlh, "36.74.02.1001", order=3)
        add("jalan", a.dlh, "36.74.01", order=4)
        said = dict(item for item in self.said() if item[0] is not None)
        assert set(said) == {2, 4}
        assert "rule 1 before" in said[2]
        assert "same conditions as rule 1" in said[4]
        RoutingRule.objects.filter(order=1).update(active=False)
        assert [order for order, _message in self.said() if order is not None] == []

    def test_what_is_not_in_use_any_more(self, a: World) -> None:
        add("lampu", a.dlh, "36.74.01.1001", order=1)
        add("sampah", a.dishub, order=2, unit=a.lamps)
        add("lama", a.dishub, order=3)
        Area.objects.filter(code="36.74.01.1001").update(active=False)
        Unit.objects.update(active=False)
        assert [order for order, _message in self.said() if order is not None] == [1, 2, 3]
        Agency.objects.filter(pk=a.dlh.pk).update(active=False)
        assert [order for order, _message in self.said() if order == 1] == [1, 1]

    def test_categories_that_nobody_takes(self, a: World) -> None:
        assert [message for _order, message in self.said()] == ["Reports about “Jalan rusak” may go to nobody."]
        add("lubang", a.dlh, severity="heavy")
        assert len(self.said()) == 1
        add("jalan", a.dlh, order=1)
        assert self.said() == []

    @pytest.fixture(autouse=True)
    def in_english(self) -> Any:
        from django.utils import translation

        with translation.override("en"):
            yield


class TestSimulation:
    def world_of_cases(self, a: World, count: int, seed: int = 1) -> list[Asset | None]:
        """Cases of all kinds, written at once."""
        dice = random.Random(seed)
        lamp = AssetKind.objects.create(slug="lampu", name="Lampu")
        assets: list[Asset | None] = [None]
        for number, fields in enumerate(
            [{"agency": a.dlh}, {"agency": a.dishub, "unit": a.lamps}, {"utility": "PLN"}, {}]
        ):
            assets.append(Asset.objects.create(kind=lamp, code=f"A{number}", **fields, **a.inside))
        categories = list(Category.objects.filter(module="siaran", slug__in=["lampu", "lubang", "sampah"]))
        villages = list(Area.objects.filter(level="village"))
        now = timezone.now()
        Case.objects.bulk_create(
            [
                Case(
                    number=f"T{number:08}",
                    module="siaran",
                    category=dice.choice(categories),
                    village=dice.choice([None, *villages]),
                    asset=dice.choice(assets),
                    severity=dice.choice(["light", "moderate", "heavy"]),
                    answers=dice.choice([{}, {"q": "ya"}, {"q": ["ya", "x"]}, {"q": 3}]),
                    received_at=now - datetime.timedelta(days=dice.uniform(0, 120)),
                    description="x",
                )
                for number in range(count)
            ],
            batch_size=2_000,
        )
        return assets

    def rules(self, a: World, draft: bool, seed: int) -> None:
        dice = random.Random(seed)
        areas = [None, None, "36.74.01", "36.74.02.1001"]
        for order in range(8):
            conditions: dict[str, Any] = dice.choice(
                [
                    {},
                    {"severity": "heavy"},
                    {"question": "q", "answer": "ya"},
                    {"asset_utility": "pln"},
                    {"asset_owner": a.dlh},
                    {"asset_kind": AssetKind.objects.get()},
                ]
            )
            add(
                dice.choice(["lampu", "lubang", "jalan", "sampah"]),
                dice.choice([a.dlh, a.dishub]),
                dice.choice(areas),
                order=order,
                draft=draft,
                **conditions,
            )

    @pytest.mark.parametrize("seed", range(4))
    def test_it_says_what_routing_case_by_case_would(self, a: World, seed: int) -> None:
        self.world_of_cases(a, 300, seed)
        self.rules(a, False, seed)
        self.rules(a, True, seed + 100)
        outcome = simulate("siaran")
        recent = Case.objects.filter(received_at__gte=outcome.since).select_related(
            "category__default_agency", "category__parent__default_agency", "asset__agency", "asset__unit", "village"
        )

        def destinations() -> list[Any]:
            found = []
            for case in recent.order_by("pk"):
                village = geography.area_by_code(case.village.code) if case.village else None
                route = routing.route(
                    case.category, village, asset=case.asset, severity=case.severity, answers=case.answers
                )
                found.append((route.agency, route.unit))
            return found

        before = destinations()
        RoutingRule.objects.in_force("siaran").delete()
        RoutingRule.objects.update(draft=False)
        after = destinations()
        assert outcome.total == len(before) > 0
        assert outcome.elsewhere == sum(old != new for old, new in zip(before, after, strict=True)) > 0
        assert outcome.nowhere == sum(new == (None, None) for new in after)
        assert sum(shift.count for shift in outcome.shifts) == outcome.elsewhere
        assert all(Case.objects.filter(number=number).exists() for shift in outcome.shifts for number in shift.examples)

    @pytest.mark.parametrize("many", [1, 30])
    def test_a_fixed_number_of_statements(self, a: World, statements: Any, many: int) -> None:
        self.world_of_cases(a, many)
        self.rules(a, False, 1)
        self.rules(a, True, 2)
        with statements() as seen:
            simulate("siaran")
        assert len(seen) == SIMULATION_STATEMENTS

    def test_the_cost_is_that_of_the_combinations(self, a: World) -> None:
        """Ten times the cases, and hardly more combinations: only the database's counting grows."""
        self.world_of_cases(a, 2_000)
        add("lampu", a.dlh, "36.74.01.1001", draft=True)
        few = simulate("siaran")
        Case.objects.all().delete()
        Asset.objects.all().delete()
        AssetKind.objects.all().delete()
        self.world_of_cases(a, 20_000)
        started = time.perf_counter()
        many = simulate("siaran")
        took = time.perf_counter() - started
        # Neither severity nor answers matter to this list, so they are not told apart.
        assert few.combinations <= many.combinations <= 3 * 5 * 5
        assert many.total > 9 * few.total
        assert took < 5

    def test_rare_combinations_are_left_out_and_said_so(self, a: World, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("balai.casework.simulation.MAX_COMBINATIONS", 3)
        self.world_of_cases(a, 200)
        add("lampu", a.dlh, draft=True)
        outcome = simulate("siaran")
        recent = Case.objects.filter(received_at__gte=outcome.since).count()
        assert (outcome.combinations, outcome.total + outcome.left_out) == (3, recent)

    def test_another_city_is_not_counted(self, a: World, b: World) -> None:
        with in_city(b.city):
            b.report()
            add("lampu", b.dlh, draft=True)
        assert simulate("siaran").total == 0
        assert not RoutingRule.objects.exists()


def test_who_puts_a_list_into_force_twice_is_told(a: World) -> None:
    add("lampu", a.dlh, draft=True)
    seen = rule_list.fingerprint("siaran")
    rule_list.put_into_force(module="siaran", seen=seen, actor=a.room)
    with pytest.raises(ValidationError):
        rule_list.put_into_force(module="siaran", seen=seen, actor=a.room)
    assert RoutingRule.objects.in_force("siaran").count() == 1
