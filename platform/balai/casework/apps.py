from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from balai.modules import Periodic


class CaseworkConfig(AppConfig):
    name = "balai.casework"
    label = "casework"
    verbose_name = _("Casework")
    photo_doors = {"case_entry": "balai.casework.queries.photo_access"}
    schedule = {"transfers": Periodic("balai.casework.tasks.sweep_transfers", 60)}
