#!/usr/bin/env python3
"""Record what the own backends of published servers make of them, for tests/python/published.

    python -m pip install hatchling poetry-core setuptools uv_build
    python scripts/reference_wheels.py ARCHIVES

Of each archive tests/python/published/reference/ keeps one file of facts: the wheel's files with their digests, the
headers of METADATA, the digest of its description, and the entry points; no code. An archive that is a wheel tells
them itself. Every sdist is built into a wheel by the backend that it names, in this environment, so at the versions
installed here; METADATA is taken from its PKG-INFO, as published, once it is seen to say what that wheel says.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TESTS = Path(__file__).resolve().parent.parent / "tests" / "python"
REFERENCE = TESTS / "published" / "reference"

sys.path.insert(0, str(TESTS))
from published.facts import description, facts, headers  # noqa: E402  (the tests read wheels with the same eyes)

BUILD = "import sys, importlib; print(importlib.import_module(sys.argv[1]).build_wheel(sys.argv[2]))"


def main() -> None:
    """Record every archive of a folder."""
    parser = argparse.ArgumentParser(description="Record what the own backends of published servers make of them.")
    parser.add_argument("archives", type=Path)
    archives = parser.parse_args().archives
    REFERENCE.mkdir(exist_ok=True)
    for archive in sorted(archives.iterdir()):
        with tempfile.TemporaryDirectory() as scratch:
            if archive.suffix == ".whl":
                found = facts(archive)
            else:
                published, wheel = built(archive, Path(scratch))
                hold_equal(published, wheel)
                found = facts(wheel, published)
        name = archive.name.removesuffix(".tar.gz").removesuffix("-py3-none-any.whl")
        text = json.dumps(found, indent=0, ensure_ascii=False)
        (REFERENCE / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        print(f"{name}: {found['backend']}, {len(found['files'])} files")


def built(archive: Path, scratch: Path) -> tuple[bytes, Path]:
    """Build an sdist with its own backend; return PKG-INFO and the wheel."""
    with tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
    (top,) = scratch.iterdir()
    published = (top / "PKG-INFO").read_bytes()
    backend = tomllib.loads((top / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["build-backend"]
    # uv_build runs a program that stands beside the interpreter
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    out = scratch / "out"
    out.mkdir()
    command = [sys.executable, "-c", BUILD, backend, str(out)]
    subprocess.run(command, cwd=top, env=environment, check=True, capture_output=True)
    (wheel,) = out.iterdir()
    return published, wheel


def hold_equal(published: bytes, wheel: Path) -> None:
    """Fail when today's backend says another thing than the published metadata did."""
    with zipfile.ZipFile(wheel) as archive:
        today = archive.read(next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA")))
    different = set(headers(published)) ^ set(headers(today))
    # newer backends write newer versions, and Poetry adds a classifier for each Python that it knows
    expected = ("Metadata-Version: ", "Classifier: Programming Language :: Python :: 3.")
    unexpected = [header for header in different if not header.startswith(expected)]
    if unexpected or description(published) != description(today):
        raise SystemExit(f"{wheel.name} differs from PKG-INFO: {unexpected}")


if __name__ == "__main__":
    main()
