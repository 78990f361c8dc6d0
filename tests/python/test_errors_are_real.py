"""Every error of a rule is tried for real, by Python itself: on the newest release of each major of the SDKs.

The cases are those of the rules: the examples of their pages, and each of `tests/rules` that holds an error. A rule is
proven here as soon as it has a line in `PROOFS`. Each major has an environment of its own, which is made once and kept
in the user's cache; without a network only those are used that are there.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from knowledge.wheel import default_cache
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
TABLES = ROOT / "src" / "knowledge" / "data"
# what is installed for each major; newest first
MAJORS = {
    "mcp 2": "mcp>=2,<3",
    "mcp 1": "mcp>=1,<2",
    "fastmcp 4": "fastmcp>=4,<5",
    "fastmcp 3": "fastmcp>=3,<4",
    "fastmcp 2": "fastmcp>=2,<3",
}
# what the healthy server of the cases requires, and the script that it has
REQUIRED = "mcp>=2.3,<3"
SCRIPT = "weather.server:main"
# a start that has not failed by then serves
PATIENCE = 30.0
START = "import sys; sys.path.insert(0, 'src'); from {module} import {name} as script; sys.exit(script())"
# asks the server for its tools and prompts, and calls each with all that it requires but the object of a method
CLIENT = """
import sys
import anyio
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

def field(of, *names):
    return next(getattr(of, name) for name in names if hasattr(of, name))

async def ask():
    server = StdioServerParameters(command=sys.executable, args=["-c", sys.argv[1]])
    async with stdio_client(server) as (read, write), ClientSession(read, write) as session:
        await session.initialize()
        for tool in (await session.list_tools()).tools:
            schema = field(tool, "inputSchema", "input_schema")
            given = {name: "x" for name in schema.get("required", ()) if name not in {"self", "cls"}}
            answer = await session.call_tool(tool.name, given)
            if field(answer, "isError", "is_error"):
                sys.exit(f"the tool {tool.name} fails: {answer.content}")

async def ask_in_time():
    with anyio.fail_after(float(sys.argv[2])):
        await ask()

anyio.run(ask_in_time)
"""


@dataclass(frozen=True)
class Case:
    """A project, and whether its server has a fault."""

    rule: str
    title: str
    is_faulty: bool
    files: dict[str, str] = field(compare=False)

    def project(self) -> str:
        """Give its `pyproject.toml`."""
        return self.files.get("pyproject.toml", "")

    def requires(self) -> Requirement:
        """Give what it requires of an SDK."""
        found = re.search(r'"((?:fast)?mcp(?:[<>=~![][^"]*)?)"', self.project())
        return Requirement(found[1] if found else REQUIRED)

    def start(self) -> str:
        """Write the program that its script is."""
        found = re.search(r'^\w+ = "([\w.]+:\w+)"$', self.project(), re.MULTILINE)
        module, _, name = (found[1] if found else SCRIPT).partition(":")
        return START.format(module=module, name=name)


@dataclass(frozen=True)
class Outcome:
    """How a start ended."""

    failed: bool
    said: str


def run(python: Path, root: Path, *arguments: str) -> Outcome:
    """Run Python in a project, without any input."""
    try:
        ended = subprocess.run(
            [python, "-W", "default", "-c", *arguments],
            cwd=root,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=PATIENCE,
        )
    except subprocess.TimeoutExpired as serves:
        said = serves.stderr or b""
        return Outcome(failed=False, said=said if isinstance(said, str) else said.decode("utf-8", "replace"))
    return Outcome(failed=ended.returncode != 0, said=ended.stderr)


def starts(python: Path, root: Path, case: Case) -> Outcome:
    """Start the server."""
    return run(python, root, case.start())


def awaits(python: Path, root: Path, case: Case) -> Outcome:
    """Start the server, and see that all coroutines run."""
    outcome = starts(python, root, case)
    return Outcome(outcome.failed or "was never awaited" in outcome.said, outcome.said)


def answers(python: Path, root: Path, case: Case) -> Outcome:
    """Start the server, and call its tools."""
    return run(python, root, CLIENT, case.start(), str(PATIENCE - 3))


# the rules whose errors are proven, and how each fault shows
PROOFS: dict[str, Callable[[Path, Path, Case], Outcome]] = {
    "coroutine-not-awaited": awaits,
    "resource-uri": starts,
    "run-in-loop": starts,
    "tool-on-method": answers,
    "undefined-name": starts,
    "unknown-to-the-sdk": starts,
    "unmet-output-schema": answers,
    "unresolvable-hint": starts,
}
if sys.version_info < (3, 12):
    # pydantic takes it from then on
    PROOFS["typing-typed-dict"] = starts


def blocks(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Give the blocks of Markdown, each with the file that is named before it, or `report`."""
    named, block, info = "", list[str](), None
    for line in lines:
        if line.startswith("```"):
            if info is not None:
                yield (named if info != "report" else "report"), "".join(f"{each}\n" for each in block)
            info, block = (line[3:], []) if info is None else (None, [])
        elif info is not None:
            block.append(line)
        elif name := re.fullmatch(r"`([^`]+)`:", line):
            named = name[1]


