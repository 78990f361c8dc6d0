//! The methods of strings, lists and dicts.

use std::rc::Rc;

use super::value::{Arguments, DictValue, ListValue, PathCondition, Value};
use super::{Host, Run};

impl<H: Host> Run<'_, H> {
    /// What a method of a string, a list or a dict gives; none for other values.
    pub(super) fn method(&mut self, value: &Value, name: &str, arguments: &Arguments) -> Option<Value> {
        match value {
            Value::Default(value) => Some(self.method(value, name, arguments)?.by_default()),
            Value::Text(text) => Some(of_text(self, text, name, arguments).unwrap_or(Value::Unknown)),
            Value::List(list) | Value::Set(list) => Some(self.of_list(list, name, arguments)),
            Value::Dict(dict) => Some(self.of_dict(dict, name, arguments)),
            Value::Tuple(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) => Some(Value::Unknown),
            _ => None,
        }
    }

    fn of_list(&mut self, list: &Rc<ListValue>, name: &str, arguments: &Arguments) -> Value {
        let condition = self.condition();
        match (name, &*arguments.positional) {
            ("append" | "add", [value]) | ("insert", [_, value]) => {
                list.items.borrow_mut().push((value.clone(), condition));
            }
            ("extend" | "update", [more]) => self.extend(list, more),
            ("copy", []) => {
                let copy = ListValue::default();
                copy.items.borrow_mut().extend(list.items.borrow().iter().cloned());
                copy.open.set(list.open.get());
                return Value::List(Rc::new(copy));
            }
            ("pop" | "remove" | "clear" | "discard", _) => {
                let gone: PathCondition = [self.new_branch()].into();
                list.items.borrow_mut().iter_mut().for_each(|item| item.1 = gone.clone());
                return Value::Unknown;
            }
            ("sort" | "reverse", _) => {}
            _ => return Value::Unknown,
        }
        Value::None
    }

    fn of_dict(&mut self, dict: &Rc<DictValue>, name: &str, arguments: &Arguments) -> Value {
        let condition = self.condition();
        let listed = |pick: &dyn Fn(&(Value, Value, PathCondition)) -> Value| {
            let list = ListValue::default();
            let items = dict.items.borrow();
            list.items.borrow_mut().extend(items.iter().map(|item| (pick(item), item.2.clone())));
            list.open.set(dict.open.get());
            Value::List(Rc::new(list))
        };
        match (name, &*arguments.positional) {
            ("items", []) => listed(&|(key, value, _)| Value::tuple([key.clone(), value.clone()])),
            ("keys", []) => listed(&|(key, _, _)| key.clone()),
            ("values", []) => listed(&|(_, value, _)| value.clone()),
            ("get", [key, rest @ ..]) => match dict.looked_up(key) {
                Some(value) => value,
                None if dict.open.get() || key.as_text().is_none() => Value::Unknown,
                None => rest.first().cloned().unwrap_or(Value::None),
            },
            ("setdefault", [key, value]) => dict.looked_up(key).unwrap_or_else(|| {
                dict.insert(key.clone(), value.clone(), &condition);
                value.clone()
            }),
            ("update", more) => {
                match more {
                    [Value::Dict(more)] => dict.update(more, &condition),
                    [] => {}
                    _ => dict.open.set(true),
                }
                for (name, value) in &arguments.named {
                    dict.insert(Value::Text(name.clone()), value.clone(), &condition);
                }
                Value::None
            }
            ("copy", []) => {
                let copy = DictValue::default();
                copy.update(dict, &PathCondition::default());
                Value::Dict(Rc::new(copy))
            }
            ("pop" | "popitem" | "clear", _) => {
                let gone = arguments.positional.first().and_then(|key| dict.looked_up(key));
                let left: PathCondition = [self.new_branch()].into();
                dict.items.borrow_mut().iter_mut().for_each(|item| item.2 = left.clone());
                gone.unwrap_or(Value::Unknown)
            }
            _ => Value::Unknown,
        }
    }
}

fn of_text<H: Host>(run: &mut Run<'_, H>, text: &str, name: &str, arguments: &Arguments) -> Option<Value> {
    let first = arguments.positional.first();
    let plain = |made: &str| Some(Value::text(made));
    match (name, &*arguments.positional) {
        ("lower" | "casefold", []) => plain(&text.to_lowercase()),
        ("upper", []) => plain(&text.to_uppercase()),
        ("strip", []) => plain(text.trim()),
        ("lstrip", []) => plain(text.trim_start()),
        ("rstrip", []) => plain(text.trim_end()),
        ("strip", [Value::Text(some)]) => plain(text.trim_matches(|one| some.contains(one))),
        ("lstrip", [Value::Text(some)]) => plain(text.trim_start_matches(|one| some.contains(one))),
        ("rstrip", [Value::Text(some)]) => plain(text.trim_end_matches(|one| some.contains(one))),
        ("removeprefix", [Value::Text(some)]) => plain(text.strip_prefix(&**some).unwrap_or(text)),
        ("removesuffix", [Value::Text(some)]) => plain(text.strip_suffix(&**some).unwrap_or(text)),
        ("startswith", [Value::Text(some)]) => Some(Value::Bool(text.starts_with(&**some))),
        ("endswith", [Value::Text(some)]) => Some(Value::Bool(text.ends_with(&**some))),
        ("replace", [Value::Text(from), Value::Text(to)]) => plain(&text.replace(&**from, to)),
        ("split", []) => Some(Value::list(text.split_whitespace().map(Value::text))),
        ("split", [Value::Text(at)]) if !at.is_empty() => {
            Some(Value::list(text.split(&**at).map(Value::text)))
        }
        ("join", [_]) => {
            let items = run.items(first?)?;
            let parts: Option<Vec<_>> = items
                .iter()
                .map(|(value, condition)| value.as_text().filter(|_| condition.is_empty()))
                .collect();
            plain(&parts?.join(text))
        }
        ("format", _) => format(text, arguments),
        _ => None,
    }
}

/// `"{a} {}".format(...)` with plain fields.
fn format(text: &str, arguments: &Arguments) -> Option<Value> {
    let mut made = String::new();
    let mut rest = text;
    let mut next = 0;
    while let Some(at) = rest.find(['{', '}']) {
        made.push_str(&rest[..at]);
        if rest[at..].starts_with("{{") || rest[at..].starts_with("}}") {
            made.push_str(&rest[at..=at]);
            rest = &rest[at + 2..];
            continue;
        }
        let end = at + rest[at..].find('}')?;
        let field = rest.get(at + 1..end)?;
        let value = match field.parse::<usize>() {
            Ok(position) => arguments.positional.get(position)?,
            Err(_) if field.is_empty() => {
                next += 1;
                arguments.positional.get(next - 1)?
            }
            Err(_) => arguments.named(field)?,
        };
        let [form] = &*value.printed()? else { return None };
        made.push_str(form);
        rest = &rest[end + 1..];
    }
    made.push_str(rest);
    Some(Value::text(&made))
}
