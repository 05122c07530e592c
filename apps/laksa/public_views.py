"""LAKSA's pages that anyone may read: the list, the figures, the rules. Every filter is a link or a GET form."""

from __future__ import annotations

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import pgettext

from apps.laksa.cards import aspiration_card
from apps.laksa.models import AspirationKind, Dimension, Outcome
from balai.casework.lifecycle import Phase
from balai.casework.models import CHANGES
from balai.casework.periods import today
from balai.casework.shown import ROUNDED, as_place, grouped
from balai.portal.views import OperationView

STATUSES = {"menunggu": Phase.WAITING, "proses": Phase.PROCESS, "selesai": Phase.DONE}
"""The word in an address → what the API calls it; so the next three."""
KINDS = {
    "aspirasi": AspirationKind.ASPIRATION,
    "saran": AspirationKind.SUGGESTION,
    "kritik": AspirationKind.CRITICISM,
    "pertanyaan": AspirationKind.QUESTION,
}
OUTCOMES = {
    "dijawab": Outcome.ANSWERED,
    "rencana": Outcome.PLANNED,
    "tidak-diterima": Outcome.DECLINED,
    "terwujud": Outcome.FULFILLED,
    "ditolak": Outcome.REJECTED,
}
DIMENSIONS = {dimension.value: dimension for dimension in Dimension}
ORDERS = {"": "NEWEST", "dukungan": "MOST_SUPPORTED", "dijawab": "ANSWERED", "terdekat": "NEWEST"}
CHOICES: dict[str, dict[str, Any]] = {
    "status": STATUSES,
    "jenis": KINDS,
    "hasil": OUTCOMES,
    "dimensi": DIMENSIONS,
    "urut": ORDERS,
}
FILTERS = (*CHOICES, "topik", "wilayah", "cari", "dekat")
LONGEST = 100
YEARS = 5


def given_filters(request: HttpRequest) -> dict[str, str]:
    """The filters in the address, those that say nothing left out."""
    given = {name: request.GET.get(name, "").replace("\0", "").strip()[:LONGEST] for name in FILTERS}
    for name, choices in CHOICES.items():
        if given[name] not in choices:
            given[name] = ""
    place = as_place(given["dekat"]) if given["urut"] == "terdekat" else None
    if place is None:
        given["dekat"], given["urut"] = "", "" if given["urut"] == "terdekat" else given["urut"]
    else:
        # The nearest ones are open and few: nothing else is asked of them.
        given = {"urut": "terdekat", "dekat": "{:.{n}f},{:.{n}f}".format(*place, n=ROUNDED)}
    return {name: value for name, value in given.items() if value}


def as_variables(filters: dict[str, str]) -> dict[str, Any]:
    """The variables that the filters are for the document of the list."""
    chosen = {
        "status": STATUSES.get(filters.get("status", "")),
        "kind": KINDS.get(filters.get("jenis", "")),
        "outcome": OUTCOMES.get(filters.get("hasil", "")),
        "dimension": DIMENSIONS.get(filters.get("dimensi", "")),
    }
    return {
        **{name: choice.name if choice else None for name, choice in chosen.items()},
        "topic": filters.get("topik"),
        "district": filters.get("wilayah"),
        "text": filters.get("cari"),
    }


def options(choices: dict[str, Any], chosen: str | None) -> list[dict[str, Any]]:
    """The choices of a filter for its <select>."""
    return [{"value": word, "name": choice.label, "chosen": word == chosen} for word, choice in choices.items()]


class Aspirations(OperationView):
    """The public list."""

    document = "aspirations"
    template_name = "laksa/aspirations.html"
    kept_until = CHANGES

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.filters = given_filters(request)
        # A position that says more than it has to is left behind at once: addresses are kept and shared.
        if request.GET.get("dekat", "") != self.filters.get("dekat", ""):
            return redirect(self.url())
        return super().get(request, **kwargs)

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        place = as_place(self.filters.get("dekat", ""))
        return {
            **as_variables(self.filters),
            "order": ORDERS[self.filters.get("urut", "")],
            "after": request.GET.get("setelah") or None,
            **({"near": True, "lat": place[0], "lon": place[1]} if place else {}),
        }

    def url(self, **changes: str | None) -> str:
        """The address of the list with these filters, some of them changed, from its first page."""
        filters = {name: value for name, value in {**self.filters, **changes}.items() if value}
        return f"{reverse('laksa:aspirations')}{'?' + urlencode(filters) if filters else ''}"

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        answer, filters = data["laksa"], self.filters
        nearest = filters.get("urut") == "terdekat"
        listed = {"nodes": answer["nearby"], "pageInfo": {"hasNextPage": False}} if nearest else answer["aspirations"]
        info = listed["pageInfo"]
        return {
            "aspirations": [aspiration_card(node) for node in listed["nodes"]],
            "filters": {name: value for name, value in filters.items() if name not in ("urut", "dekat")},
            "order": filters.get("urut", ""),
            "topics": grouped_topics(answer["topics"]),
            "areas": grouped(data["areas"]),
            "selects": {
                name: options(CHOICES[name], filters.get(name)) for name in ("status", "jenis", "hasil", "dimensi")
            },
            "orders": [
                {"name": name, "url": self.url(urut=word, dekat=None), "current": filters.get("urut", "") == word}
                for word, name in (
                    ("", pgettext("order", "Newest")),
                    ("dukungan", pgettext("order", "Most supported")),
                    ("dijawab", pgettext("order", "Answered")),
                )
            ],
            "nearest": nearest,
            "nearest_url": f"{reverse('laksa:aspirations')}?urut=terdekat",
            "next_url": self.url(setelah=info["endCursor"]) if info["hasNextPage"] else "",
            "first_url": self.url() if self.request.GET.get("setelah") else "",
        }


def grouped_topics(topics: list[dict[str, Any]]) -> list[tuple[str, list[dict[str, Any]]]]:
    """The topics by the name of their group; those without one under the empty name."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for topic in topics:
        groups.setdefault(topic["category"]["group"] or "", []).append(topic["category"])
    return list(groups.items())


class Rules(OperationView):
    """The published rules."""

    document = "rules"
    template_name = "laksa/rules.html"


class Figures(OperationView):
    """What was said in a year, what became of it, and who answered."""

    document = "figures"
    template_name = "laksa/figures.html"
    kept_until = CHANGES

    def get_variables(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        self.years = [today().year - back for back in range(YEARS)]
        asked = request.GET.get("tahun", "")
        self.year = next((year for year in self.years if str(year) == asked), self.years[0])
        return {
            "since": datetime.date(self.year, 1, 1).isoformat(),
            "until": datetime.date(self.year, 12, 31).isoformat(),
        }

    def get_context(self, data: dict[str, Any]) -> dict[str, Any]:
        page = reverse("laksa:figures")
        figures = data["laksa"]["figures"]
        return {
            "figures": figures,
            "days": round(figures["medianHours"] / 24, 1) if figures["medianHours"] is not None else None,
            "year": self.year,
            "years": [
                {"year": year, "url": f"{page}?tahun={year}", "current": year == self.year} for year in self.years
            ],
        }
