//! What a tool or a prompt takes, whether it says so by a JSON Schema or by a list of arguments.

use serde_json::Value;

use super::types::{Types, pair, required};
use crate::server::Primitive;

/// One parameter of a tool, or argument of a prompt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ParameterDoc<'p> {
    pub(super) name: &'p str,
    /// Its type; empty when it can be anything.
    pub(super) kind: String,
    pub(super) required: bool,
    /// What it is when it is left out, unless that is null.
    pub(super) default: Option<&'p Value>,
    pub(super) description: Option<&'p str>,
}

/// A longer default is cut, in characters.
const LONGEST: usize = 40;

impl ParameterDoc<'_> {
    /// `days: integer = 3`, `units?: "c" | "f"`.
    pub(super) fn signature(&self) -> String {
        let text = pair(self.name, !self.required && self.default.is_none(), &self.kind);
        let Some(default) = self.default else { return text };
        let default = default.to_string();
        match default.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{text} = {}…", &default[..end]),
            None => format!("{text} = {default}"),
        }
    }
}

/// What the entry takes, in its order.
pub(super) fn parameters(primitive: &Primitive) -> Vec<ParameterDoc<'_>> {
    match (primitive.listed.get("inputSchema"), primitive.listed.get("arguments")) {
        (Some(schema), _) => of_schema(schema),
        (None, Some(Value::Array(arguments))) => arguments.iter().filter_map(of_argument).collect(),
        _ => Vec::new(),
    }
}

fn of_schema(root: &Value) -> Vec<ParameterDoc<'_>> {
    let Some(schema) = root.as_object() else { return Vec::new() };
    let (types, needed) = (Types::new(root), required(schema));
    let properties = schema.get("properties").and_then(Value::as_object);
    properties
        .into_iter()
        .flatten()
        .map(|(name, property)| {
            let required = needed.contains(&name.as_str());
            ParameterDoc {
                name,
                kind: types.property(property, required),
                required,
                default: property.get("default").filter(|default| !required && !default.is_null()),
                description: property.get("description").and_then(Value::as_str),
            }
        })
        .collect()
}

fn of_argument(argument: &Value) -> Option<ParameterDoc<'_>> {
    Some(ParameterDoc {
        name: argument.get("name")?.as_str()?,
        kind: String::new(),
        required: argument.get("required").and_then(Value::as_bool).unwrap_or(false),
        default: None,
        description: argument.get("description").and_then(Value::as_str),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn parameters_read_as_a_signature() {
        for (listed, expected) in [
            (
                json!({"inputSchema": {
                    "properties": {
                        "city": {"type": "string"},
                        "days": {"type": "integer", "default": 3},
                        "units": {"enum": ["c", "f"]},
                        "key": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": null},
                        "raw": {},
                        "text": {"type": "string", "default": "x".repeat(60)},
                    },
                    "required": ["city"],
                }}),
                &[
                    "city: string",
                    "days: integer = 3",
                    "units?: \"c\" | \"f\"",
                    "key?: string",
                    "raw?",
                    "text: string = \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
                ][..],
            ),
            (
                json!({"arguments": [{"name": "topic", "required": true}, {"name": "style"}, {}, 3]}),
                &["topic", "style?"],
            ),
            (json!({"inputSchema": true}), &[]),
            (json!({"inputSchema": {"properties": []}, "arguments": [{"name": "x"}]}), &[]),
            (json!({}), &[]),
        ] {
            let primitive: Primitive = serde_json::from_value(listed.clone()).expect("an entry");
            let signatures: Vec<_> = parameters(&primitive).iter().map(ParameterDoc::signature).collect();
            assert_eq!(signatures, expected, "{listed}");
        }
    }
}
