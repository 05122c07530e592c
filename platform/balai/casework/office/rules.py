"""Where cases go: the ordered list of rules, its draft, and what the draft would have done with past cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.agencies.models import Unit
from balai.agencies.queries import active_agencies
from balai.assets.queries import kinds, utilities
from balai.casework import rule_list
from balai.casework.models import Category, Question, RoutingRule, Severity
from balai.casework.office.desk import CaseDesk, DeskScreen
from balai.casework.office.rule_questions import QuestionCondition, in_words
from balai.casework.rule_checks import doubts, questions_of, rules_with_relations
from balai.casework.simulation import DAYS, simulate
from balai.geography.models import Area
from balai.office.screens import PageScreen, View

CHANGE = "casework.change_routingrule"


class RuleForm(QuestionCondition, forms.ModelForm[RoutingRule]):
    """One line of the draft."""

    position = forms.IntegerField(
        label=gettext_lazy("Position in the list"),
        required=False,
        min_value=1,
        max_value=rule_list.MAX_RULES,
        help_text=gettext_lazy("The first rule that fits decides. Empty: where it is, a new one at the end."),
    )

    class Meta:
        model = RoutingRule
        fields = [
            "category",
            "area",
            "asset_kind",
            "asset_owner",
            "asset_utility",
            "severity",
            "question",
            "answer",
            "agency",
            "unit",
            "active",
        ]

    def __init__(self, data: Any = None, *, module: str, instance: RoutingRule | None = None) -> None:
        instance = instance or RoutingRule(module=module)
        super().__init__(data, instance=instance)
        fields: Any = self.fields
        fields["category"].queryset = Category.objects.filter(module=module).order_by("order", "name")
        areas = Area.objects.filter(active=True).exclude(level="city").defer("geometry").order_by("code")
        fields["area"].queryset = areas
        fields["area"].label_from_instance = lambda area: f"{area.code} {area.name}"
        fields["asset_kind"].choices = [("", "---------"), *((kind.pk, kind.name) for kind in kinds())]
        owners = utilities()
        if instance.asset_utility and instance.asset_utility not in owners:
            owners.append(instance.asset_utility)
        fields["asset_utility"] = forms.ChoiceField(
            label=fields["asset_utility"].label,
            help_text=fields["asset_utility"].help_text,
            required=False,
            choices=[("", "---------"), *((name, name) for name in owners)],
        )
        self.offer_questions(module, instance)
        for name in ("agency", "asset_owner"):
            fields[name].queryset = active_agencies()
        units = Unit.objects.filter(active=True, agency__active=True).select_related("agency")
        fields["unit"].queryset = units
        fields["unit"].label_from_instance = lambda unit: f"{unit.agency.short_name}: {unit.name}"


def conditions(rule: RoutingRule, questions: Sequence[Question]) -> list[str]:
    """The rule's conditions for people; empty for one that fits every case. `questions` are the module's."""
    said = []
    if rule.category is not None:
        said.append(rule.category.name)
    if rule.area is not None:
        said.append(_("in %(area)s") % {"area": rule.area.name})
    if rule.asset_kind is not None:
        said.append(_("kind of asset: %(kind)s") % {"kind": rule.asset_kind.name})
    if rule.asset_owner is not None or rule.asset_utility:
        said.append(_("owner of the asset: %(owner)s") % {"owner": rule.asset_owner or rule.asset_utility})
    if rule.severity:
        said.append(_("severity: %(severity)s") % {"severity": Severity(rule.severity).label})
    if rule.question:
        said.append(in_words(questions, rule))
    return said


class RulesView(View):
    """Base of the pages about the list."""

    desk: CaseDesk = None  # type: ignore[assignment]
    permission = CHANGE
    header_icon = "redirect"
    page_title = gettext_lazy("Routing")

    def url(self, name: str = "index", *args: Any) -> str:
        return reverse(f"{self.desk.module}.rules:{name}", args=args)


class RuleList(RulesView):
    """The draft where there is one, else the list in force; with what is probably wrong."""

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE) or request.user.has_perm("casework.view_routingrule")

    def get(self, request: HttpRequest) -> HttpResponse:
        module = self.desk.module
        drafted = RoutingRule.objects.drafted(module).exists()
        rules = rules_with_relations(module, draft=drafted)
        questions = questions_of(module) if any(rule.question for rule in rules) else []
        found = doubts(module, rules, questions)
        lines = [
            {
                "rule": rule,
                "number": number,
                "conditions": conditions(rule, questions),
                "warnings": [item.message for item in found if item.rule is rule],
                "edit": self.url("rule", rule.pk) if drafted else "",
            }
            for number, rule in enumerate(rules, start=1)
        ]
        return self.page(
            "casework/office/rules.html",
            lines=lines,
            warnings=[item.message for item in found if item.rule is None],
            drafted=drafted,
            may_change=request.user.has_perm(CHANGE),
            new_url=self.url("new"),
            try_url=self.url("try"),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(CHANGE):
            return self.page("office/refused.html", title=_("Not open to you"), status=403)
        module, act = self.desk.module, request.POST.get("act", "")
        chosen = request.POST.get("rule", "")
        rule_id = int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 10 else 0
        match act:
            case "begin":
                rule_list.begin_draft(module=module)
            case "discard":
                rule_list.discard_draft(module=module)
                messages.success(request, _("The draft is gone. The list in force is unchanged."))
            case "up" | "down":
                rule_list.move_rule(module=module, rule_id=rule_id, by=-1 if act == "up" else 1)
            case "remove":
                try:
                    rule_list.remove_rule(module=module, rule_id=rule_id)
                except ValidationError as refused:
                    messages.error(request, " ".join(refused.messages))
            case _:
                raise Http404("no such act")
        return redirect(self.url())


class EditRule(RulesView):
    """The form of one line of the draft. A new line begins a draft where there is none."""

    def rule(self, pk: int | None) -> RoutingRule | None:
        if pk is None:
            return None
        found = RoutingRule.objects.drafted(self.desk.module).filter(pk=pk).first()
        if found is None:
            raise Http404("no such rule in the draft")
        return found

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        return self.show(RuleForm(module=self.desk.module, instance=self.rule(pk)))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        form = RuleForm(request.POST, module=self.desk.module, instance=self.rule(pk))
        if form.is_valid():
            if pk is None:
                rule_list.begin_draft(module=self.desk.module)
            try:
                rule_list.save_rule(rule=form.instance, position=form.cleaned_data["position"])
            except ValidationError as refused:
                form.add_error(None, refused)
            else:
                messages.success(request, _("Kept in the draft. It is not in force yet."))
                return redirect(self.url())
        return self.show(form, status=422)

    def show(self, form: RuleForm, status: int = 200) -> HttpResponse:
        return self.page(
            "office/form.html",
            title=_("Rule of the draft"),
            crumbs=[(self.url(), _("Routing"))],
            status=status,
            form=form,
            submit_label=_("Keep in the draft"),
        )


class TryRules(RulesView):
    """What the draft would have done, and putting it into force."""

    def get(self, request: HttpRequest) -> HttpResponse:
        if not RoutingRule.objects.drafted(self.desk.module).exists():
            return redirect(self.url())
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            rule_list.put_into_force(module=self.desk.module, seen=request.POST.get("seen", ""), actor=self.person)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return self.show(status=409)
        messages.success(request, _("The list is in force. Reports that are there already stay where they are."))
        return redirect(self.url())

    def show(self, status: int = 200) -> HttpResponse:
        # Before the simulation: whoever changes a rule meanwhile makes it stale.
        seen = rule_list.fingerprint(self.desk.module)
        return self.page(
            "casework/office/rules_tried.html",
            title=_("What the draft changes"),
            crumbs=[(self.url(), _("Routing"))],
            status=status,
            outcome=simulate(self.desk.module),
            days=DAYS,
            seen=seen,
            desk=self.desk.module,
            back=self.url(),
        )


class RuleScreens(DeskScreen, PageScreen):
    name = "rules"
    icon = "redirect"
    menu_label = gettext_lazy("Routing")
    view_class = RuleList

    def get_pages(self) -> list[Any]:
        return [
            *super().get_pages(),
            path("new/", self.construct_view(EditRule), name="new"),
            path("try/", self.construct_view(TryRules), name="try"),
            path("<int:pk>/", self.construct_view(EditRule), name="rule"),
        ]
