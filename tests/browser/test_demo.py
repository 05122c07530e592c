"""The demo of three cities, as bin/run has filled them. First of the browser tests: before anybody changes anything."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.browser.conftest import ROOT, Installation


def test_the_demo_cities_live_what_the_suite_can_do(balai: Installation) -> None:
    check = Path(__file__).with_name("check_demo.py")
    paths = {"PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "platform")))}
    done = subprocess.run(
        [sys.executable, check], env=balai.environment() | paths, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines() == ["serang siaran", "tangerang laksa", "tangerang-selatan siaran"]
