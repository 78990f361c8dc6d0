use std::collections::BTreeMap;
use std::fs;

use super::*;
use crate::syntax::WantedNames;
use crate::tree;

/// The program behind `files`: pairs of a path below `src/` and a text.
pub(crate) fn program<B: AsRef<[u8]>>(files: &[(&str, B)], roots: &[&str]) -> Program {
    started(files, roots, &[])
}

/// The same, where scripts call `entries`.
pub(crate) fn started<B: AsRef<[u8]>>(
    files: &[(&str, B)],
    roots: &[&str],
    entries: &[ScriptTarget],
) -> Program {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join("src").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let source = RelPath::new("src");
    let tree = tree::walk(root.path(), std::slice::from_ref(&source)).unwrap();
    let paths: Vec<&RelPath> = tree.files().iter().map(|file| &file.path).collect();
    let modules = Modules::new(paths.iter().filter_map(|path| Some((path.below(&source)?, *path))));
    read(&modules, &ReadOptions { roots, entries, floor: 10, telling: Some(&WantedNames::default) }, &tree)
        .unwrap()
}

/// `def main`, `async def main` and so on, each with the module that holds it.
fn shown(program: &Program, entry: &str) -> String {
    let (module, attributes) = entry.split_once(':').unwrap();
    let attributes: Vec<&str> = attributes.split('.').collect();
    match program.resolve(module, &attributes) {
        Resolution::Unknown => "unknown".to_owned(),
        Resolution::Unbound { module, attribute, only_under: None } => format!("no {module}:{attribute}"),
        Resolution::Unbound { module, attribute, only_under: Some(guard) } => {
            format!("no {module}:{attribute} but under {guard:?}")
        }
        Resolution::Bound(found) => {
            let all: Vec<_> = found.iter().map(|found| shown_one(program, found)).collect();
            all.join(", ")
        }
    }
}

fn shown_one(program: &Program, found: &ResolvedName<'_>) -> String {
    let module = found.module;
    let Some(binding) = found.binding() else { return format!("module {module}") };
    let name = program.module(module).unwrap().source().slice(binding.span);
    let member = if matches!(found.definition, Definition::Member { .. }) { "member " } else { "" };
    let what = match &binding.kind {
        BindingKind::Function(function) => {
            let asynchronous = if function.is_async() { "async " } else { "" };
            let decorated = if function.decorators().is_empty() { "" } else { "decorated " };
            let needs: Vec<_> = function.required_parameters().map(|each| &*each.name).collect();
            return format!("{member}{decorated}{asynchronous}def {module}:{name}({})", needs.join(" "));
        }
        BindingKind::Class(_) => "class".to_owned(),
        BindingKind::Call(callee) => format!("{callee}()"),
        BindingKind::Text(_) => "text".to_owned(),
        _ => "value".to_owned(),
    };
    format!("{member}{what} {module}:{name}")
}

