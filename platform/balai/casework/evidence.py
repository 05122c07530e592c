"""Whether what an officer brings fits the case: where and when it was taken, and whether it is new.

Nothing is refused for it: receivers err, and photos are taken where there is no sky. What was measured is kept in the
timeline (metres and minutes, never the place itself), and what does not fit is flagged for the operator and asked of
the officer.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from balai.attachments.evidence import plausible
from balai.attachments.models import Attachment
from balai.attachments.queries import alike_photos, same_photos
from balai.casework.models import Case, Kind, TimelineEntry
from balai.geography.distance import distance

FAR_METRES = 200
"""Beyond what a phone's receiver errs by among houses."""
EARLY = datetime.timedelta(minutes=10)
"""By how much clocks of phones may differ."""
LATEST_REPORT = datetime.timedelta(days=14)
"""What was done longer ago than this is not believed to have been done then."""
MOST_REUSES = 3
RESULTS = (Kind.FINISHED, Kind.CHECKING)


@dataclass(frozen=True, slots=True)
class Device:
    """What the phone says of the moment of an act: where it was (degrees, WGS 84; accuracy in metres) and its clock."""

    lat: float | None = None
    lon: float | None = None
    accuracy_m: float = 0.0
    at: datetime.datetime | None = None

    def facts(self, now: datetime.datetime) -> dict[str, Any]:
        """The phone's time of the act, as the timeline keeps it beside the server's; nothing where it cannot be so."""
        at = plausible(self.at, None, None).at
        if at is None or not now - LATEST_REPORT <= at <= now + EARLY:
            return {}
        return {"at_device": at.isoformat(timespec="seconds")}


NOWHERE = Device()


def measured(case: Case, photos: Sequence[Attachment], device: Device, now: datetime.datetime) -> dict[str, Any]:
    """How far from the case's place (metres, rounded to 10) and how long before it was taken up (minutes) the photos
    are, as far as photos or phone tell. Whole numbers only, as the timeline's chain wants it."""
    found: dict[str, Any] = {}
    metres, by, accuracy = _distance(case, photos, device)
    if metres is not None:
        found |= {"metres": int(round(metres, -1)), "by": by, "accuracy": accuracy}
    times = [photo.taken_at for photo in photos if photo.taken_at is not None]
    taken_up = _taken_up_at(case)
    if times:
        found["early"] = max(0, round((taken_up - min(times)).total_seconds() / 60)) if taken_up else 0
        found["ahead"] = max(0, round((max(times) - now).total_seconds() / 60))
    return found


def findings(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """What of the measured facts does not fit."""
    found: list[dict[str, Any]] = []
    if facts.get("metres", 0) > FAR_METRES + facts.get("accuracy", 0):
        found.append({"code": "far", "metres": facts["metres"], "by": facts["by"]})
    limit = EARLY.total_seconds() / 60
    if facts.get("early", 0) > limit:
        found.append({"code": "early", "minutes": facts["early"]})
    if facts.get("ahead", 0) > limit:
        found.append({"code": "ahead", "minutes": facts["ahead"]})
    return found


def reuses(photos: Iterable[Attachment]) -> list[dict[str, Any]]:
    """Results of the city's cases that show one of the photos already, exactly or nearly, as findings."""
    pairs: list[tuple[str, Attachment]] = []
    for photo in photos:
        same = same_photos(photo)
        known = {other.pk for other in same}
        pairs += [("same", other) for other in same]
        pairs += [("alike", other) for other in alike_photos(photo) if other.pk not in known]
    owners = {other.owner_id for _code, other in pairs}
    entries = TimelineEntry.objects.filter(pk__in=owners).select_related("case").defer("case__words")
    numbers = {entry.pk: entry.case.number for entry in entries}
    found: list[dict[str, Any]] = []
    for code, other in pairs:
        if other.owner_id in numbers and len(found) < MOST_REUSES:
            found.append({"code": code, "number": numbers[other.owner_id], "photo": str(other.pk)})
    return found


def sentence(finding: dict[str, Any]) -> str:
    """A finding for people."""
    match finding["code"]:
        case "far" if finding["by"] == "photo":
            return _("The photo was taken %(metres)s m from the place of the report.") % finding
        case "far":
            return _("The phone was %(metres)s m from the place of the report.") % finding
        case "early":
            return _("A photo was taken %(minutes)s minutes before the task was taken up.") % finding
        case "ahead":
            return _("A photo says that it was taken %(minutes)s minutes from now.") % finding
        case "same":
            return _("The same photo is the result of report %(number)s already.") % finding
        case "alike":
            return _("Almost the same photo is the result of report %(number)s already.") % finding
    raise ValueError(finding["code"])


def _distance(case: Case, photos: Sequence[Attachment], device: Device) -> tuple[float | None, str, int]:
    """Of the photo furthest away: one may be from the spot and another from elsewhere. Else of the phone."""
    if case.lat is None or case.lon is None:
        return None, "", 0
    known = [photo for photo in photos if photo.taken_lat is not None and photo.taken_lon is not None]
    if known:
        return max(distance(case.lat, case.lon, p.taken_lat or 0, p.taken_lon or 0) for p in known), "photo", 0
    place = plausible(None, device.lat, device.lon)
    if place.lat is None or place.lon is None:
        return None, "", 0
    accuracy = device.accuracy_m if 0 <= device.accuracy_m <= 5_000 else 5_000
    return distance(case.lat, case.lon, place.lat, place.lon), "phone", round(accuracy)


def _taken_up_at(case: Case) -> datetime.datetime | None:
    """When the officer took the case up, by the phone's clock where it is known: it may have been told hours later."""
    last = TimelineEntry.objects.filter(case=case, kind=Kind.ACCEPTED).order_by("-sequence").first()
    told = last.data.get("at_device") if last is not None else None
    at = datetime.datetime.fromisoformat(told) if told else case.accepted_at
    return timezone.localtime(at) if at is not None else None
