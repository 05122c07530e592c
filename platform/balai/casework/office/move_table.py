"""The table of statuses and moves of this city, for administrators."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from balai.audit.models import Entry
from balai.casework import queries, transitions
from balai.casework.actions.move_table import Wanted, current, set_moves
from balai.casework.lifecycle import Move, Reason, Status
from balai.casework.office.desk import CaseDesk, DeskScreen
from balai.office.screens import PageScreen, View

HISTORY = 20


def staff_moves(module: str) -> dict[str, Move]:
    """The moves that a city may change: those of its own people that the module has at all."""
    return {name: move for name, move in transitions.table(module).items() if move.act is not None and move.sources}


class MoveTable(View):
    """Which move is possible in which status; switches, demanded reasons, narrowed sources."""

    desk: CaseDesk = None  # type: ignore[assignment]
    permission = "casework.change_movesetting"
    page_title = gettext_lazy("Statuses and moves")

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(current(self.desk.module, staff_moves(self.desk.module)))

    def post(self, request: HttpRequest) -> HttpResponse:
        given = request.POST
        wanted = {
            name: Wanted(
                f"on-{name}" in given,
                f"reason-{name}" in given,
                frozenset(status.value for status in move.sources if f"{name}-{status.value}" in given),
            )
            for name, move in staff_moves(self.desk.module).items()
        }
        try:
            changed = set_moves(module=self.desk.module, wanted=wanted, actor=self.person)
        except ValidationError as fault:
            return self.show(wanted, fault.messages, 422)
        if changed:
            names = ", ".join(str(transitions.table(self.desk.module)[name].label) for name in changed)
            messages.success(request, _("Changed: %(moves)s. It counts from now on.") % {"moves": names})
        else:
            messages.info(request, _("Nothing was changed."))
        return redirect(f"{self.desk.module}.moves:index")

    def show(self, table: dict[str, Wanted], faults: list[str] | None = None, status: int = 200) -> HttpResponse:
        rows = [
            {
                "name": name,
                "label": move.label,
                "to": move.target.label if move.target else "",
                "enabled": table[name].enabled,
                "reason": move.reason.value,
                "reason_demanded": table[name].reason_demanded or move.reason is Reason.DEMANDED,
                "cells": [
                    {
                        "status": item,
                        "possible": item in move.sources,
                        "kept": item.value in table[name].sources,
                        "field": f"{name}-{item.value}",
                    }
                    for item in Status
                ],
            }
            for name, move in staff_moves(self.desk.module).items()
        ]
        return self.page(
            "casework/office/move_table.html",
            status=status,
            rows=rows,
            statuses=list(Status),
            faults=faults or [],
            history=self.history(),
        )

    def history(self) -> list[dict[str, Any]]:
        """Who changed what, newest first."""
        entries = list(
            Entry.objects.filter(verb="casework.move_set", target__startswith=f"{self.desk.module}:")[:HISTORY]
        )
        names = queries.names_of(entry.actor_id for entry in entries)
        labels = {name: move.label for name, move in transitions.table(self.desk.module).items()}
        return [
            {
                "at": entry.at,
                "by": names.get(entry.actor_id or 0, ""),
                "move": labels.get(entry.target.partition(":")[2], entry.target),
                "was": entry.details["was"],
                "now": entry.details["now"],
            }
            for entry in entries
        ]


class MoveTableScreen(DeskScreen, PageScreen):
    name = "moves"
    menu_label = gettext_lazy("Statuses and moves")
    icon = "list-ul"
    view_class = MoveTable
