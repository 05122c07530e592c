"""The inbox's filter as a board of columns, and on the map."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy

from balai.casework import queries
from balai.casework.lifecycle import OPEN, Status
from balai.casework.models import Case
from balai.casework.office import filters
from balai.casework.office.desk import DeskView
from balai.portal.maps import map_settings
from tenants.current import current_city

PER_COLUMN = 10
MAX_BUTTONS = 3
MAX_POINTS = 500


class Board(DeskView):
    """The open cases by status: at most PER_COLUMN a column, each with what can be done next."""

    page_title = gettext_lazy("Board")

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = filters.Filters.read_from(request.GET)
        cases = chosen.apply(self.desk.cases(self.standing), without="status").open()
        counts = dict(cases.order_by().values_list("status").annotate(count=Count("pk")))
        # One statement for all columns: each has its own limit.
        parts = [
            cases.filter(status=status).order_by("received_at", "id").values("pk")[:PER_COLUMN]
            for status in OPEN
            if counts.get(status.value)
        ]
        shown = parts[0].union(*parts[1:], all=True) if parts else cases.none().values("pk")
        keys = [row["pk"] for row in shown]
        rows = list(
            queries.with_relations(Case.objects.filter(pk__in=keys)).order_by("received_at", "id") if keys else ()
        )
        names = queries.names_of(case.assignee_id for case in rows)
        return self.page(
            "casework/office/board.html",
            crumbs=[(self.desk.url(), self.desk.incoming)],
            list_url=f"{self.desk.url()}?{chosen.query}",
            columns=[
                {
                    "status": status.value,
                    "label": status.label,
                    "count": counts.get(status.value, 0),
                    "cards": [self.card(case, names) for case in rows if case.status == status],
                    "url": f"{self.desk.url()}?{urlencode({**chosen.given, 'status': status.value})}",
                }
                for status in OPEN
            ],
        )

    def card(self, case: Case, names: dict[int, str]) -> dict[str, Any]:
        view = queries.view_of(case, self.person, standing=self.standing)
        possible = {move.name for move in view.moves()} - {"note", "classify"}
        moves = [move for name, move in self.desk.moves.items() if name in possible]
        return {
            "case": case,
            "heading": self.desk.heading(case),
            "words": self.desk.words(case),
            "url": self.desk.url("report", case.number),
            "officer": names.get(case.assignee_id or 0, ""),
            "moves": moves[:MAX_BUTTONS],
        }


class Map(DeskView):
    """The cases of the filter on the map."""

    page_title = gettext_lazy("Map")

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = filters.Filters.read_from(request.GET)
        return self.page(
            "casework/office/map.html",
            crumbs=[(self.desk.url(), self.desk.incoming)],
            list_url=f"{self.desk.url()}?{chosen.query}",
            points=f"{self.desk.url('points')}?{chosen.query}",
            map=map_settings(current_city()),
            most=MAX_POINTS,
        )


class Points(DeskView):
    """The places of the filter's cases as GeoJSON, newest first, at most MAX_POINTS."""

    def get(self, request: HttpRequest) -> HttpResponse:
        chosen = filters.Filters.read_from(request.GET)
        cases = chosen.apply(self.desk.cases(self.standing)).filter(lat__isnull=False).order_by("-received_at", "-id")
        rows = cases.values("number", "lat", "lon", "status", "late_since", "category__name")[:MAX_POINTS]
        features = [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
                "properties": {
                    "title": row["category__name"],
                    "state": Status(row["status"]).value,
                    "late": row["late_since"] is not None,
                    "url": self.desk.url("report", row["number"]),
                },
            }
            for row in rows
        ]
        return JsonResponse({"type": "FeatureCollection", "features": features})
