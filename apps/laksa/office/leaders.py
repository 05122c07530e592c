"""What so many residents support that it was laid before the Sekda or the mayor: for them and for the command room."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from apps.laksa import queries
from apps.laksa.office.moderation import may_moderate
from balai.agencies.models import Role
from balai.agencies.queries import Act
from balai.attachments.queries import signed_in
from balai.casework import ladder
from balai.casework.office.desk import DeskScreen, DeskView, standing
from balai.office.screens import PageScreen, Panel

PER_PAGE = 25
TITLES = {
    Role.SEKDA: gettext_lazy("Laid before the Sekda"),
    Role.MAYOR: gettext_lazy("Laid before the mayor"),
}
NAMES = {Role.SEKDA: gettext_lazy("Sekda"), Role.MAYOR: gettext_lazy("Mayor")}


def sees_lists(request: HttpRequest) -> bool:
    """Whether the person holds a post of the whole city: the command room, the Sekda and the mayor do."""
    return standing(request).agencies(Act.SEE) is None


def lists_of(request: HttpRequest) -> list[Role]:
    """Whose lists such a person sees."""
    if may_moderate(request):
        return list(TITLES)
    user = signed_in(request.user)
    held = {post.role for post in ladder.posts_on_rungs(user, standing(request))} if user is not None else set()
    return [role for role in TITLES if role in held]


class Leaders(DeskView):
    """What was laid before one of them and waits for an official answer, or (`?jawaban=sudah`) does not any more.

    Each sees their own, a deputy that of whoever is away, the command room that of both (`?pimpinan=mayor`).
    """

    page_title = gettext_lazy("Laid before the leaders")
    header_icon = "group"

    @classmethod
    def is_allowed(cls, request: HttpRequest) -> bool:
        return sees_lists(request)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        roles = lists_of(request)
        role = next((role for role in roles if role == request.GET.get("pimpinan")), roles[0])
        over = request.GET.get("jawaban") == "sudah"
        laid = queries.laid_before(role).filter(~queries.WAITS if over else queries.WAITS)
        counts = queries.laid_counts(roles)
        pages = Paginator(laid.select_related("case__category", "case__agency"), PER_PAGE)
        pages.count = counts[role][over]
        shown = pages.get_page(request.GET.get("p"))
        return self.page(
            "laksa/office/leaders.html",
            title=TITLES[role],
            tiles=[
                {
                    "count": counts[other][is_over],
                    "over": is_over,
                    "role": other,
                    "name": NAMES[other] if len(roles) > 1 else "",
                    "current": (other, is_over) == (role, over),
                }
                for other in roles
                for is_over in (False, True)
            ],
            rows=[self.row(aspiration) for aspiration in shown.object_list],
            shown=shown,
            role=role,
            over=over,
        )

    def row(self, aspiration: Any) -> dict[str, Any]:
        case, now = aspiration.case, timezone.now()
        until = timezone.localdate(aspiration.answered_at or case.closed_at or now)
        due = aspiration.answer_due_at
        return {
            "aspiration": aspiration,
            "case": case,
            "title": queries.title_of(case.description),
            "url": self.desk.url("report", case.number),
            # Negative where the answer was there before so many supported it.
            "days": (until - timezone.localdate(aspiration.laid_at)).days,
            "late": due is not None and due < now,
        }


class LeadersScreen(DeskScreen, PageScreen):
    name = "leaders"
    menu_label = gettext_lazy("Laid before the leaders")
    icon = "group"
    view_class = Leaders


class LeadersPanel(Panel):
    """On the welcome page of the Sekda and the mayor: how many before them wait for an official answer."""

    scope = queries.MODULE
    name = "laksa-leaders"
    order = 6
    template_name = "laksa/office/leaders_panel.html"

    def is_shown(self) -> bool:
        return sees_lists(self.request) and not may_moderate(self.request)

    def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
        url = reverse(f"{queries.MODULE}.leaders:index")
        counts = queries.laid_counts(lists_of(self.request))
        tiles = [
            {"title": TITLES[role], "count": waiting, "url": f"{url}?pimpinan={role}"}
            for role, (waiting, _over) in counts.items()
        ]
        return {"tiles": tiles, "name": self.name}
