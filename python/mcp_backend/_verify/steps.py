"""The steps in their order, from a wheel to a verdict."""

from __future__ import annotations

import asyncio
import configparser
import json
import logging
import re
import shutil
import signal
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcp_backend import _native, look
from mcp_backend._contract import Contract, contract
from mcp_backend._verify import environment, session, variables
from mcp_backend._verify.environment import Environment
from mcp_backend._verify.options import Options, UsageError
from mcp_backend._verify.process import Process
from mcp_backend._verify.report import FailedError, Report, Server, Verified
from mcp_backend._verify.session import UnknownMethodError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

# an installer may have to fetch and to compile
_INSTALLING = 10
_NEWER = 2


def run(options: Options) -> int:
    """Verify every wheel; return the exit status."""
    # what the SDK logs of a server is told by the steps
    logging.disable(logging.CRITICAL)
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _interrupt)
    color, _ = look(sys.stdout)
    report = Report(as_json=options.json, color=color, secrets=options.variables.values())
    scratch = Path(tempfile.mkdtemp(prefix="mcp-backend-verify-")).resolve()
    try:
        for number, wheel in enumerate(options.wheels or (None,)):
            folder = scratch / str(number)
            folder.mkdir()
            _Wheel(wheel, folder, options, report).verify()
        if options.keep:
            report.note(f"kept {scratch}")
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    report.finish()
    return 0 if report.passed else 1


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


class _Wheel:
    """One wheel, from its build, if it has to be built, to the comparison."""

    def __init__(self, wheel: Path | None, scratch: Path, options: Options, report: Report) -> None:
        self.wheel, self.scratch, self.options, self.report = wheel, scratch, options, report
        uv = environment.uv()
        self.environment = Environment(scratch / "environment", uv, options.timeout * _INSTALLING)
        self.sdks: dict[str, str] = {}
        # by generation of the protocol, what the servers answered
        self.answers: tuple[list[dict[str, Any]], list[dict[str, Any]]] = ([], [])

    def verify(self) -> None:
        """Take all steps; what stops one is told by its report."""
        wheel = self.wheel or self._built()
        if wheel is None:
            return
        verified = self.report.wheel(wheel.name) if self.wheel else self.report.wheels[-1]
        try:
            promised = self._contract(wheel)
            self._installed(wheel)
            complete = self._scripts(wheel, promised, verified)
            self._compared(promised, verified, complete=complete)
        except FailedError:
            pass

    def _built(self) -> Path | None:
        """Build the project in the current folder."""
        self.report.wheel(str(Path.cwd().name))
        try:
            with self.report.step("build") as step:
                step.message = _build(self.scratch)
        except FailedError:
            return None
        self.report.wheels[-1].wheel = step.message
        return self.scratch / step.message

    def _contract(self, wheel: Path) -> Contract | None:
        """Read the contract that the wheel holds."""
        try:
            return contract(wheel)
        except LookupError:
            return None
        except ValueError as error:
            with self.report.step("contract"):
                raise FailedError(str(error)) from None
        return None

    def _installed(self, wheel: Path) -> None:
        with self.report.step("environment") as step:
            self.environment.make(self.options.python)
            step.message = f"by {'uv' if self.environment.uv else 'venv and pip'}"
        with self.report.step("install") as step:
            self.environment.install(wheel)
            python, versions = self.environment.installed()
            self.sdks = {name: versions[name] for name in ("mcp", "fastmcp") if name in versions}
            sdks = "".join(f", {name} {version}" for name, version in self.sdks.items())
            step.message = f"Python {python}{sdks}"

    def _scripts(self, wheel: Path, promised: Contract | None, verified: Verified) -> bool:
        """Start each script that makes a server; tell whether all of them answered."""
        scripts = dict(_scripts_of(wheel))
        if not scripts:
            with self.report.step("scripts"):
                raise FailedError("the wheel has no console script, so that nothing starts its server")
        serving = [name for name, start in scripts.items() if start in {"stdio", "unknown"}]
        elsewhere = [name for name, start in scripts.items() if start == "other"]
        complete = not elsewhere
        # what the text does not show may be there all the same
        serving = serving or [name for name in scripts if name not in elsewhere]
        for name in scripts:
            if name in serving:
                complete &= _Script(self, name, promised, verified).verify()
                continue
            self.report.script(name)
            with self.report.step("start", name) as step:
                step.skip("serves over another transport than stdio" if name in elsewhere else "starts no server")
        return complete

    def _compared(self, promised: Contract | None, verified: Verified, *, complete: bool) -> None:
        """Compare what the servers answered with the contract."""
        with self.report.step("compare") as step:
            if promised is None:
                step.skip("the wheel holds no contract: mcp-backend did not build it, or it knows of no server")
                return
            if not complete:
                step.skip("not every server answered")
                return
            text = json.dumps(promised)
            for answers in self.answers:
                found = json.loads(_native.compare_with_live(text, json.dumps(answers))) if answers else []
                verified.differences += [one for one in found if one not in verified.differences]
            wrong = [one for one in verified.differences if one["fails"]]
            notes = [one for one in verified.differences if not one["fails"]]
            lines = [_line(one) for one in wrong] + [f"note: {_line(one)}" for one in notes]
            if wrong:
                number = f"{len(wrong)} difference{'s' if len(wrong) > 1 else ''}"
                raise FailedError(f"the contract is not what the server answers: {number}", lines)
            step.message = f"{_counted(promised)}, as in the contract"
            step.details = lines


