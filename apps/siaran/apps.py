from django.utils.translation import gettext_lazy as _

from balai.modules import CityModule


class SiaranConfig(CityModule):
    name = "apps.siaran"
    label = "siaran"
    verbose_name = _("SIARAN")
    summary = _("Report what is broken in your city and follow it until it is mended.")
    icon = "megaphone"
