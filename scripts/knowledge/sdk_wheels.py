"""Read what the wheels of the SDKs hold: their modules, names, classes and requirements.

They are read as zip files and parsed; nothing of them is installed, imported or run.
"""
# mypy: allow-untyped-defs, allow-untyped-calls, ignore-errors

from __future__ import annotations

import ast
import re
import sys
import zipfile


def vkey(v):
    return tuple(int(p) for p in v.split("."))


def minor(v):
    k = vkey(v) + (0,)
    return "%d.%d.0" % k[:2]


def parse_requirement(line):
    req, _, marker = (p.strip() for p in line.partition(";"))
    m = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\])?\s*\(?([^)]*)\)?$", req)
    extra = re.search(r"extra\s*==\s*['\"]([^'\"]+)['\"]", marker)
    env = re.sub(r"\s*(and\s+)?extra\s*==\s*['\"][^'\"]+['\"]\s*", "", marker).strip()
    env = re.sub(r"^\((.*)\)$", r"\1", env.removesuffix("and").strip())
    spec = ",".join(sorted(s.strip() for s in m[3].split(",") if s.strip()))
    return {
        "name": re.sub(r"[-_.]+", "-", m[1]).lower(),
        "extras": sorted(e.strip() for e in (m[2] or "[]")[1:-1].split(",") if e.strip()),
        "spec": spec,
        "marker": env,
        "extra": extra[1] if extra else None,
    }


def spec_text(r):
    ext = "[" + ",".join(r["extras"]) + "]" if r["extras"] else ""
    return ext + r["spec"] + ("; " + r["marker"] if r["marker"] else "")


class Wheel:
    def __init__(self, path):
        self.path = path
        self.zip = zipfile.ZipFile(path)
        self.files = self.zip.namelist()
        meta = next(f for f in self.files if f.endswith(".dist-info/METADATA"))
        head = self.zip.read(meta).decode().split("\n\n", 1)[0].splitlines()
        get = lambda key: [x.partition(":")[2].strip() for x in head if x.startswith(key + ":")]
        self.name = re.sub(r"[-_.]+", "-", get("Name")[0]).lower()
        self.version = get("Version")[0]
        self.requires_python = (get("Requires-Python") or [""])[0]
        self.requires = [parse_requirement(x) for x in get("Requires-Dist")]
        self.extras = get("Provides-Extra")


def wheels(d):
    out = {}
    for p in sorted(d.glob("*.whl")):
        w = Wheel(p)
        out[w.name, w.version] = w
    return out


def satisfies(v, spec):
    """Enough of PEP 440 for the SDKs' own requirements on one another."""
    k = (vkey(v) + (0, 0, 0))[:4]
    for s in filter(None, (x.strip() for x in spec.split(","))):
        op, val = re.match(r"(~=|==|!=|>=|<=|>|<)\s*(.*)", s).groups()
        wild = val.endswith(".*")
        base = tuple(int(p) for p in re.match(r"\d+(\.\d+)*", val)[0].split("."))
        b = (base + (0, 0, 0))[:4]
        same = k[: len(base)] == base if wild else k == b
        ok = {
            ">=": k >= b,
            "<=": k <= b,
            ">": k > b,
            "<": k < b,
            "==": same,
            "!=": not same,
            "~=": k >= b and k[: len(base) - 1] == base[:-1],
        }[op]
        if not ok:
            return False
    return True


def is_type_checking(test):
    return (isinstance(test, ast.Name) and test.id == "TYPE_CHECKING") or (
        isinstance(test, ast.Attribute) and test.attr == "TYPE_CHECKING"
    )


def strings(node):
    if isinstance(node, ast.Dict):
        node = node.keys
    elif isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        node = node.elts
    elif (
        isinstance(node, ast.Call)
        and node.args
        and isinstance(node.func, ast.Name)
        and node.func.id in ("frozenset", "set", "tuple", "list")
    ):
        return strings(node.args[0])
    elif isinstance(node, ast.Constant):
        node = [node]
    else:
        return []
    return [e.value for e in node if isinstance(e, ast.Constant) and isinstance(e.value, str)]


