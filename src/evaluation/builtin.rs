//! What is built into Python, and the parts of its standard library that registering code goes through.

use super::kind;
use super::value::{Arguments, CodeLocation, Value};
use super::{Host, Run};

/// What is known without an import.
const NAMES: &[&str] = &[
    "ArithmeticError", "AttributeError", "BaseException", "Exception", "False", "ImportError", "KeyError",
    "OSError", "RuntimeError", "True", "TypeError", "ValueError", "__import__", "abs", "all", "any", "bool",
    "bytearray", "bytes", "callable", "classmethod", "complex", "dict", "dir", "enumerate", "exit", "filter",
    "float", "frozenset", "getattr", "globals", "hasattr", "id", "int", "isinstance", "issubclass", "iter",
    "len", "list", "locals", "map", "max", "min", "next", "object", "open", "print", "property", "quit",
    "range", "repr", "reversed", "round", "set", "setattr", "sorted", "staticmethod", "str", "sum", "super",
    "tuple", "type", "vars", "zip",
];

pub(super) fn is_builtin(name: &str) -> bool {
    NAMES.contains(&name)
}

impl<H: Host> Run<'_, H> {
    /// What is known of a call of something built in, or of a method of a plain value.
    pub(super) fn built_in(
        &mut self,
        callee: &Value,
        arguments: &Arguments,
        place: &CodeLocation,
    ) -> Option<Value> {
        match callee {
            Value::Member(member) => {
                let configured = self.of_command_line(&member.0, &member.1, arguments);
                configured
                    .or_else(|| self.of_path_method(&member.0, &member.1, arguments))
                    .or_else(|| self.of_open_file(&member.0, &member.1))
                    .or_else(|| self.of_signature_method(&member.0, &member.1, arguments))
                    .or_else(|| self.of_class_method(&member.0, &member.1))
                    .or_else(|| self.of_record_method(&member.0, &member.1, arguments))
                    .or_else(|| self.method(&member.0, &member.1, arguments))
            }
            Value::Foreign(path) => match path.strip_prefix("builtins.") {
                Some("getattr" | "setattr" | "hasattr") => self.of_attributes(path, arguments),
                Some("staticmethod" | "classmethod" | "property") => self.of_functools(path, arguments),
                Some("globals" | "locals" | "vars" | "dir") => self.of_members(path, arguments),
                Some("type.__new__") => self.of_class_method(&Value::foreign("builtins.type"), "__new__"),
                Some("__import__") => self.of_importlib(path, arguments, place),
                // `str.lower`, called with its string
                Some(name) if name.contains('.') => {
                    let (class, method) = name.split_once('.')?;
                    let (first, rest) = arguments.positional.split_first()?;
                    let is_own = kind::is_instance(first, &Value::foreign(&format!("builtins.{class}")));
                    let rest = Arguments { positional: rest.to_vec(), ..arguments.clone() };
                    if is_own == Some(true) { self.method(first, method, &rest) } else { None }
                }
                Some(name) => {
                    let Some((plain, by)) = arguments.without_default() else {
                        return self.of_builtins(name, arguments);
                    };
                    Some(self.of_builtins(name, &plain)?.by_default(&by))
                }
                None => {
                    let known = super::configured::of_environment(path, arguments);
                    known
                        .or_else(|| of_predicates(path, arguments))
                        .or_else(|| self.of_signatures(path, arguments, place))
                        .or_else(|| self.of_functools(path, arguments))
                        .or_else(|| self.of_records(path, arguments, place))
                        .or_else(|| self.of_paths(path, arguments))
                        .or_else(|| self.of_data(path, arguments))
                        .or_else(|| self.of_importlib(path, arguments, place))
                        .or_else(|| self.of_members(path, arguments))
                        .or_else(|| self.of_collections(path, arguments))
                        .or_else(|| self.of_stdlib(path, arguments, place))
                }
            },
            _ => None,
        }
    }

    fn of_builtins(&mut self, name: &str, arguments: &Arguments) -> Option<Value> {
        match (name, &*arguments.positional) {
            ("super", given) => self.super_of(given),
            ("callable", [value]) => Some(told(kind::is_callable(value))),
            ("isinstance", [value, class]) => Some(told(kind::is_instance(value, class))),
            ("issubclass", [value, class]) => Some(told(kind::is_subclass(value, class))),
            ("bool", [value]) => Some(value.truth().map_or(Value::Unknown, Value::Bool)),
            ("str", [value]) => {
                if let Some(path) = self.of_paths("builtins.str", arguments) {
                    return Some(path);
                }
                let forms = value.printed();
                Some(forms.map_or(Value::Unknown, |forms| {
                    Value::either(forms.iter().map(|form| Value::text(form)))
                }))
            }
            ("type", [Value::Object(object)]) => Some(object.class.clone()),
            ("print", _) => Some(Value::None),
            ("int", [value]) => Some(integer(value).map_or(Value::Unknown, Value::Int)),
            ("int", _) => Some(Value::Unknown),
            _ => self.of_iteration(name, arguments).or_else(|| is_followed(name).then_some(Value::Unknown)),
        }
    }

    fn of_attributes(&mut self, path: &str, arguments: &Arguments) -> Option<Value> {
        let name = path.strip_prefix("builtins.")?;
        match (name, &*arguments.positional) {
            ("getattr", [object, name, rest @ ..]) => {
                let Some(name) = name.as_text() else { return Some(Value::Unknown) };
                match (self.attribute(object, &name), rest) {
                    (Value::Unknown, [_, ..]) => Some(Value::Unknown),
                    // there is none of that name
                    (Value::Member(member), [default]) if is_plain(&member.0) => Some(default.clone()),
                    (found, _) => Some(found),
                }
            }
            ("setattr", [object, name, value]) => {
                if let Some(name) = name.as_text() {
                    self.set_attribute(object, &name, value.clone());
                }
                Some(Value::None)
            }
            ("hasattr", [object, name]) => {
                let found = name.as_text().map(|name| self.attribute(object, &name));
                Some(match found {
                    Some(Value::Member(member)) if is_plain(&member.0) => Value::Bool(false),
                    Some(Value::Unknown | Value::Member(_)) | None => Value::Unknown,
                    Some(_) => Value::Bool(true),
                })
            }
            _ => None,
        }
    }

    fn of_stdlib(&mut self, path: &str, arguments: &Arguments, place: &CodeLocation) -> Option<Value> {
        let first = arguments.positional.first();
        match path {
            // it was followed when it was called
            "asyncio.run" | "asyncio.create_task" | "asyncio.ensure_future" | "asyncio.wait_for" => {
                first.cloned()
            }
            "anyio.run" | "trio.run" | "anyio.to_thread.run_sync" | "asyncio.to_thread" => {
                let mut rest = arguments.clone();
                let called = (!rest.positional.is_empty()).then(|| rest.positional.remove(0))?;
                rest.named.clear();
                Some(self.call(&called, rest, place))
            }
            "asyncio.gather" => Some(Value::Unknown),
            "typing.cast" | "typing_extensions.cast" | "typing.NewType" => {
                arguments.positional.get(1).cloned()
            }
            "inspect.cleandoc" | "textwrap.dedent" | "inspect.unwrap" => of_text_tools(path, first),
            _ => None,
        }
    }
}

