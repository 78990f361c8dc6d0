//! Schemas that are put together of others: references, `allOf`, variants by a tag.

use std::borrow::Cow;
use std::collections::HashSet;

use serde_json::{Map, Value as Json, json};

use super::super::schema::Schema;

/// More parts than anybody writes.
const MANY: usize = 5000;

/// Where a reference leads within the definitions.
fn definition<'d>(reference: &str, definitions: &'d Schema) -> Option<(String, &'d Schema)> {
    let name = name_of(reference)?;
    Some((name.to_owned(), definitions.get(name)?.as_object()?))
}

fn name_of(reference: &str) -> Option<&str> {
    reference.strip_prefix("#/$defs/").or_else(|| reference.strip_prefix("#/components/schemas/"))
}

fn reference(schema: &Schema) -> Option<&str> {
    schema.get("$ref")?.as_str()
}

/// The schema and those that describe the same value: what it refers to, and all of its `allOf`.
pub(super) fn scope<'d>(schema: &'d Schema, definitions: &'d Schema) -> Vec<&'d Schema> {
    let (mut found, mut seen) = (Vec::new(), HashSet::new());
    let mut open = vec![schema];
    while let Some(schema) = open.pop().filter(|_| found.len() < MANY) {
        found.push(schema);
        if let Some(name) = reference(schema).and_then(|one| one.strip_prefix("#/$defs/"))
            && seen.insert(name)
        {
            open.extend(definitions.get(name).and_then(Json::as_object));
        }
        let all = schema.get("allOf").and_then(Json::as_array).into_iter().flatten();
        open.extend(all.filter_map(Json::as_object));
    }
    found
}

/// A part of a schema, and what tells it from others that look alike.
type Part<'d> = (usize, Cow<'d, Schema>);

/// All parts that a schema is put together of, references followed; of one that comes twice the last. None where they
/// are too many.
pub(super) fn parts<'d>(schema: &'d Schema, definitions: &'d Schema) -> Option<Vec<Cow<'d, Schema>>> {
    let mut room = MANY;
    let parts = collected(schema, definitions, &mut Vec::new(), &mut room)?;
    Some(parts.into_iter().map(|(_, part)| part).collect())
}

fn collected<'d>(
    schema: &'d Schema,
    definitions: &'d Schema,
    within: &mut Vec<String>,
    room: &mut usize,
) -> Option<Vec<Part<'d>>> {
    *room = room.checked_sub(1)?;
    let identity = std::ptr::from_ref(schema).addr();
    let mut parts: Vec<Part<'d>> = Vec::new();
    let mut append = |more: Vec<Part<'d>>| {
        for part in more {
            parts.retain(|(known, _)| *known != part.0);
            parts.push(part);
        }
    };
    let without = |key: &str| -> Schema {
        schema
            .iter()
            .filter(|(name, _)| *name != key)
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    let referred = reference(schema).and_then(|one| definition(one, definitions));
    if let Some((name, referred)) = referred.filter(|(name, _)| !within.contains(name)) {
        within.push(name);
        append(collected(referred, definitions, within, room)?);
        within.pop();
        let siblings = without("$ref");
        if !siblings.is_empty() {
            append(vec![(identity, Cow::Owned(siblings))]);
        }
    } else if let Some(Json::Array(all)) = schema.get("allOf") {
        for one in all.iter().filter_map(Json::as_object) {
            append(collected(one, definitions, within, room)?);
        }
        let siblings = without("allOf");
        if !siblings.is_empty() {
            append(vec![(identity, Cow::Owned(siblings))]);
        }
    } else {
        append(vec![(identity, Cow::Borrowed(schema))]);
    }
    Some(parts)
}

/// The keywords of an object that is nothing but its properties.
const OF_OBJECTS: [&str; 10] = [
    "type", "properties", "required", "title", "description", "example", "examples", "deprecated",
    "discriminator", "oneOf",
];

