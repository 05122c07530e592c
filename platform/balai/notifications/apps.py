from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from balai.modules import Periodic


class NotificationsConfig(AppConfig):
    name = "balai.notifications"
    label = "notifications"
    verbose_name = _("Notifications")

    schedule: ClassVar[Mapping[str, Periodic]] = {
        "sweep": Periodic(task="balai.notifications.tasks.sweep", every=30),
        "prune": Periodic(task="balai.notifications.tasks.prune", every=6 * 3600),
    }
