from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from balai.modules import Periodic
from balai.notifications.kinds import MessageKind


class NotificationsConfig(AppConfig):
    name = "balai.notifications"
    label = "notifications"
    verbose_name = _("Notifications")
    message_kinds: ClassVar[Mapping[str, MessageKind]] = {
        "digest": MessageKind(_("Daily digest"), staff=True, listed=False),
    }

    schedule: ClassVar[Mapping[str, Periodic]] = {
        "sweep": Periodic(task="balai.notifications.tasks.sweep", every=30),
        "digests": Periodic(task="balai.notifications.tasks.send_digests", every=120),
        "prune": Periodic(task="balai.notifications.tasks.prune", every=6 * 3600),
    }
