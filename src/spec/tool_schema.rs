//! What the schema of a tool's arguments must be: JSON Schema 2020-12 of an object.
//!
//! MCP 2025-11-25, schema.ts: "`inputSchema: { type: "object"; ... }`". JSON Schema Validation 6.1.1: "String values MUST be
//! one of the six primitive types ... or "integer""; 6.5.3: "The value of this keyword MUST be an array." Which faults
//! clients make much of is not told here.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

/// Something in a schema that is not as it has to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaFault {
    /// The whole is no object: what its `type` says, where it says something.
    NoObject(Option<String>),
    /// The whole combines schemas by this keyword.
    Combined(&'static str),
    /// A reference leads nowhere.
    Reference {
        /// Where it stands, as properties joined by dots; empty for the whole.
        at: String,
        /// What it names.
        target: String,
    },
    /// A type that is none.
    Type {
        /// Where it stands.
        at: String,
        /// What is written.
        word: String,
    },
    /// A keyword has a value of another form than it takes.
    Form {
        /// Where it stands.
        at: String,
        /// The keyword.
        keyword: &'static str,
        /// What it takes.
        wanted: &'static str,
    },
    /// A name is required and no property.
    Required {
        /// Where it stands.
        at: String,
        /// The name.
        name: String,
    },
}

/// The types that JSON Schema knows.
const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// How Python calls them.
const PYTHON: [(&str, &str); 9] = [
    ("any", "string"),
    ("bool", "boolean"),
    ("dict", "object"),
    ("double", "number"),
    ("float", "number"),
    ("int", "integer"),
    ("list", "array"),
    ("none", "null"),
    ("str", "string"),
];

/// The keywords that combine schemas.
const COMBINING: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// The keywords that hold one schema, several by name, and several in a row.
const ONE: [&str; 10] = [
    "additionalProperties", "contains", "else", "if", "items", "not", "propertyNames", "then",
    "unevaluatedItems", "unevaluatedProperties",
];
const NAMED: [&str; 5] = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];
const LISTED: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];

/// So deep are schemas read.
const DEPTH: usize = 32;

/// The type of JSON Schema that a word of Python means.
pub fn meant(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let own = TYPES.into_iter().find(|name| *name == word);
    own.or_else(|| PYTHON.iter().find(|(python, _)| *python == word).map(|(_, json)| *json))
}

/// What is wrong with the schema of a tool's arguments.
pub fn faults(schema: &Map<String, Value>) -> Vec<SchemaFault> {
    let mut reader = Reader { root: schema, faults: Vec::new() };
    match schema.get("type") {
        Some(Value::String(word)) if word == "object" => {}
        Some(Value::String(word)) => reader.faults.push(SchemaFault::NoObject(Some(word.clone()))),
        Some(other) => reader.faults.push(SchemaFault::NoObject(Some(other.to_string()))),
        None => reader.faults.push(SchemaFault::NoObject(None)),
    }
    let combined = COMBINING.into_iter().filter(|keyword| schema.contains_key(*keyword));
    reader.faults.extend(combined.map(SchemaFault::Combined));
    reader.read(schema, &mut Vec::new(), 0);
    reader.faults
}

struct Reader<'s> {
    root: &'s Map<String, Value>,
    faults: Vec<SchemaFault>,
}

impl<'s> Reader<'s> {
    fn read(&mut self, schema: &'s Map<String, Value>, at: &mut Vec<&'s str>, depth: usize) {
        if depth > DEPTH {
            return;
        }
        self.own(schema, &at.join("."));
        for keyword in ONE {
            match schema.get(keyword) {
                Some(Value::Object(inner)) => self.read(inner, at, depth + 1),
                Some(Value::Array(several)) if keyword == "items" => self.several(several, at, depth),
                _ => {}
            }
        }
        for keyword in LISTED {
            if let Some(Value::Array(several)) = schema.get(keyword) {
                self.several(several, at, depth);
            }
        }
        for keyword in NAMED {
            let Some(Value::Object(named)) = schema.get(keyword) else { continue };
            for (name, inner) in named {
                if let Value::Object(inner) = inner {
                    at.push(name);
                    self.read(inner, at, depth + 1);
                    at.pop();
                }
            }
        }
    }

    fn several(&mut self, several: &'s [Value], at: &mut Vec<&'s str>, depth: usize) {
        for inner in several.iter().filter_map(Value::as_object) {
            self.read(inner, at, depth + 1);
        }
    }

    /// What is wrong with one schema, but for those within it.
    fn own(&mut self, schema: &Map<String, Value>, at: &str) {
        let at = || at.to_owned();
        // that of the whole is told already
        if !at().is_empty() || !std::ptr::eq(schema, self.root) {
            let words = match schema.get("type") {
                Some(Value::Array(several)) => several.iter().collect(),
                one => Vec::from_iter(one),
            };
            for word in
                words.into_iter().filter(|word| !word.as_str().is_some_and(|word| TYPES.contains(&word)))
            {
                let word = word.as_str().map_or_else(|| word.to_string(), str::to_owned);
                self.faults.push(SchemaFault::Type { at: at(), word });
            }
        }
        for (keyword, wanted, is_wanted) in [
            ("properties", "an object", Value::is_object as fn(&Value) -> bool),
            ("required", "a list of names", is_names),
            ("enum", "a list", Value::is_array),
        ] {
            if schema.get(keyword).is_some_and(|value| !is_wanted(value)) {
                self.faults.push(SchemaFault::Form { at: at(), keyword, wanted });
            }
        }
        if let Some(target) = schema.get("$ref").and_then(Value::as_str)
            && !self.leads_somewhere(target)
        {
            self.faults.push(SchemaFault::Reference { at: at(), target: target.to_owned() });
        }
        let missing = missing(schema).into_iter();
        self.faults.extend(missing.map(|name| SchemaFault::Required { at: at(), name: name.to_owned() }));
    }

