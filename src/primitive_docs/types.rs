//! A JSON Schema as one compact type: `"c" | "f"`, `string[]`, `{city: string, days?: integer}`.
//!
//! What a type alone does not say (bounds, patterns, formats) is left out. However large or circular the schema, the
//! work is bounded.

use std::cell::Cell;

use serde_json::{Map, Value};

/// A reference further down is shown by its name, and an object below that as `object`.
const DEEPEST: usize = 2;
/// So many parts of one type are shown.
const PARTS: usize = 200;

/// The types of a schema and of what it defines.
pub(super) struct Types<'s> {
    root: &'s Value,
    left: Cell<usize>,
}

impl<'s> Types<'s> {
    /// For the parts of `root`, which its references point into.
    pub(super) fn new(root: &'s Value) -> Self {
        Self { root, left: Cell::new(PARTS) }
    }

    /// The type of a property; what may be left out and is null then goes without its `null`. Empty when it can be
    /// anything.
    pub(super) fn property(&self, schema: &Value, required: bool) -> String {
        self.left.set(PARTS);
        self.kept(schema, required, 0)
    }

    fn kept(&self, schema: &Value, required: bool, depth: usize) -> String {
        let mut members = self.members(schema, depth);
        if !required && schema.get("default").is_none_or(Value::is_null) && members.len() > 1 {
            members.retain(|member| member != "null");
        }
        if members == ["any"] { String::new() } else { members.join(" | ") }
    }

    /// The members of the union that a schema is.
    fn members(&self, schema: &Value, depth: usize) -> Vec<String> {
        let mut members = Vec::new();
        self.collect(schema, depth, &mut members);
        members
    }

    fn collect(&self, schema: &Value, depth: usize, members: &mut Vec<String>) {
        let mut add = |member: String| {
            if !members.contains(&member) {
                members.push(member);
            }
        };
        let Some(left) = self.left.get().checked_sub(1) else { return add("…".to_owned()) };
        self.left.set(left);
        let Value::Object(schema) = schema else {
            return add(if *schema == Value::Bool(false) { "never" } else { "any" }.to_owned());
        };
        if let Some(Value::String(target)) = schema.get("$ref") {
            let name = target.rsplit('/').next().unwrap_or_default();
            match target.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)) {
                Some(found) if depth < DEEPEST => self.collect(found, depth + 1, members),
                _ => add(name.to_owned()),
            }
        } else if let Some(value) = schema.get("const") {
            add(value.to_string());
        } else if let Some(Value::Array(values)) = schema.get("enum") {
            for value in values {
                add(value.to_string());
            }
        } else if let Some(Value::Array(some)) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
            for one in some {
                self.collect(one, depth, members);
            }
        } else if let Some(Value::Array(all)) = schema.get("allOf") {
            add(all.iter().map(|one| self.grouped(one, depth)).collect::<Vec<_>>().join(" & "));
        } else {
            match schema.get("type") {
                Some(Value::Array(kinds)) => {
                    for kind in kinds {
                        add(self.kind(kind, schema, depth));
                    }
                }
                Some(kind) => add(self.kind(kind, schema, depth)),
                None if schema.contains_key("properties") => add(self.object(schema, depth)),
                None => add("any".to_owned()),
            }
        }
    }

    fn kind(&self, kind: &Value, schema: &Map<String, Value>, depth: usize) -> String {
        match kind.as_str() {
            Some("array") => self.array(schema, depth),
            Some("object") => self.object(schema, depth),
            Some(kind) => kind.to_owned(),
            None => "any".to_owned(),
        }
    }

    fn array(&self, schema: &Map<String, Value>, depth: usize) -> String {
        if let Some(Value::Array(items)) = schema.get("prefixItems") {
            let items = items.iter().map(|item| self.members(item, depth).join(" | "));
            return format!("[{}]", items.collect::<Vec<_>>().join(", "));
        }
        schema.get("items").map_or_else(|| "any".to_owned(), |items| self.grouped(items, depth)) + "[]"
    }

    /// The type as part of a larger one.
    fn grouped(&self, schema: &Value, depth: usize) -> String {
        match self.members(schema, depth) {
            members if members.len() == 1 => members.concat(),
            members => format!("({})", members.join(" | ")),
        }
    }

    fn object(&self, schema: &Map<String, Value>, depth: usize) -> String {
        if depth > DEEPEST {
            return "object".to_owned();
        }
        match (schema.get("properties"), schema.get("additionalProperties")) {
            (Some(Value::Object(properties)), _) if !properties.is_empty() => {
                let required = required(schema);
                let mut parts = Vec::new();
                for (name, property) in properties {
                    let needed = required.contains(&name.as_str());
                    parts.push(pair(name, !needed, &self.kept(property, needed, depth + 1)));
                    if self.left.get() == 0 {
                        parts.push("…".to_owned());
                        break;
                    }
                }
                format!("{{{}}}", parts.join(", "))
            }
            (_, Some(values @ Value::Object(_))) => {
                format!("{{[string]: {}}}", self.members(values, depth + 1).join(" | "))
            }
            _ => "object".to_owned(),
        }
    }
}

