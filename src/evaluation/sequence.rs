//! The methods of lists and sets, and the algebra of sets.

use std::rc::Rc;

use super::comparison::equal;
use super::condition::{Causes, PathCondition};
use super::value::{Arguments, ListValue, Value};
use super::{Host, Run};
use crate::syntax::{Operator, Term};

impl ListValue {
    /// Puts a value into a set, where it is not in it already.
    pub(super) fn add(&self, value: Value, condition: PathCondition) {
        let mut items = self.items.borrow_mut();
        match items.iter_mut().find(|(known, _)| equal(known, &value) == Some(true) || known.is(&value)) {
            Some(known) if condition.is_empty() => known.1 = condition,
            Some(known) => match known.1.or(&condition) {
                Some(either) => known.1 = either,
                None => items.push((value, condition)),
            },
            None => items.push((value, condition)),
        }
    }

    /// The same items as a set: what is the same counts once.
    pub(super) fn as_set(&self) -> Self {
        let set = Self::default();
        set.open.set(self.open.get());
        self.items.borrow().iter().for_each(|(value, condition)| set.add(value.clone(), condition.clone()));
        set
    }

    /// The same items in a list, or set, of its own.
    pub(super) fn copied(&self) -> Self {
        let copy = Self::from(self.items.borrow().clone());
        copy.open.set(self.open.get());
        copy.is_shuffled.set(self.is_shuffled.get());
        copy
    }
}

/// Code that takes items away: when it runs, and when it does not.
pub struct Taking {
    here: PathCondition,
    otherwise: PathCondition,
}

