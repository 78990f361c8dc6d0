#!/usr/bin/env python3
"""Hold the tests of published servers before `mcp-backend migrate` against the same tests after it.

    python scripts/test_migrated.py DIST ARCHIVE...

DIST is a folder that holds the wheel of mcp-backend, each ARCHIVE an sdist. One that ships tests becomes a repository,
and gets an environment with its requirements and those of its tests. Without network they run four times: the server
installed as editable and as wheel, by its own backend and, migrated, by ours. What passed before and does not after is
shown, and the script ends with status 1; `migrate` has to have told why. `--constraint 'mcp<2'` is for a server
that no longer starts with what its requirements bring today.

It takes Linux, git, uv, and PyPI for the requirements; the Python is the first on the PATH that the server admits.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from convert_server import clean, unpack

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from collections.abc import Iterator

TEST = re.compile(r"test_.*\.py|.*_test\.py")
# what extras and groups are called that tests require
FOR_TESTS = {"dev", "test", "tests", "testing", "all", "languages"}
RUNNERS = ("pytest", "pytest-asyncio", "pytest-cov", "pytest-mock", "pytest-timeout", "anyio")
# a namespace of its own, with nothing but the loopback
OFFLINE = ("unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "offline")
WHO = ("-c", "user.name=Ada", "-c", "user.email=ada@example.org")
PATIENCE = 1500
# of each server, what no migration mends
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads(
    (Path(__file__).parents[1] / "tests/python/published/expected.toml").read_text(encoding="utf-8")
)


def main() -> None:
    """Compare the servers one by one."""
    parser = argparse.ArgumentParser(description="Hold the tests before a migration against those after it.")
    parser.add_argument("dist", type=Path, help="the folder with the wheel of mcp-backend")
    parser.add_argument("archives", type=Path, nargs="+")
    parser.add_argument("--constraint", action="append", default=[], help="a requirement that holds a release back")
    arguments = parser.parse_args()
    lost = 0
    for archive in arguments.archives:
        with tempfile.TemporaryDirectory() as folder:
            server = Server(archive, Path(folder), arguments.dist.resolve())
            if server.has_tests:
                lost += server.compare(arguments.constraint)
            else:
                print(f"{server.name}: no tests", flush=True)
    sys.exit(lost > 0)


class Server:
    """A server in a scratch folder."""

    def __init__(self, archive: Path, scratch: Path, dist: Path) -> None:
        """Unpack it."""
        self.name = archive.name.removesuffix(".tar.gz")
        self.scratch, self.dist = scratch, dist
        self.project, self.python = scratch / "project", scratch / "venv/bin/python"
        unpack(archive, self.project)
        clean(self.project)
        self.pyproject = self.project / "pyproject.toml"
        self.about: dict[str, Any] = tomllib.loads(self.pyproject.read_text(encoding="utf-8"))

    @property
    def has_tests(self) -> bool:
        """Whether it ships any."""
        return any(TEST.fullmatch(path.name) for path in self.project.rglob("*.py"))

    def compare(self, constraints: list[str]) -> int:
        """Print what became of its tests; return how many are lost."""
        try:
            self.prepare(constraints)
            before = {how: self.tested(how) for how in ("editable", "wheel")}
            told = self.migrate()
            after = {how: self.tested(how) for how in before}
        except subprocess.CalledProcessError as fault:
            print(f"{self.name}: {fault}\n{fault.stdout}{fault.stderr}", flush=True)
            return 1
        lost = 0
        for how, old in before.items():
            new = after[how]
            passed = sorted(name for name, outcome in old.items() if outcome == "passed")
            gone = [name for name in passed if new.get(name) != "passed"]
            now = sum(outcome == "passed" for outcome in new.values())
            print(f"{self.name}: {how}: {len(old)} tests, {len(passed)} passed before, {now} after", flush=True)
            print("".join(f"    {name}: {new.get(name, 'not run')}\n" for name in gone), end="")
            lost += len(gone)
        if lost:
            print(told)
        return lost

    def prepare(self, constraints: list[str]) -> None:
        """Make the repository and the environment."""
        self.run("git", "init", "--quiet")
        self.commit()
        admitted = self.about["project"].get("requires-python", ">=3.10")
        self.run("uv", "venv", "--quiet", "--python", admitted, str(self.scratch / "venv"))
        held = self.scratch / "constraints.txt"
        held.write_text("\n".join(constraints), encoding="utf-8")
        self.install("--constraints", str(held), *self.requirements(), *RUNNERS)
        self.install("--no-index", "mcp-backend")

    def requirements(self) -> Iterator[str]:
        """Tell what the server and its tests require, as arguments of uv."""
        yield from ("--requirements", str(self.pyproject))
        for extra in FOR_TESTS.intersection(self.about["project"].get("optional-dependencies", ())):
            yield from ("--extra", extra)
        for group in FOR_TESTS.intersection(self.about.get("dependency-groups", ())):
            yield from ("--group", f"{self.pyproject}:{group}")
        yield from self.about.get("tool", {}).get("uv", {}).get("dev-dependencies", ())
        for listed in self.project.glob("requirements-*.txt"):
            yield from ("--requirements", str(listed))

    def migrate(self) -> str:
        """Migrate it, and mend what would stop the build; return what was told."""
        self.run("git", "clean", "-dfqx")
        told = self.run("mcp-backend", "migrate")
        text = self.pyproject.read_text(encoding="utf-8")
        for old, new in EXPECTED[self.name].get("mended", ()):
            text = text.replace(old, new, 1)
        self.pyproject.write_text(text, encoding="utf-8")
        self.commit()
        return told

    def commit(self) -> None:
        """Have git know all that is there."""
        self.run("git", "add", "--all", "--force")
        self.run("git", *WHO, "commit", "--quiet", "--message", "all")

    def tested(self, how: str) -> dict[str, str]:
        """Install it and run its tests; return what became of each."""
        self.run("git", "clean", "-dfqx")
        where = ("--editable", str(self.project)) if how == "editable" else (str(self.project),)
        self.install("--no-deps", "--reinstall", "--no-cache", "--config-settings", "check=off", *where)
        if how == "wheel":
            # the tests in setuptools' own copy of the project are no tests of it
            self.run("git", "clean", "-dfqx")
        results = self.scratch / "results.xml"
        results.unlink(missing_ok=True)
        quiet = ("-p", "no:cacheprovider", "--continue-on-collection-errors", f"--junit-xml={results}")
        subprocess.run(
            [*OFFLINE, str(self.python), "-m", "pytest", *quiet],
            cwd=self.project,
            env=self.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )
        if not results.exists():
            return {}
        cases = ET.parse(results).getroot().iter("testcase")  # noqa: S314 (pytest wrote it)
        return {f"{module(case)}::{case.get('name')}": outcome(case) for case in cases}

    def install(self, *arguments: str) -> None:
        """Install something into the environment."""
        self.run("uv", "pip", "install", "--quiet", "--find-links", str(self.dist), *arguments)

    def run(self, *command: str) -> str:
        """Run a command in the project; return what it says."""
        done = subprocess.run(
            command, cwd=self.project, env=self.environment(), check=True, capture_output=True, text=True
        )
        return done.stdout

    def environment(self) -> dict[str, str]:
        """Return the variables of its processes: a home of its own, and the scratch environment."""
        home = self.scratch / "home"
        home.mkdir(exist_ok=True)
        return {
            **os.environ,
            "HOME": str(home),
            "PATH": f"{self.python.parent}:{os.environ['PATH']}",
            "PYTEST_TIMEOUT": "120",
            "PYTHONDONTWRITEBYTECODE": "1",
            "UV_CACHE_DIR": os.environ.get("UV_CACHE_DIR", str(Path.home() / ".cache/uv")),
            "UV_PYTHON_DOWNLOADS": "never",
            "VIRTUAL_ENV": str(self.scratch / "venv"),
        }


def module(case: ET.Element) -> str:
    """Return the module of a test; tests within the server's folder move along with it."""
    return re.sub(r"^(src\.)+", "", case.get("classname", ""))


def outcome(case: ET.Element) -> str:
    """Return what became of a test."""
    return next((child.tag for child in case if child.tag in {"failure", "error", "skipped"}), "passed")


if __name__ == "__main__":
    main()
