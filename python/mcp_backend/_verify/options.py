"""The words of the command line."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from mcp_backend import _native

_TIMEOUT = 60.0


class UsageError(Exception):
    """The command was called wrongly, or the machine lacks what it needs."""


@dataclass(frozen=True)
class Options:
    """What is wanted."""

    wheels: tuple[Path, ...]
    """Those to verify, and the folders of projects to be built; none for the project in the current folder."""
    arguments: tuple[str, ...]
    """What every server is started with."""
    variables: dict[str, str]
    json: bool
    keep: bool
    timeout: float
    python: str | None
    budget: float | None = None
    """How long a server may take to answer first, in seconds."""
    all_versions: bool = False
    """Whether the oldest and newest Python and requirements are tried, too."""
    http: bool = False
    """Whether the servers are reached over HTTP, and not over stdio."""
    profiles: tuple[str, ...] = ()
    """The clients whose refusals are told; what two of all refuse without one."""
    root: Path = Path()
    """The project that is built."""
    check: bool = False
    """Whether what is recorded is held against what the project keeps, and not written."""
    workspace: bool = False
    """Whether the projects are those of a workspace, of which some may be no servers."""
    notices: str = ""
    """What is to be told of the projects as a whole."""
    status: int = 0
    """The exit status that this comes to."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(arguments: list[str]) -> Options:
    """Read the arguments of `verify`; raise `UsageError` for what is wrong with them."""
    parser = _parser("verify")
    parser.add_argument("wheels", nargs="*", type=Path)
    parser.add_argument("--workspace", action="store_true")
    parser.add_argument("--budget", type=_seconds)
    parser.add_argument("--all-versions", action="store_true")
    parser.add_argument("--http", action="store_true")
    parser.add_argument("--profile", action="append", default=[], choices=_native.client_profiles())
    read, rest = _read(parser, arguments)
    wheels, notices, status = _members(read.wheels) if read.workspace else (map(_wheel, read.wheels), "", 0)
    options = _options(read, rest, wheels=tuple(wheels))
    options = replace(options, workspace=read.workspace, notices=notices, status=status)
    if read.http and (read.all_versions or read.budget is not None):
        raise UsageError("`--http` goes with neither `--all-versions` nor `--budget`")
    profiles = tuple(read.profile)
    return replace(options, budget=read.budget, profiles=profiles, all_versions=read.all_versions, http=read.http)


def _members(paths: list[Path]) -> tuple[list[Path], str, int]:
    """Return the projects of the workspaces around folders, what is to be told of them, and the status of that."""
    try:
        projects, notices, status = _native.projects_at([*paths], workspace=True)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if not projects:
        raise UsageError(notices.removeprefix("error: ").rstrip())
    return [project.absolute() for project in projects], notices, status


def parse_recording(arguments: list[str]) -> Options:
    """Read the arguments of `contract --live`, likewise."""
    parser = _parser("contract")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--live", action="store_true")
    parser.add_argument("--check", action="store_true")
    read, rest = _read(parser, arguments)
    try:
        root = _native.project_at(read.folder)
    except ValueError as error:
        raise UsageError(str(error)) from None
    return _options(read, rest, root=Path(root), check=read.check)


def _parser(command: str) -> _Parser:
    parser = _Parser(prog=f"mcp-backend {command}", add_help=False, allow_abbrev=False)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--timeout", type=_seconds, default=_TIMEOUT)
    parser.add_argument("--python")
    parser.add_argument("--keep", action="store_true")
    return parser


def _read(parser: _Parser, arguments: list[str]) -> tuple[argparse.Namespace, list[str]]:
    """Read what is ours; the rest, behind `--`, is for the servers."""
    own, rest = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        own, rest = arguments[:at], arguments[at + 1 :]
    return parser.parse_intermixed_args(own), rest


def _options(
    read: argparse.Namespace,
    rest: list[str],
    wheels: tuple[Path, ...] = (),
    root: Path = Path(),
    *,
    check: bool = False,
) -> Options:
    return Options(
        wheels=wheels,
        arguments=tuple(rest),
        variables=dict(map(_variable, read.env)),
        json=read.format == "json",
        keep=read.keep,
        timeout=read.timeout,
        python=read.python,
        root=root,
        check=check,
    )


def _wheel(path: Path) -> Path:
    """Return a wheel, or the folder of a project."""
    if path.is_dir():
        try:
            return _native.project_at(path).absolute()
        except ValueError as error:
            raise UsageError(str(error)) from None
    if path.suffix != ".whl":
        raise UsageError(f"`{path}` is neither a wheel nor the folder of a project")
    if not path.is_file():
        raise UsageError(f"there is no wheel `{path}`")
    return path.absolute()


def _variable(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name:
        raise UsageError(f"`--env {text}` names no variable")
    if equals:
        return name, value
    if name not in os.environ:
        raise UsageError(f"`--env {name}` hands on a variable that is not set")
    return name, os.environ[name]


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"`{text}` is no time in seconds")
    return seconds
