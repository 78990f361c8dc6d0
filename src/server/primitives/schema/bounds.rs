//! The bounds of a type, put into its schema.

use serde_json::{Value as Json, json};

use super::super::json::json as literal;
use super::annotation::{flat, is_none};
use super::{Schema, keyed, known};
use crate::evaluation::Value;

/// Whether it is the name of a bound.
pub(super) fn is_bound(name: &str) -> bool {
    let bounds = ["ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern", "regex"];
    bounds.contains(&name) || matches!(name, "min_items" | "max_items")
}

/// The bound as JSON, as a fraction where the type counts in those.
pub(super) fn number(value: &Value, is_fraction: bool) -> Option<Json> {
    match (value, literal(value)?) {
        (_, Json::Number(number)) if is_fraction => Some(json!(number.as_f64()?)),
        (_, value) => Some(value),
    }
}

/// Puts a bound into a schema: into the type itself, where null is another arm.
pub(super) fn constrain(schema: &mut Schema, name: &str, bound: Json) {
    if let Some(name) = name.strip_prefix('=') {
        schema.insert(name.to_owned(), bound);
        return;
    }
    if let Some(Json::Array(arms)) = schema.get_mut("anyOf") {
        let null = |arm: &Json| arm.get("type").is_some_and(|kind| kind == "null");
        match &mut **arms {
            [Json::Object(inner), last] if null(last) => return constrain(inner, name, bound),
            // a decimal
            [Json::Object(number), text] if *text == json!({"type": "string"}) && bound.is_f64() => {
                return constrain(number, name, bound);
            }
            [_, _, .., last] if null(last) => {
                let null = arms.pop().unwrap_or_default();
                let mut inner = keyed("anyOf", std::mem::take(arms));
                constrain(&mut inner, name, bound);
                *schema = keyed("anyOf", vec![inner.into(), null]);
                return;
            }
            _ => {}
        }
    }
    let kind = schema.get("type").and_then(Json::as_str).unwrap_or_default();
    let has_format = schema.contains_key("format");
    let key = match (name, kind) {
        ("ge", "integer" | "number") => "minimum",
        ("gt", "integer" | "number") => "exclusiveMinimum",
        ("le", "integer" | "number") => "maximum",
        ("lt", "integer" | "number") => "exclusiveMaximum",
        ("multiple_of", "integer" | "number") => "multipleOf",
        ("ge" | "gt" | "le" | "lt", "string") if has_format => return,
        ("min_length" | "min_items", "array") => "minItems",
        ("max_length" | "max_items", "array") => "maxItems",
        ("min_length", "object") => "minProperties",
        ("max_length", "object") => "maxProperties",
        ("min_length", _) => "minLength",
        ("max_length", _) => "maxLength",
        ("regex", _) => "pattern",
        _ => name,
    };
    schema.insert(key.to_owned(), bound);
}

/// Whether the type, or what may be null, is a decimal.
pub(super) fn is_decimal(inner: &Value) -> bool {
    let arms = flat(std::slice::from_ref(inner));
    let mut arms = arms.iter().filter(|arm| !is_none(arm));
    let is = |value: &Value| value.path().is_some_and(|path| known::is(&path, "Decimal"));
    arms.next().is_some_and(is) && arms.next().is_none()
}
