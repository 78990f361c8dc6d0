//! The document as the program gives it, as far as the text tells.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::super::schema::Schema;
use super::hole::{hole, is_hole, unknown_text};
use super::model::{METHODS, Models, Refused};
use crate::evaluation::{DictValue, PathCondition, Value};

/// So deep do documents nest.
const DEEPEST: usize = 120;

/// Nor does one hold more values, each counted wherever it stands.
const LARGEST: usize = 1_000_000;

/// More references do not lead to each other, unless in a circle.
const MOST_HOPS: usize = 200;

/// A document, read as `fastmcp` reads it.
pub(super) struct Document {
    pub(super) version: String,
    pub(super) models: Models,
    root: Schema,
    /// What the operations depend on, by path and method; those that are surely there are left out.
    conditions: HashMap<(String, String), PathCondition>,
    /// Whether there may be operations that are not known.
    pub(super) is_open: bool,
}

/// Where a reference leads.
pub(super) enum Target<'d> {
    Found(&'d Json),
    /// To nothing, or to what is no part of the document that is known.
    Missing,
    /// Out of the document, which `fastmcp` refuses.
    Outside,
    /// Nobody knows.
    Unknown,
}

impl Document {
    /// Reads the document in code that depends on `here`; none where nothing is known of it, or `fastmcp` refuses it.
    pub(super) fn read(value: &Value, here: &PathCondition) -> Option<Self> {
        let Value::Dict(dict) = value.without_default().0 else { return None };
        let mut reader = Reader { here, room: LARGEST, conditions: HashMap::new(), is_open: false };
        let root = reader.root(dict)?;
        let version = match root.get("openapi") {
            None => String::new(),
            Some(Json::String(version)) if !is_hole(&root["openapi"]) => version.clone(),
            Some(_) => return None,
        };
        let models = Models::of(&version).ok()?;
        let root = match models.document(root.into()) {
            Ok(Json::Object(root)) => root,
            Ok(_) | Err(Refused) => return None,
        };
        let Reader { conditions, is_open, .. } = reader;
        Some(Self { version, models, root, conditions, is_open })
    }

    /// The paths, in order.
    pub(super) fn paths(&self) -> impl Iterator<Item = (&String, &Schema)> {
        let paths = self.root.get("paths").and_then(Json::as_object).into_iter().flatten();
        paths.filter_map(|(path, item)| Some((path, item.as_object()?)))
    }

    /// What an operation depends on.
    pub(super) fn condition(&self, path: &str, method: &str) -> PathCondition {
        let found = self.conditions.get(&(path.to_owned(), method.to_owned()));
        found.cloned().unwrap_or_default()
    }

    /// The schemas that are named.
    pub(super) fn schemas(&self) -> impl Iterator<Item = (&String, &Json)> {
        let schemas = self.components().and_then(|all| all.get("schemas")).and_then(Json::as_object);
        schemas.into_iter().flatten()
    }

    fn components(&self) -> Option<&Json> {
        self.root.get("components")
    }

    /// What a reference leads to, and what that leads to.
    pub(super) fn resolve(&self, reference: &str) -> Target<'_> {
        self.follow(reference, MOST_HOPS)
    }

    fn follow(&self, reference: &str, hops: usize) -> Target<'_> {
        if !reference.starts_with("#/") {
            return Target::Outside;
        }
        let mut target: Option<&Json> = None;
        for part in reference.trim_matches(['#', '/']).split('/') {
            let inner = match target {
                None => self.root.get(part),
                Some(Json::Array(items)) => part.parse::<usize>().ok().and_then(|at| items.get(at)),
                Some(inner) => inner.get(part),
            };
            if inner.is_some_and(is_hole) {
                return Target::Unknown;
            }
            let Some(inner) = inner else {
                let is_unsure =
                    target.map_or(self.is_open, |target| target.as_object().is_some_and(holds_hole));
                return if is_unsure { Target::Unknown } else { Target::Missing };
            };
            target = Some(inner);
        }
        let Some(target) = target else { return Target::Missing };
        // there a reference is a schema as any other
        if self.models == Models::Second && is_named_schema(reference) {
            return Target::Found(target);
        }
        match target.get("$ref").and_then(Json::as_str).filter(|_| self.models.is_reference(target)) {
            Some(further) if hops > 0 => self.follow(further, hops - 1),
            // in a circle, which Python gives up
            Some(_) => Target::Missing,
            None => Target::Found(target),
        }
    }
}

