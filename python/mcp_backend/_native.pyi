from typing import TypedDict

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

def build_wheel(
    root: str,
    out: str,
    config: dict[str, str | list[str] | bool] | None,
    metadata: str | None,
    *,
    color: bool,
    unicode: bool,
) -> tuple[str, str]: ...
def build_editable(
    root: str,
    out: str,
    config: dict[str, str | list[str] | bool] | None,
    metadata: str | None,
    *,
    color: bool,
    unicode: bool,
) -> tuple[str, str]: ...
def build_sdist(
    root: str,
    out: str,
    config: dict[str, str | list[str] | bool] | None,
    *,
    color: bool,
    unicode: bool,
) -> tuple[str, str]: ...
def prepare_metadata(
    root: str,
    out: str,
    config: dict[str, str | list[str] | bool] | None,
    editable: bool,
    *,
    color: bool,
    unicode: bool,
) -> tuple[str, str]: ...
def main(argv: list[str], color: bool, encoding: str) -> tuple[int, str, str]: ...
