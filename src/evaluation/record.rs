//! Dataclasses, named tuples and models: what is made of one with some fields changed, and what they hold.

use std::rc::Rc;
use std::sync::Arc;

use super::condition::PathCondition;
use super::value::{Arguments, ClassField, CodeLocation, DictValue, Instance, Value};
use super::{Host, Run};

/// So deep are values copied that hold each other.
const DEEPEST: usize = 40;

impl<H: Host> Run<'_, H> {
    /// What is known of a call of `dataclasses`, `attrs` or `copy`.
    pub(super) fn of_records(
        &mut self,
        path: &str,
        arguments: &Arguments,
        place: &CodeLocation,
    ) -> Option<Value> {
        let first = arguments.positional.first()?;
        let (plain, by) = first.without_default();
        let made = match (path, plain) {
            (
                "dataclasses.replace" | "copy.replace" | "attrs.evolve" | "attr.evolve",
                Value::Object(object),
            ) => self.with_fields(object, arguments.named.clone(), arguments.open, place)?,
            ("copy.copy", value) => self.copied(value, 0, place),
            ("copy.deepcopy", value) => self.copied(value, DEEPEST, place),
            ("dataclasses.asdict" | "attrs.asdict", Value::Object(object)) => as_dict(object)?,
            ("dataclasses.astuple", Value::Object(object)) => {
                let Value::Dict(dict) = as_dict(object)? else { return Some(Value::Unknown) };
                Value::tuple(
                    dict.items.borrow().iter().map(|(_, value, _)| value.clone()).collect::<Vec<_>>(),
                )
            }
            ("dataclasses.fields", Value::Class(_)) => self.described_fields(plain, place),
            ("dataclasses.fields", Value::Object(object)) => {
                let class = object.class.clone();
                self.described_fields(&class, place)
            }
            ("dataclasses.is_dataclass", Value::Class(_)) => Value::Bool(is_dataclass(plain)),
            ("dataclasses.is_dataclass", Value::Object(object))
                if matches!(object.class, Value::Class(_)) =>
            {
                Value::Bool(is_dataclass(&object.class))
            }
            _ => return None,
        };
        Some(made.unless(by))
    }

    /// What a method gives that named tuples and models have of themselves.
    pub(super) fn of_record_method(
        &mut self,
        owner: &Value,
        name: &str,
        arguments: &Arguments,
    ) -> Option<Value> {
        let Value::Object(object) = owner else { return None };
        if !matches!(object.class, Value::Class(_)) {
            return None;
        }
        let place = object.place.clone();
        match name {
            "_replace" if object.class.has_base("typing.NamedTuple") => {
                self.with_fields(object, arguments.named.clone(), arguments.open, &place)
            }
            "_asdict" if object.class.has_base("typing.NamedTuple") => as_dict(object),
            "model_copy" | "copy" if is_model(&object.class) => {
                let changes = match arguments.named("update") {
                    None | Some(Value::None) => Vec::new(),
                    Some(Value::Dict(dict)) if !dict.open.get() => {
                        let items = dict.items.borrow();
                        let named = items.iter().map(|(key, value, _)| Some((key.as_text()?, value.clone())));
                        named.collect::<Option<_>>()?
                    }
                    Some(_) => return Some(Value::Unknown),
                };
                self.with_fields(object, changes, false, &place)
            }
            _ => None,
        }
    }

    /// The same object with other values in some of its fields.
    fn with_fields(
        &mut self,
        object: &Rc<Instance>,
        changes: Vec<(Arc<str>, Value)>,
        open: bool,
        place: &CodeLocation,
    ) -> Option<Value> {
        if !matches!(object.class, Value::Class(_)) {
            return None;
        }
        if open {
            return Some(Value::Unknown);
        }
        let made = self.object(object.class.clone(), object.arguments.clone(), place.clone());
        let mut fields = object.fields.borrow().clone();
        fields.extend(changes);
        *made.fields.borrow_mut() = fields;
        let value = Value::Object(made);
        self.initialised(&value);
        Some(value)
    }

    /// Follows what a dataclass does once its fields are set.
    pub(super) fn initialised(&mut self, object: &Value) {
        let Value::Object(instance) = object else { return };
        if !is_dataclass(&instance.class) {
            return;
        }
        if let Some(Value::Function(function)) = instance.class.inherited("__post_init__") {
            self.invoke(&function, Some(object.clone()), Arguments::default());
        }
    }

    fn copied(&mut self, value: &Value, depth: usize, place: &CodeLocation) -> Value {
        let mut inner = |value: &Value| match depth.checked_sub(1) {
            Some(depth) => self.copied(value, depth, place),
            None => value.clone(),
        };
        match value {
            Value::List(list) | Value::Set(list) => {
                let copy = list.copied();
                copy.is_lazy.set(list.is_lazy.get());
                copy.items.borrow_mut().iter_mut().for_each(|(value, _)| *value = inner(value));
                if matches!(value, Value::List(_)) {
                    Value::List(Rc::new(copy))
                } else {
                    Value::Set(Rc::new(copy))
                }
            }
            Value::Dict(dict) => {
                let copy = dict.copied();
                copy.items.borrow_mut().iter_mut().for_each(|(_, value, _)| *value = inner(value));
                Value::Dict(Rc::new(copy))
            }
            Value::Tuple(values) => Value::tuple(values.iter().map(inner).collect::<Vec<_>>()),
            // an object of the SDKs is more than its fields
            Value::Object(object) if is_plain_record(&object.class) && object.enum_value().is_none() => {
                let fields = object.fields.borrow().clone();
                let fields = fields.into_iter().map(|(name, value)| (name, inner(&value))).collect();
                let copy = self.object(object.class.clone(), object.arguments.clone(), place.clone());
                *copy.fields.borrow_mut() = fields;
                Value::Object(copy)
            }
            other => other.clone(),
        }
    }

    /// The fields of a dataclass, as `dataclasses.fields` describes them.
    fn described_fields(&mut self, class: &Value, place: &CodeLocation) -> Value {
        let Some(fields) = fields_of(class) else { return Value::Unknown };
        let described = fields.into_iter().map(|field| {
            let made = self.object(Value::foreign("dataclasses.Field"), Arguments::default(), place.clone());
            made.fields.borrow_mut().insert("name".into(), Value::Text(field.name));
            Value::Object(made)
        });
        Value::tuple(described.collect::<Vec<_>>())
    }
}

