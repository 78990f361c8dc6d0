#!/usr/bin/env python3
"""Hold what `mcp-backend check` finds in published servers against independent tools, and print Markdown.

    make compare SERVERS=path/to/archives
    make compare SERVERS=path/to/archives COMPARE_ARGS='--only git --anchors vermin,wheel'

SERVERS is a folder of sdists and wheels that scripts/convert_server.py knows; the project's own examples are added. The
anchors are those of requirements/compare.txt, from PyPI:

- vermin tells the lowest Python that the files of the wheel run on. Ours is the lowest `requires-python` for which the
  rules on new syntax, modules, names and keywords are silent.
- deptry tells what is imported and not declared, in an environment with the dependencies installed. Ours is told
  without them.
- validate-pyproject and check-wheel-contents judge `pyproject.toml` and the wheel. What we accept, they must accept.

Where the two differ, a class of CLASSES has to explain it: it is told by a test on the code itself, never by the name
of a server. What no class explains is listed below the table, and the script ends with status 1.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convert_server import CannotConvertError, convert

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
# the SDKs run on none below, so that we never ask about one
OLDEST, NEWEST = 10, 14
# syntax, modules, names, keywords
NEWER = "PYV001,PYV002,PYV003,PYV009"
UNDECLARED = "DEP001,DEP002,DEP003"

CLASSES = {
    "unreached": "the file is in the wheel, but no console script imports it",
    "conditional": "behind `try`, or a test of the platform, the version or a setting: the server runs without it",
    "namespace": "many distributions share the module's first part, and a declared one brings some of it",
    "edited-path": "the project changes `sys.path`, after which no list of requirements tells what is found",
    "own-module": "a module of that name lies beside the importer or above it: it may be meant",
    "unknown-module": "no table of published distributions knows the module; `imports` in the settings can tell",
    "syntax-of-3.12": "f-strings as Python 3.12 reads them, which vermin sees only when it runs on one",
    "named": "the wheel holds several modules, each of which `module-name` lists",
    "warned": "we tell it too, as a warning: it hurts nobody who installs the wheel",
}
# what an anchor refuses by these words, we tell by this rule
WARNED = {"W002": "FIL014", "W009": "FIL004", "must not contain": "MET016"}


def main() -> None:
    """Compare and print."""
    asked = arguments()
    anchors = asked.anchors.split(",")
    tables = {anchor: Table() for anchor in anchors}
    with tempfile.TemporaryDirectory() as scratch:
        for project in projects(asked.servers, asked.only, Path(scratch)):
            print(f"{project.name} ...", file=sys.stderr)
            for anchor in anchors:
                COMPARISONS[anchor](project, tables[anchor])
            shutil.rmtree(project.folder)
    for anchor, table in tables.items():
        print(table.markdown(TITLES[anchor]))
    sys.exit(any(table.unexplained for table in tables.values()))


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Hold what the checks find against independent tools.")
    parser.add_argument("servers", type=Path, help="a folder of sdists and wheels of servers")
    parser.add_argument("--only", default="", help="only the servers whose name holds this text")
    parser.add_argument("--anchors", default=",".join(COMPARISONS), help="which comparisons, with commas between")
    return parser.parse_args()


@dataclass(frozen=True)
class Project:
    """A server's source tree with this backend in the place of its own."""

    name: str
    folder: Path

    def findings(self, *options: str) -> list[dict[str, Any]]:
        """Return what the rules find."""
        told = run("mcp-backend", "check", "--format", "json", *options, self.folder).stdout
        found: list[dict[str, Any]] = json.loads(told)["findings"]
        return found

    def modules(self) -> list[Path]:
        """Return the Python files that the wheel would hold, as far as they parse."""
        listed = json.loads(run("mcp-backend", "files", "--wheel", "--format", "json", self.folder).stdout)
        sources = [file["source"] for file in listed["wheel"]["files"] if file["source"]]
        return [self.folder / source for source in sources if source.endswith(".py")]

    def reached(self) -> set[Path]:
        """Return the files that a script is seen to import: those in which a module too new is an error."""
        copy = self.folder.with_name("probe")
        shutil.copytree(self.folder, copy, symlinks=True)
        probe = Project(self.name, copy)
        probe.require(OLDEST)
        for path in probe.modules():
            with path.open("a", encoding="utf-8") as file:
                file.write("\n\nimport annotationlib\n")
        found = probe.findings("--select", "PYV002")
        shutil.rmtree(copy)
        told = [one for one in found if one["level"] == "error" and "annotationlib" in one["message"]]
        return {self.folder / one["path"] for one in told}

    def place(self, path: Path, line: int) -> str:
        """Name a line of a file."""
        return f"{path.relative_to(self.folder).as_posix()}:{line}"

    def require(self, minor: int) -> None:
        """Write another floor into `requires-python`, and nothing else that could narrow it."""
        path = self.folder / "pyproject.toml"
        text = path.read_text(encoding="utf-8")
        line = f'requires-python = ">=3.{minor}"'
        text, times = re.subn(r"(?m)^requires-python\s*=.*$", line, text)
        path.write_text(text if times else text.replace("[project]", f"[project]\n{line}", 1), encoding="utf-8")


