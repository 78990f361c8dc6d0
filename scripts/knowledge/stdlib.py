"""The tables of the standard library: its modules, and the names and keywords that each Python added or removed.

mypy bundles typeshed, and typeshed forgets a Python that has reached its end, so that older releases of mypy are asked
about older Pythons. Something is new in 3.N only where one typeshed shows it absent in 3.N-1 and present in 3.N: a stub
that was completed between two releases tells nothing. What interpreters contradict is left out (`interpreters.py`).
"""

from __future__ import annotations

import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.interpreters import ask
from knowledge.typeshed import Typeshed

if TYPE_CHECKING:
    from knowledge.typeshed import Lifetime
    from knowledge.wheel import Index

# the newest mypy first: the oldest and the newest Python that its typeshed tells of
SNAPSHOTS = (("2.4.1", 10, 15), ("1.18.2", 9, 14), ("1.15.0", 8, 14))
# what was there in the oldest Python of all was there always
OLDEST = SNAPSHOTS[-1][1]
# they lie beside the standard library, which does not hold them
FOREIGN = {"_typeshed", "typing_extensions"}
# windows, games and compilers: no server imports them, and their many names would double the tables
UNASKED = {"curses", "distutils", "idlelib", "lib2to3", "nt", "posix", "pydoc_data", "tkinter", "turtle"}
# what the stubs define beside the builtins, for type checkers
STUBS_ALONE = {"ellipsis", "function", "reveal_locals", "reveal_type"}
# what `site` adds to them when Python starts
SITE = {"copyright", "credits", "exit", "help", "license", "quit"}
CORRECTIONS = Path(__file__).with_name("stdlib_corrections.txt")

CORRECTIONS_HEADER = """\
# What the stubs get wrong: a table, a module, a path in it, and the right Python; without one it leaves the table.
# Sources: CPython 3.8 to 3.13 themselves (refresh_knowledge.py --ask); the Pythons written out are from the rules of
# vermin (MIT), each confirmed by those interpreters.
"""

# module, and in it a name, `Class.member` or `function.keyword` -> the Python that added or removed it
Changes = dict[tuple[str, str], int]


def read_typesheds(index: Index) -> list[Typeshed]:
    """Read the stubs of each snapshot."""
    return [Typeshed(index.wheel("mypy", version).archive, oldest, newest) for version, oldest, newest in SNAPSHOTS]


def tables(typesheds: list[Typeshed], known: set[str]) -> dict[str, set[str]]:
    """Make all tables; `known` are the top-level modules known so far."""
    changes = changes_of(typesheds)
    for (kind, module, path), minor in corrections().items():
        changes[kind].pop((module, path), None)
        if minor is not None:
            changes[kind][module, path] = minor
    lines = {f"stdlib_{kind}.txt": grouped(found) for kind, found in changes.items()}
    lines["stdlib_builtins.txt"] = builtins(typesheds)
    return lines | {"stdlib_modules.txt": modules(lifetimes(typesheds), known | set(sys.stdlib_module_names))}


def changes_of(typesheds: list[Typeshed]) -> dict[str, Changes]:
    """Return what the stubs say that Pythons added and removed."""
    lives = lifetimes(typesheds)
    return {
        "added": additions(typesheds, lives),
        "removed": removals(typesheds, lives),
        "keywords": keywords(typesheds),
    }


def corrections() -> dict[tuple[str, str, str], int | None]:
    """Read what interpreters know better: which table, module and path, and the right Python or none."""
    found: dict[tuple[str, str, str], int | None] = {}
    for line in CORRECTIONS.read_text("utf-8").splitlines() if CORRECTIONS.exists() else []:
        if not line.startswith("#"):
            kind, module, path, *minor = line.split()
            found[kind, module, path] = int(minor[0]) if minor else None
    return found


def builtins(typesheds: list[Typeshed]) -> set[str]:
    """Return the names that some Python has everywhere."""
    named = {path for typeshed in typesheds for module, path in typeshed.names if module == "builtins"}
    return {name for name in named - STUBS_ALONE if "." not in name and not name.startswith("_")} | SITE


def grouped(changes: Changes) -> set[str]:
    """One line a module: `asyncio`, a tab, `Barrier=11 Runner=11`."""
    lines: dict[str, list[str]] = defaultdict(list)
    for (module, path), minor in sorted(changes.items()):
        lines[module].append(f"{path}={minor}")
    return {f"{module}\t{' '.join(paths)}" for module, paths in lines.items()}


