"""Taking in a case that another city hands over: what comes across, and what is made of it here."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.attachments.copies import Packed, packed, unpack
from balai.attachments.models import Attachment
from balai.attachments.queries import photos_of
from balai.audit.actions import record
from balai.casework import chain, clocks, edits, notices, routing
from balai.casework.categories import category_for_case
from balai.casework.models import Case, Category, Kind, Supporter, TimelineEntry, Transfer
from balai.casework.places import place_of
from balai.casework.queries import ENTRY_PHOTOS
from balai.casework.writing import REPORTER, SYSTEM, Draft, link, write
from tenants.current import current_city
from tenants.modules import is_active

CARRIED = (
    "number",
    "module",
    "reporter_id",
    "access_digest",
    "visibility",
    "name_hidden",
    "classification",
    "severity",
    "channel",
    "description",
    "answers",
    "answers_told",
    "landmark",
    "weight",
    "received_at",
    "photo_count",
    "cover_id",
)
"""The columns of a case that go along. Who worked on it, its agency and its clocks are each city's own."""
UNSORTED = "tanpa-kategori"
"""The slug of the category that holds what this city has no category for, until the operator has chosen one."""


class NotTaken(Exception):
    """This city does not take the case; the text says why, to the staff of the city that sent it."""


@dataclass(frozen=True)
class Packet:
    """All that leaves a city with a case: plain values and the bytes of photos."""

    key: UUID
    city: str
    city_name: str
    category: str
    category_name: str
    reason: str
    lat: float
    lon: float
    by_gps: bool
    columns: dict[str, Any]
    entries: list[TimelineEntry]
    photos: dict[int, list[Packed]] = field(default_factory=dict)
    """By the sequence number of their entry."""
    supporters: list[tuple[int, datetime.datetime]] = field(default_factory=list)
    """The people with an account who joined the case, and when; visitors have no name in another city."""


def packet(key: UUID) -> Packet | None:
    """What goes along with the outgoing transfer of this key; None where nothing waits to be taken.

    Read in the sending city. Internal entries stay behind but for the chosen ones: of them only the hash goes along, by
    which the chain still holds. Staff are a role and a city from here on, and words that were corrected stay away.
    """
    transfer = (
        Transfer.objects.select_related("case__category")
        .filter(key=key, direction=Transfer.Direction.OUT, state=Transfer.State.PREPARED)
        .first()
    )
    if transfer is None:
        return None
    case, here = transfer.case, current_city()
    entries = list(TimelineEntry.objects.filter(case=case).order_by("sequence"))
    replaced = edits.newest(entries)
    pictures = photos_of(ENTRY_PHOTOS, [entry.pk for entry in entries if _goes_along(entry, transfer)])
    photos = {entry.sequence: packed(pictures[entry.pk]) for entry in entries if entry.pk in pictures}
    assert transfer.lat is not None
    assert transfer.lon is not None
    return Packet(
        key=key,
        city=here.slug,
        city_name=here.name,
        category=case.category.slug,
        category_name=case.category.name,
        reason=transfer.reason,
        lat=transfer.lat,
        lon=transfer.lon,
        by_gps=case.place_source == "gps" and (case.lat, case.lon) == (transfer.lat, transfer.lon),
        columns={name: getattr(case, name) for name in CARRIED},
        entries=[_abroad(entry, transfer, here.slug, here.name, replaced) for entry in entries],
        photos=photos,
        supporters=list(case.supporters.filter(user__isnull=False).order_by("pk").values_list("user_id", "at")),
    )


def _goes_along(entry: TimelineEntry, transfer: Transfer) -> bool:
    return entry.public or entry.sequence in transfer.notes


def _abroad(entry: TimelineEntry, transfer: Transfer, slug: str, name: str, replaced: dict[int, str]) -> TimelineEntry:
    """The entry as the other city keeps it: without rows of this city, with what its hash needs of them."""
    copy = TimelineEntry(
        sequence=entry.sequence,
        kind=entry.kind,
        at=entry.at,
        role=entry.role,
        public=entry.public,
        words_digest=entry.words_digest,
        previous_hash=entry.previous_hash,
        hash=entry.hash,
    )
    # An entry that has come from a third city keeps saying so.
    copy.origin = dict(entry.origin) if entry.origin else {"city": slug, "city_name": name, **chain.sealed(entry)}
    if not _goes_along(entry, transfer):
        copy.origin["withheld"] = True
        return copy
    copy.data = entry.data
    copy.actor_id = entry.actor_id if entry.role == REPORTER else None
    if entry.sequence not in replaced:
        copy.words, copy.words_salt = entry.words, entry.words_salt
    return copy