class Module:
    """Bindings of one module: name -> ("def", node) | ("import", module) | ("from", module, name) | ("assign", node)."""

    def __init__(self, name, source, package):
        self.name, self.package = name, package
        self.tree = ast.parse(source)
        self.bound, self.stars, self.all, self.consts = {}, [], None, {}
        self.lazy = {}  # names through module __getattr__ -> (module, name) or None
        self.hard = []  # (module, name or None) imported at top level, unguarded
        self.raises = False
        self.aliases = {}  # sys.modules[f"{__name__}.a"] = sys.modules[f"{__name__}.b"]
        self.body(self.tree.body, guarded=False)
        if (g := self.bound.get("__getattr__")) and g[0] == "def":
            self.getattr(g[1])

    def absolute(self, node):
        if not node.level:
            return node.module
        parts = self.name.split(".")
        parts = parts[: len(parts) - node.level + (1 if self.package else 0)]
        return ".".join(parts + ([node.module] if node.module else []))

    def bind(self, target, value=None):
        if isinstance(target, ast.Name):
            self.bound[target.id] = ("assign", value)
            if value is not None:
                self.consts[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)):
            for e in target.elts:
                self.bind(e)
        elif isinstance(target, ast.Starred):
            self.bind(target.value)

    def body(self, body, guarded):
        for s in body:
            self.statement(s, guarded)
            if isinstance(s, ast.Raise):
                break

    def statement(self, s, guarded):
        if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            self.bound[s.name] = ("def", s)
        elif isinstance(s, ast.Import):
            for a in s.names:
                self.bound[a.asname or a.name.split(".")[0]] = ("import", a.name if a.asname else a.name.split(".")[0])
                if not guarded:
                    self.hard.append((a.name, None))
        elif isinstance(s, ast.ImportFrom):
            mod = self.absolute(s)
            for a in s.names:
                if a.name == "*":
                    self.stars.append(mod)
                else:
                    self.bound[a.asname or a.name] = ("from", mod, a.name)
                if not guarded:
                    self.hard.append((mod, a.name))
        elif isinstance(s, ast.Assign):
            for t in s.targets:
                self.bind(t, s.value)
                if isinstance(t, ast.Name) and t.id == "__all__":
                    self.all = strings(s.value)
                self.module_alias(t, s.value)
        elif isinstance(s, ast.AnnAssign) and s.value is not None:
            self.bind(s.target, s.value)
        elif isinstance(s, ast.AugAssign):
            if isinstance(s.target, ast.Name) and s.target.id == "__all__" and self.all is not None:
                self.all += strings(s.value)
        elif isinstance(s, ast.TypeAlias) if hasattr(ast, "TypeAlias") else False:
            self.bind(s.name)
        elif isinstance(s, ast.Delete):
            for t in s.targets:
                if isinstance(t, ast.Name):
                    self.bound.pop(t.id, None)
        elif isinstance(s, ast.If):
            if is_type_checking(s.test):
                self.body(s.orelse, guarded)
            elif (
                isinstance(s.test, ast.UnaryOp) and isinstance(s.test.op, ast.Not) and is_type_checking(s.test.operand)
            ):
                self.body(s.body, guarded)
            elif "__name__" in ast.unparse(s.test) and "__main__" in ast.unparse(s.test):
                self.body(s.orelse, guarded)
            else:
                self.body(s.body, True)
                self.body(s.orelse, True)
        elif isinstance(s, (ast.Try, getattr(ast, "TryStar", ast.Try))):
            # the imports stay hard when every handler ends in a raise
            stops = lambda x: (
                isinstance(x, ast.Raise) or (isinstance(x, ast.Call) and ast.unparse(x.func) in ("sys.exit", "exit"))
            )
            soft = any(not any(stops(x) for x in ast.walk(h)) for h in s.handlers)
            self.body(s.body, guarded or soft)
            for h in s.handlers:
                self.body(h.body, True)
            self.body(s.orelse, guarded or soft)
            self.body(s.finalbody, guarded)
        elif isinstance(s, (ast.With, ast.AsyncWith)):
            for i in s.items:
                if i.optional_vars:
                    self.bind(i.optional_vars)
            self.body(s.body, guarded)
        elif isinstance(s, (ast.For, ast.AsyncFor)):
            self.bind(s.target)
            self.body(s.body, True)
        elif isinstance(s, ast.While):
            self.body(s.body, True)
        elif isinstance(s, ast.Raise) and not guarded:
            self.raises = True

    def module_alias(self, target, value):
        def key(n):
            if (
                isinstance(n, ast.Subscript)
                and ast.unparse(n.value) == "sys.modules"
                and isinstance(n.slice, ast.JoinedStr)
            ):
                m = re.fullmatch(r"f'\{__name__\}\.([\w.]+)'", ast.unparse(n.slice))
                return m and f"{self.name}.{m[1]}"

        a, b = key(target), key(value)
        if a and b:
            self.aliases[a] = b

    def getattr(self, fn):
        arg = fn.args.args[0].arg
        local = dict(self.consts)

        def origin(body, names):
            """name -> (module, attribute) for what a branch imports under that name."""
            out = {}
            for n in (x for s in body for x in ast.walk(s)):
                if isinstance(n, ast.ImportFrom):
                    for a in n.names:
                        if (a.asname or a.name) in names:
                            out[a.asname or a.name] = (self.absolute(n), a.name)
            return out

        def table(node):
            return strings(local[node.id]) if isinstance(node, ast.Name) and node.id in local else strings(node)

        def test_names(test):
            if isinstance(test, ast.BoolOp):
                return next((r for r in map(test_names, test.values) if r), None)
            if not (isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == arg):
                return None
            op, right = test.ops[0], test.comparators[0]
            if isinstance(op, (ast.Eq, ast.In)):
                return True, table(right)
            if isinstance(op, (ast.NotEq, ast.NotIn)):
                return False, table(right)
            return None

        def returns(body):
            return any(isinstance(x, ast.Return) for s in body for x in ast.walk(s))

        def walk(body):
            for s in body:
                if isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name):
                    local[s.targets[0].id] = s.value
                    for n in ast.walk(s.value):  # TABLE.get(name) / TABLE[name]
                        tab = None
                        if (
                            isinstance(n, ast.Call)
                            and isinstance(n.func, ast.Attribute)
                            and n.func.attr == "get"
                            and n.args
                            and ast.unparse(n.args[0]) == arg
                        ):
                            tab = n.func.value
                        elif isinstance(n, ast.Subscript) and ast.unparse(n.slice) == arg:
                            tab = n.value
                        for name in table(tab) if tab is not None else []:
                            self.lazy.setdefault(name, None)
                elif isinstance(s, ast.If):
                    hit = test_names(s.test)
                    if hit and hit[0] and returns(s.body):
                        where = origin(s.body, hit[1])
                        for name in hit[1]:
                            self.lazy.setdefault(name, where.get(name))
                    elif hit and not hit[0] and not returns(s.body):
                        for name in hit[1]:
                            self.lazy.setdefault(name, None)
                    walk(s.body if not hit else [])
                    walk(s.orelse)
                elif isinstance(s, ast.Try):
                    walk(s.body)

        walk(fn.body)


