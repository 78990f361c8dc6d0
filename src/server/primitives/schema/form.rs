//! A schema in the form that an SDK gives it: definitions named or laid out in place, titles left out.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::Schema;

/// So deep may definitions lie within each other when they are laid out in place.
const DEPTH: usize = 64;

/// So many definitions may be laid out.
const LAID_OUT: usize = 5000;

/// What makes an object a schema of something.
const KEYWORDS: [&str; 8] = ["type", "properties", "$ref", "items", "allOf", "oneOf", "anyOf", "required"];

/// What says nothing of the values.
const PLAIN: [&str; 5] = ["title", "description", "deprecated", "readOnly", "writeOnly"];

/// A schema with those of the definitions that it refers to; what stands at the root is no reference.
pub(super) fn closed(root: Schema, definitions: BTreeMap<String, Schema>) -> Schema {
    let mut schema = root;
    while let Some(name) = reference(&schema).map(str::to_owned) {
        let Some(definition) = definitions.get(&name) else { break };
        schema.remove("$ref");
        let siblings = std::mem::replace(&mut schema, definition.clone());
        schema.extend(siblings);
    }
    let mut needed = BTreeSet::new();
    let mut open = Vec::new();
    references(&schema, &mut open);
    while let Some(name) = open.pop() {
        if let Some(definition) = definitions.get(&name)
            && needed.insert(name)
        {
            references(definition, &mut open);
        }
    }
    if !needed.is_empty() {
        let kept = definitions.into_iter().filter(|(name, _)| needed.contains(name));
        let kept: Schema = kept.map(|(name, definition)| (name, definition.into())).collect();
        schema.insert("$defs".to_owned(), kept.into());
    }
    sorted(schema)
}

/// The definition that a schema refers to.
fn reference(schema: &Schema) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix("#/$defs/")
}

/// Adds all definitions that a schema refers to.
fn references(schema: &Schema, found: &mut Vec<String>) {
    found.extend(reference(schema).map(str::to_owned));
    below(schema, &mut |_, inner| references(inner, found));
}

/// Calls `visit` for each schema right below one, with the keyword that it stands under.
fn below<'a>(schema: &'a Schema, visit: &mut dyn FnMut(&str, &'a Schema)) {
    for (key, value) in schema {
        match (key.as_str(), value) {
            ("default" | "const" | "enum" | "examples", _) => {}
            ("properties" | "$defs", Json::Object(named)) => {
                named.values().filter_map(Json::as_object).for_each(|inner| visit(key, inner));
            }
            (_, Json::Object(inner)) => visit(key, inner),
            (_, Json::Array(items)) => {
                items.iter().filter_map(Json::as_object).for_each(|inner| visit(key, inner));
            }
            _ => {}
        }
    }
}

/// The schema with each schema below it replaced.
fn mapped(schema: Schema, replace: &mut dyn FnMut(Schema) -> Schema) -> Schema {
    let one = |value: Json, replace: &mut dyn FnMut(Schema) -> Schema| match value {
        Json::Object(inner) => Json::Object(replace(inner)),
        other => other,
    };
    let each = schema.into_iter().map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("default" | "const" | "enum" | "examples" | "discriminator", value) => value,
            ("properties" | "$defs", Json::Object(named)) => {
                named.into_iter().map(|(name, inner)| (name, one(inner, replace))).collect()
            }
            (_, Json::Array(items)) => items.into_iter().map(|item| one(item, replace)).collect(),
            (_, value) => one(value, replace),
        };
        (key, value)
    });
    each.collect()
}

/// The keys in the order of pydantic.
fn sorted(schema: Schema) -> Schema {
    let mut schema = mapped(schema, &mut sorted);
    schema.sort_keys();
    schema
}

/// The schema without the titles that only repeat names, and with `open` without the mark that no other properties
/// may be there.
pub(super) fn pruned(schema: Schema, bare: bool, open: bool) -> Schema {
    let mut schema = mapped(schema, &mut |inner| pruned(inner, bare, open));
    let is_schema = KEYWORDS.iter().any(|key| schema.contains_key(*key));
    let is_bare = bare && schema.keys().all(|key| PLAIN.contains(&key.as_str()));
    if (is_schema || is_bare) && schema.get("title").is_some_and(Json::is_string) {
        schema.shift_remove("title");
    }
    if open && schema.get("additionalProperties") == Some(&Json::Bool(false)) {
        schema.shift_remove("additionalProperties");
    }
    schema
}

/// The schema with its definitions laid out where they are referred to; none where one holds itself.
///
/// What tells the arms of a union apart goes with the definitions; `names_tag` keeps the property's name, else every
/// arm requires it.
pub(super) fn laid_out(schema: &Schema, names_tag: bool) -> Option<Schema> {
    let definitions = match schema.get("$defs") {
        Some(Json::Object(definitions)) => definitions.clone(),
        _ => return Some(schema.clone()),
    };
    let mut root = schema.clone();
    root.shift_remove("$defs");
    let mut count = 0;
    let laid = lay_out(root, &definitions, &mut Vec::new(), &mut count)?;
    Some(told_apart(laid, names_tag))
}

fn lay_out(
    mut schema: Schema,
    definitions: &Schema,
    within: &mut Vec<String>,
    count: &mut usize,
) -> Option<Schema> {
    *count += 1;
    if within.len() > DEPTH || *count > LAID_OUT {
        return None;
    }
    let name = reference(&schema).map(str::to_owned);
    if let Some(name) = &name {
        if within.contains(name) {
            return None;
        }
        let definition = definitions.get(name)?.as_object()?.clone();
        schema.shift_remove("$ref");
        let siblings = std::mem::replace(&mut schema, definition);
        within.push(name.clone());
        let mut laid = lay_out(schema, definitions, within, count)?;
        within.pop();
        laid.extend(siblings);
        return Some(laid);
    }
    let mut is_whole = true;
    let laid = mapped(schema, &mut |inner| match lay_out(inner, definitions, within, count) {
        Some(laid) => laid,
        None => {
            is_whole = false;
            Schema::new()
        }
    });
    is_whole.then_some(laid)
}

/// The schema with nothing left that refers to definitions by the values of a property.
fn told_apart(schema: Schema, names_tag: bool) -> Schema {
    let mut schema = mapped(schema, &mut |inner| told_apart(inner, names_tag));
    let Some(Json::Object(mut discriminator)) = schema.shift_remove("discriminator") else { return schema };
    let tag = discriminator.shift_remove("propertyName").unwrap_or_default();
    if names_tag {
        schema.insert("discriminator".to_owned(), json!({"propertyName": tag}));
        return schema;
    }
    for arm in schema.get_mut("oneOf").and_then(Json::as_array_mut).into_iter().flatten() {
        let Some(arm) = arm.as_object_mut() else { continue };
        if let Json::Array(required) = arm.entry("required").or_insert_with(|| json!([]))
            && !required.contains(&tag)
        {
            required.push(tag.clone());
        }
    }
    schema
}
