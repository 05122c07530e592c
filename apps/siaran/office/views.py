"""The desk: the list of reports, one report with what can be done, and its printed form."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django import forms as django_forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.siaran.cards import map_settings
from apps.siaran.office import desk, forms
from balai.attachments import queries as attachments
from balai.attachments.models import Size
from balai.casework import actions, numbers, queries
from balai.casework.errors import CaseError
from balai.casework.models import Case, Kind, TimelineEntry
from balai.casework.routing import sentence
from balai.office.screens import View
from tenants.current import current_city

PER_PAGE = 20
LIST = "siaran.reports:index"
PAGE = "siaran.reports:report"


class DeskView(View):
    """For everyone with a post that sees reports."""

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return desk.may_open(request)


class Reports(DeskView):
    """The reports of the person's agencies, newest first."""

    page_title = gettext_lazy("Incoming reports")

    def get(self, request: HttpRequest) -> HttpResponse:
        who = desk.standing(request)
        filters = desk.Filters.read(request.GET.dict())
        cases = filters.apply(queries.with_relations(desk.reports(who)))
        shown = Paginator(cases, PER_PAGE).get_page(request.GET.get("p"))
        rows = list(shown.object_list)
        names = queries.names_of(case.assignee_id for case in rows)
        due = desk.answer_due()
        given = {name: request.GET[name] for name in desk.Filters.NAMES if request.GET.get(name)}
        return self.page(
            "siaran/office/reports.html",
            rows=[self.row(case, names, due) for case in rows],
            shown=shown,
            selects=desk.choices(who),
            given=given,
            kept=urlencode(given),
            narrowed=bool(set(given) - {"urut"}),
            chosen=bool(set(given) - {"q"}),
            many_agencies=who.agencies(desk.Act.SEE) is None or len(who.agencies(desk.Act.SEE) or ()) > 1,
        )

    def row(self, case: Case, names: dict[int, str], due: Any) -> dict[str, Any]:
        return {
            "case": case,
            "number": case.number,
            "url": reverse(PAGE, args=[case.number]),
            "place": queries.place_name(case) or case.landmark,
            "officer": names.get(case.assignee_id or 0, ""),
            "late": desk.is_late(case, due),
            "thumbnail": attachments.address(case.cover_id, Size.THUMBNAIL) if case.cover_id else "",
        }


class ReportView(DeskView):
    """Base of the views of one report. Another agency's report is not found, like one that does not exist."""

    @cached_property
    def case(self) -> Case:
        number = numbers.parse(self.kwargs["number"], queries.number_prefix())
        cases = queries.with_relations(desk.reports(desk.standing(self.request)))
        found = cases.filter(number=number).first() if number else None
        if found is None:
            raise Http404("no such report at this desk")
        return found

    @cached_property
    def view(self) -> queries.View:
        return queries.view_of(self.case, self.person, standing=desk.standing(self.request))

    def facts(self) -> dict[str, Any]:
        """What the page and the printed form show."""
        case, view = self.case, self.view
        entries = queries.timeline(view)
        photos = attachments.photos_of(queries.ENTRY_PHOTOS, [entry.pk for entry in entries])
        names = queries.names_of([case.assignee_id, case.reporter_id, *(entry.actor_id for entry in entries)])
        first = entries[0].pk if entries else 0
        return {
            "case": case,
            "number": case.number,
            "place": queries.place_name(case),
            "late": desk.is_late(case, desk.answer_due()),
            "because": sentence(case.routed_because),
            "reporter": names.get(case.reporter_id or 0, _("account erased")) if view.shows_reporter else "",
            "officer": names.get(case.assignee_id or 0, ""),
            "photos": [self.picture(photo) for photo in photos.get(first, [])],
            "entries": [self.entry(entry, names, photos.get(entry.pk, [])) for entry in entries],
            "now": timezone.now(),
        }

    def entry(self, entry: TimelineEntry, names: dict[int, str], photos: list[Any]) -> dict[str, Any]:
        return {
            "title": Kind(entry.kind).label,
            "at": entry.at,
            "by": self.doer(entry, names),
            "words": entry.words,
            "internal": not entry.public,
            "officer": names.get(entry.data.get("officer") or 0, "") if entry.kind == Kind.ASSIGNED else "",
            "to": entry.data.get("to", "") if entry.kind == Kind.ROUTED else "",
            "rating": entry.data.get("rating"),
            # The report's own photos stand above the timeline.
            "photos": [] if entry.kind == Kind.RECEIVED else [self.picture(photo) for photo in photos],
        }

    def doer(self, entry: TimelineEntry, names: dict[int, str]) -> str:
        if entry.role == "reporter" and self.view.shows_reporter:
            return names.get(entry.actor_id or 0, "") or _("Reporter")
        return queries.doer(entry, self.view, names)

    def picture(self, photo: Any) -> dict[str, Any]:
        return {"url": attachments.address(photo.pk), "thumbnail": attachments.address(photo.pk, Size.THUMBNAIL)}

    def show(self, status: int = 200, **bound: django_forms.Form) -> TemplateResponse:
        """The report's page, with the form that was refused in place of its empty one."""
        made = {
            name: bound.get(name) or form_class(case=self.case)
            for name, (form_class, _action) in MOVES.items()
            if self.view.can(name)
        }
        back = self.request.META.get("HTTP_REFERER", "")
        list_url = reverse(LIST)
        return self.page(
            "siaran/office/report.html",
            title=_("Report %(number)s") % {"number": self.case.number},
            crumbs=[(list_url, _("Incoming reports"))],
            status=status,
            forms=made,
            refused=next(iter(bound), ""),
            map=map_settings(current_city(), f"{self.case.lat},{self.case.lon}", 16),
            back=back if back.split("?")[0].endswith(list_url) else list_url,
            **self.facts(),
        )