@dataclass
class Table:
    """What a comparison came to."""

    rows: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    unexplained: list[str] = field(default_factory=list)

    def differ(self, project: Project, what: str, why: str | None) -> None:
        """Count a difference."""
        if why is None:
            self.unexplained.append(f"{project.name}: {what}")
        else:
            self.classes[why] += 1

    def markdown(self, title: str) -> str:
        """Write the counts."""
        lines = [f"### {title}", "", "| | |", "|---|---:|"]
        lines += [f"| {what} | {count} |" for what, count in self.rows.items()]
        if self.classes:
            lines += ["", "| a difference | times | why |", "|---|---:|---|"]
            lines += [f"| {name} | {count} | {CLASSES[name]} |" for name, count in self.classes.most_common()]
        lines += ["", *(f"- unexplained: {what}" for what in self.unexplained)] if self.unexplained else []
        return "\n".join(lines) + "\n"


def projects(servers: Path, only: str, scratch: Path) -> Iterator[Project]:
    """Convert each archive, one after the other, and copy each example."""
    if not servers.is_dir():
        print(f"{servers} is not there: the examples alone are compared", file=sys.stderr)
    archives = sorted(path for path in servers.glob("*") if path.suffix in {".gz", ".whl"})
    for archive in archives:
        name = re.sub(r"\.tar\.gz$|-py3-none-any\.whl$", "", archive.name)
        if only not in name:
            continue
        try:
            convert(archive, scratch / name)
        except CannotConvertError as error:
            print(f"{error}: skipped", file=sys.stderr)
            continue
        yield Project(name, scratch / name)
    for example in sorted((ROOT / "examples").iterdir()):
        if only in example.name:
            shutil.copytree(example, scratch / example.name)
            yield Project(example.name, scratch / example.name)


