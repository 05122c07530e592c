"""Puts the register of assets into the back office."""

from __future__ import annotations

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from wagtail import hooks

from balai.assets.office import AssetsGroup
from balai.office.screens import register

register(AssetsGroup)


@hooks.register("register_permissions")
def register_permissions() -> QuerySet[Permission]:
    return Permission.objects.filter(content_type__app_label="assets", codename="add_assetimport")