def modules(lives: dict[str, Lifetime], known: set[str]) -> set[str]:
    """One line a module, `tomllib` and behind the tab `11-`; a submodule where it lives shorter than its parent."""
    lines = known - lives.keys()
    for module, (start, end) in lives.items():
        parent = module.rpartition(".")[0]
        if parent and lives.get(parent) == (start, end):
            continue
        life = f"{start if start > OLDEST else ''}-{end or ''}"
        lines.add(module if life == "-" else f"{module}\t{life}")
    return lines


def lifetimes(typesheds: list[Typeshed]) -> dict[str, Lifetime]:
    """Return the first Python that has each module, and the first that no longer has it."""
    lives: dict[str, Lifetime] = {}
    for typeshed in typesheds:
        for module in typeshed.stubs:
            if module.split(".")[0] not in FOREIGN:
                start, end = typeshed.lifetime(module)
                lives.setdefault(module, (start if start > OLDEST else 0, end))
    return lives


def asked(module: str, path: str) -> bool:
    """Whether a table tells of it: private names are nobody's business."""
    private = any(part.startswith("_") for part in [*module.split("."), *path.split(".")] if part != "__main__")
    return not private and module.split(".", maxsplit=1)[0] not in UNASKED | FOREIGN


def additions(typesheds: list[Typeshed], lives: dict[str, Lifetime]) -> Changes:
    """Return the names that a Python has and the one before it has not."""
    found: Changes = {}
    for module, path in {key for typeshed in typesheds for key in typeshed.names}:
        for typeshed in typesheds:
            pythons = typeshed.names.get((module, path))
            if not pythons:
                continue
            if min(pythons) > typeshed.oldest:
                newer = min(pythons) > max(lives.get(module, (0, None))[0], OLDEST)
                inherited = "." in path and (module, path) not in typeshed.own
                if newer and not inherited and asked(module, path):
                    found[module, path] = min(pythons)
                break
    return without_members(found)


def removals(typesheds: list[Typeshed], lives: dict[str, Lifetime]) -> Changes:
    """Return the names that a Python no longer has, while the module is still there."""
    found: Changes = {}
    for module, path in {key for typeshed in typesheds for key in typeshed.names}:
        typeshed = next(typeshed for typeshed in typesheds if (module, path) in typeshed.names)
        gone = max(typeshed.names[module, path]) + 1
        end = lives.get(module, (0, None))[1]
        inherited = "." in path and (module, path) not in typeshed.own
        if gone <= typeshed.newest and (end is None or gone < end) and not inherited and asked(module, path):
            found[module, path] = gone
    return without_members(found)


def without_members(changes: Changes) -> Changes:
    """Leave out the members that come and go with their class."""
    return {
        (module, path): minor
        for (module, path), minor in changes.items()
        if "." not in path or changes.get((module, path.split(".")[0])) != minor
    }


def keywords(typesheds: list[Typeshed]) -> Changes:
    """Return the keywords that a function takes and the same function of the Pythons before does not."""
    found: Changes = {}
    for typeshed in reversed(typesheds):
        for (module, path), pythons in typeshed.keywords.items():
            # who calls a method names an object, whose class the text seldom tells
            if "." in path or not asked(module, path):
                continue
            for minor in pythons.keys() & {older + 1 for older in pythons}:
                before = [taken for older, taken in pythons.items() if older < minor]
                if None not in before:
                    new = (pythons[minor] or set()).difference(*filter(None, before))
                    found |= {(module, f"{path}.{keyword}"): minor for keyword in new if not keyword.startswith("_")}
    return found


def ask_interpreters(interpreters: list[str], typesheds: list[Typeshed]) -> str:
    """Return the corrections with those that interpreters make."""
    found = corrections()
    changes = changes_of(typesheds)
    keyed = {
        (kind, module, path): (module, *path.rpartition(".")[::2]) if kind == "keywords" else (module, path, None)
        for kind, entries in changes.items()
        for module, path in entries
    }
    answers = ask(interpreters, list(keyed.values()))
    for (kind, module, path), question in keyed.items():
        if contradicts(kind, changes[kind][module, path], answers[question], member="." in path):
            found.setdefault((kind, module, path), None)
    lines = [" ".join([*key, str(minor or "")]).rstrip() for key, minor in sorted(found.items())]
    return CORRECTIONS_HEADER + "".join(f"{line}\n" for line in lines)


def contradicts(kind: str, minor: int, answers: dict[int, bool], *, member: bool) -> bool:
    """Whether interpreters contradict that something was added to or removed from 3.`minor`."""
    before = [there for older, there in answers.items() if older < minor]
    after = [there for newer, there in answers.items() if newer >= minor]
    if kind == "removed":
        return any(after) or (member and bool(before) and not any(before))
    # an attribute that instances alone have looks like a member that no Python has
    return any(before) or (kind == "added" and member and bool(after) and not any(after))
