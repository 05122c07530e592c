"""Writes about cities: making one, switching its modules, changing its state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_tenants.utils import schema_context, schema_exists

from balai.modules import module, modules
from tenants import provisioning
from tenants.connection import connection
from tenants.middleware import cache_key
from tenants.models import HUB_SCHEMA, Activation, Adoption, City, Domain, Training

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
        check_host(domain, None)
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


def check_host(host: str, city: City | None) -> None:
    """Raises ValidationError for field "domain" where this is no host name or another city (or the hub) has it."""
    if len(host) > 253 or not re.fullmatch(
        r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", host
    ):
        raise ValidationError({"domain": _("“%(domain)s” is not a host name.") % {"domain": host}})
    if Domain.objects.filter(domain=host).exclude(tenant=city).exists():
        raise ValidationError({"domain": _("“%(domain)s” already leads to a city.") % {"domain": host}})


def set_domains(city: City, hosts: Sequence[str]) -> None:
    """The host names that lead to the city, all of them; the first is its primary address.

    Raises ValidationError for field "domain"; then nothing is changed.
    """
    wanted = list(dict.fromkeys(host.strip().lower() for host in hosts if host.strip()))
    if not wanted:
        raise ValidationError({"domain": _("A city needs at least one host name.")})
    with schema_context(HUB_SCHEMA), transaction.atomic():
        for host in wanted:
            check_host(host, city)
        forget_city(city)  # the hosts that go, too
        city.domains.exclude(domain__in=wanted).delete()
        for host in wanted:
            Domain.objects.update_or_create(domain=host, defaults={"tenant": city, "is_primary": host == wanted[0]})
        forget_city(city)


def record_adoption(city: City, *, trainings: Iterable[Mapping[str, Any]] | None = None, **fields: Any) -> Adoption:
    """Writes the city's adoption record; `trainings` (date, topic, participants) replaces the list of trainings.

    Raises ValidationError with a message per field; then nothing is changed.
    """
    with schema_context(HUB_SCHEMA), transaction.atomic():
        adoption = Adoption.objects.select_for_update().filter(city=city).first() or Adoption(city=city)
        for name, value in fields.items():
            setattr(adoption, name, value)
        unknown = [label for label in adoption.modules if label not in modules()]
        if unknown:
            raise ValidationError({"modules": _("Unknown modules: %(labels)s") % {"labels": ", ".join(unknown)}})
        adoption.full_clean()
        adoption.save()
        if trainings is not None:
            adoption.trainings.all().delete()
            for values in trainings:
                training = Training(adoption=adoption, **values)
                training.full_clean()
                training.save()
    return adoption


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


def change_city(city: City, **fields: Any) -> City:
    """Changes fields of a city (its name, language, middle of the map, …) but not its schema, address or state.

    Raises ValidationError with a message per field; then nothing is changed.
    """
    if fixed := {"schema_name", "slug", "state"} & fields.keys():
        raise TypeError(f"change_city does not change {', '.join(sorted(fixed))}")
    with schema_context(HUB_SCHEMA), transaction.atomic():
        changed = City.objects.select_for_update().get(pk=city.pk)
        for name, value in fields.items():
            setattr(changed, name, value)
        changed.full_clean()
        changed.save(update_fields=list(fields))
        forget_city(changed)
    return changed


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
