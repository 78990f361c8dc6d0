use proptest::prelude::*;

use super::*;
use crate::text::RelPath;

fn module(text: &str) -> Module {
    parse(SourceText::new(RelPath::new("m.py"), text.to_owned()), 10, Depth::Whole)
}

#[test]
fn lists_imports_with_what_they_stand_under() {
    use Guard::{
        AttributeHandled, Before, Condition, Fallback, FileHandled, Function, Handled, Main, Never,
        OtherTransport, Platform, Present, Reported, Since, TypeChecking, VariableHandled,
    };
    for (text, guards) in [
        ("import a", vec![]),
        ("def f():\n    import a", vec![Function]),
        ("try:\n    import a\nexcept ImportError: ...", vec![Handled]),
        ("try:\n    import a\nexcept (KeyError, ModuleNotFoundError): ...", vec![Handled, VariableHandled]),
        ("try:\n    import a\nexcept: ...", vec![Handled, FileHandled, AttributeHandled, VariableHandled]),
        ("try:\n    import a\nexcept KeyError: ...", vec![VariableHandled]),
        ("import sys\ntry:\n    import a\nexcept ImportError: sys.exit(1)", vec![Reported]),
        ("try:\n    import a\nexcept ImportError as e:\n    raise RuntimeError from e", vec![Reported]),
        ("try:\n    import a\nexcept ImportError:\n    if x: raise\n    else: exit()", vec![Reported]),
        ("def f():\n    try:\n        import a\n    except ImportError: return", vec![Function, Handled]),
        ("if False:\n    import a", vec![Never]),
        ("if not True or 0:\n    import a", vec![Never]),
        ("if x and False:\n    import a", vec![Never]),
        ("if 1:\n    import a", vec![]),
        ("if True and x:\n    import a", vec![Condition]),
        ("if sys.stdin.isatty():\n    import a", vec![OtherTransport]),
        ("match transport:\n    case 'sse' | 'http':\n        import a", vec![OtherTransport, Condition]),
        (
            "match transport:\n    case 'stdio': ...\n    case _:\n        import a",
            vec![OtherTransport, Condition],
        ),
        ("try:\n    import a\nexcept KeyError:\n    raise SystemExit", vec![]),
        ("try:\n    import a\nexcept TypeError: ...", vec![AttributeHandled]),
        ("try: ...\nexcept KeyError:\n    import a", vec![Condition]),
        ("try: ...\nexcept ImportError:\n    import a", vec![Fallback]),
        ("import contextlib\nwith contextlib.suppress(ImportError):\n    import a", vec![Handled]),
        ("with open(x):\n    import a", vec![]),
        ("from typing import TYPE_CHECKING as T\nif T and x:\n    import a", vec![TypeChecking, Condition]),
        ("import typing as t\nif t.TYPE_CHECKING: ...\nelse:\n    import a", vec![]),
        ("if __name__ == '__main__':\n    import a", vec![Main]),
        ("import sys\nif sys.version_info < (3, 11):\n    import a", vec![Before(11)]),
        ("import sys as s\nif s.version_info >= (3, 11): ...\nelse:\n    import a", vec![Before(11)]),
        ("from sys import version_info\nif version_info[:2] > (3, 10):\n    import a", vec![Since(11)]),
        ("import sys\nif sys.version_info > (3, 10):\n    import a", vec![Since(10)]),
        ("import sys\nif not sys.version_info.minor < 12:\n    import a", vec![Since(12)]),
        ("import sys\nif sys.version_info[0] == 2:\n    import a", vec![Platform]),
        ("import sys\nif sys.version_info[0] < 3:\n    import a", vec![Before(0)]),
        ("import sys\nif sys.version_info < (3, 11):\n    raise X\nimport a", vec![Since(11)]),
        ("import sys\nif sys.version_info < (3, 11):\n    raise X\nelse: ...\nimport a", vec![Since(11)]),
        ("import sys\nif sys.version_info >= (3, 11): ...\nelse: return\nimport a", vec![Since(11)]),
        ("import sys\nif x: ...\nelif sys.version_info < (3, 11): return\nimport a", vec![]),
        ("import sys\nassert sys.version_info >= (3, 11)\nimport a", vec![Since(11)]),
        ("import sys\nP = sys.version_info >= (3, 11)\nif not P: raise X\nimport a", vec![Since(11)]),
        (
            "import sys\nP = sys.version_info >= (3, 11)\ndef f():\n    if P: import a",
            vec![Function, Since(11)],
        ),
        ("import sys\nP = sys.version_info >= (3, 11)\nP = x\nif P: import a", vec![Condition]),
        ("import sys\nif x:\n    P = sys.version_info >= (3, 11)\nif P: import a", vec![Condition]),
        ("from b import PY311\nif not PY311: raise X\nimport a", vec![Platform]),
        ("import b\nif not b.at_least_311: raise X\nimport a", vec![Platform]),
        ("import sys\nif sys.hexversion < 0x030B0000: raise X\nimport a", vec![Platform]),
        ("import sys\nif sys.version_info[:2] in [(3, 10)]: raise X\nimport a", vec![Platform]),
        ("import sys\nif sys.platform == 'win32':\n    import a", vec![Platform]),
        ("import sys\nif sys.platform == 'win32': sys.exit(1)\nimport a", vec![Platform]),
        ("import os\nif hasattr(os, 'fork'):\n    import a", vec![Present]),
        ("if transport == 'stdio': ...\nelse:\n    import a", vec![OtherTransport]),
        (
            "def f(transport):\n    http = transport != 'stdio'\n    if http: import a",
            vec![Function, OtherTransport],
        ),
        ("if args.transport in ('sse', 'http'):\n    import a", vec![OtherTransport]),
        ("if x: return\nimport a", vec![]),
        ("if x: ...\nelse:\n    def f():\n        import a", vec![Condition, Function]),
        ("if x: ...\nelif y:\n    import a", vec![Condition]),
        ("class A:\n    import a", vec![]),
        ("match x:\n    case 1:\n        import a", vec![Condition]),
    ] {
        let module = module(text);
        assert_eq!(module.imports().last().unwrap().guards.all(), guards, "{text}");
    }
}

