from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "balai.portal"
    label = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from balai.portal.catalogues import merge_catalogues

        merge_catalogues()
