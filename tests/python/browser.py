"""A browser without a window, spoken to by the DevTools protocol over two pipes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import F_DUPFD, fcntl
from pathlib import Path
from select import select
from typing import Any

# seconds, for one answer
PATIENCE = 120
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    # the pages are our own, and a container has no other box to put them into
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    # a page that names another host is found out, and does not get there
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
# it reads commands from 3 and answers on 4
START = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execvp(sys.argv[3], sys.argv[3:])"
)


def installed() -> str | None:
    """Return the browser of this machine."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Page:
    """A page of a browser, what it asked for, and what went wrong in it."""

    def __init__(self, commands: int, answers: int) -> None:
        """Take our ends of the two pipes."""
        self._commands, self._answers = commands, answers
        self._unread = b""
        self._last = 0
        self._session: dict[str, str] = {}
        self._loaded: set[str] = set()
        self.requests: list[str] = []
        self.faults: list[str] = []

    def attach(self) -> None:
        """Open an empty page and listen to it."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = {"sessionId": attached["sessionId"]}
        for domain in ("Page", "Network", "Runtime", "Log"):
            self.call(f"{domain}.enable")
        self.call("Page.setLifecycleEventsEnabled", enabled=True)

    def open(self, address: str) -> None:
        """Load the page at the address, and wait until it is there."""
        answer = self.call("Page.navigate", url=address)
        assert "errorText" not in answer, f"{address}: {answer['errorText']}"
        while answer["loaderId"] not in self._loaded:
            self._hear()

    def submit(self, expression: str) -> None:
        """Do what leads to another page, and wait until that is there."""
        before = len(self._loaded)
        self.ask(expression)
        while len(self._loaded) == before:
            self._hear()

    def ask(self, expression: str) -> Any:  # noqa: ANN401  (whatever the page answers)
        """Return what a JavaScript expression is, or comes to."""
        answer = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        """Send a command and return its result."""
        self._last += 1
        command = {"id": self._last, "method": method, "params": parameters, **self._session}
        os.write(self._commands, json.dumps(command).encode() + b"\0")
        while (answer := self._hear()).get("id") != self._last:
            pass
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _hear(self) -> dict[str, Any]:
        """Return the next message, and note what it tells."""
        while b"\0" not in self._unread:
            ready, _, _ = select([self._answers], [], [], PATIENCE)
            told = os.read(self._answers, 1 << 16) if ready else b""
            assert told, "the browser is gone, or hangs"
            self._unread += told
        first, _, self._unread = self._unread.partition(b"\0")
        message: dict[str, Any] = json.loads(first)
        told = message.get("params", {})
        match message.get("method"):
            case "Page.lifecycleEvent" if told["name"] == "load":
                self._loaded.add(told["loaderId"])
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Runtime.exceptionThrown":
                self.faults.append(str(told["exceptionDetails"]))
            case "Log.entryAdded" if told["entry"]["level"] == "error":
                self.faults.append(str(told["entry"]))
        return message


@contextmanager
def page(browser: str, folder: Path) -> Iterator[Page]:
    """Start the browser with its own files in a folder, open a page, and end it afterwards."""
    theirs, ours = zip(_pipe(), reversed(_pipe()), strict=True)
    command = [sys.executable, "-c", START, *map(str, theirs), browser, *FLAGS, f"--user-data-dir={folder}"]
    process = subprocess.Popen(command, pass_fds=theirs, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for end in theirs:
        os.close(end)
    try:
        page = Page(*ours)
        page.attach()
        yield page
    finally:
        process.kill()
        process.wait()
        for end in ours:
            os.close(end)


def _pipe() -> tuple[int, int]:
    """Return the two ends of a pipe, neither of them where the browser looks for its own."""
    ends = os.pipe()
    moved = [fcntl(end, F_DUPFD, 10) for end in ends]
    for end in ends:
        os.close(end)
    return moved[0], moved[1]
