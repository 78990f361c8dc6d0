"""How a wheel of this backend may differ from the one that a server's own backend makes: every class has its reason.

A difference is a line: `-` and what only the published wheel has, `+` and what only ours has. A class takes the lines
that it explains away from the others; what no class takes is unexplained. The order of headers and of members is no
difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

# in the order in which they take their lines
REASONS = {
    "license-expression": "`migrate` writes the licence as an expression, where its table beside `license-files` is an "
    "error (PEP 639), and takes away the classifiers that must not stand beside one",
    "metadata-version": "the lowest version of core metadata that knows the fields in use: older tools can read it",
    "requirement-text": "requirements stand as their author wrote them; hatchling and Poetry write them anew",
    "python-text": "`requires-python` stands as its author wrote it; hatchling sorts it",
    "keywords-order": "keywords stand in their author's order; hatchling sorts them",
    "author": "name and address go together into Author-email, and nowhere else, as the specification says",
    "author-comma": "a name holds no comma, which would make two people of it",
    "classifiers": "no classifier that the project did not declare; Poetry adds one for each Python that it knows",
    "dynamic-license-file": "only what the project calls dynamic is; setuptools calls licence files so that it finds",
    "license-text": "the licence's text ends with its last line; setuptools adds an empty one",
    "top-level-txt": "setuptools alone writes top_level.txt; RECORD tells what a wheel installs",
}

# what is compared of a wheel, by facts.py
Facts = dict[str, Any]


class Comparison:
    """Two wheels, and which of their differences are explained."""

    def __init__(self, published: Facts, ours: Facts) -> None:
        """Explain what can be explained."""
        self.headers: list[str] = ours["headers"]
        self.unexplained = differences(published, ours)
        self.classes: set[str] = set()
        for name in REASONS:
            taken = getattr(self, "_" + name.replace("-", "_"))() & self.unexplained
            if taken:
                self.classes.add(name)
                self.unexplained -= taken

    def lines(self, prefix: str) -> dict[str, str]:
        """Return the lines that start with `prefix`, each with what follows it."""
        return {line: line.removeprefix(prefix) for line in sorted(self.unexplained) if line.startswith(prefix)}

    def pairs(self, header: str, same: Callable[[str, str], bool]) -> set[str]:
        """Return each header that is gone, and the new one that says the same."""
        taken: set[str] = set()
        for old_line, old in self.lines(f"- {header}: ").items():
            for new_line, new in self.lines(f"+ {header}: ").items():
                if new_line not in taken and same(old, new):
                    taken |= {old_line, new_line}
                    break
        return taken

    def _license_expression(self) -> set[str]:
        if not any(header.startswith("License-Expression: ") for header in self.headers):
            return set()
        new = set(self.lines("+ License-Expression: "))
        old = {*self.lines("- License: "), *self.lines("- Classifier: License :: ")}
        # the fields of PEP 639 came with this version
        return new | old | self.pairs("Metadata-Version", lambda _, version: bool(new) and version == "2.4")

    def _metadata_version(self) -> set[str]:
        return self.pairs("Metadata-Version", lambda old, new: Version(new) < Version(old))

    def _requirement_text(self) -> set[str]:
        return self.pairs("Requires-Dist", lambda old, new: meaning(old) == meaning(new))

    def _python_text(self) -> set[str]:
        return self.pairs("Requires-Python", lambda old, new: SpecifierSet(old) == SpecifierSet(new))

    def _keywords_order(self) -> set[str]:
        return self.pairs("Keywords", lambda old, new: old.split(",") == sorted(new.split(",")))

    def _author(self) -> set[str]:
        taken: set[str] = set()
        for line, name in self.lines("- Author: ").items():
            ours = [header for header in self.headers if header.startswith("Author-email: ") and f"{name} <" in header]
            apart = {f"- Author-email: {header.partition('<')[2].rstrip('>')}" for header in ours}
            together = {f"+ {header}" for header in ours}
            if ours:
                taken |= {line} | (apart | together if apart <= self.unexplained else set())
        return taken

    def _author_comma(self) -> set[str]:
        def plain(people: str) -> str:
            return people.replace(",", "").replace('"', "")

        def same(old: str, new: str) -> bool:
            return plain(old) == plain(new)

        return self.pairs("Author", same) | self.pairs("Author-email", same)

    def _classifiers(self) -> set[str]:
        return set(self.lines("- Classifier: Programming Language :: Python :: 3."))

    def _dynamic_license_file(self) -> set[str]:
        return {"- Dynamic: license-file"}

    def _license_text(self) -> set[str]:
        return self.pairs("License", lambda old, new: old.rstrip() == new)

    def _top_level_txt(self) -> set[str]:
        return {"- dist-info top_level.txt"}


def differences(published: Facts, ours: Facts) -> set[str]:
    """Return every difference between the facts of two wheels."""
    found: set[str] = set()
    for kind, label in (("files", "file "), ("dist-info", "dist-info "), ("headers", "")):
        old: Counter[str] = Counter(published[kind])
        new: Counter[str] = Counter(ours[kind])
        # no other backend knows what a server promises
        new.pop("mcp/contract.json", None)
        assert max(new.values()) == 1, "a header or a member stands twice"
        found |= {f"- {label}{item}" for item in old - new}
        found |= {f"+ {label}{item}" for item in new - old}
    for kind in ("description", "entry-points"):
        if published[kind] != ours[kind]:
            found |= {f"- {kind} {published[kind]}", f"+ {kind} {ours[kind]}"}
    return found


def meaning(text: str) -> tuple[object, ...]:
    """Return what a requirement means, its name first."""
    requirement = Requirement(text)
    extras = frozenset(map(canonicalize_name, requirement.extras))
    return canonicalize_name(requirement.name), extras, requirement.specifier, str(requirement.marker), requirement.url
