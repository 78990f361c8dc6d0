//! What is made of what is iterated over: `sorted`, `zip`, `map` and their like, in their true order.

use std::cmp::Ordering;
use std::rc::Rc;

use super::comparison::{equal, order};
use super::condition::PathCondition;
use super::value::{Arguments, DictValue, ListValue, Value};
use super::{Host, Run};
use crate::syntax::Operator;

/// So far counts a `range` that is followed.
const RANGE: i64 = 2000;

/// What is iterated over, and what each depends on.
type Items = Vec<(Value, PathCondition)>;

impl<H: Host> Run<'_, H> {
    /// What is known of a call of something built in that takes what can be iterated over.
    pub(super) fn of_iteration(&mut self, name: &str, arguments: &Arguments) -> Option<Value> {
        match (name, &*arguments.positional) {
            ("dict", given) => Some(self.new_dict(given, arguments)),
            ("tuple" | "list" | "set" | "frozenset", given) => {
                let Some(many) = given.first() else { return Some(collected(name, Vec::new(), false)) };
                let Some(items) = self.items(many) else { return Some(Value::Unknown) };
                Some(collected(name, items, many.is_shuffled()))
            }
            ("iter" | "reversed", [many]) => Some(self.passed(many, |mut items| {
                if name == "reversed" {
                    items.reverse();
                }
                Some(items)
            })),
            ("sorted", [many]) => {
                let list = ListValue::from(self.items(many)?);
                self.sort(&list, arguments);
                Some(Value::List(Rc::new(list)))
            }
            ("min" | "max", given) => Some(self.extreme(name == "max", given, arguments)),
            ("sum", [many, start @ ..]) => {
                let start = arguments.named("start").or(start.first()).cloned().unwrap_or(Value::Int(0));
                let items = self.sure_items(many)?;
                Some(items.iter().fold(start, |sum, one| self.binary(&sum, Operator::Add, one)))
            }
            ("len", [Value::Text(text)]) => Some(Value::Int(i64::try_from(text.chars().count()).ok()?)),
            ("len", [many]) => Some(self.length(many).map_or(Value::Unknown, Value::Int)),
            ("any" | "all", [many]) => Some(self.any_or_all(name == "any", many)),
            ("next", [many, default @ ..]) => Some(self.next_of(many, default.first())),
            ("range", given) => Some(range(given).map_or(Value::Unknown, Value::lazy)),
            _ => self.paired(name, arguments),
        }
    }

    fn paired(&mut self, name: &str, arguments: &Arguments) -> Option<Value> {
        match (name, &*arguments.positional) {
            ("enumerate", [many, rest @ ..]) => {
                let start = arguments.named("start").or(rest.first());
                let start = if let Some(Value::Int(start)) = start { *start } else { 0 };
                let is_sure = start_is_known(arguments) && !many.is_shuffled();
                Some(self.passed(many, |items| Some(numbered(items, start, is_sure))))
            }
            ("zip", many) => {
                let rows: Option<Vec<Vec<Value>>> = many.iter().map(|one| self.sure_items(one)).collect();
                let is_sure = !many.iter().any(Value::is_shuffled);
                let Some(rows) = rows.filter(|_| is_sure) else { return Some(Value::Unknown) };
                let shortest = rows.iter().map(Vec::len).min().unwrap_or_default();
                let row =
                    |at: usize| Value::tuple(rows.iter().map(|row| row[at].clone()).collect::<Vec<_>>());
                Some(Value::lazy(ListValue::of((0..shortest).map(row))))
            }
            ("map", [function, many]) => Some(self.mapped(function, many)),
            ("map", [function, several @ ..]) => {
                let rows = self.paired("zip", &Arguments::positional(several.to_vec()))?;
                let star = |row: &Value| if let Value::Tuple(row) = row { row.to_vec() } else { Vec::new() };
                let place = self.place(crate::text::Span::default());
                let rows = self.sure_items(&rows)?;
                let made =
                    rows.iter().map(|row| self.call(function, Arguments::positional(star(row)), &place));
                Some(Value::lazy(ListValue::of(made.collect::<Vec<_>>())))
            }
            ("filter", [function, many]) => Some(self.filtered(function, many)),
            _ => None,
        }
    }

    /// What makes other items of those of `many`, where they are known.
    fn passed(&mut self, many: &Value, make: impl FnOnce(Items) -> Option<Items>) -> Value {
        let Some(items) = self.items(many).and_then(make) else { return Value::Unknown };
        iterated(items, many.is_shuffled())
    }

    fn mapped(&mut self, function: &Value, many: &Value) -> Value {
        let Some(items) = self.items(many) else { return Value::Unknown };
        let place = self.place(crate::text::Span::default());
        let made = items.into_iter().map(|(value, condition)| {
            let made =
                self.under(&condition, |run| run.call(function, Arguments::positional([value]), &place));
            (made.unwrap_or(Value::Unknown), condition)
        });
        iterated(made.collect(), many.is_shuffled())
    }

    fn filtered(&mut self, function: &Value, many: &Value) -> Value {
        let Some(items) = self.items(many) else { return Value::Unknown };
        let place = self.place(crate::text::Span::default());
        let mut kept = Vec::new();
        for (value, condition) in items {
            let test = match function {
                Value::None => value.clone(),
                test => self.call(test, Arguments::positional([value.clone()]), &place),
            };
            match test.truth() {
                Some(true) => kept.push((value, condition)),
                Some(false) => {}
                None => kept.push((value, condition.and(&self.test_of(&test).into()))),
            }
        }
        iterated(kept, many.is_shuffled())
    }

    /// `list.sort()`: in true order, or in one that the text does not tell.
    pub(super) fn sort(&mut self, list: &ListValue, arguments: &Arguments) {
        let reverse = arguments.named("reverse").map_or(Some(false), Value::truth);
        let items = list.items.borrow().clone();
        let keys = self.keys(&items, arguments);
        let mut keyed: Vec<_> = keys.into_iter().zip(items).collect();
        let mut is_known = reverse.is_some();
        keyed.sort_by(|(left, _), (right, _)| {
            let found = order(left, right);
            is_known &= found.is_some();
            let found = found.unwrap_or(Ordering::Equal);
            if reverse == Some(true) { found.reverse() } else { found }
        });
        if is_known {
            *list.items.borrow_mut() = keyed.into_iter().map(|(_, item)| item).collect();
        }
        list.is_shuffled.set(!is_known);
    }

    /// What the items are compared by.
    fn keys(&mut self, items: &[(Value, PathCondition)], arguments: &Arguments) -> Vec<Value> {
        let function = arguments.named("key").filter(|key| !matches!(key, Value::None)).cloned();
        let place = self.place(crate::text::Span::default());
        let key = |(value, _): &(Value, PathCondition)| match &function {
            Some(function) => self.call(function, Arguments::positional([value.clone()]), &place),
            None => value.clone(),
        };
        items.iter().map(key).collect()
    }

    fn extreme(&mut self, largest: bool, given: &[Value], arguments: &Arguments) -> Value {
        let items = match given {
            [many] => self.sure_items(many),
            several => Some(several.to_vec()),
        };
        let Some(items) = items else { return Value::Unknown };
        let items: Vec<_> = items.into_iter().map(|value| (value, PathCondition::default())).collect();
        let keys = self.keys(&items, arguments);
        let mut best = 0;
        for at in 1..keys.len() {
            match order(&keys[at], &keys[best]) {
                Some(Ordering::Less) if !largest => best = at,
                Some(Ordering::Greater) if largest => best = at,
                Some(_) => {}
                None => return Value::Unknown,
            }
        }
        let otherwise = || arguments.named("default").cloned().unwrap_or(Value::Unknown);
        items.get(best).map_or_else(otherwise, |(value, _)| value.clone())
    }

    fn any_or_all(&mut self, deciding: bool, many: &Value) -> Value {
        let Some(items) = self.items(many) else { return Value::Unknown };
        let truths = items.into_iter().map(|(value, condition)| {
            let truth = value.truth();
            // what need not be there does no harm where it does not decide
            truth.filter(|truth| condition.is_empty() || *truth != deciding)
        });
        let truths: Vec<Option<bool>> = truths.collect();
        match truths.contains(&Some(deciding)) {
            true => Value::Bool(deciding),
            false if truths.contains(&None) => Value::Unknown,
            false => Value::Bool(!deciding),
        }
    }

    /// The first item, which an iterator then no longer has.
    fn next_of(&mut self, many: &Value, default: Option<&Value>) -> Value {
        let Value::List(list) = many.without_default().0 else { return Value::Unknown };
        if list.open.get() || list.is_shuffled.get() {
            return Value::Unknown;
        }
        let here = self.condition();
        let (is_sure, stays) = (here.is_empty(), self.negation(&here));
        let mut items = list.items.borrow_mut();
        match items.first() {
            None => default.cloned().unwrap_or(Value::Unknown),
            Some((first, condition)) if condition.is_empty() => {
                let first = first.clone();
                if is_sure {
                    items.remove(0);
                } else {
                    items[0].1 = stays;
                }
                first
            }
            Some(_) => Value::Unknown,
        }
    }

    /// The number of items; none where the text does not tell.
    fn length(&mut self, many: &Value) -> Option<i64> {
        let items = self.sure_items(many)?;
        let differ = |(at, one): (usize, &Value)| {
            items[..at].iter().all(|other| equal(one, other) == Some(false) || is_identity(one))
        };
        let is_counted = !matches!(many, Value::Set(_)) || items.iter().enumerate().all(differ);
        is_counted.then(|| i64::try_from(items.len()).ok()).flatten()
    }

    /// What is iterated over, where each is surely there.
    pub(super) fn sure_items(&mut self, many: &Value) -> Option<Vec<Value>> {
        let items = self.items(many)?;
        let sure = items.iter().all(|(_, condition)| condition.is_empty());
        sure.then(|| items.into_iter().map(|(value, _)| value).collect())
    }

    /// The texts that a set or a list holds, sorted; none where the text does not tell all.
    pub fn sorted_texts(&mut self, many: &Value) -> Option<Vec<String>> {
        let texts = self.sure_items(many)?;
        let texts = texts.iter().map(|text| Some(text.as_text()?.to_string()));
        let mut texts: Vec<String> = texts.collect::<Option<_>>()?;
        texts.sort();
        Some(texts)
    }

    fn new_dict(&mut self, given: &[Value], arguments: &Arguments) -> Value {
        let dict = DictValue::default();
        if let Some(from) = given.first() {
            self.update_dict(&dict, from, &PathCondition::default());
        }
        for (name, value) in &arguments.named {
            dict.insert(Value::Text(name.clone()), value.clone(), &PathCondition::default());
        }
        if arguments.open {
            dict.open.set(true);
        }
        Value::Dict(Rc::new(dict))
    }

    /// Puts what `more` holds, a mapping or pairs, into a dict.
    pub(super) fn update_dict(&mut self, dict: &DictValue, more: &Value, condition: &PathCondition) {
        if let Value::Dict(more) = more.without_default().0 {
            return dict.update(more, condition);
        }
        let Some(pairs) = self.items(more) else { return dict.open.set(true) };
        dict.is_shuffled.set(dict.is_shuffled.get() || more.is_shuffled());
        for (pair, there) in pairs {
            match self.sure_items(&pair).as_deref() {
                Some([key, value]) => {
                    dict.insert(key.clone(), value.clone(), &there.and(condition));
                }
                _ => dict.open.set(true),
            }
        }
    }

    /// What of the standard library is made of what is iterated over.
    pub(super) fn of_collections(&mut self, path: &str, arguments: &Arguments) -> Option<Value> {
        match (path, &*arguments.positional) {
            ("itertools.chain", many) => self.chained(many),
            ("itertools.chain.from_iterable", [many]) => {
                let many = self.sure_items(many)?;
                self.chained(&many)
            }
            ("itertools.starmap", [function, many]) => {
                let place = self.place(crate::text::Span::default());
                let rows = self.sure_items(many)?;
                let made: Vec<Value> = rows
                    .iter()
                    .map(|row| {
                        let given = self.sure_items(row)?;
                        Some(self.call(function, Arguments::positional(given), &place))
                    })
                    .collect::<Option<_>>()?;
                Some(Value::lazy(ListValue::of(made)))
            }
            ("functools.reduce", [function, many, start @ ..]) => {
                let place = self.place(crate::text::Span::default());
                let mut items = self.sure_items(many).filter(|_| !many.is_shuffled())?.into_iter();
                let first = start.first().cloned().or_else(|| items.next())?;
                Some(
                    items.fold(first, |made, one| {
                        self.call(function, Arguments::positional([made, one]), &place)
                    }),
                )
            }
            ("collections.defaultdict", given) => {
                let dict = self.new_dict(given.get(1..).unwrap_or_default(), arguments);
                if let (Value::Dict(dict), Some(factory)) = (&dict, given.first()) {
                    *dict.factory.borrow_mut() =
                        Some(factory.clone()).filter(|one| !matches!(one, Value::None));
                }
                Some(dict)
            }
            ("collections.OrderedDict", given) => Some(self.new_dict(given, arguments)),
            _ => None,
        }
    }

    fn chained(&mut self, many: &[Value]) -> Option<Value> {
        let mut all = Vec::new();
        for one in many {
            all.extend(self.items(one)?);
        }
        Some(iterated(all, many.iter().any(Value::is_shuffled)))
    }
}

