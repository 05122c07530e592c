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
        "unanswered": Periodic("balai.casework.tasks.close_unanswered", 900),
        "receipts": Periodic("balai.casework.tasks.drop_receipts", 24 * 3600),
