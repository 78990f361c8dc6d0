"""The words of the command line."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

_TIMEOUT = 60.0


class UsageError(Exception):
    """The command was called wrongly, or the machine lacks what it needs."""


@dataclass(frozen=True)
class Options:
    """What is wanted."""

    wheels: tuple[Path, ...]
    """Those to verify; none when the project in the current folder is to be built."""
    arguments: tuple[str, ...]
    """What every server is started with."""
    variables: dict[str, str]
    json: bool
    keep: bool
    timeout: float
    python: str | None


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(arguments: list[str]) -> Options:
    """Read the arguments; raise `UsageError` for what is wrong with them."""
    parser = _Parser(prog="mcp-backend verify", add_help=False, allow_abbrev=False)
    parser.add_argument("wheels", nargs="*", type=Path)
    parser.add_argument("--format", choices=("text", "json"), default="text")
    parser.add_argument("--env", action="append", default=[])
    parser.add_argument("--timeout", type=_seconds, default=_TIMEOUT)
    parser.add_argument("--python")
    parser.add_argument("--keep", action="store_true")
    own, rest = arguments, []
    if "--" in arguments:
        at = arguments.index("--")
        own, rest = arguments[:at], arguments[at + 1 :]
    read = parser.parse_intermixed_args(own)
    return Options(
        wheels=tuple(map(_wheel, read.wheels)),
        arguments=tuple(rest),
        variables=dict(map(_variable, read.env)),
        json=read.format == "json",
        keep=read.keep,
        timeout=read.timeout,
        python=read.python,
    )


def _wheel(path: Path) -> Path:
    if path.suffix != ".whl":
        raise UsageError(f"`{path}` is no wheel; without a path, the project in the current folder is built")
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