/// The text of `pkg/server.py` beside an empty `pkg/__init__.py`, an entry, and what it names.
const ENTRIES: &[(&str, &str, &str)] = &[
    ("def main(): ...", "pkg.server:main", "def pkg.server:main()"),
    ("async def main(): ...", "pkg.server:main", "async def pkg.server:main()"),
    ("@click.command()\ndef main(a, b): ...", "pkg.server:main", "decorated def pkg.server:main(a b)"),
    ("def main(a, /, b, c=1, *d, e, f=2, **g): ...", "pkg.server:main", "def pkg.server:main(a b e)"),
    ("def serve(): ...", "pkg.server:main", "no pkg.server:main"),
    ("", "pkg.server:main", "no pkg.server:main"),
    ("x: int", "pkg.server:x", "no pkg.server:x"),
    // guarded
    (
        "if __name__ == '__main__':\n    def main(): ...",
        "pkg.server:main",
        "no pkg.server:main but under Main",
    ),
    (
        "if '__main__' == __name__ and x:\n    main = 1",
        "pkg.server:main",
        "no pkg.server:main but under Main",
    ),
    (
        "if __name__ != '__main__':\n    main = 1\nelse:\n    run = 1",
        "pkg.server:main",
        "value pkg.server:main",
    ),
    (
        "if __name__ != '__main__':\n    main = 1\nelse:\n    run = 1",
        "pkg.server:run",
        "no pkg.server:run but under Main",
    ),
    ("if __name__ == '__main__' or x:\n    main = 1", "pkg.server:main", "value pkg.server:main"),
    (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .x import main",
        "pkg.server:main",
        "no pkg.server:main but under TypeChecking",
    ),
    (
        "import typing as t\nif t.TYPE_CHECKING:\n    main = 1",
        "pkg.server:main",
        "no pkg.server:main but under TypeChecking",
    ),
    (
        "import typing\nif not typing.TYPE_CHECKING:\n    main = 1\nelse:\n    run = 1",
        "pkg.server:run",
        "no pkg.server:run but under TypeChecking",
    ),
    (
        "TYPE_CHECKING = False\nif TYPE_CHECKING:\n    main = 1",
        "pkg.server:main",
        "no pkg.server:main but under TypeChecking",
    ),
    (
        "from compat import TYPE_CHECKING\nif TYPE_CHECKING:\n    main = 1",
        "pkg.server:main",
        "value pkg.server:main",
    ),
    (
        "if __name__ == '__main__':\n    main = 1\nelif x:\n    def main(): ...",
        "pkg.server:main",
        "def pkg.server:main()",
    ),
    // every statement that binds
    ("try:\n    def main(): ...\nexcept E:\n    pass", "pkg.server:main", "def pkg.server:main()"),
    (
        "try:\n    import x\nexcept ImportError:\n    async def main(): ...\nelse:\n    def main(): ...",
        "pkg.server:main",
        "def pkg.server:main(), async def pkg.server:main()",
    ),
    ("try:\n    pass\nfinally:\n    main = 1", "pkg.server:main", "value pkg.server:main"),
    ("with x as main: ...", "pkg.server:main", "value pkg.server:main"),
    ("for main, y in x: ...", "pkg.server:y", "value pkg.server:y"),
    ("while x:\n    main = 1", "pkg.server:main", "value pkg.server:main"),
    ("if (main := x): ...", "pkg.server:main", "value pkg.server:main"),
    ("y = [main := 1 for z in x]", "pkg.server:main", "value pkg.server:main"),
    ("y = lambda: (main := 1)", "pkg.server:main", "no pkg.server:main"),
    ("match x:\n    case {'a': [main, *_], **rest}: ...", "pkg.server:rest", "value pkg.server:rest"),
    ("match x:\n    case P(a=main) as y: ...", "pkg.server:main", "value pkg.server:main"),
    ("type main = int", "pkg.server:main", "value pkg.server:main"),
    ("def main[T](a: T = 1) -> T: ...", "pkg.server:main", "def pkg.server:main()"),
    ("(a, [main, *b]) = x", "pkg.server:main", "value pkg.server:main"),
    ("def f():\n    global main\n    main = 1", "pkg.server:main", "unknown"),
    ("def f():\n    main = 1", "pkg.server:main", "no pkg.server:main"),
    ("class A:\n    global main\n    main = 1", "pkg.server:main", "value pkg.server:main"),
    ("main = 1\ndel main", "pkg.server:main", "unknown"),
    ("del main\nmain = 1", "pkg.server:main", "value pkg.server:main"),
    ("try: ...\nexcept E as main: ...", "pkg.server:main", "unknown"),
    // the last word
    ("async def main(): ...\nmain = wrap(main)", "pkg.server:main", "wrap() pkg.server:main"),
    ("async def main(): ...\ndef main(): ...", "pkg.server:main", "def pkg.server:main()"),
    // aliases
    ("def a(): ...\nb = a\nmain = b", "pkg.server:main", "def pkg.server:a()"),
    ("def a(): ...\nmain = a\nasync def a(): ...", "pkg.server:main", "def pkg.server:a()"),
    ("main = print", "pkg.server:main", "unknown"),
    ("main = main", "pkg.server:main", "unknown"),
    ("import asyncio\nmain = asyncio.run", "pkg.server:main", "unknown"),
    ("main = functools.partial(f, 1)", "pkg.server:main", "functools.partial() pkg.server:main"),
    ("app = typer.Typer()", "pkg.server:app", "typer.Typer() pkg.server:app"),
    // attributes
    ("class A:\n    def run(self): ...", "pkg.server:A.run", "member def pkg.server:run(self)"),
    (
        "class A:\n    class B:\n        async def run(self): ...",
        "pkg.server:A.B.run",
        "member async def pkg.server:run(self)",
    ),
    ("class A: ...", "pkg.server:A.run", "unknown"),
    ("@dataclass\nclass A:\n    def run(self): ...", "pkg.server:A.run", "unknown"),
    ("class A(metaclass=M):\n    def run(self): ...", "pkg.server:A.run", "unknown"),
    ("mcp = FastMCP('x')", "pkg.server:mcp.run", "unknown"),
    ("def main(): ...", "pkg.server:main.cli", "unknown"),
    // what the text does not tell
    ("def __getattr__(name): ...", "pkg.server:main", "unknown"),
    ("def __getattr__(name): ...\ndef main(): ...", "pkg.server:main", "def pkg.server:main()"),
    ("__getattr__, __dir__ = attach(__name__)", "pkg.server:main", "unknown"),
    ("globals()['main'] = 1", "pkg.server:main", "unknown"),
    ("globals().update(x)", "pkg.server:main", "unknown"),
    ("def f():\n    globals()['main'] = 1", "pkg.server:main", "unknown"),
    ("g = globals()", "pkg.server:main", "unknown"),
    ("x = globals()['y']", "pkg.server:main", "no pkg.server:main"),
    ("exec('def main(): ...')", "pkg.server:main", "unknown"),
    ("def f(code):\n    exec(code, {})", "pkg.server:main", "no pkg.server:main"),
    ("vars()['main'] = 1", "pkg.server:main", "unknown"),
    ("import sys\nsetattr(sys.modules[__name__], 'main', 1)", "pkg.server:main", "unknown"),
    ("import sys as s\ns.modules[__name__] = X()", "pkg.server:main", "unknown"),
    ("from sys import modules\nmodules[__name__].main = 1", "pkg.server:main", "unknown"),
    ("import sys\nthis = sys.modules[__name__]\nthis.main = 1", "pkg.server:main", "unknown"),
    ("import sys\nif 'x' in sys.modules: sys.modules['x'].y()", "pkg.server:main", "no pkg.server:main"),
    ("from mcp import *", "pkg.server:main", "unknown"),
    ("from mcp import *\ndef main(): ...", "pkg.server:main", "def pkg.server:main()"),
    ("def main(): ...\nfrom mcp import *", "pkg.server:main", "unknown"),
    ("from mcp import main", "pkg.server:main", "unknown"),
    ("import click as main", "pkg.server:main", "unknown"),
    ("def main(: ...", "pkg.server:main", "unknown"),
    ("def f(): ...\nx = = 1", "pkg.server:main", "unknown"),
    ("x = 1", "pkg.server:__doc__", "unknown"),
    // modules
    ("", "pkg:server", "module pkg.server"),
    ("def main(): ...", "pkg:server.main", "def pkg.server:main()"),
    ("", "pkg.servre:main", "unknown"),
    ("", "other.server:main", "unknown"),
];

