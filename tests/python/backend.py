"""The backend under test, installed into an environment of its own, and how its hooks are called."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HOOKS = ("build_wheel", "build_sdist", "build_editable", "prepare_metadata_for_build_wheel")
PROCESS = Path(__file__).with_name("hook_process.py")
# a build that hangs on a FIFO would else hang the tests
# seconds: a net for what hangs, not a limit for what is slow
PATIENCE = 1800


@dataclass(frozen=True)
class Outcome:
    """What a hook did: the path it made, or the report of its refusal; what it told on the way is in the report too."""

    path: Path | None
    report: str
    codes: list[str]

    @property
    def refused(self) -> bool:
        """Whether the build was refused."""
        return self.path is None

    def built(self) -> Path:
        """Return what was made; a refusal fails the test with its report."""
        assert self.path is not None, self.report
        return self.path


@dataclass
class Call:
    """How hooks are called; the fields are the properties of a machine that must not matter."""

    config: dict[str, object] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    metadata: Path | None = None
    make_out: bool = True
    umask: int = -1
    measure: bool = False


@dataclass(frozen=True)
class Backend:
    """An environment with the wheel under test installed."""

    python: Path
    wheel: Path
    scratch: Path

    @property
    def command(self) -> Path:
        """The console script."""
        return self.python.with_name("mcp-backend" + (".exe" if os.name == "nt" else ""))

    def hooks(
        self, project: Path, out: Path, hooks: tuple[str, ...] = HOOKS, call: Call | None = None
    ) -> dict[str, Outcome]:
        """Call hooks one after the other in one process; hold them to a clean stdout."""
        call = call or Call()
        out.mkdir(parents=True, exist_ok=True)
        request, answer = out / "request.json", out / "answer.json"
        request.write_text(
            json.dumps(
                {
                    "hooks": hooks,
                    "out": str(out),
                    "config": call.config,
                    "metadata": str(call.metadata) if call.metadata else None,
                    "make": call.make_out,
                    "measure": call.measure,
                }
            ),
            encoding="utf-8",
        )
        done = subprocess.run(
            [self.python, "-B", PROCESS, request, answer],
            cwd=project,
            env={**scrubbed(), **call.environment},
            capture_output=True,
            timeout=PATIENCE,
            umask=call.umask,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode(errors="replace")
        assert done.stdout == b"", "a hook wrote to stdout"
        told = json.loads(answer.read_text(encoding="utf-8"))
        request.unlink()
        answer.unlink()
        return {
            hook: Outcome(
                out / hook / result["name"] if result["name"] else None,
                result["report"] or done.stderr.decode(),
                result["codes"],
            )
            for hook, result in told.items()
        }

    def hook(self, name: str, project: Path, out: Path, call: Call | None = None) -> Outcome:
        """Call one hook."""
        return self.hooks(project, out, (name,), call)[name]

    def run(
        self,
        *arguments: str | Path,
        cwd: Path,
        environment: dict[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run the console script."""
        return run((self.command, *arguments), cwd, environment)


@dataclass(frozen=True)
class Frontends:
    """An environment that holds pip and build, and the backend for builds without isolation."""

    python: Path
    dist: Path

    def run(self, command: list[str], cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a frontend; `python` and `uv` in its first place are the ones of the tests.

        An isolated build takes the backend under test for `mcp-backend`, and all else from PyPI.
        """
        environment = {
            "VIRTUAL_ENV": str(self.python.parents[1]),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_FIND_LINKS": " ".join([str(self.dist), *os.environ.get("PIP_FIND_LINKS", "").split()]),
            "UV_FIND_LINKS": str(self.dist),
            # the wheel under test keeps its version from build to build: a cached one may be old
            "UV_REFRESH_PACKAGE": "mcp-backend",
        }
        executable = str(self.python) if command[0] == "python" else command[0]
        return run((executable, *command[1:]), cwd, environment)


def run(
    command: tuple[str | Path, ...],
    cwd: Path,
    environment: dict[str, str] | None = None,
    patience: float = PATIENCE,
) -> subprocess.CompletedProcess[str]:
    """Run a command that is given time, but not for ever."""
    return subprocess.run(
        command,
        cwd=cwd,
        env={**scrubbed(), **(environment or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=patience,
        check=False,
    )


def scrubbed() -> dict[str, str]:
    """Return the environment without what would colour, date or redirect a build."""
    unwanted = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "SOURCE_DATE_EPOCH", "PYTHONPATH", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    # frontends are called by their names
    environment["PATH"] = str(Path(sys.executable).parent) + os.pathsep + environment["PATH"]
    return environment
