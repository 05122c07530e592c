from django.utils.translation import gettext_lazy as _

from balai.modules import CityModule


class JobsConfig(CityModule):
    name = "apps.jobs"
    label = "jobs"
    verbose_name = _("Jobs")
    summary = _("Vacancies of verified employers.")
    icon = "briefcase"