/// What is done to texts.
fn of_text_tools(path: &str, first: Option<&Value>) -> Option<Value> {
    match (path, first?) {
        ("inspect.cleandoc", Value::Text(text)) => Some(Value::text(&crate::text::cleaned(text))),
        ("textwrap.dedent", Value::Text(text)) => Some(Value::text(&crate::text::dedented(text))),
        ("inspect.cleandoc" | "textwrap.dedent", _) => Some(Value::Unknown),
        (_, value) => Some(value.clone()),
    }
}

/// The integer that `int` makes of a value.
fn integer(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => Some(*number),
        Value::Bool(truth) => Some(i64::from(*truth)),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Whether all attributes of the value are known.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::Function(function) => function.altered.is_empty(),
        Value::Object(object) => matches!(object.class, Value::Class(_)),
        Value::Text(_) | Value::Int(_) | Value::List(_) | Value::Dict(_) | Value::Tuple(_) => true,
        _ => false,
    }
}

/// What `inspect` tells of what it is given.
fn of_predicates(path: &str, arguments: &Arguments) -> Option<Value> {
    let [value] = &*arguments.positional else { return None };
    let (value, by) = value.without_default();
    Some(Value::Bool(kind::inspected(path, value)?).unless(by))
}

/// A truth, where the text tells it.
fn told(truth: Option<bool>) -> Value {
    truth.map_or(Value::Unknown, Value::Bool)
}

/// Whether nothing else is known of what a call of something built in does.
fn is_followed(name: &str) -> bool {
    matches!(
        name,
        "isinstance"
            | "issubclass"
            | "callable"
            | "list"
            | "set"
            | "frozenset"
            | "dict"
            | "sorted"
            | "tuple"
            | "enumerate"
            | "zip"
            | "range"
            | "filter"
            | "map"
            | "min"
            | "max"
            | "sum"
            | "len"
            | "any"
            | "all"
            | "next"
            | "iter"
            | "reversed"
    )
}
