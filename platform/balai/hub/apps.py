from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HubConfig(AppConfig):
    """The hub's own back office, where operators onboard cities. It has no tables."""

    name = "balai.hub"
    label = "hub"
    verbose_name = _("Hub")
