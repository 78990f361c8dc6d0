#!/usr/bin/env python3
"""Try which releases of the SDKs start beside the newest releases of what they require, and write that table.

    python -m pip install -r requirements/refresh.txt
    python scripts/sdk_starts.py                    # the releases that were not tried yet, and write the table
    python scripts/sdk_starts.py --again mcp==1.9.4 # those named too
    python scripts/sdk_starts.py --all              # every release anew: hours
    python scripts/sdk_starts.py --check mcp==1.9.4 # try those alone, and fail where the table says another thing

Each release is resolved by itself, installed into a fresh environment, and a server with one tool is started on it over
stdio, which has to answer `initialize`, `tools/list` and `tools/call`. One that does not is tried again beside older
releases of what is known to break it, and the first bound with which it starts is written down. Where none helps, this
stops: somebody has to look.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
from pathlib import Path

from knowledge.sdk_trial import Trial
from knowledge.wheel import Index, default_cache

from knowledge import sdk_start_table

TABLE = Path(__file__).resolve().parent.parent / "src" / "knowledge" / "data" / "sdk_starts.txt"


def chosen(options: argparse.Namespace, table: sdk_start_table.Table, index: Index) -> list[tuple[str, str]]:
    """Choose the releases to try."""
    named = [*options.again, *options.check]
    wanted = [tuple(pin.split("==", 1)) for pin in named]
    if not options.check:
        for name in sdk_start_table.TRIED:
            versions = index.versions(name)
            wanted += [
                (name, version) for version in versions if options.all or not table.tried(name, version, versions)
            ]
    return [(name, version) for name, version in wanted]


def main() -> None:
    """Try releases, and write what came of it."""
    parser = argparse.ArgumentParser(description="Try which releases of the SDKs start.")
    parser.add_argument("--all", action="store_true", help="try every release anew")
    parser.add_argument("--again", nargs="+", default=[], metavar="NAME==VERSION", help="releases to try anew")
    parser.add_argument("--check", nargs="+", default=[], metavar="NAME==VERSION", help="write nothing, try these")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where wheels are kept")
    options = parser.parse_args()
    index = Index(options.cache)
    table = sdk_start_table.Table.read(TABLE.read_text("utf-8"))
    differing = []
    for name, version in chosen(options, table, index):
        with tempfile.TemporaryDirectory() as folder:
            bounds = Trial(name, version, Path(folder)).bounds()
        print(f"{name} {version}: {'needs ' + ' '.join(bounds) if bounds else 'starts'}", flush=True)
        if bounds != table.bounds(name, version, index.versions(name)):
            differing.append(f"{name}=={version}")
        table.set(name, version, bounds)
    if options.check:
        sys.exit(f"the table says another thing of {', '.join(differing)}" if differing else 0)
    today = dt.datetime.now(dt.timezone.utc).date().isoformat()
    TABLE.write_text(table.text({name: index.versions(name) for name in sdk_start_table.TRIED}, today), "utf-8")


if __name__ == "__main__":
    main()
