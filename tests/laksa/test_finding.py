"""Alike aspirations while somebody writes, those nearby, and the public figures."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from apps.laksa import actions
from apps.laksa.actions.figures import count_day
from apps.laksa.alike import alike
from apps.laksa.figures import figures
from apps.laksa.models import Aspiration, DayCount
from balai.casework.lifecycle import Phase
from balai.casework.models import Case
from balai.casework.periods import Period
from tenants.current import in_city
from tests.casework.world import World
from tests.laksa.box import Box
from tests.siaran.test_schema import ask, codes

pytestmark = pytest.mark.django_db

ANSWER = "Usulan ini kami tinjau bersama kelurahan pada bulan depan."


class TestAlike:
    @pytest.fixture
    def park(self, box: Box) -> Case:
        box.wish(title="Perbaikan jalan menuju sekolah", text="Jalan berlubang membahayakan anak sekolah setiap pagi.")
        box.wish(title="Tambah bus malam ke stasiun", text="Pekerja pulang larut tidak mendapat angkutan umum lagi.")
        return box.wish()

    @pytest.mark.parametrize(
        "words",
        [
            "Taman bermain bantaran kali",
            "Tman bermian di bantarn kali",  # slips
            "Permainan anak: tempat bermain yang aman",  # stems, and words of the text
        ],
    )
    def test_it_is_found_first(self, box: Box, park: Case, words: str) -> None:
        assert [case.pk for case in alike(words)][:1] == [park.pk]

    @pytest.mark.parametrize("words", ["", "Taman", "Vaksinasi kucing liar gratis", "!!! ??? &&& | :*", "\0" * 20])
    def test_nothing_is_found(self, box: Box, park: Case, words: str) -> None:
        assert list(alike(words)) == []
        document = "query($t:String!){laksa{alike(title:$t){number}}}"
        assert ask(document, t=words) == ({"laksa": {"alike": []}}, [])

    def test_only_what_everyone_may_see(self, box: Box) -> None:
        box.wish(visibility="secret")
        assert list(alike("Taman bermain di bantaran kali")) == []

    def test_over_the_api_with_a_megabyte(self, box: Box, park: Case, statements: Any) -> None:
        document = "query($t:String!,$x:String){laksa{alike(title:$t,text:$x){number title case{weight}}}}"
        with statements() as seen:
            data, errors = ask(document, t="Taman bermain anak", x="taman " * 20_000)
        assert errors == []
        assert data["laksa"]["alike"][0]["number"] == park.number
        assert len(seen) <= 5, seen


def test_nearby(box: Box) -> None:
    near = box.wish(place=box.inside)
    box.wish()
    far = {"lat": box.inside["lat"] + 0.02, "lon": box.inside["lon"]}
    box.wish(place=far)
    document = "query($lat:Float!,$lon:Float!){laksa{nearby(lat:$lat,lon:$lon,metres:500){number case{distanceM}}}}"
    data, errors = ask(document, lat=box.inside["lat"], lon=box.inside["lon"])
    assert errors == []
    assert data["laksa"]["nearby"] == [{"number": near.number, "case": {"distanceM": 0}}]
    assert codes(ask(document, lat=999.0, lon=0.0)[1]) == ["INVALID"]


class TestFigures:
    def test_they_count_what_everyone_may_see(self, box: Box) -> None:
        box.wish(kind="suggestion")
        box.wish(visibility="secret")
        supported = actions.support(case=box.disposed(), person=box.tetangga)
        actions.decline(case=supported, actor=box.operator, reason=ANSWER)
        today = timezone.localdate()
        actions.update_figures()
        found = figures(Period(today, today))
        assert (found.received, found.answered, found.residents, found.median) == (2, 1, 3, None)
        assert (found.kinds["suggestion"], found.outcomes["declined"]) == (1, 1)
        assert {phase.value: count for phase, count in found.phases.items()} == {"waiting": 1, "process": 0, "done": 1}
        [agency] = found.agencies
        assert (agency.name, agency.answers, agency.outcomes["declined"]) == (box.dishub.name, 1, 1)
        yesterday = today - datetime.timedelta(days=1)
        assert figures(Period(yesterday, yesterday)).received == 0

    def test_a_day_is_counted_anew_when_something_happens(self, box: Box) -> None:
        today = timezone.localdate()
        case = actions.support(case=box.disposed(), person=box.tetangga)
        assert actions.update_figures() == 1
        assert figures(Period(today, today)).residents == 2
        case = actions.decline(case=case, actor=box.operator, reason=ANSWER)
        assert actions.update_figures() == 1
        found = figures(Period(today, today))
        assert (found.phases[Phase.DONE], found.residents, found.answered) == (1, 2, 1)
        actions.withdraw_support(case=case, person=box.tetangga)
        assert figures(Period(today, today)).residents == 1
        rows = list(DayCount.objects.order_by("pk").values_list("day", "what", "part", "count"))
        count_day(today)
        assert list(DayCount.objects.order_by("pk").values_list("day", "what", "part", "count")) == rows

    def test_figures_of_another_city(self, box: Box, b: World) -> None:
        box.wish()
        actions.update_figures()
        assert DayCount.objects.exists()
        with in_city(b.city):
            assert actions.update_figures() == 0
            assert not DayCount.objects.exists()
            assert figures(Period(timezone.localdate(), timezone.localdate())).received == 0

    def test_an_end_by_the_answer_is_counted(self, box: Box) -> None:
        case = actions.answer(case=box.disposed(kind="question"), actor=box.operator, words=ANSWER)
        actions.conclude(case=case, actor=box.room)
        actions.update_figures()
        found = figures(Period(timezone.localdate(), timezone.localdate()))
        assert (found.answered, found.outcomes["answered"]) == (1, 1)
        assert found.agencies[0].outcomes["answered"] == 1

    def test_the_median_needs_enough(self, box: Box) -> None:
        for _ in range(5):
            actions.answer(case=box.disposed(), actor=box.operator, words=ANSWER)
        for hours, aspiration in enumerate(Aspiration.objects.select_related("case").order_by("pk"), start=1):
            answered = aspiration.case.received_at + datetime.timedelta(hours=hours)
            Aspiration.objects.filter(pk=aspiration.pk).update(answered_at=answered)
        today = timezone.localdate()
        actions.update_figures()
        middle = figures(Period(today, today)).median
        assert middle is not None
        assert abs(middle / datetime.timedelta(hours=3) - 1) < 1 / 8, "a histogram's, an eighth off at most"

    def test_over_the_api(self, box: Box, statements: Any) -> None:
        for _ in range(2):
            actions.answer(case=box.disposed(), actor=box.operator, words=ANSWER)
        document = """query($a:Date!,$b:Date!){laksa{figures(since:$a,until:$b){received answered residents medianHours
            statuses{status count more} outcomes{outcome name count} kinds{kind count} agencies{agency answers}}}}"""
        today = timezone.localdate()
        actions.update_figures()
        with statements() as seen:
            data, errors = ask(document, a=today.isoformat(), b=today.isoformat())
        assert errors == []
        assert len(seen) == 3, seen
        assert data["laksa"]["figures"]["agencies"] == [{"agency": box.dishub.name, "answers": 2}]
        old = (today - datetime.timedelta(days=3000)).isoformat()
        assert codes(ask(document, a=old, b=today.isoformat())[1]) == ["BAD_REQUEST"]
        assert codes(ask(document, a=today.isoformat(), b=old)[1]) == ["BAD_REQUEST"]