#[test]
fn keeps_what_an_import_says() {
    let module = module("import a.b, c as d\nfrom ..e import f as g, h\nfrom . import *");
    let said: Vec<_> = module
        .imports()
        .iter()
        .map(|import| {
            let ModulePath { level, name } = &import.module.value;
            let taken = match &import.names {
                Imported::Module { as_name } => format!("{as_name:?}"),
                Imported::Names(names) => {
                    let names = names.iter().map(|name| format!("{} {:?}", name.name.value, name.as_name));
                    names.collect::<Vec<_>>().join(" ")
                }
                Imported::Star => "*".to_owned(),
            };
            (module.source().slice(import.module.span), *level, name.as_str(), taken)
        })
        .collect();
    let expected = [
        ("a.b", 0, "a.b", "None".to_owned()),
        ("c", 0, "c", "Some(\"d\")".to_owned()),
        ("e", 2, "e", "f Some(\"g\") h None".to_owned()),
        ("", 1, "", "*".to_owned()),
    ];
    assert_eq!(said, expected);
}

#[test]
fn tells_what_a_call_of_a_class_needs() {
    for (text, outcome) in [
        ("class A:\n    def __init__(self, a, b=1): ...", "self a"),
        ("class A(B): ...", "inherited"),
        ("class A:\n    def __new__(cls): ...", "unknown"),
        ("class A(metaclass=M):\n    def __init__(self, a): ...", "unknown"),
        ("@x\nclass A:\n    def __init__(self, a): ...", "unknown"),
        ("class A:\n    @x\n    def __init__(self, a): ...", "unknown"),
        ("class A:\n    if x:\n        def __init__(self, a): ...", "unknown"),
    ] {
        let module = module(text);
        let BindingKind::Class(class) = &module.scope().only("A").unwrap().kind else { panic!("{text}") };
        let needs = match class.constructor() {
            Constructor::Own(init) => {
                init.required_parameters().map(|each| &*each.name).collect::<Vec<_>>().join(" ")
            }
            Constructor::Inherited => "inherited".to_owned(),
            Constructor::Unknown => "unknown".to_owned(),
        };
        assert_eq!(needs, outcome, "{text}");
    }
}

