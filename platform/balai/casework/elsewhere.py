"""Where else a case is: the cities that take cases, those that had this one, its place there, and links to its parts.

Nothing here reads another city's cases: of another city only its name, its address and its boundaries are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from balai.casework.models import Case, Kind, TimelineEntry, Transfer
from balai.casework.places import DECIMALS
from balai.geography import queries as geography
from balai.geography.distance import BadCoordinates
from tenants.current import current_city, in_city
from tenants.models import City


def cities_that_take(module: str) -> QuerySet[City]:
    """The other cities of the installation where the module is on, by name."""
    cities = City.objects.filter(state=City.State.ACTIVE, activations__module=module, activations__active=True)
    return cities.exclude(pk=current_city().pk).order_by("name")


def cities_that_had(case: Case) -> set[str]:
    """The slugs of the other cities that have had the case in their hands."""
    entries = TimelineEntry.objects.filter(case=case, kind=Kind.TRANSFERRED).values_list("data", flat=True)
    return {str(data[name]) for data in entries for name in ("from", "accepted_by") if data.get(name)}


def place_in(city: City, case: Case, lat: float | None, lon: float | None) -> tuple[float, float]:
    """The place of the case in the other city: the given one, else its own. Degrees, WGS 84.

    Raises ValidationError (place) where it is none in that city, saying what to do.
    """
    if lat is None and lon is None:
        lat, lon = case.lat, case.lon
    if lat is None or lon is None:
        message = _("The report has no point on the map. Give the point in %(city)s where it is.")
        raise _wrong(message % {"city": city.name}, "missing")
    try:
        with in_city(city):
            inside = not geography.locate(lat, lon).outside
    except BadCoordinates as error:
        raise _wrong(str(error), "bad_coordinates") from error
    if not inside:
        message = _(
            "This point is not in %(city)s. Give the point there where it really is; if there is none, close the "
            "report as not our authority and name who is responsible."
        )
        raise _wrong(message % {"city": city.name}, "outside_city")
    return round(lat, DECIMALS), round(lon, DECIMALS)


def _wrong(message: str, code: str) -> ValidationError:
    return ValidationError({"place": [ValidationError(message, code=code)]})


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a case that another city has: which city, and its page there."""

    city: str
    url: str | None
    """None while the case is on its way, and where the city is no tenant any more."""


def part_from(case: Case) -> Part | None:
    """The part of the city that handed the case over; None where none did."""
    return _part(case, case.from_city) if case.from_city else None


def part_to(case: Case) -> Part | None:
    """The part of the city that has the case now; None where it is this one."""
    if not case.to_city:
        return None
    on_its_way = Transfer.objects.filter(case=case.pk, state=Transfer.State.PREPARED).exists()
    return _part(case, case.to_city, arrived=not on_its_way)


def _part(case: Case, slug: str, *, arrived: bool = True) -> Part:
    city = City.objects.filter(slug=slug).first()
    if city is None:
        return Part(slug, None)
    path = reverse(f"{case.module}:case", args=[case.number], urlconf=settings.ROOT_URLCONF)
    reachable = arrived and city.state == City.State.ACTIVE
    return Part(city.name, f"{city.url}{path}" if reachable else None)


def told(entry: TimelineEntry) -> str:
    """What an entry says; one about another city names the city before the reason."""
    data = entry.data
    if entry.kind != Kind.TRANSFERRED:
        return entry.words
    said = ""
    if data.get("to"):
        said = _("To %(city)s.") % {"city": data["to_name"]}
    elif data.get("accepted_by"):
        said = _("%(city)s has taken it over.") % {"city": data["accepted_by_name"]}
    elif data.get("from"):
        said = _("Taken over from %(city)s.") % {"city": data["from_name"]}
        if data.get("category"):
            known_as = _("There it was “%(category)s”, which this city does not have: choose a category.")
            said = f"{said} {known_as % {'category': data['category']}}"
    elif data.get("returned_to"):
        said = _("Back to %(city)s.") % {"city": data["returned_to_name"]}
    elif data.get("returned_by"):
        said = _("%(city)s has sent it back.") % {"city": data["returned_by_name"]}
    return f"{said} {entry.words}".strip()


def city_name(slug: str) -> str:
    """The name of the city with this slug; the slug itself where the city is gone."""
    return City.objects.filter(slug=slug).values_list("name", flat=True).first() or slug
