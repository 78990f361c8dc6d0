//! What `functools` and the built-in descriptors make of a function.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use super::value::{Arguments, CodeLocation, FunctionValue, MethodKind, PartialValue, Value};
use super::{Host, Run};

/// What a wrapper takes over from the function that it wraps.
const ASSIGNED: &[&str] = &["__name__", "__qualname__", "__doc__", "__module__"];

impl<H: Host> Run<'_, H> {
    /// What is known of a call of what makes one callable of another.
    pub(super) fn of_functools(&mut self, path: &str, arguments: &Arguments) -> Option<Value> {
        let first = arguments.positional.first();
        match path {
            "functools.partial" => partial(arguments, false),
            "functools.partialmethod" => partial(arguments, true),
            "functools.update_wrapper" => {
                let wrapped = arguments.get(1, "wrapped")?.clone();
                self.wrap(arguments.get(0, "wrapper")?, &wrapped)
            }
            _ => {
                let binding = match path {
                    "builtins.staticmethod" => MethodKind::None,
                    "builtins.classmethod" => MethodKind::Class,
                    "builtins.property" | "functools.cached_property" => MethodKind::Property,
                    // what leaves the function as it is
                    "typing.override"
                    | "typing_extensions.override"
                    | "abc.abstractmethod"
                    | "typing.no_type_check"
                    | "typing.final"
                    | "typing_extensions.final" => {
                        return first.cloned();
                    }
                    _ => return None,
                };
                match first? {
                    Value::Function(function) => {
                        Some(Value::Function(Rc::new(FunctionValue { binding, ..function.copied() })))
                    }
                    _ => None,
                }
            }
        }
    }

    /// What `functools.wraps(wrapped)` makes of a function; none where `callee` is no such call.
    pub(super) fn of_wraps(&mut self, callee: &Value, arguments: &Arguments) -> Option<Value> {
        let Value::Object(made) = callee else { return None };
        if made.class.path()? != "functools.wraps" {
            return None;
        }
        let wrapped = made.arguments.get(0, "wrapped")?.clone();
        self.wrap(arguments.positional.first()?, &wrapped)
    }

    /// What a call of `operator.itemgetter(...)`, or of its like, gives; none where `callee` is no such thing.
    pub(super) fn of_operators(
        &mut self,
        callee: &Value,
        arguments: &Arguments,
        place: &CodeLocation,
    ) -> Option<Value> {
        let (Value::Object(made), [value]) = (callee, &*arguments.positional) else { return None };
        let given = &made.arguments;
        let one = |run: &mut Self, key: &Value| match &*made.class.path().unwrap_or_default() {
            "operator.itemgetter" => Some(run.subscript(value, key.clone())),
            "operator.attrgetter" => {
                let path = key.as_text()?;
                Some(path.split('.').fold(value.clone(), |value, name| run.attribute(&value, &name.into())))
            }
            "operator.methodcaller" => {
                let method = run.attribute(value, &key.as_text()?);
                let rest = Arguments { positional: given.positional[1..].to_vec(), ..given.clone() };
                Some(run.call(&method, rest, place))
            }
            _ => None,
        };
        match &*given.positional {
            [key] => one(self, key),
            [key, ..] if made.class.path()? == "operator.methodcaller" => one(self, key),
            [] => None,
            keys => {
                let values: Option<Vec<Value>> = keys.iter().map(|key| one(self, key)).collect();
                Some(Value::tuple(values?))
            }
        }
    }

    fn wrap(&mut self, wrapper: &Value, wrapped: &Value) -> Option<Value> {
        match wrapper {
            // that of a function around itself has no end
            Value::Function(function) if leads_to(wrapped, function) => {}
            Value::Function(function) => *function.wraps.borrow_mut() = Some(wrapped.clone()),
            Value::Partial(_) => {
                for name in ASSIGNED {
                    let name: Arc<str> = (*name).into();
                    let value = self.attribute(wrapped, &name);
                    self.set_attribute(wrapper, &name, value);
                }
                self.set_attribute(wrapper, &"__wrapped__".into(), wrapped.clone());
            }
            _ => return None,
        }
        Some(wrapper.clone())
    }
}

/// Whether the function stands behind a value.
fn leads_to(value: &Value, function: &Rc<FunctionValue>) -> bool {
    let mut next = Some(value.clone());
    while let Some(value) = next {
        next = match value.without_default().0 {
            Value::Function(one) if Rc::ptr_eq(one, function) => return true,
            Value::Function(one) => one.wraps.borrow().clone(),
            Value::Method(method) => Some(Value::Function(method.1.clone())),
            Value::Partial(partial) => Some(partial.called.clone()),
            _ => None,
        };
    }
    false
}

fn partial(arguments: &Arguments, is_method: bool) -> Option<Value> {
    let mut rest = arguments.clone();
    let called = (!rest.positional.is_empty()).then(|| rest.positional.remove(0))?;
    Some(Value::Partial(Rc::new(PartialValue {
        called,
        arguments: rest,
        is_method,
        fields: RefCell::default(),
    })))
}

impl PartialValue {
    /// That of a method, as it is seen on an object.
    pub(super) fn of(&self, bound: Value) -> Value {
        Value::Partial(Rc::new(Self {
            called: bound,
            arguments: self.arguments.clone(),
            is_method: false,
            fields: RefCell::default(),
        }))
    }
}
