//! Schemas with their definitions laid out, as the middleware of `fastmcp` 3 and 4 lists them.
//!
//! What holds itself, leads to nothing, or would become too large is listed as it is.

use std::collections::HashMap;

use serde_json::Value as Json;

use super::super::schema::Schema;
use super::convert::require_tag;

/// So deep may a schema nest when it is laid out.
const DEEPEST: usize = 128;

/// So many values may it hold.
const LARGEST: usize = 100_000;

/// So many bytes may its names and texts have.
const LONGEST: usize = 5_000_000;

/// The schema laid out; none where it takes more room than there is.
pub(super) fn laid_out(schema: &Json, room: &mut usize) -> Option<Json> {
    if !refers(schema) {
        return Some(schema.clone());
    }
    let mut measurer = Measurer { root: schema, sizes: HashMap::new(), within: Vec::new() };
    let Some((count, _)) = measurer.measure(schema, 0) else { return Some(schema.clone()) };
    *room = room.checked_sub(count)?;
    let mut made = laid(schema, schema);
    if let Json::Object(made) = &mut made {
        made.shift_remove("$defs");
    }
    let made = told_apart(made);
    Some(if length(&made) > LONGEST { schema.clone() } else { made })
}

/// The value without what tells the arms of a union apart; each arm requires it instead.
fn told_apart(value: Json) -> Json {
    match value {
        Json::Array(items) => items.into_iter().map(told_apart).collect(),
        Json::Object(mut object) => {
            if object.contains_key("anyOf") || object.contains_key("oneOf") {
                require_tag(&mut object);
                object.shift_remove("discriminator");
            }
            let is_data = |key: &str| ["default", "const", "examples", "enum"].contains(&key);
            let inner = object.into_iter().map(|(key, value)| {
                let value = if is_data(&key) { value } else { told_apart(value) };
                (key, value)
            });
            Json::Object(inner.collect())
        }
        other => other,
    }
}

/// Whether a schema refers to anything, or defines something.
fn refers(value: &Json) -> bool {
    match value {
        Json::Object(object) => {
            object.contains_key("$ref") || object.contains_key("$defs") || object.values().any(refers)
        }
        Json::Array(items) => items.iter().any(refers),
        _ => false,
    }
}

/// What a reference within the schema leads to.
fn target<'s>(root: &'s Json, reference: &str) -> Option<&'s Json> {
    let mut found = root;
    for part in reference.strip_prefix("#/")?.split('/') {
        let part = part.replace("~1", "/").replace("~0", "~");
        found = match found {
            Json::Array(items) => items.get(part.parse::<usize>().ok()?)?,
            other => other.get(&part)?,
        };
    }
    Some(found)
}

fn reference(object: &Schema) -> Option<&str> {
    object.get("$ref")?.as_str()
}

/// Counts what a schema holds once it is laid out.
struct Measurer<'s> {
    root: &'s Json,
    sizes: HashMap<usize, (usize, usize)>,
    within: Vec<usize>,
}

impl<'s> Measurer<'s> {
    /// How many values, and how deep; none where that is too much, or without an end.
    fn measure(&mut self, value: &'s Json, depth: usize) -> Option<(usize, usize)> {
        if depth > DEEPEST {
            return None;
        }
        let identity = std::ptr::from_ref(value).addr();
        let (count, height) = match self.sizes.get(&identity) {
            Some(known) => *known,
            None if self.within.contains(&identity) => return None,
            None => {
                self.within.push(identity);
                let size = self.within(value, depth)?;
                self.within.pop();
                self.sizes.insert(identity, size);
                size
            }
        };
        (depth + height <= DEEPEST).then_some((count, height))
    }

    fn within(&mut self, value: &'s Json, depth: usize) -> Option<(usize, usize)> {
        let mut inner: Vec<&'s Json> = match value {
            Json::Object(object) => object.values().collect(),
            Json::Array(items) => items.iter().collect(),
            _ => Vec::new(),
        };
        if let Some(reference) = value.as_object().and_then(reference).filter(|one| one.starts_with('#')) {
            inner.push(target(self.root, reference)?);
        }
        let (mut count, mut height) = (1, 0);
        for one in inner {
            if one.is_object() || one.is_array() {
                let (more, deep) = self.measure(one, depth + 1)?;
                count += more;
                height = height.max(deep + 1);
            } else {
                count += 1;
            }
            if count > LARGEST {
                return None;
            }
        }
        Some((count, height))
    }
}

/// The value with what it refers to in its place, and what stands beside a reference over that.
fn laid(value: &Json, root: &Json) -> Json {
    match value {
        Json::Array(items) => items.iter().map(|item| laid(item, root)).collect(),
        Json::Object(object) => {
            let referred = reference(object).filter(|one| one.starts_with('#'));
            let mut made = match referred.and_then(|one| target(root, one)) {
                Some(found) => laid(found, root).as_object().cloned().unwrap_or_default(),
                None => Schema::new(),
            };
            for (key, value) in object {
                if key != "$ref" && !(key == "$defs" && std::ptr::eq(value, &raw const root["$defs"])) {
                    made.insert(key.clone(), laid(value, root));
                }
            }
            made.into()
        }
        other => other.clone(),
    }
}

/// How long all names and texts are.
fn length(value: &Json) -> usize {
    match value {
        Json::Object(object) => object.iter().map(|(key, value)| key.len() + length(value)).sum(),
        Json::Array(items) => items.iter().map(length).sum(),
        Json::String(text) => text.len(),
        _ => 5,
    }
}
