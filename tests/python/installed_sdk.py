"""Compare the tables of the SDKs with what is installed: a program for the interpreter that has an SDK.

    python installed_sdk.py FOLDER

FOLDER holds the tables. A line is told for each thing that is there and that the tables deny, since an error may rest
on them; that they admit what is not there does no harm.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.metadata
import inspect
import string
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

LETTERS = string.digits + string.ascii_lowercase + string.ascii_uppercase
# the package, and the distribution by whose minors it is dated
HOMES = {"mcp": "mcp", "mcp_types": "mcp", "fastmcp": "fastmcp"}
# it takes any keyword only to refuse what it does not know
REFUSING = {"fastmcp.FastMCP"}


def read(path: Path) -> dict[str, list[str]]:
    """Read a table: its keys, and what stands between tabs behind each."""
    lines = (line.split("\t") for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
    return {key: values for key, *values in lines}


class Tables:
    """What the tables say of the releases that are installed."""

    def __init__(self, folder: Path) -> None:
        """Read them."""
        releases = read(folder / "sdk_releases.txt")
        self.modules = read(folder / "sdk_modules.txt")
        self.members = read(folder / "sdk_members.txt")
        self.places: dict[str, int] = {}
        for package, distribution in HOMES.items():
            with contextlib.suppress(importlib.metadata.PackageNotFoundError, ValueError):
                minor = ".".join(importlib.metadata.version(distribution).split(".")[:2])
                self.places[package] = releases[f"{distribution} minors"][0].split().index(minor)

    def holds(self, key: str, word: str) -> bool:
        """Tell whether the release that is installed is in a set."""
        place = self.places.get(key.split(".", maxsplit=1)[0])
        return place is not None and sum(LETTERS.index(letter) <= place for letter in word) % 2 == 1

    def listed(self, key: str, groups: list[str]) -> list[str] | None:
        """List what the groups name for that release; none where no group is for it."""
        found = [
            names.split() for word, _, names in (group.partition(":") for group in groups) if self.holds(key, word)
        ]
        return [name for names in found for name in names] if found else None


def imported(name: str) -> ModuleType | None:
    """Import a module, where what it needs is installed too."""
    try:
        # some say on stdout what they lack
        with contextlib.redirect_stdout(sys.stderr):
            return importlib.import_module(name)
    except (Exception, SystemExit):  # noqa: BLE001 -- whatever an optional part does without its parts
        return None


def denied_names(tables: Tables) -> Iterator[str]:
    """Tell the names of modules that the tables deny."""
    for name, (word, *groups) in tables.modules.items():
        listed = tables.listed(name, groups) or []
        module = imported(name) if tables.holds(name, word) and "?" not in listed else None
        for each, value in vars(module).items() if module else ():
            if each.isidentifier() and not each.startswith("_") and each not in listed and not inspect.ismodule(value):
                yield f"{name}.{each}"


def denied_members(tables: Tables) -> Iterator[str]:
    """Tell the members of classes, and what calls take, that the tables deny."""
    for path, (word, *groups) in tables.members.items():
        home, _, name = path.rpartition(".")
        if "(" in path or "@" in path or word.startswith("=") or not tables.holds(path, word):
            continue
        module = imported(home)
        found = getattr(module, name) if module else None
        listed = tables.listed(path, groups) or []
        if found is None or "?" in listed:
            continue
        yield from (f"{path}.{each}" for each in dir(found) if not each.startswith("_") and each not in listed)
        yield from denied_arguments(tables, path, found.__init__)
        for each in listed:
            method = inspect.getattr_static(found, each, None)
            is_static = isinstance(method, staticmethod)
            method = method.__func__ if isinstance(method, staticmethod | classmethod) else method
            if inspect.isfunction(method):
                yield from denied_arguments(tables, f"{path}.{each}", method, bound=not is_static)


def denied_arguments(tables: Tables, path: str, called: object, *, bound: bool = True) -> Iterator[str]:
    """Tell what a call takes, or does without, and the tables deny."""
    by_position = tables.listed(path, tables.members.get(f"{path}(*)", []))
    if by_position is None or not callable(called):
        return
    parameters = [*inspect.signature(called).parameters.values()][bound:]
    keywords = tables.listed(path, tables.members.get(f"{path}()", [])) or []
    needed = tables.listed(path, tables.members.get(f"{path}(!)", [])) or []
    plain = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    for each in parameters:
        if each.kind in plain and each.name not in keywords:
            yield f"{path}({each.name}=)"
        if each.kind is inspect.Parameter.VAR_KEYWORD and "**" not in keywords and path not in REFUSING:
            yield f"{path}(**)"
        if each.name in needed and each.default is not inspect.Parameter.empty:
            yield f"{path}() without {each.name}"
    taken = [each for each in parameters if each.kind in (inspect.Parameter.POSITIONAL_ONLY, plain[0])]
    if len(taken) > len(by_position) and "*" not in by_position:
        yield f"{path}() with {len(taken)} arguments"


def main() -> None:
    """Tell all of it."""
    warnings.simplefilter("ignore")
    tables = Tables(Path(sys.argv[1]))
    sys.stdout.writelines(f"{line}\n" for line in [*denied_names(tables), *denied_members(tables)])


if __name__ == "__main__":
    main()