#[test]
fn looks_into_a_function() {
    for (text, generator, returns) in [
        ("def f(): yield", true, false),
        ("def f(): x = lambda: (yield)", false, false),
        ("def f():\n    def g():\n        yield 1\n        return 1", false, false),
        ("def f():\n    for x in y:\n        if x: return 1", false, true),
        ("def f(): return", false, false),
    ] {
        let module = module(text);
        let BindingKind::Function(function) = &module.scope().only("f").unwrap().kind else {
            panic!("{text}")
        };
        assert_eq!((function.is_generator, function.returns_value), (generator, returns), "{text}");
    }
}

#[test]
fn names_decorators() {
    let module = module("@a.b\n@c.d(1)\n@e[0]\ndef f(): ...");
    let BindingKind::Function(function) = &module.scope().only("f").unwrap().kind else { panic!() };
    let names: Vec<_> =
        function.decorators().iter().map(|each| (each.decorator_name(), each.as_call().is_some())).collect();
    let expected = [(Some("a.b"), false), (Some("c.d"), true), (None, false)];
    assert_eq!(names, expected.map(|(name, called)| (name.map(str::to_owned), called)));
}

#[test]
fn reports_all_faults_with_their_places() {
    let module = module("x = (\ny = 1\ndef f(:\n    ...\n");
    assert!(module.faults().len() >= 2, "{:?}", module.faults());
    assert!(module.is_dynamic());
}

#[test]
fn places_are_those_of_the_file_below_a_byte_order_mark() {
    let module = module("\u{feff}def main(): ...");
    assert!(module.faults().is_empty());
    assert_eq!(module.source().slice(module.scope().only("main").unwrap().span), "main");
}

#[test]
fn tells_calls_with_their_arguments() {
    use Usage::{Argument, Awaited, Decorator, Other, Returned, Statement};
    for (text, path, usage, arguments) in [
        ("print(1, *a, file=sys.stderr)", "print", Statement, "?,*a,file=sys.stderr"),
        ("import sys as s\nx = print(file=s.stderr, **b)", "print", Other, "file=sys.stderr,**b"),
        (
            "from mcp.server import Server as S\nS[C]('x').run(None)",
            "mcp.server.Server().run",
            Statement,
            "None",
        ),
        ("async def f():\n    await g(True)", "g", Awaited, "True"),
        ("def f(): return g('a')", "g", Returned, "'a'"),
        ("@m.tool(name='x')\ndef f(): ...", "m.tool", Decorator, "name='x'"),
        ("f(lambda: 1, g())", "f", Statement, "lambda,g()"),
        ("f(g())", "g", Argument(0), ""),
        ("import subprocess as s\ndef f(s): s.run()", "s.run", Statement, ""),
        ("f[0].g()", "", Other, ""),
    ] {
        let module = module(text);
        let call = module.calls().iter().find(|call| call.path == path);
        assert_eq!(call.is_none(), path.is_empty(), "{text}");
        let Some(call) = call else { continue };
        let given = call.arguments.iter().map(|argument| {
            let value = match &argument.value {
                StaticValue::Text(text) => format!("'{text}'"),
                StaticValue::Bool(true) => "True".to_owned(),
                StaticValue::Bool(false) => "False".to_owned(),
                StaticValue::None => "None".to_owned(),
                StaticValue::Name(name) => name.clone(),
                StaticValue::Call(name) => format!("{name}()"),
                StaticValue::Lambda => "lambda".to_owned(),
                StaticValue::Other => "?".to_owned(),
            };
            match (&argument.keyword, argument.unpacked) {
                (Some(keyword), _) => format!("{keyword}={value}"),
                (None, true) if module.source().slice(argument.span).starts_with("**") => {
                    format!("**{value}")
                }
                (None, true) => format!("*{value}"),
                (None, false) => value,
            }
        });
        assert_eq!(
            (given.collect::<Vec<_>>().join(","), call.usage),
            (arguments.to_owned(), usage),
            "{text}"
        );
    }
}

