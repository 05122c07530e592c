"""What bin/run relies on in the checkout itself."""

import re
import subprocess
import sys

import pytest

from tests.launcher.conftest import ROOT


def pins(lock: str) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE)
    return dict(found)


def test_the_launcher_needs_the_standard_library_only() -> None:
    # -I -S: neither .venv nor site-packages, as on a fresh machine.
    launcher = ROOT / "platform" / "balai" / "launcher"
    done = subprocess.run([sys.executable, "-I", "-S", launcher, "run", "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "--no-demo" in done.stdout


def test_the_development_lock_holds_the_runtime_lock() -> None:
    # bin/test stamps both, so that a later bin/run does not install again.
    development = pins("requirements-dev.lock")
    assert {name: development.get(name) for name in pins("requirements.lock")} == pins("requirements.lock")


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.lock")))
def test_locks_have_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in text
    assert "--index" not in text


@pytest.mark.parametrize("command", ["run", "test", "translations"])
def test_commands_are_executable(command: str) -> None:
    assert (ROOT / "bin" / command).stat().st_mode & 0o111 == 0o111
