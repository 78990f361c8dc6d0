"""A server's process: its streams as the SDK's client takes them, and how it is stopped.

The SDK would run it, too, but passes over what is no message on stdout, which is the commonest fault of servers and is
to be told.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

import anyio
from mcp import types
from mcp.shared.message import SessionMessage

from mcp_backend._verify.trees import end_tree, start

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine
    from pathlib import Path

    from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

    Streams = tuple[
        MemoryObjectReceiveStream[SessionMessage | Exception],
        MemoryObjectSendStream[SessionMessage],
    ]

_CHUNK = 1 << 16
# a longer line is no message that any client takes
_LONGEST = 1 << 26
_TAIL = 1 << 16
_SHOWN = 20
_STRAYS = 100
# the specification of the protocol asks clients to wait for "a reasonable time"
PATIENCE = 5.0
_POLL = 0.02


@asynccontextmanager
async def joined(
    hand_in: Callable[[MemoryObjectSendStream[SessionMessage | Exception]], Coroutine[Any, Any, None]],
    hand_out: Callable[[MemoryObjectReceiveStream[SessionMessage]], Coroutine[Any, Any, None]],
) -> AsyncIterator[Streams]:
    """Give the streams that a client's session reads and writes, which are filled and emptied as long."""
    incoming, read = anyio.create_memory_object_stream[SessionMessage | Exception](64)
    write, outgoing = anyio.create_memory_object_stream[SessionMessage](64)
    async with anyio.create_task_group() as group:
        group.start_soon(hand_in, incoming)
        group.start_soon(hand_out, outgoing)
        try:
            yield read, write
        finally:
            group.cancel_scope.cancel()
            for stream in (incoming, read, write, outgoing):
                stream.close()


class Process:
    """A server that runs, and what it said."""

    def __init__(self, command: list[str], folder: Path, variables: dict[str, str], keeps: int | None = None) -> None:
        """Keep how it is started, and how much of its stderr is kept: its end, if nothing else is said."""
        self.command, self._folder, self._variables = command, folder, variables
        self.strays: list[str] = []
        """What came on stdout and is no message, before the server was to stop."""
        self.late_strays: list[str] = []
        self.results: dict[str, list[dict[str, Any]]] = defaultdict(list)
        """The results by their methods, as the server wrote them."""
        self._asked: dict[object, str] = {}
        self._said, self._keeps = bytearray(), keeps or _TAIL
        self._stopping = False

    async def start(self) -> None:
        """Start it."""
        self._begun = time.monotonic()
        self._process = await start(self.command, self._folder, self._variables)
        self._listener = asyncio.ensure_future(self._listen())

    async def end(self) -> None:
        """Leave nothing of it."""
        end_tree(self._process.pid)
        with anyio.CancelScope(shield=True):
            await self._ended(PATIENCE)
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
        # a process that left the tree may hold its ends of the pipes
        transport = getattr(self._process, "_transport", None)
        if transport is not None:
            transport.close()

    @property
    def status(self) -> int | None:
        """The exit status, once it ended."""
        return self._process.returncode

    @property
    def age(self) -> float:
        """How long ago it was started, in seconds."""
        return time.monotonic() - self._begun

    @property
    def said(self) -> str:
        """What is kept of its stderr."""
        return self._said.decode(errors="replace")

    @property
    def last_words(self) -> list[str]:
        """The last lines of its stderr."""
        return self.said.strip("\n").splitlines()[-_SHOWN:]

    async def settle(self) -> None:
        """Wait a moment for a process that is about to end, and for its last words."""
        await self._ended(1.0)
        await asyncio.wait([self._listener], timeout=0.2)

    @asynccontextmanager
    async def streams(self) -> AsyncIterator[Streams]:
        """Give the streams that a client's session reads and writes."""
        async with joined(self._read, self._write) as streams:
            yield streams

    async def stop(self) -> str:
        """Stop it as clients do: close stdin, then ask it to end, then end it; tell what it took beside the first."""
        self._stopping = True
        assert self._process.stdin is not None  # noqa: S101  (a pipe was asked for)
        self._process.stdin.close()
        drain = asyncio.ensure_future(self._read(None))
        try:
            if await self._ended(PATIENCE):
                return "left processes behind, which were ended" if end_tree(self._process.pid) else ""
            end_tree(self._process.pid, kindly=True)
            if await self._ended(PATIENCE):
                end_tree(self._process.pid)
                return f"did not end within {PATIENCE:g} s of its stdin being closed, and was terminated"
            end_tree(self._process.pid)
            return "neither ended when its stdin was closed nor when it was terminated, and was killed"
        finally:
            await asyncio.wait([drain], timeout=0.2)
            drain.cancel()

    async def _ended(self, patience: float) -> bool:
        # `wait` would also wait for children that hold the pipes
        clock = asyncio.get_running_loop()
        until = clock.time() + patience
        while self._process.returncode is None:
            if clock.time() >= until:
                return False
            await asyncio.sleep(_POLL)
        return True

    async def _listen(self) -> None:
        """Keep the end of stderr, however much it is."""
        assert self._process.stderr is not None  # noqa: S101  (a pipe was asked for)
        while chunk := await self._process.stderr.read(_CHUNK):
            self._said += chunk
            del self._said[: -self._keeps]

    async def _read(self, incoming: MemoryObjectSendStream[SessionMessage | Exception] | None) -> None:
        """Hand on the messages of stdout; keep what is none."""
        assert self._process.stdout is not None  # noqa: S101  (a pipe was asked for)
        rest = b""
        while chunk := await self._process.stdout.read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                message = self._message(line)
                if message is not None and incoming is not None:
                    await incoming.send(SessionMessage(message))
            if len(rest) > _LONGEST:
                break
        if rest:
            self._stray(rest)
        if incoming is not None:
            incoming.close()

    def _message(self, line: bytes) -> Any:  # noqa: ANN401  (each major version of the SDK has a type of its own)
        """Return the message that a line is; what is none is kept as a stray."""
        try:
            told = json.loads(line)
            message = _parse(line.decode())
        except (ValueError, RecursionError):
            self._stray(line)
            return None
        method = self._asked.get(told.get("id")) if isinstance(told, dict) else None
        if method is not None and isinstance(told.get("result"), dict):
            self.results[method].append(told["result"])
        return message

    def _stray(self, line: bytes) -> None:
        strays = self.late_strays if self._stopping else self.strays
        if len(strays) < _STRAYS:
            strays.append(line[:400].decode(errors="backslashreplace").rstrip("\r"))

    async def _write(self, outgoing: MemoryObjectReceiveStream[SessionMessage]) -> None:
        assert self._process.stdin is not None  # noqa: S101  (a pipe was asked for)
        with suppress(OSError):
            async for message in outgoing:
                text = message.message.model_dump_json(by_alias=True, exclude_unset=True)
                told = json.loads(text)
                if "method" in told and "id" in told:
                    self._asked[told["id"]] = told["method"]
                self._process.stdin.write(text.encode() + b"\n")
                await self._process.stdin.drain()


def _parse(line: str) -> Any:  # noqa: ANN401  (as above)
    sdk: Any = types
    adapter = getattr(sdk, "jsonrpc_message_adapter", None)
    if adapter is None:
        return sdk.JSONRPCMessage.model_validate_json(line)
    return adapter.validate_json(line, by_name=False)
