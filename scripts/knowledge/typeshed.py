"""The standard library of each Python, as the stubs of one typeshed tell it.

A stub says `if sys.version_info >= (3, 11)` where Pythons differ; its branches are evaluated for each Python, and give
the names of each module and the members of each class. Inherited members count as present, so that a member that moves
between a class and its base is not taken for a new one.
"""

from __future__ import annotations

import ast
import operator
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Callable, Iterable, Iterator

STDLIB = "mypy/typeshed/stdlib/"
PLATFORMS = ("linux", "darwin", "win32")
COMPARE: dict[type, Callable[[Any, Any], bool]] = {
    ast.GtE: operator.ge,
    ast.Gt: operator.gt,
    ast.LtE: operator.le,
    ast.Lt: operator.lt,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
# how far aliases and bases are followed
DEPTH = 12

Function = ast.FunctionDef | ast.AsyncFunctionDef
Lifetime = tuple[int, "int | None"]


class Python(NamedTuple):
    """One Python on one platform."""

    minor: int
    platform: str


class Stub(NamedTuple):
    """The stub of a module."""

    body: list[ast.stmt]
    package: bool


@dataclass
class Namespace:
    """What a stub binds in one Python."""

    functions: dict[str, list[Function]] = field(default_factory=lambda: defaultdict(list))
    classes: dict[str, ast.ClassDef] = field(default_factory=dict)
    # name -> what it is assigned
    aliases: dict[str, ast.expr | None] = field(default_factory=dict)
    # name -> module, and the name in it; no name for a module itself
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)
    public: set[str] = field(default_factory=set)
    exported: list[str] | None = None


class Found(NamedTuple):
    """A class, or a function with its overloads, and the module that defines it."""

    module: str
    functions: list[Function]
    cls: ast.ClassDef | None