def take_in(packet: Packet) -> str:
    """Makes the case this city's; returns the hash of its first entry here. The same packet again makes nothing new.

    The clock started when the first city received it. Raises NotTaken.
    """
    earlier = _receipt(packet.key)
    if earlier:
        return earlier
    try:
        with transaction.atomic():
            return _make(packet)
    except IntegrityError:
        # Two workers at once: the other one has committed.
        earlier = _receipt(packet.key)
        if earlier:
            return earlier
        raise


def _receipt(key: UUID) -> str:
    transfer = Transfer.objects.filter(key=key, direction=Transfer.Direction.IN).first()
    if transfer is None:
        return ""
    first = TimelineEntry.objects.filter(case=transfer.case_id, kind=Kind.TRANSFERRED, data__key=str(key))
    return first.filter(data__has_key="from").values_list("hash", flat=True).get()


def _make(packet: Packet) -> str:
    module = packet.columns["module"]
    if not is_active(module):
        raise NotTaken(_("%(city)s does not take such reports in Balai.") % {"city": current_city().name})
    if Case.objects.filter(number=packet.columns["number"]).exists():
        raise NotTaken(_("%(city)s has had this report already.") % {"city": current_city().name})
    try:
        place = place_of(lat=packet.lat, lon=packet.lon, by_gps=packet.by_gps, landmark=packet.columns["landmark"])
    except ValidationError as error:
        raise NotTaken(" ".join(error.messages)) from error
    now = timezone.now()
    category, sorted_in = _category(module, packet.category)
    columns = packet.columns
    route = routing.route(category, place.village, severity=columns["severity"], answers=columns["answers"])
    case = Case(
        **packet.columns,
        category=category,
        agency=route.agency,
        unit=route.unit,
        routed_because=route.because,
        lat=place.lat,
        lon=place.lon,
        cell=place.cell,
        place_source=place.source,
        village_id=place.village.id if place.village else None,
        from_city=packet.city,
        created_at=now,
        timeline_length=len(packet.entries),
        timeline_head=packet.entries[-1].hash,
    )
    case.cover_id = None
    clocks.begin(case, now)
    data = {"from": packet.city, "from_name": packet.city_name, "key": str(packet.key)}
    unsorted = {} if sorted_in else {"category": packet.category_name}
    drafts = [
        Draft(Kind.TRANSFERRED, now, SYSTEM, data={**data, **unsorted}),
        Draft(Kind.ROUTED, now, SYSTEM, data=route.because),
    ]
    own = link(case, drafts)
    case.save(force_insert=True)
    copies = _keep(case, packet)
    write(case, drafts, own)
    if packet.columns["cover_id"] in copies:
        case.cover_id = packet.columns["cover_id"]
        case.save(update_fields=["cover"])
    Transfer.objects.create(
        case=case,
        key=packet.key,
        direction=Transfer.Direction.IN,
        state=Transfer.State.ACCEPTED,
        city=packet.city,
        reason=packet.reason,
        lat=packet.lat,
        lon=packet.lon,
        at=now,
        decided_at=now,
    )
    Supporter.objects.bulk_create(Supporter(case=case, user_id=user, at=at) for user, at in packet.supporters)
    record("casework.taken_in", case, sender=packet.city, key=str(packet.key))
    notices.tell_desk(case, "arrived", own[0])
    return own[0].hash


def _keep(case: Case, packet: Packet) -> set[UUID]:
    """Writes the entries and photos that came along; returns the ids of the photos."""
    for entry in packet.entries:
        entry.case = case
    TimelineEntry.objects.bulk_create(packet.entries)
    kept: list[Attachment] = []
    for entry in packet.entries:
        photos = packet.photos.get(entry.sequence, [])
        if photos:
            kept += unpack(photos, owner_kind=ENTRY_PHOTOS, owner_id=entry.pk, uploader_id=entry.actor_id)
    return {photo.pk for photo in kept}


def _category(module: str, slug: str) -> tuple[Category, bool]:
    """This city's category of the same name, else the one for what is not sorted yet; and whether it is the same."""
    category = category_for_case(module, slug)
    if category is not None:
        return category, True
    values = {"name": _("Not sorted yet"), "icon": "tag", "active": False, "order": 999}
    return Category.objects.get_or_create(module=module, slug=UNSORTED, defaults=values)[0], False


@dataclass(frozen=True, slots=True)
class ReturnSlip:
    """What goes back with a case that this city has sent back: why, and the hash that its part here ends with."""

    reason: str
    receipt: str


def return_slip(key: UUID) -> ReturnSlip | None:
    """Read in the city that sent the case back; None where there is nothing (left) to take back."""
    transfers = Transfer.objects.select_related("case").filter(
        key=key, direction=Transfer.Direction.IN, state=Transfer.State.REFUSED, next_attempt_at__isnull=False
    )
    transfer = transfers.first()
    return ReturnSlip(transfer.reason, transfer.case.timeline_head) if transfer is not None else None
