"""The contract of a server as its wheel holds it, for those who only have the wheel or an installation of it."""

from __future__ import annotations

import json
import os
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn, TypedDict, cast

_PLACE = "mcp/contract.json"
# larger than any contract that a build writes
_LARGEST = 16 * 1024 * 1024
_VERSION = 2


class ProjectOf(TypedDict):
    """The project that was built."""

    name: str
    version: str


class Sdk(TypedDict):
    """The SDK under which the server was read."""

    name: str
    major: int


class ServerOf(TypedDict):
    """What the server says of itself; nothing where its source does not tell."""

    name: str | None
    version: str | None
    title: str | None
    instructions: str | None


class _Variable(TypedDict):
    name: str
    required: bool


class Variable(_Variable, total=False):
    """A variable of the environment; `secret` is there when its value is one."""

    secret: bool


class _Unknown(TypedDict):
    path: str
    what: str


class Unknown(_Unknown, total=False):
    """A place that offers something of which the source does not tell what; `recorded` where a recorded answer does."""

    recorded: bool


class _Recorded(TypedDict):
    script: str
    arguments: list[str]
    variables: list[str]
    python: str
    versions: dict[str, str]


class Recorded(_Recorded, total=False):
    """What a server was recorded under; `madeUp` names the variables that got made-up values."""

    madeUp: list[str]


class _Told(TypedDict):
    value: Any


class Told(_Told, total=False):
    """What something is where nobody sets it; `by` names what does: options (`--port`), variables (`env:PORT`)."""

    by: list[str]


class _Endpoint(TypedDict):
    type: str | None


class Endpoint(_Endpoint, total=False):
    """One way in which a server is reached; `conditional` as for the entries of the lists."""

    conditional: dict[str, Any]
    host: Told
    port: Told
    path: Told
    scripts: list[str]


class _Optional(TypedDict, total=False):
    openEnvironment: bool
    endpoints: list[Endpoint]
    recorded: list[Recorded]


class Contract(_Optional):
    """What the users of a server and their agents rely on, as `mcp/contract.json` in its wheel holds it.

    The entries of the four lists have the fields of the Model Context Protocol (`name`, `description`, `inputSchema`),
    `partial` and `conditional` where the source does not tell the whole, and `recorded` where a recorded answer does.
    """

    version: int
    project: ProjectOf
    sdk: Sdk | None
    server: ServerOf
    scripts: list[str]
    environment: list[Variable]
    tools: list[dict[str, Any]]
    prompts: list[dict[str, Any]]
    resources: list[dict[str, Any]]
    resourceTemplates: list[dict[str, Any]]
    unknown: list[Unknown]


def contract(name_or_path: str | os.PathLike[str]) -> Contract:
    """Do what `mcp_backend.contract` says."""
    written = os.fspath(name_or_path)
    if not isinstance(name_or_path, str) or written.endswith(".whl") or {"/", os.sep} & {*written}:
        return _read(*_in_wheel(Path(written)))
    return _read(*_installed(written))


def _installed(name: str) -> tuple[str, bytes]:
    """Return where the contract of the distribution `name` lies, and its bytes."""
    try:
        distribution = metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):
        # an empty name is a ValueError
        raise LookupError(f"no distribution `{name}` is installed") from None
    text = distribution.read_text(_PLACE)
    if text is None:
        if _is_editable(distribution):
            raise LookupError(f"`{name}` is an editable installation, which holds no contract; read that of a wheel")
        raise LookupError(f"`{name}` holds no contract: mcp-backend did not build it, or it is no MCP server")
    return f"`{name}`", text.encode()


def _is_editable(distribution: metadata.Distribution) -> bool:
    """Tell whether a distribution is installed in place, as its installer wrote down (PEP 610)."""
    try:
        origin = json.loads(distribution.read_text("direct_url.json") or "{}")
    except ValueError:
        return False
    directory = origin.get("dir_info") if isinstance(origin, dict) else None
    return isinstance(directory, dict) and directory.get("editable") is True


def _in_wheel(path: Path) -> tuple[str, bytes]:
    """Return where the contract in the wheel at `path` lies, and its bytes."""
    if not path.is_file():
        raise FileNotFoundError(f"there is no wheel {path}")
    try:
        with zipfile.ZipFile(path) as wheel:
            places = [entry for entry in wheel.infolist() if _is_place(entry.filename)]
            if not places:
                raise LookupError(f"{path} holds no contract: mcp-backend did not build it, or it is no MCP server")
            if len(places) > 1:
                raise ValueError(f"{path} is no wheel: it holds {len(places)} contracts")
            if places[0].file_size > _LARGEST:
                _refuse(str(path), "it is too large")
            return str(path), wheel.read(places[0])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{path} is no wheel: {error}") from None


def _is_place(name: str) -> bool:
    folder, _, rest = name.partition("/")
    return folder.endswith(".dist-info") and rest == _PLACE


def _read(where: str, content: bytes) -> Contract:
    """Read a contract of a version that is known."""
    if len(content) > _LARGEST:
        _refuse(where, "it is too large")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError) as error:
        _refuse(where, str(error))
    version = value.get("version") if isinstance(value, dict) else None
    if type(version) is not int:
        _refuse(where, "it has no version")
    if version > _VERSION:
        _refuse(where, f"it is of version {version}, which a later mcp-backend reads")
    missing = sorted(key for key in Contract.__required_keys__ if key not in value)
    if missing:
        _refuse(where, f"it has no {', '.join(f'`{key}`' for key in missing)}")
    return cast("Contract", value)


def _refuse(where: str, why: str) -> NoReturn:
    raise ValueError(f"the contract of {where} cannot be read: {why}")
