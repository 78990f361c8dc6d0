"""Make the tables of what the releases of the Python SDKs hold, from their wheels on the index."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from .sdk_catalog import IMPORT_OF
from .sdk_symbols import build
from .sdk_tables import lines

if TYPE_CHECKING:
    from .wheel import Index

HEADERS = {
    "sdk_releases.txt": "# What of the SDKs was published, and what a release requires and brings.\n",
    "sdk_modules.txt": "# When a module of the SDKs is there, and when which of its names are.\n",
    "sdk_members.txt": "# When a class of the SDKs is there, and when which of its members are; what calling a\n"
    "# class, a method or a function takes: by name `()`, by position `(*)`, in any case `(!)`; the words for a\n"
    "# keyword that takes some alone `(transport)`; and how a method decorates `@`.\n",
}
SOURCE = "# Source: wheels of mcp (MIT) and fastmcp (Apache-2.0); facts. SOURCES.md tells how to read it.\n"
DAY = re.compile(r"^known\t.*$", re.MULTILINE)


def tables(index: Index, committed: str) -> dict[str, str]:
    """Write the tables anew from the last patch of each minor.

    `committed` is `sdk_releases.txt` as it stands; its day stays where nothing else of it changes.
    """
    found = lines(build(index), modules_of)
    found["sdk_releases.txt"].add(f"known\t{dt.datetime.now(dt.timezone.utc).date()}")
    ordered = {name: sorted(each, key=lambda line: line.split("\t")[0].encode()) for name, each in found.items()}
    written = {name: HEADERS[name] + SOURCE + "".join(f"{line}\n" for line in each) for name, each in ordered.items()}
    if DAY.sub("", written["sdk_releases.txt"]) == DAY.sub("", committed):
        written["sdk_releases.txt"] = committed
    return written


def modules_of(distribution: str) -> list[str]:
    """Name the top-level modules of what the SDKs require."""
    return IMPORT_OF.get(distribution, distribution.replace("-", "_")).split()
