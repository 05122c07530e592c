from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from balai.accounts.actions import find_account
from balai.membership import actions
from balai.membership.models import Membership
from tenants.current import in_city
from tenants.models import City


class Command(BaseCommand):
    help = "Makes a person staff of a city (or of the hub: “public”), in groups, or gives the emergency key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("city", help="the city's slug, or public for the hub")
        parser.add_argument("identifier", help="email address or phone number")
        parser.add_argument("--name", default="", help="needed when the person has no account yet")
        parser.add_argument("--group", action="append", default=[], help="name of a group; may be given several times")
        parser.add_argument("--emergency-key", action="store_true", help="every right in this city, past all groups")
        parser.add_argument("--no-invitation", action="store_true", help="do not write to the person")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            city = City.objects.get(slug=options["city"])
        except City.DoesNotExist:
            raise CommandError(f"There is no city “{options['city']}”.") from None
        try:
            with in_city(city), transaction.atomic():
                self.add(**options)
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        self.stdout.write(self.style.SUCCESS(f"{options['identifier']} is a member of {city}."))

    def add(self, identifier: str, name: str, group: list[str], emergency_key: bool, **options: Any) -> None:
        groups = list(Group.objects.filter(name__in=group))
        unknown = set(group) - {known.name for known in groups}
        if unknown:
            there = ", ".join(Group.objects.order_by("name").values_list("name", flat=True))
            raise CommandError(f"There is no group {', '.join(sorted(unknown))}. There are: {there or 'none'}.")
        user = find_account(identifier)
        if user is not None and Membership.objects.filter(user=user).exists():
            kept = list(user.groups.all())
            actions.update_member(actor=None, user=user, groups={*kept, *groups}, active=True)
        else:
            user = actions.add_member(
                actor=None, identifier=identifier, name=name, groups=groups, invite=not options["no_invitation"]
            )
        if emergency_key:
            actions.set_emergency_key(actor=None, user=user, given=True)
