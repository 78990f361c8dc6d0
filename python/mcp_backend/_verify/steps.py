"""The steps in their order, from a wheel to a verdict."""

from __future__ import annotations

import configparser
import json
import logging
import shutil
import signal
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from mcp_backend import BuildError, _native, look
from mcp_backend._contract import Contract, contract
from mcp_backend._verify import environment, trees
from mcp_backend._verify.environment import Environment, installed_words
from mcp_backend._verify.http_script import HttpScript
from mcp_backend._verify.options import Options, UsageError
from mcp_backend._verify.report import FailedError, Report, Verified
from mcp_backend._verify.script import Script, Surroundings, counted
from mcp_backend._verify.session import LISTS
from mcp_backend._verify.versions import Versions

if TYPE_CHECKING:
    from collections.abc import Callable

_TRIES = 30
# the rest stands in the JSON
_NOTES = 10


def run(options: Options) -> int:
    """Verify every wheel; return the exit status."""

    def verify(scratch: Path, report: Report) -> None:
        sys.stderr.write(options.notices)
        for number, wheel in enumerate(options.wheels or (None,)):
            folder = scratch / str(number)
            folder.mkdir()
            Wheel(wheel, folder, options, report).verify()

    return max(in_scratch(options, verify), options.status)


def in_scratch(options: Options, work: Callable[[Path, Report], None]) -> int:
    """Let `work` report what it does in a folder that is removed behind it; return the exit status."""
    # what the SDK logs of a server is told by the steps
    logging.disable(logging.CRITICAL)
    color, _ = look(sys.stdout)
    report = Report(as_json=options.json, color=color, secrets=options.variables.values())
    scratch = Path(tempfile.mkdtemp(prefix="mcp-backend-verify-")).resolve()
    try:
        work(scratch, report)
    finally:
        # whoever is impatient now would leave the folder
        trees.on_interrupt(signal.SIG_IGN)
        if options.keep:
            report.keep(scratch)
        else:
            _remove(scratch)
    report.finish()
    return 0 if report.passed else 1


def _remove(folder: Path) -> None:
    """Remove a folder, though a process that was killed may take a moment to leave it."""
    for _ in range(_TRIES):
        shutil.rmtree(folder, ignore_errors=True)
        if not folder.exists():
            return
        time.sleep(0.1)


