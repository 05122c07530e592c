"""What a city may change about any module that takes cases. Read it with queries.options_of."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class CaseOptions:
    """A module's own options extend these."""

    name: str = field(
        default="",
        metadata={
            "label": _("Name of the service in this city"),
            "help": _("For example RABEG. Empty: the module's own name."),
            "max": 30,
        },
    )
    full_name: str = field(
        default="",
        metadata={
            "label": _("What the name stands for"),
            "help": _("For example Reaksi Atas Berita Warga."),
            "max": 100,
        },
    )
    guests: bool = field(
        default=True,
        metadata={
            "label": _("People may report without an account"),
            "help": _("They follow their report with a tracking code."),
        },
    )
    check_results: bool = field(
        default=False,
        metadata={
            "label": _("Results are checked before a report is done"),
            "help": _("The operator compares the photos and approves the work or sends it back."),
        },
    )
    reopen_days: int = field(
        default=14,
        metadata={
            "label": _("Days in which the reporter may have a finished report reopened"),
            "min": 0,
            "max": 365,
        },
    )
    reporter_answer_days: int = field(
        default=10,
        metadata={
            "label": _("Working days that the reporter has to answer a question"),
            "help": _("Without an answer the report is then archived (SP4N-LAPOR: 10)."),
            "min": 1,
            "max": 90,
        },
    )
