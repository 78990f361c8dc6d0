"""What a server is started with: few of the caller's variables, none of its secrets, and made-up values."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from mcp_backend._contract import Variable

# without these no process starts, or texts are read wrongly
_HANDED_ON = ("LANG", "LC_ALL", "LC_CTYPE", "TZ")
_HANDED_ON_WINDOWS = ("COMSPEC", "PATHEXT", "PROCESSOR_ARCHITECTURE", "SYSTEMDRIVE", "SYSTEMROOT")

# nothing listens there, and a connection is refused at once
_NOWHERE = "127.0.0.1:9"
_DATABASES = {"POSTGRES": "postgresql", "PG": "postgresql", "MYSQL": "mysql", "REDIS": "redis", "MONGO": "mongodb"}
_NUMBERS = "COUNT|DAYS|DEPTH|HOURS|ID|INTERVAL|LENGTH|LIMIT|MAX|MIN|MINUTES|PORT|RETRIES|SECONDS|SIZE|TIMEOUT|TTL"
_SWITCHES = "ALLOW|DEBUG|DISABLE|DISABLED|ENABLE|ENABLED|IS|USE|VERBOSE"


def surroundings(scratch: Path, scripts: Path) -> dict[str, str]:
    """Return the variables that every server gets, its home and temporary files in `scratch`."""
    home, temporary = scratch / "home", scratch / "tmp"
    for folder in (home, temporary):
        folder.mkdir(exist_ok=True)
    names = _HANDED_ON + (_HANDED_ON_WINDOWS if os.name == "nt" else ())
    variables = {name: os.environ[name] for name in names if name in os.environ}
    if not any(name.startswith("L") for name in variables):
        variables["LANG"] = "C.UTF-8"
    variables["PATH"] = os.pathsep.join(filter(None, [str(scripts), os.environ.get("PATH", "")]))
    for name in ("TMPDIR", "TEMP", "TMP"):
        variables[name] = str(temporary)
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA") if os.name == "nt" else ("HOME",):
        variables[name] = str(home)
    return variables


def made_up(declared: list[Variable], given: Mapping[str, str], scratch: Path) -> dict[str, str]:
    """Return a value for each variable that the server does not start without and that is not `given`."""
    required = [one["name"] for one in declared if one["required"] and one["name"] not in given]
    return {name: _value(name, scratch) for name in required}


def _value(name: str, scratch: Path) -> str:
    """Return a value of the shape that the name of a variable tells."""
    words = re.split("[^A-Z0-9]+", name.upper())
    last = words[-1]
    shapes: list[tuple[bool, Callable[[], str]]] = [
        (last in {"URL", "URI", "ENDPOINT", "DSN"}, lambda: _address(words)),
        (last in {"FILE", "FILENAME"}, lambda: _file(scratch / "made-up-file")),
        (last in {"PATH", "DIR", "DIRECTORY", "FOLDER", "ROOT", "HOME", "WORKSPACE"}, lambda: _folder(scratch)),
        (last in {"KEY", "TOKEN", "SECRET", "PASSWORD", "PASS", "PAT"}, lambda: "made-up-0123456789abcdef01234567"),
        (last in {"HOST", "HOSTNAME", "SERVER", "IP"}, lambda: "127.0.0.1"),
        (last in {"EMAIL", "MAIL"}, lambda: "nobody@example.invalid"),
        (last == "REGION", lambda: "us-east-1"),
        (bool(re.fullmatch(_SWITCHES, words[0]) or re.fullmatch(_SWITCHES, last)), lambda: "false"),
        (bool(re.fullmatch(_NUMBERS, last) or re.fullmatch("MAX|MIN", words[0])), lambda: "1"),
    ]
    return next((value() for fits, value in shapes if fits), "made-up")


def _address(words: list[str]) -> str:
    for word in words:
        for database, scheme in _DATABASES.items():
            if word.startswith(database):
                return f"{scheme}://user:made-up@{_NOWHERE}/database"
    if words[0] in {"DATABASE", "DB", "SQL"}:
        return "sqlite:///made-up.db"
    return f"http://{_NOWHERE}/"


def _file(path: Path) -> str:
    path.touch()
    return str(path)


def _folder(scratch: Path) -> str:
    folder = scratch / "made-up-folder"
    folder.mkdir(exist_ok=True)
    return str(folder)
