//! What `==`, `is` and `<` say of two values; nothing where the text does not tell.

use std::cmp::Ordering;
use std::rc::Rc;

use super::signature::is_empty;
use super::value::{ListValue, Value};

/// Of longer lists it is not told whether they are equal.
const COMPARED: usize = 200;

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
    let (left, right) = (left.without_default().0, right.without_default().0);
    if let Some(same) = both_empty(left, right) {
        return Some(same);
    }
    match (left, right) {
        (Value::Unknown | Value::Either(_) | Value::Member(_), _)
        | (_, Value::Unknown | Value::Either(_) | Value::Member(_)) => None,
        (Value::Int(left), Value::Int(right)) => Some(left == right),
        (Value::None, Value::None) => Some(true),
        (Value::Tuple(left), Value::Tuple(right)) => {
            all_equal(left.iter().zip(right.iter()), left.len() == right.len())
        }
        (Value::List(left), Value::List(right)) => lists(left, right),
        (Value::Class(_), Value::Class(_)) | (Value::Module(_), Value::Module(_)) => Some(left.is(right)),
        _ => match (left.as_text(), right.as_text()) {
            (Some(left), Some(right)) => Some(left == right),
            _ if is_outcome(left) || is_outcome(right) => None,
            _ if left.is(right) => Some(true),
            (None, None) => match (number(left), number(right)) {
                (Some(left), Some(right)) => Some(left.total_cmp(&right) == Ordering::Equal),
                _ => (sort(left)? != sort(right)?).then_some(false),
            },
            _ => Some(false),
        },
    }
}

fn all_equal<'v>(pairs: impl Iterator<Item = (&'v Value, &'v Value)>, alike: bool) -> Option<bool> {
    let same: Option<Vec<bool>> = pairs.map(|(left, right)| equal(left, right)).collect();
    if alike { Some(same?.into_iter().all(|same| same)) } else { Some(false) }
}

fn lists(left: &Rc<ListValue>, right: &Rc<ListValue>) -> Option<bool> {
    if Rc::ptr_eq(left, right) {
        return Some(true);
    }
    let is_plain = |list: &ListValue| {
        let items = list.items.borrow();
        !list.open.get()
            && !list.is_lazy.get()
            && !list.is_shuffled.get()
            && items.len() <= COMPARED
            && items.iter().all(|(value, condition)| condition.is_empty() && !matches!(value, Value::List(_)))
    };
    if !is_plain(left) || !is_plain(right) {
        return None;
    }
    let (left, right) = (left.items.borrow(), right.items.borrow());
    let pairs = left.iter().zip(right.iter()).map(|((left, _), (right, _))| (left, right));
    all_equal(pairs, left.len() == right.len())
}

/// What values of one sort may equal each other; none of any other sort.
fn sort(value: &Value) -> Option<u8> {
    Some(match value {
        Value::None => 0,
        Value::Bool(_) | Value::Int(_) | Value::Float(_) => 1,
        Value::Tuple(_) => 2,
        Value::List(list) if !list.is_lazy.get() => 3,
        Value::Dict(_) => 4,
        Value::Set(_) => 5,
        Value::Function(_) | Value::Method(_) => 6,
        Value::Class(_) => 7,
        Value::Module(_) => 8,
        _ => return None,
    })
}

/// Whether the value is what something outside the project gave.
fn is_outcome(value: &Value) -> bool {
    matches!(value, Value::Object(object) if !matches!(object.class, Value::Class(_)))
        || matches!(value, Value::Generic(_) | Value::Foreign(_))
}

/// Whether both are what `inspect` has in place of nothing, or one is; none where that is not asked.
fn both_empty(left: &Value, right: &Value) -> Option<bool> {
    let other = match (is_empty(left), is_empty(right)) {
        (true, true) => return Some(true),
        (true, false) => right,
        (false, true) => left,
        (false, false) => return None,
    };
    (!matches!(other, Value::Unknown | Value::Either(_) | Value::Member(_))).then_some(false)
}

/// Whether both are one and the same.
pub(super) fn identical(left: &Value, right: &Value) -> Option<bool> {
    if let Some(same) = both_empty(left, right) {
        return Some(same);
    }
    match (left, right) {
        (Value::Unknown | Value::Either(_) | Value::Member(_), _)
        | (_, Value::Unknown | Value::Either(_) | Value::Member(_)) => None,
        _ if is_outcome(left) || is_outcome(right) => None,
        _ => Some(left.is(right)),
    }
}
