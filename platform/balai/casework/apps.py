from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from balai.modules import Periodic
from balai.notifications.kinds import MessageKind


class CaseworkConfig(AppConfig):
    name = "balai.casework"
    label = "casework"
    verbose_name = _("Casework")
    photo_doors = {"case_entry": "balai.casework.queries.photo_access"}
    schedule: ClassVar[Mapping[str, Periodic]] = {
        "transfers": Periodic("balai.casework.tasks.sweep_transfers", 60),
        "sweep": Periodic("balai.casework.tasks.sweep", 60),
        "figures": Periodic("balai.casework.tasks.update_figures", 120),
        "receipts": Periodic("balai.casework.tasks.drop_receipts", 24 * 3600),
        "contacts": Periodic("balai.casework.tasks.erase_old_contacts", 3600),
        "followers": Periodic("balai.casework.tasks.tell_followers", 60),
    }
    message_kinds: ClassVar[Mapping[str, MessageKind]] = {
        "reports": MessageKind(_("What becomes of my reports")),
        "following": MessageKind(_("Reports and areas that I follow"), digest=True),
        "tasks": MessageKind(_("Tasks that are given to me"), staff=True, digest=True),
        "desk": MessageKind(_("What arrives at the desk"), staff=True, digest=True),
        "escalations": MessageKind(_("Late cases that reach me"), staff=True, urgent=True),
    }
    message_doors: ClassVar[Mapping[str, str]] = {"case": "balai.casework.told.access"}
    digests = ("balai.casework.digests.sections",)
    working_days = "balai.casework.digests.is_working_day"
    photo_visitor = "balai.casework.visitors.guest_of"
