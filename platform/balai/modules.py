"""The module contract: what a city module is and how the suite finds what it offers.

A city module is a Django app whose AppConfig subclasses :class:`CityModule`. Everything else is found by file name
(see docs/modules.md); an import error inside such a file is raised, never swallowed.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, ClassVar

from django.apps import AppConfig, apps
from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

Text = str | Promise


@dataclasses.dataclass(frozen=True, slots=True)
class Service:
    """One tile of the citizen portal.

    `url_name` is reversed inside the city's URLs; `category` is a slug of :data:`CATEGORIES`; `icon` a name of the
    icon sprite.
    """

    name: Text
    summary: Text
    icon: str
    url_name: str
    category: str


@dataclasses.dataclass(frozen=True, slots=True)
class Periodic:
    """Periodic work: the dotted name of a Celery task and how often (seconds) each city that has the module runs it."""

    task: str
    every: float


@dataclasses.dataclass(frozen=True)
class NoOptions:
    """A module that a city cannot tune."""


class CityModule(AppConfig):
    """The card of a module. Subclass it in the app's `apps.py`.

    `label` is the slug everywhere: URL prefix and namespace, GraphQL field, activation key, template folder.
    """

    default = False  # Django must not pick this base class when it looks for an app's config.

    summary: ClassVar[Text] = ""
    icon: ClassVar[str] = "apps"
    requires: ClassVar[tuple[str, ...]] = ()
    options: ClassVar[type[Any]] = NoOptions
    schedule: ClassVar[Mapping[str, Periodic]] = {}
    services: ClassVar[tuple[Service, ...]] = ()
    ways: ClassVar[Mapping[str, str]] = {}
    """Main ways that the portal's header and home page offer: a template variable (report_url, reports_url, mine_url,
    track_url, wish_url, wishes_url, my_wishes_url) → the name of a URL."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Without this Django sees two candidates in apps.py, picks a plain AppConfig, and the module vanishes silently.
        cls.default = True

    def part(self, name: str) -> ModuleType | None:
        """The module's file `name` (say "schema"), or None when it has no such file. Errors inside it are raised."""
        dotted = f"{self.name}.{name}"
        return import_module(dotted) if find_spec(dotted) else None

    def operation(self, name: str) -> Path | None:
        """The path of the module's GraphQL document `operations/<name>.graphql`, or None."""
        path = Path(self.path) / "operations" / f"{name}.graphql"
        return path if path.is_file() else None

    @property
    def has_pages(self) -> bool:
        """Whether residents find anything here; a card without content is not shown to them."""
        return find_spec(f"{self.name}.urls") is not None

    def parse_options(self, stored: Mapping[str, Any]) -> Any:
        """The module's options for one city from their stored form.

        Unknown names are ignored (a newer release may have dropped them); a wrong type raises ValueError.
        """
        values = {}
        for field in dataclasses.fields(self.options):
            if field.name not in stored:
                continue
            value, default = stored[field.name], getattr(self.options(), field.name)
            if type(value) is not type(default):
                raise ValueError(f"{self.label}.{field.name}: expected {type(default).__name__}")
            values[field.name] = value
        return self.options(**values)


def modules() -> dict[str, CityModule]:
    """Every installed city module by label, in the order of the settings."""
    return {config.label: config for config in apps.get_app_configs() if isinstance(config, CityModule)}


def module(label: str) -> CityModule:
    """The module with this label. Raises LookupError for an unknown one."""
    config = apps.get_app_config(label)
    if not isinstance(config, CityModule):
        raise LookupError(f"{label!r} is not a city module")
    return config


def parts(name: str) -> Iterator[tuple[CityModule, ModuleType]]:
    """Each module that has the file `name`, with that file imported."""
    for config in modules().values():
        found = config.part(name)
        if found is not None:
            yield config, found


def check_requirements() -> None:
    """Raises ImproperlyConfigured where a module requires one that is not installed."""
    known = modules()
    for config in known.values():
        missing = [label for label in config.requires if label not in known]
        if missing:
            raise ImproperlyConfigured(f"module {config.label} requires {', '.join(missing)}")
