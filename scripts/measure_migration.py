#!/usr/bin/env python3
"""Measure on published servers what `mcp-backend migrate` leaves of them, and print its tables.

    python scripts/measure_migration.py [--wheels FOLDER] [--command COMMAND] [--verbose] SERVERS...

Each SERVERS is a folder as `measure_precision.py` reads it. Of each sdist whose server works, the files that its own
backend would put into the wheel are foretold by `files`, once before `migrate` and once after it: they are equal, or
`migrate` told of each that is not, or it did not. With FOLDER, what is foretold before is held against the wheel on
PyPI too. A project builds at once where `check` finds no error after `migrate` but by the rules that it broke
before.
"""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convert_server import unpack
from measure_precision import COMMAND, Server, errors, modules, read, table, wheel_of

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Outcome:
    """What became of a project."""

    refused: str = ""
    lost: set[str] = field(default_factory=set)
    gained: set[str] = field(default_factory=set)
    told: str = ""
    at_once: list[str] = field(default_factory=list)
    after_fix: list[str] = field(default_factory=list)

    @property
    def files(self) -> str:
        """How the wheel's files compare."""
        if self.refused:
            return "refused"
        if not self.lost | self.gained:
            return "the same files"
        untold = [path for path in self.lost | self.gained if not self.is_told(path)]
        return "others, and nothing said" if untold else "others, and told"

    def is_told(self, path: str) -> bool:
        """Whether the output names the file, or a folder that it lies in."""
        holders = [path, *(parent.as_posix() for parent in Path(path).parents)][:-1]
        return any(holder in self.told for holder in holders)


def main() -> None:
    """Migrate every server that works."""
    parser = argparse.ArgumentParser(description="Measure what `mcp-backend migrate` leaves of published servers.")
    parser.add_argument("servers", type=Path, nargs="+", help="a folder with archives/ and INDEX.json")
    parser.add_argument("--wheels", type=Path, help="where the wheels from PyPI are kept")
    parser.add_argument(
        "--command", default=COMMAND, type=shlex.split, help="how mcp-backend is run, as a shell reads it"
    )
    parser.add_argument("--all", action="store_true", help="those too that do not work, or were not tried")
    parser.add_argument("--verbose", action="store_true", help="tell each server")
    arguments = parser.parse_args()
    servers = [server for folder in arguments.servers for server in read(folder)]
    servers = [server for server in servers if server.archive.suffix != ".whl" and (arguments.all or server.works)]
    outcomes = {server.name: measure(server, arguments) for server in servers}
    if arguments.verbose:
        for name, outcome in outcomes.items():
            tell(name, outcome)
    counts = Counter(outcome.files for outcome in outcomes.values())
    table(["files of the wheel", "servers"], [["all", counts.total()], *sorted(counts.items())])
    migrated = [outcome for outcome in outcomes.values() if not outcome.refused]
    table(
        ["builds", "servers"],
        [
            ["migrated", len(migrated)],
            ["at once", sum(not outcome.at_once for outcome in migrated)],
            ["after `check --fix`", sum(not outcome.after_fix for outcome in migrated)],
        ],
    )
    codes = Counter(code for outcome in migrated for code in {error.split(" ", 1)[0] for error in outcome.at_once})
    table(["what stops it at once", "servers"], codes.most_common())


def measure(server: Server, arguments: argparse.Namespace) -> Outcome:
    """Migrate the project of an archive in a folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        unpack(server.archive, project)
        before, true_before = shipped(arguments.command, project), found(arguments.command, project)
        if arguments.wheels:
            compare(server, before, arguments.wheels)
        done = run(arguments.command, "migrate", str(project))
        if done.returncode:
            return Outcome(refused=done.stderr.strip())
        after = shipped(arguments.command, project)
        outcome = Outcome(lost=before - after, gained=after - before, told=done.stdout)
        known = {error.split(" ", 1)[0] for error in true_before}
        outcome.at_once = others(found(arguments.command, project), known)
        run(arguments.command, "check", "--fix", str(project))
        outcome.after_fix = others(found(arguments.command, project), known)
        return outcome


def others(errors: list[str], known: set[str]) -> list[str]:
    """Return the errors of other rules than those that the project broke before."""
    return [error for error in errors if error.split(" ", 1)[0] not in known]


def run(command: Sequence[str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run mcp-backend."""
    return subprocess.run([*command, *arguments], capture_output=True, encoding="utf-8", errors="replace", check=False)


def shipped(command: Sequence[str], project: Path) -> set[str]:
    """Return what the wheel of a project installs, without its metadata."""
    done = run(command, "files", "--format", "json", str(project))
    told: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    paths = {file["path"] for file in told.get("wheel", {}).get("files", [])}
    return {path for path in paths if ".dist-info/" not in path}


def found(command: Sequence[str], project: Path) -> list[str]:
    """Return the errors of a project, each with its code and message."""
    done = run(command, "check", "--format", "json", str(project))
    told: dict[str, Any] = json.loads(done.stdout) if done.stdout else {}
    return [f"{error['code']} {error['message']}" for error in errors(told.get("findings", []))]


def compare(server: Server, before: set[str], folder: Path) -> None:
    """Tell where the wheel on PyPI has other modules than were foretold."""
    published = wheel_of(server, folder)
    if published is None:
        return
    with zipfile.ZipFile(published) as wheel:
        real = modules(wheel.namelist())
    ours = modules(before)
    if real != ours:
        print(f"{server.name}: foretold otherwise than published: {sorted(real ^ ours)[:5]}", file=sys.stderr)


def tell(name: str, outcome: Outcome) -> None:
    """Print what became of one server."""
    print(f"{name}: {outcome.files} {outcome.refused}")
    for sign, paths in (("-", outcome.lost), ("+", outcome.gained)):
        for path in sorted(paths)[:8]:
            print(f"  {sign} {path}{'' if outcome.is_told(path) else ' (not told)'}")
        if len(paths) > 8:
            print(f"  {sign} and {len(paths) - 8} more")
    for error in outcome.at_once:
        print(f"  {'stays' if error in outcome.after_fix else 'until --fix'}: {error}")


if __name__ == "__main__":
    main()
