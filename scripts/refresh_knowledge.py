#!/usr/bin/env python3
"""Make the tables in src/knowledge/data from published packages.

    python -m pip install packaging trove-classifiers
    python scripts/refresh_knowledge.py                    # write the tables anew
    python scripts/refresh_knowledge.py --check            # fail when they are out of date
    python scripts/refresh_knowledge.py --measure NAME...  # read modules and requirements of wheels on the index
    python scripts/refresh_knowledge.py --ask PYTHON...    # let interpreters correct what the stubs say

The SDKs' wheels and the stubs stay in a folder, `--cache` or one of the user's cache, and are fetched once. Each table
is a header of `#` lines, then one entry a line, sorted by bytes; src/knowledge/data/SOURCES.md names sources and
licences. What the standard library held in one Python stays in its table for ever, so run this with each new Python,
and raise the pins in `knowledge/stdlib.py`; import names and requirements have no upstream, so their tables are their
own source. Which releases of the SDKs start is another question: `scripts/sdk_starts.py`.
"""

from __future__ import annotations

import argparse
import csv
import io
import keyword
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from knowledge.wheel import Index, default_cache

from knowledge import dependencies, sdk
from knowledge import stdlib as standard_library

DATA = Path(__file__).resolve().parent.parent / "src" / "knowledge" / "data"

HEADERS = {
    "classifiers.txt": "# Trove classifiers; behind the tab of a deprecated one stands, behind `|`, what replaces it.\n"
    "# Source: the package trove-classifiers (Apache-2.0).\n",
    "stdlib_modules.txt": "# Modules of the standard library; `11-13`: since Python 3.11, gone in 3.13.\n"
    "# A submodule stands here only where it lives shorter than its parent.\n"
    "# Sources: sys.stdlib_module_names (PSF-2.0), stdlib/VERSIONS of typeshed (Apache-2.0) as mypy bundles it.\n",
    "stdlib_added.txt": "# Names that each module of the standard library gained in Python 3.N, from 3.9 on.\n"
    "# Source: typeshed (Apache-2.0) as mypy bundles it.\n",
    "stdlib_removed.txt": "# Names that each module of the standard library lost in Python 3.N, from 3.9 on.\n"
    "# Source: typeshed (Apache-2.0) as mypy bundles it.\n",
    "stdlib_keywords.txt": "# Keywords that functions of the standard library gained in Python 3.N, from 3.9 on.\n"
    "# Source: typeshed (Apache-2.0) as mypy bundles it.\n",
    "stdlib_builtins.txt": "# Names that every module of some Python has without binding them, on some platform.\n"
    "# Sources: typeshed (Apache-2.0) as mypy bundles it, and the module `site` of CPython (PSF-2.0).\n",
    "dependencies.txt": "# Distributions and what they require, after `+` what extras add; `~`: extras unknown.\n"
    "# Sources: METADATA of published wheels, uv.lock files of public servers (facts).\n",
    "imports_measured.txt": "# Distributions and the top-level modules that their wheels hold.\n"
    "# Source: RECORD of published wheels (facts).\n",
    "imports_candidates.txt": "# Distributions and top-level modules that others say they hold, if the names differ.\n"
    "# Sources: typeshed (Apache-2.0), pants (Apache-2.0), upm (MIT); see SOURCES.md.\n",
}


def entries(name: str) -> list[str]:
    """Read the lines of a committed table, without its header."""
    path = DATA / name
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return [line for line in lines if not line.startswith("#")]


def table(name: str, lines: set[str]) -> str:
    """Join the lines of a table in the order of their bytes, behind its header."""
    return HEADERS[name] + "".join(f"{line}\n" for line in sorted(lines, key=lambda line: line.split("\t")[0].encode()))


def classifiers() -> set[str]:
    """All classifiers, with the replacements of the deprecated ones."""
    import trove_classifiers  # noqa: PLC0415 -- only this table needs it

    deprecated = trove_classifiers.deprecated_classifiers
    lines = set(trove_classifiers.classifiers) - set(deprecated)
    return lines | {f"{old}\t{'|'.join(['deprecated', *new])}" for old, new in deprecated.items()}


def stdlib(interpreters: list[str], index: Index) -> dict[str, set[str]]:
    """Make the tables of the standard library, after asking the interpreters what the stubs get wrong."""
    typesheds = standard_library.read_typesheds(index)
    if interpreters:
        standard_library.CORRECTIONS.write_text(standard_library.ask_interpreters(interpreters, typesheds), "utf-8")
    known = {line.split("\t")[0] for line in entries("stdlib_modules.txt")}
    return standard_library.tables(typesheds, known)


