"""What is seen at a terminal, and where there is none."""

import os
import pty
import subprocess
import sys

import pytest

from balai.launcher import run
from tests.launcher.conftest import CLEAN, ROOT

SCRIPT = """
import sys, time
sys.path[0] = sys.argv[1]
from balai.launcher.console import Console
console = Console(total=2)
with console.step("Python packages"):
    for _ in range(24):
        console.tick()
        time.sleep(0.05)
    console.line("a remark")
with console.step("Front end"):
    console.note("unchanged")
"""
COMMAND = [sys.executable, "-c", SCRIPT, str(ROOT / "platform")]


def test_a_terminal_has_a_running_timer() -> None:
    try:
        ours, theirs = pty.openpty()
    except OSError as refusal:
        pytest.skip(f"no terminals here: {refusal}")
    with subprocess.Popen(COMMAND, stdout=theirs, stdin=theirs, env={**CLEAN, "TERM": "xterm"}):
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 1024):
                shown += chunk
        except OSError:
            pass  # how a terminal says that the other end is closed
    os.close(ours)
    text = shown.decode()
    assert "\r\x1b[K[1/2] Python packages ... 0 s\r\x1b[K[1/2] Python packages ... 1 s" in text
    # Each line that stays takes the timer's place.
    assert "\r\x1b[Ka remark\r\n" in text
    assert "[1/2] Python packages - done, 1." in text
    assert text.endswith("\r\x1b[K[2/2] Front end - unchanged, 0.0 s\r\n")


def test_elsewhere_there_are_plain_lines() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, env=CLEAN, check=True)
    assert "\r" not in done.stdout
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert lines[0] == "[1/2] Python packages ..."
    assert lines[-1] == "[2/2] Front end - unchanged, 0.0 s"


def test_a_reader_that_goes_away_does_not_end_the_run() -> None:
    with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=CLEAN) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(timeout=10) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""


def test_the_demos_sign_ins_stand_under_their_cities() -> None:
    accounts = [
        {"city": "", "role": "hub", "name": "Operator", "email": "hub@balai.example", "password": "x"},
        {"city": "serang", "role": "mayor", "name": "Yusuf", "email": "mayor@serang.example", "password": "x"},
        {"city": "serang", "role": "resident", "name": "Dewi", "email": "resident@serang.example", "password": "x"},
    ]
    assert run.sign_ins(accounts, 8001) == [
        "  hub  hub@balai.example  x  Operator",
        "",
        "http://serang.localhost:8001",
        "  mayor     mayor@serang.example     x  Yusuf",
        "  resident  resident@serang.example  x  Dewi",
        "",
    ]