class Report(ReportView):
    """One report: what it says, where it is, what happened, and what can be done."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return self.show()


class Printed(ReportView):
    """The report on paper, without the frame of the back office."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        return TemplateResponse(request, "siaran/office/printed.html", {**self.facts(), "city": current_city()})


class Point(ReportView):
    """The report's place, for the map on its page."""

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        case = self.case
        features = []
        if case.lat is not None and case.lon is not None:
            late = desk.is_late(case, desk.answer_due())
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
                    "properties": {"title": case.category.name, "state": case.status, "late": late},
                }
            )
        return JsonResponse({"type": "FeatureCollection", "features": features})


class Move(ReportView):
    """Does one thing with a report (POST). What was typed stays when it is refused."""

    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest, number: str, move: str) -> HttpResponse:
        if move not in MOVES:
            raise Http404(move)
        form_class, act = MOVES[move]
        form = form_class(request.POST, case=self.case)
        if form.is_valid():
            try:
                act(case=self.case, actor=self.person, **form.cleaned_data)
            except ValidationError as fault:
                add_faults(form, fault)
            except CaseError as fault:
                form.add_error(None, str(fault))
            else:
                messages.success(request, DONE[move])
                # The report may have gone to an agency that this person does not see.
                still_here = desk.reports(desk.standing(request)).filter(pk=self.case.pk).exists()
                return redirect(PAGE, self.case.number) if still_here else redirect(LIST)
        messages.error(request, _("Nothing was done. Please see the message at the form."))
        if not self.view.can(move):
            # The move is not possible any more, so its form is not on the page either.
            for said in form.non_field_errors():
                messages.error(request, str(said))
            return redirect(PAGE, self.case.number)
        return self.show(status=422, **{move: form})


def add_faults(form: django_forms.Form, fault: ValidationError) -> None:
    for name, faults in fault.message_dict.items():
        form.add_error(name if name in form.fields else None, faults)


MOVES: dict[str, tuple[type[forms.MoveForm], Any]] = {
    "assign": (forms.AssignForm, actions.assign),
    "forward": (forms.ForwardForm, actions.forward),
    "reply": (forms.ReplyForm, actions.reply),
    "note": (forms.NoteForm, actions.add_note),
}
DONE = {
    "assign": gettext_lazy("The report is given to the officer, who has been told."),
    "forward": gettext_lazy("The report is handed over. The agency and the reporter have been told."),
    "reply": gettext_lazy("The answer is sent."),
    "note": gettext_lazy("The note is kept."),
}
