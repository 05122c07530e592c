"""The desk on the welcome page."""

from __future__ import annotations

from typing import Any, ClassVar

from balai.agencies.queries import Act
from balai.casework.office import filters
from balai.casework.office.desk import CaseDesk, may_open, standing
from balai.office.screens import Panel


class WelcomePanel(Panel):
    """How many cases wait for the person's agencies, and how many are late."""

    desk: ClassVar[CaseDesk]
    name: ClassVar[str]
    order = 10
    template_name = "casework/office/welcome.html"

    def is_shown(self) -> bool:
        return may_open(self.request)

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        who = standing(self.request)
        counts = filters.counts(self.desk.cases(who), self.desk.module)
        sees_all = who.agencies(Act.SEE) is None
        about = {"name": self.name, "label": self.desk.label, "list_url": self.desk.url()}
        return {"counts": counts, "sees_all": sees_all, **about}
