"""Which modules the current city has switched on. Reads only; see tenants.actions for the switches."""

from __future__ import annotations

from typing import Any

from balai.modules import CityModule, module, modules
from tenants.current import current_city, in_a_city
from tenants.models import City


def active_modules(city: City | None = None) -> dict[str, CityModule]:
    """The active and installed modules of the city (default: the current one) by label; none on the hub."""
    if city is None:
        if not in_a_city():
            return {}
        city = current_city()
    active = city.options_by_module
    return {label: config for label, config in modules().items() if label in active}


def is_active(label: str) -> bool:
    """Whether the current city has the module switched on."""
    return in_a_city() and label in current_city().options_by_module


def module_options(label: str) -> Any:
    """The module's options dataclass as the current city has set it."""
    return module(label).parse_options(current_city().options_by_module.get(label, {}))


def module_name(label: str) -> str:
    """What the module is called in the current city: its option `name` where the city has set one (RABEG)."""
    return getattr(module_options(label), "name", "") or str(module(label).verbose_name)
