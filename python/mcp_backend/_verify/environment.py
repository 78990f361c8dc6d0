"""A clean environment with the wheel in it: by uv where there is one, else by venv and pip."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import zipfile
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING

from mcp_backend._verify.options import UsageError
from mcp_backend._verify.report import FailedError
from mcp_backend._verify.trees import run

if TYPE_CHECKING:
    from email.message import Message

# what would lead an installer or an interpreter elsewhere
_MISLEADING = ("CONDA_PREFIX", "PIP_PREFIX", "PIP_TARGET", "PIP_USER", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
_SHOWN = 20
# an installer may have to fetch and to compile
_INSTALLING = 10
SHAPING = ("fastmcp", "mcp", "pydantic")
"""The distributions that shape what a server lists."""
_ASKED = """
import json, platform
from importlib.metadata import distributions
versions = {one.metadata["Name"].lower().replace("_", "-"): one.version for one in distributions()}
print(json.dumps([platform.python_version(), versions]))
"""


@dataclass
class Environment:
    """A virtual environment."""

    folder: Path
    uv: str | None
    timeout: float
    """How long a step of a server may take, in seconds; an installer has longer."""
    resolution: str | None = None
    """How uv chooses among releases, if not as users do."""
    beside: list[Path] = field(default_factory=list)
    """Wheels and sdists of what lies beside the project, which no index has yet."""

    @property
    def scripts(self) -> Path:
        """The folder of its console scripts."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.scripts / ("python.exe" if os.name == "nt" else "python")

    def script(self, name: str) -> Path:
        """Return the command of a console script."""
        return self.scripts / (f"{name}.exe" if os.name == "nt" else name)

    def install(self, wheel: Path) -> None:
        """Install a wheel with what it requires."""
        files = [str(wheel), *map(str, self.beside)]
        if self.uv:
            # what is to be direct has to be named
            chosen = ["--resolution", self.resolution, *_required(wheel)] if self.resolution else []
            self._run([self.uv, "pip", "install", *chosen, "--python", str(self.python), *files])
        else:
            quiet = ["--disable-pip-version-check", "--no-input", "--progress-bar", "off"]
            self._run([str(self.python), "-m", "pip", "install", *quiet, *files])

    def build(self, project: Path, out: Path) -> None:
        """Build the wheel of a project of another backend."""
        if self.uv:
            self._run([self.uv, "build", "--wheel", "--out-dir", str(out), str(project)])
        else:
            build = ["-m", "pip", "wheel", "--no-deps", "--wheel-dir", str(out), str(project)]
            self._run([sys.executable, *build])

    def installed(self) -> tuple[str, dict[str, str]]:
        """Return the version of Python, and of each distribution that shapes what a server lists."""
        version, versions = json.loads(self._run([str(self.python), "-I", "-c", _ASKED]))
        return version, {name: versions[name] for name in SHAPING if name in versions}

    def make(self, python: str | None, wheel: Path) -> None:
        """Make it, with the Python that `python` names, or else the one that runs this if the wheel admits it."""
        if self.uv:
            asked = python or _newer(wheel) or sys.executable
            self._run([self.uv, "venv", "--python", asked, str(self.folder)])
        else:
            self._run([_interpreter(python), "-m", "venv", str(self.folder)])

    def _run(self, command: list[str]) -> str:
        """Run an installer beside the environment; what it says is told when it fails."""
        name = Path(command[0]).name
        timeout = self.timeout * _INSTALLING
        try:
            status, said = run(command, self.folder.parent, _settings(), timeout)
        except TimeoutError:
            raise FailedError(f"`{name}` took longer than {timeout:g} s") from None
        if status:
            raise FailedError(f"`{name}` ended with status {status}", said.strip().splitlines()[-_SHOWN:])
        return said


def installed_words(python: str, versions: dict[str, str]) -> str:
    """Word what was installed: `Python 3.12.1, mcp 2.3.0`."""
    sdks = (f", {name} {versions[name]}" for name in ("mcp", "fastmcp") if name in versions)
    return f"Python {python}{''.join(sdks)}"


def uv() -> str | None:
    """Return the command of uv: beside this Python, or on PATH."""
    beside = str(Path(sys.executable).parent)
    return shutil.which("uv", path=os.pathsep.join([beside, os.environ.get("PATH", "")]))


def _settings() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    return {**kept, "NO_COLOR": "1", "UV_NO_PROGRESS": "1"}


def _newer(wheel: Path) -> str | None:
    """Return which Pythons the wheel asks for, where the one that runs this is too old; uv finds one."""
    asked = str(_metadata(wheel).get("Requires-Python") or "")
    lowest = re.findall(r">=?\s*3\.(\d+)", asked)
    return asked if any(int(minor) > sys.version_info.minor for minor in lowest) else None


def _required(wheel: Path) -> list[str]:
    """Return what every user of the wheel gets."""
    required = map(str, _metadata(wheel).get_all("Requires-Dist", []))
    return [one for one in required if not re.search(r";.*\bextra\b", one)]


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        places = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(places[0]) if places else b"")


def _interpreter(python: str | None) -> str:
    if python is None:
        return sys.executable
    found = shutil.which(python) or shutil.which(f"python{python}")
    if found is None:
        raise UsageError(f"there is no Python `{python}` on PATH; uv would fetch one: pip install uv")
    return found
