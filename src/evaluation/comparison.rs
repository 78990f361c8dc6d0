//! What `==`, `is` and `<` say of two values; nothing where the text does not tell.

use std::cmp::Ordering;

use super::value::Value;

/// Which of two values comes before the other.
pub(super) fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left.without_default().0, right.without_default().0) {
        // both by code points
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Tuple(left), Value::Tuple(right)) => {
            for (left, right) in left.iter().zip(right.iter()) {
                match order(left, right)? {
                    Ordering::Equal => {}
                    found => return Some(found),
                }
            }
            Some(left.len().cmp(&right.len()))
        }
        (left, right) => number(left)?.partial_cmp(&number(right)?),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        // beyond that the order of floats is not that of integers
        Value::Int(number) => i32::try_from(*number).ok().map(f64::from),
        Value::Bool(truth) => Some(f64::from(u8::from(*truth))),
        Value::Float(number) => Some(*number),
        _ => None,
    }
}

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
