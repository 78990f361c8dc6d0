//! One schema, as the comparison looks at it: its references followed, its keywords known or not.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::schema::target;

/// The keywords that tell people something and bind nobody.
pub(super) const NOTES: &[&str] = &["$comment", "deprecated", "examples", "readOnly", "writeOnly"];
/// The other keywords that are understood.
const UNDERSTOOD: &[&str] = &[
    "$defs", "$schema", "additionalProperties", "const", "default", "definitions", "description", "enum",
    "exclusiveMaximum", "exclusiveMinimum", "format", "items", "maxItems", "maxLength", "maxProperties",
    "maximum", "minItems", "minLength", "minProperties", "minimum", "multipleOf", "pattern", "prefixItems",
    "properties", "required", "title", "type", "uniqueItems",
];

/// A schema as an object, with what it refers to behind it.
#[derive(Clone, Debug, Default)]
pub(super) struct Node<'s> {
    /// What stands first wins.
    layers: Vec<&'s Map<String, Value>>,
    /// The one type that is meant of several.
    only: Option<&'s str>,
}

impl<'s> Node<'s> {
    /// The schema with its references followed; none when one leads nowhere, or nothing is admitted.
    pub(super) fn of(mut schema: &'s Value, definitions: &BTreeMap<&str, &'s Value>) -> Option<Self> {
        let mut node = Self::default();
        while let Value::Object(members) = schema {
            node.layers.push(members);
            match members.get("$ref") {
                None => return Some(node),
                Some(_) if node.layers.len() > 8 => return None,
                Some(reference) => schema = definitions.get(target(reference.as_str()?)?.as_str())?,
            }
        }
        (*schema == Value::Bool(true)).then_some(node)
    }

    /// The value of a keyword.
    pub(super) fn get(&self, keyword: &str) -> Option<&'s Value> {
        self.layers.iter().find_map(|layer| layer.get(keyword))
    }

    /// The same schema, of the one type.
    pub(super) fn only(&self, kind: &'s str) -> Self {
        Self { only: Some(kind), ..self.clone() }
    }

    /// The type, when it is one.
    pub(super) fn kind(&self) -> Option<&'s str> {
        self.only.or_else(|| self.get("type")?.as_str())
    }

    /// The values, when they are listed.
    pub(super) fn values(&self) -> Option<Vec<&'s Value>> {
        match (self.get("const"), self.get("enum")) {
            (Some(one), _) => Some(vec![one]),
            (None, several) => Some(several?.as_array()?.iter().collect()),
        }
    }

    /// The keywords, those of references too.
    pub(super) fn keywords(&self) -> impl Iterator<Item = &'s str> {
        self.layers.iter().flat_map(|layer| layer.keys()).map(String::as_str)
    }

    /// The keywords that are not understood.
    pub(super) fn opaque(&self) -> impl Iterator<Item = &'s str> {
        self.keywords().filter(|keyword| {
            *keyword != "$ref"
                && !keyword.starts_with("x-")
                && !NOTES.contains(keyword)
                && !UNDERSTOOD.contains(keyword)
        })
    }

    /// Whether it binds in no way but by its type.
    pub(super) fn is_plain(&self) -> bool {
        let silent = ["type", "title", "description", "default"];
        self.keywords().all(|keyword| silent.contains(&keyword))
    }
}
