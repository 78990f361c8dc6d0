from os import PathLike
from pathlib import Path
from typing import TypeAlias, TypedDict

__all__ = [
    "BuildError",
    "build_sdist",
    "build_wheel",
    "client_profiles",
    "compare_with_live",
    "main",
    "objections",
    "pins_for",
    "prepare_metadata",
    "project_at",
    "projects_at",
    "pythons_of",
    "record_live",
    "scripts_of",
    "siblings",
]

class _Position(TypedDict):
    line: int
    column: int

class _Related(TypedDict):
    path: str
    start: _Position
    end: _Position
    message: str

class _Edit(TypedDict):
    path: str
    start: _Position
    end: _Position
    content: str

class _Finding(TypedDict):
    code: str
    name: str
    level: str
    message: str
    path: str
    start: _Position
    end: _Position
    help: str | None
    related: list[_Related]
    edits: list[_Edit]

class BuildError(Exception):
    diagnostics: list[_Finding]

_Config: TypeAlias = dict[str, str | list[str] | bool] | None

# how the text will be seen: in colour, drawn in Unicode
_Look: TypeAlias = tuple[bool, bool]

def build_wheel(
    root: str,
    out: str,
    config: _Config = None,
    metadata: str | None = None,
    *,
    look: _Look,
    editable: bool = False,
) -> tuple[str, str]: ...
def build_sdist(root: str, out: str, config: _Config = None, *, look: _Look) -> tuple[str, str]: ...
def prepare_metadata(
    root: str,
    out: str,
    config: _Config = None,
    *,
    look: _Look,
    editable: bool = False,
) -> tuple[str, str]: ...
def main(
    arguments: list[str],
    *,
    look: _Look,
    width: int | None = None,
    links: bool = False,
) -> tuple[int, str, str]: ...
def compare_with_live(contract: str, answers: str) -> str: ...
def client_profiles() -> list[str]: ...
def objections(tools: str, server: str | None, profiles: list[str]) -> list[str]: ...
def pins_for(root: str | PathLike[str], platform: str, python: str) -> list[str]: ...
def project_at(folder: str | PathLike[str] | None = None) -> Path: ...
def projects_at(paths: list[str | PathLike[str]], *, workspace: bool) -> tuple[list[Path], str, int]: ...
def record_live(root: str | PathLike[str], session: str, *, check: bool) -> tuple[bool, str, list[str]]: ...
def pythons_of(wheel: str | PathLike[str]) -> list[str]: ...
def scripts_of(wheel: str | PathLike[str]) -> list[tuple[str, bool]]: ...
def siblings(root: str | PathLike[str]) -> tuple[list[tuple[Path, bool]], list[Path]]: ...
