"""What an officer brings is measured against the report; what does not fit is flagged, never refused."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from PIL import ImageEnhance

from balai.accounts.models import User
from balai.attachments.actions import store_photo
from balai.attachments.evidence import Taken
from balai.attachments.models import Attachment
from balai.attachments.queries import Sender
from balai.casework import actions, personal_data, queries, receipts
from balai.casework.errors import AlreadyTaken
from balai.casework.evidence import NOWHERE, Device, sentence
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Kind, Receipt, TimelineEntry
from tenants.current import in_city
from tests.attachments.test_likeness import jpeg, street
from tests.casework.world import World

pytestmark = pytest.mark.django_db

WORDS = "Lampu sudah diganti baru."
METRE = 1 / 111_195
UNKNOWN = Taken()


def photo(user: User, seed: int, taken: Taken = UNKNOWN, change: Callable[..., object] | None = None) -> Attachment:
    picture = street(seed, 320, 240)
    return store_photo(jpeg(change(picture) if change else picture), owner=Sender(user), evidence=taken)  # type: ignore[arg-type]


def at_work(a: World) -> Case:
    case = actions.assign(case=a.report(), officer=a.andi, actor=a.operator)
    return actions.start(case=actions.accept(case=case, actor=a.andi), actor=a.andi)


def finish(a: World, case: Case, *photos: Attachment, device: Device = NOWHERE) -> Case:
    return actions.finish(case=case, actor=a.andi, words=WORDS, photo_ids=[p.pk for p in photos], device=device)


def flags(case: Case) -> list[dict[str, object]]:
    found = TimelineEntry.objects.filter(case=case, kind=Kind.FLAGGED)
    assert all(not entry.public and entry.role == "system" for entry in found)
    return [finding for entry in found for finding in entry.data["findings"]]


def near(a: World, metres: float) -> tuple[float, float]:
    return a.inside["lat"] + metres * METRE, a.inside["lon"]


def test_what_fits_is_measured_and_not_flagged(a: World) -> None:
    case = finish(a, at_work(a), photo(a.andi, 1, Taken(timezone.now(), *near(a, 40))))
    assert flags(case) == []
    [entry] = TimelineEntry.objects.filter(case=case, kind=Kind.FINISHED)
    assert entry.data["evidence"] == {"metres": 40, "by": "photo", "accuracy": 0, "early": 0, "ahead": 0}
    assert queries.chain_faults(case) == []


@pytest.mark.parametrize(("metres", "flagged"), [(190, False), (420, True)])
def test_a_photo_from_far_away_is_flagged_with_what_was_measured(a: World, metres: float, flagged: bool) -> None:
    case = finish(a, at_work(a), photo(a.andi, 1, Taken(timezone.now(), *near(a, metres))))
    assert case.status == Status.DONE
    assert flags(case) == ([{"code": "far", "metres": 420, "by": "photo"}] if flagged else [])
    if flagged:
        assert "420 m" in sentence(flags(case)[0])
        residents = [entry.kind for entry in queries.timeline(queries.view_of(case, a.warga))]
        assert Kind.FLAGGED not in residents
        # The place itself is kept nowhere.
        kept = str(list(TimelineEntry.objects.filter(case=case).values_list("data", "words")))
        assert str(near(a, 420)[0])[:7] not in kept


def test_the_phones_place_counts_where_the_photo_tells_none_and_its_accuracy_is_granted(a: World) -> None:
    lat, lon = near(a, 420)
    case = finish(a, at_work(a), photo(a.andi, 1), device=Device(lat, lon, accuracy_m=30))
    assert flags(case) == [{"code": "far", "metres": 420, "by": "phone"}]
    vague = finish(a, at_work(a), photo(a.andi, 2), device=Device(lat, lon, accuracy_m=400))
    assert flags(vague) == []
    odd = finish(a, at_work(a), photo(a.andi, 3), device=Device(float("nan"), 500.0, float("inf")))
    assert flags(odd) == []


def test_a_photo_older_than_the_task_or_from_the_future_is_flagged(a: World) -> None:
    now = timezone.now()
    old = finish(a, at_work(a), photo(a.andi, 1, Taken(at=now - datetime.timedelta(hours=3))))
    assert flags(old) == [{"code": "early", "minutes": 180}]
    ahead = finish(a, at_work(a), photo(a.andi, 2, Taken(at=now + datetime.timedelta(days=1))))
    assert [flag["code"] for flag in flags(ahead)] == ["ahead"]


def test_work_told_hours_later_is_judged_by_the_phones_clock(a: World) -> None:
    """Taken up and finished without a network in the morning, sent in the evening."""
    morning = timezone.now() - datetime.timedelta(hours=8)
    case = actions.assign(case=a.report(), officer=a.andi, actor=a.operator)
    case = actions.accept(case=case, actor=a.andi, device=Device(at=morning))
    entry = TimelineEntry.objects.get(case=case, kind=Kind.ACCEPTED)
    assert datetime.datetime.fromisoformat(entry.data["at_device"]) == morning.replace(microsecond=0)
    assert case.accepted_at is not None
    assert timezone.now() - case.accepted_at < datetime.timedelta(minutes=1)
    case = finish(a, case, photo(a.andi, 1, Taken(at=morning + datetime.timedelta(minutes=30))))
    assert flags(case) == []


@pytest.mark.parametrize("days", [-1, 15, 10_000])
def test_a_clock_that_cannot_be_right_is_not_kept(a: World, days: int) -> None:
    at = timezone.now() - datetime.timedelta(days=days)
    case = actions.accept(case=a.report(), actor=a.andi, device=Device(at=at))
    assert "at_device" not in TimelineEntry.objects.get(case=case, kind=Kind.ACCEPTED).data


def test_a_result_used_twice_is_flagged_across_the_citys_cases_exact_and_near(a: World, b: World) -> None:
    with in_city(a.city):
        first = finish(a, at_work(a), photo(a.andi, 1))
        assert flags(first) == []
        same = finish(a, at_work(a), photo(a.andi, 1))
        assert [(flag["code"], flag["number"]) for flag in flags(same)] == [("same", first.number)]
        near_by = finish(a, at_work(a), photo(a.andi, 2))
        changed = finish(a, at_work(a), photo(a.andi, 2, change=lambda p: ImageEnhance.Brightness(p).enhance(1.2)))
        assert [(flag["code"], flag["number"]) for flag in flags(changed)] == [("alike", near_by.number)]
        assert near_by.number in TimelineEntry.objects.get(case=changed, kind=Kind.FLAGGED).words
        other = finish(a, at_work(a), photo(a.andi, 3))
        assert flags(other) == []
    with in_city(b.city):
        elsewhere = finish(b, at_work(b), photo(b.andi, 1))
        assert flags(elsewhere) == []


def test_a_photo_on_arrival_is_shown_and_measured_but_no_result(a: World) -> None:
    case = actions.accept(case=a.report(), actor=a.andi)
    before = photo(a.andi, 1, Taken(timezone.now(), *near(a, 900)))
    case = actions.start(case=case, actor=a.andi, photo_ids=[before.pk])
    assert [flag["code"] for flag in flags(case)] == ["far"]
    before.refresh_from_db()
    assert (before.compared, before.taken_lat) == (False, None)
    assert queries.chain_faults(case) == []


class TestKeys:
    def test_what_is_sent_twice_is_done_once(self, a: World) -> None:
        case, key = at_work(a), uuid.uuid4()
        shot = photo(a.andi, 1)

        def send() -> Case:
            return receipts.once(actor=a.andi, key=key, act="finish", case=case, do=lambda: finish(a, case, shot))

        assert send().status == Status.DONE
        length = Case.objects.get(pk=case.pk).timeline_length
        # The second would be refused by itself: the case is done, the photo is used.
        assert send().status == Status.DONE
        assert Case.objects.get(pk=case.pk).timeline_length == length
        assert Receipt.objects.count() == 1

    def test_what_was_refused_leaves_no_receipt(self, a: World) -> None:
        case, key = at_work(a), uuid.uuid4()
        with pytest.raises(ValidationError):
            receipts.once(actor=a.andi, key=key, act="finish", case=case, do=lambda: finish(a, case))
        assert not Receipt.objects.exists()
        shot = photo(a.andi, 1)
        done = receipts.once(actor=a.andi, key=key, act="finish", case=case, do=lambda: finish(a, case, shot))
        assert done.status == Status.DONE

    def test_a_key_is_one_persons_and_one_acts(self, a: World) -> None:
        one, other, key = a.report(), a.report(), uuid.uuid4()
        accept = lambda case, who: lambda: actions.accept(case=case, actor=who)  # noqa: E731
        receipts.once(actor=a.andi, key=key, act="accept", case=one, do=accept(one, a.andi))
        with pytest.raises(ValidationError, match=r"\S"):
            receipts.once(actor=a.andi, key=key, act="accept", case=other, do=accept(other, a.andi))
        other.refresh_from_db()
        assert other.accepted_at is None
        receipts.once(actor=a.budi, key=key, act="accept", case=other, do=accept(other, a.budi))
        other.refresh_from_db()
        assert other.assignee_id == a.budi.pk

    def test_old_ones_go_and_a_person_takes_theirs_along(self, a: World) -> None:
        case = a.report()
        receipts.once(
            actor=a.andi, key=uuid.uuid4(), act="accept", case=case, do=lambda: actions.accept(case=case, actor=a.andi)
        )
        assert receipts.drop_old() == 0
        assert receipts.drop_old(timezone.now() + datetime.timedelta(days=91)) == 1
        receipts.once(actor=a.andi, key=uuid.uuid4(), act="start", case=case, do=lambda: case)
        personal_data.erase(a.andi)
        assert not Receipt.objects.exists()


def test_nobody_else_finishes_and_nothing_is_kept_of_it(a: World) -> None:
    case, shot = at_work(a), photo(a.budi, 1)
    with pytest.raises(AlreadyTaken):
        actions.finish(case=case, actor=a.budi, words=WORDS, photo_ids=[shot.pk])
    case.refresh_from_db()
    shot.refresh_from_db()
    assert (case.status, shot.claimed_at) == (Status.PROCESS, None)
