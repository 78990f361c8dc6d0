#!/usr/bin/env python3
"""Put mcp-backend in the place of a published server's own backend.

    python scripts/convert_server.py ARCHIVE FOLDER

ARCHIVE is an sdist, or a wheel for a server that has no sdist; FOLDER then holds its source tree, with `mcp-backend
migrate` run over it. What an archive holds and a source tree does not is taken away: PKG-INFO, `*.egg-info`,
`pyproject.toml.orig`. Of a wheel, `pyproject.toml` is written from its METADATA.

No line of Python is changed: a server whose own code stands in the way is for the backend to refuse.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from email import message_from_string
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence
    from email.message import Message

Table = dict[str, Any]

BUILD_SYSTEM = '[build-system]\nrequires = ["mcp-backend"]\nbuild-backend = "mcp_backend"\n'
# the backend that migrates, where no other is given
COMMAND = (sys.executable, "-m", "mcp_backend")


class CannotConvertError(Exception):
    """The archive cannot be converted."""


def main() -> None:
    """Convert one archive."""
    parser = argparse.ArgumentParser(description="Put mcp-backend in the place of a published server's own backend.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--command", default=COMMAND, nargs="+", help="how mcp-backend is run")
    arguments = parser.parse_args()
    print(convert(arguments.archive, arguments.folder, arguments.command), end="")


def convert(archive: Path, folder: Path, command: Sequence[str] = COMMAND) -> str:
    """Write the converted source tree of `archive` into `folder`, which must not exist; return what was done."""
    if archive.suffix == ".whl":
        return from_wheel(archive, folder)
    unpack(archive, folder)
    authored = folder / "pyproject.toml.orig"
    if authored.exists():
        # uv_build keeps the author's text beside the one that it wrote anew
        authored.replace(folder / "pyproject.toml")
    done = subprocess.run(
        [*command, "migrate", str(folder)], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode:
        raise CannotConvertError(f"{archive.name}: {done.stderr.strip()}")
    clean(folder)
    return done.stdout


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an sdist so that `folder` is its top folder."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch, tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
        (top,) = Path(scratch).iterdir()
        top.rename(folder)


def clean(folder: Path) -> None:
    """Take away what the old backend put into the archive."""
    (folder / "PKG-INFO").unlink(missing_ok=True)
    for left in folder.glob("*.egg-info"):
        shutil.rmtree(left)


def module_of(name: str) -> str:
    """Return the module that is named like the project."""
    return re.sub("[-.]", "_", name).lower()


def value(content: object) -> str:
    """Write a value in TOML."""
    if isinstance(content, dict):
        return "{ " + ", ".join(f"{key} = {value(item)}" for key, item in content.items()) + " }"
    if isinstance(content, list):
        return "[" + ", ".join(map(value, content)) + "]"
    return json.dumps(content, ensure_ascii=False)


# a wheel back into a source tree


def from_wheel(archive: Path, folder: Path) -> str:
    """Lay a wheel's modules under `src` and write `pyproject.toml` from its METADATA."""
    with zipfile.ZipFile(archive) as wheel:
        wheel.extractall(folder / "src")  # noqa: S202  (zipfile keeps members inside)
    (info,) = (folder / "src").glob("*.dist-info")
    metadata = message_from_string((info / "METADATA").read_text(encoding="utf-8"))
    for held in (info / "licenses").iterdir():
        held.rename(folder / held.name)
    (folder / "README.md").write_text(str(metadata.get_payload()), encoding="utf-8")
    scripts = (info / "entry_points.txt").read_text(encoding="utf-8")
    backend = message_from_string((info / "WHEEL").read_text(encoding="utf-8"))["Generator"].split()[0]
    shutil.rmtree(info)
    modules = sorted(path.name for path in (folder / "src").iterdir())
    if modules != [module_of(metadata["Name"])]:
        raise CannotConvertError(f"{archive.name}: the wheel installs {modules}")
    (folder / "pyproject.toml").write_text(f"{BUILD_SYSTEM}\n{project_of(metadata, scripts)}", encoding="utf-8")
    return f"written from the metadata of a wheel by {backend}\n"


def project_of(metadata: Message, scripts: str) -> str:
    """Write core metadata and entry_points.txt as `[project]`."""
    project: Table = {"name": metadata["Name"], "version": metadata["Version"]}
    if "Summary" in metadata:
        project["description"] = metadata["Summary"]
    project |= {"readme": "README.md", "requires-python": metadata["Requires-Python"]}
    if "License-Expression" in metadata:
        project["license"] = metadata["License-Expression"]
    elif "License" in metadata:
        project["license"] = {"text": metadata["License"]}
    project["license-files"] = metadata.get_all("License-File", [])
    people = [re.fullmatch(r"(.+) <(.+)>", person) for person in metadata["Author-email"].split(", ")]
    project["authors"] = [{"name": person[1], "email": person[2]} for person in people if person]
    project["classifiers"] = metadata.get_all("Classifier", [])
    plain_ones, extras = requirements(metadata)
    project["dependencies"] = plain_ones
    tables: dict[str, Table] = {
        "optional-dependencies": extras,
        "urls": dict(url.split(", ", 1) for url in metadata.get_all("Project-URL", [])),
        "scripts": dict(line.split(" = ", 1) for line in scripts.splitlines() if " = " in line),
    }
    lines = [f"{key} = {value(content)}\n" for key, content in project.items()]
    lines += [
        f"\n[project.{key}]\n" + "".join(f"{json.dumps(name)} = {value(content)}\n" for name, content in table.items())
        for key, table in tables.items()
        if table
    ]
    return "".join(["[project]\n", *lines])


def requirements(metadata: Message) -> tuple[list[str], dict[str, list[str]]]:
    """Sort the requirements into the plain ones and those of each extra, whose marker the backend writes itself."""
    extras: dict[str, list[str]] = {name: [] for name in metadata.get_all("Provides-Extra", [])}
    plain_ones = []
    for requirement in metadata.get_all("Requires-Dist", []):
        of_extra = re.fullmatch(r"(.+?); (?:\((.+)\) and )?extra == '(.+)'", requirement)
        if of_extra:
            extras[of_extra[3]].append(of_extra[1] + (f"; {of_extra[2]}" if of_extra[2] else ""))
        else:
            plain_ones.append(requirement)
    return plain_ones, extras


if __name__ == "__main__":
    main()