class _Script:
    """One console script: its server is started once for each generation of the protocol."""

    def __init__(self, wheel: _Wheel, name: str, promised: Contract | None, verified: Verified) -> None:
        self.wheel, self.name, self.report = wheel, name, wheel.report
        self.server = Server(name)
        verified.servers.append(self.server)
        options, scratch = wheel.options, wheel.scratch
        declared = promised["environment"] if promised else []
        self.made_up = variables.made_up(declared, options.variables, scratch)
        common = variables.surroundings(scratch, wheel.environment.scripts)
        self.variables = {**common, **self.made_up, **options.variables}
        self.identity: dict[str, Any] = {}

    def verify(self) -> bool:
        """Tell whether the server answered as clients need it."""
        self.report.script(self.name)
        try:
            asyncio.run(self._older())
        except FailedError:
            return False
        try:
            self._newer()
        except FailedError:
            return False
        return True

    async def _older(self) -> None:
        """Shake hands, list, stop."""
        async with self._process("2025") as process:

            async def talk(conversation: session.Conversation) -> None:
                with self.report.step("initialize", self.name) as step:
                    try:
                        told = await conversation.initialize()
                    except FailedError as error:
                        error.details += self._hints(process)
                        raise
                    info = told.get("serverInfo", {})
                    self.server.name, self.server.version = info.get("name"), info.get("version")
                    self.server.protocols.append(told["protocolVersion"])
                    self.identity = {**info, "instructions": told.get("instructions")}
                    name = f"`{info.get('name')}` {info.get('version') or ''}".rstrip()
                    step.message = f"protocol {told['protocolVersion']}, {name}"
                await self._listed(conversation, told, 0)

            await self._until_stopped(process, talk)

    def _newer(self) -> None:
        """Do the same in the newer generation, where the server's SDK knows it."""
        sdk = self.wheel.sdks.get("mcp")
        with_sdk = sdk is None or int(sdk.split(".")[0]) >= _NEWER
        if with_sdk and session.knows_discover():
            asyncio.run(self._discovered())
            return
        with self.report.step("discover", self.name) as step:
            lacking = f"the client, {session.client()}," if with_sdk else f"mcp {sdk}"
            step.skip(f"{lacking} knows no protocol from 2026-07-28 on")

    async def _discovered(self) -> None:
        async with self._process("2026") as process:

            async def talk(conversation: session.Conversation) -> None:
                with self.report.step("discover", self.name) as step:
                    try:
                        told = await conversation.discover()
                    except UnknownMethodError as error:
                        step.warn(f"the server knows no protocol from 2026-07-28 on: {error}")
                        return
                    self.server.protocols.append(told["protocolVersion"])
                    step.message = f"protocol {told['protocolVersion']}"
                await self._listed(conversation, told, 1)

            await self._until_stopped(process, talk)

    def _process(self, generation: str) -> Process:
        folder = self.wheel.scratch / f"{re.sub('[^A-Za-z0-9._-]', '_', self.name)}-{generation}"
        folder.mkdir()
        command = [str(self.wheel.environment.script(self.name)), *self.wheel.options.arguments]
        return Process(command, folder, self.variables)

    async def _listed(self, conversation: session.Conversation, told: dict[str, Any], generation: int) -> None:
        with self.report.step("list", self.name) as step:
            lists = await conversation.lists(told.get("capabilities", {}))
            step.message = _counted(lists)
        answer = {"script": self.name, "sdk": self.wheel.sdks, "server": self.identity, **lists}
        self.wheel.answers[generation].append(answer)

    async def _until_stopped(self, process: Process, talk: Any) -> None:  # noqa: ANN401
        """Let `talk` ask, then stop the server; what it wrote beside messages is a fault whatever came of the rest."""
        try:
            await session.converse(process, self.wheel.options.timeout, talk)
            with self.report.step("stop", self.name) as step:
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
        if not lines:
            return
        shown = [f"stdout: {line}" for line in lines[:10]]
        number = "1 line" if len(lines) == 1 else f"{len(lines)} lines"
        with self.report.step("stdout", self.name) as step:
            if not process.strays:
                step.warn(f"{number} that are no JSON-RPC, once the server was to stop", shown)
                return
            raise FailedError(f"{number} on stdout that are no JSON-RPC, which clients cannot read", shown)

    def _hints(self, process: Process) -> Iterator[str]:
        if any("Uvicorn running on" in line for line in process.last_words):
            yield "hint: it serves HTTP; tell it to use stdio by `-- ARGUMENT...` or `--env NAME=VALUE`"
        if self.made_up:
            names = ", ".join(f"`{name}`" for name in self.made_up)
            yield f"hint: it ran with made-up values of {names}; give others by `--env NAME=VALUE`"


