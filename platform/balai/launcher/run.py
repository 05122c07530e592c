"""bin/run: from a fresh checkout, or a stopped installation, to running cities."""

import errno
import http.client
import json
import os
import re
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from balai.launcher import install, processes, servers
from balai.launcher.console import Console
from balai.launcher.failure import Failure, Interrupted
from balai.launcher.install import ROOT, RUNTIME_LOCK
from balai.launcher.state import State, content_digest, exclusive, listing_digest
from balai.launcher.supervisor import Service, Supervisor, failed_step

STEPS = 9
READY_SECONDS = 120.0
WEB_WORKERS = 2
TASK_WORKERS = 2


@dataclass(frozen=True)
class Options:
    """What the command line of bin/run said."""

    port: int = 8000
    host: str = "127.0.0.1"
    demo: bool = True
    reset: bool = False
    yes: bool = False


def run(options: Options) -> int:
    """Sets up, starts, reports, and stays until a signal comes. Returns the exit code; raises Failure."""
    console = Console(total=STEPS)
    state = State(Path(os.environ.get("BALAI_STATE") or ROOT / ".balai"))
    state.lock(address("", options.port))
    # First, because what a killed supervisor left may hold the port.
    recover(state, console)
    check_port(options.host, options.port)
    if options.reset:
        _reset(state, console, options)
    state.rotate_logs()
    install.check_disk(state.path)
    ready = False
    try:
        with Supervisor(state, console, child_environment(state, options.port)) as supervisor:
            prepare(supervisor, RUNTIME_LOCK)
            start_servers(supervisor, durable=True)
            write_environment(supervisor)
            _fill(supervisor, options)
            with console.step("Web"):
                check_port(options.host, options.port)
                supervisor.start(service := web(options))
                supervisor.wait_until(lambda: hub_answers(options, state.log(service.name)), service, READY_SECONDS)
            _start_background(supervisor)
            ready = True
            _report(console, state, options)
            supervisor.watch()
    except Interrupted as interrupted:
        console.line("Stopped.")
        return 0 if ready else 128 + interrupted.signum
    return 0


def install_only() -> int:
    """What deploy/install does: the steps before any server. Returns the exit code; raises Failure."""
    console = Console(total=3)
    state = State(Path(os.environ.get("BALAI_STATE") or ROOT / ".balai"))
    state.lock("deploy/install")
    install.check_disk(state.path)
    with Supervisor(state, console, os.environ) as supervisor:
        prepare(supervisor, RUNTIME_LOCK)
    return 0


# -- before anything runs ----------------------------------------------------------------------------------------------
def check_port(host: str, port: int) -> None:
    """Raises Failure when the port cannot be had."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the web server does: a port whose last connections are still winding down is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise Failure(
                f"Port {port} needs more rights than this user has; choose one above 1023 with --port"
            ) from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise Failure(f"Port {port} is taken by another program; choose another with --port") from None
            raise Failure(f"Cannot listen on {host}:{port}: {error.strerror or error}") from None


def _reset(state: State, console: Console, options: Options) -> None:
    if os.environ.get("DATABASE_URL") or os.environ.get("BROKER_URL"):
        raise Failure("--reset erases the embedded servers' data only; DATABASE_URL or BROKER_URL name other servers")
    if not options.yes:
        if not sys.stdin.isatty():
            raise Failure("--reset asks first, and there is no terminal to ask on; say --yes as well")
        answer = input(f"This erases the database, the files and the keys in {state.path}. Type yes to go on: ")
        if answer.strip().lower() != "yes":
            raise Failure("Nothing was erased")
    state.erase()
    console.line(f"Erased the data in {state.path}")


def recover(state: State, console: Console) -> None:
    """Ends what a killed supervisor left running. Only for the holder of the state's lock."""
    if processes.processes_of(state.path):
        ended = processes.end(state.path, grace=3)
        console.line(f"An earlier start was cut off; ended the {ended} processes it left behind")
    state.forget_socket_directory()
    shutil.rmtree(state.path / "run", ignore_errors=True)


