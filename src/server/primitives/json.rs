//! Values as JSON.

use serde_json::{Map, Value as Json};

use crate::evaluation::Value;

/// The value as JSON, as it is by default; none where the text does not tell all of it.
pub(super) fn json(value: &Value) -> Option<Json> {
    nested(value, DEEPEST, &mut LARGEST.clone())
}

/// Whether a flag, a setting or a variable may change some of the value.
pub(super) fn varies(value: &Value) -> bool {
    differs(value, DEEPEST)
}

fn differs(value: &Value, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    match value {
        Value::Default(..) => true,
        Value::Tuple(values) => values.iter().any(|value| differs(value, depth)),
        Value::List(list) | Value::Set(list) => {
            let items = list.items.borrow();
            items.iter().any(|(value, condition)| !condition.is_empty() || differs(value, depth))
        }
        Value::Dict(dict) => {
            let items = dict.items.borrow();
            items.iter().any(|(_, value, condition)| !condition.is_empty() || differs(value, depth))
        }
        _ => false,
    }
}

/// JSON as a value that code may change.
pub(super) fn value(json: &Json) -> Value {
    match json {
        Json::Null => Value::None,
        Json::Bool(truth) => Value::Bool(*truth),
        Json::Number(number) => number
            .as_i64()
            .map(Value::Int)
            .or_else(|| number.as_f64().map(Value::Float))
            .unwrap_or(Value::Unknown),
        Json::String(text) => Value::text(text),
        Json::Array(items) => Value::list(items.iter().map(value)),
        Json::Object(object) => Value::dict(object.iter().map(|(key, item)| (Value::text(key), value(item)))),
    }
}

/// No schema nests deeper.
const DEEPEST: usize = 60;

/// Nor does one hold more values, each counted wherever it stands.
const LARGEST: usize = 100_000;

fn nested(value: &Value, depth: usize, room: &mut usize) -> Option<Json> {
    let depth = depth.checked_sub(1)?;
    *room = room.checked_sub(1)?;
    let mut json = |value: &Value| nested(value, depth, room);
    Some(match value {
        Value::None => Json::Null,
        Value::Bool(truth) => Json::Bool(*truth),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => Json::from(*number),
        Value::Text(text) => Json::from(&**text),
        Value::Tuple(values) => Json::Array(values.iter().map(json).collect::<Option<_>>()?),
        value if value.is_shuffled() && !matches!(value, Value::Dict(_)) => return None,
        Value::List(list) | Value::Set(list) => {
            let items = list.items.borrow();
            if list.open.get() {
                return None;
            }
            let mut array = Vec::new();
            for (value, condition) in items.iter() {
                if condition.by_default()? {
                    array.push(json(value)?);
                }
            }
            Json::Array(array)
        }
        Value::Dict(dict) => {
            if dict.open.get() {
                return None;
            }
            let mut object = Map::new();
            for (key, value, condition) in dict.items.borrow().iter() {
                if condition.by_default()? {
                    object.insert(key.as_text()?.to_string(), json(value)?);
                }
            }
            Json::Object(object)
        }
        Value::Default(value, _) => json(value)?,
        Value::Object(object) => json(&object.enum_value()?)?,
        _ => return None,
    })
}
