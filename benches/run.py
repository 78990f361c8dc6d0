"""Measures the backends side by side and prints Markdown.

    make bench                                          # everything, about half an hour
    make bench BENCH_ARGS=--quick                       # smaller trees, fewer rounds
    make bench BENCH_ARGS='--sizes 100 --backends uv_build mcp-backend'

A run is a whole process, `python -c "import B; B.build_wheel(...)"`: what a frontend pays. The backends take turns, so
that whatever else the machine does meets all of them; a ratio is the median of the ratios to uv_build's run of the same
round.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from make_tree import BACKENDS, make_tree, set_backend

REFERENCE = "uv_build"
HOOKS = ("build_wheel", "build_sdist")
# how many rounds for a tree of how many modules
FULL = {10: 21, 100: 21, 1_000: 11, 10_000: 5}
QUICK = {10: 7, 100: 7, 1_000: 5}


# In MiB, of the process and those that it started. Not what `wait4` tells: before a process becomes another program it
# counts the memory of the one that started it. Other systems than Linux do not tell it so.
PEAK = """
import resource, sys
own = open("/proc/self/status").read().split("VmHWM:")[1].split()[0] if sys.platform == "linux" else "nan"
print(max(float(own), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024)
"""


@dataclass
class Runs:
    """What one backend took for one hook on one tree, round by round."""

    seconds: list[float] = field(default_factory=list)
    peak: float = 0


Table = dict[tuple[str, str, int], Runs]


def main() -> None:
    """Measure and print."""
    asked = arguments()
    sizes = {size: rounds for size, rounds in (QUICK if asked.quick else FULL).items() if size in asked.sizes}
    runs: Table = {}
    with tempfile.TemporaryDirectory() as folder:
        for size, rounds in sizes.items():
            tree = Path(folder, f"tree-{size}")
            make_tree(tree, size)
            for hook in HOOKS:
                for backend, found in measure(tree, hook, rounds, asked.backends).items():
                    runs[hook, backend, size] = found
            shutil.rmtree(tree)
    report(runs, list(sizes), asked.backends)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="smaller trees and fewer rounds")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(FULL), help="modules of the trees")
    parser.add_argument("--backends", nargs="+", default=list(BACKENDS), choices=list(BACKENDS))
    return parser.parse_args()


def measure(tree: Path, hook: str, rounds: int, backends: list[str]) -> dict[str, Runs]:
    """Let the backends take turns; the turn before the first warms the caches and is asked for its memory."""
    runs = {backend: Runs() for backend in backends}
    for backend in backends:
        set_backend(tree, backend)
        runs[backend].peak = float(run(tree, backend, hook, PEAK).split()[-1])
    for turn in range(rounds):
        for backend in backends:
            set_backend(tree, backend)
            start = time.perf_counter()
            run(tree, backend, hook)
            runs[backend].seconds.append(time.perf_counter() - start)
        print(f"{tree.name}, {hook}: {turn + 1} of {rounds} rounds", file=sys.stderr)
    return runs


def run(tree: Path, backend: str, hook: str, after: str = "") -> str:
    """Run one hook, and the code `after` it, in a process of its own; return what it printed."""
    with tempfile.TemporaryDirectory() as out:
        code = f"import {BACKENDS[backend][1]} as B; B.{hook}({out!r})\n{after}"
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tree, env=environment(), capture_output=True, text=True, check=False)
        if done.returncode != 0 or len(list(Path(out).iterdir())) != 1:
            raise SystemExit(f"{backend}: {hook} failed on {tree.name}\n{done.stderr}")
    # setuptools leaves its work in the tree, and would ship it in the next round
    shutil.rmtree(tree / "build", ignore_errors=True)
    for leftover in (tree / "src").glob("*.egg-info"):
        shutil.rmtree(leftover)
    return done.stdout


def environment() -> dict[str, str]:
    """Return an environment in which uv_build finds the program that it starts."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def import_time(backend: str, rounds: int = 21) -> float:
    """Return the milliseconds that `import` of the hooks takes inside a fresh interpreter."""
    code = f"import time; s = time.perf_counter(); import {BACKENDS[backend][1]}; print(time.perf_counter() - s)"
    times = [float(subprocess.check_output([sys.executable, "-c", code], text=True)) for _ in range(rounds)]
    return statistics.median(times) * 1_000


def report(runs: Table, sizes: list[int], backends: list[str]) -> None:
    """Print the tables."""
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    for hook in HOOKS:
        print(f"`{hook}`, the whole process: median milliseconds (ratio to {REFERENCE})\n")
        row(f"{hook}, modules", *(f"{size:,}" for size in sizes))
        row(*(["---"] + ["---:"] * len(sizes)))
        for backend in backends:
            row(f"{backend} {version(backend)}", *(cell(runs, hook, backend, size) for size in sizes))
        print()
    print(f"Import of the hooks, and peak memory of `build_wheel` at {sizes[-1]:,} modules\n")
    row("", "import, ms", "peak, MiB")
    row("---", "---:", "---:")
    for backend in backends:
        peak = runs["build_wheel", backend, sizes[-1]].peak
        row(backend, f"{import_time(backend):.1f}", f"{peak:.0f}")


def cell(runs: Table, hook: str, backend: str, size: int) -> str:
    """Tell how long it took, and how that compares with the reference in the same rounds."""
    mine = runs[hook, backend, size].seconds
    text = f"{statistics.median(mine) * 1_000:.0f}"
    if (hook, REFERENCE, size) not in runs:
        return text
    other = runs[hook, REFERENCE, size].seconds
    return f"{text} ({statistics.median(a / b for a, b in zip(mine, other, strict=True)):.2f})"


def row(*cells: str) -> None:
    """Print a row of a table."""
    print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
