#!/usr/bin/env python3
"""Measure on published servers how true the contract in their wheels is, and print a table.

    python scripts/measure_contracts.py [--verbose] [--jobs NUMBER] SERVERS...

Each SERVERS is a folder as `measure_precision.py` reads it. Each server is converted, its wheel built by this backend
with all rules off, installed anew and started by `mcp-backend verify`, with made-up values of what it requires. It
needs the network, and `mcp-backend[verify]` in this environment.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from convert_server import CannotConvertError, convert
from measure_precision import COMMAND, Server, read, table

BUILD = "import mcp_backend, sys; print(mcp_backend.build_wheel(sys.argv[1], {'check': 'off'}))"


def main() -> None:
    """Verify every server."""
    parser = argparse.ArgumentParser(description="Measure how true the contracts of published servers are.")
    parser.add_argument("servers", type=Path, nargs="+", help="a folder with archives/ and INDEX.json")
    parser.add_argument("--jobs", type=int, default=2, help="how many servers at a time")
    parser.add_argument("--verbose", action="store_true", help="tell each server")
    arguments = parser.parse_args()
    servers = [server for folder in arguments.servers for server in read(folder)]
    with ThreadPoolExecutor(arguments.jobs) as pool:
        outcomes = list(pool.map(outcome, servers))
    if arguments.verbose:
        for server, (what, why) in zip(servers, outcomes, strict=True):
            print(f"{server.name}: {what}: {why}")
    table(["", "servers"], Counter(what for what, _ in outcomes).most_common())


def outcome(server: Server) -> tuple[str, str]:
    """Tell what became of one server, and why."""
    with tempfile.TemporaryDirectory() as scratch:
        project, out = Path(scratch) / "project", Path(scratch) / "dist"
        out.mkdir()
        try:
            convert(server.archive, project, COMMAND)
        except CannotConvertError as error:
            return "not converted", str(error)
        built = subprocess.run(
            [sys.executable, "-c", BUILD, str(out)], cwd=project, capture_output=True, encoding="utf-8", check=False
        )
        wheel = next(out.glob("*.whl"), None)
        if built.returncode or wheel is None:
            return "no wheel", last_line(built.stderr)
        verified = subprocess.run(
            [*COMMAND, "verify", str(wheel), "--format", "json"], capture_output=True, encoding="utf-8", check=False
        )
    if not verified.stdout:
        return "not verified", last_line(verified.stderr)
    report: dict[str, Any] = json.loads(verified.stdout)["wheels"][0]
    return judged(report)


def judged(report: dict[str, Any]) -> tuple[str, str]:
    """Tell from the report of `verify` how the server and its contract agree."""
    steps = report["steps"]
    failed = [step for step in steps if step["status"] == "failed"]
    why = failed[0]["message"] if failed else ""
    if any(step["step"] == "compare" and step["status"] != "skipped" for step in steps):
        if any(difference["fails"] for difference in report["differences"]):
            return "the contract says otherwise", why
        noted = "but for what it marks as not wholly told" if report["differences"] else "exactly"
        return f"the contract is what the server answered, {noted}", why
    if any(step["step"] in ("environment", "install") for step in failed):
        return "it cannot be installed here", why
    return "the server does not start", why


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "")


if __name__ == "__main__":
    main()
