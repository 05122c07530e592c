"""Staff screens: the working hours of agencies that work at other times than the city."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.agencies.models import Agency
from balai.agencies.queries import active_agencies
from balai.calendars import queries
from balai.calendars.actions import follow_city_hours, set_working_hours
from balai.calendars.calendar import ROUND_THE_CLOCK
from balai.calendars.models import Weekday
from balai.calendars.office import HoursForm, in_words
from balai.office.screens import CITY, PageScreen, View

MAX_AGENCIES = 200


class AgencyHours(View):
    """Which agency works when: by its own hours, or when the city does."""

    permission = "calendars.change_workinghours"
    page_title = gettext_lazy("Working hours of the agencies")
    header_icon = "time"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        hours = queries.working_hours()
        rows = [
            {
                "agency": agency,
                "hours": in_a_line(hours[agency.pk]) if agency.pk in hours else "",
                "url": reverse("city.agency-hours:agency", args=[agency.pk]),
            }
            for agency in active_agencies()[:MAX_AGENCIES]
        ]
        return self.page("agencies/hours.html", rows=rows)


def in_a_line(week: queries.Hours) -> str:
    """A week's hours for people."""
    if week == ROUND_THE_CLOCK:
        return _("day and night, holidays too")
    return "; ".join(f"{Weekday(day).label} {in_words(spans)}" for day, spans in week.items() if spans)


class OneAgencysHours(View):
    """The hours of one agency: its own, day and night, or the city's."""

    permission = "calendars.change_workinghours"
    page_title = gettext_lazy("Working hours of the agency")
    header_icon = "time"

    def agency(self, pk: int) -> Agency:
        found = active_agencies().filter(pk=pk).first()
        if found is None:
            raise Http404("no such agency")
        return found

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        agency, hours = self.agency(pk), queries.working_hours()
        week = hours.get(agency.pk, hours[None])
        return self.show(agency, HoursForm(initial={f"day{day}": spans for day, spans in week.items()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        agency = self.agency(pk)
        form, act = HoursForm(request.POST), request.POST.get("act", "")
        if act == "city":
            follow_city_hours(agency_id=agency.pk, actor=self.person)
            messages.success(request, _("%(agency)s works when the city does.") % {"agency": agency})
            return redirect("city.agency-hours:index")
        if act == "always" or form.is_valid():
            try:
                hours = ROUND_THE_CLOCK if act == "always" else form.hours()
                set_working_hours(hours=hours, agency_id=agency.pk, actor=self.person)
            except ValidationError as fault:
                form.add_error(None, fault.messages)
            else:
                messages.success(request, _("The working hours are saved. They count for deadlines set from now on."))
                return redirect("city.agency-hours:index")
        messages.error(request, _("Nothing was saved. Please mend what is marked below."))
        return self.show(agency, form, status=422)

    def show(self, agency: Agency, form: forms.Form, status: int = 200) -> HttpResponse:
        return self.page(
            "agencies/hours_of_one.html",
            title=_("Working hours of %(agency)s") % {"agency": agency},
            crumbs=[(reverse("city.agency-hours:index"), _("Working hours of the agencies"))],
            status=status,
            form=form,
            own=agency.pk in queries.working_hours(),
        )


class AgencyHoursScreen(PageScreen):
    scope = CITY
    name = "agency-hours"
    menu_label = gettext_lazy("Working hours")
    icon = "time"
    view_class = AgencyHours

    def get_pages(self) -> list[Any]:
        one = self.construct_view(OneAgencysHours)
        return [*super().get_pages(), path("<int:pk>/", one, name="agency")]
