//! What is put into a dict, and found there.

use std::rc::Rc;

use super::comparison::equal;
use super::condition::PathCondition;
use super::value::{Arguments, DictValue, ListValue, Value};
use super::{Host, Run};

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
            // whenever it is there, it is replaced
            Some(item) if condition.follows_from(&item.2) => *item = (key, value, condition.clone()),
            Some((_, before, there)) => {
                *before = found(&value, condition, before.clone());
                *there = there.or(condition).unwrap_or_else(|| there.clone());
            }
            None => items.push((key, value, condition.clone())),
        }
    }

    /// Puts all that is in another dict into it.
    pub(super) fn update(&self, more: &Self, condition: &PathCondition) {
        if more.open.get() {
            self.open.set(true);
        }
        self.is_shuffled.set(self.is_shuffled.get() || more.is_shuffled.get());
        let items = more.items.borrow().clone();
        for (key, value, there) in items {
            self.insert(key, value, &there.and(condition));
        }
    }

    /// The same items in a dict of its own.
    pub(super) fn copied(&self) -> Self {
        let copy = Self::default();
        copy.update(self, &PathCondition::default());
        copy.factory.borrow_mut().clone_from(&self.factory.borrow());
        copy
    }

    /// What code that depends on `here` gets under a key, or else.
    pub(super) fn got(&self, key: &Value, otherwise: Option<&Value>, here: &PathCondition) -> Value {
        let otherwise = || otherwise.cloned().unwrap_or(Value::None);
        let mut is_absent = !self.open.get();
        for (known, value, condition) in self.items.borrow().iter() {
            match equal(known, key) {
                Some(true) if condition.contradicts(here) => {}
                Some(true) => {
                    let there = condition.beyond(here).unwrap_or_default();
                    return found(value, &there, otherwise());
                }
                Some(false) => {}
                None => is_absent = false,
            }
        }
        if is_absent { otherwise() } else { Value::Unknown }
    }

    /// What is iterated over in it.
    fn view(&self, pick: impl Fn(&(Value, Value, PathCondition)) -> Value) -> Value {
        let items: Vec<_> = self.items.borrow().iter().map(|item| (pick(item), item.2.clone())).collect();
        let list = ListValue::from(items);
        list.open.set(self.open.get());
        list.is_shuffled.set(self.is_shuffled.get());
        Value::lazy(list)
    }

    /// What lies under a key.
    pub(super) fn looked_up(&self, key: &Value) -> Option<Value> {
        let items = self.items.borrow();
        let found = items.iter().find(|(known, _, _)| equal(known, key) == Some(true));
        found.map(|(_, value, _)| value.clone())
    }
}

impl<H: Host> Run<'_, H> {
    pub(super) fn of_dict(&mut self, dict: &Rc<DictValue>, name: &str, arguments: &Arguments) -> Value {
        let condition = self.condition();
        match (name, &*arguments.positional) {
            ("items", []) => dict.view(|(key, value, _)| Value::tuple([key.clone(), value.clone()])),
            ("keys", []) => dict.view(|(key, _, _)| key.clone()),
            ("values", []) => dict.view(|(_, value, _)| value.clone()),
            ("get", [key, rest @ ..]) => dict.got(key, rest.first(), &condition),
            ("setdefault", [key, rest @ ..]) => {
                if let Some(value) = dict.looked_up(key) {
                    return value;
                }
                let value = rest.first().cloned().unwrap_or(Value::None);
                dict.insert(key.clone(), value.clone(), &condition);
                value
            }
            ("update", more) => {
                for more in more {
                    self.update_dict(dict, more, &condition);
                }
                for (name, value) in &arguments.named {
                    dict.insert(Value::Text(name.clone()), value.clone(), &condition);
                }
                if arguments.open {
                    dict.open.set(true);
                }
                Value::None
            }
            ("copy", []) => Value::Dict(Rc::new(dict.copied())),
            ("pop", [key, rest @ ..]) => {
                let gone = dict.got(key, Some(rest.first().unwrap_or(&Value::Unknown)), &condition);
                self.take_from(dict, Some(key));
                gone
            }
            ("popitem", _) => {
                dict.items.borrow_mut().iter_mut().for_each(|item| item.2 = self.new_unknown());
                Value::Unknown
            }
            ("clear", []) => {
                self.take_from(dict, None);
                Value::None
            }
            _ => Value::Unknown,
        }
    }

    /// Takes out of a dict what lies under a key, or all, as far as the code at hand runs.
    pub(super) fn take_from(&mut self, dict: &DictValue, key: Option<&Value>) {
        let taking = self.taking();
        let before = std::mem::take(&mut *dict.items.borrow_mut());
        if key.is_none() && self.condition().is_empty() {
            dict.open.set(false);
        }
        let mut after = Vec::new();
        for (known, value, condition) in before {
            let is_taken = key.map_or(Some(true), |key| equal(&known, key));
            let condition = self.left_of(condition, &taking, is_taken);
            after.extend(condition.map(|condition| (known, value, condition)));
        }
        *dict.items.borrow_mut() = after;
    }
}

/// What is found where a value lies under a condition, and else something other.
fn found(value: &Value, there: &PathCondition, otherwise: Value) -> Value {
    match there.by_default() {
        _ if there.is_empty() => value.clone(),
        Some(true) => value.clone().by_default(&there.causes()),
        Some(false) => otherwise.by_default(&there.causes()),
        None => Value::either([value.clone(), otherwise]),
    }
}
