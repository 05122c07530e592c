"""What bench/run does: the servers and the web of bin/run in a state directory of their own, and the measures against
them. Only the standard library and the launcher: it runs with the machine's Python."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Only platform/: the directory of this file must not stay on the path, where its modules would be top-level names.
sys.path[0] = str(ROOT / "platform")

from balai.launcher import install, processes, run  # noqa: E402  (the path has to be right first)
from balai.launcher.console import Console  # noqa: E402
from balai.launcher.failure import Failure, Interrupted  # noqa: E402
from balai.launcher.state import State  # noqa: E402
from balai.launcher.supervisor import Supervisor  # noqa: E402

PORT = 8377
READY_SECONDS = 120.0


def main() -> int:
    """Runs one benchmark. Returns its exit code: 0 where every bar was met."""
    names = sorted(path.stem for path in (ROOT / "bench").glob("*_measures.py"))
    names = [name.removesuffix("_measures") for name in names]
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("name", choices=names, help="which measures")
    parser.add_argument("--cases", type=int, default=200_000, help="cases of the city (200,000)")
    parser.add_argument("--open-cases", type=int, default=1_000_000, help="open cases of the idle sweep's city")
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each rate is measured")
    parser.add_argument("--clients", type=int, default=8, help="how many clients ask at once")
    parser.add_argument("--only", default="", help="measures whose names begin so")
    parser.add_argument("--port", type=int, default=PORT, help=f"where the web server listens ({PORT})")
    parser.add_argument("--reset", action="store_true", help="make the city anew")
    options = parser.parse_args()
    try:
        return measure(options)
    except Failure as failure:
        if failure.details:
            print(failure.details, file=sys.stderr)
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    except Interrupted as interrupted:
        return 128 + interrupted.signum


def measure(options: argparse.Namespace) -> int:
    """Servers, tables, web; then `python -m bench.<name>_measures` in their environment."""
    console = Console()
    state = State(Path(os.environ.get("BALAI_BENCH_STATE") or ROOT / ".balai-bench"))
    state.lock("bench/run")
    run.recover(state, console)
    run.check_port("127.0.0.1", options.port)
    if options.reset:
        state.erase()
    state.rotate_logs()
    settings = run.Options(port=options.port, demo=False)
    with Supervisor(state, console, run.child_environment(state, options.port)) as supervisor:
        run.prepare(supervisor, install.RUNTIME_LOCK)
        # Durable, as in production: a report that was taken in has to be on the disk.
        run.start_servers(supervisor, durable=True)
        run.write_environment(supervisor)
        with console.step("Database tables"):
            run.migrate(supervisor)
        with console.step("Static files"):
            run.collect_static(supervisor)
        with console.step("Web"):
            web = run.web(settings)
            supervisor.start(web)
            supervisor.wait_until(lambda: run.hub_answers(settings, state.log(web.name)), web, READY_SECONDS)
        command = [install.python(), "-m", f"bench.{options.name}_measures"]
        for name in ("cases", "open_cases", "seconds", "clients", "port", "only"):
            command += [f"--{name.replace('_', '-')}", str(getattr(options, name))]
        env = {**supervisor.env, "PYTHONPATH": str(ROOT)}
        process = processes.spawn(command, env=env, cwd=ROOT, log=None, death_signal="KILL")
        while process.poll() is None:
            supervisor.tick(0.2)
        return process.returncode


if __name__ == "__main__":
    sys.exit(main())
