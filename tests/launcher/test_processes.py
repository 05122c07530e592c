"""Starting, stopping and recovering, with real servers and real signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from balai.launcher import processes, servers
from tests.launcher.conftest import Launcher

Launch = Callable[..., Launcher]


def psql(state: Path, statement: str) -> str:
    words = ["-h", _sockets(state), "-p", "5432", "-U", "balai", "-d", "balai", "-Atqc", statement]
    command = [str(servers.postgres_binary("psql")), *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _sockets(state: Path) -> str:
    noted = state / "socket-directory"
    return noted.read_text().strip() if noted.exists() else str(state / "run")


def pid_of(launcher: Launcher, name: str) -> int:
    for pid in launcher.processes():
        if Path(f"/proc/{pid}/comm").read_text().strip() == name and os.getsid(pid) == pid:
            return pid
    raise AssertionError(f"no {name} among the processes of {launcher.state}")


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_within_ten_seconds(tmp_path: Path, launch: Launch, signum: int) -> None:
    # One of them with a process that has to be killed, which takes the longest.
    launcher = launch(tmp_path / "a 'state' dir", *(("stubborn",) if signum == signal.SIGINT else ()))
    launcher.wait_for("ready")
    assert len(launcher.processes()) > 5
    code, seconds = launcher.stop(signum)
    assert code == 0
    assert seconds < 10
    assert launcher.processes() == []
    assert launcher.output.endswith("stopped\n")


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path, launch: Launch) -> None:
    launcher = launch(tmp_path / "state", "stubborn")
    launcher.wait_for("ready")
    launcher.process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    code, seconds = launcher.stop(signal.SIGINT)
    assert code == 0
    assert seconds < 2
    assert launcher.processes() == []


def test_the_next_start_recovers_from_a_killed_supervisor(tmp_path: Path, launch: Launch) -> None:
    state = tmp_path / "state"
    first = launch(state, "stubborn")
    first.wait_for("ready")
    psql(state, "CREATE TABLE kept AS SELECT 42 AS value")
    first.process.kill()
    first.process.wait()
    left = first.processes()
    assert left, "the stubborn process and its child outlive their supervisor"

    second = launch(state)
    second.wait_for("ready")
    assert "An earlier start was cut off" in second.output
    assert not set(left) & set(second.processes())
    assert psql(state, "SELECT value FROM kept") == "42"
    assert second.stop()[0] == 0


def test_servers_killed_with_their_supervisor_come_back(tmp_path: Path, launch: Launch) -> None:
    state = tmp_path / "state"
    first = launch(state)
    first.wait_for("ready")
    psql(state, "CREATE TABLE kept AS SELECT 42 AS value")
    # As a power cut or a container's end does it: nobody cleans up, pid files and sockets stay.
    first.process.send_signal(signal.SIGSTOP)
    for pid in [first.process.pid, *first.processes()]:
        os.kill(pid, signal.SIGKILL)
    first.process.wait()
    assert (state / "postgres" / "postmaster.pid").exists()
    # The pid in the stale file belongs to somebody else by now.
    lines = (state / "postgres" / "postmaster.pid").read_text().splitlines()
    (state / "postgres" / "postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")

    second = launch(state)
    second.wait_for("ready")
    assert psql(state, "SELECT value FROM kept") == "42"


def test_a_second_instance_is_refused_in_one_line(tmp_path: Path, launch: Launch) -> None:
    first = launch(tmp_path / "state")
    first.wait_for("ready")
    second = launch(tmp_path / "state" / ".." / "state")
    assert second.process.wait(timeout=10) == 1
    assert second.output.startswith("balai: Another instance is already running in ")
    assert f"process {first.process.pid}, a test" in second.output
    assert second.output.count("\n") == 1
    assert first.process.poll() is None
    assert first.processes()


def test_a_crashed_process_is_started_again(tmp_path: Path, launch: Launch) -> None:
    launcher = launch(tmp_path / "state")
    launcher.wait_for("ready")
    crashed = pid_of(launcher, "valkey-server")
    os.kill(crashed, signal.SIGKILL)
    launcher.wait_for("valkey stopped unexpectedly (signal SIGKILL); starting it again in 1 s")
    deadline = time.monotonic() + 5
    while not servers.answers_ping(servers.valkey_socket(tmp_path / "state" / "run")):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert pid_of(launcher, "valkey-server") != crashed


def test_a_process_that_keeps_crashing_is_given_more_time(tmp_path: Path, launch: Launch) -> None:
    launcher = launch(tmp_path / "state", "false")
    launcher.wait_for("dummy stopped unexpectedly (exit code 1); starting it again in 1 s")
    launcher.wait_for("dummy stopped unexpectedly (exit code 1); starting it again in 2 s")
    launcher.wait_for("dummy stopped unexpectedly (exit code 1); starting it again in 4 s")


def test_a_socket_path_that_is_too_long_goes_to_a_short_directory(tmp_path: Path, launch: Launch) -> None:
    state = tmp_path.joinpath(*["d" * 40] * 3) / "state"
    state.parent.mkdir(parents=True)
    launcher = launch(state)
    launcher.wait_for("ready")
    sockets = Path(_sockets(state))
    assert sockets.parent == Path("/tmp")
    assert psql(state, "SELECT 1") == "1"
    launcher.process.kill()
    launcher.process.wait()
    again = launch(state)
    again.wait_for("ready")
    assert not sockets.exists(), "the directory of the killed run is removed"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has rights to drop")
@pytest.mark.parametrize("way", ["plain", "namespace", "capability"])
def test_root_runs_the_servers_as_nobody(open_directory: Path, launch: Launch, way: str) -> None:
    if way == "namespace" and subprocess.run(["unshare", "--user", "true"], capture_output=True).returncode:
        pytest.skip("no user namespaces here")
    refusing = open_directory / "bin"
    refusing.mkdir()
    if way == "capability":
        # As a container without the right to make user namespaces.
        (refusing / "unshare").write_text("#!/bin/sh\nexit 1\n")
        (refusing / "unshare").chmod(0o755)
    home = open_directory / "home"
    home.mkdir(mode=0o755 if way == "plain" else 0o700)
    path = f"{refusing}:{os.environ['PATH']}"
    launcher = launch(home / "state", runner=["env", f"PATH={path}", sys.executable])
    launcher.wait_for("ready")
    assert psql(launcher.state, "CREATE TABLE kept AS SELECT 1; SELECT 1") == "1"
    for name in ("postgres", "valkey-server"):
        pid = pid_of(launcher, name)
        uid = Path(f"/proc/{pid}/status").read_text().split("Uid:")[1].split()[0]
        ours = os.readlink("/proc/self/ns/user") == os.readlink(f"/proc/{pid}/ns/user")
        # In a namespace of its own it is nobody inside and root's number outside.
        assert (uid, ours) == (("0", False) if way == "namespace" else ("65534", True))
    launcher.stop()

    # The same data, after the checkout has moved to where nobody can read it, or out of there.
    home.chmod(0o700 if way == "plain" else 0o755)
    moved = launch(launcher.state)
    moved.wait_for("ready")
    assert psql(moved.state, "SELECT * FROM kept") == "1"


@pytest.mark.skipif(os.geteuid() != 0, reason="already an ordinary user")
def test_an_ordinary_user_needs_no_rights(open_directory: Path, launch: Launch) -> None:
    home = open_directory / "home"
    home.mkdir()
    os.chown(home, 65534, 65534)
    as_user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    # pytest's Python may lie in root's home; the launcher runs on any.
    for python in (sys.executable, "/usr/bin/python3"):
        reads = "import sys; open(sys.argv[1]); sys.exit(sys.version_info < (3, 11))"
        if subprocess.run([*as_user, python, "-c", reads, __file__], capture_output=True).returncode == 0:
            break
    else:
        pytest.skip("ordinary users cannot read this checkout, or have no Python")
    launcher = launch(home / "state", runner=[*as_user, python])
    launcher.wait_for("ready")
    assert psql(launcher.state, "SELECT 1") == "1"
    code, seconds = launcher.stop(signal.SIGTERM)
    assert code == 0
    assert seconds < 10
    assert processes.processes_of(launcher.state.resolve()) == []
