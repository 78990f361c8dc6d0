"""`mcp-backend export mcpb --vendor PLATFORM`: gets the wheels of all that the lock holds, for a bundle with them.

Which wheels, the native module knows from the lock; pip fetches them, and the native module holds each to the digests
of the lock before it writes anything.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from mcp_backend import _native, look
from mcp_backend._verify.environment import uv
from mcp_backend._verify.options import UsageError
from mcp_backend._verify.trees import run

_PATIENCE = 600.0
_SHOWN = 20
_GLIBC = range(5, 29)
# the tags of wheels that run on each platform, as pip takes them
_TAGS = {
    "linux-aarch64": [f"manylinux_2_{minor}_aarch64" for minor in _GLIBC] + ["manylinux2014_aarch64"],
    "linux-x86_64": [f"manylinux_2_{minor}_x86_64" for minor in _GLIBC] + ["manylinux2014_x86_64"],
    "macos-arm64": ["macosx_14_0_arm64"],
    "macos-x86_64": ["macosx_13_0_x86_64"],
    "windows-x86_64": ["win_amd64"],
}


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def main(arguments: list[str]) -> int:
    """Run `export` on its arguments, of which one is `--vendor`, and return its exit status."""
    parser = _Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--vendor", required=True)
    parser.add_argument("--python", default=f"{sys.version_info.major}.{sys.version_info.minor}")
    parser.add_argument("-o", "--out-dir")
    parser.add_argument("--force", action="store_true")
    try:
        read = parser.parse_intermixed_args(arguments)
        with tempfile.TemporaryDirectory(prefix="mcp-backend-") as folder:
            fetch(Path(folder), read.words[1:2], read.vendor, read.python)
            own = ["--vendor", read.vendor, "--python", read.python, "--wheels", folder]
            kept = [*(["-o", read.out_dir] if read.out_dir else []), *(["--force"] if read.force else [])]
            status, out, err = _native.main(["export", *read.words, *own, *kept], look=look(sys.stdout))
    except (UsageError, ValueError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(out)
    sys.stderr.write(err)
    return status


def fetch(folder: Path, project: list[str], platform: str, python: str) -> None:
    """Fetch the wheels of what the lock of a project holds for a platform and a Python into a folder."""
    root = _native.project_at(*project)
    pins = _native.pins_for(root, platform, python)
    wanted = folder / "pins.txt"
    wanted.write_text("".join(f"{pin}\n" for pin in pins), encoding="utf-8")
    tags = [word for tag in _TAGS[platform] for word in ("--platform", tag)]
    target = [*tags, "--python-version", python, "--implementation", "cp", "--only-binary", ":all:"]
    quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off", "--quiet"]
    command = [*_pip(), "download", *quiet, "--no-deps", *target, "-d", str(folder), "-r", str(wanted)]
    try:
        status, said = run(command, folder, dict(os.environ), _PATIENCE)
    except TimeoutError:
        raise UsageError(f"pip took longer than {_PATIENCE:g} s") from None
    if status:
        last = "\n".join(said.strip().splitlines()[-_SHOWN:])
        raise UsageError(f"pip could not fetch the wheels for `{platform}` and Python {python}:\n{last}")


def _pip() -> list[str]:
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    installer = uv()
    if installer is None:
        raise UsageError("`--vendor` needs pip or uv to fetch wheels: pip install uv")
    return [installer, "tool", "run", "pip"]