class Release:
    """The modules of one import package at one version, from one or more wheels."""

    def __init__(self, package, sources, others=()):
        self.package, self.modules, self.others = package, {}, others
        dirs = set()
        for w in sources:
            for f in w.files:
                if not f.endswith(".py") or f.split("/")[0] != package or ".data/" in f:
                    continue
                parts = f[:-3].split("/")
                pkg = parts[-1] == "__init__"
                parts = parts[:-1] if pkg else parts
                dirs.update("/".join(parts[:i]) for i in range(1, len(parts)))
                if "tests" not in parts[:-1]:  # fastmcp.utilities.tests itself is public
                    name = ".".join(parts)
                    if name not in self.modules or pkg:
                        self.modules[name] = Module(name, w.zip.read(f).decode(), pkg)
        for d in sorted(dirs):  # namespace packages
            name = d.replace("/", ".")
            if name not in self.modules and "tests" not in d.split("/"):
                self.modules[name] = Module(name, "", True)
        for m in list(self.modules.values()):
            for a, b in m.aliases.items():
                if b in self.modules:
                    self.modules[a] = self.modules[b]
        self._names, self._raises, self._needs = {}, {}, {}

    def find(self, module):
        if module in self.modules:
            return self, self.modules[module]
        for o in self.others:
            if module in o.modules:
                return o, o.modules[module]
        return None, None

    def names(self, module):
        if module not in self._names:
            self._names[module] = set()
            m = self.modules[module]
            out = set(m.bound) | set(m.lazy)
            for star in m.stars:
                rel, target = self.find(star)
                if target is None:
                    print("star import not followed:", module, star, file=sys.stderr)
                    continue
                out |= (
                    set(target.all) if target.all is not None else {n for n in rel.names(star) if not n.startswith("_")}
                )
            self._names[module] = out
        return self._names[module]

    def raises(self, module):
        """Importing it raises: its own top level, a parent's, or a module it hard-imports."""
        if module not in self._raises:
            self._raises[module] = False
            m = self.modules[module]
            parent = module.rpartition(".")[0]
            out = m.raises or (parent in self.modules and self.raises(parent))
            for target, name in m.hard:
                for t in (target, f"{target}.{name}" if name else None):
                    if t in self.modules and self.raises(t):
                        out = True
            self._raises[module] = out
        return self._raises[module]

    def needs(self, module, seen=None):
        """External top-level import names that importing the module takes."""
        seen = set() if seen is None else seen
        todo, out = [module], set()
        while todo:
            cur = todo.pop()
            if cur in seen:
                continue
            seen.add(cur)
            rel, m = self.find(cur)
            if m is None:
                continue
            parts = cur.split(".")
            todo += [".".join(parts[:i]) for i in range(1, len(parts))]
            for target, name in m.hard:
                if target and self.find(target)[1] is not None:
                    todo.append(target)
                    if (
                        name
                        and self.find(f"{target}.{name}")[1] is not None
                        and name not in self.find(target)[0].names(target)
                    ):
                        todo.append(f"{target}.{name}")
                    tm = self.find(target)[1]
                    if name in tm.lazy and name not in tm.bound and tm.lazy[name]:
                        todo.append(tm.lazy[name][0])
                elif target:
                    out.add(target.split(".")[0])
        return out - sys.stdlib_module_names - {"__future__", self.package}

    def resolve(self, module, name, depth=0):
        """(release, module, node) of the definition behind module.name."""
        rel, m = self.find(module)
        if m is None or depth > 12:
            return None
        got = m.bound.get(name)
        if got is None:
            if m.lazy.get(name):
                return rel.resolve(*m.lazy[name], depth + 1)
            if name in m.lazy:
                return next(
                    (
                        r
                        for s in m.bound.values()
                        if s[0] == "from" and s[2] == name
                        for r in [rel.resolve(s[1], name, depth + 1)]
                        if r
                    ),
                    None,
                )
            for star in m.stars:
                if r := rel.resolve(star, name, depth + 1):
                    return r
            return None
        if got[0] == "def":
            return rel, m, got[1]
        if got[0] == "from":
            return rel.resolve(got[1], got[2], depth + 1)
        if got[0] == "assign" and isinstance(got[1], ast.Name):
            return rel.resolve(module, got[1].id, depth + 1)
        return None

    def problems(self):
        """Hard imports of this package's own modules that the table says do not exist."""
        out = []
        for module, m in self.modules.items():
            for target, name in m.hard:
                rel, t = self.find(target) if target else (None, None)
                if t is None:
                    if target and target.split(".")[0] == self.package:
                        out.append((module, target, name))
                elif (
                    name and name != "*" and name not in rel.names(target) and self.find(f"{target}.{name}")[1] is None
                ):
                    out.append((module, target, name))
        return out