#[test]
fn tells_what_an_entry_names() {
    for (text, entry, outcome) in ENTRIES {
        let program = program(&[("pkg/__init__.py", ""), ("pkg/server.py", *text)], &["pkg.server"]);
        assert_eq!(shown(&program, entry), *outcome, "{entry} in\n{text}");
    }
}

const INIT: &str = "pkg/__init__.py";

#[test]
fn follows_names_across_modules() {
    let main = ("pkg/server.py", "def main(): ...\n_hidden = 1\nother = 2");
    for (files, entry, outcome) in [
        (vec![(INIT, "from .server import main"), main], "pkg:main", "def pkg.server:main()"),
        (vec![(INIT, "from pkg.server import main as run"), main], "pkg:run", "def pkg.server:main()"),
        (vec![(INIT, "from . import server\nmain = server.main"), main], "pkg:main", "def pkg.server:main()"),
        (vec![(INIT, "from pkg import server"), main], "pkg:server.main", "def pkg.server:main()"),
        (vec![(INIT, "import pkg.server as s\nmain = s.main"), main], "pkg:main", "def pkg.server:main()"),
        (
            vec![(INIT, "import pkg.server\nmain = pkg.server.main"), main],
            "pkg:main",
            "def pkg.server:main()",
        ),
        (vec![(INIT, "from .server import run"), main], "pkg:run", "no pkg.server:run"),
        (
            vec![(INIT, "try:\n    from .server import run\nexcept ImportError:\n    run = None"), main],
            "pkg:run",
            "unknown",
        ),
        (vec![(INIT, "from .missing import main"), main], "pkg:main", "unknown"),
        (vec![(INIT, "from ..up import main"), main], "pkg:main", "unknown"),
        (vec![(INIT, "def f():\n    from .server import main"), main], "pkg:main", "no pkg:main"),
        // star imports
        (vec![(INIT, "from .server import *"), main], "pkg:main", "def pkg.server:main()"),
        (vec![(INIT, "from .server import *"), main], "pkg:_hidden", "no pkg:_hidden"),
        (vec![(INIT, "from .server import *"), main], "pkg:nothing", "no pkg:nothing"),
        (vec![(INIT, "from .server import *\nmain = 1"), main], "pkg:main", "value pkg:main"),
        (
            vec![(INIT, "from .a import *"), ("pkg/a.py", "__all__ = ['main']\nmain = other = 1\n")],
            "pkg:other",
            "no pkg:other",
        ),
        (
            vec![(INIT, "from .a import *"), ("pkg/a.py", "__all__ = []\n__all__ += ['_m']\n_m = 1")],
            "pkg:_m",
            "value pkg.a:_m",
        ),
        (
            vec![(INIT, "from .a import *"), ("pkg/a.py", "__all__ = ['a']\n__all__.append('m')\nm = a = 1")],
            "pkg:m",
            "value pkg.a:m",
        ),
        (
            vec![(INIT, "from .a import *"), ("pkg/a.py", "__all__ = names()\nother = 1\n")],
            "pkg:main",
            "unknown",
        ),
        (
            vec![(INIT, "from .a import *"), ("pkg/a.py", "__all__ = ['b']\n__all__ += b.__all__\n")],
            "pkg:main",
            "unknown",
        ),
        (
            vec![
                (INIT, "from .a import *"),
                ("pkg/a.py", "from .b import *"),
                ("pkg/b.py", "from .a import *"),
            ],
            "pkg:main",
            "no pkg:main",
        ),
        (vec![(INIT, "from .a import *"), ("pkg/a.py", "from mcp import *")], "pkg:main", "unknown"),
        // circles
        (
            vec![
                (INIT, "from .a import main"),
                ("pkg/a.py", "from .b import main"),
                ("pkg/b.py", "from .a import main"),
            ],
            "pkg:main",
            "unknown",
        ),
        // a submodule of the same name
        (
            vec![(INIT, "from .main import main"), ("pkg/main.py", "def main(): ...")],
            "pkg:main",
            "def pkg.main:main()",
        ),
        (vec![(INIT, "def main(): ..."), ("pkg/main.py", "")], "pkg:main", "def pkg:main(), module pkg.main"),
        (vec![(INIT, ""), ("pkg/fast.cpython-313-x86_64-linux-gnu.so", "")], "pkg:fast", "unknown"),
        (vec![(INIT, "from .fast import main"), ("pkg/fast.abi3.so", "")], "pkg:main", "unknown"),
        (vec![("pkg/fast.so", "")], "pkg.fast:main", "unknown"),
        (vec![(INIT, "from .stub import main"), ("pkg/stub.pyi", "")], "pkg:main", "unknown"),
        // namespaces (PEP 420)
        (
            vec![("space/pkg/server.py", "def main(): ...")],
            "space.pkg.server:main",
            "def space.pkg.server:main()",
        ),
        (vec![("space/pkg/server.py", "def main(): ...")], "space.pkg:main", "unknown"),
        (vec![("space/pkg/server.py", "from . import x")], "space.pkg.server:x", "unknown"),
        (vec![(INIT, "import sys\nsys.modules['pkg.server'] = X()"), main], "pkg.server:run", "unknown"),
        (vec![(INIT, "from .a import *"), ("pkg/a.py", "__all__ = ['__getattr__']")], "pkg:main", "unknown"),
        // other modules may set a name
        (vec![(INIT, "from . import server\nserver.run = 1"), main], "pkg.server:run", "unknown"),
        (vec![(INIT, "from . import server\nsetattr(server, f'{x}', 1)"), main], "pkg.server:run", "unknown"),
        (
            vec![(INIT, "class A:\n    def f(self): self.run = 1"), main],
            "pkg.server:run",
            "no pkg.server:run",
        ),
    ] {
        let program = program(&files, &[entry.split_once(':').unwrap().0]);
        assert_eq!(shown(&program, entry), outcome, "{entry} in {files:?}");
    }
}

