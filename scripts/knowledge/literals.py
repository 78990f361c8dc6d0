"""Strings that are spelled out in a syntax tree."""

from __future__ import annotations

import ast

CONTAINERS = {"frozenset", "set", "tuple", "list"}


def strings(node: ast.expr) -> list[str]:
    """List the strings of a literal: a string, the parts of a container, the keys of a dict."""
    match node:
        case ast.Constant():
            parts: list[ast.expr | None] = [node]
        case ast.Dict():
            parts = [*node.keys]
        case ast.List() | ast.Tuple() | ast.Set():
            parts = [*node.elts]
        case ast.Call(func=ast.Name(id=name), args=[first, *_]) if name in CONTAINERS:
            return strings(first)
        case _:
            parts = []
    return [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
