"""Starts processes, waits for them, restarts the ones that crash, and ends all of them."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from balai.launcher import processes
from balai.launcher.console import Console
from balai.launcher.failure import Failure, Interrupted, explain
from balai.launcher.state import State

TICK = 0.05  # seconds between looks at the children
APPLICATION_GRACE = 4.0
STOP_SECONDS = 9.0  # for everything, applications included; 10 are promised
LONGEST_PAUSE = 30.0  # seconds between restarts of a process that keeps crashing
STEADY = 60.0  # seconds after which a process counts as having come up well
QUOTED_LINES = 15


@dataclass(frozen=True)
class Service:
    """A process that is kept running. `prefix` drops privileges; `death_signal` is what it gets if we are killed."""

    name: str
    command: Sequence[str]
    cwd: Path
    prefix: Sequence[str] = ()
    death_signal: str = "TERM"
    # Servers stop after the processes that use them.
    server: bool = False


@dataclass
class Child:
    """One running, or soon to be restarted, process of a service."""

    service: Service
    process: subprocess.Popen[str]
    started: float = field(default_factory=time.monotonic)
    crashes: int = 0
    restart_at: float | None = None


class Supervisor:
    """Owns every process of one state directory. Use it as a context manager: leaving the block ends them all."""

    def __init__(self, state: State, console: Console, env: Mapping[str, str]) -> None:
        self.state = state
        self.console = console
        self.env = {**env, processes.MARKER: str(state.path), "SPT_NOENV": "1"}
        self.children: dict[str, Child] = {}
        self._signalled = 0
        self._handlers: dict[int, object] = {}

    def __enter__(self) -> "Supervisor":
        processes.adopt_orphans()
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._handlers[signum] = signal.signal(signum, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        for signum, handler in self._handlers.items():
            signal.signal(signum, handler)  # type: ignore[arg-type]  # what signal.signal itself returned

    def _on_signal(self, signum: int, _frame: FrameType | None) -> None:
        self._signalled = signum

    def tick(self, seconds: float = TICK) -> None:
        """One turn of a waiting loop: redraws the timer, sleeps. Raises Interrupted once a signal has come."""
        if self._signalled:
            raise Interrupted(self._signalled)
        self.console.tick()
        time.sleep(seconds)

    # -- steps ---------------------------------------------------------------------------------------------------------
    def run(self, log: str, command: Sequence[str], *, cwd: Path, why: str, prefix: Sequence[str] = ()) -> None:
        """Runs a command to its end, its output in a log. Raises Failure with `why` and the last lines if it fails."""
        path = self.state.log(log)
        offset = path.stat().st_size if path.exists() else 0
        process = processes.spawn(command, env=self.env, cwd=cwd, log=path, prefix=prefix)
        try:
            while process.poll() is None:
                self.tick()
        except Interrupted:
            _end_quickly(process)
            raise
        if process.returncode:
            raise failed_step(why, path, offset)

    # -- services ------------------------------------------------------------------------------------------------------
    def start(self, service: Service) -> Child:
        """Starts a service and keeps it running from then on (while `watch` or `wait_until` runs)."""
        child = Child(service, self._spawn(service))
        self.children[service.name] = child
        return child

    def _spawn(self, service: Service) -> subprocess.Popen[str]:
        return processes.spawn(
            service.command,
            env=self.env,
            cwd=service.cwd,
            log=self.state.log(service.name),
            prefix=service.prefix,
            death_signal=service.death_signal,
        )

    def wait_until(self, ready: Callable[[], bool], service: Service, seconds: float) -> None:
        """Waits for a service just started. Raises Failure with its last lines when it ends or is not ready in time."""
        child = self.children[service.name]
        deadline = time.monotonic() + seconds
        while not ready():
            self.tick()
            if child.process.poll() is not None:
                raise failed_step(f"{service.name} ended while starting", self.state.log(service.name))
            if time.monotonic() > deadline:
                raise failed_step(f"{service.name} was not ready after {seconds:.0f} s", self.state.log(service.name))

    def watch(self) -> None:
        """Restarts what crashes, until a signal comes. Raises Interrupted then."""
        while True:
            self.tick(0.2)
            self.look_after()

    def look_after(self) -> None:
        """One look at every service: notices crashes, restarts what has waited long enough, reaps orphans."""
        now = time.monotonic()
        for child in self.children.values():
            name = child.service.name
            if child.restart_at is not None:
                if now >= child.restart_at:
                    child.process, child.started, child.restart_at = self._spawn(child.service), now, None
            elif (code := child.process.poll()) is not None:
                # What it left of itself would hold the port or the data.
                processes.signal_group(child.process.pid, signal.SIGKILL)
                child.crashes = 1 if now - child.started > STEADY else child.crashes + 1
                pause = min(2.0 ** (child.crashes - 1), LONGEST_PAUSE)
                child.restart_at = now + pause
                self.console.line(
                    f"{name} stopped unexpectedly ({how_it_ended(code)}); starting it again in {pause:.0f} s. "
                    f"Log: {self.state.log(name)}"
                )
        processes.reap(child.process.pid for child in self.children.values())

    # -- the end -------------------------------------------------------------------------------------------------------
    def stop(self) -> None:
        """Ends everything: first the processes that use the servers, then the servers, then whatever is still there.

        A second Ctrl-C, or TERM, takes the patience out of it.
        """
        self._signalled = 0
        now = time.monotonic()
        self._stop([c for c in self.children.values() if not c.service.server], now + APPLICATION_GRACE)
        # PostgreSQL writes all its memory to disk first; cut off, its next start has to read the log instead.
        self._stop([c for c in self.children.values() if c.service.server], now + STOP_SECONDS)
        self.children.clear()
        processes.end(self.state.path, grace=0)
        processes.reap(())

    def _stop(self, children: Sequence[Child], deadline: float) -> None:
        for child in children:
            if child.process.poll() is None:
                child.process.send_signal(signal.Signals[f"SIG{child.service.death_signal}"])
        while any(c.process.poll() is None for c in children) and time.monotonic() < deadline and not self._signalled:
            time.sleep(TICK)
        for child in children:
            processes.signal_group(child.process.pid, signal.SIGKILL)
            child.process.wait()


def _end_quickly(process: subprocess.Popen[str]) -> None:
    processes.signal_group(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(timeout=2)
    processes.signal_group(process.pid, signal.SIGKILL)
    process.wait()


def how_it_ended(code: int) -> str:
    """ "exit code 3" or "signal SIGKILL", from a Popen's returncode."""
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def failed_step(why: str, log: Path, offset: int = 0) -> Failure:
    """A Failure that quotes the end of a log from `offset` (bytes) on, and names the cause where it is a known one."""
    try:
        with open(log, "rb") as file:
            file.seek(max(offset, os.path.getsize(log) - 20_000))
            text = file.read().decode(errors="replace")
    except OSError:
        text = ""
    quoted = "\n".join(text.rstrip().splitlines()[-QUOTED_LINES:])
    cause = explain(text)
    # A known cause is the whole story; the lines would only bury it.
    return Failure(f"{why}: {cause}. Log: {log}") if cause else Failure(f"{why}. Log: {log}", details=quoted)
