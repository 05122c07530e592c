"""Each thing that can be wrong with a machine is one clear line and exit code 1, never a traceback."""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from balai.launcher import failure, install, run
from balai.launcher.failure import Failure
from tests.launcher.conftest import CLEAN, ROOT

OFFLINE = {
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_EXTRA_INDEX_URL": "",
    "PIP_FIND_LINKS": "",
    "PIP_NO_CACHE_DIR": "1",
}


def bin_run(*arguments: str, root: Path = ROOT, state: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [root / "bin" / "run", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env={**CLEAN, "PYTHON": sys.executable, "BALAI_STATE": str(state), **env},
        check=False,
    )


def assert_one_line(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done
    assert done.stderr.startswith("balai: ")
    assert done.stderr.count("\n") == 1
    for word in words:
        assert word in done.stderr


def test_port_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert_one_line(bin_run("--port", port, state=tmp_path / "state"), f"Port {port} is taken", "--port")


@pytest.mark.parametrize("port", ["0", "65536", "eighty"])
def test_a_port_that_is_none(tmp_path: Path, port: str) -> None:
    done = bin_run("--port", port, state=tmp_path / "state")
    assert done.returncode == 2
    assert "argument --port" in done.stderr


def test_python_too_old(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$2" in *print*) echo 3.9 ;; *) exit 1 ;; esac\n')
    old.chmod(0o755)
    assert_one_line(bin_run(state=tmp_path / "state", PYTHON=str(old)), "Python 3.11 or newer", "is 3.9")


def test_no_python(tmp_path: Path) -> None:
    assert_one_line(
        bin_run(state=tmp_path / "state", PYTHON="no-such-python"), "Python 3.11 or newer", "none was found"
    )


def test_no_venv_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(Failure, match="apt-get install python3-venv"):
        install._make_venv(supervisor=None)  # type: ignore[arg-type]  # not reached


def test_state_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert_one_line(bin_run(state=tmp_path / "file" / "state"), "Not a directory")


def test_disk_full(tmp_path: Path) -> None:
    mounted = tmp_path / "small"
    mounted.mkdir()
    script = f'mount -t tmpfs -o size=1m none "{mounted}" && exec "{ROOT}/bin/run" --port 0{_free_port()}'
    done = subprocess.run(
        ["unshare", *([] if os.geteuid() == 0 else ["--map-root-user"]), "--mount", "sh", "-c", script],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**CLEAN, "PYTHON": sys.executable, "BALAI_STATE": str(mounted / "state")},
        check=False,
    )
    if "unshare:" in done.stderr or "mount:" in done.stderr:
        pytest.skip(f"no small disk can be made here: {done.stderr}")
    assert_one_line(done, "The disk is full", str(mounted))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def test_no_network_on_the_first_start(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT / "bin", checkout / "bin")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "platform/balai/launcher", checkout / "platform/balai/launcher", ignore=ignored)
    shutil.copy(ROOT / "platform/balai/__init__.py", checkout / "platform/balai")
    for lock in ROOT.glob("requirements*.lock"):
        shutil.copy(lock, checkout)
    done = bin_run("--port", str(_free_port()), root=checkout, state=tmp_path / "state", **OFFLINE)
    assert_one_line(done, "could not be reached; is there a network connection?")
    assert (checkout / ".venv").exists(), "the next start goes on from here"


def test_reset_asks_and_cannot_without_a_terminal(tmp_path: Path) -> None:
    state = tmp_path / "state"
    (state / "media").mkdir(parents=True)
    done = bin_run("--reset", "--port", str(_free_port()), state=state)
    assert_one_line(done, "--reset asks first", "--yes")
    assert (state / "media").exists()


def test_reset_leaves_what_is_not_ours(tmp_path: Path) -> None:
    state = run.State(tmp_path / "state")
    for name in ("media/tangerang", "postgres", "somebody-elses"):
        (state.path / name).mkdir(parents=True)
    (state.path / "media/tangerang/photo.jpg").touch()
    first = state.secret_key()
    state.erase()
    assert [path.name for path in state.path.iterdir()] == ["somebody-elses"]
    assert state.secret_key() != first
    assert (state.path / "secret-key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("output", "cause"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("PANIC: could not write to file: Disk quota exceeded", "The disk is full"),
        ("npm error code ENOTFOUND", "registry could not be reached"),
        ("Temporary failure in name resolution", "registry could not be reached"),
    ],
)
def test_known_causes_are_named(output: str, cause: str) -> None:
    assert cause in (failure.explain(output) or "")


def test_an_unknown_cause_is_not_guessed() -> None:
    assert failure.explain("ValueError: invalid literal") is None
