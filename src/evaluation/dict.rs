//! What is put into a dict, and found there.

use super::comparison::equal;
use super::value::{DictValue, PathCondition, Value, both};

/// A larger dict is a table: of what comes later it is not known whether it is there.
const LARGEST: usize = 1000;

impl DictValue {
    /// Puts a value into it, in code that depends on `condition`.
    pub(super) fn insert(&self, key: Value, value: Value, condition: &PathCondition) {
        let mut items = self.items.borrow_mut();
        if items.len() >= LARGEST {
            return self.open.set(true);
        }
        let same = |known: &Value| equal(known, &key) == Some(true);
        match items.iter_mut().find(|(known, _, _)| same(known)) {
            Some(item) if condition.is_empty() => *item = (key, value, condition.clone()),
            Some(item) => item.1 = Value::either([item.1.clone(), value]),
            None => items.push((key, value, condition.clone())),
        }
    }

    /// Puts all that is in another dict into it.
    pub(super) fn update(&self, more: &Self, condition: &PathCondition) {
        if more.open.get() {
            self.open.set(true);
        }
        let items = more.items.borrow().clone();
        for (key, value, there) in items {
            self.insert(key, value, &both(&there, condition));
        }
    }

    /// What lies under a key.
    pub(super) fn looked_up(&self, key: &Value) -> Option<Value> {
        let items = self.items.borrow();
        let found = items.iter().find(|(known, _, _)| equal(known, key) == Some(true));
        found.map(|(_, value, _)| value.clone())
    }
}
