"""A whole Balai, started by bin/run as a newcomer would, and a real Chromium to use it with."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("BALAI_CHROMIUM") or "/usr/bin/chromium"
AXE = ROOT / "node_modules/axe-core/axe.min.js"
START_SECONDS = 600
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(str(item.fspath)).is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@dataclass
class Installation:
    """A running Balai with its demo."""

    port: int
    state: Path
    process: subprocess.Popen[bytes] | None
    accounts: list[dict[str, str]] = field(default_factory=list)

    def url(self, city: str = "", path: str = "/") -> str:
        """The address of a page of the city with this slug; "" is the hub."""
        return f"http://{city + '.' if city else ''}localhost:{self.port}{path}"

    def account(self, city: str, role: str) -> dict[str, str]:
        """The demo's account with this role in this city."""
        return next(a for a in self.accounts if a["city"] == city and a["role"] == role)

    def environment(self) -> dict[str, str]:
        """What manage.py needs to work on this installation."""
        lines = (self.state / "environment").read_text().splitlines()
        return os.environ | {k: v.strip("'\"") for k, _, v in (line.partition("=") for line in lines if line)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Of the package and not of the session: Playwright keeps an event loop, in which Django refuses to ask the database.
@pytest.fixture(scope="package")
def balai() -> Iterator[Installation]:
    """bin/run in a state folder of its own, with embedded servers of its own, ready and filled.

    While writing a test, BALAI_RUNNING=<state folder> uses an instance that bin/run keeps running.
    """
    if running := os.environ.get("BALAI_RUNNING"):
        environment = dict(line.split("=", 1) for line in (Path(running) / "environment").read_text().splitlines())
        accounts = json.loads((Path(running) / "demo-accounts.json").read_text())
        yield Installation(int(environment["BALAI_PORT"].strip("'")), Path(running), None, accounts)
        return
    state = Path(tempfile.mkdtemp(prefix="balai-browser-"))
    port = _free_port()
    kept = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "EMAIL_URL", "SECRET_KEY", "MEDIA_ROOT", "STATIC_ROOT")
    env = {k: v for k, v in os.environ.items() if k not in (*kept, "EXTRA_MODULES", "BALAI_PORT", "PG_DUMP")}
    log = open(state / "run.log", "wb")  # noqa: SIM115
    process = subprocess.Popen(
        [ROOT / "bin/run", "--port", str(port)],
        cwd=ROOT,
        env=env | {"BALAI_STATE": str(state)},
        stdout=log,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
    )
    try:
        installation = Installation(port, state, process)
        _wait_until_ready(installation)
        yield installation
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        finally:
            process.kill()
            log.close()
            shutil.rmtree(state, ignore_errors=True)


def _wait_until_ready(installation: Installation) -> None:
    deadline = time.monotonic() + START_SECONDS
    log = installation.state / "run.log"
    assert installation.process is not None
    while time.monotonic() < deadline:
        if installation.process.poll() is not None:
            raise RuntimeError(f"bin/run ended:\n{log.read_text()[-4000:]}")
        # It prints the sign-ins last, when everything runs.
        if f"http://localhost:{installation.port}" in log.read_text():
            accounts = installation.state / "demo-accounts.json"
            installation.accounts = json.loads(accounts.read_text())
            return
        time.sleep(0.3)
    raise RuntimeError(f"bin/run was not ready in {START_SECONDS} s:\n{log.read_text()[-4000:]}")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing, and CI must run the browser tests")
        pytest.skip("LOUD: no Chromium on this machine, the browser tests do not run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """Someone in front of a screen of a city."""

    page: Page
    balai: Installation
    city: str
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        response = self.page.goto(self.balai.url(self.city, path))
        assert response is not None
        assert response.status < 400, f"{path}: {response.status}"
        return self.page

    def sign_in(self, role: str, email: str = "") -> None:
        """With the demo's password, through the ordinary page. `email` is another account of the demo."""
        account = self.balai.account(self.city, role)
        page = self.open("/akun/login/")
        page.locator("input[name=login]").fill(email or account["email"])
        page.locator("input[name=password]").fill(account["password"])
        page.locator("main form button[type=submit]").first.click()
        page.wait_for_load_state()
        assert "/login" not in page.url, page.locator("main").inner_text()

    def fetch(self, path: str, city: str = "", data: object = None) -> tuple[int, bytes]:
        """Status and body of a request with this visitor's cookies, to this city or another one.

        Chromium knows that *.localhost is this machine; the resolver of a plain client need not.
        """
        cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in self.page.context.cookies())
        host = f"{city or self.city}.localhost:{self.balai.port}"
        headers = {"Host": host, "Cookie": cookies, "X-Balai-Client": "tests"}
        body = None
        if data is not None:
            body = json.dumps(data).encode()
            headers["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.balai.port, timeout=30)
        try:
            connection.request("GET" if body is None else "POST", path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def check_accessibility(self) -> None:
        """axe-core finds nothing on the page as it stands."""
        self.page.evaluate(AXE.read_text())
        found = self.page.evaluate(
            "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
        )
        problems = [
            f"{violation['id']}: {node['html'][:200]} {node['failureSummary'][:300]}"
            for violation in found["violations"]
            for node in violation["nodes"]
            # Two pins may overlap: where a pin stands is essential, which WCAG 2.5.8 excepts.
            if not (violation["id"] == "target-size" and "leaflet-marker-icon" in node["html"])
        ]
        assert problems == [], f"{self.page.url}: " + "\n".join(problems)


@pytest.fixture
def visitor(balai: Installation, chromium: Browser) -> Iterator[Callable[..., Visitor]]:
    """visitor("serang", viewport=PHONE, **context options): a fresh browser profile at that city."""
    contexts: list[Any] = []
    visitors: list[Visitor] = []

    def enter(city: str, viewport: dict[str, int] = PHONE, **options: Any) -> Visitor:
        context = chromium.new_context(viewport=viewport, locale="id-ID", **options)
        # Tiles of the map are the only thing from outside; there is no network here, nor on a resident's bad day.
        context.route("**/tile.openstreetmap.org/**", lambda route: route.abort())
        contexts.append(context)
        context.set_default_timeout(15_000)
        page = context.new_page()
        someone = Visitor(page, balai, city)

        def listen(message: ConsoleMessage) -> None:
            if message.type == "error" and "ERR_FAILED" not in message.text and "status of 4" not in message.text:
                someone.complaints.append(f"{page.url}: {message.text}")

        page.on("console", listen)
        page.on("pageerror", lambda error: someone.complaints.append(f"{page.url}: {error}"))
        visitors.append(someone)
        return someone

    yield enter
    for context in contexts:
        context.close()
    assert [c for v in visitors for c in v.complaints] == []


@pytest.fixture
def outbox(balai: Installation, visitor: Callable[..., Visitor]) -> Callable[[str, str], str]:
    """outbox(address, words): waits for a mail or SMS to the address that holds the words; returns the page's text."""

    def wait_for(address: str, words: str) -> str:
        reader = visitor("")
        deadline = time.monotonic() + 30
        text = ""
        while time.monotonic() < deadline:
            page = reader.open(f"/kotak-keluar/?alamat={address}")
            text = page.locator("main").inner_text()
            if words in text:
                return text
            time.sleep(0.5)
        raise AssertionError(f"no message with {words!r} to {address}:\n{text}")

    return wait_for
