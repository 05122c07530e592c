"""bin/test: the same set-up as bin/run, then every check, each named and timed; one summary at the end."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from balai.launcher import install, processes, run
from balai.launcher.console import Console
from balai.launcher.failure import Failure, Interrupted
from balai.launcher.install import DEVELOPMENT_LOCK, ROOT
from balai.launcher.state import State
from balai.launcher.supervisor import Supervisor

CHROMIUM = "/usr/bin/chromium"
PARALLEL = 2
# Nothing listens there: tests that need a web server start their own.
UNUSED_PORT = 8000
LOUD = "!" * 100


@dataclass(frozen=True)
class Result:
    """How one check went. `remark` is its last line where that tells more than the name (pytest's counts)."""

    name: str
    passed: bool
    seconds: float
    remark: str = ""


def check(arguments: list[str]) -> int:
    """Runs all checks, or only pytest with `arguments` if there are any. Returns the exit code; raises Failure."""
    console = Console()
    state = State(Path(os.environ.get("BALAI_STATE") or ROOT / ".balai-test"))
    state.lock("bin/test")
    state.rotate_logs()
    run.recover(state, console)
    install.check_disk(state.path)
    with Supervisor(state, console, run.child_environment(state, UNUSED_PORT)) as supervisor:
        run.prepare(supervisor, DEVELOPMENT_LOCK)
        run.start_servers(supervisor, durable=False)
        run.write_environment(supervisor)
        if arguments:
            _static_files(supervisor)
            has_chromium(supervisor)
            return _pytest(supervisor, arguments)[0]
        return _report(console, _all(supervisor))


def _static_files(supervisor: Supervisor) -> None:
    with supervisor.console.step("Static files"):
        if not run.collect_static(supervisor):
            supervisor.console.note("unchanged")


def _all(supervisor: Supervisor) -> list[Result]:
    python, manage = install.python(), [install.python(), "manage.py"]
    results = [
        _check(supervisor, name, command)
        for name, command in (
            ("ruff check", [python, "-m", "ruff", "check", "."]),
            ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
            ("mypy", [python, "-m", "mypy"]),
            ("import-linter", [str(install.VENV / "bin" / "lint-imports")]),
            ("migrations complete", [*manage, "makemigrations", "--check", "--dry-run"]),
            ("schema.graphql up to date", [*manage, "schema", "--check"]),
            ("translations complete", [python, "-m", "balai.launcher.catalogs", "check"]),
        )
    ]
    began = time.monotonic()
    try:
        _static_files(supervisor)
    except Failure as failure:
        supervisor.console.line(failure.details)
        results.append(Result("static files", False, time.monotonic() - began, str(failure)))
    began = time.monotonic()
    browser = has_chromium(supervisor)
    if not browser and os.environ.get("CI"):
        results.append(
            Result("chromium", False, time.monotonic() - began, "needed for the browser tests, not optional in CI")
        )
    _headline(supervisor.console, "pytest")
    began = time.monotonic()
    code, last = _pytest(
        supervisor, ["-n", str(PARALLEL), "--dist", "loadscope", *(() if browser else ("-m", "not browser"))]
    )
    remark = last if browser else f"{last} - WITHOUT the browser tests"
    return [*results, Result("pytest", code == 0, time.monotonic() - began, remark)]


def _check(supervisor: Supervisor, name: str, command: Sequence[str]) -> Result:
    _headline(supervisor.console, name)
    began = time.monotonic()
    code, last = _stream(supervisor, command)
    return Result(name, code == 0, time.monotonic() - began, "" if code == 0 else last)


def _pytest(supervisor: Supervisor, arguments: Sequence[str]) -> tuple[int, str]:
    return _stream(supervisor, [install.python(), "-m", "pytest", *arguments])


def _stream(supervisor: Supervisor, command: Sequence[str]) -> tuple[int, str]:
    """Runs a command, its output going to ours as it comes. Returns exit code and last line."""
    env = {**supervisor.env, "PY_COLORS": "0", "BALAI_CHROMIUM": chromium()}
    # pytest-django would read the settings before tests/conftest.py has set their environment.
    env.pop("DJANGO_SETTINGS_MODULE", None)
    process = processes.spawn(command, env=env, cwd=ROOT, log=None, pipe=True, death_signal="KILL")
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    last, rest = "", b""
    try:
        while True:
            # Asked before reading: what it wrote last is then still read.
            ended = process.poll() is not None
            chunk = _read(process)
            if chunk:
                sys.stdout.buffer.write(chunk)
                sys.stdout.flush()
                *lines, rest = (rest + chunk).split(b"\n")
                last = next((line.decode(errors="replace") for line in reversed(lines) if line.strip()), last)
            elif ended:
                return process.returncode, rest.decode(errors="replace").strip() or last
            else:
                supervisor.tick()
    except Interrupted:
        # pytest ends its fixtures (servers, browsers) on SIGINT.
        processes.signal_group(process.pid, signal.SIGINT)
        try:
            process.wait(timeout=4)
        except subprocess.TimeoutExpired:
            processes.signal_group(process.pid, signal.SIGKILL)
            process.wait()
        raise
    finally:
        process.stdout.close()


def _read(process: "subprocess.Popen[str]") -> bytes:
    """What the command has written since; nothing when it is silent or has closed its output."""
    assert process.stdout is not None
    try:
        return os.read(process.stdout.fileno(), 65536)
    except BlockingIOError:
        return b""


# -- Chromium ----------------------------------------------------------------------------------------------------------
def chromium() -> str:
    """The browser that the browser tests drive."""
    return os.environ.get("BALAI_CHROMIUM") or CHROMIUM


def has_chromium(supervisor: Supervisor) -> bool:
    """Whether there is a browser, after trying to install Debian's. Says loudly when there is none."""
    if os.access(chromium(), os.X_OK):
        return True
    _headline(supervisor.console, "chromium (apt-get install)")
    if why := _install_chromium(supervisor):
        supervisor.console.line(LOUD)
        supervisor.console.line(f"BROWSER TESTS ARE SKIPPED: {chromium()} is missing and cannot be installed: {why}")
        supervisor.console.line(LOUD)
        return False
    return True


def _install_chromium(supervisor: Supervisor) -> str:
    """Installs Debian's Chromium. Returns why it could not, or nothing."""
    if not shutil.which("apt-get"):
        return "there is no apt-get here"
    as_root: list[str] = []
    if os.geteuid() != 0:
        if (
            not shutil.which("sudo")
            or subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode
        ):
            return "this user is not root and sudo asks for a password (apt-get install chromium)"
        as_root = ["sudo", "-n"]
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "-o", "Dpkg::Use-Pty=0"]
    wanted = [*apt, "install", "-y", "--no-install-recommends", "chromium"]
    # The package lists may be missing or old; only then are they fetched.
    for command in (wanted, [*apt, "update"], wanted):
        with contextlib.suppress(Failure):
            supervisor.run("chromium", command, cwd=ROOT, why="apt-get failed")
        if os.access(CHROMIUM, os.X_OK):
            return ""
    return f"apt-get install chromium failed, see {supervisor.state.log('chromium')}"


# -- report ------------------------------------------------------------------------------------------------------------
def _headline(console: Console, name: str) -> None:
    console.line(f"\n=== {name} ===")


def _report(console: Console, results: Sequence[Result]) -> int:
    console.line("\n=== summary ===")
    for result in results:
        console.line(
            f"{'ok  ' if result.passed else 'FAIL'} {result.name:28} {result.seconds:7.1f} s  {result.remark}".rstrip()
        )
    failed = [result.name for result in results if not result.passed]
    if failed:
        raise Failure(f"{len(failed)} of {len(results)} checks failed: {', '.join(failed)}")
    console.line(f"All {len(results)} checks passed.")
    return 0