fn is_named_schema(reference: &str) -> bool {
    reference.strip_prefix("#/components/schemas/").is_some_and(|name| !name.contains('/'))
}

fn holds_hole(object: &Schema) -> bool {
    object.keys().any(|key| is_hole(&Json::from(key.as_str())))
}

/// Reads values as JSON.
struct Reader<'c> {
    /// What the code depends on that gives the document away.
    here: &'c PathCondition,
    room: usize,
    conditions: HashMap<(String, String), PathCondition>,
    is_open: bool,
}

impl Reader<'_> {
    /// Whether what depends on `condition` is there whenever the code runs.
    fn is_sure(&self, condition: &PathCondition) -> bool {
        condition.beyond(self.here).is_some_and(|more| more.is_empty())
    }

    /// The document itself; what makes no tools may be unknown.
    fn root(&mut self, dict: &DictValue) -> Option<Schema> {
        let mut root = Map::new();
        for (key, value, condition) in dict.items.borrow().iter() {
            let key = key.as_text()?.to_string();
            let value = match (&*key, value.without_default()) {
                ("paths", (Value::Dict(paths), _)) if self.is_sure(condition) => self.paths(paths)?,
                ("paths", _) => return None,
                _ if !self.is_sure(condition) => hole(),
                (_, (value, None)) => self.value(value, DEEPEST),
                (_, (_, Some(_))) => hole(),
            };
            root.insert(key, value);
        }
        self.is_open |= dict.open.get();
        (self.room > 0).then_some(root)
    }

    fn paths(&mut self, paths: &DictValue) -> Option<Json> {
        self.is_open |= paths.open.get();
        let mut read = Map::new();
        for (path, item, condition) in paths.items.borrow().iter() {
            let path = path.as_text()?.to_string();
            match item {
                Value::Dict(item) => drop(read.insert(path.clone(), self.path(&path, item, condition)?)),
                _ => self.is_open = true,
            }
        }
        Some(read.into())
    }

    fn path(&mut self, path: &str, item: &DictValue, around: &PathCondition) -> Option<Json> {
        self.is_open |= item.open.get();
        let mut read = Map::new();
        for (key, value, condition) in item.items.borrow().iter() {
            let key = key.as_text()?.to_string();
            let is_operation = METHODS.contains(&&*key);
            if is_operation {
                if !matches!(value.without_default().0, Value::Dict(_) | Value::None) {
                    self.is_open = true;
                    continue;
                }
                let all = around.and(condition);
                // it is not there in this very arm
                if all.beyond(self.here).is_none() {
                    continue;
                }
                if !self.is_sure(&all) {
                    self.conditions.insert((path.to_owned(), key.clone()), all);
                }
            }
            let is_known = is_operation || self.is_sure(condition);
            let value = if is_known { self.value(value, DEEPEST) } else { hole() };
            read.insert(key, value);
        }
        Some(read.into())
    }

    /// A value, with holes for what is not known.
    fn value(&mut self, value: &Value, depth: usize) -> Json {
        let (Some(room), Some(below)) = (self.room.checked_sub(1), depth.checked_sub(1)) else {
            self.room = 0;
            return hole();
        };
        self.room = room;
        match value {
            Value::None => Json::Null,
            Value::Bool(truth) => Json::Bool(*truth),
            Value::Int(number) => Json::from(*number),
            Value::Float(number) => Json::from(*number),
            Value::Text(text) => Json::from(&**text),
            Value::Tuple(items) => items.iter().map(|item| self.value(item, below)).collect(),
            Value::List(list) if !list.open.get() && !value.is_shuffled() => {
                let items = list.items.borrow();
                if items.iter().any(|(_, condition)| !self.is_sure(condition)) {
                    return unknown_text().into();
                }
                items.iter().map(|(item, _)| self.value(item, below)).collect()
            }
            Value::Dict(dict) if !dict.open.get() => {
                let mut object = Map::new();
                for (key, value, condition) in dict.items.borrow().iter() {
                    let known = key.as_text().filter(|_| self.is_sure(condition));
                    let key = known.map_or_else(unknown_text, |key| key.to_string());
                    object.insert(key, self.value(value, below));
                }
                object.into()
            }
            Value::Object(object) => match object.enum_value() {
                Some(value) => self.value(&value, below),
                None => unknown_text().into(),
            },
            _ => unknown_text().into(),
        }
    }
}
