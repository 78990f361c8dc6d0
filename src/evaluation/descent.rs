//! Recursion that walks down into data, and so comes to an end.
//!
//! A function that calls itself with an item of what it was given follows the data, however deep that nests:
//! `return {key: clean(value) for key, value in data.items()}`.

use std::rc::Rc;
use std::sync::Arc;

use super::value::{Arguments, FunctionValue, Value};
use super::{Host, Run};

/// Data nests no deeper, unless it holds itself.
const DEEPEST: usize = 130;

impl<H: Host> Run<'_, H> {
    /// Whether a call of a function goes down into what its call around was given.
    pub(super) fn descends(&self, function: &Rc<FunctionValue>, arguments: &Arguments) -> bool {
        let around = self.frames.iter().rev().find(|frame| {
            let other = frame.function.as_ref();
            other.is_some_and(|other| Arc::ptr_eq(&other.definition, &function.definition))
        });
        let Some(around) = around else { return false };
        let is_item = |value: &Value| around.given.iter().any(|many| holds(many, value));
        arguments.iter().any(is_item) && self.descents < DEEPEST
    }
}

/// The lists and dicts among the arguments.
pub(super) fn containers(arguments: &Arguments) -> Vec<Value> {
    let is_container = |value: &&Value| matches!(value, Value::List(_) | Value::Dict(_) | Value::Tuple(_));
    arguments.iter().map(|value| value.without_default().0).filter(is_container).cloned().collect()
}

/// So far down may an item lie: `for key, item in data["schemas"].items()` goes down two steps at once.
const STEPS_DOWN: usize = 3;

/// So many items are looked at for one: lists may hold each other many times over.
const LOOKED_AT: usize = 2000;

/// Whether a value lies within a list, a tuple or a dict.
fn holds(many: &Value, value: &Value) -> bool {
    let mut room = LOOKED_AT;
    (0..STEPS_DOWN).any(|depth| lies_at(many, value, depth, &mut room))
}

/// Whether a value lies so many steps further down than right within, among as many items as there is room for.
fn lies_at(many: &Value, value: &Value, depth: usize, room: &mut usize) -> bool {
    let mut is_it = |item: &Value| {
        let Some(left) = room.checked_sub(1) else { return false };
        *room = left;
        if depth == 0 { item.is(value) } else { lies_at(item, value, depth - 1, room) }
    };
    match many {
        Value::List(list) => list.items.borrow().iter().any(|(item, _)| is_it(item)),
        Value::Dict(dict) => dict.items.borrow().iter().any(|(_, item, _)| is_it(item)),
        Value::Tuple(items) => items.iter().any(is_it),
        _ => false,
    }
}
