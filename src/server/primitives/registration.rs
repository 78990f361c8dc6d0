//! One registration: what is registered, and under which names.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use crate::evaluation::{Arguments, CodeLocation, FunctionValue, Host, Instance, PathCondition, Run, Value};
use crate::sdk::{self, PrimitiveKind, Wrapping};

/// One registration.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) kind: PrimitiveKind,
    /// The function, or an object of the SDK that was made from one.
    pub(super) what: Value,
    /// Whether another configuration registers something else in its place.
    pub(super) varies: bool,
    /// The other arguments of the registration: `name`, `description`.
    pub(super) arguments: Arguments,
    pub(super) place: CodeLocation,
    /// What it depends on.
    pub(super) condition: PathCondition,
    /// The object that code of the project got of it, and may have changed.
    pub(super) object: Rc<OnceCell<Rc<Instance>>>,
}

/// The names, or URIs, that a registration may give.
pub(super) struct Names {
    pub(super) all: Vec<Arc<str>>,
    /// Whether another configuration gives others.
    pub(super) varies: bool,
}

/// How an object of the SDK holds the function that it was made from.
pub(super) fn wrapping(object: &Instance) -> Option<Wrapping> {
    sdk::wrapping(&object.class.path()?)
}

/// The function behind an object that the SDK made from it, and all arguments of both.
pub(super) fn unwrapped(what: &Value, arguments: &Arguments) -> (Value, Arguments) {
    let Value::Object(object) = what else { return (what.clone(), arguments.clone()) };
    if wrapping(object).is_some() {
        let mut all = object.arguments.clone();
        all.named.extend(arguments.named.iter().cloned());
        let inner = all
            .named("fn")
            .cloned()
            .or_else(|| (!all.positional.is_empty()).then(|| all.positional.remove(0)));
        if let Some(inner) = inner {
            return unwrapped(&inner, &all);
        }
    }
    (what.clone(), arguments.clone())
}

/// The names, or URIs, that a registration may give; none where the text does not tell.
pub(super) fn names<H: Host>(run: &mut Run<'_, H>, one: &Registered) -> Option<Names> {
    let (what, arguments) = unwrapped(&one.what, &one.arguments);
    let explicit = match one.kind {
        PrimitiveKind::Resource => Some(arguments.get(0, "uri").or_else(|| arguments.named("uri_template"))?),
        _ => arguments.get(0, "name").filter(|name| !matches!(name, Value::None)),
    };
    let value = match explicit {
        Some(name) => name.clone(),
        None if arguments.open => return None,
        None => run.attribute(&what, &"__name__".into()),
    };
    let (value, by) = value.without_default();
    let all = match value {
        Value::Either(values) => values.iter().map(Value::as_text).collect::<Option<_>>()?,
        _ => vec![value.as_text()?],
    };
    Some(Names { all, varies: by.is_some() })
}

/// The function whose signature `inspect` finds, and whether its first parameter is bound.
pub(super) fn bare(what: &Value) -> Option<(Rc<FunctionValue>, bool)> {
    let (function, bound) = match what {
        Value::Function(function) => (function, false),
        Value::Method(method) => (&method.1, true),
        _ => return None,
    };
    let set = function.fields.borrow();
    let tells = |name: &str| set.contains_key(name);
    let told = ["__annotations__", "__doc__", "__signature__", "__wrapped__"].into_iter().any(tells);
    if told || !function.altered.is_empty() {
        return None;
    }
    match &*function.wraps.borrow() {
        Some(inner) => bare(inner).map(|(function, inner)| (function, bound || inner)),
        None => Some((function.clone(), bound)),
    }
}

/// The function that wrappers of the project stand around, which take over all that is listed of it.
pub(super) fn wrapped(what: &Value) -> Option<Rc<FunctionValue>> {
    let Value::Function(wrapper) = what else { return None };
    let is_plain = wrapper.fields.borrow().is_empty();
    bare(what).filter(|(_, bound)| is_plain && !bound).map(|(function, _)| function)
}
