"""Real launchers in state directories of their own. Nothing here needs the test database."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from balai.launcher import processes

ROOT = Path(__file__).resolve().parents[2]
SMALL_RUN = Path(__file__).with_name("small_run.py")
# bin/test names its own servers to us; a launcher under test is to start its own.
CLEAN = {
    k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "BALAI_STATE", "CI")
}
# Somebody's own PostgreSQL: its address must not lead the embedded one's clients there.
CLEAN |= {"PGPORT": "1", "PGHOST": "nowhere.invalid"}


class Launcher:
    """One running small_run.py. `output` is what it has printed so far."""

    def __init__(self, state: Path, *command: str, runner: Sequence[str] = (sys.executable,)) -> None:
        self.state = state
        self.printed = state.with_name(state.name + ".out")
        with open(self.printed, "wb") as output:
            self.process = subprocess.Popen(
                [*runner, "-I", str(SMALL_RUN), str(state), *(command or ("sleep", "600"))],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=CLEAN,
                cwd="/",
            )

    @property
    def output(self) -> str:
        return self.printed.read_text()

    def wait_for(self, text: str, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.02)

    def stop(self, signum: int = signal.SIGINT) -> tuple[int, float]:
        """Signals the launcher. Returns its exit code and how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signum)
        return self.process.wait(timeout=20), time.monotonic() - began

    def processes(self) -> list[int]:
        return processes.processes_of(self.state.resolve())


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A temporary directory that other users can pass through (pytest's own cannot be)."""
    with tempfile.TemporaryDirectory(prefix="balai-test-", dir="/tmp") as path:
        Path(path).chmod(0o755)
        yield Path(path)


@pytest.fixture
def launch() -> Iterator[Callable[..., Launcher]]:
    """Starts launchers; whatever they leave is ended after the test."""
    started: list[Launcher] = []

    def start(state: Path, *command: str, **options: Sequence[str]) -> Launcher:
        started.append(Launcher(state, *command, **options))
        return started[-1]

    yield start
    for launcher in started:
        if launcher.process.poll() is None:
            launcher.process.kill()
            launcher.process.wait()
        processes.end(launcher.state.resolve(), grace=0)
