from django.utils.translation import gettext_lazy as _

from balai.modules import CityModule


class LaksaConfig(CityModule):
    name = "apps.laksa"
    label = "laksa"
    verbose_name = _("LAKSA")
    summary = _("The aspiration box: say what you wish for your city.")
    icon = "bulb"
