"""Make the tables of what the releases of the Python SDKs hold, from their wheels on the index."""

from __future__ import annotations

import tempfile
from pathlib import Path

from . import sdk_symbols
from .sdk_tables import lines

HEADERS = {
    "sdk_releases.txt": "# What of the SDKs was published, and what a release requires and brings.\n",
    "sdk_modules.txt": "# When a module of the SDKs is there, and which of its names come and go at other times.\n",
    "sdk_members.txt": "# When a class of the SDKs is there, what calling it takes `()`, which members come and go,\n"
    "# and how a member decorates `@`.\n",
}
SOURCE = "# Source: wheels of mcp (MIT) and fastmcp (Apache-2.0); facts. SOURCES.md tells how to read it.\n"


def tables() -> dict[str, str]:
    """Download the last patch of each minor, and write the tables anew."""
    with tempfile.TemporaryDirectory() as folder:
        sdk_symbols.fetch(Path(folder))
        return written(Path(folder))


def written(folder: Path) -> dict[str, str]:
    """Write the tables from the wheels in a folder."""
    found = lines(sdk_symbols.build(folder), modules_of)
    ordered = {name: sorted(each, key=lambda line: line.split("\t")[0].encode()) for name, each in found.items()}
    return {name: HEADERS[name] + SOURCE + "".join(f"{line}\n" for line in each) for name, each in ordered.items()}


def modules_of(distribution: str) -> list[str]:
    """Name the top-level modules of what the SDKs require."""
    known: dict[str, str] = sdk_symbols.IMPORT_OF
    return known.get(distribution, distribution.replace("-", "_")).split()
