"""What the person at the terminal sees: the step that is going on and for how long, then plain lines."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from balai.launcher.failure import Interrupted


class Console:
    """Writes to stdout. On a terminal the current step has a running timer; elsewhere every step is two plain lines."""

    def __init__(self, total: int = 0) -> None:
        self.total = total
        self.number = 0
        self.tty = sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
        self._title = ""
        self._note = ""
        self._began = 0.0
        self._drawn = -1

    def line(self, text: str = "") -> None:
        """One whole line; during a step it is put above the running timer."""
        self._write(("\r\x1b[K" if self._drawn >= 0 else "") + text + "\n")
        self._drawn = -1

    def error(self, text: str) -> None:
        """One line on stderr."""
        if self._drawn >= 0:
            self._write("\r\x1b[K")
        try:
            sys.stderr.write(f"balai: {text}\n")
            sys.stderr.flush()
        except OSError:
            pass

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Times the block and says how long it took. `note()` inside it adds a remark such as "unchanged"."""
        self.number += 1
        prefix = f"[{self.number}/{self.total}] " if self.total else ""
        self._title, self._note, self._began, self._drawn = prefix + title, "", time.monotonic(), -1
        if self.tty:
            self.tick()
        else:
            self._write(f"{self._title} ...\n")
        try:
            yield
        except Interrupted:
            self.line(f"{self._title} - interrupted after {self._took()}")
            raise
        except BaseException:
            self.line(f"{self._title} - failed after {self._took()}")
            raise
        else:
            self.line(f"{self._title} - {self._note or 'done'}, {self._took()}")
        finally:
            self._title = ""

    def note(self, text: str) -> None:
        """What the running step says instead of "done"."""
        self._note = text

    def tick(self) -> None:
        """Redraws the running timer, at most once a second; call it from every waiting loop."""
        seconds = int(time.monotonic() - self._began)
        if self.tty and self._title and seconds != self._drawn:
            self._drawn = seconds
            self._write(f"\r\x1b[K{self._title} ... {seconds} s")

    def _took(self) -> str:
        return f"{time.monotonic() - self._began:.1f} s"

    def _write(self, text: str) -> None:
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except OSError:
            # The reader is gone (`bin/run | head`). What runs goes on; Ctrl-C and TERM still end it.
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115
