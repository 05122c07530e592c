"""The inbox: the cases of a person's agencies, narrowed by filters, and what can be done with many of them at once."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from balai.agencies.models import Agency
from balai.agencies.queries import Act, Standing
from balai.attachments import queries as attachments
from balai.attachments.models import Size
from balai.casework import queries
from balai.casework.actions import saved_filters
from balai.casework.models import CaseQuerySet, SavedFilter
from balai.casework.office import filters
from balai.casework.office.bulk import BulkPage, BulkResult
from balai.casework.office.desk import DeskScreen, DeskView
from balai.casework.office.keyset import ORDERS, slice_of
from balai.casework.office.moves import MovePage
from balai.casework.wording import name_of_case
from balai.modules import Text
from balai.office.screens import PageScreen

PER_PAGE = 20
MAX_COUNTED = 10_000
MAX_SAVED = 50


def counted(cases: CaseQuerySet) -> dict[str, int]:
    """How many cases (`total`) and how many unread ones there are, up to MAX_COUNTED + 1: one statement."""
    some = cases.order_by().values("pk", "read_at")[: MAX_COUNTED + 1]
    found: dict[str, int] = some.aggregate(total=Count("pk"), unread=Count("pk", filter=Q(read_at=None)))
    return found


def saved_for(who: Standing, module: str) -> list[SavedFilter]:
    """One's own filters, and those shared with the agencies whose cases one sees."""
    seen = who.agencies(Act.SEE)
    shared = Q(agency__isnull=False) if seen is None else Q(agency__in=seen)
    rows = SavedFilter.objects.filter(Q(owner=who.user_id) | shared, module=module)
    return list(rows.select_related("agency").order_by("name", "pk")[:MAX_SAVED])


class Inbox(DeskView):
    """The cases of the person's agencies, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        who, module = self.standing, self.desk.module
        chosen = filters.Filters.read_from(request.GET)
        cases = chosen.apply(self.desk.cases(who))
        order = ORDERS.get(chosen.order, ORDERS[""])
        shown = slice_of(
            queries.with_relations(cases).annotate(officer=F("assignee__name")),
            order,
            size=PER_PAGE,
            after=request.GET.get("sesudah", "")[:60],
            before=request.GET.get("sebelum", "")[:60],
        )
        count = counted(cases)
        agencies = who.agencies(Act.SEE)
        return self.page(
            "casework/office/inbox.html",
            title=self.desk.incoming,
            noun=name_of_case(module),
            rows=[self.row(case) for case in shown.rows],
            shown=shown,
            total=min(count["total"], MAX_COUNTED),
            more=count["total"] > MAX_COUNTED,
            unread=count["unread"],
            selects=[{**select, "chosen": chosen.given.get(select["name"])} for select in filters.choices(who, module)],
            saved=saved_for(who, module),
            shareable=[post.agency for post in who.posts if post.agency is not None],
            given=chosen.given,
            kept=chosen.query,
            narrowed=chosen.narrows,
            chosen=bool(set(chosen.given) - {"q"}),
            has_officers=self.desk.has_officers,
            many_agencies=agencies is None or len(agencies) > 1,
            bulk=[(name, item.title) for name, item in self.desk.bulk.items()] if self.may_act() else [],
            key=uuid.uuid4(),
            urls={
                name: self.desk.url(name)
                for name in ("index", "bulk", "save_filter", "delete_filter", "board", "map", "csv", "xlsx")
            },
        )

    def may_act(self) -> bool:
        agencies = self.standing.agencies(Act.REPLY)
        return agencies is None or bool(agencies)

    def row(self, case: Any) -> dict[str, Any]:
        return {
            "case": case,
            "number": case.number,
            "heading": self.desk.heading(case),
            "words": self.desk.words(case),
            "url": self.desk.url("report", case.number),
            "place": queries.place_name(case) or case.landmark,
            "officer": case.officer or "",
            "late": case.is_late,
            "unread": case.read_at is None,
            "thumbnail": attachments.address(case.cover_id, Size.THUMBNAIL) if case.cover_id else "",
        }


class SaveFilter(DeskView):
    """Keeps what the list is narrowed to (POST)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        from django.http import QueryDict

        chosen = filters.Filters.read_from(QueryDict(request.POST.get("query", "")[:3000]))
        wanted = request.POST.get("agency", "")
        agency = Agency.objects.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
        try:
            kept = saved_filters.save_filter(
                module=self.desk.module,
                owner=self.person,
                name=request.POST.get("name", ""),
                query=chosen.query,
                agency=agency,
            )
        except ValidationError as fault:
            messages.error(request, " ".join(fault.messages))
        else:
            messages.success(request, _("The filter “%(name)s” is saved.") % {"name": kept.name})
        return redirect(f"{self.desk.url()}{'?' + chosen.query if chosen.query else ''}")


class DeleteFilter(DeskView):
    """Deletes one of one's own filters (POST)."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = request.POST.get("filter", "")
        known = wanted.isdecimal() and len(wanted) < 18
        if known and saved_filters.delete_filter(module=self.desk.module, owner=self.person, pk=int(wanted)):
            messages.success(request, _("The filter is deleted."))
        else:
            messages.error(request, _("Nothing was deleted: this is not one of your filters."))
        return redirect(self.desk.url())


class InboxScreen(DeskScreen, PageScreen):
    name = "reports"
    icon = "mail"
    view_class = Inbox

    @cached_property
    def menu_label(self) -> Text:
        return self.desk.incoming

    def get_pages(self) -> list[Any]:
        from balai.casework.office import parts

        below = "<str:number>/"
        return [
            *super().get_pages(),
            *(
                path(f"{address}/", self.construct_view(view), name=name)
                for address, name, view in (
                    ("bulk", "bulk", BulkPage),
                    ("bulk/<uuid:uuid>", "bulk_result", BulkResult),
                    ("filters/save", "save_filter", SaveFilter),
                    ("filters/delete", "delete_filter", DeleteFilter),
                    *parts.LIST_PAGES,
                )
            ),
            *(
                path(
                    f"{below}{view.address}/" if view.address else below, self.construct_view(view), name=view.url_name
                )
                for view in self.desk.pages
            ),
            path(f"{below}<slug:move>/", self.construct_view(MovePage), name="move"),
        ]
