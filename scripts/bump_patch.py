#!/usr/bin/env python3
"""Raise the patch version after the tables of src/knowledge/data were made anew, and say so in the changelog.

Prints the version. What is unreleased yet is not released along with new tables, as it may refuse more: then nothing is
raised, the tables wait for that release, and a line of the changelog tells of them.
"""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSION = re.compile(r'^(name = "mcp-backend"\nversion = ")(\d+)\.(\d+)\.(\d+)(")', re.MULTILINE)
UNRELEASED = re.compile(r"(## \[Unreleased\]\n)(.*?)(?=\n## \[|\Z)", re.DOTALL)


def newest(distribution: str) -> str:
    """Name the newest release of an SDK that the tables know."""
    text = (ROOT / "src/knowledge/data/sdk_releases.txt").read_text("utf-8")
    line = re.search(rf"^{distribution} published\t(.*)$", text, re.MULTILINE)
    return line[1].split()[-1] if line else ""


def raised(text: str) -> tuple[str, str]:
    """Raise the version in a manifest or lock file; give the text and the version."""
    found = VERSION.search(text)
    if found is None:
        raise SystemExit("there is no version to raise")
    version = f"{found[2]}.{found[3]}.{int(found[4]) + 1}"
    return VERSION.sub(rf"\g<1>{version}\g<5>", text, count=1), version


def told(changelog: str, version: str | None) -> str:
    """Tell of the tables, in a release of their own or among what is unreleased."""
    line = f"- Knows `mcp` up to {newest('mcp')} and `fastmcp` up to {newest('fastmcp')}.\n"
    found = UNRELEASED.search(changelog)
    if found is None:
        raise SystemExit("the changelog has no section for what is unreleased")
    if version is None:
        return changelog[: found.end()].rstrip("\n") + f"\n{line}" + changelog[found.end() :]
    today = dt.datetime.now(dt.timezone.utc).date()
    section = f"\n## [{version}] - {today}\n\n### Changed\n\n{line}"
    return changelog[: found.end(1)] + section + changelog[found.end() :]


def main() -> None:
    """Raise the version unless something waits to be released."""
    changelog = ROOT / "CHANGELOG.md"
    text = changelog.read_text("utf-8")
    waiting = UNRELEASED.search(text)
    version = None
    if waiting is None or not waiting[2].strip():
        for path in (ROOT / "Cargo.toml", ROOT / "Cargo.lock"):
            manifest, version = raised(path.read_text("utf-8"))
            path.write_text(manifest, "utf-8")
    changelog.write_text(told(text, version), "utf-8")
    print(version or "unreleased")


if __name__ == "__main__":
    main()