def mail_port(port: int) -> int:
    """A free port for the sandbox's SMTP server: 25 above the web server's where that is free."""
    for candidate in (port + 25, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except (OSError, OverflowError):
                continue
            taken: int = probe.getsockname()[1]
            return taken
    raise Failure("No port is free for the sandbox's mail server")


def child_environment(state: State, port: int) -> dict[str, str]:
    """The environment of every child: ours, with what the settings read. What the user set wins."""
    inherited = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")}
    if "DATABASE_URL" not in inherited:
        # libpq's own variables (PGPORT, PGHOST…) would move the embedded server and its clients elsewhere.
        inherited = {k: v for k, v in inherited.items() if not re.fullmatch(r"PG[A-Z]+", k)}
    defaults = {
        "SECRET_KEY": state.secret_key(),
        "DJANGO_SETTINGS_MODULE": "balai.config.settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port(port)}",
    }
    ours = {
        "BALAI_EMBEDDED": "1",
        "BALAI_STATE": str(state.path),
        "BALAI_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
        "PATH": f"{install.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    return {**defaults, **inherited, **ours}


# -- setting up --------------------------------------------------------------------------------------------------------
def prepare(supervisor: Supervisor, lock: str) -> None:
    """The steps before any server runs: packages, front end, translations."""
    console = supervisor.console
    # bin/run and bin/test of one checkout share .venv and node_modules.
    with exclusive(ROOT, wait=lambda: supervisor.tick(0.2)):
        with console.step("Python packages"):
            if not install.packages(supervisor, lock):
                console.note("unchanged")
        with console.step("Front end"):
            if not install.front_end(supervisor):
                console.note("unchanged")
        with console.step("Translations"):
            if not install.translations(supervisor):
                console.note("unchanged")


def start_servers(supervisor: Supervisor, *, durable: bool) -> None:
    """Starts the embedded servers, but not where the environment names real ones, and tells the children of them."""
    console, env = supervisor.console, supervisor.env
    account = servers.choose_account(supervisor.state)
    if account.owner:
        # The servers' account has to pass through to its own directories; the secrets in here have modes of their own.
        supervisor.state.path.chmod(0o711)
    sockets = supervisor.state.socket_directory()
    with console.step("PostgreSQL"):
        if env.get("DATABASE_URL"):
            console.note("DATABASE_URL is used")
        else:
            servers.start_postgres(supervisor, account, sockets, durable=durable)
            env["DATABASE_URL"] = servers.database_url(sockets)
    env.setdefault("PG_DUMP", str(servers.postgres_binary("pg_dump")))
    with console.step("Valkey"):
        if env.get("BROKER_URL"):
            console.note("BROKER_URL is used")
        else:
            servers.start_valkey(supervisor, account, sockets)
            env["BROKER_URL"] = servers.broker_url(sockets)
            env["CACHE_URL"] = servers.cache_url(sockets)


def write_environment(supervisor: Supervisor) -> None:
    """Writes `environment` beside the data: after `set -a; . .balai/environment`, manage.py uses this instance."""
    names = (
        "BALAI_EMBEDDED",
        "BALAI_STATE",
        "BALAI_PORT",
        "DATABASE_URL",
        "BROKER_URL",
        "CACHE_URL",
        "EMAIL_URL",
        "SECRET_KEY",
    )
    path = supervisor.state.path / "environment"
    path.unlink(missing_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        for name in (*names, "PG_DUMP"):
            if value := supervisor.env.get(name):
                file.write(f"{name}='" + value.replace("'", "'\\''") + "'\n")


def manage(supervisor: Supervisor, log: str, *arguments: str, why: str) -> None:
    """Runs manage.py to its end. Raises Failure with `why`."""
    supervisor.run(log, [install.python(), "manage.py", *arguments], cwd=ROOT, why=why)


def migrate(supervisor: Supervisor) -> bool:
    """Brings the schemas up to date. Returns whether there was work, as far as the migration files tell."""
    digest = content_digest(ROOT, [*_files("migrations/*.py"), ROOT / RUNTIME_LOCK])
    # Somebody else may have changed a database that is not ours: always look.
    if _embedded_database(supervisor) and supervisor.state.stamped("migrations", digest):
        return False
    manage(supervisor, "prepare", "prepare", why="The database tables could not be brought up to date")
    supervisor.state.stamp("migrations", digest)
    return True


def collect_static(supervisor: Supervisor) -> bool:
    """Gathers and compresses the static files if one of them changed. Returns whether there was work."""
    files = [path for top in _SOURCES for path in (ROOT / top).rglob("static/**/*")]
    digest = listing_digest(ROOT, [*files, ROOT / RUNTIME_LOCK])
    if supervisor.state.stamped("static", digest) and (supervisor.state.path / "static").exists():
        return False
    why = "The static files could not be gathered"
    manage(supervisor, "static", "collectstatic", "--no-input", "--clear", "--verbosity", "0", why=why)
    supervisor.state.stamp("static", digest)
    return True


def fill_demo(supervisor: Supervisor) -> bool:
    """Makes the demo cities and their content. Returns whether there was work."""
    sources = [*_files("demo*"), *_files("demo/**/*")]
    digest = content_digest(ROOT, [*sources, *_files("migrations/*.py"), ROOT / RUNTIME_LOCK])
    if _embedded_database(supervisor) and supervisor.state.stamped("demo", digest):
        return False
    manage(supervisor, "demo", "demo", why="The demo cities could not be filled")
    supervisor.state.stamp("demo", digest)
    return True


def _fill(supervisor: Supervisor, options: Options) -> None:
    console = supervisor.console
    with console.step("Database tables"):
        if not migrate(supervisor):
            console.note("unchanged")
    with console.step("Static files"):
        if not collect_static(supervisor):
            console.note("unchanged")
    with console.step("Demo cities"):
        if not options.demo:
            console.note("left out")
        elif not fill_demo(supervisor):
            console.note("unchanged")


_SOURCES = ("apps", "platform", "tenants", "superapp_api", "themes")


def _files(pattern: str) -> list[Path]:
    return [p for top in _SOURCES for p in (ROOT / top).rglob(pattern) if "__pycache__" not in p.parts]


def _embedded_database(supervisor: Supervisor) -> bool:
    return "postgres" in supervisor.children


def has_command(name: str) -> bool:
    """Whether manage.py has this command of ours."""
    return bool(_files(f"management/commands/{name}.py"))


# -- running -----------------------------------------------------------------------------------------------------------
def web(options: Options) -> Service:
    """The web server with its workers."""
    command = [install.python(), "-m", "granian", "--interface", "wsgi", "--host", options.host]
    command += ["--port", str(options.port), "--workers", str(WEB_WORKERS), "--workers-kill-timeout", "3"]
    command += ["--respawn-failed-workers", "--no-ws", "balai.config.wsgi:application"]
    return Service("web", command, cwd=ROOT)


def _start_background(supervisor: Supervisor) -> None:
    celery = [install.python(), "-m", "celery", "--app", "balai.config.celery:app"]
    worker = [*celery, "worker", "--pool", "prefork", "--concurrency", str(TASK_WORKERS)]
    worker += ["--loglevel", "info", "--without-gossip", "--without-mingle"]
    beat = [*celery, "beat", "--loglevel", "info", "--pidfile="]
    beat += ["--schedule", str(supervisor.state.path / "celerybeat-schedule")]
    if "EMAIL_URL" not in os.environ and has_command("sandbox_mail"):
        supervisor.start(Service("mail", [install.python(), "manage.py", "sandbox_mail"], cwd=ROOT))
    supervisor.start(Service("worker", worker, cwd=ROOT))
    supervisor.start(Service("beat", beat, cwd=ROOT))


def hub_status(options: Options) -> int:
    """The HTTP status of the hub's page; 0 while nothing answers."""
    host = "127.0.0.1" if options.host == "0.0.0.0" else options.host
    connection = http.client.HTTPConnection(host, options.port, timeout=3)
    try:
        connection.request("GET", "/", headers={"Host": address("", options.port).removeprefix("http://")})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


def hub_answers(options: Options, log: Path) -> bool:
    """Whether the hub's page comes. Raises Failure when an error comes in its place: waiting would not mend that."""
    status = hub_status(options)
    if status >= 400:
        raise failed_step(f"The hub answers with status {status}", log)
    return status > 0


def _report(console: Console, state: State, options: Options) -> None:
    console.line()
    console.line(f"Balai runs at {address('', options.port)}")
    if options.demo:
        try:
            accounts = json.loads((state.path / "demo-accounts.json").read_text())
        except (OSError, ValueError):
            accounts = []
        for line in sign_ins(accounts, options.port):
            console.line(line)
    console.line(f"Logs: {state.path / 'logs'}. Ctrl-C stops everything.")


def address(city: str, port: int) -> str:
    """Where a city (its slug), or the hub (""), is found from this machine."""
    return f"http://{city}{'.' if city else ''}{os.environ.get('HUB_HOST', 'localhost')}:{port}"


def sign_ins(accounts: list[dict[str, str]], port: int) -> list[str]:
    """The demo's accounts (keys city, role, name, email, password) as lines, the cities' under their addresses."""
    lines = []
    for city in dict.fromkeys(account["city"] for account in accounts):
        if city:
            lines += ["", address(city, port)]
        rows = [[a["role"], a["email"], a["password"], a["name"]] for a in accounts if a["city"] == city]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines += ["  " + "  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return [*lines, ""]
