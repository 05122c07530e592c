"""Puts the boundaries' screen into the back office."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import include, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from balai.geography import office
from tenants.current import in_a_city


@hooks.register("register_admin_urls")
def register_admin_urls() -> list[Any]:
    urls = [path("", office.boundaries, name="boundaries")]
    return [path("wilayah/", include((urls, "geography_office"), namespace="geography_office"))]


class BoundariesMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return in_a_city() and office.may_see(request.user)


@hooks.register("register_settings_menu_item")
def register_menu_item() -> MenuItem:
    url = reverse("geography_office:boundaries")
    return BoundariesMenuItem(_("Area boundaries"), url, name="boundaries", icon_name="site", order=300)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    codenames = ["add_boundaryset", "view_boundaryset"]
    return Permission.objects.filter(content_type__app_label="geography", codename__in=codenames)