#[test]
fn reads_what_may_be_imported_and_no_more() {
    let files = [
        ("pkg/__init__.py", "import os"),
        ("pkg/server.py", "def f():\n    from .tools import a, sub\n    import pkg.lazy.deep"),
        ("pkg/tools/__init__.py", "from .. import shared"),
        ("pkg/tools/sub.py", ""),
        ("pkg/shared.py", "from pkg.star import *"),
        ("pkg/star.py", ""),
        ("pkg/lazy/deep.py", ""),
        ("pkg/unused.py", ""),
    ];
    let program = program(&files, &["pkg.server", "nothing"]);
    let names: Vec<&str> = program.iter().map(|(name, _)| name).collect();
    let expected =
        ["pkg", "pkg.lazy.deep", "pkg.server", "pkg.shared", "pkg.star", "pkg.tools", "pkg.tools.sub"];
    assert_eq!(names, expected);
}

#[test]
fn knows_nothing_of_what_is_no_text() {
    let files = [("pkg.py", &b"# coding: koi8-r\n'\xe9'"[..]), ("other.py", b"from pkg import main")];
    let program = program(&files, &["other"]);
    assert_eq!(program.unread().map(|(name, _)| name).collect::<Vec<_>>(), ["pkg"]);
    assert_eq!(shown(&program, "pkg:main"), "unknown");
    assert_eq!(shown(&program, "other:main"), "unknown");
}

