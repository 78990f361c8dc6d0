"""The ends of what a wheel declares: whether its server starts today, and did at the floor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mcp_backend import _native
from mcp_backend._verify.environment import Environment, installed_words
from mcp_backend._verify.environment import uv as find_uv
from mcp_backend._verify.report import FailedError, Report, Step
from mcp_backend._verify.script import Script, Surroundings

if TYPE_CHECKING:
    from pathlib import Path

    from mcp_backend._contract import Contract
    from mcp_backend._verify.options import Options

_OLDEST, _NEWEST = "lowest-direct", "highest"


class Versions:
    """One wheel under the oldest and newest Python that it admits, and the oldest and newest of what it requires."""

    def __init__(  # noqa: PLR0913, PLR0917  (what a wheel is verified by)
        self,
        wheel: Path,
        scripts: list[str],
        promised: Contract | None,
        scratch: Path,
        options: Options,
        report: Report,
        beside: list[Path],
    ) -> None:
        """Keep what is tried: `scripts` are those that serve."""
        self._wheel, self._scripts, self._promised = wheel, scripts, promised
        self._scratch, self._options, self._report = scratch, options, report
        self._beside = beside

    def verify(self) -> None:
        """Try each, a step a line; where one fails, the others are tried all the same."""
        uv = find_uv()
        pythons = _native.pythons_of(self._wheel)
        if uv is None or not pythons:
            with self._report.step("versions") as step:
                step.skip("only uv finds other Pythons and older releases: pip install uv")
            return
        ends = [(pythons[0], _OLDEST), (pythons[0], _NEWEST), (pythons[-1], _NEWEST)]
        for number, (python, resolution) in enumerate(dict.fromkeys(ends)):
            folder = self._scratch / f"versions-{number}"
            folder.mkdir()
            environment = Environment(folder / "environment", uv, self._options.timeout, resolution, self._beside)
            try:
                with self._report.step("versions") as step:
                    self._try(environment, python, folder, step)
            except FailedError:
                # its step told
                continue

    def _try(self, environment: Environment, python: str, folder: Path, step: Step) -> None:
        releases = "the oldest releases" if environment.resolution == _OLDEST else "the newest releases"
        try:
            environment.make(python, self._wheel)
        except FailedError as error:
            step.skip(f"there is no Python {python} here: {error}")
            return
        try:
            environment.install(self._wheel)
        except FailedError as error:
            raise FailedError(f"Python {python}, {releases}: it cannot be installed", error.details) from None
        version, versions = environment.installed()
        installed = f"{installed_words(version, versions)}, {releases}"
        declared = self._promised["environment"] if self._promised else []
        around = Surroundings(environment, folder, self._options, declared, version, versions)
        for name in self._scripts:
            fault = Script(name, around, self._report, alone=True).comes_up()
            if fault:
                raise FailedError(f"{installed}: `{name}`: {fault[0]}", fault[1:])
        step.message = f"{installed}: starts"