def _build(out: Path) -> str:
    """Build the wheel of the project in the current folder into `out` and return its file name."""
    status, built, said = _native.main(["build", "--wheel", "-o", str(out)], look=(False, False))
    if status > 1:
        raise UsageError(said.removeprefix("error: ").rstrip())
    if status:
        raise FailedError("the build was refused", said.splitlines())
    return Path(built.strip()).name


def _scripts_of(wheel: Path) -> list[tuple[str, str]]:
    """Return the console scripts, each with how it starts a server."""
    try:
        return _native.scripts_of(wheel)
    except ValueError:
        # what cannot be read is started all the same
        with zipfile.ZipFile(wheel) as archive:
            places = [name for name in archive.namelist() if name.endswith(".dist-info/entry_points.txt")]
            text = archive.read(places[0]).decode() if places else ""
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
        parser.optionxform = str  # type: ignore[assignment, method-assign]
        parser.read_string(text)
        names = parser["console_scripts"] if parser.has_section("console_scripts") else ()
        return [(name, "unknown") for name in names]


def _counted(lists: Mapping[str, object]) -> str:
    """Word how many entries the lists have: `2 tools, 1 prompt`."""
    names = {"resourceTemplates": "templates"}
    sizes = [(names.get(key, key), len(found)) for key in session.LISTS if isinstance(found := lists[key], list)]
    counts = [f"{size} {name.removesuffix('s') if size == 1 else name}" for name, size in sizes if size]
    return ", ".join(counts) or "nothing"


def _line(difference: dict[str, Any]) -> str:
    """Word a difference."""
    subject = difference["in"] + (f" `{difference['name']}`" if difference["name"] else "")
    place = f" {difference['path']}" if difference["path"] else ""
    return f"{difference['kind']} {subject}{place}: {difference['message']}"