impl<H: Host> Run<'_, H> {
    /// The code at hand, as one that takes items away.
    pub fn taking(&mut self) -> Taking {
        let here = self.condition();
        let otherwise = if here.is_empty() { PathCondition::default() } else { self.negation(&here) };
        Taking { here, otherwise }
    }

    /// When an item is there which the code takes away, or perhaps does; none where it never is.
    pub fn left_of(
        &mut self,
        there: PathCondition,
        taking: &Taking,
        is_taken: Option<bool>,
    ) -> Option<PathCondition> {
        match is_taken {
            Some(false) => Some(there),
            Some(true) if taking.here.follows_from(&there) => None,
            Some(true) if taking.otherwise.follows_from(&there) => Some(there),
            Some(true) => Some(there.and(&taking.otherwise)),
            None => Some(there.and(&self.new_unknown())),
        }
    }

    pub(super) fn of_list(&mut self, list: &Rc<ListValue>, name: &str, arguments: &Arguments) -> Value {
        let condition = self.condition();
        if self.is_shuffled() {
            list.is_shuffled.set(true);
        }
        match (name, &*arguments.positional) {
            ("append", [value]) => list.items.borrow_mut().push((value.clone(), condition)),
            ("insert", [at, value]) => {
                let at = if let Value::Int(at) = at { place_in(list, *at) } else { None };
                list.is_shuffled.set(list.is_shuffled.get() || at.is_none());
                let at = at.unwrap_or_default();
                list.items.borrow_mut().insert(at, (value.clone(), condition));
            }
            ("extend", [more]) => {
                list.is_shuffled.set(list.is_shuffled.get() || more.is_shuffled());
                self.extend(list, more);
            }
            ("copy", []) => return Value::List(Rc::new(list.copied())),
            ("pop", []) => return self.pop(list, Some(-1)),
            ("pop", [at]) => {
                let at = if let Value::Int(at) = at { Some(*at) } else { None };
                return self.pop(list, at);
            }
            ("remove", [value]) => self.take_away(list, value, true),
            ("clear", []) => self.retain(list, |_| Some(false)),
            ("sort", []) => self.sort(list, arguments),
            ("reverse", []) => list.items.borrow_mut().reverse(),
            ("index", [value]) => {
                let items = list.items.borrow();
                let at = items
                    .iter()
                    .take_while(|(one, condition)| condition.is_empty() && equal(one, value) == Some(false));
                let at = at.count();
                let is_it = items
                    .get(at)
                    .is_some_and(|(one, condition)| condition.is_empty() && equal(one, value) == Some(true));
                let at = i64::try_from(at).ok().filter(|_| is_it && !list.is_shuffled.get());
                return at.map_or(Value::Unknown, Value::Int);
            }
            _ => return Value::Unknown,
        }
        Value::None
    }

    pub(super) fn of_set(&mut self, set: &Rc<ListValue>, name: &str, arguments: &Arguments) -> Value {
        let condition = self.condition();
        let given = &*arguments.positional;
        match (name, given) {
            ("add", [value]) => set.add(value.clone(), condition),
            ("update", many) => many.iter().for_each(|more| self.extend_set(set, more)),
            ("discard" | "remove", [value]) => self.take_away(set, value, false),
            ("clear", []) => self.retain(set, |_| Some(false)),
            ("difference_update", many) => {
                for one in many {
                    self.subtract(set, one);
                }
            }
            ("intersection_update", [one]) => self.intersect(set, one),
            ("copy" | "union" | "difference" | "intersection", many) => {
                let made = Rc::new(set.copied());
                for one in many {
                    match name {
                        "union" => self.extend_set(&made, one),
                        "difference" => self.subtract(&made, one),
                        _ => self.intersect(&made, one),
                    }
                }
                return Value::Set(made);
            }
            ("pop", []) => {
                let first = set.items.borrow().first().cloned();
                if set.items.borrow().len() == 1 && !set.open.get() {
                    self.retain(set, |_| Some(false));
                    return first.map_or(Value::Unknown, |(value, _)| value);
                }
                self.retain(set, |_| None);
                return Value::Unknown;
            }
            ("issubset", [other]) => return self.is_within(set, other),
            ("issuperset", [other]) => {
                return match self.items(other) {
                    Some(items) => {
                        let other = ListValue::from(items);
                        self.is_within(&other, &Value::Set(set.clone()))
                    }
                    None => Value::Unknown,
                };
            }
            ("isdisjoint", [other]) => {
                let rest = Rc::new(set.copied());
                self.intersect(&rest, other);
                return rest.truth().map_or(Value::Unknown, |meets| Value::Bool(!meets));
            }
            _ => return Value::Unknown,
        }
        Value::None
    }

    /// `value[a:b:c]`.
    pub(super) fn sliced(&mut self, value: &Value, bounds: &[Option<Term>; 3]) -> Value {
        let bounds =
            bounds.each_ref().map(|bound| bound.as_ref().map_or(Value::None, |bound| self.term(bound)));
        let (value, by) = value.without_default();
        let mut by = by.cloned();
        let mut numbers = [None; 3];
        for (number, bound) in numbers.iter_mut().zip(&bounds) {
            match bound.without_default() {
                (Value::None, _) => {}
                (Value::Int(at), others) => {
                    *number = Some(*at);
                    by = Causes::of_both(by.as_ref(), others);
                }
                _ => return Value::Unknown,
            }
        }
        let made = match value {
            Value::Text(text) => {
                let letters: Vec<char> = text.chars().collect();
                let chosen = slice(letters.len(), numbers).into_iter().flatten();
                Value::text(&chosen.map(|at| letters[at]).collect::<String>())
            }
            Value::Tuple(_) | Value::List(_) if !value.is_shuffled() => match self.sure_items(value) {
                Some(items) => {
                    let chosen = slice(items.len(), numbers).into_iter().flatten();
                    let chosen: Vec<Value> = chosen.map(|at| items[at].clone()).collect();
                    if matches!(value, Value::Tuple(_)) { Value::tuple(chosen) } else { Value::list(chosen) }
                }
                None => Value::Unknown,
            },
            _ => Value::Unknown,
        };
        made.unless(by.as_ref())
    }

    /// What an operator gives of a set, or of the keys of a dict, and another; none where it is no such operator.
    pub(super) fn of_sets(&mut self, left: &Value, operator: Operator, right: &Value) -> Option<Value> {
        let items = match (left, right) {
            (Value::Set(set), Value::Set(_) | Value::List(_)) => set.copied(),
            (Value::List(list), Value::Set(_) | Value::List(_)) if list.is_lazy.get() => list.copied(),
            _ => return None,
        };
        items.is_lazy.set(matches!(left, Value::Set(set) if set.is_lazy.get()));
        let made = Rc::new(items);
        match operator {
            Operator::Or => self.extend_set(&made, right),
            Operator::Subtract => self.subtract(&made, right),
            Operator::And => self.intersect(&made, right),
            _ => return None,
        }
        Some(Value::Set(made))
    }

    /// Puts all that is in `more` into a set.
    pub(super) fn extend_set(&mut self, set: &Rc<ListValue>, more: &Value) {
        let here = self.condition();
        match self.items(more) {
            Some(items) => {
                for (value, condition) in items {
                    set.add(value, condition.and(&here));
                }
            }
            None => set.open.set(true),
        }
    }

    /// Takes out of a set what is in another.
    pub(super) fn subtract(&mut self, set: &Rc<ListValue>, less: &Value) {
        let Some(items) = self.items(less) else { return self.retain(set, |_| None) };
        for (value, condition) in items {
            self.under(&condition, |run| run.take_away(set, &value, false));
        }
    }

    /// Leaves in a set what is in another, too.
    pub(super) fn intersect(&mut self, set: &Rc<ListValue>, other: &Value) {
        let Some(items) = self.items(other) else { return self.retain(set, |_| None) };
        self.retain(set, |value| is_among(&items, value));
    }

    pub(super) fn is_within(&mut self, set: &ListValue, other: &Value) -> Value {
        let Some(items) = self.items(other) else { return Value::Unknown };
        let mut answer = Value::Bool(!set.open.get());
        for (value, condition) in set.items.borrow().iter() {
            match is_among(&items, value) {
                Some(true) => {}
                Some(false) if condition.is_empty() => return Value::Bool(false),
                _ => answer = Value::Unknown,
            }
        }
        if set.open.get() { Value::Unknown } else { answer }
    }

    /// Takes the item that equals `value` away, in a list the first.
    fn take_away(&mut self, list: &Rc<ListValue>, value: &Value, first: bool) {
        let mut is_found = false;
        self.retain(list, |one| match equal(one, value) {
            Some(true) if is_found && first => Some(true),
            Some(true) => {
                is_found = true;
                Some(false)
            }
            Some(false) => Some(true),
            None if one.is(value) => Some(false),
            None => None,
        });
    }

    /// `list[at] = value`.
    pub(super) fn set_item(&mut self, list: &ListValue, at: &Value, value: Value) {
        let here = self.condition();
        let at = if let Value::Int(at) = at { place_in(list, *at) } else { None };
        let mut items = list.items.borrow_mut();
        match at.filter(|at| *at < items.len() && !list.is_shuffled.get()) {
            Some(at) if here.is_empty() => items[at].0 = value,
            Some(at) => items[at].0 = Value::either([items[at].0.clone(), value]),
            None => items.iter_mut().for_each(|item| item.0 = Value::either([item.0.clone(), value.clone()])),
        }
    }

    /// Takes the item at a place away, and gives it.
    fn pop(&mut self, list: &Rc<ListValue>, at: Option<i64>) -> Value {
        let at = at.and_then(|at| place_in(list, at)).filter(|at| *at < list.items.borrow().len());
        let Some(at) = at.filter(|_| !list.is_shuffled.get()) else {
            self.retain(list, |_| None);
            return Value::Unknown;
        };
        let mut next = 0;
        let value = list.items.borrow()[at].0.clone();
        self.retain(list, |_| {
            next += 1;
            Some(next - 1 != at)
        });
        value
    }

    /// Leaves in a list what `stays`, as far as the code at hand runs; what perhaps stays is perhaps there.
    fn retain(&mut self, list: &Rc<ListValue>, mut stays: impl FnMut(&Value) -> Option<bool>) {
        let taking = self.taking();
        let before = std::mem::take(&mut *list.items.borrow_mut());
        let mut after = Vec::new();
        for (value, condition) in before {
            let stays = stays(&value);
            let condition = self.left_of(condition, &taking, stays.map(|stays| !stays));
            after.extend(condition.map(|condition| (value, condition)));
        }
        *list.items.borrow_mut() = after;
    }
}

