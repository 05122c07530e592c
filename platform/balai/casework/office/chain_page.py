"""Whether a case's timeline is as it was written: its chain of hashes, entry by entry."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.casework import chain, queries
from balai.casework.models import TimelineEntry
from balai.casework.office.case_page import CaseView
from balai.casework.wording import title_of_event


class ChainPage(CaseView):
    """The chain of one case with the verdict in plain words, fit to print."""

    address = url_name = "chain"

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        entries = list(TimelineEntry.objects.filter(case=self.case).select_related("agency").order_by("sequence"))
        faults = chain.faults(self.case, entries)
        names = queries.names_of(entry.actor_id for entry in entries)
        return self.page(
            "casework/office/chain.html",
            title=_("Chain of %(number)s") % {"number": self.case.number},
            crumbs=[(self.desk.url(), self.desk.incoming), (self.case_url, self.case.number)],
            case=self.case,
            case_url=self.case_url,
            whole=not faults,
            faults=faults,
            head=self.case.timeline_head,
            rows=[self.row(entry, names) for entry in entries],
            now=timezone.now(),
        )

    def row(self, entry: TimelineEntry, names: dict[int, str]) -> dict[str, Any]:
        return {
            "sequence": entry.sequence,
            "title": title_of_event(self.case.module, entry.kind),
            "at": entry.at,
            "by": self.doer(entry, names),
            "hash": entry.hash,
            "erased": not entry.words_salt,
        }
