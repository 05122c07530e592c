from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CaseworkConfig(AppConfig):
    name = "balai.casework"
    label = "casework"
    verbose_name = _("Casework")
    photo_doors = {"case_entry": "balai.casework.queries.photo_access"}
