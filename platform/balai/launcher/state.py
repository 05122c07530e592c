"""The state directory (`.balai/`, or BALAI_STATE): everything an installation on this machine keeps."""

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from balai.launcher.failure import Failure

# sun_path holds 108 bytes with its closing NUL (unix(7)). The longest socket is PostgreSQL's `.s.PGSQL.5432`.
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = "/.s.PGSQL.5432"
TEMPORARY_PREFIX = "balai-"
LOG_SIZE = 5 * 1024 * 1024
# What --reset erases. Named one by one: BALAI_STATE may point at a directory that holds other things too.
ERASED = (
    "postgres",
    "postgres.new",
    "valkey",
    "media",
    "static",
    "run",
    "stamps.json",
    "secret-key",
    "demo-accounts.json",
    "celerybeat-schedule",
)


class State:
    """Paths and small files of one state directory. `path` is absolute and free of symbolic links."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.path.mkdir(parents=True, exist_ok=True)
        self._lock: IO[str] | None = None

    # -- one instance at a time ----------------------------------------------------------------------------------------
    def lock(self, about: str) -> None:
        """Takes the directory for this process until it ends, however it ends. `about` is told to whoever comes second.

        Raises Failure when another instance has it.
        """
        handle = open(self.path / "lock", "a+")  # noqa: SIM115  (held open for the life of the process)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            other = handle.read().strip()
            handle.close()
            raise Failure(f"Another instance is already running in {self.path} ({other})") from None
        handle.truncate(0)
        handle.write(f"process {os.getpid()}, {about}\n")
        handle.flush()
        self._lock = handle

    # -- logs ----------------------------------------------------------------------------------------------------------
    def log(self, name: str) -> Path:
        """The log file of one child or step; its directory exists."""
        directory = self.path / "logs"
        directory.mkdir(exist_ok=True)
        return directory / f"{name}.log"

    def rotate_logs(self) -> None:
        """Keeps one older generation of every log that has grown past LOG_SIZE."""
        for path in self.log("any").parent.glob("*.log"):
            if path.stat().st_size > LOG_SIZE:
                path.replace(path.with_suffix(".log.1"))

    # -- stamps: what was done already ---------------------------------------------------------------------------------
    def stamped(self, name: str, digest: str) -> bool:
        """Whether the work called `name` was finished for these inputs."""
        return read_stamps(self.path / "stamps.json").get(name) == digest

    def stamp(self, name: str, digest: str) -> None:
        """Remembers that the work called `name` is finished for these inputs; an empty digest forgets it."""
        write_stamp(self.path / "stamps.json", name, digest)

    # -- secrets and sockets -------------------------------------------------------------------------------------------
    def secret_key(self) -> str:
        """Django's SECRET_KEY of this installation, made once and readable by its owner only."""
        path = self.path / "secret-key"
        if not path.exists():
            new = path.with_suffix(".new")
            new.unlink(missing_ok=True)
            with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(50))
            new.replace(path)
        return path.read_text().strip()

    def socket_directory(self) -> Path:
        """Where the servers' unix sockets lie: run/, or a short temporary directory if that is too long a path.

        The temporary one is noted in `socket-directory`, so that it can be removed.
        """
        inside = self.path / "run"
        if len(os.fsencode(f"{inside}{LONGEST_SOCKET_NAME}")) <= SOCKET_PATH_LIMIT:
            inside.mkdir(mode=0o700, exist_ok=True)
            return inside
        # A new one at every start: one noted earlier may have become somebody else's since.
        self.forget_socket_directory()
        # Not gettempdir(): a long TMPDIR would be no help.
        made = Path(tempfile.mkdtemp(prefix=TEMPORARY_PREFIX, dir="/tmp"))
        (self.path / "socket-directory").write_text(f"{made}\n")
        return made

    def forget_socket_directory(self) -> None:
        """Removes the temporary directory that `socket_directory` made, if it made one."""
        note = self.path / "socket-directory"
        with contextlib.suppress(OSError):
            noted = Path(note.read_text().strip())
            if noted.parent == Path("/tmp") and noted.name.startswith(TEMPORARY_PREFIX):
                shutil.rmtree(noted, ignore_errors=True)
        note.unlink(missing_ok=True)

    # -- reset ---------------------------------------------------------------------------------------------------------
    def erase(self) -> None:
        """Erases the data: database, queue, uploaded files, secrets. Logs stay."""
        self.forget_socket_directory()
        for name in ERASED:
            path = self.path / name
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)


def read_stamps(path: Path) -> dict[str, str]:
    """The stamps in a file; none when it is missing or was cut off while being written."""
    try:
        stamps = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def write_stamp(path: Path, name: str, digest: str) -> None:
    """Sets one stamp in a file, replacing the file in one step."""
    stamps = {**read_stamps(path), name: digest}
    new = path.with_suffix(".new")
    new.write_text(json.dumps(stamps, indent=1, sort_keys=True) + "\n")
    new.replace(path)


def content_digest(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 over the names (relative to `root`) and contents of files; missing files count as absent."""
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        if path.is_file():
            data = path.read_bytes()
            digest.update(f"{path.relative_to(root)}\0{len(data)}\0".encode())
            digest.update(data)
    return digest.hexdigest()


def listing_digest(root: Path, paths: Iterable[Path]) -> str:
    """SHA-256 over names, sizes and times of files: for trees too large to be read at every start."""
    digest = hashlib.sha256()
    for path in sorted(set(paths)):
        if path.is_file():
            status = path.stat()
            digest.update(f"{path.relative_to(root)}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()


@contextlib.contextmanager
def exclusive(directory: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Holds an advisory lock on the directory itself, calling `wait` again and again while another process has it."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                wait()
        yield
    finally:
        os.close(descriptor)
