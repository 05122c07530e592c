"""No wrong door: a report goes to another city with its number, timeline and clock start, exactly once."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.utils import timezone

from balai.attachments.models import Attachment, Size
from balai.attachments.queries import Sender, opened, photo_for
from balai.audit.models import Entry
from balai.casework import actions, again, elsewhere, queries, tasks
from balai.casework.actions import arrival, transferring
from balai.casework.categories import category_for_case
from balai.casework.errors import HandedOver, IllegalMove, NotAllowed
from balai.casework.lifecycle import Status
from balai.casework.models import Case, Category, Kind, TimelineEntry, Transfer
from balai.casework.queries import case_for, view_of
from balai.casework.support import support
from balai.notifications.models import Message
from tenants.current import in_city
from tenants.models import Activation
from tests.casework.world import World

pytestmark = pytest.mark.django_db

REASON = "Titik ini di wilayah kota tetangga."


@dataclass
class Sent:
    """A report of city A that was handed to city B and has not been taken in yet."""

    a: World
    b: World
    case: Case

    @property
    def key(self) -> str:
        with in_city(self.a.city):
            return str(Transfer.objects.get(direction="out", case=self.case, state="prepared").key)

    def arrive(self, key: str = "") -> None:
        """What the worker in city B does."""
        key = key or self.key
        with in_city(self.b.city):
            tasks.take_in_case(self.a.city.slug, key)

    def here(self) -> Case:
        with in_city(self.a.city):
            return Case.objects.select_related("category").get(pk=self.case.pk)

    def there(self) -> Case:
        with in_city(self.b.city):
            return Case.objects.select_related("category", "agency").get(number=self.case.number)


def handed_over(a: World, b: World, **fields: Any) -> Sent:
    with in_city(a.city):
        case = a.report(photos=1, **fields)
        actions.assign(case=case, officer=a.andi, actor=a.operator)
        actions.add_note(case=case, actor=a.operator, words="RAHASIA: pelapor sering menelepon.")
        actions.add_note(case=case, actor=a.operator, words="Tiang nomor 12.")
        actions.reply(case=case, actor=a.operator, words="Kami periksa dulu batasnya.")
        note = case.timeline.get(words="Tiang nomor 12.")
        actions.hand_over(case=case, city=b.city, actor=a.room, reason=REASON, notes=[note.sequence], **_point(b))
        return Sent(a, b, Case.objects.get(pk=case.pk))


def _point(world: World) -> dict[str, float]:
    return world.inside


@pytest.fixture
def sent(a: World, b: World) -> Sent:
    return handed_over(a, b)


def test_the_case_arrives_with_number_clock_start_words_and_reporter(sent: Sent) -> None:
    sent.arrive()
    here, there = sent.here(), sent.there()
    assert (here.status, here.to_city, here.next_deadline_at) == (Status.NOT_OURS, sent.b.city.slug, None)
    assert there.number == here.number
    assert there.received_at == here.received_at
    assert (there.description, there.reporter_id, there.visibility) == (
        here.description,
        here.reporter_id,
        here.visibility,
    )
    assert (there.status, there.from_city, there.to_city) == (Status.WAITING, sent.a.city.slug, "")
    assert (there.category.slug, there.agency.slug if there.agency else "") == ("lampu", "dishub")
    assert there.village_id is not None
    with in_city(sent.b.city):
        assert there in Case.objects.handled_by(view_of(there, sent.b.operator).standing)
        told = Message.objects.filter(template="casework/arrived").values_list("address", flat=True)
        assert list(told) == [sent.b.operator.email]


def test_what_it_comes_after_stays_in_its_city(a: World, b: World) -> None:
    with in_city(a.city):
        old = actions.archive(case=a.report(), actor=a.operator, reason="Sudah diperbaiki PLN.")
    with in_city(b.city):
        b.report()
    sent = handed_over(a, b, earlier=old.number)
    sent.arrive()
    here, there = sent.here(), sent.there()
    assert (here.earlier_id, there.earlier_id) == (old.pk, None)
    with in_city(a.city):
        assert again.before(view_of(here, a.warga)) == old
        assert again.after(view_of(old, a.warga)) == [here]
    with in_city(b.city):
        assert again.before(view_of(there, a.warga)) is None


def test_the_chain_verifies_across_the_border_and_links_both_cities(sent: Sent) -> None:
    sent.arrive()
    with in_city(sent.a.city):
        assert queries.chain_faults(sent.here()) == []
        mine = {entry.sequence: entry for entry in TimelineEntry.objects.filter(case=sent.case)}
    with in_city(sent.b.city):
        assert queries.chain_faults(sent.there()) == []
        theirs = list(TimelineEntry.objects.filter(case=sent.there()).order_by("sequence"))
    copied = [entry for entry in theirs if entry.origin]
    handing, confirmed = mine[len(copied)], mine[len(copied) + 1]
    arrived = theirs[len(copied)]
    assert [entry.hash for entry in copied] == [mine[entry.sequence].hash for entry in copied]
    # B's first own entry stands on A's last one, and A knows its hash.
    assert arrived.previous_hash == handing.hash
    assert confirmed.data["hash"] == arrived.hash


@pytest.mark.parametrize("change", [{"words": "lain"}, {"role": "mayor"}, {"data": {"x": 1}}, {"public": False}])
def test_a_changed_copy_is_noticed(sent: Sent, change: dict[str, Any]) -> None:
    sent.arrive()
    with in_city(sent.b.city):
        case = sent.there()
        TimelineEntry._base_manager.filter(case=case, kind=Kind.REPLY).update(**change)
        assert queries.chain_faults(case) != []


def test_only_what_belongs_to_the_case_crosses_the_border(sent: Sent) -> None:
    sent.arrive()
    staff_of_a = {sent.a.operator, sent.a.room, sent.a.andi}
    with in_city(sent.b.city):
        entries = list(TimelineEntry.objects.filter(case=sent.there()))
        copied = [entry for entry in entries if entry.origin]
        assert {entry.actor_id for entry in copied} == {None, sent.a.warga.pk}
        everything = repr([(entry.words, entry.data, entry.origin) for entry in entries])
        assert "RAHASIA" not in everything
        assert "Tiang nomor 12." in everything
        for person in staff_of_a:
            assert person.name not in everything
        officers = [entry.data.get("officer") for entry in copied]
        assert set(officers) == {None}
        view = view_of(sent.there(), sent.b.operator)
        doers = {queries.doer(entry, view, {}) for entry in queries.timeline(view) if entry.role == "operator"}
        assert any(sent.a.city.name in doer for doer in doers)


def stored(photo: Attachment) -> bytes:
    with opened(photo, Size.FULL) as file:
        return file.read()


def test_the_photos_are_copies_of_the_citys_own(sent: Sent) -> None:
    sent.arrive()
    with in_city(sent.a.city):
        mine = Attachment.objects.get(owner_kind="case_entry")
        body = stored(mine)
    with in_city(sent.b.city):
        copy = Attachment.objects.get(owner_kind="case_entry")
        assert (copy.pk, copy.sha256, stored(copy)) == (mine.pk, mine.sha256, body)
        assert sent.there().cover_id == copy.pk
        assert photo_for(Sender(session_key="anyone"), copy.pk) is not None
        default_storage.delete(copy.path(Size.FULL))
    with in_city(sent.a.city):
        assert stored(mine) == body


@pytest.mark.parametrize("visibility", ["anonymous", "secret"])
def test_visibility_is_kept(a: World, b: World, visibility: str) -> None:
    with in_city(a.city):
        case = a.report(photos=1)
        Case.objects.filter(pk=case.pk).update(visibility=visibility)
        actions.hand_over(case=case, city=b.city, actor=a.room, reason=REASON, **_point(b))
    sent = Sent(a, b, case)
    sent.arrive()
    with in_city(b.city):
        there = sent.there()
        assert there.visibility == visibility
        assert view_of(there, b.operator).shows_reporter == (visibility == "secret")
        assert view_of(there, a.warga).is_reporter
        photo = Attachment.objects.get(owner_kind="case_entry")
        assert photo_for(Sender(session_key="anyone"), photo.pk) is None


def test_the_sending_city_keeps_its_part_only_to_be_read(sent: Sent) -> None:
    sent.arrive()
    with in_city(sent.a.city):
        case = sent.here()
        length = case.timeline_length
        for act in (
            lambda: actions.reply(case=case, actor=sent.a.operator, words="Halo."),
            lambda: actions.add_note(case=case, actor=sent.a.operator, words="Halo."),
            lambda: actions.send_message(case=case, actor=sent.a.warga, words="Halo."),
            lambda: actions.reopen(case=case, actor=sent.a.room, reason="Coba lagi saja."),
        ):
            with pytest.raises(HandedOver, match=sent.b.city.name):
                act()
        assert view_of(case, sent.a.room).moves() == []
        assert sent.here().timeline_length == length
        part = elsewhere.part_to(case)
        assert part is not None
        assert part.url is not None
        assert part.url.startswith(sent.b.city.url)
        assert case_for(None, case.number) == case
        told = Message.objects.filter(template="casework/transferred").values_list("address", flat=True)
        assert list(told) == [sent.a.warga.email]


def test_both_sides_are_audited(sent: Sent) -> None:
    sent.arrive()
    with in_city(sent.a.city):
        verbs = set(Entry.objects.values_list("verb", flat=True))
        assert {"casework.handed_over", "casework.handover_accepted"} <= verbs
    with in_city(sent.b.city):
        assert Entry.objects.filter(verb="casework.taken_in").count() == 1


def test_repetition_changes_nothing(sent: Sent) -> None:
    key = sent.key
    for _attempt in range(3):
        sent.arrive(key)
    with in_city(sent.b.city):
        assert Case.objects.filter(number=sent.case.number).count() == 1
        assert Transfer.objects.count() == 1
        length = sent.there().timeline_length
        # Even where the packet is delivered again after the sender has settled it.
        tasks.take_in_case(sent.a.city.slug, key)
        assert sent.there().timeline_length == length
    with in_city(sent.a.city):
        assert TimelineEntry.objects.filter(case=sent.case, kind=Kind.TRANSFERRED).count() == 2


@pytest.mark.parametrize("step", ["packet", "take_in", "confirm"])
def test_a_worker_that_dies_at_any_step_is_found_again(sent: Sent, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    key = sent.key
    place = transferring if step == "confirm" else arrival
    with monkeypatch.context() as broken:
        broken.setattr(place, step, _die)
        with pytest.raises(MemoryError):
            sent.arrive(key)
    knocks: list[Any] = []
    monkeypatch.setattr("balai.casework.actions.transferring.queue", lambda task, *args: knocks.append((task, args)))
    with in_city(sent.a.city):
        assert transferring.knock_again() == 0  # not yet: the first one may still be at it
        later = timezone.now() + datetime.timedelta(minutes=2)
        assert transferring.knock_again(later) == 1
        assert transferring.knock_again(later) == 0
    [(task, args)] = knocks
    with in_city(sent.b.city):
        task(*args)
    assert sent.there().number == sent.case.number
    with in_city(sent.a.city):
        assert Transfer.objects.get().state == "accepted"
        assert transferring.knock_again(later + datetime.timedelta(days=1)) == 0
        assert queries.chain_faults(sent.here()) == []
    with in_city(sent.b.city):
        assert Case.objects.count() == 1
        assert Attachment.objects.count() == 1
        assert queries.chain_faults(sent.there()) == []


def _die(*_args: Any, **_kwargs: Any) -> None:
    raise MemoryError("the worker was killed")


def test_the_receiver_sends_it_back_and_the_clocks_go_on(sent: Sent) -> None:
    sent.arrive()
    with in_city(sent.b.city):
        with pytest.raises(ValidationError):
            actions.send_back(case=sent.there(), actor=sent.b.operator, reason="")
        actions.send_back(case=sent.there(), actor=sent.b.operator, reason="Jalan ini milik kota Anda.")
        there = sent.there()
        assert (there.status, there.to_city) == (Status.NOT_OURS, sent.a.city.slug)
        key = str(Transfer.objects.get().key)
        with pytest.raises(HandedOver):
            actions.reply(case=there, actor=sent.b.operator, words="Halo.")
    with in_city(sent.a.city):
        for _attempt in range(2):
            tasks.take_back_case(sent.b.city.slug, key)
        here = sent.here()
        assert (here.status, here.to_city, here.closed_at) == (Status.WAITING, "", None)
        entry = TimelineEntry.objects.filter(case=here).latest("sequence")
        assert (entry.kind, entry.words) == (Kind.TRANSFERRED, "Jalan ini milik kota Anda.")
        assert queries.chain_faults(here) == []
        assert Transfer.objects.get().state == "refused"
        told = Message.objects.filter(template__startswith="casework/transfer_")
        assert {message.address for message in told} == {sent.a.operator.email, sent.a.warga.email}
        # It does not go back and forth.
        with pytest.raises(ValidationError) as refusal:
            actions.hand_over(case=here, city=sent.b.city, actor=sent.a.room, reason=REASON, **_point(sent.b))
        assert "city" in refusal.value.message_dict
        actions.reply(case=here, actor=sent.a.operator, words="Kami tangani sendiri.")
    with in_city(sent.b.city):
        assert Transfer.objects.get().next_attempt_at is None
        assert queries.chain_faults(sent.there()) == []


def test_time_that_had_run_stays_run(sent: Sent) -> None:
    with in_city(sent.a.city):
        stood = Transfer.objects.get().kept
        now = timezone.now()
        transferring.take_back(key=Transfer.objects.get().key, reason="Bukan wilayah kami.")
        here = sent.here()
        for name in ("answer_due_at", "update_due_at", "done_due_at"):
            before, after = stood[name], getattr(here, name)
            assert (before is None) == (after is None)
            if before is not None:
                assert datetime.datetime.fromisoformat(before) <= after < now + datetime.timedelta(days=365)
        assert here.answered_at is not None


def test_a_category_that_the_city_does_not_have_waits_for_its_operator(a: World, b: World) -> None:
    with in_city(b.city):
        Category.objects.filter(slug="lampu").update(slug="penerangan")
    sent = handed_over(a, b)
    sent.arrive()
    there = sent.there()
    assert (there.category.slug, there.category.active, there.agency) == ("tanpa-kategori", False, None)
    with in_city(b.city):
        entry = TimelineEntry.objects.get(case=there, kind=Kind.TRANSFERRED, origin__isnull=True)
        assert entry.data["category"] == "Lampu jalan"
        assert category_for_case("siaran", "tanpa-kategori") is None  # nobody can choose it


def test_a_city_without_the_module_takes_nothing(a: World, b: World) -> None:
    sent = handed_over(a, b)
    Activation.objects.filter(city=b.city, module="siaran").update(active=False)
    b.city.__dict__.pop("options_by_module", None)
    sent.arrive()
    with in_city(b.city):
        assert not Case.objects.exists()
    assert sent.here().status == Status.WAITING
    with in_city(a.city):
        assert "casework/transfer_refused" in set(Message.objects.values_list("template", flat=True))
        assert "casework/transfer_returned" not in set(Message.objects.values_list("template", flat=True))
        with pytest.raises(ValidationError) as refusal:
            actions.hand_over(case=sent.here(), city=b.city, actor=a.room, reason=REASON, **_point(b))
        assert "city" in refusal.value.message_dict


@pytest.mark.parametrize(
    "place", [{}, {"lat": -6.31, "lon": 106.71}, {"lat": 91.0, "lon": 0.0}, {"lat": None, "lon": 106.0}]
)
def test_a_place_that_is_not_in_that_city_is_refused(a: World, b: World, place: dict[str, Any]) -> None:
    with in_city(a.city):
        case = a.report()
        with pytest.raises(ValidationError) as refusal:
            actions.hand_over(case=case, city=b.city, actor=a.room, reason=REASON, **place)
        assert list(refusal.value.message_dict) == ["place"]
        row = Case.objects.get()
        assert (row.status, row.to_city, row.timeline_length) == (Status.WAITING, "", 2)
        assert not Transfer.objects.exists()


def test_who_may_hand_over(a: World, b: World) -> None:
    with in_city(a.city):
        case = a.report()
        for stranger in (a.warga, a.andi, a.sweeper, a.mayor, b.room):
            with pytest.raises(NotAllowed):
                actions.hand_over(case=case, city=b.city, actor=stranger, reason=REASON, **_point(b))
        with pytest.raises(ValidationError):
            actions.hand_over(case=case, city=a.city, actor=a.room, reason=REASON, **_point(a))
        with pytest.raises(ValidationError):
            actions.hand_over(case=case, city=b.city, actor=a.room, reason="", **_point(b))
        with pytest.raises(NotAllowed):
            actions.send_back(case=case, actor=a.room, reason="Bukan dari kota lain.")
        actions.archive(case=case, actor=a.room, reason="Sudah tidak ada.")
        with pytest.raises(IllegalMove):
            actions.hand_over(case=case, city=b.city, actor=a.room, reason=REASON, **_point(b))
        assert not Transfer.objects.exists()


def test_the_cities_do_not_see_each_others_work(sent: Sent) -> None:
    sent.arrive()
    with in_city(sent.b.city):
        there = sent.there()
        actions.add_note(case=there, actor=sent.b.operator, words="RAHASIA B")
        actions.reply(case=there, actor=sent.b.operator, words="Jawaban kota B.")
        # A's other cases are nowhere in B, and A's staff are strangers there.
        assert Case.objects.count() == 1
        assert not view_of(there, sent.a.room).is_staff
    with in_city(sent.a.city):
        other = sent.a.report(description="Laporan lain yang tinggal di kota A.")
        everything = repr(list(TimelineEntry.objects.values_list("words", "data")))
        assert "RAHASIA B" not in everything
        assert "Jawaban kota B" not in everything
    with in_city(sent.b.city):
        assert not Case.objects.filter(number=other.number).exists()


def test_a_correction_crosses_the_border_but_not_what_it_removed(a: World, b: World) -> None:
    with in_city(a.city):
        case = a.report(description="Lampu mati, telepon saya 0812-000-111.")
        actions.edit(case=case, actor=a.operator, of=1, words="Lampu mati.", reason="Nomor telepon dihapus.")
        actions.hand_over(case=case, city=b.city, actor=a.room, reason=REASON, **_point(b))
    sent = Sent(a, b, case)
    sent.arrive()
    with in_city(b.city):
        assert sent.there().description == "Lampu mati."
        assert "0812" not in repr(list(TimelineEntry.objects.values_list("words", "data", "origin")))
        assert queries.chain_faults(sent.there()) == []


def test_those_who_joined_the_report_go_along(a: World, b: World) -> None:
    with in_city(a.city):
        case = a.report()
        support(case=case, person=a.tetangga)
        actions.hand_over(case=case, city=b.city, actor=a.room, reason=REASON, **_point(b))
    sent = Sent(a, b, case)
    sent.arrive()
    with in_city(b.city):
        there = sent.there()
        assert there.weight == 2
        actions.reply(case=there, actor=b.operator, words="Kami kerjakan besok.")
        told = Message.objects.filter(template="casework/reply").values_list("address", flat=True)
        assert set(told) == {a.warga.email, a.tetangga.email}
