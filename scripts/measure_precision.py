#!/usr/bin/env python3
"""Measure on published servers what docs/precision.md tells, and print its tables.

    python scripts/measure_precision.py [--wheels FOLDER] [--part PART]... SERVERS...

Each SERVERS is a folder with `archives/`, sdists and wheels from PyPI, and `INDEX.json`: for each server its `file`
there and its `version`; `fresh` (or `fresh_install`), `ok` or `fail`, what a fresh install and start of that release
did, and `fresh_cause`, why it failed. `NAME.json` beside it holds what the running server answered to `tools/list`,
which `score_tools.py` holds `tools` against.

The parts, all unless some are named:

files   the Python modules that `files` tells of each sdist, against those of the wheel of the same release on PyPI,
        which pip fetches into FOLDER, where it is kept for the next run
check   the errors and warnings of `check` over the sdists as they are, by whether the server works

`make precision` runs this and `score_tools.py`, and what takes longer: `measure_migration.py`, `measure_contracts.py`,
`compare_anchors.py`.
"""

from __future__ import annotations

import argparse
import json
import shlex
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convert_server import unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

COMMAND = (sys.executable, "-m", "mcp_backend")
# the finding that says what could not be told of a wheel
NOT_TOLD = "FIL020"


@dataclass
class Server:
    """A published server: its archive and what is known of it."""

    name: str
    archive: Path
    about: dict[str, Any]
    answers: dict[str, Any] = field(default_factory=dict)

    @property
    def works(self) -> bool | None:
        """Whether a fresh install of it starts, as far as that was tried."""
        return {"ok": True, "fail": False}.get(self.about.get("fresh") or self.about.get("fresh_install", ""))


def main() -> None:
    """Measure the parts that are asked for."""
    parser = argparse.ArgumentParser(description="Measure on published servers what docs/precision.md tells.")
    parser.add_argument("servers", type=Path, nargs="+", help="a folder with archives/ and INDEX.json")
    parser.add_argument("--wheels", type=Path, default=Path("wheels"), help="where the wheels from PyPI are kept")
    parser.add_argument("--part", action="append", choices=PARTS, help="measure this alone")
    parser.add_argument(
        "--command", default=COMMAND, type=shlex.split, help="how mcp-backend is run, as a shell reads it"
    )
    parser.add_argument("--verbose", action="store_true", help="tell each server")
    arguments = parser.parse_args()
    servers = [server for folder in arguments.servers for server in read(folder)]
    for part in arguments.part or PARTS:
        print(f"\n## {part}: {len(servers)} servers\n")
        PARTS[part](servers, arguments)


def read(folder: Path) -> Iterator[Server]:
    """Read the index of a folder; a server without an archive is left out."""
    index = json.loads((folder / "INDEX.json").read_text(encoding="utf-8"))["servers"]
    for name, about in sorted(index.items()):
        if not about["file"]:
            continue
        answers = folder / f"{name}.json"
        yield Server(
            name,
            folder / "archives" / about["file"],
            about,
            json.loads(answers.read_text(encoding="utf-8")) if answers.exists() else {},
        )


