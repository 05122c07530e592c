"""The moderation queue: what waits for review and what residents reported, with acts for the ticked ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.laksa import actions, queries
from apps.laksa.models import Aspiration, Comment, CommentReport, Rule
from balai.accounts.models import User
from balai.agencies.queries import Act
from balai.attachments.models import Size
from balai.attachments.queries import address, photos_of
from balai.casework.errors import CaseError
from balai.casework.models import TimelineEntry, Visibility
from balai.casework.office.desk import DeskScreen, DeskView, standing
from balai.casework.queries import ENTRY_PHOTOS
from balai.modules import Text
from balai.office.screens import PageScreen, Panel

PER_LIST = 25
MAX_REASON = 300
MODULE = queries.MODULE


def may_moderate(request: HttpRequest) -> bool:
    """Whether the person decides about what waits: the command room does."""
    return standing(request).role_for(Act.ASSIGN, None) is not None


@dataclass(frozen=True)
class Asked:
    """What the moderator typed beside the button."""

    reason: str
    rule: Rule | None


def _publish(row: Any, actor: User, _asked: Asked) -> None:
    if isinstance(row, Comment):
        actions.publish_comment(comment=row, actor=actor)
    else:
        actions.publish(case=row.case, actor=actor)


def _hide(row: Any, actor: User, asked: Asked) -> None:
    actions.hide_comment(comment=row, actor=actor, reason=asked.reason)


def _reject(row: Any, actor: User, asked: Asked) -> None:
    if asked.rule is None:
        raise ValidationError({"rule": _("Choose the rule.")})
    actions.reject(case=row.case, actor=actor, rule=asked.rule, reason=asked.reason)


@dataclass(frozen=True)
class Queue:
    """One list of the screen. `acts` are the names of the buttons; `second` is the one that needs a reason."""

    name: str
    title: Text
    empty: Text
    rows: Callable[[], Any]
    publish: Text
    second: str
    second_label: Text


ACTS: dict[str, Callable[[Any, User, Asked], None]] = {"publish": _publish, "hide": _hide, "reject": _reject}
QUEUES = (
    Queue(
        "aspirations",
        gettext_lazy("Aspirations that wait for review"),
        gettext_lazy("No aspiration waits for review."),
        queries.held_aspirations,
        gettext_lazy("Publish the ticked aspirations"),
        "reject",
        gettext_lazy("Reject the ticked aspirations"),
    ),
    Queue(
        "comments",
        gettext_lazy("Comments that wait for review"),
        gettext_lazy("No comment waits for review."),
        queries.held_comments,
        gettext_lazy("Publish the ticked comments"),
        "hide",
        gettext_lazy("Hide the ticked comments"),
    ),
    Queue(
        "reported",
        gettext_lazy("Comments that residents reported"),
        gettext_lazy("No reported comment is unread."),
        queries.shown_and_reported,
        gettext_lazy("Leave the ticked comments"),
        "hide",
        gettext_lazy("Hide the ticked reported comments"),
    ),
)


class Moderation(DeskView):
    """The lists; POST does one act with the ticked rows of one list, each judged for itself."""

    page_title = gettext_lazy("Moderation")
    header_icon = "view"

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return may_moderate(request)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show()

    def post(self, request: HttpRequest) -> HttpResponse:
        queue = next((queue for queue in QUEUES if queue.name == request.POST.get("queue")), None)
        act = request.POST.get("act", "")
        if queue is None or act not in ("publish", queue.second):
            return self.show(400)
        ticked = _numbers(request.POST.getlist("row"))
        if not ticked:
            return self.refused(queue, _("Nothing is ticked."), ticked)
        rule = _numbers([request.POST.get("rule", "")])
        asked = Asked(request.POST.get("reason", ""), Rule.objects.filter(active=True, pk__in=rule).first())
        if act != "publish":
            if not asked.reason.strip():
                return self.refused(queue, _("Write the reason."), ticked)
            if act == "reject" and asked.rule is None:
                return self.refused(queue, _("Choose the rule."), ticked)
        done, faults = self.run(queue, act, ticked, asked)
        if faults and not done:
            return self.refused(queue, " ".join(faults), ticked)
        words = ngettext("%(count)d entry is done.", "%(count)d entries are done.", done) % {"count": done}
        messages.success(request, words)
        for fault in faults:
            messages.error(request, fault)
        return redirect(request.path)

    def run(self, queue: Queue, act: str, ticked: Sequence[int], asked: Asked) -> tuple[int, list[str]]:
        """Does it with each that still waits; how many that were, and what was refused. Each is wholly done or not."""
        rows = {row.pk: row for row in queue.rows().filter(pk__in=ticked)}
        done, faults = 0, []
        for pk in ticked:
            row = rows.get(pk)
            if row is None:
                faults.append(_("One of them does not wait any more."))
                continue
            try:
                ACTS[act](row, self.person, asked)
            except ValidationError as fault:
                faults += fault.messages
            except CaseError as fault:
                faults.append(str(fault))
            else:
                done += 1
        return done, list(dict.fromkeys(faults))

    def refused(self, queue: Queue, fault: str, ticked: Sequence[int]) -> TemplateResponse:
        given = {
            "reason": self.request.POST.get("reason", "")[:MAX_REASON],
            "rule": self.request.POST.get("rule", ""),
            "ticked": set(ticked),
            "fault": fault,
        }
        return self.show(422, {queue.name: given})

    def show(self, status: int = 200, given: dict[str, dict[str, Any]] | None = None) -> TemplateResponse:
        given = given or {}
        lists = {queue.name: list(_related(queue)[: PER_LIST + 1]) for queue in QUEUES}
        reports = _reports(row.pk for name in ("comments", "reported") for row in lists[name][:PER_LIST])
        photos = _photos(row.pk for row in lists["aspirations"][:PER_LIST])
        return self.page(
            "laksa/office/moderation.html",
            status=status,
            queues=[
                {
                    "queue": queue,
                    "rows": [self.row(row, reports, photos) for row in lists[queue.name][:PER_LIST]],
                    "more": len(lists[queue.name]) > PER_LIST,
                    "given": given.get(queue.name, {}),
                }
                for queue in QUEUES
            ],
            rules=list(queries.rules()),
            appeals=[
                {"row": row, "title": queries.title_of(row.case.description), "url": self.case_url(row.case.number)}
                for row in queries.open_appeals()[:PER_LIST]
            ],
            per_list=PER_LIST,
            longest=MAX_REASON,
        )

    def case_url(self, number: str) -> str:
        return self.desk.url("report", number)

    def row(self, row: Any, reports: dict[int, list[str]], photos: dict[int, list[dict[str, str]]]) -> dict[str, Any]:
        case = row.case
        shown = {
            "pk": row.pk,
            "title": queries.title_of(case.description),
            "number": case.number,
            "url": self.case_url(case.number),
            "why": row.get_held_for_display() if row.held_for else "",
        }
        if isinstance(row, Aspiration):
            return shown | {
                "at": case.received_at,
                "words": queries.text_of(case.description),
                "photos": photos.get(row.pk, []),
                "facts": [case.category.name, row.get_kind_display(), Visibility(row.wanted_visibility).label],
            }
        return shown | {
            "at": row.at,
            "words": row.text,
            "facts": [_author(row), *reports.get(row.pk, [])],
        }


def _author(comment: Comment) -> str:
    """Who said it. Of whoever hides their name as the aspiration's author the queue does not tell it either."""
    if comment.author is None:
        return _("account erased")
    if comment.case.name_hidden and comment.author_id == comment.case.reporter_id:
        return _("the author, whose name is hidden")
    return str(comment.author.name)