/// The fields of an object and their values.
fn as_dict(object: &Rc<Instance>) -> Option<Value> {
    let dict = DictValue::default();
    let fields = object.fields.borrow();
    for field in fields_of(&object.class)? {
        let value = fields.get(&field.name).cloned().unwrap_or(Value::Unknown);
        dict.insert(Value::Text(field.name), value, &PathCondition::default());
    }
    Some(Value::Dict(Rc::new(dict)))
}

/// The fields of a class in order, the bases' first; none where it has no such fields.
pub(super) fn fields_of(class: &Value) -> Option<Vec<ClassField>> {
    let lineage = class.lineage();
    let mut fields: Vec<ClassField> = Vec::new();
    for field in lineage.iter().rev().flat_map(|class| class.fields.iter()) {
        match fields.iter_mut().find(|known| known.name == field.name) {
            Some(known) => *known = field.clone(),
            None => fields.push(field.clone()),
        }
    }
    (!lineage.is_empty()).then_some(fields)
}

/// Whether a class is a dataclass, itself or by a base.
fn is_dataclass(class: &Value) -> bool {
    class.lineage().iter().any(|class| {
        let decorators = class.decorators.borrow();
        decorators
            .iter()
            .filter_map(Value::path)
            .any(|path| matches!(&*path, "dataclasses.dataclass" | "dataclasses.dataclass()"))
    })
}

fn is_model(class: &Value) -> bool {
    class.foreign_bases().iter().filter_map(Value::path).any(|path| path.starts_with("pydantic"))
}

/// Whether an object of the class is no more than its fields.
fn is_plain_record(class: &Value) -> bool {
    matches!(class, Value::Class(_))
        && (class.foreign_bases().is_empty() || is_model(class) || class.has_base("typing.NamedTuple"))
}