def run(command: str, *arguments: str | Path, python: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that stands beside this Python, or beside another one."""
    place = (python or Path(sys.executable)).parent / command
    return subprocess.run([place, *arguments], check=False, capture_output=True, text=True)


# vermin


def versions(project: Project, table: Table) -> None:
    """Compare the lowest Python."""
    rows = list(vermin(project.modules()))
    theirs = max((minor for _, _, minor, _ in rows), default=OLDEST)
    ours, codes = lowest(project)
    table.rows["servers"] += 1
    table.rows["of these above the oldest Python that the SDKs run on"] += max(ours, theirs) > OLDEST
    table.rows["the same minimum"] += ours == theirs
    table.rows["another minimum"] += ours != theirs
    if ours > theirs:
        blind = sys.version_info < (3, 12) and ours == 12 and codes == {"PYV001"}
        table.differ(project, f"3.{ours}, not 3.{theirs}", "syntax-of-3.12" if blind else None)
    elif theirs > ours:
        reached = project.reached()
        for path, line, minor, what in rows:
            if minor > ours:
                why = explanation(path, line, reached)
                table.differ(project, f"{project.place(path, line)}: {what}: 3.{minor}, not 3.{ours}", why)


def lowest(project: Project) -> tuple[int, set[str]]:
    """Return the lowest minor for which the rules on newer things are silent, and what the one below it lacks."""
    path = project.folder / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    codes: set[str] = set()
    for minor in range(OLDEST, NEWEST):
        project.require(minor)
        found = {one["code"] for one in project.findings("--select", NEWER) if one["code"] in NEWER}
        path.write_text(text, encoding="utf-8")
        if not found:
            return minor, codes
        codes = found
    return NEWEST, codes


def vermin(files: list[Path]) -> Iterator[tuple[Path, int, int, str]]:
    """Yield file, line, minor and name of what needs a Python that not all servers run on."""
    told = run("vermin", "--no-config-file", "-vvv", "--format", "parsable", *files).stdout
    for line in told.splitlines():
        path, row, _, _, python, what = line.split(":", 5)
        if row and python.startswith("3.") and int(python[2:]) > OLDEST:
            yield Path(path), int(row), int(python[2:]), what


def explanation(path: Path, line: int, reached: set[Path]) -> str | None:
    """Tell why what an anchor says of a line is nothing that the server needs."""
    if path not in reached:
        return "unreached"
    return "conditional" if is_conditional(path, line) else None


def is_conditional(path: Path, line: int) -> bool:
    """Whether a line stands under an `if`, or in a `try` that catches its failure."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if not isinstance(node, (ast.Try, ast.If)) or not node.lineno < line <= (node.end_lineno or 0):
            continue
        if isinstance(node, ast.If):
            return True
        caught = " ".join(ast.unparse(handler.type) if handler.type else "Exception" for handler in node.handlers)
        if re.search(r"ImportError|ModuleNotFoundError|AttributeError|\bException", caught):
            return True
    return False


# deptry


def imports(project: Project, table: Table) -> None:
    """Compare what is imported and not declared."""
    environment = project.folder.with_name("environment")
    table.rows["servers"] += 1
    if not install(project, environment):
        table.rows["not compared: no network, or requirements without wheels for this Python"] += 1
        return
    theirs = deptry(project, environment)
    ours = {module for module, _ in undeclared(project)}
    table.rows["the same imports"] += ours == theirs.keys()
    table.rows["other imports"] += ours != theirs.keys()
    table.rows["undeclared imports that both tell"] += len(ours & theirs.keys())
    reached = project.reached()
    for module in sorted(theirs.keys() - ours):
        why = absolution(project, environment, module, theirs[module], reached)
        where = ", ".join(project.place(*place) for place in theirs[module])
        table.differ(project, f"{where}: only deptry tells `{module}`", why)
    for module in sorted(ours - theirs.keys()):
        table.differ(project, f"only we tell `{module}`", None)


def undeclared(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the modules that we tell, by the first part of their names, with the code."""
    for one in project.findings("--select", UNDECLARED):
        if one["code"] in UNDECLARED:
            yield one["message"].split("`")[1].split(".")[0], one["code"]


def install(project: Project, environment: Path) -> bool:
    """Install what the project requires, and deptry beside it, without building anything."""
    made = run("uv", "venv", "--quiet", "--clear", "--no-project", "--python", sys.executable, environment)
    wanted = ("-r", project.folder / "pyproject.toml", f"deptry=={version('deptry')}")
    python = environment / "bin" / "python"
    taken = run("uv", "pip", "install", "--quiet", "--only-binary", ":all:", "--python", python, *wanted)
    return made.returncode == taken.returncode == 0


def deptry(project: Project, environment: Path) -> dict[str, list[tuple[Path, int]]]:
    """Return the imports that no declared requirement brings, by their top-level module, with their places."""
    report = environment / "report.json"
    options = ("--ignore", "DEP002,DEP004,DEP005", "--json-output", report)
    command = (environment / "bin" / "python", "-m", "deptry", "src", *options)
    subprocess.run(command, check=False, capture_output=True, cwd=project.folder)
    found: dict[str, list[tuple[Path, int]]] = {}
    for one in json.loads(report.read_text(encoding="utf-8")):
        place = one["location"]
        found.setdefault(one["module"], []).append((project.folder / place["file"], place["line"]))
    return found


def absolution(
    project: Project, environment: Path, module: str, places: list[tuple[Path, int]], reached: set[Path]
) -> str | None:
    """Tell why an import that deptry finds undeclared is nothing that we tell."""
    beside = {folder / module for path, _ in places for folder in path.parents}
    if any(path.is_dir() or path.with_suffix(".py").is_file() for path in beside):
        return "own-module"
    if any("sys.path" in path.read_text(encoding="utf-8") for path in reached):
        return "edited-path"
    ask = f"import importlib.util as u; s = u.find_spec({module!r}); print(bool(s) and s.origin is None)"
    if run("python", "-c", ask, python=environment / "bin" / "python").stdout.strip() == "True":
        return "namespace"
    reasons = {explanation(*place, reached) for place in places}
    if None not in reasons:
        return min(filter(None, reasons))
    path = project.folder / "pyproject.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}\n[tool.mcp-backend.imports]\n{module} = "brought-by-nobody"\n', encoding="utf-8")
    told = {told for told, _ in undeclared(project)}
    path.write_text(text, encoding="utf-8")
    return "unknown-module" if module in told else None


# validate-pyproject


def metadata(project: Project, table: Table) -> None:
    """Compare who refuses `pyproject.toml`."""
    told = run("validate-pyproject", project.folder / "pyproject.toml")
    judge(project, table, "" if told.returncode == 0 else told.stdout + told.stderr)


def judge(project: Project, table: Table, theirs: str) -> None:
    """Count who refuses: the anchor by what it says, we by an error."""
    findings = project.findings()
    ours = any(one["level"] == "error" for one in findings)
    words = {(False, False): "both accept", (True, True): "both refuse", (True, False): "we alone refuse"}
    table.rows["servers"] += 1
    table.rows[words.get((ours, bool(theirs)), "the anchor alone refuses")] += 1
    if theirs and not ours:
        table.differ(project, " ".join(theirs.split()), harmless(project, theirs, {one["code"] for one in findings}))


def harmless(project: Project, theirs: str, told: set[str]) -> str | None:
    """Tell why what an anchor refuses is no error of ours."""
    said = [code for words, code in WARNED.items() if words in theirs]
    if said and told.issuperset(said):
        return "warned"
    settings = (project.folder / "pyproject.toml").read_text(encoding="utf-8")
    return "named" if said == ["FIL004"] and re.search(r"(?m)^module-name = \[", settings) else None


# check-wheel-contents


def wheel(project: Project, table: Table) -> None:
    """Compare who refuses the wheel, built with none but the rules that stop every build."""
    out = project.folder.with_name("out")
    build = "import mcp_backend, sys; mcp_backend.build_wheel(sys.argv[1], {'check': 'off'})"
    command = (sys.executable, "-c", build, out)
    if subprocess.run(command, check=False, capture_output=True, cwd=project.folder).returncode != 0:
        table.rows["no wheel: refused by a rule that stops every build"] += 1
        return
    told = run("check-wheel-contents", "--no-config", *out.glob("*.whl"))
    shutil.rmtree(out)
    judge(project, table, "" if told.returncode == 0 else told.stdout)


COMPARISONS: dict[str, Callable[[Project, Table], None]] = {
    "vermin": versions,
    "deptry": imports,
    "pyproject": metadata,
    "wheel": wheel,
}
TITLES = {
    "vermin": "vermin: the lowest Python",
    "deptry": "deptry: undeclared imports",
    "pyproject": "validate-pyproject",
    "wheel": "check-wheel-contents",
}

if __name__ == "__main__":
    main()
