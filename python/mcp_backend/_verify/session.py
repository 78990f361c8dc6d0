"""What a client asks of a server: the SDK's own client asks, and the server's words are kept as it wrote them."""

from __future__ import annotations

import importlib
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import anyio
from mcp import ClientSession, types

from mcp_backend._verify.report import FailedError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from mcp_backend._verify.process import Process

_METHOD_NOT_FOUND = -32601
_INVALID_REQUEST = -32600
# no server has so many
_MOST_PAGES = 1000
_SERVER_INFO = "io.modelcontextprotocol/serverInfo"

LISTS = {
    "tools": ("tools/list", "tools"),
    "prompts": ("prompts/list", "prompts"),
    "resources": ("resources/list", "resources"),
    "resourceTemplates": ("resources/templates/list", "resources"),
}
"""The lists of a contract: the method that answers each, and the capability that promises it."""


class UnknownMethodError(Exception):
    """The server answered that it does not know the newer generation."""


class Conversation:
    """A session with a server, and how long each of its answers may take."""

    def __init__(self, process: Process, session: ClientSession, timeout: float) -> None:
        """Keep both ends."""
        self._process, self._session, self._timeout = process, session, timeout

    async def initialize(self) -> dict[str, Any]:
        """Shake hands as protocols up to 2025-11-25 do; return what the server says."""
        await self._ask("initialize", self._session.initialize)
        return self._process.results["initialize"][-1]

    async def discover(self) -> dict[str, Any]:
        """Ask what protocols from 2026-07-28 on ask instead; return the answer in the form of the older."""
        # the SDK's own patience is for servers that have started before
        sdk: Any = importlib.import_module("mcp.client.session")
        sdk.DISCOVER_TIMEOUT_SECONDS = self._timeout
        try:
            await self._ask("server/discover", self._session.discover)
        except FailedError as error:
            if self._process.status is None and _code(error.__cause__) is not None:
                raise UnknownMethodError(str(error.__cause__)) from None
            raise
        told = self._process.results["server/discover"][-1]
        info = told.get("_meta", {}).get(_SERVER_INFO, {})
        return {**told, "serverInfo": info, "protocolVersion": self._session.protocol_version}

    async def lists(self, capabilities: dict[str, Any]) -> dict[str, list[Any]]:
        """Return every page of the lists that the server promises."""
        ask = {
            "tools": self._session.list_tools,
            "prompts": self._session.list_prompts,
            "resources": self._session.list_resources,
            "resourceTemplates": self._session.list_resource_templates,
        }
        return {
            key: await self._pages(key, method, ask[key]) if capability in capabilities else []
            for key, (method, capability) in LISTS.items()
        }

    async def _pages(self, key: str, method: str, ask: Callable[..., Awaitable[object]]) -> list[Any]:
        found: list[Any] = []
        seen: set[str] = set()
        params = None
        while True:
            try:
                await self._ask(method, partial(ask, params=params))
            except FailedError as error:
                # who lists resources need not know of templates
                if key == "resourceTemplates" and _code(error.__cause__) == _METHOD_NOT_FOUND:
                    return found
                raise
            page = self._process.results[method][-1]
            found += page.get(key, [])
            cursor = page.get("nextCursor")
            if cursor is None:
                return found
            if cursor in seen or len(seen) >= _MOST_PAGES:
                raise FailedError(f"`{method}` does not come to an end: it gave the cursor `{cursor}` before")
            seen.add(cursor)
            params = types.PaginatedRequestParams(cursor=cursor)

    async def _ask(self, method: str, ask: Callable[[], Awaitable[object]]) -> None:
        """Ask; what goes wrong is told in the words of the server."""
        try:
            with anyio.fail_after(self._timeout):
                await ask()
        except TimeoutError:
            raise FailedError(f"no answer to `{method}` within {self._timeout:g} s", self._evidence()) from None
        except Exception as error:
            await self._process.settle()
            status = self._process.status
            if status is not None:
                ended = f"ended with status {status}" if status >= 0 else f"was ended by signal {-status}"
                raise FailedError(f"it {ended} before it answered `{method}`", self._evidence()) from error
            raise FailedError(f"`{method}`: {_words(error)}", self._evidence()) from error

    def _evidence(self) -> list[str]:
        return [f"stderr: {line}" for line in self._process.last_words]


async def _refuse(*_: object) -> types.ErrorData:
    return types.ErrorData(code=_INVALID_REQUEST, message="nobody is here")


async def _no_roots(*_: object) -> types.ListRootsResult:
    return types.ListRootsResult(roots=[])


_ABLE: dict[str, Any] = {
    "sampling_callback": _refuse,
    "elicitation_callback": _refuse,
    "list_roots_callback": _no_roots,
}
"""What a client hands to the SDK to say that it is able to all that servers may ask of it."""


async def converse(
    process: Process,
    patience: float,
    talk: Callable[[Conversation], Awaitable[None]],
    *,
    able: bool = False,
) -> None:
    """Let `talk` ask in a session, for a client `able` to all or to nothing; what it raises is raised as it is."""
    fault: Exception | None = None
    handed = _ABLE if able else {}
    async with process.streams() as (read, write), ClientSession(read, write, **handed) as session:
        try:
            await talk(Conversation(process, session, patience))
        except Exception as error:  # noqa: BLE001  (task groups would wrap it into a group)
            fault = error
    if fault is not None:
        raise fault


def knows_discover() -> bool:
    """Tell whether the SDK's client knows the newer generation."""
    return hasattr(ClientSession, "discover")


def client() -> str:
    """Return the client's name and version."""
    return f"mcp {version('mcp')}"


def _code(error: BaseException | None) -> int | None:
    """Return the code of the error that a server answered."""
    code = getattr(getattr(error, "error", None), "code", None)
    return code if isinstance(code, int) else None


def _words(error: Exception) -> str:
    code = _code(error)
    if code is not None:
        return f"it answered the error {code}, {error}"
    first = str(error).strip().splitlines()[:4]
    return f"{type(error).__name__}: {'; '.join(line.strip() for line in first)}"