/// The names of the properties that an object cannot do without.
pub(super) fn required(schema: &Map<String, Value>) -> Vec<&str> {
    let required = schema.get("required").and_then(Value::as_array);
    required.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// `city?: string`.
pub(super) fn pair(name: &str, optional: bool, kind: &str) -> String {
    let (mark, colon) = (if optional { "?" } else { "" }, if kind.is_empty() { "" } else { ": " });
    format!("{name}{mark}{colon}{kind}")
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_type_is_written_compactly() {
        for (schema, expected) in [
            (json!({"type": "string", "minLength": 1}), "string"),
            (json!({"type": "array", "items": {"type": "string"}}), "string[]"),
            (json!({"type": "array"}), "any[]"),
            (json!({"type": "array", "items": {"type": ["string", "null"]}}), "(string | null)[]"),
            (json!({"type": "array", "items": {"type": "array", "items": {"type": "number"}}}), "number[][]"),
            (json!({"type": "array", "prefixItems": [{"type": "number"}, {}]}), "[number, any]"),
            (json!({"enum": ["c", "f"], "type": "string"}), "\"c\" | \"f\""),
            (json!({"const": 1}), "1"),
            (
                json!({"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "string"}]}),
                "string | integer",
            ),
            (json!({"oneOf": [{"enum": ["a"]}, {"const": null}]}), "\"a\" | null"),
            (json!({"allOf": [{"type": "string"}]}), "string"),
            (
                json!({"allOf": [{"type": ["string", "null"]}, {"type": "object"}]}),
                "(string | null) & object",
            ),
            (json!({"type": "object"}), "object"),
            (json!({"type": "object", "additionalProperties": {"type": "integer"}}), "{[string]: integer}"),
            (
                json!({"properties": {"a": {"type": "string"}, "b": {"type": ["integer", "null"]}, "c": {}}, "required": ["a"]}),
                "{a: string, b?: integer, c?}",
            ),
            (json!({"$ref": "#/$defs/Unit"}), "\"c\" | \"f\""),
            (json!({"$ref": "#/$defs/Node"}), "{value: integer, next?: Node}"),
            (json!({"$ref": "#/$defs/Missing"}), "Missing"),
            (json!({}), ""),
            (json!(true), ""),
            (json!(false), "never"),
            (json!({"type": 3}), ""),
        ] {
            let root = json!({"$defs": {
                "Unit": {"enum": ["c", "f"]},
                "Node": {
                    "properties": {
                        "value": {"type": "integer"},
                        "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}], "default": null},
                    },
                    "required": ["value"],
                },
            }});
            assert_eq!(Types::new(&root).property(&schema, true), expected, "{schema}");
        }
    }

    #[test]
    fn null_is_what_is_left_out() {
        for (schema, required, expected) in [
            (json!({"type": ["string", "null"], "default": null}), false, "string"),
            (json!({"type": ["string", "null"]}), false, "string"),
            (json!({"type": ["string", "null"]}), true, "string | null"),
            (json!({"type": ["string", "null"], "default": "x"}), false, "string | null"),
            (json!({"type": "null", "default": null}), false, "null"),
        ] {
            assert_eq!(Types::new(&Value::Null).property(&schema, required), expected, "{schema}");
        }
    }

    #[test]
    fn a_circle_or_a_tower_costs_little() {
        let many: Map<String, Value> = (0..300).map(|at| (format!("p{at}"), json!({"$ref": "#"}))).collect();
        let root = json!({"properties": many});
        assert!(Types::new(&root).property(&root, true).len() < 20_000);
    }

    fn schema() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<Option<bool>>().prop_map(Value::from),
            prop::sample::select(vec!["string", "array", "object", "#", "#/a", "#/$defs/x"])
                .prop_map(Value::from),
        ];
        let key = prop::sample::select(vec![
            "type", "$ref", "anyOf", "allOf", "items", "prefixItems", "properties", "required", "enum",
            "const", "a",
        ]);
        leaf.prop_recursive(5, 60, 5, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec((key.clone(), inner), 0..5).prop_map(|pairs| pairs
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn survives_any_schema(schema in schema()) {
            let _ = Types::new(&schema).property(&schema, false);
        }
    }
}
