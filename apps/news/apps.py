from django.utils.translation import gettext_lazy as _

from balai.modules import CityModule


class NewsConfig(CityModule):
    name = "apps.news"
    label = "news"
    verbose_name = _("News")
    summary = _("News from city hall.")
    icon = "news"
