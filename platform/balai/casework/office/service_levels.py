"""What the city promises: its service levels, presets to start from, and what a change does before it is made."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from balai.casework import sla
from balai.casework.actions.policies import PRESETS, add_policy, add_preset, end_policy, preview
from balai.casework.models import Category, SlaPolicy
from balai.casework.options import CaseOptions
from balai.geography.models import Area
from balai.modules import modules
from balai.office.screens import CITY, PageScreen, View

MAX_LISTED = 200
COPIED = (
    *("module", "name", "category", "classification", "severity", "area", "answer_amount", "answer_unit"),
    *("update_amount", "update_unit", "done_amount", "done_unit", "warn_hours"),
    *("head_after", "sekda_after", "mayor_after", "ladder_unit"),
)


def case_modules() -> list[tuple[str, str]]:
    """The modules that take cases: label and name."""
    return [
        (key, str(found.verbose_name)) for key, found in modules().items() if issubclass(found.options, CaseOptions)
    ]


class PolicyForm(forms.ModelForm[SlaPolicy]):
    class Meta:
        model = SlaPolicy
        fields = [*COPIED, "since"]
        widgets = {"since": AdminDateInput}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("every module")), *case_modules()]
        self.fields["module"] = forms.ChoiceField(label=_("Module"), choices=choices, required=False)
        self.fields["category"].queryset = Category.objects.filter(active=True).order_by("module", "order", "name")  # type: ignore[attr-defined]
        areas = Area.objects.filter(active=True).exclude(level="city").defer("geometry").order_by("code")
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]
        self.fields["area"].label_from_instance = lambda area: f"{area.code} {area.name}"  # type: ignore[attr-defined]


def digest(form: PolicyForm) -> str:
    """Names what was filled in: a preview of something else does not count as one."""
    filled = sorted((name, str(value)) for name, value in form.cleaned_data.items())
    return hashlib.sha256(repr(filled).encode()).hexdigest()[:32]


class PresetForm(forms.Form):
    """A preset to start from, and for which module."""

    preset = forms.ChoiceField(label=gettext_lazy("Preset"), choices=list(PRESETS.items()))
    module = forms.ChoiceField(label=gettext_lazy("Module"))
    oversight = forms.ModelChoiceField(
        Category.objects.none(),
        label=gettext_lazy("Category of complaints with oversight content"),
        required=False,
        help_text=gettext_lazy("For SP4N-LAPOR! only: they have 60 working days."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["module"].choices = case_modules()  # type: ignore[attr-defined]
        self.fields["oversight"].queryset = Category.objects.filter(active=True).order_by("module", "order", "name")  # type: ignore[attr-defined]


class SlaView(View):
    permission = "casework.view_slapolicy"
    page_title = gettext_lazy("Service levels")

    def trail(self) -> list[tuple[str, Any]]:
        return [(reverse("city.service-levels:index"), _("Service levels"))]

    def may_change(self) -> bool:
        return bool(self.request.user.has_perm("casework.add_slapolicy"))

    def refused(self) -> HttpResponse:
        return self.page("office/refused.html", title=_("Not open to you"), status=403)


class ServiceLevels(SlaView):
    """All policies, those in effect first, and the presets."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.show(PresetForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Sets a preset."""
        if not self.may_change():
            return self.refused()
        form = PresetForm(request.POST)
        if form.is_valid():
            values = form.cleaned_data
            rows = add_preset(
                name=values["preset"], module=values["module"], oversight=values["oversight"], actor=self.person
            )
            messages.success(request, _("%(count)d service levels are set from today on.") % {"count": len(rows)})
            return redirect("city.service-levels:index")
        return self.show(form, status=422)

    def show(self, form: forms.Form, status: int = 200) -> HttpResponse:
        today = timezone.localdate()
        rows = SlaPolicy.objects.select_related("category", "area").defer("area__geometry")
        found = sorted(
            rows.order_by("-since", "-pk")[:MAX_LISTED], key=lambda row: bool(row.until and row.until < today)
        )
        return self.page(
            "casework/office/service_levels.html",
            rows=[
                {
                    "row": row,
                    "policy": policy,
                    "amounts": sla.in_words((policy.answer, policy.update, policy.solution)),
                    "ladder": [(rung.label, sla.in_words([amount])[0]) for rung, amount in policy.ladder],
                    "ended": row.until is not None and row.until < today,
                    "coming": row.since > today,
                }
                for row in found
                for policy in [sla.policy_of_row(row)]
            ],
            suite=sla.in_words([sla.SUITE.answer])[0],
            presets=form,
            may_change=self.may_change(),
            status=status,
        )


class NewPolicy(SlaView):
    """The form of a new policy, empty or after another one; then what it does to open cases; then it is set."""

    permission = "casework.add_slapolicy"
    page_title = gettext_lazy("New service level")

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        initial: dict[str, Any] = {"since": timezone.localdate()}
        given = request.GET.get("dari", "")
        if given.isascii() and given.isdecimal() and len(given) < 10:
            model = SlaPolicy.objects.filter(pk=int(given)).first()
            if model is not None:
                initial |= forms.model_to_dict(model, COPIED)
        return self.show(PolicyForm(initial=initial))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = PolicyForm(request.POST)
        if form.is_valid():
            policy = form.save(commit=False)
            if request.POST.get("seen") != digest(form):
                return self.show(form, seen=preview(policy))
            try:
                add_policy(policy=policy, actor=self.person, apply=request.POST.get("apply") == "1")
            except ValidationError as fault:
                form.add_error(None, fault)
            else:
                messages.success(request, _("The service level is set."))
                return redirect("city.service-levels:index")
        messages.error(request, _("Nothing was saved. Please mend what is marked below."))
        return self.show(form, status=422)

    def show(self, form: PolicyForm, seen: Any = None, status: int = 200) -> HttpResponse:
        return self.page(
            "casework/office/service_level.html", crumbs=self.trail(), form=form, seen=seen, status=status,
            digest=digest(form) if seen else "",
            submit_label=_("Set") if seen else _("Show what it does"),
        )  # fmt: skip


class EndPolicy(SlaView):
    """Ends a policy today (POST)."""

    permission = "casework.change_slapolicy"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponse:
        policy = SlaPolicy.objects.filter(pk=pk).first()
        if policy is None:
            raise Http404
        end_policy(policy=policy, actor=self.person)
        messages.success(request, _("It counts for no report that is received from tomorrow on."))
        return redirect("city.service-levels:index")


class ServiceLevelScreen(PageScreen):
    scope = CITY
    name = "service-levels"
    menu_label = gettext_lazy("Service levels")
    menu_name = "service-levels"
    menu_order = 320
    icon = "time"
    add_to_admin_menu = True
    view_class = ServiceLevels

    def get_pages(self) -> list[Any]:
        return [
            *super().get_pages(),
            path("new/", self.construct_view(NewPolicy), name="add"),
            path("<int:pk>/end/", self.construct_view(EndPolicy), name="end"),
        ]
