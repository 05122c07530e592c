from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from balai.casework.options import CaseOptions
from balai.modules import CityModule, Periodic, Service, Text
from balai.notifications.kinds import MessageKind

REVIEWED = (
    ("nobody", _("Nobody: all appears at once")),
    ("new", _("New residents")),
    ("known", _("New and known residents")),
    ("everyone", _("Everyone")),
)


@dataclass(frozen=True)
class LaksaOptions(CaseOptions):
    """What a city may change about LAKSA."""

    guests: bool = field(
        default=False,
        metadata={
            "label": _("People may send aspirations without an account"),
            "help": _("They follow their aspiration with a tracking code."),
        },
    )
    check_results: bool = field(
        default=True,
        metadata={
            "label": _("The command room checks the evidence before an aspiration is done"),
            "help": _("It compares evidence and aspiration, and approves or sends back."),
        },
    )
    review_aspirations: str = field(
        default="new", metadata={"label": _("Whose aspirations wait for review"), "choices": REVIEWED}
    )
    review_comments: str = field(
        default="new", metadata={"label": _("Whose comments wait for review"), "choices": REVIEWED}
    )
    known_after: int = field(
        default=3,
        metadata={"label": _("Accepted contributions after which a resident is known"), "min": 1, "max": 100},
    )
    trusted_after: int = field(
        default=15,
        metadata={"label": _("Accepted contributions after which a resident is trusted"), "min": 1, "max": 1000},
    )
    watched_words: list[str] = field(
        default_factory=list,
        metadata={
            "label": _("Words that are looked at first"),
            "help": _("What contains one of them waits for review. One per line."),
        },
    )
    comments_per_hour: int = field(
        default=10, metadata={"label": _("Comments of one resident within an hour"), "min": 1, "max": 100}
    )
    reports_to_hold: int = field(
        default=3,
        metadata={"label": _("Reports by residents after which a comment waits for review"), "min": 1, "max": 100},
    )
    answer_threshold: int = field(
        default=50,
        metadata={
            "label": _("Supporters from whom on an official answer is due"),
            "help": _("0: never for that reason."),
            "min": 0,
            "max": 1_000_000,
        },
    )
    answer_days: int = field(
        default=10, metadata={"label": _("Working days for that official answer"), "min": 1, "max": 250}
    )
    sekda_threshold: int = field(
        default=250,
        metadata={
            "label": _("Supporters from whom on it is laid before the city secretary (Sekda)"),
            "help": _("0: never for that reason."),
            "min": 0,
            "max": 1_000_000,
        },
    )
    mayor_threshold: int = field(
        default=1_000,
        metadata={
            "label": _("Supporters from whom on it is laid before the mayor"),
            "help": _("0: never for that reason."),
            "min": 0,
            "max": 1_000_000,
        },
    )
    appeal_days: int = field(
        default=14,
        metadata={"label": _("Days in which the author may appeal against a rejection"), "min": 1, "max": 365},
    )


class LaksaConfig(CityModule):
    name = "apps.laksa"
    label = "laksa"
    verbose_name = _("LAKSA")
    summary = _("The aspiration box: say what you wish for your city.")
    icon = "bulb"
    options = LaksaOptions
    services = (
        Service(
            name=_("Send an aspiration"),
            summary=_("What you wish for your city: a suggestion, a criticism, a question."),
            icon="bulb",
            url_name="laksa:submit",
            category="pengaduan",
        ),
        Service(
            name=_("Aspirations of the residents"),
            summary=_("Support what others wish for, and see what the city answered."),
            icon="users",
            url_name="laksa:aspirations",
            category="partisipasi",
        ),
    )
    ways: ClassVar[Mapping[str, str]] = {
        "wish_url": "laksa:submit",
        "wishes_url": "laksa:aspirations",
        "my_wishes_url": "laksa:mine",
    }
    case_moves = "apps.laksa.moves.TABLE"
    case_name = pgettext_lazy("case", "aspiration")
    case_reporter = _("Author")
    case_events: ClassVar[Mapping[str, Text]] = {
        "received": _("Aspiration received"),
        "routed": _("Disposed to the responsible agency"),
        "finished": _("Fulfilled"),
        "message": _("Message of the author"),
        "rated": _("Rated by the author"),
        "asked": _("Changes asked of the author"),
        "checking": _("Reported as fulfilled, evidence being checked"),
        "approved": _("Evidence approved"),
        "returned": _("Evidence sent back"),
        "edited": _("Words changed"),
        "merged": _("Joined with another aspiration"),
        "unmerged": _("Parted from the other aspiration"),
        "supported": _("Others support it"),
        "split": _("Further agencies asked"),
        "task_closed": _("A further agency has answered"),
        "revealed": _("Identity of the author looked at"),
    }
    schedule: ClassVar[Mapping[str, Periodic]] = {
        "figures": Periodic("apps.laksa.tasks.update_figures", 120),
        "thresholds": Periodic("apps.laksa.tasks.keep_promises", 600),
        "weekly": Periodic("apps.laksa.tasks.tell_the_mayor", 1800),
        "drafts": Periodic("apps.laksa.tasks.drop_old_drafts", 24 * 3600),
    }
    message_kinds: ClassVar[Mapping[str, MessageKind]] = {
        "comments": MessageKind(_("What becomes of my comments")),
        "weekly": MessageKind(_("The aspirations of the week, for the mayor"), staff=True),
    }
