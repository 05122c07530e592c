"""Fills the demo: three cities with people, boundaries and content."""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from tenants import demo
from tenants.actions import ensure_hub
from tenants.models import City


def _filled(slug: str) -> tuple[list[dict[str, str]], float]:
    started = time.monotonic()
    accounts = demo.fill(City.objects.get(slug=slug))
    return accounts, time.monotonic() - started


class Command(BaseCommand):
    help = "Makes the three demo cities with their content, and lists the accounts to sign in with. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError("The demo has well-known passwords; it is filled in the embedded mode only.")
        accounts = demo.fill(ensure_hub())
        slugs = [demo.demo_city(values).slug for values in demo.CITIES]
        # Each city lives through its months in a process of its own: they have nothing to do with one another.
        workers = min(len(slugs), os.cpu_count() or 1)
        connections.close_all()
        with ProcessPoolExecutor(workers, get_context("spawn"), initializer=django.setup) as pool:
            for slug, (found, seconds) in zip(slugs, pool.map(_filled, slugs), strict=True):
                accounts += found
                self.stdout.write(f"{slug}: {seconds:.1f} s")
        target = Path(settings.STATE) / "demo-accounts.json"
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(accounts, file, indent=1, ensure_ascii=False)
