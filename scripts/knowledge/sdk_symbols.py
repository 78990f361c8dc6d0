"""Gather what each published minor of the SDKs holds, from their wheels.

A minor is represented by its last patch, and a set of minors by half-open pairs whose last end may be open.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, TypeVar

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from .sdk_catalog import CLASSES, DISTRIBUTIONS, FUNCTIONS, PACKAGES, THROUGH
from .sdk_classes import Class, Function, class_of, parameters
from .sdk_release import Definition, Release

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from .wheel import Index, Wheel

T = TypeVar("T")
Pair = list[str | None]
Runs = list[list[Any]]


class Wheels:
    """The wheels that stand for the minors of each distribution."""

    def __init__(self, index: Index) -> None:
        """Fetch the last patch of each minor."""
        self.index = index
        self.published = {name: index.versions(name) for name in DISTRIBUTIONS}
        self.sampled: dict[str, dict[str, Wheel]] = {}
        for name, first in DISTRIBUTIONS.items():
            last = {
                minor(text): text for text in self.published[name] if Version(text) >= Version(f"{first[0]}.{first[1]}")
            }
            self.sampled[name] = {key: index.wheel(name, text) for key, text in last.items()}

    def pinned(self, wheel: Wheel, name: str) -> Wheel | None:
        """Find the wheel that another pins of the distribution `name`."""
        pins = (wanted.pin for wanted in wheel.requires if wanted.name == name)
        pin = next((pin for pin in pins if pin), None)
        return self.index.wheel(name, pin) if pin else None

    def meeting(self, name: str, specifiers: str) -> Wheel | None:
        """Find the newest wheel that specifiers admit; where they pin what is not read, that of its minor."""
        wheels = list(self.sampled.get(name, {}).values())
        admitted = [wheel for wheel in wheels if wheel.version in SpecifierSet(specifiers)]
        if not admitted and specifiers:
            admitted = [
                wheel for wheel in wheels if minor(wheel.version) == minor(specifiers.lstrip("=<>!~").split(",")[0])
            ]
        return admitted[-1] if admitted else None

    def installed(self, wheel: Wheel, extras: Iterable[str] = ()) -> set[str]:
        """Name the distributions that an install of a wheel promises, through those that are read."""
        found: set[str] = set()
        todo, seen = [(wheel, tuple(extras))], set()
        while todo:
            wheel, asked = todo.pop()
            if (wheel.name, asked) in seen:
                continue
            seen.add((wheel.name, asked))
            found.add(wheel.name)
            for wanted in (each for each in wheel.requires if each.extra is None or each.extra in asked):
                found.add(wanted.name)
                if brought := self.meeting(wanted.name, wanted.specifiers):
                    todo.append((brought, wanted.extras))
        return found


def minor(text: str) -> str:
    """Spell the minor of a version."""
    version = Version(text)
    return f"{version.major}.{version.minor}.0"


def ranges(order: list[str], having: Iterable[str]) -> list[Pair]:
    """Put a set of minors as pairs."""
    return [pair for pair, _ in runs(order, dict.fromkeys(having, True))]


def runs(order: list[str], values: Mapping[str, T | None]) -> Runs:
    """Put values of minors as pairs, each with the value that holds between its ends."""
    found: Runs = []
    for at, key in enumerate(order):
        end = order[at + 1] if at + 1 < len(order) else None
        value = values.get(key)
        if value is None:
            continue
        if found and found[-1][1] == value and found[-1][0][1] == key:
            found[-1][0][1] = end
        else:
            found.append([[key, end], value])
    return found


def closure(names: Iterable[str]) -> set[str]:
    """Add what distributions have long brought along."""
    found: set[str] = set()
    todo = set(names)
    while todo:
        name = todo.pop()
        found.add(name)
        todo |= {*THROUGH.get(name, "").split()} - found
    return found


def build(index: Index) -> dict[str, Any]:
    """Tell what every minor of the SDKs holds."""
    wheels = Wheels(index)
    table = {name: metadata(wheels, name) for name in DISTRIBUTIONS}
    for package, (home, *others) in PACKAGES.items():
        releases = releases_of(wheels, package, [home, *others])
        table[home] |= symbols(package, releases)
    return table


def metadata(wheels: Wheels, name: str) -> dict[str, Any]:
    """Tell what was published of a distribution, what it runs on, requires and brings."""
    sampled = wheels.sampled[name]
    order = list(sampled)
    names = sorted({wanted.name for wheel in sampled.values() for wanted in wheel.requires})
    extras = sorted({extra for wheel in sampled.values() for extra in wheel.extras})
    promised = {key: closure(wheels.installed(wheel)) - {name} for key, wheel in sampled.items()}
    brought = sorted({other for found in promised.values() for other in found})
    return {
        "versions": order,
        "sampled": {key: wheel.version for key, wheel in sampled.items() if key != wheel.version},
        "published": wheels.published[name],
        "requires_python": runs(order, {key: wheel.requires_python for key, wheel in sampled.items()}),
        "requires_spec": {other: found for other in names if (found := required(sampled, other, None))},
        "extras": {
            extra: {other: found for other in names if (found := required(sampled, other, extra))} for extra in extras
        },
        "available": {other: ranges(order, [key for key in order if other in promised[key]]) for other in brought},
    }


def required(sampled: Mapping[str, Wheel], name: str, extra: str | None) -> Runs:
    """Tell what each minor requires of the distribution `name`, by itself or with an extra."""
    texts: dict[str, str] = {}
    for key, wheel in sampled.items():
        wanted = [each.text() for each in wheel.requires if each.name == name and each.extra == extra]
        if wanted:
            texts[key] = " | ".join(sorted(wanted))
    return runs(list(sampled), texts)


def releases_of(wheels: Wheels, package: str, distributions: list[str]) -> dict[str, Release]:
    """Parse the package of each minor, from the first distribution that has it and what that pins."""
    found: dict[str, Release] = {}
    for name in distributions:
        for key, wheel in wheels.sampled[name].items():
            if key in found:
                continue
            pinned = (wheels.pinned(wheel, other) for other in distributions if other != name)
            types = wheels.pinned(wheel, "mcp-types") if package == "mcp" else None
            others = [Release("mcp_types", [types])] if types else []
            found[key] = Release(package, [wheel, *(other for other in pinned if other)], others)
    return {key: found[key] for key in sorted(found, key=Version)}


def symbols(package: str, releases: dict[str, Release]) -> dict[str, Any]:
    """Tell when the modules, classes and functions of a package are there."""
    names = sorted({name for release in releases.values() for name in release.modules if public(name)})
    entry: dict[str, Any] = {"modules": {name: module(releases, name) for name in names}}
    facts = {"classes": (CLASSES, class_facts), "functions": (FUNCTIONS, function_facts)}
    for kind, (listed, read) in facts.items():
        told = {path: found for path in listed.get(package, []) if (found := read(releases, path))}
        entry |= {kind: told} if told else {}
    return entry


def public(path: str) -> bool:
    """Tell whether no part of a dotted name is private."""
    return not any(part.startswith("_") for part in path.split("."))


def module(releases: dict[str, Release], name: str) -> dict[str, Any]:
    """Tell when a module can be imported, and when it has which names."""
    order = list(releases)
    given = {key: release.names(name) for key, release in releases.items() if importable(release, name)}
    listed = sorted({each for names in given.values() for each in names if public_or_version(each)})
    there = {each: ranges(order, [key for key, names in given.items() if each in names]) for each in listed}
    is_open = [key for key in given if releases[key].is_open(name)]
    return {"present": ranges(order, given), "names": there, "open": ranges(order, is_open)}


def importable(release: Release, name: str) -> bool:
    """Tell whether a release has a module whose import does not raise."""
    return name in release.modules and not release.raises(name)


def public_or_version(name: str) -> bool:
    """Tell whether a name is none of Python's own."""
    return not name.startswith("__") or name == "__version__"


