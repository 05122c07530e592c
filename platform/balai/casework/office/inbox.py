"""The inbox: the cases of a person's agencies, narrowed by filters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from balai.agencies.queries import Act
from balai.attachments import queries as attachments
from balai.attachments.models import Size
from balai.casework import queries
from balai.casework.models import Case
from balai.casework.office import filters
from balai.casework.office.desk import DeskScreen, DeskView
from balai.casework.office.moves import MovePage
from balai.office.screens import PageScreen

PER_PAGE = 20


class Inbox(DeskView):
    """The cases of the person's agencies, newest first."""

    page_title = _("Incoming reports")

    def get(self, request: HttpRequest) -> HttpResponse:
        who, module = self.standing, self.desk.module
        chosen = filters.Filters.read(request.GET.dict())
        cases = chosen.apply(queries.with_relations(self.desk.cases(who)), module)
        shown = Paginator(cases, PER_PAGE).get_page(request.GET.get("p"))
        rows = list(shown.object_list)
        names = queries.names_of(case.assignee_id for case in rows)
        given = {name: request.GET[name] for name in filters.Filters.NAMES if request.GET.get(name)}
        return self.page(
            "casework/office/inbox.html",
            rows=[self.row(case, names) for case in rows],
            shown=shown,
            selects=filters.choices(who, module),
            given=given,
            kept=urlencode(given),
            all_url=self.desk.url(),
            narrowed=bool(set(given) - {"urut"}),
            chosen=bool(set(given) - {"q"}),
            many_agencies=who.agencies(Act.SEE) is None or len(who.agencies(Act.SEE) or ()) > 1,
        )

    def row(self, case: Case, names: dict[int, str]) -> dict[str, Any]:
        return {
            "case": case,
            "number": case.number,
            "url": self.desk.url("report", case.number),
            "place": queries.place_name(case) or case.landmark,
            "officer": names.get(case.assignee_id or 0, ""),
            "late": case.is_late,
            "thumbnail": attachments.address(case.cover_id, Size.THUMBNAIL) if case.cover_id else "",
        }


class InboxScreen(DeskScreen, PageScreen):
    name = "reports"
    menu_label = _("Incoming reports")
    icon = "mail"
    view_class = Inbox

    def get_pages(self) -> list[Any]:
        below = "<str:number>/"
        return [
            *super().get_pages(),
            *(
                path(
                    f"{below}{view.address}/" if view.address else below, self.construct_view(view), name=view.url_name
                )
                for view in self.desk.pages
            ),
            path(f"{below}<slug:move>/", self.construct_view(MovePage), name="move"),
        ]
