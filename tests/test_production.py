"""Outside the embedded mode nothing starts by accident, and what starts is safe by Django's own list."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NEEDED = {
    "SECRET_KEY": "k" * 20 + "0123456789abcdefghijklmnopqrstuvwxyz-ABCDEF",
    "FIELD_KEYS": "2026:a-secret-of-some-length-for-the-fields",
    "HUB_HOST": "balai.example",
    "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
    "BROKER_URL": os.environ.get("BROKER_URL", ""),
    "EMAIL_URL": "smtp://localhost:25",
}


def check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_production_installation_passes_djangos_check() -> None:
    result = check(NEEDED)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_missing_is_named_and_nothing_starts(name: str) -> None:
    result = check({key: value for key, value in NEEDED.items() if key != name})
    assert result.returncode != 0
    assert f"{name} is not set" in result.stderr
