"""Forms that tie a case to others: joining, splitting into tasks, other cities and institutions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from balai.accounts.models import User
from balai.agencies.models import Agency, Unit
from balai.agencies.queries import active_agencies, officers_by_agency
from balai.casework import elsewhere, kin
from balai.casework.actions import Order
from balai.casework.actions.splitting import MAX_TASK_WORDS
from balai.casework.models import Case, Institution, Kind
from balai.casework.office.move_forms import MoveForm, words_field
from balai.casework.queries import place_name
from tenants.models import City

REASON = 500
ROWS = 3
"""Tasks that one form can give out; further ones are given out afterwards."""


class MergeForm(MoveForm):
    """The other report: one of those nearby that look alike, or any other by its number."""

    likely = forms.ChoiceField(label=_("Open ones about the same nearby"), required=False, widget=forms.RadioSelect)
    number = forms.CharField(label=_("Or the number of another one"), required=False, max_length=40)
    reason = words_field(_("Reason"), _("Whoever sent it and everyone who sees it can read this."), REASON)

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        found = [(other.number, _alike(other)) for other in kin.alike(case)]
        self.fields["likely"].choices = found  # type: ignore[attr-defined]
        if not found:
            del self.fields["likely"]
            self.fields["number"].label = gettext("Number of the other one")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        number = cleaned.get("number") or cleaned.pop("likely", "")
        if not number:
            self.add_error("number", gettext("Choose the other one, or give its number."))
        return {"number": number, "reason": cleaned.get("reason", "")}


def _alike(case: Case) -> str:
    place = place_name(case) or case.landmark
    words = case.description if len(case.description) <= 90 else f"{case.description[:89]}…"
    return f"{case.number} · {place} · {words}"


class SplitForm(MoveForm):
    """Up to three tasks at once: who, what is to be done, and at once to which officer, if to one."""

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        choices = [("", gettext("Nobody")), *workers()]
        officers = [("", gettext("The unit decides")), *_officers()]
        for row in range(1, ROWS + 1):
            numbered = {"number": row}
            self.fields[f"who_{row}"] = forms.ChoiceField(
                label=gettext("Task %(number)d: who") % numbered, choices=choices, required=row == 1
            )
            self.fields[f"words_{row}"] = words_field(
                gettext("Task %(number)d: what is to be done") % numbered, longest=MAX_TASK_WORDS
            )
            self.fields[f"words_{row}"].required = row == 1
            self.fields[f"words_{row}"].widget.attrs["rows"] = 2
            self.fields[f"officer_{row}"] = forms.ChoiceField(
                label=gettext("Task %(number)d: officer") % numbered,
                help_text=gettext("One of that unit or agency. They get the task at once."),
                choices=officers,
                required=False,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        self.rows = []
        orders = []
        for row in range(1, ROWS + 1):
            who, words = cleaned.get(f"who_{row}", ""), cleaned.get(f"words_{row}", "")
            officer = cleaned.get(f"officer_{row}", "")
            if (words or officer) and not who:
                self.add_error(f"who_{row}", gettext("Choose who is to do this."))
            elif who:
                agency, unit = worker(who)
                self.rows.append(row)
                orders.append(Order(agency, words, unit, User.objects.get(pk=officer) if officer else None))
        return {"orders": orders}


def workers() -> list[tuple[str, list[tuple[str, str]]]]:
    """The agencies and their units, by agency: "3" is the agency, "3-7" one of its units."""
    units: dict[int, list[tuple[str, str]]] = {}
    for unit in Unit.objects.filter(active=True, agency__active=True).order_by("name"):
        units.setdefault(unit.agency_id, []).append((f"{unit.agency_id}-{unit.pk}", unit.name))
    return [
        (agency.name, [(str(agency.pk), gettext("The agency decides")), *units.get(agency.pk, [])])
        for agency in active_agencies()
    ]


def _officers() -> list[tuple[str, list[tuple[str, str]]]]:
    """The field officers by agency; who is away is told."""
    return [
        (agency.name, [(str(item.user.pk), item.label) for item in offered]) for agency, offered in officers_by_agency()
    ]


def worker(value: str) -> tuple[Agency, Unit | None]:
    agency, _dash, unit = value.partition("-")
    return Agency.objects.get(pk=agency), Unit.objects.get(pk=unit) if unit else None


class HandOverForm(MoveForm):
    """Which city, where in it, why, and which of the internal notes go along."""

    city = forms.ModelChoiceField(City.objects.none(), label=_("City"), empty_label=_("Choose a city"))
    place = forms.CharField(
        label=_("Point in that city"),
        help_text=_("Latitude and longitude, for example -6.1149, 106.1503. Empty: the report's own point lies there."),
        required=False,
        max_length=60,
    )
    reason = words_field(
        _("Reason"), _("The reporter, the other city and everyone who sees the report can read it."), REASON
    )
    notes = forms.TypedMultipleChoiceField(
        label=_("Internal notes that go along"),
        help_text=_("All others stay here. The other city never learns the names of your colleagues."),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        self.fields["city"].queryset = elsewhere.cities_that_take(case.module)  # type: ignore[attr-defined]
        self.fields["city"].label_from_instance = lambda city: city.name  # type: ignore[attr-defined]
        notes = case.timeline.filter(kind=Kind.NOTE).order_by("sequence").values_list("sequence", "words")
        self.fields["notes"].choices = [(sequence, words[:120]) for sequence, words in notes]  # type: ignore[attr-defined]
        if not notes:
            del self.fields["notes"]

    def clean_place(self) -> tuple[float, float] | None:
        typed = self.cleaned_data["place"].replace(";", ",").split(",")
        if typed == [""]:
            return None
        try:
            lat, lon = (float(part) for part in typed)
        except ValueError:
            raise forms.ValidationError(gettext("Write it as two numbers: -6.1149, 106.1503.")) from None
        return lat, lon


class NotOursForm(MoveForm):
    """Whose it is, and why."""

    institution = forms.ModelChoiceField(
        Institution.objects.none(),
        label=_("Responsible institution"),
        help_text=_(
            "The resident reads its name, telephone and web address. The list is kept under Other institutions."
        ),
        required=False,
        empty_label=_("None of the list"),
    )
    reason = words_field(
        _("Reason"),
        _("Say whose it is and what the resident can do. Everyone who sees it can read it."),
        REASON,
    )

    def __init__(self, data: Any = None, *, case: Case, **kwargs: Any) -> None:
        super().__init__(data, case=case, **kwargs)
        self.fields["institution"].queryset = Institution.objects.filter(active=True)  # type: ignore[attr-defined]
        self.fields["institution"].label_from_instance = _with_duties  # type: ignore[attr-defined]


def _with_duties(institution: Institution) -> str:
    return f"{institution.name} ({institution.covers})" if institution.covers else institution.name