def _related(queue: Queue) -> Any:
    return queue.rows().select_related(*(("case__category",) if queue.name == "aspirations" else ("case", "author")))


def _photos(case_ids: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """The photos with which aspirations were sent, by the case: two statements."""
    received = TimelineEntry.objects.filter(case__in=list(case_ids), sequence=1)
    cases = dict(received.values_list("pk", "case_id"))
    found = photos_of(ENTRY_PHOTOS, cases)
    return {
        cases[entry]: [{"url": address(row.pk), "thumbnail": address(row.pk, Size.THUMBNAIL)} for row in rows]
        for entry, rows in found.items()
    }


def _reports(comments: Iterable[int]) -> dict[int, list[str]]:
    """Why residents reported them, most common reason first with their number, and what they wrote: one statement."""
    found: dict[int, list[CommentReport]] = {}
    for report in CommentReport.objects.filter(comment__in=list(comments)).order_by("pk")[: 50 * PER_LIST]:
        found.setdefault(report.comment_id, []).append(report)
    told = {}
    for pk, rows in found.items():
        labels = [str(row.get_reason_display()) for row in rows]
        counted = sorted(dict.fromkeys(labels), key=lambda label: -labels.count(label))
        words = [f"“{row.words}”" for row in rows if row.words][:3]
        told[pk] = [*(f"{label} ×{labels.count(label)}" for label in counted), *words]
    return told


def _numbers(given: Iterable[str]) -> list[int]:
    """Those that are ids, at most PER_LIST."""
    return list(dict.fromkeys(int(pk) for pk in given if pk.isascii() and pk.isdecimal() and len(pk) < 18))[:PER_LIST]


class ModerationScreen(DeskScreen, PageScreen):
    name = "moderation"
    menu_label = gettext_lazy("Moderation")
    icon = "view"
    view_class = Moderation


class ModerationPanel(Panel):
    """On the welcome page: how much waits for a moderator."""

    scope = MODULE
    name = "laksa-moderation"
    order = 11
    template_name = "laksa/office/moderation_panel.html"

    def is_shown(self) -> bool:
        return may_moderate(self.request)

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        counts = {
            name: f"{queries.MAX_WAITING}+" if count > queries.MAX_WAITING else str(count)
            for name, count in queries.waiting_counts().items()
        }
        waits = any(count != "0" for count in counts.values())
        return {"counts": counts, "waits": waits, "url": reverse(f"{MODULE}.moderation:index"), "name": self.name}
