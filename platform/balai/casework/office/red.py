"""What is red: for heads of agencies, the Sekda and the mayor, and for the desks whose cases they are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.agencies.models import Post, Role
from balai.agencies.queries import Act, Standing
from balai.attachments.queries import signed_in
from balai.casework import ladder, queries
from balai.casework.errors import CaseError
from balai.casework.models import Case, CaseQuerySet, Clock, Rung
from balai.casework.notices import desk_path
from balai.casework.office.desk import may_open, standing
from balai.casework.wording import name_of_case
from balai.office.screens import CITY, PageScreen, Panel, View

PER_PAGE = 25
MAX_AGENCIES = 30


def red_cases(who: Standing) -> CaseQuerySet:
    """The cases past a due date that this member of staff sees because of a post."""
    return Case.objects.handled_by(who).filter(closed_at=None, late_since__isnull=False)


def on_own_rung(posts: Iterable[Post]) -> Q:
    """The cases that stand on the rung of one of these posts: a head's only of their agency."""
    found = Q(pk__in=[])
    for post in posts:
        here = Q(rung=ladder.RUNG_OF_ROLE[post.role])
        found |= here & Q(agency=post.agency_id) if post.role == Role.HEAD else here
    return found


class RedList(View):
    """Each late case of the person's agencies: whose it is, since when, how far it has climbed. The highest first."""

    page_title = gettext_lazy("Past due")
    header_icon = "warning"

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return may_open(request)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        who = standing(request)
        cases = red_cases(who)
        groups = cases.order_by().values_list("agency_id", "agency__short_name", "rung").annotate(count=Count("pk"))
        by_agency: dict[Any, dict[str, Any]] = {}
        by_rung = dict.fromkeys(Rung, 0)
        for agency_id, name, rung, count in groups:
            by_rung[Rung(rung)] += count
            entry = by_agency.setdefault(agency_id, {"id": agency_id or 0, "name": name or _("no agency"), "count": 0})
            entry["count"] += count
        agency, rung_asked = request.GET.get("opd", ""), request.GET.get("jenjang", "")
        if agency.isascii() and agency.isdecimal() and len(agency) < 10:
            cases = cases.filter(agency=int(agency) or None)
        if rung_asked in {str(rung.value) for rung in Rung}:
            cases = cases.filter(rung=int(rung_asked))
        ordered = queries.with_relations(cases).order_by("-rung", "late_since", "pk")
        shown = Paginator(ordered, PER_PAGE).get_page(request.GET.get("p"))
        rows = list(shown.object_list)
        names = queries.names_of(case.assignee_id for case in rows)
        posts = ladder.posts_on_rungs(self.person, who)
        return self.page(
            "casework/office/red.html",
            rows=[self.row(case, posts, names) for case in rows],
            shown=shown,
            total=sum(by_rung.values()),
            rungs=[(rung, by_rung[rung]) for rung in reversed(Rung)],
            agencies=sorted(by_agency.values(), key=lambda entry: -entry["count"])[:MAX_AGENCIES],
            narrowed=bool(agency or rung_asked),
            sees_all=who.agencies(Act.SEE) is None,
        )

    def row(self, case: Case, posts: list[Post], names: dict[int, str]) -> dict[str, Any]:
        return {
            "case": case,
            "noun": name_of_case(case.module),
            "url": desk_path(case),
            "place": queries.place_name(case) or case.landmark,
            "officer": names.get(case.assignee_id or 0, ""),
            "clock": Clock(case.late_clock).label if case.late_clock else "",
            "due": ladder.day_of_deadline(case.late_since) if case.late_since else "",
            "rung": Rung(case.rung).label,
            "acknowledge_url": reverse("city.red:acknowledge", args=[case.number])
            if ladder.can_acknowledge(case, posts)
            else "",
        }


class Acknowledge(View):
    """The holder of the rung, or their deputy, says that they know (POST)."""

    http_method_names = ["post"]

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return may_open(request)

    def post(self, request: HttpRequest, number: str, **kwargs: Any) -> HttpResponse:
        case = red_cases(standing(request)).filter(number=number).first()
        if case is None:
            raise Http404
        try:
            ladder.acknowledge(case=case, actor=self.person)
        except CaseError as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Acknowledged. It stays red until it is answered."))
        return redirect("city.red:index")


class RedScreen(PageScreen):
    scope = CITY
    name = "red"
    menu_label = gettext_lazy("Past due")
    menu_name = "red"
    menu_order = 40
    icon = "warning"
    add_to_admin_menu = True
    view_class = RedList

    def get_pages(self) -> list[Any]:
        acknowledge = self.construct_view(Acknowledge)
        return [*super().get_pages(), path("<str:number>/acknowledge/", acknowledge, name="acknowledge")]


class RedPanel(Panel):
    """How many cases are red, and how many of them wait at the person's own rung for an acknowledgement."""

    scope = CITY
    name = "red"
    order = 5
    template_name = "casework/office/red_panel.html"

    @cached_property
    def posts(self) -> list[Post]:
        user = signed_in(self.request.user)
        return ladder.posts_on_rungs(user, standing(self.request)) if user is not None else []

    def is_shown(self) -> bool:
        return may_open(self.request) and bool(self.posts)

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        waits = Count("pk", filter=on_own_rung(self.posts) & Q(acknowledged_at=None))
        found = red_cases(standing(self.request)).aggregate(total=Count("pk"), mine=waits)
        return {**found, "url": reverse("city.red:index")}
