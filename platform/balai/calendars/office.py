"""Staff screens: the coming year's days, the city's own days, and its working hours."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.widgets import AdminDateInput

from balai.calendars import queries
from balai.calendars.actions import remove_city_day, set_city_day, set_working_hours
from balai.calendars.calendar import Span
from balai.calendars.models import CityDay, Weekday
from balai.calendars.years import national_years
from balai.office.screens import CITY, ModelScreen, PageScreen, View

SPAN = re.compile(r"(\d{1,2})[:.](\d\d)\s*[-–]\s*(\d{1,2})[:.](\d\d)")
MAX_SPANS = 6
KINDS = {
    "holiday": gettext_lazy("national holiday"),
    "cuti_bersama": gettext_lazy("cuti bersama"),
    "off": gettext_lazy("day off of the city"),
    "worked": gettext_lazy("worked in the city"),
}


class Year(View):
    """The special days of the coming twelve months, where they come from, and what is missing."""

    permission = "calendars.view_cityday"
    page_title = gettext_lazy("Working calendar")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        last = today + datetime.timedelta(days=365)
        years = national_years()
        calendar = queries.calendar()
        days = [
            {"day": day, "kind": KINDS[day.kind], "worked": calendar.is_working_day(day.date)}
            for day in queries.days_between(today, last)
        ]
        return self.page(
            "calendars/year.html",
            days=days,
            hours=[(day.label, in_words(calendar.hours.get(day.value, ()))) for day in Weekday],
            zone=calendar.zone.key,
            missing=queries.unknown_years(today),
            sources=[years[year] for year in range(today.year, last.year + 1) if year in years],
            may_change=request.user.has_perm("calendars.add_cityday"),
        )


class YearScreen(PageScreen):
    scope = CITY
    name = "calendar"
    menu_label = gettext_lazy("The year")
    icon = "calendar"
    view_class = Year


class AddDay(generic.CreateView):
    def save_instance(self) -> CityDay:
        return set_city_day(day=self.form.save(commit=False), actor=self.request.user)


class EditDay(generic.EditView):
    def save_instance(self) -> CityDay:
        return set_city_day(day=self.form.save(commit=False), actor=self.request.user)


class DeleteDay(generic.DeleteView):
    def delete_action(self) -> None:
        remove_city_day(day=self.object, actor=self.request.user)


class CityDayScreens(ModelScreen):
    scope = CITY
    name = "city-days"
    model = CityDay
    icon = "calendar-alt"
    menu_label = gettext_lazy("Days of the city")
    add_view_class = AddDay
    edit_view_class = EditDay
    delete_view_class = DeleteDay
    form_fields = ["date", "name", "working"]
    search_fields = ["name"]
    list_filter = ["working"]
    ordering = ["-date"]

    def get_form_class(self, for_update: bool = False) -> Any:
        return forms.modelform_factory(
            CityDay, form=super().get_form_class(for_update), widgets={"date": AdminDateInput}
        )

    @cached_property
    def list_display(self) -> list[Any]:
        return [
            "name",
            Column("date", label=_("Date"), sort_key="date"),
            BooleanColumn("working", label=_("Worked"), sort_key="working"),
        ]


class SpansField(forms.CharField):
    """Spans of one day as people write them: "07.30-12.00, 13.00-16.00"; empty for a day off."""

    def prepare_value(self, value: Any) -> Any:
        return value if isinstance(value, str) else in_words(value or ())

    def to_python(self, value: Any) -> Any:
        text = str(value or "").strip()
        parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
        if len(parts) > MAX_SPANS:
            raise ValidationError(_("At most %(limit)d spans a day are possible.") % {"limit": MAX_SPANS}, code="many")
        return tuple(self._span(part) for part in parts)

    @staticmethod
    def _span(part: str) -> Span:
        found = SPAN.fullmatch(part)
        try:
            if found is None:
                raise ValueError
            numbers = [int(text) for text in found.groups()]
            if numbers[2:] == [24, 0]:
                numbers[2] = 0
            return datetime.time(numbers[0], numbers[1]), datetime.time(numbers[2], numbers[3])
        except ValueError:
            message = _("“%(part)s” is no span of time. Write it like 07.30-12.00.") % {"part": part[:40]}
            raise ValidationError(message, code="span") from None

    def validate(self, value: Any) -> None:
        """Empty is a day off."""

    def run_validators(self, value: Any) -> None:
        """Spans are not text."""


def in_words(spans: Any) -> str:
    """Spans of a day as people write them; empty for none."""
    return ", ".join(
        f"{opens:%H.%M}-{'24.00' if closes == datetime.time(0) else format(closes, '%H.%M')}" for opens, closes in spans
    )


class HoursForm(forms.Form):
    """A field per weekday."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for day in Weekday:
            self.fields[f"day{day.value}"] = SpansField(label=day.label, required=False, max_length=200)
        self.fields[f"day{Weekday.HOLIDAYS.value}"].help_text = _(
            "For who works on holidays and cuti bersama too, like the fire brigade. Usually empty."
        )

    def hours(self) -> dict[int, tuple[Span, ...]]:
        """What was written, by weekday."""
        return {day.value: self.cleaned_data[f"day{day.value}"] for day in Weekday}


class Hours(View):
    """The working hours of the week."""

    permission = "calendars.change_workinghours"
    page_title = gettext_lazy("Working hours")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        initial = {f"day{weekday}": spans for weekday, spans in queries.working_hours()[None].items()}
        return self.show(HoursForm(initial=initial))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = HoursForm(request.POST)
        if form.is_valid():
            try:
                set_working_hours(hours=form.hours(), actor=self.person)
            except ValidationError as fault:
                form.add_error(None, fault.messages)
            else:
                messages.success(request, _("The working hours are saved. They count for deadlines set from now on."))
                return redirect("city.calendar:index")
        messages.error(request, _("Nothing was saved. Please mend what is marked below."))
        return self.show(form, status=422)

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        return self.page("calendars/hours.html", form=form, status=status)


class HoursScreen(PageScreen):
    scope = CITY
    name = "working-hours"
    menu_label = gettext_lazy("Working hours")
    icon = "time"
    view_class = Hours


class CalendarGroup(ViewSetGroup):
    menu_label = gettext_lazy("Working calendar")
    menu_name = "calendar"
    menu_icon = "calendar"
    menu_order = 310
    items = (YearScreen, CityDayScreens, HoursScreen)
