"""Response templates: which are offered, and their words with the facts of a case filled in."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.casework import queries
from balai.casework.models import Case, ResponseTemplate

MAX_OFFERED = 50
PLACEHOLDERS: dict[str, Promise] = {
    "number": gettext_lazy("number of the report"),
    "category": gettext_lazy("category"),
    "agency": gettext_lazy("responsible agency"),
    "officer": gettext_lazy("officer"),
    "place": gettext_lazy("kelurahan and kecamatan"),
    "due": gettext_lazy("day on which it is due"),
}
# Any brace counts: a template with half a placeholder would be sent as it stands.
BRACED = re.compile(r"\{([^{}]*)\}")


def check_words(words: str) -> None:
    """Raises ValidationError when the words hold an unknown placeholder or a brace that belongs to none."""
    known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
    unknown = sorted({name for name in BRACED.findall(words) if name not in PLACEHOLDERS})
    if unknown:
        message = _("There is no placeholder {%(name)s}. Possible: %(known)s.")
        raise ValidationError(message % {"name": unknown[0][:40], "known": known}, code="unknown_placeholder")
    if re.search(r"[{}]", BRACED.sub("", words)):
        message = _("A curly bracket is open or left over. Placeholders are written like this: %(known)s.")
        raise ValidationError(message % {"known": known}, code="open_placeholder")


def fill(words: str, case: Case) -> str:
    """The words with what is known of the case; what is not known yet becomes a dash. Anything else stays as it is."""
    wanted = {name for name in BRACED.findall(words) if name in PLACEHOLDERS}
    return BRACED.sub(lambda found: _fact(found[1], case) if found[1] in wanted else found[0], words)


def _fact(name: str, case: Case) -> str:
    match name:
        case "number":
            value = case.number
        case "category":
            value = case.category.name
        case "agency":
            value = case.agency.name if case.agency else ""
        case "officer":
            value = queries.names_of([case.assignee_id]).get(case.assignee_id or 0, "")
        case "place":
            value = queries.place_name(case)
        case _:
            value = date_format(timezone.localtime(case.due_at), "j F Y") if case.due_at else ""
    return value or "–"


def offered(move: str, case: Case | None, module: str) -> list[ResponseTemplate]:
    """The templates for a move with a case (None: with many), in the city's order; one statement, at most
    MAX_OFFERED."""
    rows = ResponseTemplate.objects.filter(module=module, move=move, active=True)
    if case is None:
        rows = rows.filter(status="", category=None, agency=None)
    else:
        above = [pk for pk in (case.category_id, case.category.parent_id) if pk is not None]
        rows = rows.filter(
            Q(status="") | Q(status=case.status),
            Q(agency=None) | Q(agency=case.agency_id),
            Q(category=None) | Q(category__in=above) | Q(category__children__in=above),
        ).distinct()
    return list(rows.order_by("order", "name", "pk")[:MAX_OFFERED])
