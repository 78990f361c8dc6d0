#!/usr/bin/env python3
"""Put mcp-backend in the place of a published server's own backend.

    python scripts/convert_server.py ARCHIVE FOLDER

ARCHIVE is an sdist, or a wheel for a server that has no sdist; FOLDER then holds its source tree, converted as a
packager would convert it by hand:

- `[build-system]` names mcp-backend, and the tables of the old backend go;
- the modules that the old backend put into the wheel move under `src/`, and `module-name` tells them where they are
  not named like the project;
- what Poetry keeps in tables of its own goes into `[project]`;
- what an archive holds and a source tree does not goes: PKG-INFO, `*.egg-info`, `setup.cfg`, `pyproject.toml.orig`.

`pyproject.toml` is edited as text, so that every other line stays as its author wrote it, and read again at the end.
No line of Python is changed: a server whose own code stands in the way is for the backend to refuse.

It knows the backends and the shapes of the servers that the tests hold the backend against: hatchling, setuptools,
uv_build, poetry-core.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from email import message_from_string
from pathlib import Path
from typing import TYPE_CHECKING, Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from email.message import Message

Table = dict[str, Any]

BUILD_SYSTEM = '[build-system]\nrequires = ["mcp-backend"]\nbuild-backend = "mcp_backend"\n'
# tables that configure a build; the rest of `tool.hatch` and `tool.uv` configures other tools
OLD_TABLES = (
    "tool.hatch.build",
    "tool.hatch.version",
    "tool.hatch.metadata",
    "tool.setuptools",
    "tool.uv.build-backend",
    "tool.poetry",
)
# folders at the root that setuptools passes over when it looks for a package by itself
NOT_PACKAGES = {"docs", "examples", "scripts", "tests", "tools"}


class CannotConvertError(Exception):
    """The archive has a shape that the conversion does not know."""


@dataclass(frozen=True)
class Conversion:
    """What was converted: the old backend, and the modules that its wheel installs."""

    backend: str
    modules: tuple[str, ...]


def main() -> None:
    """Convert one archive."""
    parser = argparse.ArgumentParser(description="Put mcp-backend in the place of a published server's own backend.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    converted = convert(arguments.archive, arguments.folder)
    print(f"{converted.backend} -> mcp_backend, modules: {', '.join(converted.modules)}")


def convert(archive: Path, folder: Path) -> Conversion:
    """Write the converted source tree of `archive` into `folder`, which must not exist."""
    if archive.suffix == ".whl":
        return from_wheel(archive, folder)
    unpack(archive, folder)
    authored = folder / "pyproject.toml.orig"
    if authored.exists():
        # uv_build keeps the author's text beside the one that it wrote anew
        authored.replace(folder / "pyproject.toml")
    path = folder / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    document = tomllib.loads(text)
    backend = document["build-system"]["build-backend"]
    if backend not in MODULES:
        raise CannotConvertError(f"{archive.name}: the backend `{backend}` is not known")
    sources = list(MODULES[backend](folder, document))
    modules = [module for source in sources for module in dotted(folder, source)]
    for source in sources:
        move(folder, source)
    clean(folder)
    text = rewritten(text, document)
    name = tomllib.loads(text)["project"]["name"]
    if modules != [module_of(name)]:
        text += f"\n[tool.mcp-backend]\nmodule-name = {value(modules[0] if len(modules) == 1 else modules)}\n"
    path.write_text(text, encoding="utf-8")
    check(document, tomllib.loads(text))
    return Conversion(backend, tuple(modules))


def unpack(archive: Path, folder: Path) -> None:
    """Unpack an sdist so that `folder` is its top folder."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch, tarfile.open(archive) as tar:
        tar.extractall(scratch, filter="data")
        (top,) = Path(scratch).iterdir()
        top.rename(folder)


def clean(folder: Path) -> None:
    """Take away what the old backend put into the archive."""
    for name in ("PKG-INFO", "setup.cfg", "setup.py", "MANIFEST.in"):
        (folder / name).unlink(missing_ok=True)
    for left in folder.glob("*.egg-info"):
        shutil.rmtree(left)


# which folders the old backend installs: each a path from the root whose last name is the top-level module


def hatch_modules(folder: Path, document: Table) -> Iterator[Path]:
    """Hatchling: what its wheel target names, else the folder of the project's name."""
    build = document.get("tool", {}).get("hatch", {}).get("build", {})
    wheel = build.get("targets", {}).get("wheel", {})
    named = wheel.get("packages", wheel.get("only-include"))
    if named is not None:
        yield from map(Path, named)
        return
    module = module_of(document["project"]["name"])
    for root in ("src", "."):
        if (folder / root / module).is_dir():
            yield Path(root, module)
            return
    raise CannotConvertError(f"{folder.name}: hatchling would find no package")


def setuptools_modules(folder: Path, document: Table) -> Iterator[Path]:
    """Setuptools: the packages that it finds at the root, unless `find` or the project's layout says otherwise."""
    find = document.get("tool", {}).get("setuptools", {}).get("packages", {}).get("find", {})
    script = folder / "setup.py"
    classic = script.exists() and "find_packages()" in script.read_text(encoding="utf-8")
    for path in sorted(folder.iterdir()):
        # tests and scripts that it took for packages stay where they lie: no module imports them
        if not path.is_dir() or not path.name.isidentifier() or path.name in NOT_PACKAGES:
            continue
        if find:
            # `find` takes folders without an `__init__.py` too; here every pattern ends in `*`, if there is one
            wanted = any(path.name.startswith(pattern.rstrip("*")) for pattern in find.get("include", ["*"]))
        else:
            wanted = not classic or (path / "__init__.py").exists()
        if wanted and any(path.rglob("*.py")):
            yield Path(path.name)


