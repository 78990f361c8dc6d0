"""How clients start servers, where that is not as a shell does.

All circumstances are tried at once, as most servers take them all; where one does not, each is tried alone, to tell
which it is that the server does not take.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp_backend._contract import Variable


@dataclass(frozen=True)
class Circumstance:
    """One way in which clients start a server."""

    name: str
    words: str
    """What it is, behind `starts` and `does not start`."""
    folder: Path | None = None
    """Where it is started, if not in an empty folder of its own."""
    variables: dict[str, str] = field(default_factory=dict)
    fails: bool = False
    """Whether a server that does not start so does not start in a client that many have."""


def circumstances(declared: Iterable[Variable], given: Iterable[str]) -> list[Circumstance]:
    """Return what clients do; `declared` are the variables of the contract, `given` those that have a value."""
    have = set(given)
    blank = {one["name"]: "" for one in declared if not one["required"] and one["name"] not in have}
    found = [
        Circumstance(
            "buffer", "with `PYTHONUNBUFFERED=1`, as in containers", None, {"PYTHONUNBUFFERED": "1"}, fails=True
        ),
        Circumstance("path", "with the PATH of an application that no shell started", None, {"PATH": _short_path()}),
    ]
    if blank:
        words = f"with {_few(blank)} set to nothing, as where a user leaves a field blank"
        found.append(Circumstance("blank", words, None, blank))
    if os.name == "nt":
        folder = Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "System32")
        found.append(Circumstance("folder", f"in `{folder}`, as clients on Windows start it", folder))
        return found
    nowhere = _unwritable()
    words = "in a folder that it cannot write to, as Claude Desktop starts it on macOS"
    found.insert(0, Circumstance("folder", words, nowhere, fails=True))
    found.append(Circumstance("home", "with a home that it cannot write to", None, {"HOME": str(nowhere)}))
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    found.append(Circumstance("encoding", "where texts are not UTF-8 by default, as on Windows", None, plain))
    return found


def together(all_of: list[Circumstance]) -> Circumstance:
    """Return all of them as one."""
    folder = next((one.folder for one in all_of if one.folder is not None), None)
    variables = {name: value for one in all_of for name, value in one.variables.items()}
    return Circumstance("client", "as clients start it", folder, variables)


def _few(names: Iterable[str]) -> str:
    first, *others = [f"`{name}`" for name in names]
    return first if not others else f"{first} and {len(others)} more variable{'s' if len(others) > 1 else ''}"


def _short_path() -> str:
    if os.name == "nt":
        root = os.environ.get("SYSTEMROOT", r"C:\Windows")
        return os.pathsep.join([str(Path(root, "System32")), root])
    return "/usr/bin:/bin:/usr/sbin:/sbin"


def _unwritable() -> Path:
    """Return a folder that nobody writes to, not even root, whom Linux lets write to `/`."""
    return Path("/sys") if sys.platform == "linux" and os.geteuid() == 0 else Path("/")
