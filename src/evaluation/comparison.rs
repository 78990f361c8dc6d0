//! What `==` and `is` say of two values; nothing where the text does not tell.

use super::value::Value;

/// Whether both compare equal.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left.without_default().0, right.without_default().0) {
        (Value::Unknown | Value::Either(_) | Value::Member(_), _)
        | (_, Value::Unknown | Value::Either(_) | Value::Member(_)) => None,
        (Value::Int(left), Value::Int(right)) => Some(left == right),
        (Value::Bool(left), Value::Bool(right)) => Some(left == right),
        (Value::None, Value::None) => Some(true),
        (Value::Tuple(left), Value::Tuple(right)) => {
            let same: Option<Vec<bool>> =
                left.iter().zip(right.iter()).map(|(left, right)| equal(left, right)).collect();
            Some(left.len() == right.len() && same?.into_iter().all(|same| same))
        }
        _ => match (left.as_text(), right.as_text()) {
            (Some(left), Some(right)) => Some(left == right),
            _ if is_outcome(left) || is_outcome(right) => None,
            _ if left.is(right) => Some(true),
            (None, None) => None,
            _ => Some(false),
        },
    }
}

/// Whether the value is what something outside the project gave.
fn is_outcome(value: &Value) -> bool {
    matches!(value, Value::Object(object) if !matches!(object.class, Value::Class(_)))
        || matches!(value, Value::Generic(_) | Value::Foreign(_))
}

/// Whether both are one and the same.
pub(super) fn identical(left: &Value, right: &Value) -> Option<bool> {
    match (left, right) {
        (Value::Unknown | Value::Either(_) | Value::Member(_), _)
        | (_, Value::Unknown | Value::Either(_) | Value::Member(_)) => None,
        _ if is_outcome(left) || is_outcome(right) => None,
        _ => Some(left.is(right)),
    }
}
