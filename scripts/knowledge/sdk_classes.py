"""What a class of an SDK takes and offers: its constructor, its members, and how its methods decorate."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .literals import strings

if TYPE_CHECKING:
    from .sdk_release import Definition

Function = ast.FunctionDef | ast.AsyncFunctionDef
PROPERTIES = {"property", "cached_property"}
# methods that give what the text does not name
DYNAMIC = {"__getattr__", "__getattribute__"}
# bases that bring no members of their own
EMPTY_BASES = {"ABC", "Generic", "Protocol", "object"}
# a table of keywords by which a constructor takes any, only to refuse those
REFUSED = "_REMOVED_KWARGS"


@dataclass
class Class:
    """A class with what it inherits."""

    # what its constructor takes, where it has one
    constructor: list[str] | None = None
    # the fields of a model
    fields: list[str] = field(default_factory=list)
    # what each method takes; none for a property or attribute
    members: dict[str, list[str] | None] = field(default_factory=dict)
    # the methods that decorate: `call` where they have to be called, `bare` where they need not be
    decorators: dict[str, str] = field(default_factory=dict)
    # the words that a keyword takes, by method and keyword: `run(transport)`, and `(log_level)` of the constructor
    choices: dict[str, list[str]] = field(default_factory=dict)
    # whether its objects may have members that its text does not name
    is_open: bool = False

    def inherit(self, base: Class) -> None:
        """Take over from a base that comes before those seen so far."""
        self.constructor = base.constructor or self.constructor
        self.fields = [*base.fields, *(name for name in self.fields if name not in base.fields)]
        self.members.update(base.members)
        self.decorators.update(base.decorators)
        self.choices.update(base.choices)
        self.is_open |= base.is_open

    def method(self, node: Function, *, takes_any: bool) -> None:
        """Read a method."""
        written = [ast.unparse(decorator) for decorator in node.decorator_list]
        if "overload" in written or any(each.endswith((".setter", ".deleter")) for each in written):
            return
        if node.name == "__init__":
            taken = parameters(node, method=True)
            self.choose("(log_level)", levels(node))
            self.constructor = taken if takes_any else [name for name in taken if not name.startswith("**")]
        elif node.name in DYNAMIC:
            self.is_open = True
        elif node.name.startswith("_"):
            return
        elif any(each.split(".")[-1] in PROPERTIES for each in written):
            self.members[node.name] = None
        else:
            self.members[node.name] = parameters(node, method=True)
            self.choose(f".{node.name}(transport)", transports(node))
            self.decorators.pop(node.name, None)
            if form := decorator_form(node):
                self.decorators[node.name] = form

    def choose(self, key: str, words: list[str]) -> None:
        """Read among which words a keyword chooses, in the place of what a base says."""
        self.choices.pop(key, None)
        if words:
            self.choices[key] = words

    def annotated(self, node: ast.AnnAssign) -> None:
        """Read a field of a model."""
        name = node.target.id if isinstance(node.target, ast.Name) else "_"
        if not name.startswith("_") and name != "model_config" and "ClassVar" not in ast.unparse(node.annotation):
            self.fields.append(name)


def class_of(found: Definition, seen: frozenset[tuple[str, str]] = frozenset()) -> Class:
    """Read a class, its bases first."""
    release, module, node = found
    own = Class()
    if not isinstance(node, ast.ClassDef) or (module.name, node.name) in seen:
        return own
    seen |= {(module.name, node.name)}
    for base in reversed(node.bases):
        named = base.value if isinstance(base, ast.Subscript) else base
        inherited = release.resolve(module.name, named.id) if isinstance(named, ast.Name) else None
        if inherited:
            own.inherit(class_of(inherited, seen))
        elif ast.unparse(named).split(".")[-1] not in EMPTY_BASES:
            own.is_open = True
    own.is_open |= bool(node.keywords or node.decorator_list) or sets_by_name(node)
    for part in node.body:
        if isinstance(part, Function):
            own.method(part, takes_any=REFUSED not in module.constants())
        elif isinstance(part, ast.AnnAssign):
            own.annotated(part)
    for name in attributes(node):
        own.members.setdefault(name, None)
    own.fields = list(dict.fromkeys(own.fields))
    # which `run` hands its transport on to
    if words := own.choices.get(".run_async(transport)"):
        own.choices.setdefault(".run(transport)", words)
    return own


def sets_by_name(node: ast.ClassDef) -> bool:
    """Tell whether a class sets members by names that its text does not tell."""
    written = {ast.unparse(part) for part in ast.walk(node) if isinstance(part, (ast.Attribute, ast.Name))}
    return any(name == "setattr" or name.endswith(("__setattr__", "__dict__")) for name in written)


def attributes(node: ast.ClassDef) -> list[str]:
    """Give the public names that the body of a class or its methods set on the class or object."""
    methods = {part.name for part in node.body if isinstance(part, Function)}
    parts = [each for part in node.body if not isinstance(part, Function) for each in ast.walk(part)]
    found = [each.id for each in parts if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    found += [each.name for each in parts if isinstance(each, Function | ast.ClassDef)]
    stored = (part for part in ast.walk(node) if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store))
    found += [part.attr for part in stored if ast.unparse(part.value) in {"self", "cls"}]
    return [name for name in dict.fromkeys(found) if not name.startswith("_") and name not in methods]


def parameters(node: Function, *, method: bool) -> list[str]:
    """List what a function takes as Python writes it: `/` and `*` between the kinds, `=` behind what has a default."""
    taken = node.args
    both = [*taken.posonlyargs, *taken.args]
    required = len(both) - len(taken.defaults)
    positional = [each.arg + "=" * (at >= required) for at, each in enumerate(both)]
    if taken.posonlyargs:
        positional.insert(len(taken.posonlyargs), "/")
    if method and not any(ast.unparse(each) == "staticmethod" for each in node.decorator_list):
        positional = positional[1:]
    rest = [f"*{taken.vararg.arg}"] if taken.vararg else ["*"] if taken.kwonlyargs else []
    named = [
        each.arg + "=" * (default is not None)
        for each, default in zip(taken.kwonlyargs, taken.kw_defaults, strict=True)
    ]
    keywords = [f"**{taken.kwarg.arg}"] if taken.kwarg else []
    return [*positional, *rest, *named, *keywords]


def transports(node: Function) -> list[str]:
    """Give the transports among which a function chooses, where it refuses all others."""
    lists = (strings(part) for part in ast.walk(node) if isinstance(part, (ast.List, ast.Set, ast.Tuple)))
    refuses = any(isinstance(part, ast.Raise) and "Unknown transport" in ast.unparse(part) for part in ast.walk(node))
    return next((sorted(each) for each in lists if "stdio" in each), []) if refuses else []


def levels(node: Function) -> list[str]:
    """Give the levels among which a constructor chooses, where it hands them to settings, which refuse all others."""
    notes = [each.annotation for each in node.args.kwonlyargs if each.arg == "log_level" and each.annotation]
    lists = [strings(part) for note in notes for part in ast.walk(note) if isinstance(part, ast.Tuple)]
    calls = (ast.unparse(part.func) for part in ast.walk(node) if isinstance(part, ast.Call))
    return lists[0] if lists and any(call.split("[")[0] == "Settings" for call in calls) else []


def decorator_form(node: Function) -> str | None:
    """Tell how a method decorates: `call` for `@x.f()` alone, `bare` for `@x.f` too; none where it does not."""
    taken = node.args
    first = (taken.posonlyargs + taken.args)[1:2]
    note = ast.unparse(first[0].annotation) if first and first[0].annotation else ""
    wraps = gives_function(node)
    takes_function = re.search(r"Callable|AnyFunction|\bF\b", note) and re.search(r"\bstr\b|None", note)
    if takes_function and (wraps or taken.defaults):
        return "bare"
    return "call" if wraps else None


def gives_function(node: Function) -> bool:
    """Tell whether a function gives one that it defines or fills in, or refuses to be used without a call."""
    inner = {each.name for each in ast.walk(node) if isinstance(each, Function) and each is not node}
    return any(gives(each, inner) for each in ast.walk(node))


def gives(node: ast.AST, inner: set[str]) -> bool:
    """Tell whether a node gives a function, one of `inner` or a partial."""
    match node:
        case ast.Return(value=ast.Name(id=name)):
            return name in inner
        case ast.Return(value=ast.Call(func=callee)):
            return ast.unparse(callee).split(".")[-1] == "partial"
        case ast.Raise(exc=ast.expr() as raised):
            return "decorator was used incorrectly" in ast.unparse(raised)
    return False
