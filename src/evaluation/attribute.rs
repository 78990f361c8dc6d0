//! Attributes of values, read and set.

use std::rc::Rc;
use std::sync::Arc;

use super::condition::PathCondition;
use super::journal::Variable;
use super::value::{Arguments, ClassValue, DictValue, FunctionValue, MethodKind, PartialValue, Value};
use super::{Host, Run};

/// Stands with its object and its class for what `super` gives.
const SUPER: &str = "builtins.super";

impl<H: Host> Run<'_, H> {
    /// What `value.name` gives.
    pub fn attribute(&mut self, value: &Value, name: &Arc<str>) -> Value {
        match value {
            Value::Default(value, by) => self.each_way(value, by, |run, value| run.attribute(value, name)),
            Value::Module(module) => match self.global(module, name) {
                Some(value) => value,
                None if &**name == "__path__" => Value::list([Value::Module(module.clone())]),
                None => Value::Unknown,
            },
            _ if &**name == "__dict__" => self.variables(value).unwrap_or_else(|| value.clone().member(name)),
            Value::Foreign(path) => self.outside(path, name),
            Value::Object(object) => {
                if let Some(field) = object.fields.borrow().get(name) {
                    return field.clone();
                }
                if &**name == "__class__" {
                    return object.class.clone();
                }
                if let Some(found) = self.of_path_attribute(value, name) {
                    return found;
                }
                if let Some(known) = self.host.attribute(object, name) {
                    return known;
                }
                object.class.inherited(name).map_or_else(
                    || value.clone().member(name),
                    |found| self.bound(found, value, &object.class),
                )
            }
            Value::Class(class) => of_class(class, value, name),
            Value::Function(function) => of_function(function, value, name),
            Value::Method(method) => of_method(method, value, name),
            Value::Partial(partial) => of_partial(partial, value, name),
            Value::Generic(generic) => match &*generic.1 {
                [receiver, Value::Class(owner)] if generic.0.path().as_deref() == Some(SUPER) => {
                    self.of_super(receiver, owner, name)
                }
                _ => self.attribute(&generic.0, name),
            },
            Value::Either(values) => {
                // `None` has none: a program that reads one there has another value
                let present: Vec<Value> =
                    values.iter().filter(|value| !matches!(value, Value::None)).cloned().collect();
                let found: Vec<Value> = present.iter().map(|value| self.attribute(value, name)).collect();
                Value::either(found)
            }
            Value::None => Value::Unknown,
            _ => value.clone().member(name),
        }
    }

    /// A name of something outside; a module of the project may lie in a package that is not its own.
    fn outside(&mut self, path: &str, name: &str) -> Value {
        let below = format!("{path}.{name}");
        match self.import(&below) {
            Some(_) => Value::Module(below.into()),
            None => super::signature::constant(&below).unwrap_or_else(|| Value::foreign(&below)),
        }
    }

    fn of_super(&mut self, receiver: &Value, owner: &Rc<ClassValue>, name: &Arc<str>) -> Value {
        let class = match receiver {
            Value::Object(object) => object.class.clone(),
            other => other.clone(),
        };
        match class.inherited_behind(owner, name) {
            Some(found) => self.bound(found, receiver, &class),
            None => receiver.clone().member(name),
        }
    }

    /// `super(...)`: without arguments that of the class around the function at hand, on what it is called on.
    pub(super) fn super_of(&self, given: &[Value]) -> Option<Value> {
        let (owner, receiver) = match given {
            [owner, receiver] => (owner.without_default().0.clone(), receiver.without_default().0.clone()),
            [] => {
                // that of a comprehension is none of its own
                let frame = self.frames.iter().rev().find(|frame| frame.function.is_some())?;
                let function = frame.function.as_ref()?;
                let first = function.definition.parameters.first().map(|first| frame.scope.own(&first.name));
                let receiver = frame.receiver.clone().or(first.flatten())?;
                (Value::Class(function.scope.class_around()?.clone()), receiver)
            }
            _ => return None,
        };
        let is_owner = matches!(owner, Value::Class(_));
        Some(if is_owner { Value::foreign(SUPER).generic(vec![receiver, owner]) } else { Value::Unknown })
    }

    /// What was found in a class, as it is seen on an object.
    fn bound(&mut self, found: Value, object: &Value, class: &Value) -> Value {
        if let Value::Partial(partial) = &found
            && partial.is_method
        {
            let bound = self.bound(partial.called.clone(), object, class);
            return partial.of(bound);
        }
        let Value::Function(function) = &found else { return found };
        match function.binding {
            MethodKind::None => found,
            MethodKind::Class => Value::Method(Rc::new((class.clone(), function.clone()))),
            MethodKind::Object => Value::Method(Rc::new((object.clone(), function.clone()))),
            MethodKind::Property => {
                let function = function.clone();
                self.invoke(&function, Some(object.clone()), Arguments::default())
            }
        }
    }

    /// Gives `object.name` a value.
    pub(super) fn set_attribute(&mut self, object: &Value, name: &Arc<str>, value: Value) {
        let sure = self.branches.is_empty();
        let set = |before: Option<&Value>| match before {
            Some(before) if !sure => Value::either([before.clone(), value.clone()]),
            _ => value.clone(),
        };
        match object {
            Value::Default(object, by) => {
                self.each_way(object, by, |run, object| {
                    run.set_attribute(object, name, value.clone());
                    Value::None
                });
            }
            Value::Object(object) => {
                self.give(&Variable::Field(object.clone(), name.clone()), Some(value));
            }
            Value::Function(function) => {
                let mut fields = function.fields.borrow_mut();
                let value = set(fields.get(name));
                fields.insert(name.clone(), value);
            }
            Value::Partial(partial) => {
                let mut fields = partial.fields.borrow_mut();
                let value = set(fields.get(name));
                fields.insert(name.clone(), value);
            }
            Value::Class(class) => self.bind_in(&class.scope, name, value),
            Value::Module(module) => {
                if let Some(scope) = self.import(module) {
                    self.bind_in(&scope, name, value);
                }
            }
            Value::Either(values) => {
                for one in values.iter() {
                    self.perhaps(|run| run.set_attribute(one, name, value.clone()));
                }
            }
            _ => {}
        }
    }
}