def definitions(releases: dict[str, Release], path: str) -> dict[str, Definition]:
    """Find what stands behind a dotted path in each release."""
    home, _, name = path.rpartition(".")
    able = {key: release for key, release in releases.items() if importable(release, home)}
    found = {key: release.resolve(home, name) for key, release in able.items()}
    if not any(found.values()):
        print("nothing is called so:", path, file=sys.stderr)
    return {key: definition for key, definition in found.items() if definition}


def class_facts(releases: dict[str, Release], path: str) -> dict[str, Any]:
    """Tell where a class is defined, what it takes and what its members take, over the releases."""
    found = {key: each for key, each in definitions(releases, path).items() if not isinstance(each.node, Function)}
    classes = {key: class_of(definition) for key, definition in found.items()}
    order = list(releases)
    if not classes:
        return {}
    return {
        "own": all(each.constructor is not None for each in classes.values()),
        "at": runs(order, {key: f"{each.module.name}.{each.node.name}" for key, each in found.items()}),
        "init": runs(order, {key: taken(each) for key, each in classes.items()}),
        "methods": over(order, classes, lambda each: {name: told(takes) for name, takes in each.members.items()}),
        "decorators": over(order, classes, lambda each: each.decorators),
        "choices": over(order, classes, lambda each: each.choices),
        "open": ranges(order, [key for key, each in classes.items() if each.is_open]),
    }


def taken(found: Class) -> list[str]:
    """List what calling a class takes."""
    return found.fields if found.constructor is None else found.constructor


def told(takes: list[str] | None) -> list[str] | str:
    """Tell what a member takes."""
    return "property" if takes is None else takes


def over(order: list[str], classes: dict[str, Class], facts: Callable[[Class], Mapping[str, Any]]) -> dict[str, Runs]:
    """Put what each release tells of some names as runs by name."""
    each = {key: facts(found) for key, found in classes.items()}
    names = sorted({name for found in each.values() for name in found})
    return {name: runs(order, {key: found.get(name) for key, found in each.items()}) for name in names}


def function_facts(releases: dict[str, Release], path: str) -> Runs:
    """Tell what a function takes over the releases."""
    found = definitions(releases, path)
    takes = {key: parameters(each.node, method=False) for key, each in found.items() if isinstance(each.node, Function)}
    return runs(list(releases), takes)
