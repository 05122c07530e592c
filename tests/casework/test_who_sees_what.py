"""Visibility from every side: the reporter, the public, the agency, other agencies, the city, and other cities."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from balai.accounts.models import User
from balai.attachments.queries import Access, Sender, photo_for
from balai.casework import actions, clusters, queries
from balai.casework.errors import CaseNotFound, NotAllowed
from balai.casework.models import Case, Kind, Visibility
from balai.casework.queries import case_for, view_of
from balai.notifications.models import Message
from tenants.current import in_city
from tests.casework.world import World

pytestmark = pytest.mark.django_db


def everyone(a: World) -> dict[str, Any]:
    return {
        "nobody": None,
        "visitor": AnonymousUser(),
        "reporter": a.warga,
        "neighbour": a.tetangga,
        "operator": a.operator,
        "room": a.room,
        "officer": a.andi,
        "head": a.head,
        "mayor": a.mayor,
        "other agency": a.sweeper,
    }


STAFF = {"operator", "room", "officer", "head", "mayor"}


def sees(user: Any, case: Case) -> bool:
    try:
        return case_for(user, case.number) == case
    except CaseNotFound:
        return False


def made(a: World, visibility: str) -> Case:
    case = a.report(photos=1)
    Case.objects.filter(pk=case.pk).update(visibility=visibility)
    case.visibility = visibility
    return case


@pytest.mark.parametrize(
    ("visibility", "seers", "name_seers", "photo_seers"),
    [
        ("public", None, STAFF | {"reporter"}, None),
        ("anonymous", None, {"reporter"}, STAFF | {"reporter"}),
        ("secret", STAFF | {"reporter"}, STAFF | {"reporter"}, STAFF | {"reporter"}),
    ],
)
def test_who_sees_the_case_its_reporter_and_its_photos(
    a: World, visibility: str, seers: set[str] | None, name_seers: set[str], photo_seers: set[str] | None
) -> None:
    case = made(a, visibility)
    people = everyone(a)
    assert {name for name, user in people.items() if sees(user, case)} == (seers or set(people))
    assert {name for name, user in people.items() if view_of(case, user).shows_reporter} == name_seers
    photo = case.cover_id
    assert photo is not None
    shown = {
        name
        for name, user in people.items()
        if photo_for(Sender(user) if isinstance(user, User) else Sender(session_key="s"), photo) is not None
    }
    assert shown == (photo_seers or set(people))


def test_a_public_photo_may_be_kept_by_caches_and_others_never(a: World) -> None:
    for visibility, expected in (("public", Access.PUBLIC), ("anonymous", Access.PRIVATE), ("secret", Access.PRIVATE)):
        case = made(a, visibility)
        assert case.cover_id is not None
        found = photo_for(Sender(a.warga), case.cover_id)
        assert found is not None
        assert found[1] is expected


def test_absent_and_forbidden_are_told_alike(a: World) -> None:
    case = made(a, Visibility.SECRET)
    errors = set()
    for number in (case.number, "3674-000-000-000", "bukan nomor", "", "36744837291567"):
        with pytest.raises(CaseNotFound) as refusal:
            case_for(a.tetangga, number)
        errors.add(str(refusal.value))
    assert len(errors) == 1


def test_internal_notes_and_their_photos_stay_inside(a: World) -> None:
    case = a.report()
    actions.add_note(case=case, actor=a.operator, words="Pelapor pernah menelepon.")
    note = case.timeline.get(kind=Kind.NOTE)
    for name, user in everyone(a).items():
        entries = queries.timeline(view_of(case, user))
        assert (note in entries) is (name in STAFF), name
        expected = Access.PRIVATE if name in STAFF else Access.NONE
        if user is None or isinstance(user, User):
            assert queries.photo_access(note.pk, user) is expected, name


def test_an_officers_photo_of_the_result_is_public_even_if_the_reporter_is_anonymous(a: World) -> None:
    case = actions.accept(case=made(a, Visibility.ANONYMOUS), actor=a.andi)
    photo = a.photo(a.andi)
    actions.finish(case=case, actor=a.andi, words="Sudah diganti baru.", photo_ids=[photo.pk])
    found = photo_for(Sender(session_key="s"), photo.pk)
    assert found is not None
    assert found[1] is Access.PUBLIC


def test_no_notice_to_staff_names_an_anonymous_reporter(a: World) -> None:
    case = a.report(visibility="anonymous")
    actions.assign(case=case, officer=a.andi, actor=a.operator)
    actions.send_message(case=case, actor=a.warga, words="Masih mati.")
    for message in Message.objects.exclude(address=a.warga.email):
        for secret in (a.warga.name, a.warga.email):
            assert secret is not None
            assert secret not in message.text + message.subject


@pytest.mark.parametrize("visibility", Visibility.values)
def test_only_the_agency_acts(a: World, visibility: str) -> None:
    case = made(a, visibility)
    for name in ("visitor", "neighbour", "other agency", "reporter"):
        user = everyone(a)[name]
        if not isinstance(user, User):
            continue
        length = case.timeline_length
        for attempt in (
            lambda user=user: actions.assign(case=case, officer=a.andi, actor=user),
            lambda user=user: actions.forward(case=case, agency=a.dlh, actor=user, reason="Bukan kami."),
            lambda user=user: actions.accept(case=case, actor=user),
            lambda user=user: actions.reply(case=case, actor=user, words="Halo"),
            lambda user=user: actions.add_note(case=case, actor=user, words="Halo"),
        ):
            with pytest.raises(NotAllowed):
                attempt()
        assert Case.objects.get(pk=case.pk).timeline_length == length
        assert view_of(case, user).can("message") is (name == "reporter")


def test_lists_show_what_pages_show(a: World) -> None:
    cases = {visibility: made(a, visibility) for visibility in Visibility.values}
    shown = set(queries.public_cases("siaran"))
    assert shown == {cases["public"], cases["anonymous"]}
    assert set(queries.cases_of_reporter(a.warga, "siaran")) == set(cases.values())
    assert set(queries.cases_of_reporter(a.tetangga, "siaran")) == set()
    assert set(queries.nearby("siaran", **a.inside, metres=100)) == shown
    assert set(queries.tasks_of(a.andi, "siaran")) == set(cases.values())
    assert set(queries.tasks_of(a.sweeper, "siaran")) == set()
    assert set(queries.tasks_of(a.warga, "siaran")) == set()
    assert set(queries.public_cases("laksa")) == set()


def test_an_officer_whose_post_has_ended_has_no_tasks(a: World) -> None:
    from balai.agencies.actions import end_post
    from balai.agencies.models import Post

    actions.accept(case=a.report(), actor=a.andi)
    assert queries.tasks_of(a.andi, "siaran").count() == 1
    end_post(post=Post.objects.get(user=a.andi))
    assert queries.tasks_of(a.andi, "siaran").count() == 0


class TestFilters:
    def test_each(self, a: World) -> None:
        lamp = a.report()
        trash = a.report(category="sampah", description="Tumpukan sampah menutup trotoar pasar.")
        far = a.report(place={"village": "36.74.02.1001", "landmark": "Gerbang perumahan"})
        hole = a.report(category="lubang")
        find = lambda **filters: set(queries.public_cases("siaran", **filters))  # noqa: E731
        assert find(category="sampah") == {trash}
        assert find(category="jalan") == {lamp, far, hole}, "a group finds what is below it"
        assert find(district="36.74.02") == {far}
        assert find(district="36.74.02.1001") == {far}
        assert find(phase="waiting") == {lamp, trash, far, hole}
        assert find(phase="done") == set()
        assert find(text="sampah") == {trash}
        assert find(text="gerbang perumahan") == {far}
        assert find(text=lamp.number) == {lamp}
        assert find(text=lamp.number[5:].replace("-", " ")) == {lamp}
        assert find(text="%") == set()
        assert find(text="'; DROP TABLE casework_case; --\x00") == set()
        assert find(category="tidak-ada") == set()

    def test_counts_name_every_phase(self, a: World) -> None:
        assert list(queries.counts_by_phase(queries.public_cases("siaran")).values()) == [0, 0, 0]
        a.report()
        assert queries.counts_by_phase(queries.public_cases("siaran"))[queries.Phase.WAITING] == 1

    def test_a_box(self, a: World) -> None:
        inside = a.report()
        a.report(place={"village": "36.74.01.1001", "landmark": "Tanpa titik"})
        lat, lon = a.inside["lat"], a.inside["lon"]
        everything = queries.public_cases("siaran")
        assert list(clusters.in_view(everything, (lon - 0.001, lat - 0.001, lon + 0.001, lat + 0.001))) == [inside]
        assert list(clusters.in_view(everything, (lon + 0.001, lat, lon + 0.002, lat + 0.001))) == []


class TestOtherCities:
    """City B sees, guesses and changes nothing of city A's, even with A's numbers, ids and people in hand."""

    def test_a_number_of_another_city_is_no_number_here(self, a: World, b: World) -> None:
        case = a.report()
        with in_city(b.city):
            own = b.report()
            for user in (a.warga, a.operator, b.operator, b.mayor, None):
                with pytest.raises(CaseNotFound):
                    case_for(user, case.number)
            # The same row id in the other city is the other city's own case.
            assert Case.objects.get(number=own.number).number != case.number
            assert set(queries.public_cases("siaran")) == {own}

    def test_staff_of_a_are_nobody_in_b(self, a: World, b: World) -> None:
        with in_city(b.city):
            case = b.report()
            for user in (a.operator, a.room, a.andi, a.head, a.mayor):
                assert not view_of(case, user).is_staff
                assert view_of(case, user).moves() == []
                with pytest.raises(NotAllowed):
                    actions.reply(case=case, actor=user, words="Halo dari kota sebelah")
            assert Case.objects.get(pk=case.pk).timeline_length == case.timeline_length

    def test_an_officer_of_a_cannot_be_given_a_case_in_b(self, a: World, b: World) -> None:
        from django.core.exceptions import ValidationError

        with in_city(b.city):
            case = b.report()
            with pytest.raises(ValidationError):
                actions.assign(case=case, officer=a.andi, actor=b.operator)
            assert Case.objects.get(pk=case.pk).assignee_id is None

    def test_photos_of_a_are_absent_in_b(self, a: World, b: World) -> None:
        case = a.report(photos=1)
        waiting = a.photo(a.warga)
        with in_city(b.city):
            from django.core.exceptions import ValidationError

            assert case.cover_id is not None
            assert photo_for(Sender(a.warga), case.cover_id) is None
            assert photo_for(Sender(a.warga), waiting.pk) is None
            with pytest.raises(ValidationError):
                b.report(photo_ids=[waiting.pk])
            assert not Case.objects.exists()