def told(rule: str) -> Iterator[Case]:
    """Give the cases of a rule that hold an error."""
    (path,) = (ROOT / "tests" / "rules").glob(f"*/{rule}.md")
    for section in path.read_text("utf-8").split("\n## ")[1:]:
        title, *lines = section.splitlines()
        files = dict(blocks(lines))
        if ": error[" in files.pop("report"):
            yield Case(rule, title, is_faulty=True, files=files)


def shown(rule: str) -> Iterator[Case]:
    """Give both examples of the page of a rule."""
    pages = ((page, page.read_text("utf-8")) for page in (ROOT / "docs" / "rules").glob("[A-Z]*.md"))
    (text,) = (text for _, text in pages if re.search(rf"^# .*\b{rule}\b", text, re.MULTILINE))
    wrong, _, right = text.partition("## Example")[2].partition("Use instead:")
    yield Case(rule, "the example", is_faulty=True, files=dict(blocks(wrong.splitlines())))
    yield Case(rule, "use instead", is_faulty=False, files=dict(blocks(right.splitlines())))


CASES = [case for rule in PROOFS for case in (*shown(rule), *told(rule))]


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other processes of this kind out of a folder."""
    lock = folder.with_suffix(".lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + 600
    while True:
        with suppress(FileExistsError):
            lock.touch(exist_ok=False)
            break
        # what was killed leaves it behind
        if time.monotonic() > deadline:
            lock.unlink(missing_ok=True)
        time.sleep(0.2)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def interpreters() -> Callable[[str], Path]:
    """The interpreter of a major, whose newest release is installed for it; skips where there is none."""
    known: dict[str, Path | None] = {}

    def interpreter(major: str) -> Path:
        if major not in known:
            known[major] = installed(major)
        python = known[major]
        if python is None:
            pytest.skip(f"{MAJORS[major]} cannot be installed here, perhaps for want of a network")
        return python

    return interpreter


def installed(major: str) -> Path | None:
    """Install the newest release of a major into its environment, at most once a day."""
    tag = f"{major.replace(' ', '-')}-py{sys.version_info[0]}.{sys.version_info[1]}"
    folder = default_cache().parent / "sdks" / tag
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    stamp = folder / "installed"
    with alone(folder):
        if stamp.exists() and time.time() - stamp.stat().st_mtime < 24 * 60 * 60:
            return python
        made = python.exists() or uv("venv", "--python", sys.executable, str(folder))
        if made and uv("pip", "install", "--upgrade", "--compile-bytecode", "--python", str(python), MAJORS[major]):
            stamp.touch()
    return python if stamp.exists() else None


def uv(*arguments: str) -> bool:
    """Run the uv beside this Python, and tell whether that went well."""
    command = Path(sys.executable).with_name("uv")
    return subprocess.run([command, "--quiet", *arguments], capture_output=True, check=False).returncode == 0


def fitting(case: Case) -> str:
    """Choose the newest major that the project admits."""
    wanted = case.requires()
    for major in MAJORS:
        name, number = major.split()
        # a later minor than any, as cases bound majors alone
        if name == wanted.name and wanted.specifier.contains(f"{number}.99"):
            return major
    pytest.skip(f"no major of {MAJORS} is what the case requires: {wanted}")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.title}")
def test_python_says_the_same(case: Case, interpreters: Callable[[str], Path], tmp_path: Path) -> None:
    python = interpreters(fitting(case))
    files = {"src/weather/__init__.py": "", **case.files}
    for path, text in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, "utf-8")
    outcome = PROOFS[case.rule](python, tmp_path, case)
    assert outcome.failed == case.is_faulty, outcome.said


@pytest.mark.parametrize("major", MAJORS)
def test_the_tables_deny_nothing_that_is_there(major: str, interpreters: Callable[[str], Path]) -> None:
    python = interpreters(major)
    program = Path(__file__).with_name("installed_sdk.py")
    ended = subprocess.run([python, program, TABLES], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
