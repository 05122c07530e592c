"""`platform/` is a source root (docs/decisions/0001)."""

import subprocess
import sys
from pathlib import Path

from tests.launcher.conftest import ROOT


def test_platform_is_a_source_root_and_no_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists(), "it would shadow the standard library's platform"
    # As manage.py has it, with both roots before the standard library.
    code = "import manage, platform; print(platform.system()); import balai; print(balai.__file__)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    system, package = done.stdout.split("\n")[:2]
    assert system == "Linux"
    assert Path(package) == ROOT / "platform" / "balai" / "__init__.py"
