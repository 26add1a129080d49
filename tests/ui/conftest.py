"""A real `honnin serve --demo` and a real Chromium. Everything here is marked `browser`."""

from __future__ import annotations

import io
import os
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.ui.steps import press

STAFF = "模擬職員 花子"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
AXE_VERSION = "4.14.1"
COMMAND = [sys.executable, "-c", "from honnin.cli.main import main; main()"]


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker("browser")
            if not Path(CHROMIUM).exists():
                item.add_marker(pytest.mark.skip(reason=f"{CHROMIUM} is not on this machine"))


class Server:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log = (self.folder / "log.txt").open("ab")
        self.process = subprocess.Popen(
            [*COMMAND, "serve", "--demo", "--port", str(self.port), "--data", str(self.folder)],
            stdout=self.log, stderr=self.log,
        )  # fmt: skip
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urllib.request.urlopen(self.url + "/api/v1/health", timeout=1):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start: " + (self.folder / "log.txt").read_text("utf-8"))

    def stop(self) -> int:
        self.process.terminate()
        code = self.process.wait(timeout=15)
        self.log.close()
        return code


@contextmanager
def running(folder: Path):
    server = Server(folder)
    server.start()
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    with running(tmp_path_factory.mktemp("counter")) as server:
        yield server


@pytest.fixture(scope="session")
def chromium():
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


class Watched:
    """A page whose console errors fail the test."""

    def __init__(self, page) -> None:
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self._console(message))

    def _console(self, message) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.errors.append(message.text)


@pytest.fixture
def new_page(chromium, server):
    """Pages of a counter at which somebody has said who they are; `staff=""`: nobody has."""
    contexts = []
    watched = []

    def make(*, width: int = 1280, height: int = 800, script: bool = True, server_=server, staff: str = STAFF):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, java_script_enabled=script, base_url=server_.url
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        watched.append(Watched(page))
        if staff:
            page.goto("/staff")
            page.get_by_label(staff).check()
            press(page)
        return page

    yield make
    for context in contexts:
        context.close()
    assert [error for each in watched for error in each.errors] == []


@pytest.fixture
def page(new_page):
    return new_page()


@pytest.fixture(autouse=True)
def _empty_reader(request):
    """Each test finds an empty reader, no visit that others left open, and no transaction that they chose."""
    if "server" not in request.fixturenames:
        return
    server = request.getfixturevalue("server")
    take_off(server.url)


def take_off(url: str) -> None:
    import http.cookiejar
    import re
    import urllib.parse

    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    page = opener.open(url + "/").read().decode()
    token = re.search(r'name="csrf" value="(\w+)"', page).group(1)
    for path in ["/tray/remove", *re.findall(r'action="(/visits/[\w-]+/discard)"', page)]:
        opener.open(url + path, urllib.parse.urlencode({"csrf": token}).encode()).close()
    nothing = urllib.parse.urlencode({"csrf": token, "transaction": "none"}).encode()
    opener.open(url + "/visits", nothing).close()  # refused, nobody has said who they are; the choice stays


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from the cache or the npm registry; skips plainly without both."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "honnin" / f"axe-{AXE_VERSION}.min.js"
    if not cache.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("axe-core is not in the cache and npm is not on this machine")
        cache.parent.mkdir(parents=True, exist_ok=True)
        try:
            packed = subprocess.run(
                [npm, "pack", "--silent", f"axe-core@{AXE_VERSION}"], cwd=cache.parent, capture_output=True, text=True,
                timeout=120, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            pytest.skip("axe-core is not in the cache and the npm registry cannot be reached")
        archive = cache.parent / packed.stdout.strip().splitlines()[-1]
        with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as tar:
            cache.write_bytes(tar.extractfile("package/axe.min.js").read())
        archive.unlink()
    return cache.read_text("utf-8")
