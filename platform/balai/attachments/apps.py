from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from balai.modules import Periodic


class AttachmentsConfig(AppConfig):
    name = "balai.attachments"
    label = "attachments"
    verbose_name = _("Attachments")
    schedule = {"sweep": Periodic("balai.attachments.tasks.sweep_uploads", 3600)}
