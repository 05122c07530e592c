from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from balai.modules import Periodic


class AccountsConfig(AppConfig):
    name = "balai.accounts"
    label = "accounts"
    verbose_name = _("Accounts")

    schedule: ClassVar[Mapping[str, Periodic]] = {
        "sweep": Periodic(task="balai.accounts.tasks.sweep", every=600),
        "clear_sessions": Periodic(task="balai.accounts.tasks.clear_sessions", every=6 * 3600),
    }
