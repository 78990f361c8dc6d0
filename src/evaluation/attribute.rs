//! Attributes of values, read and set.

use std::rc::Rc;
use std::sync::Arc;

use super::value::{Arguments, ClassValue, FunctionValue, MethodKind, Value};
use super::{Host, Run};

/// No class derives from more.
const LINEAGE: usize = 100;

impl<H: Host> Run<'_, H> {
    /// What `value.name` gives.
    pub fn attribute(&mut self, value: &Value, name: &Arc<str>) -> Value {
        match value {
            Value::Default(value) => self.attribute(value, name).by_default(),
            Value::Module(module) if &**name == "__path__" => Value::list([Value::Module(module.clone())]),
            Value::Module(module) => self.global(module, name).unwrap_or(Value::Unknown),
            Value::Foreign(path) => self.outside(path, name),
            Value::Object(object) => {
                if let Some(field) = object.fields.borrow().get(name) {
                    return field.clone();
                }
                if &**name == "__class__" {
                    return object.class.clone();
                }
                self.inherited(&object.class, name).map_or_else(
                    || value.clone().member(name),
                    |found| self.bound(found, value, &object.class),
                )
            }
            Value::Class(class) => self.of_class(class, value, name),
            Value::Function(function) => of_function(function, value, name),
            Value::Method(method) => of_function(&method.1, value, name),
            Value::Generic(generic) => match &*generic.1 {
                [receiver, Value::Class(owner)] if generic.0.path().as_deref() == Some("builtins.super") => {
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
            None => Value::foreign(&below),
        }
    }

    fn of_class(&mut self, class: &Rc<ClassValue>, value: &Value, name: &Arc<str>) -> Value {
        match &**name {
            "__name__" | "__qualname__" => return Value::Text(class.definition.name.clone()),
            "__doc__" => return class.definition.docstring.clone().map_or(Value::None, Value::Text),
            _ => {}
        }
        match self.inherited(value, name) {
            Some(Value::Function(function)) if function.binding == MethodKind::Class => {
                Value::Method(Rc::new((value.clone(), function)))
            }
            Some(found) => found,
            None => self.foreign_base(value).map_or(Value::Unknown, |base| {
                // a member of the class itself
                if base.path().is_some() { value.clone().member(name) } else { Value::Unknown }
            }),
        }
    }

    fn of_super(&mut self, receiver: &Value, owner: &Rc<ClassValue>, name: &Arc<str>) -> Value {
        let found = owner.bases.iter().find_map(|base| self.inherited(base, name));
        match found {
            Some(found) => self.bound(found, receiver, &Value::Class(owner.clone())),
            None => receiver.clone().member(name),
        }
    }

    /// What the class, or one that it derives from, binds the name to.
    pub fn inherited(&mut self, class: &Value, name: &str) -> Option<Value> {
        self.lineage(class).iter().find_map(|class| class.scope.own(name))
    }

    /// The project's classes behind a class, itself first.
    pub fn lineage(&mut self, class: &Value) -> Vec<Rc<ClassValue>> {
        let mut found: Vec<Rc<ClassValue>> = Vec::new();
        let mut open = vec![class.clone()];
        while let Some(next) = open.pop().filter(|_| found.len() < LINEAGE) {
            let next = if let Value::Generic(generic) = next { generic.0.clone() } else { next };
            let Value::Class(class) = next else { continue };
            if !found.iter().any(|known| Rc::ptr_eq(known, &class)) {
                open.extend(class.bases.iter().rev().cloned());
                found.push(class);
            }
        }
        found
    }

    /// The first class outside the project that a class derives from.
    pub fn foreign_base(&mut self, class: &Value) -> Option<Value> {
        self.foreign_bases(class).into_iter().next()
    }

    /// All classes outside the project that a class derives from.
    pub fn foreign_bases(&mut self, class: &Value) -> Vec<Value> {
        let lineage = self.lineage(class);
        let bases = lineage.iter().flat_map(|class| class.bases.iter());
        let plain = bases.map(|base| if let Value::Generic(generic) = base { &generic.0 } else { base });
        plain.filter(|base| matches!(base, Value::Foreign(_))).cloned().collect()
    }

    /// Whether a class derives from the one outside the project at `path`.
    pub fn has_base(&mut self, class: &Value, path: &str) -> bool {
        self.foreign_bases(class).iter().any(|base| base.path().as_deref() == Some(path))
    }

    /// Whether the value is a class of the project whose plain values are members of an enum.
    pub fn is_enum(&mut self, class: &Value) -> bool {
        self.foreign_bases(class).iter().filter_map(Value::path).any(|path| {
            matches!(&*path, "enum.Enum" | "enum.StrEnum" | "enum.IntEnum" | "enum.Flag" | "enum.IntFlag")
        })
    }

    /// What was found in a class, as it is seen on an object.
    fn bound(&mut self, found: Value, object: &Value, class: &Value) -> Value {
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
        let sure = self.branches.is_empty() || self.journal.is_some();
        let set = |before: Option<&Value>| match before {
            Some(before) if !sure => Value::either([before.clone(), value.clone()]),
            _ => value.clone(),
        };
        match object {
            Value::Default(object) => self.set_attribute(object, name, value),
            Value::Object(object) => {
                let mut fields = object.fields.borrow_mut();
                let before = fields.get(name).cloned();
                let value = set(before.as_ref());
                fields.insert(name.clone(), value);
                if let Some(journal) = &mut self.journal {
                    journal.push(super::Undo::Field(object.clone(), name.clone(), before));
                }
            }
            Value::Function(function) => {
                let mut fields = function.fields.borrow_mut();
                let value = set(fields.get(name));
                fields.insert(name.clone(), value);
            }
            Value::Class(class) => {
                let branch = self.in_branch();
                self.bind_in(&class.scope, name, value, branch);
            }
            Value::Module(module) => {
                let branch = self.in_branch();
                if let Some(scope) = self.import(module) {
                    self.bind_in(&scope, name, value, branch);
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
