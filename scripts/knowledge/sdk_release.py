"""The modules of one release of an SDK together: what each gives, and where it is defined."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from .bindings import Assigned, Imported, Module
from .lazy import Origin

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterable, Sequence

    from .wheel import Wheel

# how far re-exports are followed
DEPTH = 12


class Definition(NamedTuple):
    """What stands behind a name: the class or function, its module and the release that this is of."""

    release: Release
    module: Module
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Release:
    """The modules of one import package at one version, from one or more wheels."""

    def __init__(self, package: str, wheels: Iterable[Wheel], others: Sequence[Release] = ()) -> None:
        """Parse the modules; `others` hold the packages that this one takes names from."""
        self.package, self.others = package, others
        self.modules: dict[str, Module] = {}
        for wheel in wheels:
            self.add(wheel)
        self.add_namespaces()
        for module in list(self.modules.values()):
            for alias, name in module.aliases.items():
                if name in self.modules:
                    self.modules[alias] = self.modules[name]
        self.known_names: dict[str, set[str]] = {}
        self.known_raises: dict[str, bool] = {}

    def add(self, wheel: Wheel) -> None:
        """Parse the modules of a wheel, but for tests."""
        for name, source, is_package in wheel.modules(self.package):
            parts = name.split(".")
            if "tests" in parts[:-1]:
                continue
            if name not in self.modules or is_package:
                self.modules[name] = Module(name, source, package=is_package)

    def add_namespaces(self) -> None:
        """Add the packages that have no file of their own."""
        parts = [name.split(".") for name in self.modules]
        for name in {".".join(each[:end]) for each in parts for end in range(1, len(each))} - self.modules.keys():
            self.modules[name] = Module(name, "", package=True)

    def find(self, name: str) -> tuple[Release, Module] | None:
        """Find a module here or in the others."""
        for release in (self, *self.others):
            if name in release.modules:
                return release, release.modules[name]
        return None

    def names(self, name: str) -> set[str]:
        """Give the names that can be imported from a module."""
        if name not in self.known_names:
            self.known_names[name] = set()
            module = self.modules[name]
            self.known_names[name] = {
                *module.bound,
                *module.lazy,
                *(n for star in module.stars for n in self.star(star)),
            }
        return self.known_names[name]

    def is_open(self, name: str) -> bool:
        """Tell whether a module may give names that its text does not tell."""
        module = self.modules[name]
        return module.is_open or any(self.is_open_star(star) for star in module.stars)

    def is_open_star(self, name: str) -> bool:
        """Likewise of what `from NAME import *` binds."""
        found = self.find(name)
        return found is None or (found[1].all is None and found[0].is_open(name))

    def star(self, name: str) -> Iterable[str]:
        """Give the names that `from NAME import *` binds."""
        found = self.find(name)
        if found is None:
            return ()
        release, module = found
        public = (each for each in release.names(name) if not each.startswith("_"))
        return public if module.all is None else module.all

    def raises(self, name: str) -> bool:
        """Tell whether importing a module raises: by itself, by its parent, or by one that it needs."""
        if name not in self.known_raises:
            self.known_raises[name] = False
            module = self.modules[name]
            needed = {name.rpartition(".")[0]}
            for target, part in module.hard:
                needed |= {target, f"{target}.{part}"} if part else {target}
            self.known_raises[name] = module.raises or any(self.raises(each) for each in needed & self.modules.keys())
        return self.known_raises[name]

    def resolve(self, name: str, wanted: str, depth: int = 0) -> Definition | None:
        """Find the definition behind the name `wanted` of a module."""
        found = self.find(name)
        if found is None or depth > DEPTH:
            return None
        release, module = found
        match module.bound.get(wanted):
            case None:
                return release.indirect(module, wanted, depth + 1)
            case Origin() as origin:
                return release.resolve(*origin, depth + 1)
            case Assigned(value=value):
                other = getattr(value, "id", None)
                return release.resolve(name, other, depth + 1) if isinstance(other, str) else None
            case Imported():
                return None
            case node:
                return Definition(release, module, node)

    def indirect(self, module: Module, wanted: str, depth: int) -> Definition | None:
        """Find what a module gives without binding it: through `__getattr__` or a star import."""
        if wanted in module.lazy:
            origin = module.lazy[wanted]
            same = (each for each in module.bound.values() if isinstance(each, Origin) and each.name == wanted)
            origins = [origin] if origin else [*same]
        else:
            origins = [Origin(star, wanted) for star in module.stars]
        resolved = (self.resolve(*each, depth) for each in origins)
        return next((each for each in resolved if each), None)
