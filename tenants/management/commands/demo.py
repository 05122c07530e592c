"""Fills the demo: three cities with people, boundaries and content."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from tenants import demo
from tenants.actions import ensure_hub


class Command(BaseCommand):
    help = "Makes the three demo cities with their content, and lists the accounts to sign in with. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("The demo has well-known passwords; it is filled in the embedded mode only.")
        accounts = demo.fill(ensure_hub())
        for values in demo.CITIES:
            started = time.monotonic()
            city = demo.demo_city(values)
            accounts += demo.fill(city)
            self.stdout.write(f"{city.name}: {time.monotonic() - started:.1f} s")
        target = Path(settings.STATE) / "demo-accounts.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(accounts, file, indent=1, ensure_ascii=False)