def imports(name: str) -> dict[str, set[str]]:
    """Read and check a committed table of import names."""
    found = {}
    for line in entries(name):
        distribution, _, values = line.partition("\t")
        modules = values.split()
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", distribution):
            sys.exit(f"{name}: `{distribution}` is not normalised")
        if not modules or not all(map(str.isidentifier, modules)):
            sys.exit(f"{name}: `{distribution}` has modules that cannot be imported: {modules}")
        found[distribution] = set(modules)
    return found


def requirements() -> dict[str, str]:
    """Read and check the committed table of what distributions require."""
    found = {}
    for line in entries("dependencies.txt"):
        distribution, _, words = line.partition("\t")
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", distribution):
            sys.exit(f"dependencies.txt: `{distribution}` is not normalised")
        for word in words.removeprefix("~").split():
            if not re.fullmatch(r"\+?[a-z0-9]+(-[a-z0-9]+)*(\[[a-z0-9,-]+\])?", word):
                sys.exit(f"dependencies.txt: `{distribution}` requires `{word}`")
        found[distribution] = words
    return found


def measured(name: str) -> tuple[set[str], str]:
    """Read the top-level modules and the requirements of the newest wheel of a distribution."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*command, "--dest", folder, name], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (record,) = (path for path in archive.namelist() if re.fullmatch(r"[^/]+\.dist-info/RECORD", path))
            rows = csv.reader(io.StringIO(archive.read(record).decode("utf-8"), newline=""))
            modules = {module for row in rows if row and (module := top_level(PurePosixPath(row[0])))}
            metadata = archive.read(f"{PurePosixPath(record).parent}/METADATA").decode("utf-8")
            return modules, dependencies.line(metadata)


def top_level(path: PurePosixPath) -> str | None:
    """Name the module that a file of a wheel makes importable; none for data and metadata."""
    first = path.parts[0]
    if first.endswith(".data") and path.parts[1:2] in {("purelib",), ("platlib",)} and path.parts[2:]:
        return top_level(PurePosixPath(*path.parts[2:]))
    if path.suffix not in {".py", ".pyi", ".so", ".pyd"} or first.endswith((".dist-info", ".data", ".libs")):
        return None
    module = first.split(".")[0]
    return module if module.isidentifier() and not keyword.iskeyword(module) else None


def tables(measure: list[str], interpreters: list[str], index: Index) -> dict[str, str]:
    """All tables as they ought to be."""
    known, candidates, required = imports("imports_measured.txt"), imports("imports_candidates.txt"), requirements()
    for name in measure:
        distribution = re.sub(r"[-_.]+", "-", name).lower()
        modules, required[distribution] = measured(name)
        if modules:
            known[distribution] = modules
    lines = {
        "classifiers.txt": classifiers(),
        **stdlib(interpreters, index),
        "dependencies.txt": {f"{name}\t{words}".rstrip() for name, words in required.items()},
        "imports_measured.txt": import_lines(known),
        "imports_candidates.txt": import_lines({name: candidates[name] for name in candidates.keys() - known.keys()}),
    }
    committed = (DATA / "sdk_releases.txt").read_text("utf-8")
    return {name: table(name, found) for name, found in lines.items()} | sdk.tables(index, committed)


def import_lines(found: dict[str, set[str]]) -> set[str]:
    """One line a distribution, its modules behind a tab."""
    return {f"{distribution}\t{' '.join(sorted(modules))}" for distribution, modules in found.items()}


def main() -> None:
    """Write the tables, or with --check compare them."""
    parser = argparse.ArgumentParser(description="Make the tables in src/knowledge/data from published packages.")
    parser.add_argument("--check", action="store_true", help="write nothing, fail when a table is out of date")
    parser.add_argument("--measure", nargs="+", default=[], metavar="NAME", help="distributions to read anew")
    parser.add_argument("--ask", nargs="+", default=[], metavar="PYTHON", help="interpreters that correct the stubs")
    parser.add_argument(
        "--cache", type=Path, default=default_cache(), help="where wheels are kept (default: %(default)s)"
    )
    options = parser.parse_args()
    stale = []
    for name, text in tables(options.measure, options.ask, Index(options.cache)).items():
        path = DATA / name
        if not path.exists() or path.read_bytes() != text.encode():
            stale.append(name)
            if not options.check:
                path.write_bytes(text.encode())
    if stale:
        print("out of date:" if options.check else "written:", ", ".join(stale))
    if stale and options.check:
        sys.exit(1)


if __name__ == "__main__":
    main()
