"""Taking in a new case: the action that every module's form and every channel ends in."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.accounts.models import User
from balai.assets.models import Asset
from balai.attachments.models import Attachment
from balai.casework import clocks, notices, numbers, queries, routing
from balai.casework.actions.moving import sent_photos
from balai.casework.models import Case, Category, Channel, Kind, Visibility
from balai.casework.places import Place, asset_of, place_of
from balai.casework.wording import MIN_WORDS, checked
from balai.casework.writing import REPORTER, SYSTEM, Draft, link, write

MAX_PER_HOUR = 10
MAX_PER_DAY = 30
NUMBER_TRIES = 5
CHOSEN_BY_PEOPLE = (Visibility.PUBLIC, Visibility.ANONYMOUS)


@dataclass(frozen=True, slots=True)
class Received:
    """A case that was taken in; `created` is False when the same report had been sent before."""

    case: Case
    created: bool


@dataclass(frozen=True, slots=True)
class _Checked:
    category: Category
    description: str
    place: Place
    photos: list[Attachment]
    asset: Asset | None


def submit_case(
    *,
    module: str,
    reporter: User,
    category: str,
    description: str,
    place: dict[str, Any],
    photo_ids: Sequence[UUID] = (),
    visibility: str = Visibility.PUBLIC,
    channel: str = Channel.WEB,
    idempotency_key: str = "",
    min_photos: int = 0,
    asset: str = "",
) -> Received:
    """Takes in a report: checks it, finds the agency, writes the case with its timeline and tells whom it concerns.

    `category` is a slug, `place` the arguments of places.place_of, `photo_ids` waiting uploads of the reporter, `asset`
    the code on the thing that it is about; it also says where it is, if nothing else does. The
    same `idempotency_key` from the same reporter makes one case, however often and however concurrently it is sent.

    Raises ValidationError with every mistake by field: description, category, place, village, landmark, photos,
    visibility, asset; OutsideCity where that is the only one.
    """
    earlier = _sent_before(reporter, idempotency_key)
    if earlier is not None:
        return Received(earlier, created=False)
    _check_rate(reporter)
    try:
        content = _check(module, reporter, category, description, place, photo_ids, visibility, min_photos, asset)
    except ValidationError:
        # Sent twice at once: the other request may have taken the photos since we looked.
        earlier = _sent_before(reporter, idempotency_key)
        if earlier is not None:
            return Received(earlier, created=False)
        raise
    for _attempt in range(NUMBER_TRIES):
        try:
            with transaction.atomic():
                case = _write(module, reporter, content, visibility, channel, idempotency_key)
        except IntegrityError as error:
            violated = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
            if violated == "case_sent_once":
                # Sent twice at once: the other request was faster and has committed by now.
                earlier = _sent_before(reporter, idempotency_key)
                if earlier is not None:
                    return Received(earlier, created=False)
            if "number" not in str(violated):
                raise
        else:
            return Received(case, created=True)
    raise RuntimeError("no free case number was drawn")


def _sent_before(reporter: User, key: str) -> Case | None:
    if not key:
        return None
    return queries.with_relations(Case.objects.filter(reporter=reporter, idempotency_key=key)).first()


def _check_rate(reporter: User) -> None:
    now = timezone.now()
    recent = Case.objects.filter(reporter=reporter, received_at__gt=now - datetime.timedelta(days=1)).aggregate(
        day=Count("pk"), hour=Count("pk", filter=Q(received_at__gt=now - datetime.timedelta(hours=1)))
    )
    if recent["hour"] >= MAX_PER_HOUR or recent["day"] >= MAX_PER_DAY:
        message = _("You have sent many reports in a short time. Please send the next one later.")
        raise ValidationError({"__all__": [ValidationError(message, code="too_many_reports")]})


def _check(
    module: str,
    reporter: User,
    slug: str,
    description: str,
    place: dict[str, Any],
    photo_ids: Sequence[UUID],
    visibility: str,
    min_photos: int,
    asset_code: str,
) -> _Checked:
    """Everything that a person may have got wrong, all at once."""
    errors: list[ValidationError] = []
    category = queries.category_for_case(module, slug)
    if category is None:
        message = (
            _("Choose what it is about.") if not slug else _("There is no such category (any more). Choose another.")
        )
        errors.append(_wrong("category", message, "unknown_category" if slug else "missing"))
    try:
        description = checked(
            description, "description", minimum=MIN_WORDS, missing=_("Describe in a few words what is wrong.")
        )
    except ValidationError as error:
        errors.append(error)
    asset: Asset | None = None
    try:
        asset = asset_of(asset_code)
    except ValidationError as error:
        errors.append(error)
    found_place: Place | None = None
    try:
        found_place = place_of(**place, asset=asset)
    except ValidationError as error:
        errors.append(error)
    photos: list[Attachment] = []
    try:
        photos = sent_photos(reporter, photo_ids, minimum=min_photos)
    except ValidationError as error:
        errors.append(error)
    if visibility not in CHOSEN_BY_PEOPLE:
        errors.append(_wrong("visibility", _("Choose whether your name may be seen."), "unknown"))
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise ValidationError({name: items for error in errors for name, items in error.error_dict.items()})
    assert category is not None
    assert found_place is not None
    return _Checked(category, description, found_place, photos, asset)


def _wrong(field: str, message: str, code: str) -> ValidationError:
    return ValidationError({field: [ValidationError(message, code=code)]})


def _write(module: str, reporter: User, content: _Checked, visibility: str, channel: str, key: str) -> Case:
    now = timezone.now()
    place, severity = content.place, content.category.default_severity
    route = routing.route(content.category, place.village, asset=content.asset, severity=severity)
    case = Case(
        number=numbers.new_number(queries.number_prefix()),
        module=module,
        category=content.category,
        agency=route.agency,
        unit=route.unit,
        routed_because=route.because,
        reporter=reporter,
        visibility=visibility,
        channel=channel,
        description=content.description,
        lat=place.lat,
        lon=place.lon,
        place_source=place.source,
        village_id=place.village.id if place.village else None,
        landmark=place.landmark,
        created_at=now,
        received_at=now,
        photo_count=len(content.photos),
        cover=content.photos[0] if content.photos else None,
        idempotency_key=key,
        classification=content.category.default_classification,
        severity=severity,
        asset=content.asset,
        cell=place.cell,
    )
    clocks.begin(case, now)
    drafts = [
        # The words as they came: the case's own description may be corrected later.
        Draft(Kind.RECEIVED, now, REPORTER, actor=reporter, words=content.description, photos=content.photos),
        Draft(Kind.ROUTED, now, SYSTEM, data=route.because),
    ]
    entries = link(case, drafts)
    case.save(force_insert=True)
    write(case, drafts, entries)
    notices.tell_reporter(case, "received", entries[0])
    notices.tell_desk(case, "arrived", entries[0])
    return case
