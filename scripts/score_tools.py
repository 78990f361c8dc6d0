#!/usr/bin/env python3
"""Hold every field of what `tools` tells of published servers against what they answered when they ran.

    python scripts/score_tools.py [--command COMMAND] [--verbose] [--only TEXT] [SERVERS...]

Each SERVERS is a folder as `measure_precision.py` reads it: `../shared/servers` and `../shared/census` unless some are
named. Printed are, for each kind of primitive, how many of the entries answered were found, and how many are told as
they are in every field; for each field of those that were found, where it is equal, where it differs and says so, and
where it differs and does not; and for each server the same in short. `--verbose` tells every difference by name.

An entry that no server answered is invented unless it is marked: as `conditional`, or with its name among `partial`.
Texts are compared without regard to white space, as Python dedents the docstrings of some releases and not of others.
"""

from __future__ import annotations

import argparse
import inspect
import json
import shlex
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measure_precision import COMMAND, Server, ask, read, table

if TYPE_CHECKING:
    from collections.abc import Iterator

SHARED = Path(__file__).resolve().parents[2] / "shared"
# of each kind, the field that its entries are known by
KINDS = {"tools": "name", "prompts": "name", "resources": "uri", "resourceTemplates": "uriTemplate"}
# what is told of an entry, and is none of its fields
MARKS = {"source", "partial", "conditional", "recorded", "scripts"}
# what is counted of entries, in the order in which it is printed
COUNTS = {
    "answered": "answered",
    "found": "found",
    "equal": "found, and equal in every field",
    "marked": "found, and each field that differs is marked",
    "unmarked": "found, and a field differs unmarked",
    "another": "found, and a field differs in the answer, which is of another major of the SDK",
    "told": "not found, told as unknown",
    "silent": "not found, and nothing said",
    "invented": "listed, neither answered nor marked",
    "listed": "told to be listed by default, and it was",
    "unlisted": "told not to be listed by default, and it was not",
    "wrong": "told the one, and the other was so",
}


def main() -> None:
    """Score every server."""
    parser = argparse.ArgumentParser(description="Hold what `tools` tells of published servers against their answers.")
    parser.add_argument("servers", type=Path, nargs="*", help="a folder with archives/ and INDEX.json")
    parser.add_argument(
        "--command", default=COMMAND, type=shlex.split, help="how mcp-backend is run, as a shell reads it"
    )
    parser.add_argument("--only", default="", help="the servers with this in their names alone")
    parser.add_argument("--verbose", action="store_true", help="tell each difference")
    arguments = parser.parse_args()
    folders = arguments.servers or [SHARED / "servers", SHARED / "census"]
    absent = [folder for folder in folders if not (folder / "INDEX.json").is_file()]
    if absent:
        sys.exit(f"no recorded answers: {', '.join(map(str, absent))} without INDEX.json; name folders that have one")
    servers = [server for folder in folders for server in read(folder) if arguments.only in server.name]
    scores = {server.name: score(server, arguments) for server in servers if server.answers.get("tools") is not None}
    tell(scores)


def score(server: Server, arguments: argparse.Namespace) -> Counter[tuple[str, str]]:
    """Count for one server, by kind or field: what became of its entries, and of their fields."""
    report = ask(server, arguments, "tools")
    if arguments.verbose:
        print(f"\n### {server.name}: {len(report.get('unknown', []))} unknown\n")
    counts: Counter[tuple[str, str]] = Counter()
    for kind, key in KINDS.items():
        live = {entry[key]: entry for entry in server.answers.get(kind) or []}
        ours = {entry[key]: entry for entry in report.get(kind, [])}
        for what, name, fields in compared(live, ours, told=bool(report.get("unknown"))):
            if what == "unmarked" and is_of_another_major(server):
                counts[kind, "another"] += 1
                continue
            counts[kind, what] += 1
            counts.update((f"{kind}.{field}", outcome) for field, outcome in fields.items())
            if arguments.verbose and what not in ("answered", "found", "equal", "listed", "unlisted"):
                print(f"- {kind} `{name}`: {what}")
                for field in (field for field, outcome in fields.items() if not outcome.startswith("equal")):
                    print(f"  - {fields[field]}: {difference(live[name].get(field), ours[name].get(field), field)}")
    return counts