def uv_modules(_folder: Path, document: Table) -> Iterator[Path]:
    """uv_build: the one module of its table, else the one of the project's name, under `src` unless told otherwise."""
    settings = document.get("tool", {}).get("uv", {}).get("build-backend", {})
    yield Path(settings.get("module-root", "src"), settings.get("module-name", module_of(document["project"]["name"])))


def poetry_modules(_folder: Path, document: Table) -> Iterator[Path]:
    """poetry-core: the module of the project's name under `src`."""
    yield Path("src", module_of(document["tool"]["poetry"]["name"]))


MODULES: dict[str, Callable[[Path, Table], Iterator[Path]]] = {
    "hatchling.build": hatch_modules,
    "setuptools.build_meta": setuptools_modules,
    "uv_build": uv_modules,
    "poetry.core.masonry.api": poetry_modules,
}


def module_of(name: str) -> str:
    """Return the module that is named like the project."""
    return re.sub("[-.]", "_", name).lower()


def dotted(folder: Path, source: Path) -> list[str]:
    """Name the modules of a top-level folder: itself, or its packages when several projects share it."""
    init = folder / source / "__init__.py"
    if init.exists() and "pkgutil" in init.read_text(encoding="utf-8"):
        return sorted(f"{source.name}.{path.parent.name}" for path in init.parent.glob("*/__init__.py"))
    return [(folder / source).name]


def move(folder: Path, source: Path) -> None:
    """Move the module that lies at `source` to its place under `src`."""
    target = folder / "src" / source.name
    if folder / source == target:
        return
    if source == Path("src"):
        # the package is called `src` itself
        aside = folder / "src.aside"
        (folder / source).rename(aside)
        target.parent.mkdir()
        aside.rename(target)
        return
    target.parent.mkdir(exist_ok=True)
    (folder / source).rename(target)


# the text of pyproject.toml


def rewritten(text: str, document: Table) -> str:
    """Return the text with the build tables exchanged."""
    project = ""
    if "project" not in document:
        project = "\n" + poetry_project(document["tool"]["poetry"])
    kept = "".join(block for name, block in blocks(text) if name != "build-system" and not is_old(name))
    return f"{BUILD_SYSTEM}{project}\n{kept.strip()}\n"


def blocks(text: str) -> Iterator[tuple[str, str]]:
    """Split a document into its tables, each with the comments above its header."""
    name, block = "", ""
    pending = ""
    for line in text.splitlines(keepends=True):
        header = re.match(r"\[{1,2}\s*([^\[\]]+?)\s*\]{1,2}\s*(#.*)?$", line.rstrip("\r\n"))
        if header:
            yield name, block
            name, block, pending = header[1], pending + line, ""
        elif line.startswith("#") or (pending and not line.strip()):
            pending += line
        else:
            block, pending = block + pending + line, ""
    yield name, block + pending


def is_old(name: str) -> bool:
    """Whether the table belongs to the old backend."""
    return any(name == old or name.startswith(f"{old}.") for old in OLD_TABLES)


def poetry_project(poetry: Table) -> str:
    """Write Poetry's tables as `[project]`, as far as their values are the same in both."""
    dependencies = dict(poetry["dependencies"])
    project: Table = {
        key: poetry[key] for key in ("name", "version", "description", "readme", "keywords") if key in poetry
    }
    project["requires-python"] = plain(dependencies.pop("python"))
    people = [re.fullmatch(r"(.+?) <(.+)>", author) for author in poetry["authors"]]
    project["authors"] = [{"name": person[1], "email": person[2]} for person in people if person]
    # a licence is told by its classifier alone
    project["classifiers"] = poetry["classifiers"]
    project["dependencies"] = [name + plain(constraint) for name, constraint in dependencies.items()]
    lines = [f"{key} = {value(content)}\n" for key, content in project.items()]
    tables = [
        f"\n[project.{key}]\n"
        + "".join(f"{json.dumps(name)} = {value(content)}\n" for name, content in poetry[key].items())
        for key in ("scripts", "urls")
        if key in poetry
    ]
    return "".join(["[project]\n", *lines, *tables])


def plain(constraint: object) -> str:
    """Return a constraint that PEP 440 reads as Poetry does."""
    if not isinstance(constraint, str) or constraint[:1] in "^~*":
        raise CannotConvertError(f"`{constraint}` is of Poetry's own grammar")
    return constraint


def value(content: object) -> str:
    """Write a value in TOML."""
    if isinstance(content, dict):
        return "{ " + ", ".join(f"{key} = {value(item)}" for key, item in content.items()) + " }"
    if isinstance(content, list):
        return "[" + ", ".join(map(value, content)) + "]"
    return json.dumps(content, ensure_ascii=False)


def check(before: Table, after: Table) -> None:
    """Fail when the edit changed more than it is for."""
    kept = "project" not in before or after["project"] == before["project"]
    others = set(after) - {"project", "tool"} == set(before) - {"project", "tool"}
    if not (kept and others and after["build-system"] == tomllib.loads(BUILD_SYSTEM)["build-system"]):
        raise CannotConvertError("the text of `pyproject.toml` has a form that the edit does not know")


# a wheel back into a source tree


def from_wheel(archive: Path, folder: Path) -> Conversion:
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
    return Conversion(backend, tuple(modules))


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
