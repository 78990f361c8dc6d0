//! Entries of a server as objects, as code of the project gets them from it, filters, copies and changes.
//!
//! An object has the fields of the protocol as its arguments, and what code sets on it as attributes; `mcp` 1, `mcp` 2 and
//! `fastmcp` each have their own names for some of them. What was not wholly known of the entry that an object was made of
//! stays beside it.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use super::draft::Draft;
use super::json;
use super::primitive::Code;
use crate::evaluation::{Arguments, CodeLocation, Host, Instance, Run, Value};
use crate::sdk::{self, PrimitiveKind};

/// What is known of the objects besides their fields.
#[derive(Debug, Default)]
pub(super) struct ListedObjects(HashMap<usize, Kept>);

#[derive(Clone, Debug)]
struct Kept {
    partial: BTreeSet<String>,
    code: Code,
    /// What it was registered with, such as `tags`.
    registered: Arguments,
}

impl ListedObjects {
    /// What an attribute of an object of the SDKs gives; none where it is no entry, or no field of one.
    pub(super) fn attribute(&self, object: &Instance, name: &str) -> Option<Value> {
        let path = object.class.path()?;
        if !sdk::is_listed(&path) {
            return None;
        }
        if let Some(field) = sdk::field_of(name) {
            return Some(field_value(object, field).unwrap_or(Value::None));
        }
        let given = object.arguments.named(name);
        let registered = || self.0.get(&object.id)?.registered.named(name);
        let absent = || match name {
            "tags" => Some(Value::Set(Rc::default())),
            _ => sdk::is_hint(name).then_some(Value::None),
        };
        given.or_else(registered).cloned().or_else(absent)
    }

    /// Fills in what was known of the entry that the object was made of.
    pub(super) fn complete(&self, object: &Instance, draft: &mut Draft) {
        let Some(kept) = self.0.get(&object.id) else { return };
        draft.code = kept.code.clone();
        let is_set = |field: &String| {
            sdk::names_of(field).iter().any(|name| object.fields.borrow().contains_key(*name))
        };
        draft.partial.extend(kept.partial.iter().filter(|field| !is_set(field)).cloned());
    }

    /// Remembers what is known of the entry that an object is made of.
    pub(super) fn keep(&mut self, object: &Instance, draft: &Draft) {
        let (partial, code) = (draft.partial.clone(), draft.code.clone());
        let kept = Kept { partial, code, registered: draft.registered.clone() };
        self.0.insert(object.id, kept);
    }

    /// Remembers of a copy what is known of the object that it is made of.
    fn share(&mut self, object: &Instance, copy: &Instance) {
        if let Some(kept) = self.0.get(&object.id).cloned() {
            self.0.insert(copy.id, kept);
        }
    }
}

/// The value of a field of the protocol, under whichever name it has.
pub(super) fn field_value(object: &Instance, field: &str) -> Option<Value> {
    let names = sdk::names_of(field);
    let set = names.iter().find_map(|name| object.fields.borrow().get(*name).cloned());
    set.or_else(|| names.iter().find_map(|name| object.arguments.named(name).cloned()))
}

/// An object of an entry.
pub(super) fn object<H: Host>(run: &mut Run<'_, H>, kind: PrimitiveKind, draft: &Draft) -> Rc<Instance> {
    let fields = draft.listed.iter().map(|(field, value)| (Arc::from(&**field), json::value(value)));
    let arguments = Arguments { named: fields.collect(), ..Arguments::default() };
    run.object(Value::foreign(sdk::entry_class(kind)), arguments, draft.place.clone())
}

/// What a handler answers that lists these tools.
pub(super) fn result<H: Host>(run: &mut Run<'_, H>, tools: Value, place: &CodeLocation) -> Value {
    let arguments = Arguments { named: vec![("tools".into(), tools)], ..Arguments::default() };
    Value::Object(run.object(Value::foreign(sdk::TOOLS_RESULT), arguments, place.clone()))
}

/// The object once more, with some attributes set: `tool.model_copy(update={...})`.
pub(super) fn copy<H: Host>(
    run: &mut Run<'_, H>,
    objects: impl Fn(&mut H) -> &mut ListedObjects,
    object: &Instance,
    update: Option<&Value>,
) -> Option<Value> {
    let copy = run.object(object.class.clone(), object.arguments.clone(), object.place.clone());
    copy.fields
        .borrow_mut()
        .extend(object.fields.borrow().iter().map(|(name, value)| (name.clone(), value.clone())));
    match update.map(|update| update.without_default().0) {
        None | Some(Value::None) => {}
        Some(Value::Dict(update)) if !update.open.get() => {
            for (name, value, _) in update.items.borrow().iter() {
                copy.fields.borrow_mut().insert(name.as_text()?, value.clone());
            }
        }
        Some(_) => return None,
    }
    objects(&mut run.host).share(object, &copy);
    Some(Value::Object(copy))
}