def ask(server: Server, arguments: argparse.Namespace, *command: str) -> dict[str, Any]:
    """Run a command of mcp-backend over the unpacked archive; return its JSON, empty where it gave none."""
    with tempfile.TemporaryDirectory() as scratch:
        project = Path(scratch) / "project"
        if server.archive.suffix == ".whl":
            with zipfile.ZipFile(server.archive) as wheel:
                wheel.extractall(project)
        else:
            unpack(server.archive, project)
        asked = [*arguments.command, *command, "--format", "json", str(project)]
        done = subprocess.run(asked, capture_output=True, encoding="utf-8", check=False)
    if not done.stdout:
        print(f"{server.name}: {done.stderr.strip()}", file=sys.stderr)
        return {}
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """Print a table of Markdown; all columns but the first hold numbers."""
    head = list(head)
    print("| " + " | ".join(head) + " |")
    print("|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(map(str, row)) + " |")
    print()


# which files


def files(servers: list[Server], arguments: argparse.Namespace) -> None:
    """Hold the modules that `files` tells against those of the published wheels."""
    counts: Counter[str] = Counter()
    for server in servers:
        published = wheel_of(server, arguments.wheels) if server.archive.suffix != ".whl" else None
        if published is None:
            continue
        with zipfile.ZipFile(published) as wheel:
            real = modules(wheel.namelist())
        told = ask(server, arguments, "files").get("wheel", {}).get("files", [])
        ours = modules(file["path"] for file in told)
        outcome = "the same modules"
        if real != ours:
            findings = ask(server, arguments, "check").get("findings", [])
            is_told = any(finding["code"] == NOT_TOLD for finding in findings)
            outcome = "others, told as not known" if is_told else "others, and nothing said"
        counts[outcome] += 1
        if arguments.verbose and real != ours:
            print(f"{server.name}: {outcome}; lacking {sorted(real - ours)[:5]}, beside {sorted(ours - real)[:5]}")
    table(["", "servers"], [["with a wheel on PyPI", counts.total()], *sorted(counts.items())])


def modules(names: Iterable[str]) -> set[str]:
    """Return the Python files of a wheel that are installed as modules."""
    return {name for name in names if name.endswith(".py") and ".dist-info/" not in name and ".data/" not in name}


def wheel_of(server: Server, folder: Path) -> Path | None:
    """Return the wheel of the same release, fetched unless it is there; none where PyPI has none for this machine."""
    folder.mkdir(exist_ok=True)
    stem = f"{server.name}-{server.about['version']}".replace("-", "_").replace(".", "_").lower()

    def found() -> Path | None:
        wheels = (wheel for wheel in folder.glob("*.whl") if is_release(wheel, stem))
        return next(wheels, None)

    if found() is None:
        asked = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        asked += ["--ignore-requires-python", "--disable-pip-version-check", "-d", str(folder)]
        subprocess.run([*asked, f"{server.name}=={server.about['version']}"], capture_output=True, check=False)
    return found()


def is_release(wheel: Path, stem: str) -> bool:
    """Whether the wheel's file name begins with the name and version."""
    name, version, *_ = wheel.name.split("-")
    return f"{name}_{version}".replace(".", "_").lower() == stem


# errors and warnings


def check(servers: list[Server], arguments: argparse.Namespace) -> None:
    """Tell the errors and warnings of `check`, by whether the server works; a wheel is no project to check."""
    servers = [server for server in servers if server.archive.suffix != ".whl"]
    found = {server.name: ask(server, arguments, "check").get("findings", []) for server in servers}
    for works, title in ((True, "servers that work"), (False, "servers that do not start"), (None, "not tried")):
        chosen = [server for server in servers if server.works is works]
        findings = {server.name: found[server.name] for server in chosen}
        tell_errors(title, findings)
        if works:
            tell_warnings(findings)
    causes: defaultdict[str, list[str]] = defaultdict(list)
    for server in servers:
        if server.works is False:
            codes = sorted({finding["code"] for finding in errors(found[server.name])})
            causes[server.about["fresh_cause"] or "?"].append(", ".join(codes) or "no error")
            if arguments.verbose:
                print(f"{server.name}: {server.about['fresh_cause']}: {codes}")
    table(
        ["why it does not start", "servers", "refused", "by"],
        [
            [cause, len(codes), sum(code != "no error" for code in codes), "; ".join(sorted(set(codes)))]
            for cause, codes in sorted(causes.items())
        ],
    )
    if arguments.verbose:
        for server in servers:
            for finding in errors(found[server.name]):
                place = f"{finding['path']}:{finding['start']['line']}"
                print(f"{server.name} (works: {server.works}): {place}: {finding['code']} {finding['message']}")


def errors(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the findings at level error."""
    return [finding for finding in findings if finding["level"] == "error"]


def tell_errors(title: str, findings: dict[str, list[dict[str, Any]]]) -> None:
    """Print the errors by rule."""
    of_servers = {name: errors(all_of_it) for name, all_of_it in findings.items()}
    refused = sum(map(bool, of_servers.values()))
    print(f"{title}: {len(findings)}, of these with an error: {refused}\n")
    count = Counter(finding["code"] for all_of_it in of_servers.values() for finding in all_of_it)
    servers = Counter(code for all_of_it in of_servers.values() for code in {one["code"] for one in all_of_it})
    table(["rule", "findings", "servers"], [[code, count[code], servers[code]] for code in sorted(count)])


def tell_warnings(findings: dict[str, list[dict[str, Any]]]) -> None:
    """Print how many warnings there are, and which rules give most."""
    counts = [len(all_of_it) - len(errors(all_of_it)) for all_of_it in findings.values()]
    print(f"warnings of a server: median {statistics.median(counts):g}, at most {max(counts)}\n")
    rules: Counter[str] = Counter()
    for all_of_it in findings.values():
        rules.update({finding["code"] for finding in all_of_it if finding["level"] == "warning"})
    table(["rule", "servers with a warning"], rules.most_common())


PARTS = {"files": files, "check": check}

if __name__ == "__main__":
    main()
