"""bin/test's own promises: every check runs, the output is shown, any failure fails the command."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from balai.launcher import checks, run
from balai.launcher.checks import Result
from balai.launcher.console import Console
from balai.launcher.failure import Failure
from balai.launcher.state import State
from balai.launcher.supervisor import Supervisor


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    state = State(tmp_path / "state")
    with Supervisor(state, Console(), run.child_environment(state, 1)) as supervisor:
        yield supervisor


def test_output_is_passed_on_and_its_last_line_kept(supervisor: Supervisor, capfd: pytest.CaptureFixture[str]) -> None:
    script = "echo first; echo oops >&2; sleep 0.1; printf '=== 3 failed, 4 passed ===\\n\\n'; exit 3"
    assert checks._stream(supervisor, ["sh", "-c", script]) == (3, "=== 3 failed, 4 passed ===")
    assert capfd.readouterr().out == "first\noops\n=== 3 failed, 4 passed ===\n\n"


def test_a_last_line_without_its_end_is_kept(supervisor: Supervisor) -> None:
    assert checks._stream(supervisor, ["printf", "one\ntwo"]) == (0, "two")


def test_any_failure_fails_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    results = [
        Result("ruff check", True, 1),
        Result("mypy", False, 20, "Found 2 errors"),
        Result("pytest", True, 300, "9 passed"),
    ]
    with pytest.raises(Failure, match="1 of 3 checks failed: mypy"):
        checks._report(Console(), results)
    printed = capsys.readouterr().out
    assert "FAIL mypy" in printed
    assert "9 passed" in printed
    assert checks._report(Console(), [results[0], results[2]]) == 0


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """No browser, nothing installed; every check passes. Returns what pytest would have been called with."""
    asked: list[list[str]] = []

    def pytest_would_run(_: Supervisor, arguments: list[str]) -> tuple[int, str]:
        asked.append(list(arguments))
        return 0, "9 passed"

    monkeypatch.setattr(checks, "chromium", lambda: "/nonexistent/chromium")
    monkeypatch.setattr(checks, "_install_chromium", lambda _: "it is not to be had")
    monkeypatch.setattr(checks, "_static_files", lambda _: None)
    monkeypatch.setattr(checks, "_check", lambda _, name, command: Result(name, True, 0))
    monkeypatch.setattr(checks, "_pytest", pytest_would_run)
    return asked


def test_without_a_browser_its_tests_are_skipped_loudly(
    supervisor: Supervisor,
    no_browser: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.delenv("CI", raising=False)
    results = checks._all(supervisor)
    assert all(result.passed for result in results)
    assert results[-1].remark == "9 passed - WITHOUT the browser tests"
    assert no_browser[0][-2:] == ["-m", "not browser"]
    assert "BROWSER TESTS ARE SKIPPED: /nonexistent/chromium" in capsys.readouterr().out


def test_ci_never_skips_the_browser_tests(
    supervisor: Supervisor, no_browser: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert [result.name for result in checks._all(supervisor) if not result.passed] == ["chromium"]
