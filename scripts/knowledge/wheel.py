"""Wheels from the index: fetched by pip, kept in a folder, and read as archives. Nothing is installed or run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from email import message_from_bytes
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

# what stands for an extra in a marker, with the `and` that joins it to the rest
EXTRA = re.compile(r"""\s*(?:\band\s+)?extra\s*==\s*["']([^"']+)["'](?:\s+and\b)?\s*""")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check")


@dataclass(frozen=True)
class Wanted:
    """One requirement of a wheel."""

    name: str
    extras: tuple[str, ...]
    specifiers: str
    # the environments in which it holds, without the extra that asks for it
    marker: str
    extra: str | None

    @classmethod
    def read(cls, line: str) -> Wanted:
        """Read the value of a `Requires-Dist`."""
        required = Requirement(line)
        marker = str(required.marker or "")
        extra = EXTRA.search(marker)
        return cls(
            canonicalize_name(required.name),
            tuple(sorted(required.extras)),
            ",".join(sorted(map(str, required.specifier))),
            EXTRA.sub("", marker).strip("() "),
            extra[1] if extra else None,
        )

    @property
    def pin(self) -> str | None:
        """The one version that it admits."""
        exact = re.fullmatch(r"==([^,*]+)", self.specifiers)
        return exact[1] if exact and self.extra is None else None

    def text(self) -> str:
        """Spell what is required, without the name."""
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        return f"{extras}{self.specifiers}" + (f"; {self.marker}" if self.marker else "")


class Wheel:
    """A wheel on the disk."""

    def __init__(self, path: Path) -> None:
        """Open the archive and read its metadata."""
        self.archive = zipfile.ZipFile(path)
        self.files = self.archive.namelist()
        (metadata,) = (name for name in self.files if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        head = message_from_bytes(self.archive.read(metadata))
        self.name: str = canonicalize_name(head["Name"])
        self.version = str(head["Version"])
        self.requires_python = str(head["Requires-Python"] or "")
        self.requires = [Wanted.read(line) for line in head.get_all("Requires-Dist", [])]
        self.extras = [str(extra) for extra in head.get_all("Provides-Extra", [])]

    def modules(self, package: str) -> Iterator[tuple[str, str, bool]]:
        """Name each module of a package, with its source and whether it is a package itself."""
        for file in self.files:
            if file.endswith(".py") and file.split("/")[0] == package:
                parts = file.removesuffix(".py").split("/")
                is_package = parts[-1] == "__init__"
                name = ".".join(parts[:-1] if is_package else parts)
                yield name, self.archive.read(file).decode(), is_package


class Index:
    """The index, with a folder for what was fetched from it."""

    def __init__(self, cache: Path) -> None:
        """Keep wheels in `cache`."""
        self.cache = cache
        cache.mkdir(parents=True, exist_ok=True)

    @cached_property
    def kept(self) -> dict[tuple[str, str], Path]:
        """The wheels in the folder by name and version."""
        return {key(path.name): path for path in sorted(self.cache.glob("*.whl"))}

    def versions(self, name: str) -> list[str]:
        """List the final releases of a distribution in order."""
        command = [*PIP, "index", "versions", name, "--ignore-requires-python"]
        told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        line = next(line for line in told.splitlines() if line.startswith("Available versions:"))
        found = {version for text in line.partition(":")[2].split(",") if (version := final(text))}
        return [text for _, text in sorted((Version(text), text) for text in found)]

    def wheel(self, name: str, version: str) -> Wheel:
        """Open the wheel of a release, fetched unless it was before."""
        wanted = (canonicalize_name(name), str(Version(version)))
        if wanted not in self.kept:
            self.kept[wanted] = self.fetch(f"{name}=={version}")
        return Wheel(self.kept[wanted])

    def fetch(self, requirement: str) -> Path:
        """Download one wheel that any machine takes."""
        before = set(self.cache.glob("*.whl"))
        command = [*PIP, "download", "--quiet", "--no-deps", "--ignore-requires-python", "--only-binary", ":all:"]
        command += ["--platform", "any", "--python-version", "3.12", "--dest", str(self.cache), requirement]
        subprocess.run(command, check=True)
        (path,) = set(self.cache.glob("*.whl")) - before
        return path


def key(file: str) -> tuple[str, str]:
    """Read name and version off the name of a wheel."""
    name, version = file.split("-")[:2]
    return canonicalize_name(name), str(Version(version))


def final(text: str) -> str | None:
    """Take the text of a version that is a final release."""
    try:
        version = Version(text.strip())
    except InvalidVersion:
        return None
    return None if version.is_prerelease or version.is_postrelease or version.local else text.strip()


def default_cache() -> Path:
    """Name the folder that keeps wheels where none is given."""
    home = os.environ.get("XDG_CACHE_HOME")
    return (Path(home) if home else Path.home() / ".cache") / "mcp-backend" / "wheels"