class Wheel:
    """One wheel, from its build, if it has to be built, to the comparison."""

    def __init__(self, wheel: Path | None, scratch: Path, options: Options, report: Report) -> None:
        """Keep what is asked for; of a folder, and without a wheel in the current one, the project is built."""
        is_project = wheel is not None and wheel.is_dir()
        self.root = wheel if wheel is not None and is_project else options.root
        self.wheel = None if is_project else wheel
        self.scratch, self.options, self.report = scratch, options, report
        uv = environment.uv()
        self.environment = Environment(scratch / "environment", uv, options.timeout)
        self.python = ""
        self.versions: dict[str, str] = {}

    def verify(self) -> None:
        """Take all steps; what stops one is told by its report."""
        try:
            wheel = self.wheel or self._built()
            verified = self.report.wheel(wheel.name) if self.wheel else self.report.wheels[-1]
            promised = self._contract(wheel)
            self._installed(wheel)
            if self.options.workspace and not _scripts_of(wheel):
                self._passed_by()
                return
            scripts = self._scripts(wheel, promised, verified)
            if self.options.all_versions:
                names = [script.name for script in scripts]
                beside = self.environment.beside
                Versions(wheel, names, promised, self.scratch, self.options, self.report, beside).verify()
            self._compared(promised, verified, scripts)
        except FailedError:
            pass

    def _built(self) -> Path:
        """Build the project."""
        self.report.wheel(self.root.resolve().name)
        with self.report.step("build") as step:
            step.message = self._build()
        self._beside()
        self.report.wheels[-1].wheel = step.message
        return self.scratch / step.message

    def _build(self) -> str:
        """Build the wheel of the project into the scratch folder and return its file name."""
        command = ["build", "--wheel", "-o", str(self.scratch), str(self.root)]
        status, built, said = _native.main(command, look=(False, False))
        if status > 1 and len(self.options.wheels) < 2:  # noqa: PLR2004  (of several, the others go on)
            raise UsageError(said.removeprefix("error: ").rstrip())
        if status:
            raise FailedError("the build was refused", said.splitlines())
        return Path(built.strip()).name

    def _beside(self) -> None:
        """Build what the project requires that lies beside it."""
        projects, archives = _native.siblings(self.root)
        if not projects and not archives:
            return
        with self.report.step("siblings") as step:
            folder = self.scratch / "siblings"
            folder.mkdir(exist_ok=True)
            for root, is_ours in projects:
                if is_ours:
                    self._sibling(root, folder)
                else:
                    self.environment.build(root, folder)
            self.environment.beside = [*sorted(folder.glob("*.whl")), *archives]
            step.message = ", ".join(path.name for path in self.environment.beside)

    @staticmethod
    def _sibling(root: Path, folder: Path) -> None:
        """Build a project of ours with the rules left aside that no wheel needs."""
        try:
            _native.build_wheel(str(root), str(folder), {"check": "off"}, None, look=(False, False))
        except BuildError as error:
            raise FailedError(f"the build of `{root.name}` was refused", str(error).splitlines()) from None

    def _ask(self, script: Script) -> None:
        """Start the server of a script and ask it what is wanted."""
        script.verify()

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
            self.environment.make(self.options.python, wheel)
            step.message = f"by {'uv' if self.environment.uv else 'venv and pip'}"
        with self.report.step("install") as step:
            self.environment.install(wheel)
            self.python, self.versions = self.environment.installed()
            step.message = installed_words(self.python, self.versions)

    def _scripts(self, wheel: Path, promised: Contract | None, verified: Verified) -> list[Script]:
        """Start each script that may make a server; return those that do."""
        scripts = dict(_scripts_of(wheel))
        if not scripts:
            self._fail("the wheel has no console script, so that nothing starts its server")
        # what the text does not show may be there all the same
        serving = [name for name, may_start in scripts.items() if may_start] or list(scripts)
        declared = promised["environment"] if promised else []
        around = Surroundings(self.environment, self.scratch, self.options, declared, self.python, self.versions)
        around.endpoints = promised.get("endpoints", []) if promised else []
        kind = HttpScript if self.options.http else Script
        started = []
        for name in scripts:
            if name not in serving:
                self.report.script(name)
                with self.report.step("start", name) as step:
                    step.skip("it starts no server")
                continue
            script = kind(name, around, self.report, alone=len(serving) == 1)
            self._ask(script)
            if script.is_server:
                started.append(script)
                verified.servers.append(script.server)
        if not started:
            self._fail("none of the scripts starts a server; what they need to be told goes behind `--`")
        return started

    def _passed_by(self) -> None:
        """Tell that a member of the workspace is no server."""
        with self.report.step("scripts") as step:
            step.skip("it has no console script: a library, and no server")

    def _fail(self, message: str) -> NoReturn:
        with self.report.step("scripts"):
            raise FailedError(message)

    def _compared(self, promised: Contract | None, verified: Verified, scripts: list[Script]) -> None:
        """Compare what the servers answered with the contract."""
        with self.report.step("compare") as step:
            if promised is None:
                step.skip("the wheel holds no contract: mcp-backend did not build it, or it knows of no server")
                return
            older = [script.answers.older for script in scripts if script.answers.older]
            newer = [script.answers.newer for script in scripts if script.answers.newer]
            if len(older) < len(scripts):
                step.skip("not every server answered")
                return
            # the lists of the newer generation are whole when every server answered in it
            for answers in [older, newer] if len(newer) == len(scripts) else [older]:
                found = json.loads(_native.compare_with_live(json.dumps(promised), json.dumps(answers)))
                verified.differences += [one for one in found if one not in verified.differences]
            wrong = [one for one in verified.differences if one["fails"]]
            notes = [one for one in verified.differences if not one["fails"]]
            lines = [_line(one) for one in wrong] + [f"note: {_line(one)}" for one in notes[:_NOTES]]
            if len(notes) > _NOTES:
                lines.append(f"and {len(notes) - _NOTES} more notes")
            if wrong:
                number = f"{len(wrong)} difference{'s' if len(wrong) > 1 else ''}"
                raise FailedError(f"the contract is not what the server answers: {number}", lines)
            listed = {key: {_key(one) for answer in older for one in answer[key]} for key in LISTS}
            step.message = f"{counted(listed)}, as {'far as the contract tells' if notes else 'in the contract'}"
            step.details = lines


def _scripts_of(wheel: Path) -> list[tuple[str, bool]]:
    """Return the console scripts, each with whether it may start a server."""
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
        return [(name, True) for name in names]


def _key(entry: dict[str, Any]) -> object:
    """Return what tells an entry of a list apart."""
    return next((str(entry[field]) for field in ("uriTemplate", "uri", "name") if field in entry), None)


def _line(difference: dict[str, Any]) -> str:
    """Word a difference."""
    subject = difference["in"] + (f" `{difference['name']}`" if difference["name"] else "")
    place = f" {difference['path']}" if difference["path"] else ""
    return f"{difference['kind']} {subject}{place}: {difference['message']}"
