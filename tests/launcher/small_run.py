"""bin/run with fewer children, for tests: the embedded servers and one more process.

Arguments: the state directory, and the command of that process; "stubborn" is one that does not hear TERM and has a
child in a session of its own.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[0] = str(ROOT / "platform")

from balai.launcher import run  # noqa: E402
from balai.launcher.console import Console  # noqa: E402
from balai.launcher.failure import Failure, Interrupted  # noqa: E402
from balai.launcher.state import State  # noqa: E402
from balai.launcher.supervisor import Service, Supervisor  # noqa: E402

STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen(["sleep", "600"], start_new_session=True)
print("stubborn is up", flush=True)
time.sleep(600)
"""


def main(directory: str, *command: str) -> int:
    console = Console()
    state = State(Path(directory))
    try:
        state.lock("a test")
        run.recover(state, console)
        with Supervisor(state, console, run.child_environment(state, 1)) as supervisor:
            run.start_servers(supervisor, durable=True)
            run.write_environment(supervisor)
            stubborn = command == ("stubborn",)
            command = (sys.executable, "-c", STUBBORN) if stubborn else command
            service = Service("dummy", command, cwd=state.path)
            supervisor.start(service)
            if stubborn:
                supervisor.wait_until(lambda: "up" in state.log("dummy").read_text(), service, 10)
            console.line("ready")
            supervisor.watch()
    except Failure as failure:
        console.error(str(failure))
        return 1
    except Interrupted:
        console.line("stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
