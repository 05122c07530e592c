"""Writes about cities: making one, switching its modules, changing its state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context, schema_exists

from balai.modules import module, modules
from tenants import provisioning
from tenants.middleware import cache_key
from tenants.models import HUB_SCHEMA, Activation, City, Domain

RESERVED_SLUGS = {"www", "hub", "api", "admin", "static", "media", "mail", "public", provisioning.TEMPLATE_SCHEMA}


def schema_name_for(slug: str) -> str:
    """The schema of the city with this slug, for example "kota_serang"."""
    return "kota_" + slug.replace("-", "_")


def ensure_hub() -> City:
    """The hub's own row and its hosts (HUB_HOST); made if missing."""
    with schema_context(HUB_SCHEMA), transaction.atomic():
        hub, _created = City.objects.get_or_create(
            schema_name=HUB_SCHEMA,
            defaults={"name": "Balai", "short_name": "Balai", "slug": "public", "state": City.State.ACTIVE},
        )
        for host in {settings.HUB_HOST, "127.0.0.1"} if settings.EMBEDDED else {settings.HUB_HOST}:
            Domain.objects.get_or_create(domain=host, defaults={"tenant": hub, "is_primary": host == settings.HUB_HOST})
        return hub


def create_city(
    *,
    name: str,
    short_name: str,
    slug: str,
    code: str = "",
    domain: str = "",
    modules: Iterable[str] = (),
    state: str = City.State.ACTIVE,
    **fields: Any,
) -> City:
    """Makes a city with its schema, its first host and its modules: all of it or nothing.

    `domain` defaults to <slug>.<HUB_HOST>; `fields` are further fields of City. Raises ValidationError with a message
    per field.
    """
    domain = (domain or f"{slug}.{settings.HUB_HOST}").lower()
    city = City(
        name=name, short_name=short_name, slug=slug, code=code, schema_name=schema_name_for(slug), state=state, **fields
    )
    with schema_context(HUB_SCHEMA):
        if slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _("“%(slug)s” is reserved. Choose another address.") % {"slug": slug}})
        city.full_clean()
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", domain):
            raise ValidationError({"domain": _("“%(domain)s” is not a host name.") % {"domain": domain}})
        if Domain.objects.filter(domain=domain).exists():
            raise ValidationError({"domain": _("“%(domain)s” already leads to a city.") % {"domain": domain}})
        if schema_exists(city.schema_name):
            raise ValidationError({"slug": _("A schema for this address already exists.")})
        # Outside the transaction: it may have to run migrations first.
        provisioning.schema_dump()
        with transaction.atomic():
            city.save()
            Domain.objects.create(domain=domain, tenant=city, is_primary=True)
            provisioning.replay(city.schema_name)
            for label in modules:
                activate(city, label)
    return city


def activate(city: City, label: str, options: Mapping[str, Any] | None = None) -> Activation:
    """Switches a module on, with what it requires, and stores its options (None: as they were).

    Raises LookupError for an unknown module, ValueError for options of a wrong type.
    """
    config = module(label)
    config.parse_options(options or {})
    with schema_context(HUB_SCHEMA), transaction.atomic():
        for required in config.requires:
            activate(city, required)
        values: dict[str, Any] = {"active": True}
        if options is not None:
            values["options"] = dict(options)
        activation, _created = Activation.objects.update_or_create(city=city, module=label, defaults=values)
        forget_city(city)
    return activation


def deactivate(city: City, label: str) -> None:
    """Switches a module off; its data stays. Raises ValueError while an active module requires it."""
    with schema_context(HUB_SCHEMA), transaction.atomic():
        active = set(city.activations.filter(active=True).values_list("module", flat=True))
        dependants = [other for other, config in modules().items() if other in active and label in config.requires]
        if dependants:
            raise ValueError(f"{label} is required by {', '.join(dependants)}")
        Activation.objects.filter(city=city, module=label).update(active=False)
        forget_city(city)


def change_state(city: City, state: str) -> None:
    """Opens or suspends a city."""
    with schema_context(HUB_SCHEMA), transaction.atomic():
        city.state = state
        city.save(update_fields=["state"])
        forget_city(city)


def forget_city(city: City) -> None:
    """Makes every web process read the city anew, now and once more when the transaction has committed."""
    hosts = list(Domain.objects.filter(tenant=city).values_list("domain", flat=True))

    def forget() -> None:
        with schema_context(HUB_SCHEMA):
            cache.delete_many([cache_key(host) for host in hosts])

    for attribute in ("options_by_module", "host"):
        city.__dict__.pop(attribute, None)
        if isinstance(connection.tenant, City) and connection.tenant.pk == city.pk:
            connection.tenant.__dict__.pop(attribute, None)
    forget()
    transaction.on_commit(forget)
