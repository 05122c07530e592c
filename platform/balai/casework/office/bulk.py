"""One move with many cases: first the form with what is to happen, then the result, case by case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from balai.accounts.models import User
from balai.agencies.models import Post, Role
from balai.agencies.queries import Act, Standing
from balai.casework import actions, responses, transitions
from balai.casework.actions import bulk
from balai.casework.models import BulkRun, Case
from balai.casework.office import filters
from balai.casework.office.desk import DeskView
from balai.casework.office.move_forms import ForwardForm, MoveForm, ReasonForm, words_field
from balai.modules import Text

MAX_CHOICES = 500


class BulkAssignForm(MoveForm):
    officer = forms.ModelChoiceField(
        User.objects.none(), label=gettext_lazy("Officer"), empty_label=gettext_lazy("Choose an officer")
    )

    def offer(self, who: Standing) -> None:
        """Offers the officers of the agencies whose work the person distributes."""
        agencies = who.agencies(Act.ASSIGN)
        posts = Post.objects.current().filter(role=Role.OFFICER)
        posts = posts.filter(agency__in=agencies) if agencies is not None else posts
        rows = User.objects.filter(is_active=True, pk__in=posts.values("user_id")).order_by("name", "pk")
        self.fields["officer"].queryset = rows  # type: ignore[attr-defined]
        self.fields["officer"].label_from_instance = lambda user: user.name  # type: ignore[attr-defined]


class BulkReplyForm(MoveForm):
    words = words_field(
        gettext_lazy("Answer"),
        gettext_lazy("Placeholders such as {number} and {category} are filled in for each one."),
    )

    def clean_words(self) -> str:
        words = str(self.cleaned_data["words"])
        responses.check_words(words)
        return words


@dataclass(frozen=True)
class BulkMove:
    """A move that can be made with many cases. `act(case, actor, cleaned data)` makes it with one."""

    title: Text
    form: type[MoveForm]
    act: Callable[[Case, User, dict[str, Any]], Any]


BULK: dict[str, BulkMove] = {
    "verify": BulkMove(
        gettext_lazy("Verify"), ReasonForm, lambda case, actor, data: actions.verify(case=case, actor=actor, **data)
    ),
    "assign": BulkMove(
        gettext_lazy("Give to an officer"),
        BulkAssignForm,
        lambda case, actor, data: actions.assign(case=case, actor=actor, instead_of=case.assignee_id, **data),
    ),
    "reply": BulkMove(
        gettext_lazy("Answer the reporter"),
        BulkReplyForm,
        lambda case, actor, data: actions.reply(case=case, actor=actor, words=responses.fill(data["words"], case)),
    ),
    "forward": BulkMove(
        gettext_lazy("Hand over to another agency"),
        ForwardForm,
        lambda case, actor, data: actions.forward(case=case, actor=actor, **data),
    ),
    "archive": BulkMove(
        gettext_lazy("Archive"), ReasonForm, lambda case, actor, data: actions.archive(case=case, actor=actor, **data)
    ),
}


class BulkPage(DeskView):
    """POST shows the form of the move for the chosen cases; POST with `confirm` makes it."""

    http_method_names: ClassVar[list[str]] = ["post"]  # type: ignore[misc]

    def post(self, request: HttpRequest) -> HttpResponse:
        name = request.POST.get("move", "")
        if name not in self.desk.bulk:
            raise Http404(name)
        cases, total = self.chosen(request)
        form = self.form(name, request.POST if "confirm" in request.POST or "template" in request.POST else None)
        if "confirm" in request.POST and cases and form.is_valid():
            return self.run(name, cases, form)
        if "template" in request.POST:
            form = self.with_template(name, request.POST)
        status = 422 if "confirm" in request.POST else 200
        move = self.desk.bulk[name]
        return self.page(
            "casework/office/bulk.html",
            title=move.title,
            crumbs=[(self.desk.url(), self.desk.incoming)],
            status=status,
            form=form,
            name=name,
            numbers=" ".join(case.number for case in cases),
            cases=cases[:20],
            count=len(cases),
            left_out=max(0, total - len(cases)),
            key=self.key(request),
            templates=responses.offered(name, None, self.desk.module),
            placeholders=[(f"{{{key}}}", label) for key, label in responses.PLACEHOLDERS.items()],
            move=move,
            query=request.POST.get("query", "")[:3000],
            bulk_url=self.desk.url("bulk"),
            list_url=self.desk.url(),
        )

    def chosen(self, request: HttpRequest) -> tuple[list[Case], int]:
        """The chosen cases that the person sees, at most MAX_CASES, and how many were meant."""
        mine = self.desk.cases(self.standing)
        if request.POST.get("scope") == "all" and "numbers" not in request.POST:
            fitting = filters.Filters.read_from(QueryDict(request.POST.get("query", "")[:3000])).apply(mine)
            total = fitting.order_by()[: 10 * bulk.MAX_CASES].count()
            rows = fitting.order_by("-received_at", "-id")
        else:
            given = request.POST.getlist("case") or request.POST.get("numbers", "").split()
            numbers = list(dict.fromkeys(number[:20] for number in given))[: bulk.MAX_CASES]
            rows, total = mine.filter(number__in=numbers).order_by("-received_at", "-id"), len(numbers)
        found = list(rows.select_related("category").only("pk", "number", "category__name")[: bulk.MAX_CASES])
        return found, total

    def form(self, name: str, data: Any) -> MoveForm:
        row = transitions.move(self.desk.module, name)
        form = self.desk.bulk[name].form(data, case=None, move=row)  # type: ignore[arg-type]
        if isinstance(form, BulkAssignForm):
            form.offer(self.standing)
        return form

    def with_template(self, name: str, given: Any) -> MoveForm:
        """The form with the words of the chosen template."""
        kept = next(
            (
                row
                for row in responses.offered(name, None, self.desk.module)
                if str(row.pk) == given.get("template_choice")
            ),
            None,
        )
        form = self.form(name, None)
        form.initial["words"] = kept.words if kept is not None else given.get("words", "")
        return form

    def key(self, request: HttpRequest) -> UUID:
        try:
            return UUID(request.POST.get("key", ""))
        except ValueError:
            return uuid4()

    def run(self, name: str, cases: list[Case], form: MoveForm) -> HttpResponse:
        key = self.key(self.request)
        actor, act = self.person, self.desk.bulk[name].act
        try:
            bulk.run(
                key=key,
                module=self.desk.module,
                move=name,
                cases=[case.pk for case in cases],
                actor=actor,
                act=lambda case: act(case, actor, form.cleaned_data),
            )
        except PermissionError as fault:
            raise Http404(key) from fault
        return redirect(self.desk.url("bulk_result", key))


class BulkResult(DeskView):
    """What was done and what was not, and why. Only for whoever did it."""

    def get(self, request: HttpRequest, uuid: UUID) -> HttpResponse:
        run = BulkRun.objects.filter(pk=uuid, actor=self.person.pk, module=self.desk.module).first()
        if run is None:
            raise Http404(uuid)
        items = list(run.items.select_related("case__category").order_by("pk")[: bulk.MAX_CASES])
        seen = set(
            self.desk.cases(self.standing).filter(pk__in=[item.case_id for item in items]).values_list("pk", flat=True)
        )
        rows = [
            {"number": i.case.number, "category": i.case.category.name, "done": i.done, "words": i.words}
            | {"url": self.desk.url("report", i.case.number) if i.case_id in seen else ""}
            for i in items
        ]
        return self.page(
            "casework/office/bulk_result.html",
            title=self.desk.bulk[run.move].title if run.move in self.desk.bulk else run.move,
            crumbs=[(self.desk.url(), self.desk.incoming)],
            refused=[row for row in rows if not row["done"]],
            done=[row for row in rows if row["done"]],
            list_url=self.desk.url(),
        )