impl Value {
    /// Whether the text does not tell in which order it is iterated over.
    pub fn is_shuffled(&self) -> bool {
        match self {
            Self::Set(set) => set.items.borrow().len() > 1,
            Self::List(list) => list.is_shuffled.get() && list.items.borrow().len() > 1,
            Self::Dict(dict) => dict.is_shuffled.get() && dict.items.borrow().len() > 1,
            Self::Default(value, _) => value.is_shuffled(),
            Self::Either(values) => values.iter().any(Self::is_shuffled),
            _ => false,
        }
    }
}

/// Whether a value is the same as itself alone.
fn is_identity(value: &Value) -> bool {
    matches!(value, Value::Function(_) | Value::Class(_) | Value::Module(_))
}

/// The items as an iterator gives them.
fn iterated(items: Items, is_shuffled: bool) -> Value {
    let list = ListValue::from(items);
    list.is_shuffled.set(is_shuffled);
    Value::lazy(list)
}

/// The items as what is called `name`.
fn collected(name: &str, items: Items, is_shuffled: bool) -> Value {
    let is_sure = !is_shuffled && items.iter().all(|(_, condition)| condition.is_empty());
    match name {
        "tuple" if is_sure => Value::tuple(items.into_iter().map(|(value, _)| value).collect::<Vec<_>>()),
        "set" | "frozenset" => {
            let set = ListValue::default();
            for (value, condition) in items {
                set.add(value, condition);
            }
            set.is_lazy.set(name == "frozenset");
            Value::Set(Rc::new(set))
        }
        _ => {
            let list = ListValue::from(items);
            list.is_shuffled.set(is_shuffled);
            list.is_lazy.set(name == "tuple");
            Value::List(Rc::new(list))
        }
    }
}

