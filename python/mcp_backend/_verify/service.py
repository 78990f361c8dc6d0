"""A server over HTTP: where it is told to listen, its process, and the streams by which the SDK's client reaches it."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from mcp.client import streamable_http

from mcp_backend._verify.process import PATIENCE, Process, joined
from mcp_backend._verify.report import FailedError
from mcp_backend._verify.trees import end_tree

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from mcp.shared.message import SessionMessage

    from mcp_backend._contract import Endpoint, Told
    from mcp_backend._verify.process import Streams

_LOOPBACK = ("127.0.0.1", "::1", "localhost")
_ANYWHERE = "0.0.0.0"  # noqa: S104  (as an image has it)
# what uvicorn and its like say once they listen
_SAID = re.compile(r"running on https?://\S*?:(\d+)", re.IGNORECASE)
_POLL = 0.05


@dataclass
class Place:
    """Where a server is to listen, and how it is told."""

    port: int | None = None
    """The port, where it is known before the server says it."""
    path: str = "/mcp"
    arguments: list[str] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, endpoints: Iterable[Endpoint], script: str) -> Place:
        """Return where the contract says that the script serves, at a free port if it can be told one."""
        over_http = [
            one for one in endpoints if one["type"] == "streamable-http" and script in (one.get("scripts") or [script])
        ]
        # what it does unless told otherwise comes first
        over_http.sort(key=lambda one: (one.get("conditional") or {"default": True}).get("default") is not True)
        place = cls()
        if not over_http:
            return place
        (endpoint, *_) = over_http
        path, host, port = endpoint.get("path"), endpoint.get("host"), endpoint.get("port")
        place.path = (path and path["value"]) or place.path
        if host and host["value"] in _LOOPBACK:
            place._tell(host, _ANYWHERE)
        if port:
            free = _free()
            place.port = free if place._tell(port, str(free)) else port["value"]
        return place

    def _tell(self, told: Told, value: str) -> bool:
        """Set something by the variable or option that sets it; tell whether there is one."""
        for cause in told.get("by", []):
            if cause.startswith("env:"):
                self.variables[cause.removeprefix("env:")] = value
                return True
            if cause.startswith("--"):
                self.arguments += [cause, value]
                return True
        return False


class Service(Process):
    """A server that runs and is reached over HTTP."""

    place = Place()

    async def start(self) -> None:
        """Start it; it has no client on its stdin."""
        if self.place.port is not None and _answers("127.0.0.1", self.place.port):
            raise FailedError(f"port {self.place.port} is taken, and nothing tells the server another")
        await super().start()
        assert self._process.stdin is not None  # noqa: S101  (a pipe was asked for)
        self._process.stdin.close()
        self._drain = asyncio.ensure_future(self._read(None))

    async def listens(self, patience: float) -> bool:
        """Wait until it listens; tell whether it does so for others than this machine."""
        clock = asyncio.get_running_loop()
        until = clock.time() + patience
        while not self._is_there():
            if self.status is not None:
                await self.settle()
                raise FailedError(f"it ended with status {self.status} before it listened", self._evidence())
            if clock.time() >= until:
                raise FailedError(f"it did not listen within {patience:g} s", self._evidence())
            await asyncio.sleep(_POLL)
        return self.port is not None and _answers(_another(), self.port)

    @property
    def port(self) -> int | None:
        """The port at which it listens, as it says or was told."""
        said = _SAID.search(self.said)
        return int(said[1]) if said else self.place.port

    def _is_there(self) -> bool:
        return self.port is not None and _answers("127.0.0.1", self.port)

    def _evidence(self) -> list[str]:
        return [f"stderr: {line}" for line in self.last_words]

    @asynccontextmanager
    async def streams(self) -> AsyncIterator[Streams]:
        """Give the streams that a client's session reads and writes; what passes is kept."""
        url = f"http://127.0.0.1:{self.port}{self.place.path}"
        async with (
            _client(url) as (theirs, to_them, *_),
            joined(partial(self._hand_in, theirs), partial(self._hand_out, to_them)) as streams,
        ):
            yield streams

    async def _hand_in(self, theirs: Any, incoming: Any) -> None:  # noqa: ANN401  (each major version has its own)
        async for one in theirs:
            message = getattr(one, "message", None)
            told = getattr(message, "root", message)
            method = self._asked.get(getattr(told, "id", None))
            result = getattr(told, "result", None)
            if method is not None and isinstance(result, dict):
                self.results[method].append(result)
            await incoming.send(one)

    async def _hand_out(self, to_them: Any, outgoing: Any) -> None:  # noqa: ANN401  (likewise)
        async for one in outgoing:
            self._note(one)
            await to_them.send(one)

    def _note(self, one: SessionMessage) -> None:
        told: Any = getattr(one.message, "root", one.message)
        if hasattr(told, "method") and hasattr(told, "id"):
            self._asked[told.id] = told.method

    async def stop(self) -> str:
        """Ask it to end, as an image is stopped; tell what it took beside that."""
        end_tree(self._process.pid, kindly=True)
        if await self._ended(PATIENCE):
            return "left processes behind, which were ended" if end_tree(self._process.pid) else ""
        end_tree(self._process.pid)
        return f"did not end within {PATIENCE:g} s of being asked to, and was killed"

    async def end(self) -> None:
        """Leave nothing of it."""
        await super().end()
        self._drain.cancel()
        with suppress(asyncio.CancelledError):
            await self._drain


def _client(url: str) -> Any:  # noqa: ANN401  (each major version of the SDK has a type of its own)
    sdk: Any = streamable_http
    connect = getattr(sdk, "streamable_http_client", None) or sdk.streamablehttp_client
    return connect(url)


def _answers(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=1):
        return True
    return False


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _another() -> str:
    """Return an address of this machine that a server on 127.0.0.1 alone does not listen at."""
    if sys.platform == "linux":
        return "127.0.0.2"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        # a datagram socket connects without a packet
        one.connect(("192.0.2.1", 9))
        address: str = one.getsockname()[0]
        return address
