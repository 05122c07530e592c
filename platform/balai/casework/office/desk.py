"""The desk of one module, and the base of the screens and pages that it is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy
from wagtail.admin.viewsets.base import ViewSet, ViewSetGroup

from balai.agencies.queries import Act, Standing, standing_of
from balai.casework.models import Case, CaseQuerySet
from balai.modules import Text
from balai.office.screens import Screen, View, register
from tenants.modules import module_name

if TYPE_CHECKING:
    from balai.casework.office.bulk import BulkMove
    from balai.casework.office.case_page import CasePanel, CaseView
    from balai.casework.office.moves import StaffMove


class CaseDesk:
    """The desk of a module: a group in the menu, a panel on the welcome page, and all that belongs to them.

    The group is called what the city calls the module; `icon` is Wagtail's, `order` the place in the menu. A module
    adds what only it has with `screens` (viewset classes with DeskScreen), `pages` and `panels` of a case, and `moves`;
    what every desk has is in balai.casework.office.parts. `without` leaves screens of those out, a move with the name
    of one of theirs stands in its place, and `bulk` is what can be done with many cases instead of what usually can.
    """

    incoming: Text = gettext_lazy("Incoming reports")
    """What the inbox is called."""

    def __init__(
        self,
        module: str,
        *,
        icon: str = "mail",
        order: int = 50,
        screens: Iterable[type[DeskScreen]] = (),
        pages: Iterable[type[CaseView]] = (),
        panels: Iterable[type[CasePanel]] = (),
        moves: Iterable[StaffMove] = (),
        without: Iterable[type[DeskScreen]] = (),
        bulk: Mapping[str, BulkMove] | None = None,
    ) -> None:
        from balai.casework.office import parts
        from balai.casework.office.bulk import BULK

        self.module, self.icon, self.order = module, icon, order
        # A menu is made once for all cities; each calls the module what it likes.
        self.label = lazy(module_name, str)(module)
        left_out = set(without)
        self.screens = [*(screen for screen in parts.SCREENS if screen not in left_out), *screens]
        self.pages = [*parts.PAGES, *pages]
        self.panels = sorted([*parts.PANELS, *panels], key=lambda panel: panel.order)
        self.moves = {move.name: move for move in [*parts.MOVES, *moves]}
        self.bulk: Mapping[str, BulkMove] = BULK if bulk is None else bulk

    def url(self, page: str = "index", *args: Any) -> str:
        """The address of a page of the desk: "index" is the inbox, "report" (with a number) a case."""
        return reverse(f"{self.module}.reports:{page}", args=args)

    def cases(self, who: Standing) -> CaseQuerySet:
        """The module's cases that this member of staff sees because of a post."""
        return Case.objects.handled_by(who).filter(module=self.module)

    def heading(self, case: Case) -> str:
        """What heads the case's page and paper, before its place."""
        return str(case.category)

    def words(self, case: Case) -> str:
        """What the resident wrote, without what heads it already."""
        return case.description

    @property
    def has_officers(self) -> bool:
        """Whether cases are given to officers."""
        return "assign" in self.moves

    def more_facts(self, case: Case) -> list[tuple[Text, str]]:
        """What the page and the paper say about the case beyond the engine's facts: labels and words."""
        return []

    def next_moves(self, case: Case) -> tuple[str, ...]:
        """The forms that stand open on the case's page: what usually comes next."""
        # A case that has its officer is not given away by default.
        return ("approve", "verify", "assign") if case.assignee_id is None else ("approve", "verify")

    def register(self) -> None:
        """Puts the desk into the back office. To be called in the module's wagtail_hooks.py."""
        from balai.casework.office.welcome import WelcomePanel

        desk = self

        class Group(ViewSetGroup):
            menu_label = desk.label
            menu_name = desk.module
            menu_icon = desk.icon
            menu_order = desk.order
            items = tuple(screen(desk=desk, scope=desk.module) for screen in desk.screens)

        class Panel(WelcomePanel):
            scope = desk.module
            name = f"{desk.module}-desk"

        Panel.desk = desk
        register(Group, panels=[Panel])


class DeskScreen(Screen, ViewSet):
    """Mixin of the viewsets of a desk. Views that have an attribute `desk` are given it."""

    desk: CaseDesk

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        common: dict[str, Any] = super().get_common_view_kwargs(**kwargs)
        return common | {"desk": self.desk}


class DeskView(View):
    """A page of a desk, for everyone with a post that sees cases."""

    desk: CaseDesk = None  # type: ignore[assignment]

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return may_open(request)

    @property
    def standing(self) -> Standing:
        return standing(self.request)


def standing(request: HttpRequest) -> Standing:
    """The person's standing, read once per request."""
    kept: Standing | None = getattr(request, "_desk_standing", None)
    if kept is None:
        kept = standing_of(request.user)
        request._desk_standing = kept  # type: ignore[attr-defined]
    return kept


def may_open(request: HttpRequest) -> bool:
    """Whether the person has any cases to see: a post in an agency, or a city-wide one."""
    agencies = standing(request).agencies(Act.SEE)
    return agencies is None or bool(agencies)