/// The items with their numbers, as far as nothing before them may be missing.
fn numbered(items: Items, start: i64, mut is_sure: bool) -> Items {
    let number = |(at, (value, condition)): (i64, (Value, PathCondition))| {
        let number = if is_sure { Value::Int(at) } else { Value::Unknown };
        is_sure &= condition.is_empty();
        (Value::tuple([number, value]), condition)
    };
    (start..).zip(items).map(number).collect()
}

fn start_is_known(arguments: &Arguments) -> bool {
    let start = arguments.named("start").or(arguments.positional.get(1));
    start.is_none_or(|start| matches!(start, Value::Int(_)))
}

fn range(given: &[Value]) -> Option<ListValue> {
    let (start, end, step) = match given {
        [Value::Int(end)] => (0, *end, 1),
        [Value::Int(start), Value::Int(end)] => (*start, *end, 1),
        [Value::Int(start), Value::Int(end), Value::Int(step)] if *step != 0 => (*start, *end, *step),
        _ => return None,
    };
    let rounds = end.checked_sub(start)?.checked_div(step)?;
    let is_inside = |at: &i64| if step > 0 { *at < end } else { *at > end };
    let numbers = std::iter::successors(Some(start), |at| at.checked_add(step)).take_while(is_inside);
    (rounds <= RANGE).then(|| ListValue::of(numbers.map(Value::Int)))
}