def is_of_another_major(server: Server) -> bool:
    """Tell whether the answer was recorded under another major of an SDK than a fresh install takes."""
    fresh = (server.answers.get("fresh_install") or {}).get("resolved_sdk") or {}
    recorded = server.answers.get("sdk") or {}
    majors = [{name: release.split(".")[0] for name, release in sdks.items()} for sdks in (recorded, fresh)]
    return any(majors[0].get(name) != majors[1].get(name) for name in ("mcp", "fastmcp") if fresh)


def compared(live: dict[str, Any], ours: dict[str, Any], *, told: bool) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Tell of each entry what became of it, its name, and what of its fields."""
    for name, answer in live.items():
        yield "answered", name, {}
        if name not in ours:
            yield "told" if told else "silent", name, {}
            continue
        yield "found", name, {}
        fields = dict(outcomes(answer, ours[name]))
        if "unmarked" in fields.values():
            yield "unmarked", name, fields
        elif "marked" in fields.values():
            yield "marked", name, fields
        else:
            yield "equal", name, fields
    for name, entry in ours.items():
        default = (entry.get("conditional") or {}).get("default")
        if default is not None:
            outcome = "listed" if default else "unlisted"
            yield outcome if default == (name in live) else "wrong", name, {}
        if name not in live and not entry.get("conditional") and not KINDS.keys() & set(entry.get("partial", [])):
            yield "invented", name, {}


def outcomes(answer: dict[str, Any], entry: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Tell of each field of an entry whether it is what the server answered, and whether it is marked."""
    partial = set(entry.get("partial", []))
    for field in sorted((answer.keys() | entry.keys() | partial) - MARKS):
        is_equal = normal(answer.get(field)) == normal(entry.get(field))
        if field in partial:
            yield field, "equal, though marked" if is_equal else "marked"
        else:
            yield field, "equal" if is_equal else "unmarked"


def normal(value: object) -> object:
    """Return a value with every text in it dedented, and its white space made single."""
    if isinstance(value, str):
        return " ".join(inspect.cleandoc(value).split())
    if isinstance(value, dict):
        return {key: normal(item) for key, item in value.items()}
    if isinstance(value, list):
        return [normal(item) for item in value]
    return value


def difference(answer: object, told: object, path: str) -> str:
    """Return the first place where two values differ, with what was answered there and what is told."""
    if isinstance(answer, dict) and isinstance(told, dict):
        for key in dict.fromkeys([*answer, *told]):
            if key not in answer or key not in told or normal(answer[key]) != normal(told[key]):
                return difference(answer.get(key), told.get(key), f"{path}.{key}")
    return f"`{path}`: answered {json.dumps(answer)}, told {json.dumps(told)}"


def tell(scores: dict[str, Counter[tuple[str, str]]]) -> None:
    """Print the tables: the servers, the kinds, the fields."""
    total = sum(scores.values(), Counter[tuple[str, str]]())
    print("\n## Servers, by their tools\n")
    table(["", *COUNTS], ([name, *(of["tools", what] for what in COUNTS)] for name, of in scores.items()))
    print("\n## In all\n")
    table(["", *KINDS], ([words, *(total[kind, what] for kind in KINDS)] for what, words in COUNTS.items()))
    answered, found, equal = (total["tools", what] for what in ("answered", "found", "equal"))
    if found:
        print(f"tools found: {found / answered:.1%}; of these equal in every field: {equal / found:.1%}\n")
    print("\n## Fields of what was found\n")
    ends = ["equal", "equal, though marked", "marked", "unmarked"]
    fields = sorted({name for name, _ in total if "." in name})
    table(["", *ends], ([f"`{name}`", *(total[name, end] for end in ends)] for name in fields))


if __name__ == "__main__":
    main()