fn of_function(function: &Rc<FunctionValue>, value: &Value, name: &Arc<str>) -> Value {
    if let Some(field) = function.fields.borrow().get(name) {
        return field.clone();
    }
    let wraps = function.wraps.borrow().clone();
    if let Some(Value::Function(inner)) = &wraps
        && !matches!(&**name, "__wrapped__")
    {
        return of_function(inner, value, name);
    }
    match &**name {
        "__name__" | "__qualname__" => Value::Text(function.definition.name.clone()),
        "__doc__" => function.definition.docstring.clone().map_or(Value::None, Value::Text),
        "__module__" => Value::Text(function.module.clone()),
        "__wrapped__" => wraps.unwrap_or(Value::Unknown),
        _ => value.clone().member(name),
    }
}

fn of_method(method: &(Value, Rc<FunctionValue>), value: &Value, name: &Arc<str>) -> Value {
    match &**name {
        "__self__" => method.0.clone(),
        "__func__" => Value::Function(method.1.clone()),
        _ => of_function(&method.1, value, name),
    }
}

fn of_partial(partial: &PartialValue, value: &Value, name: &Arc<str>) -> Value {
    if let Some(field) = partial.fields.borrow().get(name) {
        return field.clone();
    }
    match &**name {
        "func" => partial.called.clone(),
        "args" if !partial.arguments.open => Value::tuple(partial.arguments.positional.clone()),
        "keywords" if !partial.arguments.open => {
            let dict = DictValue::default();
            for (name, given) in &partial.arguments.named {
                dict.insert(Value::Text(name.clone()), given.clone(), &PathCondition::default());
            }
            Value::Dict(Rc::new(dict))
        }
        _ => value.clone().member(name),
    }
}

/// What an attribute of a class is.
fn of_class(class: &Rc<ClassValue>, value: &Value, name: &Arc<str>) -> Value {
    match &**name {
        "__name__" | "__qualname__" => return Value::Text(class.definition.name.clone()),
        "__doc__" => return class.definition.docstring.clone().map_or(Value::None, Value::Text),
        "__module__" => return Value::Text(class.module.clone()),
        "__bases__" => return Value::tuple(class.bases.clone()),
        "__mro__" => {
            let behind = class.behind.iter().cloned().chain([Value::foreign("builtins.object")]);
            return Value::tuple([value.clone()].into_iter().chain(behind).collect::<Vec<_>>());
        }
        "__subclasses__" | "mro" => return value.clone().member(name),
        _ => {}
    }
    match value.inherited(name) {
        Some(Value::Function(function)) if function.binding == MethodKind::Class => {
            Value::Method(Rc::new((value.clone(), function)))
        }
        Some(found) => found,
        None => value.foreign_base().map_or(Value::Unknown, |base| {
            // a member of the class itself
            if base.path().is_some() { value.clone().member(name) } else { Value::Unknown }
        }),
    }
}
