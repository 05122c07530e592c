from django.utils.translation import gettext_lazy as _

from balai.modules import CityModule, Periodic, Service


class NewsConfig(CityModule):
    name = "apps.news"
    label = "news"
    verbose_name = _("News")
    summary = _("News from city hall.")
    icon = "news"
    services = (
        Service(
            name=_("News"),
            summary=_("What city hall does and decides."),
            icon="news",
            url_name="news:index",
            category="informasi",
        ),
    )
    schedule = {"publish": Periodic("apps.news.tasks.publish_scheduled", every=300)}
