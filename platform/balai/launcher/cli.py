"""Command lines of bin/run, bin/test and deploy/install; the one place that turns a failure into a line."""

import argparse
import os
import sys
import traceback
from collections.abc import Sequence

from balai.launcher import checks, run
from balai.launcher.console import Console
from balai.launcher.failure import Failure, Interrupted, from_os_error


def main(arguments: Sequence[str]) -> int:
    """Runs "run", "test" or "install" with the rest of the arguments. Returns the exit code."""
    console = Console()
    try:
        if arguments[:1] == ["test"]:
            return checks.check(list(arguments[1:]))
        if arguments[:1] == ["install"]:
            return run.install_only()
        return run.run(_run_options(list(arguments[1:])))
    except Failure as failure:
        if failure.details:
            print(failure.details, file=sys.stderr)
        console.error(str(failure))
        return 1
    except Interrupted as interrupted:
        return 128 + interrupted.signum
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if os.environ.get("BALAI_TRACEBACK"):
            traceback.print_exc()
        console.error(str(from_os_error(error)))
        return 1


def _run_options(arguments: list[str]) -> run.Options:
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description="Sets up this checkout and runs Balai on this machine. Environment: BALAI_STATE (state directory), "
        "PYTHON, DATABASE_URL and BROKER_URL (real servers in the place of the embedded ones).",
    )
    parser.add_argument("--port", type=_port, default=8000, help="where the web server listens (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address it listens on (127.0.0.1: this machine only)")
    parser.add_argument("--no-demo", dest="demo", action="store_false", help="do not make the demo cities")
    parser.add_argument("--reset", action="store_true", help="erase all data first; asks before it does")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return run.Options(**vars(parser.parse_args(arguments)))


def _port(text: str) -> int:
    port = int(text)
    if not 1 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is a number from 1 to 65535")
    return port
