"""A real browser to look at pages with: Chromium without a window, driven over a pair of pipes (DevTools protocol).

It has its own profile, ends with the test, and is told to find no host by name: nothing leaves this machine.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
WITHIN = 30.0  # seconds for one order; it is a matter of milliseconds
FLAGS = """--headless=new --remote-debugging-pipe --no-first-run --no-default-browser-check --disable-extensions
    --disable-gpu --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage
    --disable-features=Translate,OptimizationHints,MediaRouter --hide-scrollbars --mute-audio""".split()
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND"


class Browser:
    """One page. events holds what happened since it was opened, as (method, parameters)."""

    def __init__(self, reader: int, writer: int) -> None:
        self._reader, self._writer = reader, writer
        self._buffer = b""
        self._number = 0
        self._session: str | None = None
        self.events: list[tuple[str, dict[str, Any]]] = []

    def attach(self) -> None:
        """Takes the page that the browser opened at its start."""
        targets = self.order("Target.getTargets")["targetInfos"]
        page = next(each for each in targets if each["type"] == "page")
        self._session = self.order("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime", "Security"):
            self.order(f"{domain}.enable")

    def order(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What the browser says to an order. AssertionError when it refuses, or says nothing in time."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        os.write(self._writer, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + WITHIN
        while time.monotonic() < end:
            said = self._next(end)
            if said.get("id") == self._number:
                assert "error" not in said, (method, said)
                found: dict[str, Any] = said["result"]
                return found
            if "method" in said:
                self.events.append((said["method"], said["params"]))
        raise AssertionError(f"no answer to {method} within {WITHIN} s")

    def _next(self, end: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            assert select.select([self._reader], [], [], max(0.0, end - time.monotonic()))[0], "the browser is silent"
            octets = os.read(self._reader, 1 << 20)
            assert octets, "the browser has gone"
            self._buffer += octets
        first, _, self._buffer = self._buffer.partition(b"\0")
        found: dict[str, Any] = json.loads(first)
        return found

    def open(self, path: Path, *, width: int = 1200, dark: bool = False, media: str = "") -> None:
        """Loads a file, seen at that width, in a light or a dark room, on the screen or (media="print") on paper."""
        self.events.clear()
        self.order(
            "Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=1, mobile=width < 600
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.order("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self.order("Page.navigate", url=path.as_uri())
        end = time.monotonic() + WITHIN
        while not any(method == "Page.loadEventFired" for method, _ in self.events):
            assert time.monotonic() < end, "the page does not finish loading"
            self.order("Browser.getVersion")

    def ask(self, expression: str) -> Any:
        """The value of an expression in the page; it may be a promise. The page's own policy doesn't bind it."""
        said = self.order("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in said, said
        return said["result"].get("value")

    def picture(self) -> bytes:
        """The whole page as PNG."""
        return base64.b64decode(self.order("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def paper(self) -> bytes:
        """The page as PDF, on A4."""
        said = self.order("Page.printToPDF", paperWidth=8.27, paperHeight=11.69, preferCSSPageSize=True)
        return base64.b64decode(said["data"])

    @property
    def requested(self) -> list[str]:
        """The addresses of all that the page asked for, itself included."""
        return [said["request"]["url"] for method, said in self.events if method == "Network.requestWillBeSent"]

    @property
    def complaints(self) -> list[str]:
        """What stands in the browser's console."""
        logged = [said["entry"]["text"] for method, said in self.events if method == "Log.entryAdded"]
        thrown = ["exception" for method, _ in self.events if method == "Runtime.exceptionThrown"]
        return logged + thrown + ["console" for method, _ in self.events if method == "Runtime.consoleAPICalled"]


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser with its profile in that folder; the test is skipped when none is installed."""
    program = next((found for found in map(shutil.which, PROGRAMS) if found), None)
    if program is None:
        pytest.skip("no Chromium is installed")
    theirs, writer = os.pipe()
    reader, other = os.pipe()
    flags = [*FLAGS, NOWHERE, f"--user-data-dir={folder}"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")  # it has none for root, and refuses to start

    def hand_over() -> None:
        """The browser reads its orders from 3 and answers on 4."""
        ends = [fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in (theirs, other)]  # out of the way of 3 and 4
        os.dup2(ends[0], 3)
        os.dup2(ends[1], 4)

    process = subprocess.Popen(
        [program, *flags, "about:blank"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=(3, 4),
        preexec_fn=hand_over,
        start_new_session=True,
    )
    os.close(theirs)
    os.close(other)
    try:
        browser = Browser(reader, writer)
        browser.attach()
        yield browser
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        os.close(reader)
        os.close(writer)
