"""One case at the desk: the base of its pages, and the page itself, which is made of panels."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import get_template
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.admin.ui.components import Component

from balai.assets import queries as assets
from balai.attachments import queries as attachments
from balai.attachments.models import Size
from balai.casework import actions, ladder, notices, numbers, queries, sla, support
from balai.casework.models import Case, Kind, Rung, TimelineEntry
from balai.casework.office.desk import DeskView
from balai.casework.routing import sentence
from balai.casework.wording import name_of_case, name_of_reporter, title_of_event
from balai.modules import Text


class CaseView(DeskView):
    """Base of the pages of one case. Another agency's case is not found, like one that does not exist.

    `address` is the last part of the page's address, `url_name` its name in `<module>.reports:…`.
    """

    address: ClassVar[str]
    url_name: ClassVar[str]

    @cached_property
    def case(self) -> Case:
        """The case as it was read for this request, with its relations."""
        number = numbers.parse(self.kwargs["number"], queries.number_prefix())
        cases = queries.with_relations(self.desk.cases(self.standing))
        found = cases.filter(number=number).first() if number else None
        if found is None:
            raise Http404("no such case at this desk")
        return found

    @cached_property
    def view(self) -> queries.View:
        """How the person stands to the case."""
        return queries.view_of(self.case, self.person, standing=self.standing)

    @property
    def case_url(self) -> str:
        return self.desk.url("report", self.case.number)

    @cached_property
    def facts(self) -> dict[str, Any]:
        """What every panel and the printed form may show."""
        case, view = self.case, self.view
        entries = queries.timeline(view)
        files = attachments.files_of(queries.ENTRY_PHOTOS, [entry.pk for entry in entries])
        names = queries.names_of([case.assignee_id, case.reporter_id, *(entry.actor_id for entry in entries)])
        first = entries[0].pk if entries else 0
        return {
            "case": case,
            "number": case.number,
            "heading": self.desk.heading(case),
            "words": self.desk.words(case),
            "has_officers": self.desk.has_officers,
            "more": self.desk.more_facts(case),
            "place": queries.place_name(case),
            "asset": self.asset(),
            "late": case.is_late,
            "due": ladder.day_of_deadline(case.due_at) if case.due_at else "",
            "due_why": sla.promise(case),
            "rung": Rung(case.rung).label if case.rung else "",
            "because": sentence(case.routed_because),
            "reporter": names.get(case.reporter_id or 0, _("account erased")) if view.shows_reporter else "",
            "officer": names.get(case.assignee_id or 0, ""),
            "photos": self.pictures(files.get(first, [])),
            "documents": self.documents(files.get(first, [])),
            "entries": [self.entry(entry, names, files.get(entry.pk, [])) for entry in entries],
            "now": timezone.now(),
        }

    def asset(self) -> dict[str, str] | None:
        """The thing that the case is about, with the address of everything reported about it."""
        if self.case.asset_id is None:
            return None
        found = assets.with_relations().get(pk=self.case.asset_id)
        return {
            "name": str(found),
            "owner": found.owner,
            "url": f"{self.desk.url()}?{urlencode({'aset': found.reference})}",
        }

    def entry(self, entry: TimelineEntry, names: dict[int, str], files: list[Any]) -> dict[str, Any]:
        return {
            "title": title_of_event(self.case.module, entry.kind),
            "at": entry.at,
            "by": self.doer(entry, names),
            "words": entry.words or self.said(entry),
            "internal": not entry.public,
            "officer": names.get(entry.data.get("officer") or 0, "") if entry.kind == Kind.ASSIGNED else "",
            "to": entry.data.get("to", "") if entry.kind == Kind.ROUTED else "",
            "rating": entry.data.get("rating"),
            # The report's own files stand above the timeline.
            "photos": [] if entry.kind == Kind.RECEIVED else self.pictures(files),
            "documents": [] if entry.kind == Kind.RECEIVED else self.documents(files),
        }

    def said(self, entry: TimelineEntry) -> str:
        """What an entry without words tells by its facts."""
        if entry.kind == Kind.SUPPORTED:
            return support.sentence(entry.data)
        return ladder.sentence(entry.data, entry.kind) if entry.kind in ladder.KINDS else ""

    def doer(self, entry: TimelineEntry, names: dict[int, str]) -> str:
        if entry.role == "reporter" and self.view.shows_reporter:
            return names.get(entry.actor_id or 0, "") or str(name_of_reporter(self.case.module))
        return queries.doer(entry, self.view, names)

    def pictures(self, files: list[Any]) -> list[dict[str, Any]]:
        return [self.picture(file) for file in files if not file.is_document]

    def documents(self, files: list[Any]) -> list[dict[str, Any]]:
        return [
            {"url": attachments.document_address(file.pk), "name": file.name, "bytes": file.bytes}
            for file in files
            if file.is_document
        ]

    def picture(self, photo: Any) -> dict[str, Any]:
        return {"url": attachments.address(photo.pk), "thumbnail": attachments.address(photo.pk, Size.THUMBNAIL)}

    def show(self, status: int = 200, **refused: Any) -> TemplateResponse:
        """The case's page. `refused`: the forms that were not accepted, by the name of their move."""
        self.refused = refused
        panels = [panel for panel in (panel_class(self) for panel_class in self.desk.panels) if panel.is_shown()]
        back = self.request.META.get("HTTP_REFERER", "")
        list_url = self.desk.url()
        return self.page(
            "casework/office/case.html",
            title=f"{capfirst(str(name_of_case(self.case.module)))} {self.case.number}",
            crumbs=[(list_url, self.desk.incoming)],
            status=status,
            main=[panel for panel in panels if not panel.aside],
            aside=[panel for panel in panels if panel.aside],
            back=back if back.split("?")[0].endswith(list_url) else list_url,
            print_url=self.desk.url("print", self.case.number),
            pdf_url=self.desk.url("pdf", self.case.number),
            chain_url=self.desk.url("chain", self.case.number),
            public_url=notices.case_path(self.case) if self.case.is_shown_to_all else "",
            **self.facts,
        )

    refused: dict[str, Any] = {}
    previewed = ""


class CasePage(CaseView):
    """One case: what it says, where it is, what happened, and what can be done."""

    address, url_name = "", "report"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        if self.case.read_at is None:
            actions.mark_read(case=self.case)
        return self.show()


class CasePanel(Component):
    """A part of a case's page: `template_name` gets the page's `facts` and what `context()` adds.

    `name` is the section's id, `title` its heading (hidden from the eye with `quiet`); `aside` panels stand beside the
    main column. `order`: 10 what was said, 30 what to do, 50 what happened, aside 10 facts, 30 place.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    quiet: ClassVar[bool] = False
    aside: ClassVar[bool] = False
    order: ClassVar[int] = 100

    def __init__(self, page: CaseView) -> None:
        self.page, self.case, self.view, self.desk = page, page.case, page.view, page.desk

    def is_shown(self) -> bool:
        """Whether there is anything to show to this person."""
        return True

    def context(self) -> dict[str, Any]:
        """What the template gets beside the page's facts."""
        return {}

    def render_html(self, parent_context: Any = None) -> SafeString:
        context = {**self.page.facts, "panel": self, "desk": self.desk, **self.context()}
        return mark_safe(get_template(self.template_name).render(context, self.page.request))  # noqa: S308
