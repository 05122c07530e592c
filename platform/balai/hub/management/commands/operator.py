from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from balai.hub.actions import add_operator


class Command(BaseCommand):
    help = "Makes a person an operator of the hub: onboards cities, but has no rights inside them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("identifier", help="email address or phone number")
        parser.add_argument("--name", default="", help="needed when the person has no account yet")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            add_operator(actor=None, identifier=options["identifier"], name=options["name"])
        except ValidationError as fault:
            raise CommandError(" ".join(fault.messages)) from fault
        self.stdout.write(self.style.SUCCESS(f"{options['identifier']} is an operator of the hub."))