#[test]
fn finds_the_literal_version() {
    for (init, version, literal) in [
        ("__version__ = '1.0'", "", Some("1.0")),
        ("__version__: Final = '1.0'", "", Some("1.0")),
        ("from ._version import __version__", "__version__ = '2'", Some("2")),
        ("from ._version import VERSION as __version__", "V = '2'\nVERSION = V", Some("2")),
        ("from ._version import __version__", "__version__ = f'{x}'", None),
        ("__version__ = '1.' '2'", "", Some("1.2")),
        ("__version__ = version('pkg')", "", None),
        (
            "try:\n    from ._version import __version__\nexcept ImportError:\n    __version__ = '0'",
            "__version__ = '2'",
            None,
        ),
        ("if x:\n    __version__ = '1'", "", None),
        ("__version__ = '1'\n__version__ += '.dev'", "", None),
        ("from ._version import __version__", "from . import __version__", None),
    ] {
        let program = program(&[(INIT, init), ("pkg/_version.py", version)], &["pkg"]);
        let found = program.literal_version("pkg", "__version__");
        assert_eq!(found.map(|(_, found)| found.value.as_str()), literal, "{init}\n{version}");
    }
}

#[test]
fn offers_what_could_be_meant() {
    let text = "def main(): ...\nx = 1\nif __name__ == '__main__':\n    def hidden(): ...";
    let program = program(&[("a.py", text)], &["a"]);
    assert_eq!(program.functions("a").map(|(name, ..)| name).collect::<Vec<_>>(), ["main"]);
    assert_eq!(program.names("a").collect::<Vec<_>>(), ["main", "x"]);
}