class Typeshed:
    """The stubs that one release of mypy bundles, which tell of the Pythons from 3.`oldest` to 3.`newest`."""

    def __init__(self, wheel: zipfile.ZipFile, oldest: int, newest: int) -> None:
        """Read all stubs, and what each Python has of them."""
        self.oldest, self.newest = oldest, newest
        self.versions = read_versions(wheel.read(f"{STDLIB}VERSIONS").decode())
        self.stubs: dict[str, Stub] = {}
        for path in wheel.namelist():
            if path.startswith(STDLIB) and path.endswith(".pyi"):
                name = path[len(STDLIB) : -len(".pyi")].replace("/", ".")
                package = name.endswith(".__init__")
                self.stubs[name.removesuffix(".__init__")] = Stub(ast.parse(wheel.read(path)).body, package)
        self.namespace = lru_cache(None)(self._namespace)
        self.public = lru_cache(None)(self._public)
        # module, name or `Class.member` -> the Pythons that have it
        self.names: dict[tuple[str, str], set[int]] = defaultdict(set)
        # the members that a class does not have from its bases alone
        self.own: set[tuple[str, str]] = set()
        # module, function -> Python -> its keywords; none where it takes any
        self.keywords: dict[tuple[str, str], dict[int, set[str] | None]] = defaultdict(dict)
        for minor in range(oldest, newest + 1):
            for platform in PLATFORMS:
                self._gather(Python(minor, platform))

    def lifetime(self, module: str) -> Lifetime:
        """Return the first Python that has the module and the first that no longer has it."""
        parts = module.split(".")
        ranges = [self.versions.get(".".join(parts[: end + 1]), (0, None)) for end in range(len(parts))]
        ends = [end for _, end in ranges if end is not None]
        return max(start for start, _ in ranges), min(ends, default=None)

    def has(self, module: str, minor: int) -> bool:
        """Whether Python 3.`minor` has the module."""
        start, end = self.lifetime(module)
        return module in self.stubs and start <= minor and (end is None or minor < end)

    # namespaces

    def _namespace(self, module: str, python: Python) -> Namespace:
        space = Namespace()
        if self.has(module, python.minor):
            for statement in flat(self.stubs[module].body, python):
                self._bind(space, module, statement, python)
        return space

    def _bind(self, space: Namespace, module: str, statement: ast.stmt, python: Python) -> None:
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                space.functions[statement.name].append(statement)
                space.public.add(statement.name)
            case ast.ClassDef():
                space.classes[statement.name] = statement
                space.public.add(statement.name)
            case ast.Import():
                for alias in statement.names:
                    name = alias.asname or alias.name.split(".")[0]
                    space.imports[name] = (alias.name if alias.asname else name, None)
                    if alias.asname == alias.name:
                        space.public.add(name)
            case ast.ImportFrom():
                self._bind_from(space, self._absolute(module, statement), statement.names, python)
            case ast.Expr(ast.Call(ast.Attribute(ast.Name("__all__"), method), [argument])):
                found = literals(argument)
                known = space.exported or []
                space.exported = [name for name in known if name not in found] if method == "remove" else known + found
            case _:
                for name, content in assigned(statement):
                    if name == "__all__":
                        kept = (space.exported or []) if isinstance(statement, ast.AugAssign) else []
                        space.exported = kept + literals(content)
                    else:
                        space.aliases.setdefault(name, content)
                        space.public.add(name)

    def _bind_from(self, space: Namespace, source: str, names: list[ast.alias], python: Python) -> None:
        for alias in names:
            if alias.name == "*":
                space.stars.append(source)
                continue
            space.imports[alias.asname or alias.name] = (source, alias.name)
            if alias.asname == alias.name:
                space.public.add(alias.name)
            if alias.name == "__all__":
                space.exported = self.namespace(source, python).exported

    def _absolute(self, module: str, statement: ast.ImportFrom) -> str:
        if not statement.level:
            return statement.module or ""
        parts = module.split(".")
        kept = parts[: len(parts) - statement.level + self.stubs[module].package]
        return ".".join([*kept, statement.module] if statement.module else kept)

    def _public(self, module: str, python: Python) -> frozenset[str]:
        space = self.namespace(module, python)
        names = {name for name in space.public if not name.startswith("_")} | set(space.exported or [])
        for star in space.stars:
            exported = self.namespace(star, python).exported
            names |= set(exported) if exported is not None else self.public(star, python)
        return frozenset(names)

    # what names stand for

    def _find(self, module: str, name: str, python: Python, depth: int = 0) -> Found | None:
        if depth > DEPTH:
            return None
        space = self.namespace(module, python)
        if name in space.functions or name in space.classes:
            return Found(module, space.functions.get(name, []), space.classes.get(name))
        if name in space.imports:
            source, original = space.imports[name]
            return self._find(source, original, python, depth + 1) if original else None
        content = space.aliases.get(name)
        if name in space.aliases:
            alias = content.id if isinstance(content, ast.Name) else name
            return self._find(module, alias, python, depth + 1) if alias != name else None
        for source in [*space.stars, *(["builtins"] if module != "builtins" else [])]:
            if found := self._find(source, name, python, depth + 1):
                return found
        return None

    def _class(self, module: str, base: ast.expr, python: Python) -> Found | None:
        if isinstance(base, ast.Subscript):
            base = base.value
        match base:
            case ast.Name(name):
                found = self._find(module, name, python)
            case ast.Attribute(ast.Name(prefix), name):
                source, original = self.namespace(module, python).imports.get(prefix, ("", None))
                found = self._find(f"{source}.{original}" if original else source, name, python)
            case _:
                found = None
        return found if found and found.cls else None

    def _members(self, found: Found, python: Python, depth: int = 0) -> dict[str, list[Function]]:
        """Return the members with their overloads, those of the class itself first."""
        cls = found.cls
        if cls is None or depth > DEPTH:
            return {}
        members = own_members(cls, python)
        for base in cls.bases:
            above = self._class(found.module, base, python)
            if above and above.cls is not cls:
                for name, functions in self._members(above, python, depth + 1).items():
                    members.setdefault(name, functions)
        return members

    # the tables

    def _gather(self, python: Python) -> None:
        for module in self.stubs:
            for name in self.public(module, python):
                self.names[module, name].add(python.minor)
                found = self._find(module, name, python)
                if found and found.cls:
                    self._gather_class(module, name, found, python)
                elif found:
                    self._gather_keywords(module, name, found.functions, python)

    def _gather_class(self, module: str, name: str, found: Found, python: Python) -> None:
        own = own_members(found.cls, python) if found.cls else {}
        for member, functions in self._members(found, python).items():
            if member in {"__init__", "__new__"}:
                self._gather_keywords(module, name, functions, python)
            elif not member.startswith("_"):
                path = f"{name}.{member}"
                self.names[module, path].add(python.minor)
                if member in own:
                    self.own.add((module, path))
                if functions:
                    self._gather_keywords(module, path, functions, python)

    def _gather_keywords(self, module: str, path: str, functions: list[Function], python: Python) -> None:
        known = self.keywords[module, path].setdefault(python.minor, set())
        for function in functions:
            arguments = function.args
            if arguments.kwarg:
                self.keywords[module, path][python.minor] = known = None
            if known is not None:
                known |= {a.arg for a in arguments.args + arguments.kwonlyargs if not a.arg.startswith("__")}


