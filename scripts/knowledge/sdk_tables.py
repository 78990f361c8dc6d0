"""Write what is known of the SDKs as compact tables.

A set of releases is a word of letters, each of which is the place of a minor release in the list of them (`0-9a-zA-Z`):
the releases from the first to before the second, from the third to before the fourth, and so on, the last stretch
open when its end is missing. What has the same releases stands together, behind them and a colon.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterator
from typing import Any

ImportsOf = Callable[[str], list[str]]

# the extras that a server takes of fastmcp-slim
SERVING = ("client", "mcp", "server")
LETTERS = string.digits + string.ascii_lowercase + string.ascii_uppercase
FAMILY = ("mcp", "mcp-types", "fastmcp", "fastmcp-slim", "fastmcp-tasks")
# other paths that users import a class by
ALIASES = {
    "mcp.server.FastMCP": "mcp.server.fastmcp.FastMCP",
    "mcp.server.MCPServer": "mcp.server.mcpserver.MCPServer",
}
# the distribution by whose releases the modules of a package are dated
HOMES = {"mcp": "mcp", "mcp-types": "mcp", "fastmcp": "fastmcp"}


class Releases:
    """The minor releases of a distribution in order."""

    def __init__(self, *lists: list[str]) -> None:
        """Merge the lists."""
        self.minors = sorted({minor for minors in lists for minor in minors}, key=version)

    def word(self, ranges: list[list[str | None]]) -> str:
        """Spell a set of releases."""
        ends = [end for pair in ranges for end in pair if end is not None]
        return "".join(LETTERS[self.minors.index(end)] for end in ends)

    def of(self, minors: set[str]) -> str:
        """Spell a set of releases given one by one."""
        word, within = "", False
        for letter, minor in zip(LETTERS, self.minors, strict=False):
            if (minor in minors) != within:
                word += letter
                within = not within
        return word

    def within(self, pair: list[str | None]) -> set[str]:
        """List the releases of a half-open pair."""
        first, *last = (self.minors.index(end) for end in pair if end is not None)
        return set(self.minors[first : last[0] if last else None])


def version(text: str) -> tuple[int, ...]:
    """Make a version comparable."""
    return tuple(int(part) for part in text.split("."))


def short(minor: str) -> str:
    """Spell a minor without its patch."""
    return minor.removesuffix(".0") if minor.count(".") > 1 else minor


def groups(words: dict[str, str]) -> list[str]:
    """Put the names of equal releases together."""
    by_word: dict[str, list[str]] = {}
    for name, word in words.items():
        by_word.setdefault(word, []).append(name)
    return [f"{word}:{' '.join(sorted(names))}" for word, names in sorted(by_word.items())]


def lines(table: dict[str, Any], imports_of: ImportsOf) -> dict[str, set[str]]:
    """Make the lines of each table from the symbols that were read; `imports_of` tells what a distribution holds."""
    homes = {
        "mcp": Releases(table["mcp"]["versions"]),
        "fastmcp": Releases(table["fastmcp"]["versions"], table["fastmcp-slim"]["versions"]),
    }
    orders = {"mcp-types": homes["mcp"], "fastmcp-slim": homes["fastmcp"], "fastmcp-tasks": homes["fastmcp"], **homes}
    releases, modules, classes = set(), set(), set()
    for dist, order in orders.items():
        releases |= set(release_lines(dist, table[dist], order, imports_of))
    for dist, home in HOMES.items():
        modules |= set(module_lines(table[dist]["modules"], homes[home]))
        classes |= set(class_lines(table[dist], homes[home]))
    return {"sdk_releases.txt": releases, "sdk_modules.txt": modules, "sdk_members.txt": classes}


def release_lines(dist: str, entry: dict[str, Any], order: Releases, imports_of: ImportsOf) -> Iterator[str]:
    """Tell what was published, what it runs on, what it requires of the family and what it brings along."""
    sampled = entry["sampled"]
    yield f"{dist}\t{' '.join(sampled.get(minor, minor) for minor in order.minors if minor in entry['versions'])}"
    if dist in HOMES.values():
        yield f"{dist} minors\t{' '.join(map(short, order.minors))}"
    yield f"{dist} published\t{' '.join(entry['published'])}"
    yield f"{dist} python\t{runs(entry['requires_python'], order)}"
    for other, found in entry["requires_spec"].items():
        if told := runs(plain(found), order):
            yield f"{dist} requires {other}\t{told}"
    for extra, required in entry["extras"].items():
        for other, found in required.items():
            told = runs(plain(found), order) if other in FAMILY or extra in SERVING else ""
            if told:
                yield f"{dist}[{extra}] requires {other}\t{told}"
        brought = {name: {m for pair, _ in found for m in order.within(pair)} for name, found in required.items()}
        yield from brings(f"{dist}[{extra}]", brought, order, imports_of)
    brought = {name: {m for pair in found for m in order.within(pair)} for name, found in entry["available"].items()}
    yield from brings(dist, brought, order, imports_of)


def plain(found: list[Any]) -> list[Any]:
    """Leave out what holds on some machines only, and what bounds nothing."""
    return [[pair, text] for pair, text in found if text and ";" not in text]


def runs(found: list[Any], order: Releases) -> str:
    """Spell values with their releases."""
    return "\t".join(f"{order.word([pair])}:{value}" for pair, value in found)


def brings(key: str, brought: dict[str, set[str]], order: Releases, imports_of: ImportsOf) -> Iterator[str]:
    """Tell which modules come along with a distribution."""
    names: dict[str, set[str]] = {}
    for dist, minors in brought.items():
        for name in imports_of(dist):
            names.setdefault(name, set()).update(minors)
    if names:
        yield f"{key} brings\t" + "\t".join(groups({name: order.of(minors) for name, minors in names.items()}))


def public(path: str) -> bool:
    """Tell whether no part of a dotted name is private."""
    return not any(part.startswith("_") for part in path.split("."))


def module_lines(modules: dict[str, Any], order: Releases) -> Iterator[str]:
    """Tell when a module is there, and when which names are in it; `?` stands for those that its text does not tell."""
    for name, entry in modules.items():
        if not public(name):
            continue
        words = {key: order.word(found) for key, found in entry["names"].items() if public(key)}
        # what a package sets aside is found as a module of its own
        yield "\t".join([name, order.word(entry["present"]), *groups(with_open(words, entry, order))])


def with_open(words: dict[str, str], entry: dict[str, Any], order: Releases) -> dict[str, str]:
    """Add to names the releases in which there may be others, under `?`."""
    return words | ({"?": order.word(entry["open"])} if entry["open"] else {})


def class_lines(entry: dict[str, Any], order: Releases) -> Iterator[str]:
    """Tell when a class is there, what its constructor takes, and which members it has when."""
    classes = entry.get("classes", {})
    for path, facts in classes.items():
        for _, defined in facts["at"]:
            first = next(other for other, found in classes.items() if defined in [at for _, at in found["at"]])
            if defined not in classes:
                yield f"{defined}\t={first}"
        yield from (f"{alias}\t={path}" for alias, known in ALIASES.items() if known == path)
        members = {name: union(found, order) for name, found in facts["methods"].items()}
        yield "\t".join([path, union(facts["at"], order), *groups(with_open(members, facts, order))])
        # a model without a constructor of its own passes over what it does not know
        if facts["own"]:
            yield from signature_lines(path, facts["init"], order)
        yield from method_lines(path, facts, order)
    for path, found in entry.get("functions", {}).items():
        yield from signature_lines(path, found, order)


def method_lines(path: str, facts: dict[str, Any], order: Releases) -> Iterator[str]:
    """Tell what the methods of a class take, and how they decorate."""
    for name, found in facts["methods"].items():
        takes = [[pair, value] for pair, value in found if value != "property"]
        if takes:
            yield from signature_lines(f"{path}.{name}", takes, order)
    for name, forms in facts["decorators"].items():
        yield f"{path}.{name}@\t{by_value(forms, order)}"
    for key, found in facts["choices"].items():
        minors: dict[str, set[str]] = {}
        for pair, words in found:
            for word in words:
                minors.setdefault(word, set()).update(order.within(pair))
        yield "\t".join([path + key, *groups({word: order.of(each) for word, each in minors.items()})])


def union(found: list[Any], order: Releases) -> str:
    """Spell the releases for which there is a value."""
    return order.of({minor for pair, _ in found for minor in order.within(pair)})


def by_value(found: list[Any], order: Releases) -> str:
    """Group releases by a value of each."""
    minors: dict[str, set[str]] = {}
    for pair, value in found:
        minors.setdefault(value, set()).update(order.within(pair))
    return "\t".join(groups({value: order.of(found) for value, found in minors.items()}))


def signature_lines(path: str, found: list[Any], order: Releases) -> Iterator[str]:
    """Tell by releases what is taken by name, `**` for any; by position, `*` for any number; and what is needed."""
    keywords: dict[str, set[str]] = {}
    positions: dict[str, set[str]] = {}
    needed: dict[str, set[str]] = {}
    for pair, names in found:
        minors = order.within(pair)
        for name in by_keyword(names):
            keywords.setdefault(name, set()).update(minors)
        positions.setdefault(" ".join(by_position(names)), set()).update(minors)
        required = " ".join(name for name in names if not name.startswith("*") and name != "/" and "=" not in name)
        needed.setdefault(required, set()).update(minors)
    if keywords:
        yield "\t".join([f"{path}()", *groups({name: order.of(minors) for name, minors in keywords.items()})])
    yield "\t".join([f"{path}(*)", *sorted(f"{order.of(minors)}:{names}" for names, minors in positions.items())])
    if {*needed} - {""}:
        told = sorted(f"{order.of(minors)}:{names}" for names, minors in needed.items() if names)
        yield "\t".join([f"{path}(!)", *told])


def by_keyword(names: list[str]) -> list[str]:
    """Give what a signature takes by name."""
    after = names[names.index("/") + 1 :] if "/" in names else names
    plain = [name.rstrip("=") for name in after if not name.startswith("*")]
    return [*plain, *(["**"] if names and names[-1].startswith("**") else [])]


def by_position(names: list[str]) -> list[str]:
    """Give what a signature takes by position."""
    end = next((at for at, name in enumerate(names) if name.startswith("*")), len(names))
    rest = ["*"] if any(re.fullmatch(r"\*[^*].*", name) for name in names) else []
    return [*(name.rstrip("=") for name in names[:end] if name != "/"), *rest]
