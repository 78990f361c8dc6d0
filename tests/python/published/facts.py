"""What is compared of a wheel: everything that its users meet."""

from __future__ import annotations

import configparser
import hashlib
import zipfile
from email import message_from_bytes
from pathlib import Path
from typing import Any


def facts(wheel: Path, published: bytes | None = None) -> dict[str, Any]:
    """Return what the tests compare: backend, paths, headers, the description's digest, entry points."""
    with zipfile.ZipFile(wheel) as archive:
        names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        info = next(name.split("/")[0] for name in names if name.endswith(".dist-info/METADATA"))
        files = [file(name, archive.read(name)) for name in names if not name.startswith(f"{info}/")]
        about = [name.removeprefix(f"{info}/") for name in names if name.startswith(f"{info}/")]
        metadata = archive.read(f"{info}/METADATA")
        scripts = archive.read(f"{info}/entry_points.txt").decode() if f"{info}/entry_points.txt" in names else ""
        backend = message_from_bytes(archive.read(f"{info}/WHEEL"))["Generator"]
    return {
        "backend": backend,
        "files": files,
        "dist-info": about,
        "headers": headers(published or metadata),
        "description": hashlib.sha256(description(metadata)).hexdigest(),
        "entry-points": entry_points(scripts),
    }


def file(name: str, content: bytes) -> str:
    """Return a member's name and the start of its digest."""
    return f"{name} {hashlib.sha256(content).hexdigest()[:16]}"


def headers(metadata: bytes) -> list[str]:
    """Return the headers of core metadata in order."""
    return [f"{name}: {value}" for name, value in message_from_bytes(metadata).items()]


def description(metadata: bytes) -> bytes:
    """Return the body in plain line ends, without the blank lines around it."""
    _, _, body = metadata.replace(b"\r\n", b"\n").partition(b"\n\n")
    return body.strip(b"\n")


def entry_points(text: str) -> dict[str, dict[str, str]]:
    """Read entry_points.txt."""
    parser = configparser.ConfigParser(delimiters=("=",), interpolation=None)
    parser.optionxform = str  # type: ignore[method-assign,assignment]
    parser.read_string(text)
    return {group: dict(parser[group]) for group in parser.sections()}