#[test]
fn survives_what_nests_deep() {
    let units = [
        "(", "[", "{", "[)", "(]", "[)\n", "lambda:", "lambda a, b: ", "-", "not ", "a.b.", "a(", "a[",
        "x(1)(", "1+", "2**", "a if b else ", "*", "await ", "f'{", "f\"{f'{", "f'{a:{", "{a:", "`", "x=",
        "x:=", "@", "if a: ", "if a:\n ", "case [", "match a:\n case [", "try:\n", "def f(a=", "class A(",
        "'' ", "del (", "a<", "a and ", "yield ",
    ];
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for (index, unit) in units.iter().enumerate() {
        // Just below the length at which texts are lexed first, and far above.
        for repeat in [32 * 1024 / unit.len(), 100_000] {
            files.insert(format!("m{index}_{repeat}.py"), unit.repeat(repeat));
            files.insert(format!("v{index}_{repeat}.py"), format!("x = {}1", unit.repeat(repeat)));
        }
    }
    let closed =
        |open: &str, close: &str, depth| format!("x = {}1{}", open.repeat(depth), close.repeat(depth));
    for (name, open, close) in [("list", "[", "]"), ("call", "f(", ")"), ("braces", "{", "}")] {
        files.insert(format!("{name}_small.py"), closed(open, close, 10_000));
        files.insert(format!("{name}_large.py"), closed(open, close, 100_000));
    }
    let indented = (0..240).map(|depth| format!("{}if x:\n", " ".repeat(depth)));
    let indented = indented.collect::<Vec<_>>().concat();
    files.insert("indented.py".to_owned(), format!("{indented}{}y = 1", " ".repeat(240)));
    files.insert("sum.py".to_owned(), format!("x = {}1", "1 + ".repeat(8_000)));
    let roots: Vec<&str> = files.keys().map(|name| name.trim_end_matches(".py")).collect();
    let pairs: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let program = program(&pairs, &roots);
    assert_eq!(program.iter().count(), files.len());
    assert!(
        program.iter().filter(|(name, _)| name.ends_with("_large")).all(|(_, module)| module.is_dynamic())
    );
    assert!(program.module("indented").unwrap().is_dynamic());
    assert_eq!(shown(&program, "sum:x"), "value sum:x");
}

fn traced(files: &[(&str, &str)], module: &str, attributes: &[&str]) -> Program {
    let mut program = program(files, &[module]);
    let attributes = attributes.iter().map(|name| (*name).to_owned()).collect();
    let entry = ScriptTarget { module: module.to_owned(), attributes };
    program.entries = vec![entry];
    program.reaches = OnceLock::new();
    program
}

#[test]
fn follows_what_a_script_calls() {
    use Reachability::{Called, Maybe, No, Serving, Start};
    let files = [
        ("p/__init__.py", "from . import late as l\ndef boot():\n    from .server import main\n    main()"),
        ("p/late.py", "def unused(): ...\nif x:\n    from . import perhaps"),
        ("p/perhaps.py", ""),
        ("p/caught.py", ""),
        ("p/lazy.py", "def helper(): inner()\ndef inner(): ..."),
        ("p/never.py", ""),
        (
            "p/server.py",
            "try:\n    from . import caught\nexcept ImportError: ...\n\
             import asyncio\nfrom fastmcp import FastMCP\nfrom .own import Own, create\nmcp = FastMCP('x')\n\
             @mcp.tool()\ndef tool():\n    from .lazy import helper\n    helper()\n\
             @other\ndef decorated(): ...\n\
             async def amain():\n    if y: sometimes()\n    Thread(target=passed)\n\
             def sometimes(): ...\ndef passed(): ...\n\
             def main():\n    own = Own()\n    own.go()\n    asyncio.run(amain())\n    create(mcp)\n\
             if __name__ == '__main__':\n    from . import never",
        ),
        (
            "p/own.py",
            "class Own:\n    def __init__(self): self.a()\n    def a(self): ...\n    def b(self): ...\n    def go(self): ...\n\
             def create(mcp):\n    @mcp.tool()\n    def inner_tool(): ...",
        ),
    ];
    let program = traced(&files, "p", &["boot"]);
    let reach = |module: &str, name: &str| {
        let bodies = program.module(module).unwrap().bodies();
        let body = bodies.iter().position(|body| body.name == name).unwrap();
        program.reach_of(module, body)
    };
    for (module, name, expected) in [
        ("p", "", Start),
        ("p", "boot", Start),
        ("p.late", "", Start),
        ("p.late", "unused", No),
        ("p.perhaps", "", Maybe),
        ("p.server", "", Start),
        ("p.server", "main", Start),
        ("p.caught", "", Maybe),
        ("p.never", "", No),
        ("p.server", "tool", Serving),
        ("p.lazy", "", Serving),
        ("p.lazy", "helper", Serving),
        ("p.lazy", "inner", Serving),
        ("p.server", "decorated", Maybe),
        ("p.server", "amain", Start),
        ("p.server", "sometimes", Called),
        ("p.server", "passed", Maybe),
        ("p.own", "__init__", Start),
        ("p.own", "a", Start),
        ("p.own", "b", Maybe),
        ("p.own", "go", Start),
        ("p.own", "create", Start),
        ("p.own", "inner_tool", Serving),
    ] {
        assert_eq!(reach(module, name), expected, "{module}:{name}");
    }
}

