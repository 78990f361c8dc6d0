//! What kind of thing a value is, as `isinstance`, `callable` and `inspect` tell it.

use std::rc::Rc;

use super::generator::is_generator;
use super::value::{FunctionValue, Value};

/// The classes that make what derives from them nothing of what is asked here.
const PLAIN_BASES: &[&str] =
    &["abc.ABC", "builtins.object", "enum.Enum", "pydantic.BaseModel", "typing.Generic", "typing.Protocol"];

/// What of a kind is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Function,
    Method,
    Class,
    Module,
    /// None of these.
    Thing,
}

/// `isinstance(value, class)`; none where the text does not tell.
pub(super) fn is_instance(value: &Value, class: &Value) -> Option<bool> {
    is_one_of(class, |class| match value {
        Value::Object(object) => match &object.class {
            of @ Value::Class(_) => derives(of, class),
            of => (of.path()? == class.path()?).then_some(true),
        },
        Value::Either(values) => agree(values.iter().map(|value| is_instance(value, class))),
        _ => match class {
            // nothing built in derives from a class of the project, unless that says so itself
            Value::Class(_) => (builtin_classes(value).is_some() && !tests_itself(class)).then_some(false),
            Value::Foreign(path) => {
                let own = builtin_classes(value)?;
                let path = alias(path);
                let known = is_known(path) || own.contains(&path);
                known.then(|| own.contains(&path))
            }
            _ => None,
        },
    })
}

/// `issubclass(value, class)`; none where the text does not tell.
pub(super) fn is_subclass(value: &Value, class: &Value) -> Option<bool> {
    is_one_of(class, |class| match (value, class) {
        (Value::Class(_), _) => derives(value, class),
        (Value::Foreign(left), Value::Foreign(right)) => (left == right).then_some(true),
        _ => None,
    })
}

/// `callable(value)`; none where the text does not tell.
pub(super) fn is_callable(value: &Value) -> Option<bool> {
    match value {
        Value::Function(_) | Value::Method(_) | Value::Class(_) | Value::Partial(_) => Some(true),
        Value::Object(object) => match object.class.inherited("__call__") {
            Some(Value::Function(_)) => Some(true),
            Some(_) => None,
            None => is_thing(&object.class).then_some(false),
        },
        Value::Either(values) => agree(values.iter().map(is_callable)),
        _ => builtin_classes(value).map(|_| false),
    }
}

/// What the predicate of `inspect`, or of another module that has it, says of a value; none where the text does not
/// tell, or it is no predicate.
pub(super) fn inspected(predicate: &str, value: &Value) -> Option<bool> {
    if let Value::Either(values) = value {
        return agree(values.iter().map(|value| inspected(predicate, value)));
    }
    let kind = kind(value);
    match predicate {
        "inspect.isfunction" => Some(kind? == Kind::Function),
        "inspect.ismethod" => Some(kind? == Kind::Method),
        "inspect.isroutine" => Some(matches!(kind?, Kind::Function | Kind::Method)),
        "inspect.isclass" => Some(kind? == Kind::Class),
        "inspect.ismodule" => Some(kind? == Kind::Module),
        "inspect.isbuiltin" | "inspect.ismethoddescriptor" => kind.map(|_| false),
        _ => {
            let (is_async, yields) = match predicate {
                "inspect.iscoroutinefunction" | "asyncio.iscoroutinefunction" => (true, false),
                "inspect.isasyncgenfunction" => (true, true),
                "inspect.isgeneratorfunction" => (false, true),
                _ => return None,
            };
            let Some(function) = code(value) else { return kind.map(|_| false) };
            let definition = &function.definition;
            let is_it = definition.is_async == is_async && is_generator(&definition.body) == yields;
            function.altered.is_empty().then_some(is_it)
        }
    }
}

/// The function whose code a call of the value runs.
fn code(value: &Value) -> Option<&Rc<FunctionValue>> {
    match value {
        Value::Function(function) => Some(function),
        Value::Method(method) => Some(&method.1),
        Value::Partial(partial) => code(&partial.called),
        _ => None,
    }
}

fn kind(value: &Value) -> Option<Kind> {
    match value {
        // what a decorator from outside gives may be anything
        Value::Function(function) => function.altered.is_empty().then_some(Kind::Function),
        Value::Method(method) => method.1.altered.is_empty().then_some(Kind::Method),
        Value::Class(class) => class.decorators.borrow().is_empty().then_some(Kind::Class),
        Value::Module(_) => Some(Kind::Module),
        Value::Partial(_) => Some(Kind::Thing),
        Value::Object(object) => is_thing(&object.class).then_some(Kind::Thing),
        _ => builtin_classes(value).map(|_| Kind::Thing),
    }
}

/// Whether the objects of a class are surely no function, class or module.
fn is_thing(class: &Value) -> bool {
    let known = ["pathlib.Path", "pkgutil.ModuleInfo", "inspect.Signature", "inspect.Parameter"];
    is_plain_class(class) || matches!(class, Value::Foreign(path) if known.contains(&&**path))
}

