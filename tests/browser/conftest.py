"""A real server in a thread, with fakes behind it, and a real browser in front of it."""

import socket
import threading
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines.settings import load_settings
from tests.fake_jobs import FakeJobs
from tingwu.store.library import Library
from ui.api.app import create_app

TOKEN = "a-token-for-tests"
CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
START_SECONDS = 60


@dataclass(kw_only=True)
class Site:
    """The server, what is behind it, and what the browser complained about while visiting."""

    origin: str
    jobs: FakeJobs
    library: Library
    sound: Path
    complaints: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Note errors, dialogs, and requests to any other place."""
        page.on("console", lambda message: self._note(message.type == "error", message.text))
        page.on("pageerror", lambda error: self._note(True, str(error)))
        page.on("dialog", lambda dialog: self._note(True, f"dialog {dialog.message}"))
        page.on("request", lambda request: self._note(not self._is_ours(request.url), f"request to {request.url}"))

    def _is_ours(self, url: str) -> bool:
        return url.startswith((f"{self.origin}/", "data:", "blob:"))

    def _note(self, is_wrong: bool, text: str) -> None:
        if is_wrong:
            self.complaints.append(text)


def wait_for_player(page: Page, condition: str, seconds: float = 30) -> None:
    """Wait until `condition` holds for the player's `audio` element, a JavaScript expression.

    Playwright's own wait calls `eval` in the page, which the page's policy forbids.
    """
    until = time.monotonic() + seconds
    script = f"(() => {{ const audio = document.querySelector('.player audio'); return {condition} }})()"
    while not page.evaluate(script):
        assert time.monotonic() < until, f"the player never had {condition}"
        page.wait_for_timeout(50)


def make_wave(path: Path, seconds: int) -> Path:
    """Silence: 8 kHz, 16 bit, mono."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16_000 * seconds))
    return path


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Nothing in the library, no jobs."""
    listener = socket.create_server(("127.0.0.1", 0))
    library = Library(tmp_path / "recordings")
    jobs = FakeJobs(library=library)
    servers: list[uvicorn.Server] = []

    def run() -> None:
        app = create_app(jobs, library, load_settings(data_dir=tmp_path), TOKEN)
        config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
        servers.append(uvicorn.Server(config))
        servers[0].run(sockets=[listener])

    thread = threading.Thread(target=run)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not (servers and servers[0].started):
        assert thread.is_alive(), "the server did not start"
        assert time.monotonic() < deadline, "the server took too long to start"
        time.sleep(0.02)
    port = listener.getsockname()[1]
    yield Site(origin=f"http://127.0.0.1:{port}", jobs=jobs, library=library, sound=make_wave(tmp_path / "a.wav", 15))
    servers[0].should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A wide, light, English page that has shown the token. Fails the test if anything at all went wrong in it."""
    yield from _visit(browser, site, width=1440, height=900)


@pytest.fixture
def phone(browser: Browser, site: Site) -> Iterator[Page]:
    """The same on a phone."""
    yield from _visit(browser, site, width=390, height=844)


def _visit(browser: Browser, site: Site, *, width: int, height: int) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-GB", color_scheme="light")
    context.set_default_timeout(START_SECONDS * 1000)
    page = context.new_page()
    site.watch(page)
    page.goto(f"{site.origin}/?token={TOKEN}")
    page.wait_for_selector("#tingwu-main .home")
    yield page
    context.close()
    assert site.complaints == []