#[test]
fn knows_the_class_of_an_object() {
    let app = (
        "p/app.py",
        "from mcp.server.fastmcp import FastMCP\nmcp = FastMCP('x')\nfrom .deps import Re\nclass Own: ...",
    );
    let deps = ("p/deps.py", "from fastmcp import FastMCP as Re");
    let foreign = |path: &str| Some(ClassOf::Foreign(path.to_owned()));
    let sdk = || foreign("mcp.server.fastmcp.FastMCP");
    for (text, class) in [
        ("from .app import mcp", sdk()),
        ("from p.app import mcp as m\nmcp = m", sdk()),
        ("from .app import FastMCP\nmcp = FastMCP('y')", sdk()),
        ("from . import app\nmcp = app.mcp", sdk()),
        ("import p.app\nmcp = p.app.mcp", sdk()),
        ("from .app import Re\nmcp = Re('y')", foreign("fastmcp.FastMCP")),
        ("from .deps import Re\nmcp: Re = Re()", foreign("fastmcp.FastMCP")),
        ("import fastmcp\nmcp = fastmcp.FastMCP()", foreign("fastmcp.FastMCP")),
        ("from .app import Own\nmcp = Own()", Some(ClassOf::Own { module: "p.app", name: "Own".to_owned() })),
        (
            "from fastmcp import FastMCP\ndef make():\n    s = FastMCP()\n    return s\nmcp = make()",
            foreign("fastmcp.FastMCP"),
        ),
        (
            "from fastmcp import FastMCP\ndef make() -> 'FastMCP': ...\nmcp = make()",
            foreign("fastmcp.FastMCP"),
        ),
        ("from fastmcp import FastMCP\nmcp = FastMCP()\nmcp = other", None),
        (
            "from fastmcp import FastMCP\nif x:\n    mcp = FastMCP()\nelse:\n    mcp = FastMCP('y')",
            foreign("fastmcp.FastMCP"),
        ),
        ("mcp = unknown()", None),
        ("mcp = 1", None),
        ("mcp = mcp", None),
        ("def mcp(): ...", None),
    ] {
        let program = program(&[("p/m.py", text), app, deps], &["p.m", "p.app", "p.deps"]);
        assert_eq!(program.class_of("p.m", 0, "mcp"), class, "{text}");
    }
}

#[test]
fn knows_the_class_of_parameters_and_attributes() {
    let text = "from fastmcp import FastMCP\n\
                def register(mcp: FastMCP, other):\n    mcp.x()\n    other.x()\n\
                class Holder:\n    def __init__(self):\n        self.mcp = FastMCP('x')\n        self.n = 1\n    def go(self):\n        self.mcp.x()\n";
    let program = program(&[("p/m.py", text)], &["p.m"]);
    let bodies = program.module("p.m").unwrap().bodies();
    let body = |name: &str| bodies.iter().position(|body| body.name == name).unwrap();
    let foreign = Some(ClassOf::Foreign("fastmcp.FastMCP".to_owned()));
    for (name, object, class) in [
        ("register", "mcp", foreign.clone()),
        ("register", "other", None),
        ("go", "self.mcp", foreign.clone()),
        ("go", "self.n", None),
        ("go", "self.none", None),
    ] {
        assert_eq!(program.class_of("p.m", body(name), object), class, "{name} {object}");
    }
}
