from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InboxConfig(AppConfig):
    """The pages about messages; the messages themselves are in balai.notifications, below."""

    name = "balai.inbox"
    label = "inbox"
    verbose_name = _("Inbox")
