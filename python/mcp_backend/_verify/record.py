"""`mcp-backend contract --live`: the steps of `verify` up to the answers, which are kept in the project."""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mcp_backend import BuildError, _native
from mcp_backend._verify.report import FailedError
from mcp_backend._verify.steps import Wheel

if TYPE_CHECKING:
    from mcp_backend._verify.options import Options
    from mcp_backend._verify.report import Report
    from mcp_backend._verify.script import Script

# a value that is shorter or one of these may be a word of any text
_SHORTEST = 4
_COMMON = {"auto", "debug", "false", "info", "localhost", "none", "null", "stdio", "true"}


class Recording(Wheel):
    """A project whose servers are asked, from its build to what is kept of their answers."""

    def __init__(self, scratch: Path, options: Options, report: Report) -> None:
        """Keep what is asked for."""
        super().__init__(None, scratch, options, report)
        self._answers: dict[str, list[dict[str, Any]]] = {}

    def record(self) -> None:
        """Take all steps; what stops one is told by its report."""
        try:
            wheel = self._built()
            verified = self.report.wheels[-1]
            promised = self._contract(wheel)
            self._installed(wheel)
            scripts = self._scripts(wheel, promised, verified)
            if verified.passed:
                self._kept(scripts)
        except FailedError:
            # its step told
            return

    def _build(self) -> str:
        """Build with the rules left aside that no wheel needs: what was recorded before may be one of their faults."""
        try:
            name, _ = _native.build_wheel(
                str(self.options.root), str(self.scratch), {"check": "off"}, None, look=(False, False)
            )
        except BuildError as error:
            raise FailedError("the build was refused", str(error).splitlines()) from None
        return name

    def _ask(self, script: Script) -> None:
        self._answers[script.name] = script.record()

    def _kept(self, scripts: list[Script]) -> None:
        """Keep the answers in the project, or hold them against what it keeps."""
        told = [{**script.conditions, "starts": self._answers[script.name]} for script in scripts]
        stands = [pair for script in scripts for pair in _values(script.values)]
        session = {"scripts": told, "stands": [*stands, *self._places()]}
        with self.report.step("record") as step:
            try:
                passes, message, details = _native.record_live(
                    str(self.options.root), json.dumps(session), check=self.options.check
                )
            except ValueError as error:
                raise FailedError(f"the answers {error}") from None
            if not passes:
                raise FailedError(message, [*details, "`mcp-backend contract --live` writes it anew"])
            step.message = message
            step.details = details

    def _places(self) -> list[tuple[str, str]]:
        """Return what is of this machine alone, each with what stands for it."""
        starts = [(folder, "<folder>") for folder in self.scratch.iterdir() if folder.is_dir()]
        places = [
            *starts,
            (self.scratch, "<scratch>"),
            (self.scratch / "home", "<home>"),
            (self.scratch / "tmp", "<tmp>"),
            (self.environment.folder, "<environment>"),
            (self.options.root.resolve(), "<project>"),
            (Path.home(), "<user>"),
            (Path(sys.base_prefix), "<python>"),
        ]
        # the later of a place counts
        named = {text: name for place, name in places for text in (str(place), place.as_posix())}
        host = socket.gethostname()
        if len(host) >= _SHORTEST and host.lower() not in _COMMON:
            named[host] = "<host>"
        return [(text, name) for text, name in named.items() if len(text) >= _SHORTEST]


def _values(variables: dict[str, str]) -> list[tuple[str, str]]:
    """Return the values of variables that no text has by chance, each with its name."""
    told = [(value, name) for name, value in sorted(variables.items()) if len(value) >= _SHORTEST]
    return [(value, f"<{name}>") for value, name in told if value.lower() not in _COMMON and not value.isdecimal()]
