//! A schema of OpenAPI as one of JSON Schema, as `fastmcp` converts it.

use serde_json::{Value as Json, json};

use super::super::schema::Schema;
use super::compose::scope;
use super::model::Models;

/// What JSON Schema does not have.
const OWN: [&str; 7] =
    ["nullable", "discriminator", "readOnly", "writeOnly", "xml", "externalDocs", "deprecated"];

/// The keywords below which named schemas stand.
const NAMED: [&str; 3] = ["properties", "$defs", "$definitions"];

/// Those below which one stands.
const ONE: [&str; 3] = ["items", "additionalProperties", "not"];

/// Those below which several stand.
const SEVERAL: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// Converts schemas.
#[derive(Clone, Copy)]
pub(super) struct Converter<'d> {
    pub(super) models: Models,
    /// Whether what tells the arms of a union apart is required in each.
    pub(super) requires_tags: bool,
    /// The definitions by which it is known which properties a response never holds; none where all are kept.
    pub(super) without_written: Option<&'d Schema>,
}

impl Converter<'_> {
    /// The schema as one of JSON Schema.
    pub(super) fn convert(self, schema: &Schema) -> Schema {
        let mut made = match self.without_written {
            Some(definitions) => without_written(schema, definitions),
            None => schema.clone(),
        };
        if self.models == Models::First {
            made = nullable(made);
        }
        if let Some(arms) = made.shift_remove("oneOf") {
            made.insert("anyOf".to_owned(), arms);
        }
        if self.requires_tags {
            require_tag(&mut made);
        }
        made.retain(|key, _| !OWN.contains(&key.as_str()));
        for (key, value) in &mut made {
            match value {
                Json::Object(inner) if NAMED.contains(&key.as_str()) => {
                    for value in inner.values_mut() {
                        self.within(value);
                    }
                }
                Json::Object(_) if ONE.contains(&key.as_str()) => self.within(value),
                Json::Array(items) if SEVERAL.contains(&key.as_str()) => {
                    for value in items {
                        self.within(value);
                    }
                }
                _ => {}
            }
        }
        made
    }

    fn within(self, value: &mut Json) {
        if let Json::Object(schema) = value {
            *schema = self.convert(schema);
        }
    }
}

/// `nullable` as a type beside others.
fn nullable(mut schema: Schema) -> Schema {
    if schema.shift_remove("nullable") != Some(Json::Bool(true)) {
        return schema;
    }
    let null = || json!({"type": "null"});
    if let Some(kind) = schema.get_mut("type") {
        match kind {
            Json::String(_) => *kind = json!([kind.take(), "null"]),
            Json::Array(kinds) if !kinds.contains(&json!("null")) => kinds.push("null".into()),
            _ => {}
        }
    } else if let Some(Json::Array(mut arms)) = schema.shift_remove("oneOf") {
        arms.push(null());
        schema.insert("anyOf".to_owned(), arms.into());
    } else if let Some(Json::Array(arms)) = schema.get_mut("anyOf") {
        if arms.iter().all(|arm| arm.get("type") != Some(&json!("null"))) {
            arms.push(null());
        }
    } else if let Some(all) = schema.shift_remove("allOf") {
        schema.insert("anyOf".to_owned(), json!([{"allOf": all}, {"type": "null"}]));
    }
    if let Some(Json::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Json::Null)
    {
        values.push(Json::Null);
    }
    schema
}

/// Whether any schema below may be null or one of several.
pub(super) fn shares_nullable_union(definitions: &Schema) -> bool {
    let mut open: Vec<&Json> = definitions.values().collect();
    while let Some(value) = open.pop() {
        if value.get("nullable") == Some(&Json::Bool(true)) && value.get("anyOf").is_some() {
            return true;
        }
        match value {
            Json::Object(object) => open.extend(object.values()),
            Json::Array(items) => open.extend(items),
            _ => {}
        }
    }
    false
}

/// Requires in every arm of a union what tells the arms apart.
pub(super) fn require_tag(schema: &mut Schema) {
    let tag = schema.get("discriminator").and_then(|all| all.get("propertyName"));
    let Some(tag) = tag.filter(|tag| tag.is_string()).cloned() else { return };
    for key in ["anyOf", "oneOf"] {
        for arm in schema.get_mut(key).and_then(Json::as_array_mut).into_iter().flatten() {
            let Some(arm) = arm.as_object_mut() else { continue };
            if let Json::Array(required) = arm.entry("required").or_insert_with(|| json!([]))
                && !required.contains(&tag)
            {
                required.push(tag.clone());
            }
        }
    }
}

/// The schema without the properties that stand in requests alone.
fn without_written(schema: &Schema, definitions: &Schema) -> Schema {
    let mut names: Vec<&str> = Vec::new();
    for part in scope(schema, definitions) {
        for (name, property) in part.get("properties").and_then(Json::as_object).into_iter().flatten() {
            let Some(property) = property.as_object() else { continue };
            let is_written = |part: &Schema| part.get("writeOnly") == Some(&Json::Bool(true));
            if scope(property, definitions).into_iter().any(is_written) {
                names.push(name);
            }
        }
    }
    if names.is_empty() { schema.clone() } else { without_names(schema, &names) }
}

fn without_names(schema: &Schema, names: &[&str]) -> Schema {
    let mut made = schema.clone();
    if let Some(Json::Object(properties)) = made.get_mut("properties") {
        properties.retain(|name, _| !names.contains(&name.as_str()));
    }
    if let Some(Json::Array(required)) = made.get_mut("required") {
        required.retain(|name| name.as_str().is_none_or(|name| !names.contains(&name)));
        if required.is_empty() {
            made.shift_remove("required");
        }
    }
    for key in SEVERAL {
        for arm in made.get_mut(key).and_then(Json::as_array_mut).into_iter().flatten() {
            if let Json::Object(inner) = arm {
                *inner = without_names(inner, names);
            }
        }
    }
    made
}
