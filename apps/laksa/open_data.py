"""The feed and the open data of aspirations: what everyone may see, and nobody's name."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.laksa import queries
from balai.casework.lifecycle import Phase, phase_of
from balai.casework.models import CaseQuerySet
from balai.casework.periods import today, zone
from tenants.current import current_city, in_city

LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CACHE_SECONDS = 300
IN_A_FEED = 50
YEARS = 5
COLUMNS = (
    "number",
    "title",
    "kind",
    "topic",
    "district",
    "village",
    "received",
    "status",
    "outcome",
    "plan_year",
    "programme",
    "first_answer",
    "agency",
    "supporters",
    "comments",
)
VALUES = (
    "number",
    "description",
    "aspiration__kind",
    "category__name",
    "village__parent__name",
    "village__name",
    "received_at",
    "status",
    "aspiration__outcome",
    "aspiration__plan_year",
    "aspiration__programme",
    "aspiration__answered_at",
    "agency__name",
    "weight",
    "aspiration__comment_count",
)


class _Line:
    """A file for csv.writer that holds the last line."""

    text = ""

    def write(self, text: str) -> None:
        self.text = text


@require_safe
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The aspirations received in the year `tahun` (the current one without it) as CSV (RFC 4180, UTF-8)."""
    now = today().year
    asked = request.GET.get("tahun", "")
    year = next((year for year in range(now, now - YEARS, -1) if str(year) == asked), now)
    found = queries.aspirations(since=datetime.date(year, 1, 1), until=datetime.date(year, 12, 31))
    city = current_city()

    def inside() -> Iterator[bytes]:
        # Read after the view has returned: the city is named again.
        with in_city(city):
            for line in _lines(found):
                yield line.encode()

    response = StreamingHttpResponse(inside(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="aspirasi-{city.slug}-{year}.csv"'
    response["Link"] = f'<{LICENCE}>; rel="license"'
    patch_cache_control(response, public=True, max_age=CACHE_SECONDS)
    return response


def _lines(found: CaseQuerySet) -> Iterator[str]:
    line, local = _Line(), zone()
    writer = csv.writer(line)
    writer.writerow(COLUMNS)
    yield line.text
    for row in found.order_by("received_at", "id").values_list(*VALUES).iterator(chunk_size=500):
        given = dict(zip(VALUES, row, strict=True))
        phase = phase_of(given["status"])
        answered = given["aspiration__answered_at"]
        given |= {
            "description": _safe(queries.title_of(given["description"])),
            "aspiration__programme": _safe(given["aspiration__programme"]),
            "received_at": given["received_at"].astimezone(local).isoformat(timespec="seconds"),
            "status": phase.value,
            "aspiration__outcome": given["aspiration__outcome"] if phase is Phase.DONE else "",
            "aspiration__answered_at": answered.astimezone(local).isoformat(timespec="seconds") if answered else "",
        }
        writer.writerow(["" if given[name] is None else given[name] for name in VALUES])
        yield line.text


def _safe(text: str) -> str:
    """Words that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


class Newest(Feed):
    """The newest aspirations."""

    feed_type = Rss201rev2Feed

    def title(self) -> str:
        return _("Aspirations in %(city)s") % {"city": current_city().name}

    def link(self) -> str:
        return reverse("laksa:aspirations")

    def description(self) -> str:
        return _("What residents wish for their city, and what became of it.")

    def items(self) -> Any:
        return queries.aspirations().order_by("-received_at", "-id")[:IN_A_FEED]

    def item_title(self, item: Any) -> str:
        return queries.title_of(item.description)

    def item_description(self, item: Any) -> str:
        return queries.text_of(item.description)[:500]

    def item_link(self, item: Any) -> str:
        return reverse("laksa:aspiration", args=[item.number])

    def item_pubdate(self, item: Any) -> datetime.datetime:
        return timezone.localtime(item.received_at)
