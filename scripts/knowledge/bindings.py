"""What a module binds at its top level, read from its syntax tree."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from .lazy import Origin, lazy_names
from .literals import strings

Function = ast.FunctionDef | ast.AsyncFunctionDef
Defined = Function | ast.ClassDef


@dataclass(frozen=True)
class Assigned:
    """A name that an assignment binds, perhaps in parts."""

    value: ast.expr | None


@dataclass(frozen=True)
class Imported:
    """A name that an import binds to a module."""

    module: str


Binding = Defined | Assigned | Imported | Origin


class Module:
    """The bindings of one module."""

    def __init__(self, name: str, source: str, *, package: bool) -> None:
        """Parse `source`, the text of the module of that name."""
        self.name, self.package = name, package
        self.bound: dict[str, Binding] = {}
        # the modules that are imported with `*`
        self.stars: list[str] = []
        # `__all__`, where it is spelled out
        self.all: list[str] | None = None
        # imports that stop the module when they fail: module, and the name in it
        self.hard: list[tuple[str, str | None]] = []
        # whether importing it raises
        self.raises = False
        # modules of this one that `sys.modules` holds under another name
        self.aliases: dict[str, str] = {}
        self.tree = ast.parse(source)
        self.block(self.tree.body, guarded=False)
        gives = self.bound.get("__getattr__")
        # names that its `__getattr__` gives, and where from as far as that is plain
        self.lazy: dict[str, Origin | None] = {}
        if isinstance(gives, Function):
            self.lazy = lazy_names(gives, self.constants(), self.absolute)

    @property
    def is_open(self) -> bool:
        """Whether it may have names that its text does not tell."""
        gives = "__getattr__" in self.bound and not self.lazy
        written = {part.id for part in ast.walk(self.tree) if isinstance(part, ast.Name)}
        return gives or not written.isdisjoint({"exec", "globals", "setattr", "vars"})

    def constants(self) -> dict[str, ast.expr]:
        """Give what names are assigned."""
        assigned = {name: found.value for name, found in self.bound.items() if isinstance(found, Assigned)}
        return {name: value for name, value in assigned.items() if value is not None}

    def absolute(self, node: ast.ImportFrom) -> str:
        """Name the module that a `from` import means."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + (1 if self.package else 0)]
        return ".".join([*parts, *([node.module] if node.module else [])])

    def block(self, body: list[ast.stmt], *, guarded: bool) -> None:
        """Read statements; where they are `guarded`, a failure does not stop the module."""
        for statement in body:
            self.statement(statement, guarded=guarded)
            if isinstance(statement, ast.Raise):
                break

    def statement(self, node: ast.stmt, *, guarded: bool) -> None:
        """Read one statement."""
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                self.bound[node.name] = node
            case ast.Import() | ast.ImportFrom():
                self.imported(node, guarded=guarded)
            case ast.Raise() if not guarded:
                self.raises = True
            case ast.Delete():
                for name in (target.id for target in node.targets if isinstance(target, ast.Name)):
                    self.bound.pop(name, None)
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                self.assigned(node)
            case _:
                self.compound(node, guarded=guarded)

    def imported(self, node: ast.Import | ast.ImportFrom, *, guarded: bool) -> None:
        """Read an import."""
        if isinstance(node, ast.ImportFrom):
            module = self.absolute(node)
            for alias in node.names:
                if alias.name == "*":
                    self.stars.append(module)
                else:
                    self.bound[alias.asname or alias.name] = Origin(module, alias.name)
            hard = [(module, alias.name) for alias in node.names]
        else:
            for alias in node.names:
                top = alias.name.split(".")[0]
                self.bound[alias.asname or top] = Imported(alias.name if alias.asname else top)
            hard = [(alias.name, "") for alias in node.names]
        if not guarded:
            self.hard += [(module, name or None) for module, name in hard]

    def assigned(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> None:
        """Read an assignment."""
        match node:
            case ast.Assign():
                for target in node.targets:
                    self.bind(target, node.value)
                    if isinstance(target, ast.Name) and target.id == "__all__":
                        self.all = strings(node.value)
                    self.alias(target, node.value)
            case ast.AnnAssign(value=ast.expr() as value):
                self.bind(node.target, value)
            case ast.AugAssign(target=ast.Name(id="__all__")) if self.all is not None:
                self.all += strings(node.value)

    def bind(self, target: ast.expr, value: ast.expr | None = None) -> None:
        """Bind the names of a target."""
        match target:
            case ast.Name():
                self.bound[target.id] = Assigned(value)
            case ast.Tuple() | ast.List():
                for part in target.elts:
                    self.bind(part)
            case ast.Starred():
                self.bind(target.value)

    def compound(self, node: ast.stmt, *, guarded: bool) -> None:
        """Read a statement that holds others."""
        match node:
            case ast.If():
                self.branches(node, guarded=guarded)
            case ast.Try():
                self.tried(node, guarded=guarded)
            case ast.With() | ast.AsyncWith():
                for target in (item.optional_vars for item in node.items if item.optional_vars):
                    self.bind(target)
                self.block(node.body, guarded=guarded)
            case ast.For() | ast.AsyncFor():
                self.bind(node.target)
                self.block(node.body, guarded=True)
            case ast.While():
                self.block(node.body, guarded=True)

    def branches(self, node: ast.If, *, guarded: bool) -> None:
        """Read the branches that run when the module is imported."""
        if is_type_checking(node.test) or {"__name__", "'__main__'"} <= set(ast.unparse(node.test).split()):
            self.block(node.orelse, guarded=guarded)
        elif isinstance(node.test, ast.UnaryOp) and is_type_checking(node.test.operand):
            self.block(node.body, guarded=guarded)
        else:
            self.block(node.body, guarded=True)
            self.block(node.orelse, guarded=True)

    def tried(self, node: ast.Try, *, guarded: bool) -> None:
        """Read a `try`: what it imports stays hard where every handler ends the module too."""
        soft = any(not any(map(stops, ast.walk(handler))) for handler in node.handlers)
        self.block(node.body, guarded=guarded or soft)
        for handler in node.handlers:
            self.block(handler.body, guarded=True)
        self.block(node.orelse, guarded=guarded or soft)
        self.block(node.finalbody, guarded=guarded)

    def alias(self, target: ast.expr, value: ast.expr) -> None:
        """Read `sys.modules[f"{__name__}.a"] = sys.modules[f"{__name__}.b"]`."""
        one, other = self.own_module(target), self.own_module(value)
        if one and other:
            self.aliases[one] = other

    def own_module(self, node: ast.expr) -> str | None:
        """Name the module below this one that `sys.modules[...]` means."""
        pattern = r"""sys\.modules\[f['"]\{__name__\}\.([\w.]+)['"]\]"""
        found = re.fullmatch(pattern, ast.unparse(node))
        return f"{self.name}.{found[1]}" if found else None


def is_type_checking(test: ast.expr) -> bool:
    """Tell whether a test holds for type checkers alone."""
    return ast.unparse(test).split(".")[-1] == "TYPE_CHECKING"


def stops(node: ast.AST) -> bool:
    """Tell whether a node of a handler ends the module."""
    ends = isinstance(node, ast.Call) and ast.unparse(node.func) in {"sys.exit", "exit"}
    return ends or isinstance(node, ast.Raise)
