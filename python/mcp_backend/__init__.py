"""The build backend for MCP servers: the hooks of PEP 517 and PEP 660, and `contract` for who consumes wheels.

Everything is decided in the native module; here are only the names that frontends call, and how a refused build
leaves the process. A build imports this module first of all, so it imports nothing but `sys` and `os`.
"""

import os
import sys

from mcp_backend import _native
from mcp_backend._native import BuildError

# `typing` and `collections.abc` cost more to import than this module; type checkers know this spelling too
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType
    from typing import TextIO

    from mcp_backend._contract import Contract

    _ConfigSettings = dict[str, str | list[str] | bool] | None

__all__ = [
    "BuildError",
    "Contract",
    "build_editable",
    "build_sdist",
    "build_wheel",
    "contract",
    "get_requires_for_build_editable",
    "get_requires_for_build_sdist",
    "get_requires_for_build_wheel",
    "prepare_metadata_for_build_editable",
    "prepare_metadata_for_build_wheel",
]


def build_wheel(
    wheel_directory: str,
    config_settings: "_ConfigSettings" = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel of the project in the current folder and return its file name."""
    return _run(_native.build_wheel, wheel_directory, config_settings, metadata_directory)


def build_editable(
    wheel_directory: str,
    config_settings: "_ConfigSettings" = None,
    metadata_directory: str | None = None,
) -> str:
    """Build the wheel that installs the project in place and return its file name."""
    return _run(_native.build_wheel, wheel_directory, config_settings, metadata_directory, editable=True)


def build_sdist(sdist_directory: str, config_settings: "_ConfigSettings" = None) -> str:
    """Build the sdist of the project in the current folder and return its file name."""
    return _run(_native.build_sdist, sdist_directory, config_settings)


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: "_ConfigSettings" = None) -> str:
    """Write the `.dist-info` folder that the wheel will hold and return its name."""
    return _run(_native.prepare_metadata, metadata_directory, config_settings, editable=False)


def prepare_metadata_for_build_editable(metadata_directory: str, config_settings: "_ConfigSettings" = None) -> str:
    """Write the `.dist-info` folder that the editable wheel will hold and return its name."""
    return _run(_native.prepare_metadata, metadata_directory, config_settings, editable=True)


def get_requires_for_build_wheel(config_settings: "_ConfigSettings" = None) -> list[str]:  # noqa: ARG001  (PEP 517 passes it)
    """Return what a build needs beside this backend: nothing."""
    return []


get_requires_for_build_sdist = get_requires_for_build_wheel
get_requires_for_build_editable = get_requires_for_build_wheel


def contract(name_or_path: "str | os.PathLike[str]") -> "Contract":
    """Return the contract of an installed server or of a wheel file: what its users and their agents rely on.

    What ends in `.whl`, holds a separator or is a path object is a wheel file; all else is the name of an installed
    distribution. Raises `FileNotFoundError` without such a wheel, `LookupError` without such a distribution or where it
    holds no contract, as an editable installation does, and `ValueError` for what is no wheel or no contract.
    """
    from mcp_backend import _contract  # noqa: PLC0415  (a build pays nothing for it)

    return _contract.contract(name_or_path)


def __getattr__(name: str) -> object:
    """Import what only annotations need, when somebody asks for it."""
    if name == "Contract":
        from mcp_backend._contract import Contract  # noqa: PLC0415  (likewise)

        return Contract
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _run(
    hook: "Callable[..., tuple[str, str]]",
    out: str,
    config: "_ConfigSettings",
    *metadata: str | None,
    **mode: bool,
) -> str:
    """Run `hook` on the current folder, which PEP 517 promises to be the root of the project."""
    try:
        name, notices = hook(os.getcwd(), os.fspath(out), config, *metadata, **mode, look=look(sys.stderr))
    except BuildError:
        # a frontend runs the hook in a process of its own and lets the exception end it; somebody who set
        # another excepthook wants to see exceptions their own way
        if sys.excepthook is sys.__excepthook__:
            sys.excepthook = _show
        raise
    if notices:
        _say(notices)
    return name


def _show(kind: type[BaseException], error: BaseException, traceback: "TracebackType | None") -> None:
    """Print a refusal as its report alone; anything else as Python does."""
    if isinstance(error, BuildError):
        _say(str(error))
    else:
        sys.__excepthook__(kind, error, traceback)


def _say(text: str) -> None:
    # frontends merge both streams: what was printed before must stand before
    _write(sys.stdout, "")
    _write(sys.stderr, text if text.endswith("\n") else text + "\n")


def _write(stream: "TextIO | None", text: str) -> None:
    try:
        if stream is not None:
            stream.write(text)
            stream.flush()
    except (OSError, ValueError):
        # nobody listens, or the disk behind the stream is full: the build has ended all the same
        pass


def look(stream: "TextIO | None") -> tuple[bool, bool]:
    """Tell whether text for `stream` may be coloured, and whether it may be drawn in Unicode.

    A process that was started with the stream closed has none.
    """
    if stream is None:
        return False, False
    environ = os.environ
    if environ.get("NO_COLOR"):
        color = False
    elif environ.get("FORCE_COLOR") or environ.get("CLICOLOR_FORCE", "0") not in {"", "0"}:
        color = True
    else:
        color = stream.isatty() and environ.get("TERM") != "dumb"
    return color, (stream.encoding or "").lower() in {"utf-8", "utf8"}
