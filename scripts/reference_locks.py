"""Remake what uv pins of the projects in `tests/data/locks`, which the readers of locks are held to.

    python scripts/reference_locks.py [--upgrade]

Of each folder's `pyproject.toml`, uv makes `uv.lock` and `pylock.toml`, which are kept without the addresses and the
digests of archives, and `pins.txt`: what `uv export` pins of an index. A lock that is
there is kept as long as it fits, or made anew with `--upgrade`. It needs uv, and the network where a lock is made.
"""

import re
import subprocess
import sys
from pathlib import Path

LOCKS = Path(__file__).parents[1] / "tests" / "data" / "locks"
EXPORT = ("export", "--frozen", "--no-emit-project", "--no-dev", "--no-header")
ARCHIVES = re.compile(r"^(?:sdist = .*|wheels = \[\n(?: .*\n)*\]|wheels = \[.*\])\n", re.MULTILINE)


def main() -> int:
    """Remake every folder."""
    for project in sorted(LOCKS.glob("*/pyproject.toml")):
        remake(project.parent, sys.argv[1:])
    return 0


def remake(folder: Path, options: list[str]) -> None:
    """Remake the locks of a folder and what uv pins of them."""
    uv(folder, "lock", *options)
    pins = uv(folder, *EXPORT, "--no-hashes", "--no-annotate").splitlines(keepends=True)
    (folder / "pins.txt").write_text("".join(pin for pin in pins if re.match(r"[\w.-]+==", pin)))
    (folder / "pylock.toml").write_text(ARCHIVES.sub("", uv(folder, *EXPORT, "--format", "pylock.toml")))
    lock = folder / "uv.lock"
    lock.write_text(ARCHIVES.sub("", lock.read_text()))


def uv(folder: Path, *arguments: str) -> str:
    """Run uv in a folder and return what it prints."""
    done = subprocess.run(["uv", "--quiet", *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
