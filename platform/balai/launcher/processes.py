"""Processes of one state directory: starting them, finding the ones left behind, ending them."""

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

# In the environment of everything a supervisor starts, naming its state directory: how a later start finds what a
# killed one left behind. PostgreSQL and Valkey write their title over their environment; those are known by their
# working directory, which is their data directory.
MARKER = "BALAI_SUPERVISED"
SERVER_DIRECTORIES = {"postgres": "postgres", "valkey": "valkey"}

PR_SET_CHILD_SUBREAPER = 36
KILL_SECONDS = 2.0  # A killed process that is still there then hangs in the kernel; waiting longer does not help.


def adopt_orphans() -> None:
    """Makes this process the parent of its descendants' orphans, so that it can reap them."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def spawn(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: Path | None,
    prefix: Sequence[str] = (),
    death_signal: str = "TERM",
    pipe: bool = False,
) -> subprocess.Popen[str]:
    """Starts a command in a session of its own that gets `death_signal` when the supervisor dies.

    `prefix` drops privileges (see servers.Account) and comes before setpriv, because changing the user clears the death
    signal. Output is appended to `log`, goes to a pipe, or to the supervisor's own stdout if neither is asked for.
    """
    output = open(log, "ab") if log else None  # noqa: SIM115  (closed below, once the child has it)
    try:
        return subprocess.Popen(
            [*prefix, "setpriv", f"--pdeathsig={death_signal}", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipe else output,
            stderr=subprocess.STDOUT if pipe or output else None,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
            text=True,
            errors="replace",
        )
    finally:
        if output:
            output.close()


def signal_group(pid: int, signum: int) -> None:
    """Signals the process group that `spawn` made for this pid; a group that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signum)


def processes_of(state: Path) -> list[int]:
    """Pids of all live processes started for this state directory, by us or by an earlier supervisor."""
    marker = os.fsencode(f"{MARKER}={state}")
    directories = {str(state / name): comm for name, comm in SERVER_DIRECTORIES.items()}
    spared = _ancestors()
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit() or int(entry) in spared:
            continue
        if _environment_has(entry, marker) or _runs_in(entry, directories):
            found.append(int(entry))
    return found


def end(state: Path, *, grace: float) -> int:
    """Ends every process of the state directory, politely for `grace` seconds and then not. Returns their number.

    PostgreSQL takes SIGINT as "disconnect everyone and shut down"; its SIGTERM would wait for the clients.
    """
    first = processes_of(state)
    _signal(first, signal.SIGINT, only="postgres")
    _signal(first, signal.SIGTERM, but="postgres")
    deadline = time.monotonic() + grace
    while (left := processes_of(state)) and time.monotonic() < deadline:
        time.sleep(0.05)
        reap(())
    deadline = time.monotonic() + KILL_SECONDS
    while left and time.monotonic() < deadline:
        _signal(left, signal.SIGKILL)
        time.sleep(0.02)
        reap(())
        left = processes_of(state)
    return len(first)


def reap(known: Iterable[int]) -> None:
    """Waits for adopted orphans that have ended; `known` pids have a Popen that waits for them."""
    spared = set(known)
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return
        if ended is None or ended.si_pid in spared:
            return
        try:
            os.waitpid(ended.si_pid, 0)
        except ChildProcessError:
            return


def _signal(pids: Iterable[int], signum: int, *, only: str = "", but: str = "") -> None:
    for pid in pids:
        comm = _comm(str(pid))
        if (only and comm != only) or (but and comm == but):
            continue
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signum)


def _comm(pid: str) -> str:
    try:
        return Path("/proc", pid, "comm").read_text().strip()
    except OSError:
        return ""


def _environment_has(pid: str, marker: bytes) -> bool:
    try:
        return marker in Path("/proc", pid, "environ").read_bytes().split(b"\0")
    except OSError:
        return False


def _runs_in(pid: str, directories: Mapping[str, str]) -> bool:
    try:
        where = os.readlink(f"/proc/{pid}/cwd")
    except OSError:
        return False
    return where in directories and _comm(pid).startswith(directories[where])


def _ancestors() -> set[int]:
    """This process and those above it, which must never be taken for leftovers."""
    pids = set()
    pid = os.getpid()
    while pid > 0:
        pids.add(pid)
        try:
            # The name in parentheses may hold spaces; the parent's pid is the second field after it.
            pid = int(Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            break
    return pids
