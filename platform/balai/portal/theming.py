"""The theme engine: which templates, colours and pictures a city shows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import connection
from django.template import Origin
from django.template.loaders.cached import Loader as CachedLoader
from django.template.loaders.filesystem import Loader as FilesystemLoader
from django.utils._os import safe_join


def theme_slugs() -> tuple[str, ...]:
    """The theme folders to look in, the city's own first."""
    own = getattr(connection.tenant, "theme", "")
    return (own, "base") if own and own != "base" else ("base",)


class FolderLoader(FilesystemLoader):
    """Finds templates in themes/<city's theme>/templates, then in themes/base/templates."""

    def get_template_sources(self, template_name: str) -> Iterator[Origin]:
        for slug in theme_slugs():
            root = settings.THEMES_ROOT / slug / "templates"
            yield Origin(name=safe_join(str(root), template_name), template_name=template_name, loader=self)


class ThemeLoader(CachedLoader):
    """Keeps compiled templates under the theme's name, so that one city's override never reaches another."""

    def __init__(self, engine: Any) -> None:
        super().__init__(
            engine,
            ["balai.portal.theming.FolderLoader", "django.template.loaders.app_directories.Loader"],
        )

    def cache_key(self, template_name: str, skip: list[Origin] | None = None) -> str:
        return "/".join((*theme_slugs(), super().cache_key(template_name, skip)))
