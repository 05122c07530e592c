from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from wagtail.users.apps import WagtailUsersAppConfig


class OfficeConfig(AppConfig):
    name = "balai.office"
    label = "office"
    verbose_name = _("Back office")
    default = True

    def ready(self) -> None:
        from balai.office.one_city import prepare_wagtail

        prepare_wagtail()


class CityUsers(WagtailUsersAppConfig):
    """Wagtail's users app; its listings and forms know that rights are per city."""

    default = False
    user_viewset = "balai.membership.office.MemberViewSet"
