"""The names that a module gives through its `__getattr__`."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from .literals import strings

Absolute = Callable[[ast.ImportFrom], str]


class Origin(NamedTuple):
    """A module, and a name in it."""

    module: str
    name: str


def lazy_names(
    function: ast.FunctionDef | ast.AsyncFunctionDef, constants: dict[str, ast.expr], absolute: Absolute
) -> dict[str, Origin | None]:
    """Give the names that `function` knows, and where from each is imported, as far as that is plain.

    `constants` are the module's, and `absolute` names the module that an import means.
    """
    reader = Reader(function.args.args[0].arg, dict(constants), absolute)
    reader.block(function.body)
    return reader.found


class Reader:
    """Reads the body of a `__getattr__`."""

    def __init__(self, argument: str, constants: dict[str, ast.expr], absolute: Absolute) -> None:
        """Look for names that `argument` is compared with or looked up by."""
        self.argument, self.constants, self.absolute = argument, constants, absolute
        self.found: dict[str, Origin | None] = {}

    def block(self, body: list[ast.stmt]) -> None:
        """Read statements."""
        for node in body:
            match node:
                case ast.Assign(targets=[ast.Name(id=name), *_]):
                    self.constants[name] = node.value
                    self.looked_up(node.value)
                case ast.If():
                    self.branch(node)
                case ast.Try():
                    self.block(node.body)

    def looked_up(self, value: ast.expr) -> None:
        """Take the keys of a table that the argument is looked up in: `TABLE.get(name)` or `TABLE[name]`."""
        for node in ast.walk(value):
            match node:
                case ast.Call(func=ast.Attribute(value=table, attr="get"), args=[key, *_]):
                    pass
                case ast.Subscript(value=table, slice=key):
                    pass
                case _:
                    continue
            if ast.unparse(key) == self.argument:
                for name in self.listed(table):
                    self.found.setdefault(name, None)

    def branch(self, node: ast.If) -> None:
        """Read a branch that is taken for some names, or left for them."""
        equal, names = self.compared(node.test)
        if names is None:
            self.block(node.body)
        elif equal and returns(node.body):
            origins = self.origins(node.body, names)
            for name in names:
                self.found.setdefault(name, origins.get(name))
        elif not equal and not returns(node.body):
            for name in names:
                self.found.setdefault(name, None)
        self.block(node.orelse)

    def compared(self, test: ast.expr) -> tuple[bool, list[str] | None]:
        """Give the names that the argument is compared with, and whether the branch is for them."""
        match test:
            case ast.BoolOp():
                answers = (self.compared(value) for value in test.values)
                return next((answer for answer in answers if answer[1] is not None), (False, None))
            case ast.Compare(left=ast.Name(id=self.argument), ops=[operator, *_], comparators=[right, *_]):
                if isinstance(operator, (ast.Eq, ast.In, ast.NotEq, ast.NotIn)):
                    return isinstance(operator, (ast.Eq, ast.In)), self.listed(right)
        return False, None

    def listed(self, node: ast.expr) -> list[str]:
        """Give the strings of a literal, or of the one that a name stands for."""
        value = self.constants.get(node.id, node) if isinstance(node, ast.Name) else node
        return strings(value)

    def origins(self, body: list[ast.stmt], names: list[str]) -> dict[str, Origin]:
        """Give where a branch imports names from."""
        imports = (node for part in body for node in ast.walk(part) if isinstance(node, ast.ImportFrom))
        pairs = ((node, alias) for node in imports for alias in node.names if (alias.asname or alias.name) in names)
        return {alias.asname or alias.name: Origin(self.absolute(node), alias.name) for node, alias in pairs}


def returns(body: list[ast.stmt]) -> bool:
    """Tell whether some statement returns."""
    return any(isinstance(node, ast.Return) for part in body for node in ast.walk(part))
