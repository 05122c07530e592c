"""The panels of a case's page that only show: what was said, what happened, the facts and the place."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from balai.casework.office.case_page import CasePanel
from balai.portal.maps import map_settings
from tenants.current import current_city


class Said(CasePanel):
    name = "said"
    title = _("What it says")
    quiet = True
    order = 10
    template_name = "casework/office/said.html"


class Story(CasePanel):
    name = "story"
    title = _("What has happened")
    order = 50
    template_name = "casework/office/timeline.html"


class Facts(CasePanel):
    name = "facts"
    title = _("About it")
    quiet = True
    aside = True
    order = 10
    template_name = "casework/office/facts.html"


class Place(CasePanel):
    name = "place"
    title = _("Place")
    quiet = True
    aside = True
    order = 30
    template_name = "casework/office/place.html"

    def is_shown(self) -> bool:
        return self.case.lat is not None

    def context(self) -> dict[str, Any]:
        here = f"{self.case.lat},{self.case.lon}"
        points = self.desk.url("point", self.case.number)
        return {"map": map_settings(current_city(), here, 16), "points": points}
