"""What the public sees: the filtered list, the map by clusters and by kelurahan."""

from __future__ import annotations

import datetime
import json
from typing import Any

import h3.api.basic_int as h3
import pytest
import time_machine
from django.utils import timezone

from balai.casework import clusters, queries
from balai.casework.models import CELL_RESOLUTION, Case
from tests.casework.world import World
from tests.siaran.test_pages import browse, text  # noqa: F401

pytestmark = pytest.mark.django_db
WORLD_BOX = "106,-7,107,-6"


def spread(a: World, count: int) -> list[Case]:
    """So many reports at different places of the city."""
    made = []
    for number in range(count):
        step = number * 0.0011
        made.append(a.report(place={"lat": a.inside["lat"] + step % 0.02, "lon": a.inside["lon"] + step}))
    return made


class TestClusters:
    def test_the_cell_is_h3s_and_its_parents_follow_by_shifting(self, a: World) -> None:
        case = a.report()
        assert case.cell == h3.latlng_to_cell(case.lat, case.lon, CELL_RESOLUTION)
        for other in spread(a, 6):
            for zoom in (9, 12, 13, 15, 16):
                resolution = clusters.resolution_for(zoom)
                bits = 3 * (15 - resolution)
                same = h3.cell_to_parent(case.cell, resolution) == h3.cell_to_parent(other.cell, resolution)
                assert same == (case.cell >> bits == other.cell >> bits)

    @pytest.mark.parametrize("zoom", [5, 9, 12, 15, 18])
    def test_counts_are_exact_at_every_zoom(self, a: World, zoom: int) -> None:
        spread(a, 15)
        found = clusters.clusters("siaran", (106, -7, 107, -6), zoom)
        assert sum(cluster.count for cluster in found) == 15

    def test_few_are_shown_one_by_one_and_many_as_numbers(
        self,
        a: World,
        browse: Any,  # noqa: F811
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        cases = spread(a, 3)
        a.report(visibility="anonymous")
        Case.objects.filter(pk=a.report().pk).update(visibility="secret")
        Case.objects.filter(pk=cases[0].pk).update(late_since=timezone.now())
        answer = browse().get(f"/siaran/peta.geojson?bbox={WORLD_BOX}&zoom=12").json()
        assert len(answer["features"]) == 4
        assert {feature["properties"]["late"] for feature in answer["features"]} == {True, False}
        monkeypatch.setattr(clusters, "FEW", 2)
        answer = browse().get(f"/siaran/peta.geojson?bbox={WORLD_BOX}&zoom=12").json()
        assert sum(feature["properties"]["count"] for feature in answer["features"]) == 4
        assert sum(feature["properties"]["late"] for feature in answer["features"]) == 1
        assert "url" not in json.dumps(answer)
        assert answer["more"] is False

    @pytest.mark.parametrize(
        "query", ["", "bbox=1,2,3", "bbox=a,b,c,d", "bbox=nan,0,1,1", f"bbox={WORLD_BOX}&zoom=x", "bbox=1e400,0,1,1"]
    )
    def test_a_bad_box_is_refused(self, a: World, browse: Any, query: str) -> None:  # noqa: F811
        assert browse().get(f"/siaran/peta.geojson?{query}").status_code == 400

    def test_statements_do_not_grow(self, a: World, browse: Any, statements: Any) -> None:  # noqa: F811
        client = browse()
        client.get(f"/siaran/peta.geojson?bbox={WORLD_BOX}&zoom=12")
        for count in (1, 3):
            spread(a, count)
            with statements() as seen:
                client.get(f"/siaran/peta.geojson?bbox={WORLD_BOX}&zoom=12")
            # One more in a transaction, as here: whether the city's boundaries have changed.
            assert len(seen) == 3


class TestAreas:
    def test_every_kelurahan_has_its_number(self, a: World, browse: Any) -> None:  # noqa: F811
        for _number in range(3):
            a.report()
        a.report(place={"village": "36.74.02.1002", "landmark": "Depan pasar"})
        page = text(browse().get("/siaran/peta/?tampil=kelurahan"))
        assert 'data-area="36.74.01.1001" data-step="2" data-name="Barat Daya" data-count="3"' in page
        assert 'data-area="36.74.02.1002" data-step="1" data-name="Timur Laut" data-count="1"' in page
        assert 'data-area="36.74.02.1001" data-step="0"' in page
        assert "wilayah=36.74.01.1001" in page

    def test_steps_hold_about_as_many_areas_each(self) -> None:
        assert clusters.steps([]) == []
        assert clusters.steps([0, 0]) == []
        assert clusters.steps([4]) == [4]
        bounds = clusters.steps([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
        assert bounds == [1, 3, 5, 7, 9]
        assert [clusters.step_of(count, bounds) for count in (0, 1, 2, 3, 10)] == [0, 1, 1, 2, 5]

    def test_statements_do_not_grow(self, a: World, browse: Any, statements: Any) -> None:  # noqa: F811
        client = browse()
        client.get("/siaran/peta/?tampil=kelurahan")
        for count in (1, 3):
            spread(a, count)
            with statements() as seen:
                client.get("/siaran/peta/?tampil=kelurahan")
            assert len(seen) == 4


class TestList:
    def numbers(self, client: Any, query: str) -> list[str]:
        shown = text(client.get(f"/siaran/laporan/?{query}"))
        return sorted(number for number in Case.objects.values_list("number", flat=True) if number in shown)

    def test_filters(self, a: World, browse: Any) -> None:  # noqa: F811
        here = a.report()
        there = a.report(place={"village": "36.74.02.1002", "landmark": "Depan pasar"}, category="sampah")
        Case.objects.filter(pk=there.pk).update(late_since=timezone.now())
        client = browse()
        both = sorted([here.number, there.number])
        assert self.numbers(client, "") == both
        assert self.numbers(client, "terlambat=1") == [there.number]
        assert self.numbers(client, "kategori=jalan") == [here.number]
        assert self.numbers(client, "wilayah=36.74.02") == [there.number]
        assert self.numbers(client, "wilayah=36.74.01.1001") == [here.number]
        assert self.numbers(client, "kecamatan=36.74.02") == [there.number]
        assert self.numbers(client, "status=selesai") == []
        assert self.numbers(client, "status=apa&urut=salah&dari=kemarin&sampai=2026-13-40") == both
        assert self.numbers(client, "dari=0001-01-01&sampai=9999-12-31") == both

    def test_a_day_is_the_citys(self, a: World, browse: Any) -> None:  # noqa: F811
        # 23:30 in Jakarta on the 1st is 16:30 UTC; half an hour after midnight is 17:30 UTC of the 1st.
        with time_machine.travel(datetime.datetime(2026, 5, 1, 16, 30, tzinfo=datetime.UTC), tick=False):
            first = a.report()
        with time_machine.travel(datetime.datetime(2026, 5, 1, 17, 30, tzinfo=datetime.UTC), tick=False):
            second = a.report()
        client = browse()
        assert self.numbers(client, "dari=2026-05-01&sampai=2026-05-01") == [first.number]
        assert self.numbers(client, "dari=2026-05-02") == [second.number]

    def test_orders(self, a: World, browse: Any) -> None:  # noqa: F811
        old, closed, new = a.report(), a.report(), a.report()
        Case.objects.filter(pk=old.pk).update(weight=5)
        Case.objects.filter(pk=closed.pk).update(status="done", closed_at=timezone.now(), next_deadline_at=None)
        client = browse()

        def order(query: str) -> list[str]:
            shown = text(client.get(f"/siaran/laporan/?{query}"))
            numbers = [case.number for case in (old, closed, new) if case.number in shown]
            return sorted(numbers, key=shown.index)

        assert order("") == [new.number, closed.number, old.number]
        assert order("urut=dukungan")[0] == old.number
        assert order("urut=terlama") == [old.number, new.number]

    def test_counts_are_of_all_pages(self, a: World, browse: Any) -> None:  # noqa: F811
        for _number in range(23):
            a.report()
        page = text(browse().get("/siaran/laporan/"))
        assert 'Semua <span class="numeric">23</span>' in page
        assert "setelah=" in page

    def test_more_than_can_be_counted_quickly_are_said_to_be_more(
        self,
        a: World,
        browse: Any,  # noqa: F811
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(queries, "MAX_COUNTED", 2)
        for _number in range(3):
            a.report()
        page = text(browse().get("/siaran/laporan/"))
        assert 'Semua <span class="numeric">2+</span>' in page
        assert 'Selesai <span class="numeric">0</span>' in page

    def test_statements_do_not_grow(self, a: World, browse: Any, statements: Any) -> None:  # noqa: F811
        client = browse()
        client.get("/siaran/laporan/")
        for count in (1, 3):
            spread(a, count)
            for query in ("", "urut=dukungan", "urut=terlama", "terlambat=1&kategori=jalan&wilayah=36.74.01"):
                with statements() as seen:
                    client.get(f"/siaran/laporan/?{query}")
                assert len(seen) == 4