def params(fn, method):
    a = fn.args
    pos = [x.arg for x in a.posonlyargs + a.args]
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in fn.decorator_list)
    out = pos[1:] if method and not static and pos else pos
    if a.vararg:
        out.append("*" + a.vararg.arg)
    elif a.kwonlyargs:
        out.append("*")
    out += [x.arg for x in a.kwonlyargs]
    if a.kwarg:
        out.append("**" + a.kwarg.arg)
    return out


def decorator_form(fn):
    """'call': only @x.f(...); 'bare or call': @x.f too; None: not a decorator."""
    a = fn.args
    first = (a.posonlyargs + a.args)[1:2]
    note = ast.unparse(first[0].annotation) if first and first[0].annotation else ""
    inner = {n.name for n in ast.walk(fn) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n is not fn}
    gives_inner = any(
        isinstance(n, ast.Return) and isinstance(n.value, ast.Name) and n.value.id in inner for n in ast.walk(fn)
    )
    gives_inner |= any(
        isinstance(n, ast.Return)
        and isinstance(n.value, ast.Call)
        and ast.unparse(n.value.func).split(".")[-1] == "partial"
        for n in ast.walk(fn)
    )
    gives_inner |= any(
        isinstance(n, ast.Raise) and n.exc and "decorator was used incorrectly" in ast.unparse(n.exc)
        for n in ast.walk(fn)
    )
    takes_fn = bool(re.search(r"Callable|AnyFunction|\bF\b", note))
    if takes_fn and re.search(r"\bstr\b|None", note) and (gives_inner or a.defaults):
        return "bare or call"
    return "call" if gives_inner else None


