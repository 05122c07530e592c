from collections.abc import Mapping
from typing import ClassVar

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from balai.modules import Periodic


class AssetsConfig(AppConfig):
    name = "balai.assets"
    label = "assets"
    verbose_name = _("Assets")

    schedule: ClassVar[Mapping[str, Periodic]] = {
        "imports": Periodic(task="balai.assets.tasks.resume_imports", every=60),
    }