/// The places that a slice takes of a sequence; none where Python refuses it.
fn slice(length: usize, [start, end, step]: [Option<i64>; 3]) -> Option<Vec<usize>> {
    let (length, step) = (i64::try_from(length).ok()?, step.unwrap_or(1));
    let (lowest, highest) = if step < 0 { (-1, length - 1) } else { (0, length) };
    let place = |at: i64| {
        let at = if at < 0 { at.saturating_add(length) } else { at };
        at.clamp(lowest, highest)
    };
    let (first, last) = if step < 0 { (highest, lowest) } else { (lowest, highest) };
    let (start, end) = (start.map_or(first, place), end.map_or(last, place));
    let is_inside = |at: &i64| if step < 0 { *at > end } else { *at < end };
    let places = std::iter::successors(Some(start), |at| at.checked_add(step)).take_while(is_inside);
    (step != 0).then(|| places.filter_map(|at| usize::try_from(at).ok()).collect())
}

/// Whether a value is surely, or surely not, among others.
fn is_among(items: &[(Value, PathCondition)], value: &Value) -> Option<bool> {
    let mut answer = Some(false);
    for (one, condition) in items {
        match equal(one, value) {
            Some(true) if condition.is_empty() => return Some(true),
            Some(false) => {}
            _ if one.is(value) && condition.is_empty() => return Some(true),
            _ => answer = None,
        }
    }
    answer
}

/// The place that an index names in a list, as far as nothing in it may be missing.
fn place_in(list: &ListValue, at: i64) -> Option<usize> {
    let items = list.items.borrow();
    let is_sure = |items: &[(Value, PathCondition)]| items.iter().all(|(_, condition)| condition.is_empty());
    if at >= 0 {
        let at = usize::try_from(at).ok()?.min(items.len());
        return (is_sure(&items[..items.len().min(at + 1)])).then_some(at);
    }
    let back = usize::try_from(at.checked_neg()?).ok()?.min(items.len());
    let at = items.len() - back;
    (!list.open.get() && is_sure(&items[at..])).then_some(at)
}
