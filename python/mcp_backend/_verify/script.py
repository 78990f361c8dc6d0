"""One console script: its server is started once for each generation of the protocol."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mcp_backend import _native
from mcp_backend._verify import client, imports, session, variables
from mcp_backend._verify.process import Process
from mcp_backend._verify.report import FailedError, Report, Server
from mcp_backend._verify.session import UnknownMethodError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator, Mapping
    from pathlib import Path

    from mcp_backend._contract import Endpoint, Variable
    from mcp_backend._verify.client import Circumstance
    from mcp_backend._verify.environment import Environment
    from mcp_backend._verify.options import Options

_NEWER = 2
# what a command for people ends with when it is called without a word: done, or wrong usage
_FOR_PEOPLE = (0, 2)
# in seconds: several clients give a server no longer to answer first
_PATIENCE_OF_CLIENTS = 10.0
# so many lines show why a start under a circumstance failed
_LAST_WORDS = 4
# the rest is as many more
_SHOWN = 10
# of a client, as a recording names them; and of the order in which a set of texts is walked through
_CAPABILITIES = ("none", "all")
_HASH_SEEDS = ("0", "1")


@dataclass
class Surroundings:
    """What all scripts of a wheel are started in."""

    environment: Environment
    scratch: Path
    options: Options
    declared: list[Variable]
    """The variables of the contract."""
    python: str = ""
    """The version of Python that was installed into."""
    versions: dict[str, str] = field(default_factory=dict)
    """Those of what shapes the lists."""
    endpoints: list[Endpoint] = field(default_factory=list)
    """How the contract says that the servers are reached."""


@dataclass
class Answers:
    """What a server answered, by generation of the protocol, as the comparison takes it."""

    older: dict[str, Any] | None = None
    newer: dict[str, Any] | None = None


@dataclass(frozen=True)
class Start:
    """How one start of a server differs from the others."""

    name: str
    variables: dict[str, str] = field(default_factory=dict)
    able: bool = False
    """Whether the client says that it is able to all that servers may ask of it."""
    folder: Path | None = None
    """Where it is started; in an empty folder of its own without one."""
    keeps: int | None = None
    """How much of what it says on stderr is kept, if not the end alone."""

    @classmethod
    def under(cls, circumstance: Circumstance) -> Start:
        """Return how it is started under a circumstance."""
        return cls(circumstance.name, circumstance.variables, folder=circumstance.folder)


@dataclass(frozen=True)
class _Asked:
    """A server that was asked and stopped, and why it did not answer: a phrase, and what it said."""

    process: Process
    fault: list[str]


class Script:
    """One console script."""

    def __init__(self, name: str, around: Surroundings, report: Report, *, alone: bool) -> None:
        """Prepare its variables; `alone` says that no other script of the wheel may be the server instead."""
        self.name, self.server = name, Server(name)
        self.answers = Answers()
        self.is_server = True
        """Whether it did not end as commands for people do."""
        self._around, self._report, self._alone = around, report, alone
        given = around.options.variables
        self._made_up = variables.made_up(around.declared, given, around.scratch)
        common = variables.surroundings(around.scratch, around.environment.scripts)
        self._variables = {**common, **self._made_up, **given}
        self._identity: dict[str, Any] = {}
        self._seconds = 0.0
        """How long it took until the server answered first."""

    def verify(self) -> None:
        """Start the server in each generation, the newer where the older went well."""
        self._report.script(self.name)
        try:
            asyncio.run(self._older())
            if self.is_server:
                self._in_time()
                self._accepted()
                self._newer()
                self._as_clients()
        except FailedError:
            # its step told
            return

    def record(self) -> list[dict[str, Any]]:
        """Start the server for clients able to nothing and to all, each under two hash seeds; return the answers."""
        self._report.script(self.name)
        starts = []
        for capabilities in _CAPABILITIES:
            for seed in _HASH_SEEDS:
                start = Start(f"{capabilities}-{seed}", {"PYTHONHASHSEED": seed}, able=capabilities == "all")
                asyncio.run(self._older(start))
                if not self.is_server or self.answers.older is None:
                    return []
                protocol = self.server.protocols[-1]
                starts.append({**self.answers.older, "capabilities": capabilities, "protocol": protocol})
        return starts

    @property
    def conditions(self) -> dict[str, Any]:
        """What it is started under; of variables the names alone."""
        given = {name for name in self._around.options.variables if name not in self._made_up}
        return {
            "script": self.name,
            "arguments": list(self._around.options.arguments),
            "variables": sorted(given),
            "madeUp": sorted(self._made_up),
            "python": self._around.python,
            "versions": self._around.versions,
        }

    @property
    def values(self) -> dict[str, str]:
        """The variables that were set for it, with their values."""
        return {**self._made_up, **self._around.options.variables}

    async def _older(self, start: Start | None = None) -> None:
        """Shake hands, list, stop."""
        start = start or Start("2025")
        async with self._started(start) as process:

            async def talk(conversation: session.Conversation) -> None:
                with self._report.step("initialize", self.name) as step:
                    try:
                        told = await conversation.initialize()
                        self._seconds = process.age
                    except FailedError as error:
                        if self._is_for_people(process):
                            self.is_server = False
                            step.skip(f"it starts no server: it ended with status {process.status}")
                            step.details = error.details
                            return
                        error.details += self._hints(process)
                        raise
                    info = told.get("serverInfo", {})
                    self.server.name, self.server.version = info.get("name"), info.get("version")
                    self.server.protocols.append(told["protocolVersion"])
                    self._identity = {**info, "instructions": told.get("instructions")}
                    name = f"`{info.get('name')}` {info.get('version') or ''}".rstrip()
                    step.message = f"protocol {told['protocolVersion']}, {name}"
                self.answers.older = await self._listed(conversation, told)

            await self._until_stopped(process, talk, able=start.able)

    def _in_time(self) -> None:
        """Tell a start that takes long, and what it spends the time on."""
        budget = self._around.options.budget
        slow = self._seconds > _PATIENCE_OF_CLIENTS
        if budget is None and not slow:
            return
        with self._report.step("time", self.name) as step:
            step.message = f"{self._seconds:.1f} s until it answered"
            if budget is not None and self._seconds > budget:
                raise FailedError(f"{step.message}, over the budget of {budget:g} s", self._imports())
            if slow:
                step.warn(f"{step.message}, longer than some clients wait", self._imports())

    def _imports(self) -> list[str]:
        """Start the server once more, and return the packages whose import takes longest."""
        profile = {"PYTHONPROFILEIMPORTTIME": "1"}
        process = asyncio.run(self._asked(Start("imports", profile, keeps=imports.LONGEST))).process
        slowest = imports.slowest(process.said)
        return [f"import of `{name}`: {seconds:.1f} s" for name, seconds in slowest]

    def _accepted(self) -> None:
        """Tell what clients are known to refuse of the tools."""
        tools = (self.answers.older or {}).get("tools", [])
        lines = _native.objections(json.dumps(tools), self.server.name, list(self._around.options.profiles))
        if lines:
            with self._report.step("accept", self.name) as step:
                step.warn("clients do not take all of it", lines[:_SHOWN])
                if len(lines) > _SHOWN:
                    step.details.append(f"and {len(lines) - _SHOWN} more")

    def comes_up(self) -> list[str]:
        """Start the server and ask it for its lists; return why it did not answer, a phrase and what it said."""
        return asyncio.run(self._asked(Start("alone"))).fault

    def _as_clients(self) -> None:
        """Start the server as clients do; where it does not come up, tell under which of the circumstances."""
        around = self._around
        all_of = client.circumstances(around.declared, self.values)
        with self._report.step("client", self.name) as step:
            whole = asyncio.run(self._asked(Start.under(client.together(all_of))))
            if not whole.fault:
                step.message = "starts as clients start it: " + ", ".join(one.name for one in all_of)
                return
            faults = [(one, asyncio.run(self._asked(Start.under(one))).fault) for one in all_of]
            faults = [(one, fault) for one, fault in faults if fault] or [(client.together(all_of), whole.fault)]
            details = [line for one, fault in faults for line in (f"{one.words}: {fault[0]}", *fault[1:])]
            message = f"it does not start {faults[0][0].words}"
            if any(one.fails for one, _ in faults):
                raise FailedError(message, details)
            step.warn(message, details)

    async def _asked(self, start: Start) -> _Asked:
        """Start the server, and ask it for its tools; tell why it did not answer, if it did not."""
        fault: list[str] = []
        async with self._started(start) as process:

            async def talk(conversation: session.Conversation) -> None:
                told = await conversation.initialize()
                await conversation.lists(told.get("capabilities", {}))

            try:
                await session.converse(process, self._around.options.timeout, talk)
                await process.stop()
            except FailedError as error:
                fault = [str(error), *error.details[-_LAST_WORDS:]]
            if not fault and process.strays:
                fault = ["lines on stdout are no JSON-RPC", *(f"stdout: {line}" for line in process.strays[:3])]
            return _Asked(process, fault)

    def _newer(self) -> None:
        """Do the same in the newer generation, where the server's SDK knows it."""
        sdk = self._around.versions.get("mcp")
        with_sdk = sdk is None or int(sdk.split(".")[0]) >= _NEWER
        if with_sdk and session.knows_discover():
            asyncio.run(self._discovered())
            return
        with self._report.step("discover", self.name) as step:
            lacking = f"the client, {session.client()}," if with_sdk else f"mcp {sdk}"
            step.skip(f"{lacking} knows no protocol from 2026-07-28 on")

    async def _discovered(self) -> None:
        async with self._started(Start("2026")) as process:

            async def talk(conversation: session.Conversation) -> None:
                with self._report.step("discover", self.name) as step:
                    try:
                        told = await conversation.discover()
                    except UnknownMethodError as error:
                        step.warn(f"the server knows no protocol from 2026-07-28 on: {error}")
                        return
                    self.server.protocols.append(told["protocolVersion"])
                    step.message = f"protocol {told['protocolVersion']}"
                self.answers.newer = await self._listed(conversation, told)

            await self._until_stopped(process, talk)

    @asynccontextmanager
    async def _started(self, start: Start) -> AsyncIterator[Process]:
        """Start the server in an empty folder."""
        command = [str(self._around.environment.script(self.name)), *self._around.options.arguments]
        process = self._process(command, start)
        try:
            await process.start()
        except OSError as error:
            with self._report.step("start", self.name):
                raise FailedError(f"it cannot be started: {error.strerror}") from None
        try:
            yield process
        finally:
            await process.end()

    def _process(self, command: list[str], start: Start) -> Process:
        return Process(command, self._folder(start), {**self._variables, **start.variables}, start.keeps)

    def _folder(self, start: Start) -> Path:
        if start.folder is not None:
            return start.folder
        folder = self._around.scratch / f"{re.sub('[^A-Za-z0-9._-]', '_', self.name)}-{start.name}"
        folder.mkdir()
        return folder

    async def _listed(self, conversation: session.Conversation, told: dict[str, Any]) -> dict[str, Any]:
        with self._report.step("list", self.name) as step:
            lists = await conversation.lists(told.get("capabilities", {}))
            step.message = counted(lists)
        return {**self.conditions, "server": self._identity, **lists}

    async def _until_stopped(
        self, process: Process, talk: Callable[[session.Conversation], Awaitable[None]], *, able: bool = False
    ) -> None:
        """Let `talk` ask, then stop the server; what it wrote beside messages is a fault whatever came of the rest."""
        try:
            await session.converse(process, self._around.options.timeout, talk, able=able)
            if not self.is_server:
                return
            with self._report.step("stop", self.name) as step:
                trouble = await process.stop()
                if trouble:
                    step.warn(f"it {trouble}")
                else:
                    step.message = f"ended with status {process.status}"
        finally:
            self._strays(process)

    def _strays(self, process: Process) -> None:
        """Tell what is no message on stdout; after its stdin was closed nobody reads it any more."""
        lines = process.strays or process.late_strays
        if not lines or not self.is_server:
            return
        shown = [f"stdout: {line}" for line in lines[:10]]
        number = "1 line that is" if len(lines) == 1 else f"{len(lines)} lines that are"
        with self._report.step("stdout", self.name) as step:
            if not process.strays:
                step.warn(f"{number} no JSON-RPC, once the server was to stop", shown)
                return
            raise FailedError(f"{number} no JSON-RPC, on which clients fail", shown)

    def _is_for_people(self, process: Process) -> bool:
        """Tell whether it ended as a command for people does, and another script may be the server."""
        return not self._alone and process.status in _FOR_PEOPLE

    def _other_transport(self, process: Process, /) -> Iterator[str]:
        if any("Uvicorn running on" in line for line in process.last_words):
            yield "hint: it serves HTTP; tell it to use stdio by `-- ARGUMENT...` or `--env NAME=VALUE`"

    def _hints(self, process: Process) -> Iterator[str]:
        yield from self._other_transport(process)
        if self._made_up:
            names = ", ".join(f"`{name}`" for name in self._made_up)
            yield f"hint: it ran with made-up values of {names}; give others by `--env NAME=VALUE`"


def counted(lists: Mapping[str, Collection[object]]) -> str:
    """Word how many entries the lists have: `2 tools, 1 prompt`."""
    names = {"resourceTemplates": "templates"}
    sizes = [(names.get(key, key), len(found)) for key, found in lists.items()]
    counts = [f"{size} {name.removesuffix('s') if size == 1 else name}" for name, size in sizes if size]
    return ", ".join(counts) or "nothing"
