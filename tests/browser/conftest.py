"""A real Chromium, and the pages of a stage served to it over loopback."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from tests.faces import staged
from tests.pipeline.scene import Stage

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
QUIET = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each opens its own context in it."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is not installed; make acceptance installs it on Debian")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address under which an application answers while the block runs."""
    line = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [line]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{line.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        line.close()


@pytest.fixture
def served() -> Iterator[Callable[[Any], str]]:
    """Serves applications until the test ends."""
    with ExitStack() as stack:

        def serve(app: Any) -> str:
            block: AbstractContextManager[str] = serving(app)
            return stack.enter_context(block)

        yield serve


@pytest.fixture
def quiet(tmp_path: Path) -> Iterator[Stage]:
    """A stage on which nothing happened yet."""
    made = Stage(f"sqlite:///{tmp_path / 'monitor.db'}").open()
    yield made
    made.store.close()


@pytest.fixture
def stage(quiet: Stage) -> Stage:
    """The same after the paper was retracted."""
    staged.retract(quiet)
    return quiet


@pytest.fixture
def address(quiet: Stage, served: Callable[[Any], str], tmp_path: Path) -> str:
    """Where the pages of the stage are."""
    return served(staged.application(quiet, staged.watchlists(tmp_path / "watchlists")))


@pytest.fixture(params=["desktop", "phone"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page without JavaScript, as wide as a desk or a phone; what the console says is a failure."""
    viewport = DESKTOP if request.param == "desktop" else PHONE
    context = chromium.new_context(java_script_enabled=False, viewport=viewport)  # type: ignore[arg-type]
    shown = context.new_page()
    said: list[str] = []
    shown.on("console", lambda message: said.append(message.text))
    yield shown
    context.close()
    assert [words for words in said if "409 (Conflict)" not in words] == []