#[test]
fn tells_uses_of_what_is_no_local_name() {
    for (text, uses) in [
        ("import asyncio as a\ndef f():\n    with a.TaskGroup() as g: g.x()", "asyncio.TaskGroup"),
        ("from enum import StrEnum\nclass A(StrEnum): ...", "enum.StrEnum"),
        ("def f(x, y=z): return x.a + w", "z w"),
        ("def f():\n    x = 1\n    def g(): return x", ""),
        ("[x.a for x in y]", "y"),
        ("lambda x: x.a", ""),
        ("import os\ndef f(os): os.fork()\nlambda time: time.x\nimport time", ""),
        ("def f():\n    import os\n    os.fork()", "os.fork"),
        ("import os\nos.environ['A'] = b\nos.x = 1", "b os.environ =os.x"),
        (
            "from typing import Self\nx: Self\ndef f(a: Self) -> Self:\n    b: Self",
            ":typing.Self :typing.Self :typing.Self",
        ),
    ] {
        let module = module(text);
        let told = module.uses().iter().map(|one| {
            let mark = if one.stored {
                "="
            } else if one.annotation {
                ":"
            } else {
                ""
            };
            format!("{mark}{}", one.path)
        });
        assert_eq!(told.collect::<Vec<_>>().join(" "), uses, "{text}");
    }
}

#[test]
fn knows_the_class_behind_an_annotation() {
    for (annotation, class) in [
        ("FastMCP", Some("FastMCP")),
        ("m.FastMCP[State]", Some("m.FastMCP")),
        ("'FastMCP[State] | None'", Some("FastMCP")),
        ("FastMCP | None", Some("FastMCP")),
        ("Optional[FastMCP]", Some("FastMCP")),
        ("t.Annotated['FastMCP', 1]", Some("FastMCP")),
        ("A | B", None),
        ("'A | B'", None),
        ("'not a name'", None),
    ] {
        let module = module(&format!("def f(x: {annotation}): ..."));
        let BindingKind::Function(function) = &module.scope().only("f").unwrap().kind else { panic!() };
        assert_eq!(function.definition.parameters[0].class().as_deref(), class, "{annotation}");
    }
}

#[test]
fn tells_syntax_that_is_too_new() {
    let module = module("try: ...\nexcept* E: ...\ntype X = int\nmatch x:\n    case 1: ...");
    let told: Vec<_> = module.new_syntax().iter().map(|new| new.since).collect();
    assert_eq!(told, [Some(11), Some(12)]);
    assert!(module.faults().is_empty());
}

#[test]
fn a_skim_looks_closer_only_where_something_is_asked_for() {
    for (text, closer) in [
        ("import asyncio\nasyncio.run(x)\nasyncio.TaskGroup()", true),
        ("import asyncio as a\nx = a.TaskGroup", true),
        // the import itself says it
        ("from asyncio import TaskGroup", false),
        ("import a\na.TaskGroup\n# asyncio.TaskGroup\n'asyncio.TaskGroup'", false),
        ("from . import asyncio\nasyncio.TaskGroup", false),
        ("import asyncio\nx.asyncio.TaskGroup", false),
    ] {
        let telling = WantedNames::from_iter([("asyncio", "TaskGroup")]);
        let source = SourceText::new(RelPath::new("m.py"), text.to_owned());
        let module = parse(source, 10, Depth::Skim(Skim { telling: &telling, imports: &|_| true }));
        assert_eq!(!module.is_dynamic(), closer, "{text}");
        assert_eq!(module.imports().len(), usize::from(!text.starts_with("from .")), "{text}");
    }
}

proptest! {
    #[test]
    fn a_skim_never_panics(text in "\\PC{0,200}") {
        let skim = Skim { telling: &WantedNames::default(), imports: &|_| true };
        parse(SourceText::new(RelPath::new("m.py"), text), 10, Depth::Skim(skim));
    }

    #[test]
    fn never_panics(text in "\\PC{0,200}") {
        module(&text);
    }

    #[test]
    fn never_panics_on_words_of_python(words in prop::collection::vec(prop::sample::select(vec![
        "def ", "class ", "f", "(", ")", "[", "]", "{", "}", ":", "\n", "\n    ", "=", ",", "*", "**", "/", ".", "@", "lambda ",
        "yield ", "await ", "async ", "import ", "from ", "as ", "if ", "else ", "elif ", "try", "except ", "finally", "match ",
        "case ", "_", "|", ":=", "global ", "del ", "with ", "for ", "in ", "f'{", "}'", "'", "\"\"\"", "__all__", ".extend",
        "+=", "1", "type ", "import os\n", "os.environ[", "assert ", "raise ", "->", "...", "return ", "t'{", "é", "\\\n", "\0", "#", ";", "not ", "setattr", "globals()", "x: ",
    ]), 0..60)) {
        module(&words.concat());
    }
}