def read_versions(text: str) -> dict[str, Lifetime]:
    """Read stdlib/VERSIONS: modules, the first Python that has them and the first that no longer has."""
    versions = {}
    for line in text.splitlines():
        name, colon, span = line.split("#")[0].partition(":")
        if colon:
            first, _, last = span.strip().partition("-")
            versions[name.strip()] = (minor_of(first), minor_of(last) + 1 if last else None)
    return versions


def minor_of(version: str) -> int:
    """Return N of `3.N`."""
    major, _, minor = version.strip().partition(".")
    return int(minor) if major == "3" else 0


def flat(body: Iterable[ast.stmt], python: Python) -> Iterator[ast.stmt]:
    """Yield the statements that run in one Python."""
    for statement in body:
        if isinstance(statement, ast.If):
            truth = holds(statement.test, python)
            if truth is not False:
                yield from flat(statement.body, python)
            if truth is not True:
                yield from flat(statement.orelse, python)
        else:
            yield statement


def holds(test: ast.expr, python: Python) -> bool | None:
    """Whether a test holds in one Python; none when it asks for something else."""
    match test:
        case ast.BoolOp(op, values):
            decisive = isinstance(op, ast.Or)
            found = [holds(value, python) for value in values]
            return decisive if decisive in found else None if None in found else not decisive
        case ast.UnaryOp(ast.Not(), operand):
            truth = holds(operand, python)
            return None if truth is None else not truth
        case ast.Compare(ast.Attribute(ast.Name("sys"), "version_info"), [op], [ast.Tuple() as bound]):
            return COMPARE[type(op)]((3, python.minor), ast.literal_eval(bound)[:2])
        case ast.Compare(ast.Attribute(ast.Name("sys"), "platform"), [op], [ast.Constant(platform)]):
            return COMPARE[type(op)](python.platform, platform)
    return None


def assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names that a statement assigns, and what."""
    match statement:
        case ast.Assign(targets, content):
            for target in targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                for name in names:
                    if isinstance(name, ast.Name):
                        yield name.id, content if name is target else None
        case ast.AnnAssign(ast.Name(name), value=content) | ast.AugAssign(ast.Name(name), value=content):
            yield name, content


def literals(expression: ast.expr | None) -> list[str]:
    """Return the strings of a list, or of a sum of lists."""
    match expression:
        case ast.BinOp(left, _, right):
            return literals(left) + literals(right)
        case ast.List(items) | ast.Tuple(items):
            return [item for part in items for item in literals(part)]
        case ast.Constant(str(text)):
            return [text]
    return []


def own_members(cls: ast.ClassDef, python: Python) -> dict[str, list[Function]]:
    """Return the members that a class itself defines."""
    members: dict[str, list[Function]] = {}
    for statement in flat(cls.body, python):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                members.setdefault(statement.name, []).append(statement)
            case ast.ClassDef(name):
                members.setdefault(name, [])
            case _:
                for name, _ in assigned(statement):
                    members.setdefault(name, [])
    return members