    /// Whether a reference may lead to something: one within the schema has to be there.
    fn leads_somewhere(&self, target: &str) -> bool {
        let Some(pointer) = target.strip_prefix('#').filter(|_| !self.root.contains_key("$id")) else {
            return true;
        };
        let mut steps = pointer.split('/');
        // an anchor is no pointer
        if pointer.contains('%') || !steps.next().is_some_and(str::is_empty) {
            return true;
        }
        let mut here: Option<&Value> = None;
        for step in steps {
            let key = step.replace("~1", "/").replace("~0", "~");
            let found = match here {
                None => self.root.get(&key),
                Some(Value::Object(map)) => map.get(&key),
                Some(Value::Array(list)) => key.parse().ok().and_then(|at: usize| list.get(at)),
                Some(_) => None,
            };
            let Some(found) = found else { return false };
            here = Some(found);
        }
        true
    }
}

fn is_names(value: &Value) -> bool {
    value.as_array().is_some_and(|names| names.iter().all(Value::is_string))
}

/// The names that a schema requires and lists no property of, where it lists all that there are.
fn missing(schema: &Map<String, Value>) -> BTreeSet<&str> {
    let Some(Value::Object(properties)) = schema.get("properties") else { return BTreeSet::new() };
    let brings_others = |keyword: &str| schema.contains_key(keyword);
    let others =
        ["$ref", "allOf", "anyOf", "oneOf", "patternProperties", "if"].into_iter().any(brings_others);
    let takes_any = schema.get("additionalProperties").is_some_and(|any| *any != Value::Bool(false));
    if others || takes_any {
        return BTreeSet::new();
    }
    let required = schema.get("required").and_then(Value::as_array);
    let names = required.into_iter().flatten().filter_map(Value::as_str);
    names.filter(|name| !properties.contains_key(*name)).collect()
}

impl fmt::Display for SchemaFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let within = |at: &str| if at.is_empty() { String::new() } else { format!(" of `{at}`") };
        match self {
            Self::NoObject(None) => write!(out, "has no `type`, which must be `object`"),
            Self::NoObject(Some(word)) => write!(out, "is of type `{word}`, and must be of type `object`"),
            Self::Combined(keyword) => write!(out, "has `{keyword}` beside its properties"),
            Self::Reference { at, target } => {
                write!(out, "refers{} to `{target}`, which is not there", within(at))
            }
            Self::Type { at, word } => write!(out, "has the type `{word}`{}, which is none", within(at)),
            Self::Form { at, keyword, wanted } => {
                write!(out, "has a `{keyword}`{} that is not {wanted}", within(at))
            }
            Self::Required { at, name } => {
                write!(out, "requires `{name}`{}, which is no property", within(at))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(schema: &Value) -> Vec<String> {
        faults(schema.as_object().expect("an object")).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn finds_what_is_wrong() {
        for (schema, expected) in [
            (json!({}), "has no `type`, which must be `object`"),
            (json!({"type": "array"}), "is of type `array`, and must be of type `object`"),
            (json!({"type": ["object"]}), "is of type `[\"object\"]`, and must be of type `object`"),
            (json!({"type": "object", "oneOf": []}), "has `oneOf` beside its properties"),
            (
                json!({"type": "object", "properties": {"a": {"type": "str"}}}),
                "has the type `str` of `a`, which is none",
            ),
            (
                json!({"type": "object", "properties": {"a": {"items": {"type": ["string", "int"]}}}}),
                "has the type `int` of `a`, which is none",
            ),
            (
                json!({"type": "object", "properties": {"a": {"required": true}}}),
                "has a `required` of `a` that is not a list of names",
            ),
            (
                json!({"type": "object", "properties": {"a": {"$ref": "#/$defs/A"}}}),
                "refers of `a` to `#/$defs/A`, which is not there",
            ),
            (
                json!({"type": "object", "properties": {}, "required": ["a"]}),
                "requires `a`, which is no property",
            ),
        ] {
            assert_eq!(told(&schema), [expected], "{schema}");
        }
    }

    #[test]
    fn passes_what_is_right() {
        for schema in [
            json!({"type": "object"}),
            json!({"type": "object", "properties": {"type": {"type": ["string", "null"]}}, "required": ["type"]}),
            json!({"type": "object", "$defs": {"A/B": {}}, "properties": {"a": {"$ref": "#/$defs/A~1B"}}}),
            json!({"type": "object", "properties": {"a": {"$ref": "https://example.org/a"}, "b": {"$ref": "#a"}, "c": {"$ref": "#"}}}),
            json!({"type": "object", "properties": {}, "required": ["a"], "additionalProperties": true}),
            json!({"type": "object", "required": ["a"]}),
            json!({"type": "object", "properties": {"a": {"anyOf": [{"required": ["x"]}, {"type": "null"}]}}}),
            json!({"type": "object", "properties": {"a": {"default": {"type": "str"}, "enum": [1], "examples": [{"required": true}]}}}),
        ] {
            assert_eq!(told(&schema), [""; 0], "{schema}");
        }
    }
}
