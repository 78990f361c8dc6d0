//! Entries in the one form in which they are compared: no titles of schemas, texts without the indentation of their code,
//! references inlined.
//!
//! JSON Schema 2020-12. A definition that comes to itself is kept, and so is what would make a schema larger or deeper than
//! any that people write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::server::Primitive;
use crate::text::cleaned;

/// The keywords whose value is a schema, a list of schemas, or schemas by name.
const ONE: &[&str] = &[
    "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "items", "not",
    "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties",
];
const SEVERAL: &[&str] = &["allOf", "anyOf", "items", "oneOf", "prefixItems"];
const NAMED: &[&str] = &["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/// The fields of an entry that are schemas.
const SCHEMAS: &[&str] = &["inputSchema", "outputSchema"];

/// How deep a schema nests at most, so that the contract can be read again.
const DEEPEST: usize = 80;
/// How many schemas inlining may make of one.
const MOST: usize = 20_000;

/// The entries in order of their `key`, of those that the same scripts list the first of each, in normal form.
pub(super) fn normal(entries: &[Primitive], key: &str) -> Vec<Primitive> {
    let mut first = BTreeMap::new();
    for entry in entries {
        if let Some(name) = entry.text(key) {
            first.entry((name, &entry.scripts)).or_insert(entry);
        }
    }
    first.into_values().map(entry).collect()
}

fn entry(entry: &Primitive) -> Primitive {
    let mut partial: BTreeSet<String> = entry.partial.iter().cloned().collect();
    let mut listed = entry.listed.clone();
    for (field, value) in &mut listed {
        if SCHEMAS.contains(&field.as_str()) {
            let made = Some(&*value).filter(|given| is_sane(given)).map(inlined).filter(is_sane);
            if made.is_none() {
                partial.insert(field.clone());
            }
            *value = made.unwrap_or_else(|| Value::Object(Map::new()));
        } else if field == "description" {
            clean(value);
        } else if field == "arguments" {
            let arguments = value.as_array_mut().into_iter().flatten();
            arguments.filter_map(|argument| argument.get_mut("description")).for_each(clean);
        }
    }
    Primitive {
        listed,
        partial: partial.into_iter().collect(),
        recorded: entry.recorded.clone(),
        conditional: entry.conditional.clone(),
        scripts: entry.scripts.clone(),
        ..Primitive::default()
    }
}

fn clean(value: &mut Value) {
    if let Value::String(text) = value {
        *text = cleaned(text);
    }
}

/// Whether the value nests no deeper than what can be read again.
fn is_sane(root: &Value) -> bool {
    let mut storey = vec![root];
    for _ in 0..DEEPEST + 20 {
        storey = storey.into_iter().flat_map(children).collect();
    }
    storey.is_empty()
}

fn children(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(members) => members.values().collect(),
        _ => Vec::new(),
    }
}

/// The schema in normal form: references to definitions of its own become what they refer to.
fn inlined(root: &Value) -> Value {
    let definitions = definitions(root);
    let mut walk = Walk { recursive: recursive(&definitions), definitions, kept: Vec::new(), left: MOST };
    let mut made = walk.schema(root, 0);
    let mut kept = BTreeMap::new();
    while let Some(name) = walk.kept.pop() {
        if !kept.contains_key(name) {
            kept.insert(name, Value::Null);
            let definition = walk.definitions[name];
            kept.insert(name, walk.schema(definition, 2));
        }
    }
    if let Value::Object(made) = &mut made
        && !kept.is_empty()
    {
        let kept = kept.into_iter().map(|(name, schema)| (name.to_owned(), schema));
        made.insert("$defs".to_owned(), Value::Object(kept.collect()));
    }
    made
}

/// The definitions of a schema by their names.
pub(super) fn definitions(root: &Value) -> BTreeMap<&str, &Value> {
    let tables = ["definitions", "$defs"].into_iter().filter_map(|table| root.get(table)?.as_object());
    tables.flatten().map(|(name, schema)| (name.as_str(), schema)).collect()
}

