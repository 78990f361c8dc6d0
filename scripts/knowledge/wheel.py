"""Wheels from the index."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path


def fetch(requirement: str) -> zipfile.ZipFile:
    """Download the pure wheel that `requirement` names, the same on every machine."""
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--disable-pip-version-check"]
    command += ["--only-binary", ":all:", "--platform", "any", "--python-version", "3.12"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*command, "--dest", folder, requirement], check=True)
        (path,) = Path(folder).glob("*.whl")
        return zipfile.ZipFile(io.BytesIO(path.read_bytes()))
