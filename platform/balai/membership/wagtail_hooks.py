from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.views.account import NameEmailSettingsPanel

from balai.membership.office import ProviderScreens, closed_bulk_actions
from balai.office.screens import register

register(ProviderScreens)

for action in closed_bulk_actions:
    # Late, so that they stand in the place of Wagtail's own of the same name.
    hooks.register("register_bulk_action", action, order=100)

# Name and address belong to the account and are changed on its own page, where a new address is verified.
NameEmailSettingsPanel.is_active = lambda self: False


@hooks.register("register_account_menu_item")
def own_account(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("account"),
        "label": _("Your account"),
        "help_text": _("Name, email address, phone number, password and second factor."),
    }