def literals(node, module, rel):
    """Strings in Literal[...] of an annotation, through an alias here or, imported for type checkers, elsewhere."""
    if isinstance(node, ast.Name):
        where = next((m for m in [module, *rel.modules.values()] if node.id in m.consts), None)
        return literals(where.consts[node.id], where, rel) if where else []
    if isinstance(node, ast.BinOp):
        return literals(node.left, module, rel) + literals(node.right, module, rel)
    if isinstance(node, ast.Subscript) and ast.unparse(node.value).split(".")[-1] == "Literal":
        return strings(node.slice)
    return []


def attributes(node):
    """Public names that a class body or its methods set on the class or object."""
    out = []
    for s in node.body:
        if isinstance(s, ast.Assign):
            out += [t.id for t in s.targets if isinstance(t, ast.Name)]
    for n in ast.walk(node):
        targets = n.targets if isinstance(n, ast.Assign) else [n.target] if isinstance(n, ast.AnnAssign) else []
        own = (
            t
            for t in targets
            if isinstance(t, ast.Attribute) and isinstance(t.value, ast.Name) and t.value.id == "self"
        )
        out += [t.attr for t in own]
    return [name for name in dict.fromkeys(out) if not name.startswith("_")]


def class_info(rel, module, node, seen=None):
    """Constructor, public methods and decorator forms, bases first overridden by the class itself."""
    seen = set() if seen is None else seen
    if (module.name, node.name) in seen:
        return None
    seen.add((module.name, node.name))
    init, fields, methods, forms, transports, rejects = None, [], {}, {}, [], []
    for b in reversed(node.bases):
        b = b.value if isinstance(b, ast.Subscript) else b
        path = ast.unparse(b).split(".")
        got = rel.resolve(module.name, path[0]) if len(path) == 1 else None
        if got and isinstance(got[2], ast.ClassDef):
            info = class_info(*got, seen)
            if info:
                init = info["init_own"] or init
                fields = info["fields"] + [f for f in fields if f not in info["fields"]]
                methods.update(info["methods"])
                forms.update(info["decorators"])
                transports = info["transports"] or transports
    for s in node.body:
        if isinstance(s, (ast.FunctionDef, ast.AsyncFunctionDef)):
            decorators = [ast.unparse(d) for d in s.decorator_list]
            if "overload" in decorators or any(d.endswith((".setter", ".deleter")) for d in decorators):
                continue
            if s.name == "__init__":
                init = params(s, True)
                if "_REMOVED_KWARGS" in module.consts:  # **kwargs only to refuse them
                    init = [p for p in init if not p.startswith("**")]
                    rejects = strings(module.consts["_REMOVED_KWARGS"])
            elif not s.name.startswith("_"):
                if any(d in ("property", "cached_property") or d.endswith(".cached_property") for d in decorators):
                    methods[s.name] = None
                else:
                    methods[s.name] = params(s, True)
                    form = decorator_form(s)
                    forms.pop(s.name, None)
                    if form:
                        forms[s.name] = form
                    if s.name == "run":
                        transports = next(
                            (
                                t
                                for a in s.args.args
                                if a.arg == "transport" and a.annotation
                                for t in [literals(a.annotation, module, rel)]
                                if t
                            ),
                            transports,
                        )
        elif isinstance(s, ast.AnnAssign) and isinstance(s.target, ast.Name):
            note = ast.unparse(s.annotation)
            if not s.target.id.startswith("_") and "ClassVar" not in note and s.target.id != "model_config":
                fields.append(s.target.id)
    for name in attributes(node):
        methods.setdefault(name, None)
    fields = list(dict.fromkeys(fields))
    return {
        "init_own": init,
        "fields": fields,
        "methods": methods,
        "decorators": forms,
        "transports": transports,
        "rejects": rejects,
    }