/// Whether what a schema refers to is nothing but properties, so that these may take its place.
pub(super) fn refers_to_object(schema: &Schema, definitions: &Schema) -> Option<bool> {
    let Some(reference) = schema.get("$ref") else { return Some(true) };
    let alone = Map::from_iter([("$ref".to_owned(), reference.clone())]);
    Some(parts(&alone, definitions)?.iter().all(|part| is_object(part)))
}

fn is_object(schema: &Schema) -> bool {
    let is_tagged = || {
        let tag = schema.get("discriminator");
        tag.is_some_and(|tag| tag["propertyName"].is_string() && tag["mapping"].is_object())
    };
    schema.get("type").is_none_or(|kind| kind == "object")
        && schema.keys().all(|key| OF_OBJECTS.contains(&key.as_str()))
        && (!schema.contains_key("oneOf") || is_tagged())
}

/// The schema that a value of a tag names; none where that lies elsewhere.
pub(super) fn variant(target: &str) -> Option<&str> {
    match name_of(target) {
        Some(name) => Some(name).filter(|name| !name.is_empty()),
        None if target.starts_with('#') || target.contains('/') || target.is_empty() => None,
        None => Some(target),
    }
}

/// The properties of a schema together with those of the variants that its tag names; none where it names none.
pub(super) fn with_variants(schema: &Schema, definitions: &Schema) -> Option<Schema> {
    let tag = schema.get("discriminator")?;
    let (tag, mapping) = (tag.get("propertyName")?.as_str()?, tag.get("mapping")?.as_object()?);
    let own = schema.get("properties").and_then(Json::as_object).cloned().unwrap_or_default();
    let mut added: Vec<(String, Vec<Json>)> = Vec::new();
    let (mut values, mut uses) = (Vec::new(), Vec::new());
    for (value, target) in mapping {
        let named = target.as_str().and_then(variant).and_then(|name| definitions.get(name)?.as_object());
        let Some(subtype) = named else { continue };
        let mut fields: Vec<&str> = Vec::new();
        let parts = parts(subtype, definitions)?;
        for part in &parts {
            for (name, property) in part.get("properties").and_then(Json::as_object).into_iter().flatten() {
                if own.contains_key(name) {
                    continue;
                }
                if !fields.contains(&name.as_str()) {
                    fields.push(name);
                }
                match added.iter_mut().find(|(known, _)| known == name) {
                    Some((_, seen)) if seen.contains(property) => {}
                    Some((_, seen)) => seen.push(property.clone()),
                    None => added.push((name.clone(), vec![property.clone()])),
                }
            }
        }
        values.push(quoted(value));
        if !fields.is_empty() {
            uses.push(format!("{} uses {}", quoted(value), fields.join(", ")));
        }
    }
    if values.is_empty() {
        return None;
    }
    let mut properties = own;
    properties.extend(added.into_iter().map(|(name, mut seen)| {
        let property = if seen.len() == 1 { seen.remove(0) } else { json!({"anyOf": seen}) };
        (name, property)
    }));
    let mut note = format!("Selects the variant. Accepted values: {}.", values.join(", "));
    if !uses.is_empty() {
        note.push_str(&format!(
            " {}. Send only the fields belonging to the selected variant.",
            uses.join("; ")
        ));
    }
    let mut told = match properties.get(tag) {
        Some(Json::Object(property)) => property.clone(),
        _ => Map::from_iter([("type".to_owned(), Json::from("string"))]),
    };
    let said = told.get("description").and_then(Json::as_str).filter(|said| !said.is_empty());
    let note = said.map_or_else(|| note.clone(), |said| format!("{said} {note}"));
    told.insert("description".to_owned(), note.into());
    properties.insert(tag.to_owned(), told.into());
    Some(properties)
}

/// `repr` of a text.
fn quoted(text: &str) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut made = String::from(quote);
    for one in text.chars() {
        match one {
            '\n' => made.push_str("\\n"),
            '\t' => made.push_str("\\t"),
            '\r' => made.push_str("\\r"),
            one if one == quote || one == '\\' => {
                made.push('\\');
                made.push(one);
            }
            one => made.push(one),
        }
    }
    made.push(quote);
    made
}