/// Asks a class, or each of several: one is enough.
fn is_one_of(class: &Value, is: impl Fn(&Value) -> Option<bool> + Copy) -> Option<bool> {
    let classes: Vec<Value> = match class {
        Value::Tuple(classes) | Value::Union(classes) => classes.to_vec(),
        one => vec![one.clone()],
    };
    let mut answer = Some(false);
    for one in &classes {
        let is = if matches!(one, Value::Tuple(_) | Value::Union(_)) { is_one_of(one, is) } else { is(one) };
        match is {
            Some(true) => return Some(true),
            Some(false) => {}
            None => answer = None,
        }
    }
    answer
}

/// What all answers say.
fn agree(mut answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let first = answers.next()??;
    answers.all(|answer| answer == Some(first)).then_some(first)
}

/// Whether one class is another, or derives from it.
fn derives(own: &Value, class: &Value) -> Option<bool> {
    let Value::Class(known) = own else { return None };
    if matches!(class, Value::Foreign(path) if &**path == "builtins.object") {
        return Some(true);
    }
    if own.is(class) || known.behind.iter().any(|base| base.is(class)) {
        return Some(true);
    }
    let surely_not = match class {
        // a base that the text does not tell may bring it
        Value::Class(_) => !has_unknown_base(own) && !tests_itself(class),
        Value::Foreign(path) => is_plain_class(own) && is_known(alias(path)),
        _ => false,
    };
    surely_not.then_some(false)
}

/// Whether a class says itself what its instances are: by a metaclass, by registered classes, or as a protocol.
fn tests_itself(class: &Value) -> bool {
    class.lineage().iter().any(|class| !class.keywords.is_empty())
        || class.foreign_bases().iter().filter_map(Value::path).any(|path| path != "typing.Generic")
}

fn has_unknown_base(class: &Value) -> bool {
    let known = |base: &Value| matches!(base, Value::Class(_) | Value::Foreign(_) | Value::Generic(_));
    class.lineage().iter().any(|class| !class.bases.iter().all(known))
}

/// Whether nothing but code of the project makes a class what it is.
pub(super) fn is_plain_class(class: &Value) -> bool {
    matches!(class, Value::Class(_))
        && !has_unknown_base(class)
        && class
            .foreign_bases()
            .iter()
            .all(|base| base.path().is_some_and(|path| PLAIN_BASES.contains(&&*path)))
}

/// The path under which a class is told here.
fn alias(path: &str) -> &str {
    match path {
        "typing.Callable" => "collections.abc.Callable",
        "typing.Mapping" => "collections.abc.Mapping",
        "types.LambdaType" => "types.FunctionType",
        "typing.List" => "builtins.list",
        "typing.Dict" => "builtins.dict",
        "typing.Tuple" => "builtins.tuple",
        other => other,
    }
}

/// Whether it is told here of a class what is built in and belongs to it.
fn is_known(path: &str) -> bool {
    const NAMES: &[&str] = &[
        "bool", "bytes", "bytearray", "complex", "dict", "float", "frozenset", "int", "list", "object",
        "set", "str", "tuple", "type", "property", "staticmethod", "classmethod", "BaseException",
        "Exception",
    ];
    const PATHS: &[&str] = &[
        "collections.abc.Callable",
        "collections.abc.Mapping",
        "functools.partial",
        "pathlib.Path",
        "types.FunctionType",
        "types.MethodType",
        "types.ModuleType",
        "types.NoneType",
    ];
    path.strip_prefix("builtins.").map_or_else(|| PATHS.contains(&path), |name| NAMES.contains(&name))
}

/// The classes, of those told here, that a value of a class that is built in belongs to; none for any other value.
fn builtin_classes(value: &Value) -> Option<&'static [&'static str]> {
    Some(match value {
        Value::None => &["types.NoneType", "builtins.object"],
        Value::Bool(_) => &["builtins.bool", "builtins.int", "builtins.object"],
        Value::Int(_) => &["builtins.int", "builtins.object"],
        Value::Float(_) => &["builtins.float", "builtins.object"],
        Value::Text(_) => &["builtins.str", "builtins.object"],
        Value::Tuple(_) => &["builtins.tuple", "builtins.object"],
        Value::List(list) if !list.is_lazy.get() => &["builtins.list", "builtins.object"],
        Value::Set(set) if !set.is_lazy.get() => &["builtins.set", "builtins.object"],
        Value::Set(_) => &["builtins.frozenset", "builtins.object"],
        Value::Dict(_) => &["builtins.dict", "collections.abc.Mapping", "builtins.object"],
        Value::Function(function) if function.altered.is_empty() => {
            &["types.FunctionType", "collections.abc.Callable", "builtins.object"]
        }
        Value::Method(_) => &["types.MethodType", "collections.abc.Callable", "builtins.object"],
        Value::Class(_) => &["builtins.type", "collections.abc.Callable", "builtins.object"],
        Value::Partial(_) => &["functools.partial", "collections.abc.Callable", "builtins.object"],
        Value::Module(_) => &["types.ModuleType", "builtins.object"],
        _ => return None,
    })
}
