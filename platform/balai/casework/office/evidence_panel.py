"""The result of a case at the desk: before and after side by side, what was measured, and what does not fit."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.attachments.models import Size
from balai.attachments.queries import address, photos_of
from balai.casework import evidence
from balai.casework.models import Kind, TimelineEntry
from balai.casework.office.case_page import CasePanel
from balai.casework.queries import ENTRY_PHOTOS


class Evidence(CasePanel):
    name = "evidence"
    title = gettext_lazy("Result and evidence")
    order = 20
    template_name = "casework/office/evidence.html"

    @cached_property
    def result(self) -> TimelineEntry | None:
        """The last entry that says that the work is finished."""
        found = TimelineEntry.objects.filter(case=self.case, kind__in=evidence.RESULTS)
        return found.order_by("-sequence").first()

    def is_shown(self) -> bool:
        return self.view.is_staff and self.result is not None

    def context(self) -> dict[str, Any]:
        assert self.result is not None
        flagged = TimelineEntry.objects.filter(case=self.case, kind=Kind.FLAGGED).order_by("-sequence")[:10]
        after = photos_of(ENTRY_PHOTOS, [self.result.pk]).get(self.result.pk, [])
        return {
            "after": [self.page.picture(photo) for photo in after],
            "measured": self.measured(self.result.data.get("evidence", {})),
            "findings": [self.finding(found) for entry in flagged for found in entry.data["findings"]],
        }

    def measured(self, facts: dict[str, Any]) -> list[str]:
        """What is known of where and when, also that it is not known."""
        if "metres" not in facts:
            place = _("Where the photos were taken is not known.")
        elif facts["by"] == "photo":
            place = _("Photos taken %(metres)s m from the place of the report.") % facts
        else:
            place = _("The phone was %(metres)s m from the place of the report.") % facts
        if "early" not in facts:
            return [place, _("When the photos were taken is not known.")]
        # Otherwise a finding says so.
        return [place] if facts["early"] else [place, _("Taken after the task was taken up.")]

    def finding(self, found: dict[str, Any]) -> dict[str, Any]:
        """A finding with the other case and its photo, where it is about one."""
        number, photo = found.get("number"), found.get("photo")
        return {
            "text": evidence.sentence(found),
            "url": self.desk.url("report", number) if number else "",
            "thumbnail": address(photo, Size.THUMBNAIL) if photo else "",
        }