/// The name of the definition that a reference means.
pub(super) fn target(reference: &str) -> Option<String> {
    let name = reference.strip_prefix("#/$defs/").or_else(|| reference.strip_prefix("#/definitions/"))?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// Those of the definitions that come to themselves.
fn recursive<'d>(definitions: &BTreeMap<&'d str, &'d Value>) -> BTreeSet<&'d str> {
    let direct: BTreeMap<&str, Vec<String>> =
        definitions.iter().map(|(name, schema)| (*name, references(schema))).collect();
    let returns = |start: &&&str| {
        let mut seen = BTreeSet::new();
        let mut next: Vec<&str> = vec![start];
        while let Some(name) = next.pop() {
            for reference in direct.get(name).into_iter().flatten() {
                if reference == *start {
                    return true;
                }
                if seen.insert(reference.as_str()) {
                    next.push(reference);
                }
            }
        }
        false
    };
    definitions.keys().filter(returns).copied().collect()
}

/// The definitions that stand anywhere below the value.
fn references(value: &Value) -> Vec<String> {
    let (mut next, mut found) = (vec![value], Vec::new());
    while let Some(value) = next.pop() {
        found.extend(value.get("$ref").and_then(Value::as_str).and_then(target));
        next.extend(children(value));
    }
    found
}

struct Walk<'d> {
    definitions: BTreeMap<&'d str, &'d Value>,
    recursive: BTreeSet<&'d str>,
    /// The definitions that references are left to.
    kept: Vec<&'d str>,
    /// How many schemas may still be inlined.
    left: usize,
}

impl Walk<'_> {
    fn schema(&mut self, schema: &Value, depth: usize) -> Value {
        let Value::Object(members) = schema else { return schema.clone() };
        let reference = members.get("$ref").and_then(Value::as_str).and_then(target);
        let found = reference.and_then(|name| self.definitions.get_key_value(name.as_str()));
        if let Some((&name, &definition)) = found {
            if !self.recursive.contains(name) && depth < DEEPEST && self.left > 0 {
                self.left -= 1;
                return self.schema(&merged(definition, members), depth + 1);
            }
            self.kept.push(name);
        }
        let mut made = Map::new();
        for (keyword, value) in members {
            match keyword.as_str() {
                "$defs" | "definitions" | "title" => {}
                "$ref" => {
                    let name = value.as_str().and_then(target);
                    let canonical = name.map(|name| {
                        Value::from(format!("#/$defs/{}", name.replace('~', "~0").replace('/', "~1")))
                    });
                    made.insert(keyword.clone(), canonical.unwrap_or_else(|| value.clone()));
                }
                _ => {
                    self.left = self.left.saturating_sub(1);
                    made.insert(keyword.clone(), self.value(keyword, value, depth + 1));
                }
            }
        }
        made.get_mut("description").into_iter().for_each(clean);
        Value::Object(made)
    }

    /// The value of a keyword.
    fn value(&mut self, keyword: &str, value: &Value, depth: usize) -> Value {
        match value {
            Value::Array(items) if SEVERAL.contains(&keyword) => {
                items.iter().map(|item| self.schema(item, depth + 1)).collect()
            }
            Value::Object(_) if ONE.contains(&keyword) => self.schema(value, depth),
            Value::Object(named) if NAMED.contains(&keyword) => {
                let named = named.iter().map(|(name, schema)| (name.clone(), self.schema(schema, depth + 1)));
                Value::Object(named.collect())
            }
            _ => value.clone(),
        }
    }
}

/// What is referred to, with what stands beside the reference.
pub(super) fn merged(definition: &Value, beside: &Map<String, Value>) -> Value {
    let Value::Object(definition) = definition else { return definition.clone() };
    let mut made = definition.clone();
    for (keyword, value) in beside.iter().filter(|(keyword, _)| *keyword != "$ref") {
        made.insert(keyword.clone(), value.clone());
    }
    Value::Object(made)
}
