"""Builds published servers with their own backend and with mcp-backend, and prints the ratios.

    make bench-published PUBLISHED='FOLDER...'

A folder holds `archives/` with sdists. Each is unpacked twice, and in one copy `mcp-backend migrate` puts mcp-backend
in the place of its own backend, without its rules refusing anything (`-C check=warn`). A run is a whole process, as in
`benches/run.py`; the two take turns, and a ratio is the median of the ratios of each round. Left out are servers whose
own backend is not among the peers of `requirements/bench.txt`, or does not build here.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from run import environment, row

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))

from convert_server import CannotConvertError, clean, convert, unpack

OURS = "mcp_backend"
ROUNDS = 5


def main() -> None:
    """Build all, and print the ratio of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+", help="a folder with archives/")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    archives = [path for folder in asked.folders for path in sorted((folder / "archives").glob("*.tar.gz"))]
    ratios = {}
    row("server", "own backend", "own, ms", "ours, ms", "ratio")
    row("---", "---", "---:", "---:", "---:")
    for archive in archives:
        with tempfile.TemporaryDirectory() as scratch:
            measured = measure(archive, Path(scratch), asked.rounds)
        if measured is not None:
            backend, own, ours = measured
            name = archive.name.removesuffix(".tar.gz")
            ratios[name] = statistics.median(mine / other for mine, other in zip(ours, own, strict=True))
            times = (f"{statistics.median(seconds) * 1_000:.0f}" for seconds in (own, ours))
            row(name, backend, *times, f"{ratios[name]:.2f}")
    slower = [name for name, ratio in ratios.items() if ratio >= 1]
    print(f"\n{len(ratios)} of {len(archives)} servers; the middle ratio is {statistics.median(ratios.values()):.2f}; ")
    print(f"slower than with their own backend: {', '.join(slower) or 'none'}")


def measure(archive: Path, scratch: Path, rounds: int) -> tuple[str, list[float], list[float]] | None:
    """Return the own backend, and the seconds of both, round by round; none where one of them does not build."""
    own, ours = scratch / "own", scratch / "ours"
    unpack(archive, own)
    clean(own)
    try:
        convert(archive, ours)
    except CannotConvertError as fault:
        print(fault, file=sys.stderr)
        return None
    text = (own / "pyproject.toml").read_text(encoding="utf-8") if (own / "pyproject.toml").is_file() else ""
    backend = tomllib.loads(text).get("build-system", {}).get("build-backend", "setuptools.build_meta")
    seconds: dict[Path, list[float]] = {own: [], ours: []}
    for turn in range(rounds + 1):
        for tree, module in ((own, backend), (ours, OURS)):
            start = time.perf_counter()
            if not builds(tree, module):
                print(f"{archive.name}: {module} does not build it", file=sys.stderr)
                return None
            # the first round warms the caches
            seconds[tree].extend([time.perf_counter() - start] if turn else [])
    return backend, seconds[own], seconds[ours]


def builds(tree: Path, backend: str) -> bool:
    """Build a wheel in a process of its own, and tell whether that is there."""
    with tempfile.TemporaryDirectory() as out:
        settings = ", {'check': 'warn'}" if backend == OURS else ""
        code = f"import {backend} as B; B.build_wheel({out!r}{settings})"
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tree, env=environment(), capture_output=True, text=True, check=False
        )
        made = done.returncode == 0 and len(list(Path(out).iterdir())) == 1
    # setuptools leaves its work in the tree, and would ship it in the next round
    shutil.rmtree(tree / "build", ignore_errors=True)
    for leftover in [*tree.glob("*.egg-info"), *(tree / "src").glob("*.egg-info")]:
        shutil.rmtree(leftover)
    return made


if __name__ == "__main__":
    main()
