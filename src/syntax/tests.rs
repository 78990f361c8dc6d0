use proptest::prelude::*;

use super::*;
use crate::text::RelPath;

fn module(text: &str) -> Module {
    parse(SourceText::new(RelPath::new("m.py"), text.to_owned()))
}

#[test]
fn lists_imports_with_what_they_stand_under() {
    use Guard::{Condition, Fallback, Function, Handled, Main, TypeChecking};
    for (text, guards) in [
        ("import a", vec![]),
        ("def f():\n    import a", vec![Function]),
        ("try:\n    import a\nexcept ImportError: ...", vec![Handled]),
        ("try:\n    import a\nexcept (KeyError, ModuleNotFoundError): ...", vec![Handled]),
        ("try:\n    import a\nexcept: ...", vec![Handled]),
        ("try:\n    import a\nexcept KeyError: ...", vec![]),
        ("try: ...\nexcept ImportError:\n    import a", vec![Fallback]),
        ("import contextlib\nwith contextlib.suppress(ImportError):\n    import a", vec![Handled]),
        ("with open(x):\n    import a", vec![]),
        ("from typing import TYPE_CHECKING as T\nif T and x:\n    import a", vec![TypeChecking]),
        ("if __name__ == '__main__':\n    import a", vec![Main]),
        ("import sys\nif sys.version_info < (3, 11):\n    import a", vec![Condition]),
        ("if x: ...\nelse:\n    def f():\n        import a", vec![Condition, Function]),
        ("class A:\n    import a", vec![]),
        ("match x:\n    case 1:\n        import a", vec![Condition]),
    ] {
        let module = module(text);
        assert_eq!(module.imports().last().unwrap().guards, guards, "{text}");
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
                init.required_parameters().map(|each| each.name.as_str()).collect::<Vec<_>>().join(" ")
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
    let names: Vec<_> = function.decorators.iter().map(|each| (each.name.as_deref(), each.called)).collect();
    assert_eq!(names, [(Some("a.b"), false), (Some("c.d"), true), (None, false)]);
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

proptest! {
    #[test]
    fn never_panics(text in "\\PC{0,200}") {
        module(&text);
    }

    #[test]
    fn never_panics_on_words_of_python(words in prop::collection::vec(prop::sample::select(vec![
        "def ", "class ", "f", "(", ")", "[", "]", "{", "}", ":", "\n", "\n    ", "=", ",", "*", "**", "/", ".", "@", "lambda ",
        "yield ", "await ", "async ", "import ", "from ", "as ", "if ", "else ", "elif ", "try", "except ", "finally", "match ",
        "case ", "_", "|", ":=", "global ", "del ", "with ", "for ", "in ", "f'{", "}'", "'", "\"\"\"", "__all__", ".extend",
        "+=", "1", "type ", "->", "...", "return ", "t'{", "é", "\\\n", "\0", "#", ";", "not ", "setattr", "globals()", "x: ",
    ]), 0..60)) {
        module(&words.concat());
    }
}
