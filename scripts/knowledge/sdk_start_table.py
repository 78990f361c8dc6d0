"""The table of the releases that do not start, by ranges of releases."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from packaging.version import Version

HEADER = """\
# Which releases of the SDKs do not start beside the newest of what they require, and what revives each.
# Source: every release resolved by itself, installed and started by scripts/sdk_starts.py; facts. SOURCES.md tells
# how to read it.
"""
TRIED = ("mcp", "fastmcp")
# released with `fastmcp`, whose releases from 3.3 on are made of it
SLIM = ("fastmcp-slim", "3.3.0")


@dataclass
class Table:
    """What is known of each release."""

    lines: dict[str, str] = field(default_factory=dict)
    # what was tried since
    found: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str) -> Table:
        """Read the committed table."""
        lines = (line.partition("\t") for line in text.splitlines() if not line.startswith("#"))
        return cls({key: value for key, _, value in lines})

    def tried(self, name: str, version: str, versions: list[str]) -> bool:
        """Tell whether a release was tried."""
        known = within(self.lines.get(f"{name} tried", ""), version, versions)
        return known or (name, version) in self.found or Version(version) < Version(versions[0])

    def bounds(self, name: str, version: str, versions: list[str]) -> tuple[str, ...]:
        """Give what a release needs to start; nothing where it starts, or was not tried."""
        if (name, version) in self.found:
            return self.found[name, version]
        groups = (group.partition(":") for group in self.lines.get(name, "").split("\t") if group)
        return next((tuple(bounds.split()) for range_, _, bounds in groups if within(range_, version, versions)), ())

    def set(self, name: str, version: str, bounds: tuple[str, ...]) -> None:
        """Take what came of a trial."""
        self.found[name, version] = bounds

    def text(self, published: dict[str, list[str]], day: str) -> str:
        """Write the table."""
        lines = {key: value for key, value in self.lines.items() if key.endswith(" held")}
        for name, versions in published.items():
            tried = [version for version in versions if self.tried(name, version, versions)]
            each = [(version, self.bounds(name, version, versions)) for version in tried]
            groups = [
                (bounds, [version for version, _ in group]) for bounds, group in groupby(each, lambda pair: pair[1])
            ]
            dead = [f"{group[0]}-{group[-1]}:{' '.join(bounds)}" for bounds, group in groups if bounds]
            lines |= {name: "\t".join(dead), f"{name} tried": f"{tried[0]}-{tried[-1]}"}
        lines[f"{SLIM[0]} tried"] = f"{SLIM[1]}-{lines['fastmcp tried'].split('-')[1]}"
        lines["known"] = day
        return HEADER + "".join(f"{key}\t{lines[key]}\n" for key in sorted(lines, key=str.encode))


def within(range_: str, version: str, versions: list[str]) -> bool:
    """Tell whether a release lies in `FIRST-LAST`."""
    first, _, last = range_.partition("-")
    if not {first, last, version} <= set(versions):
        return False
    return versions.index(first) <= versions.index(version) <= versions.index(last)
