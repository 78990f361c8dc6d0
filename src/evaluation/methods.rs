//! The methods of strings, lists and dicts.

use super::value::{Arguments, Value};
use super::{Host, Run};

impl<H: Host> Run<'_, H> {
    /// What a method of a value of Python's own gives.
    pub fn method_of(&mut self, value: &Value, name: &str, arguments: &Arguments) -> Value {
        match name {
            "__getitem__" => {
                self.subscript(value, arguments.positional.first().cloned().unwrap_or(Value::Unknown))
            }
            _ => self.method(value, name, arguments).unwrap_or(Value::Unknown),
        }
    }

    /// What a method of a string, a list or a dict gives; none for other values.
    pub(super) fn method(&mut self, value: &Value, name: &str, arguments: &Arguments) -> Option<Value> {
        match value {
            Value::Default(value, by) if is_plain(value) => Some(self.each_way(value, by, |run, value| {
                run.method(value, name, arguments).unwrap_or(Value::Unknown)
            })),
            Value::Text(text) => Some(of_text(self, text, name, arguments).unwrap_or(Value::Unknown)),
            Value::List(list) => Some(self.of_list(list, name, arguments)),
            Value::Set(set) => Some(self.of_set(set, name, arguments)),
            Value::Dict(dict) => Some(self.of_dict(dict, name, arguments)),
            Value::Tuple(_) | Value::Int(_) | Value::Float(_) | Value::Bool(_) => Some(Value::Unknown),
            _ => None,
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
        ("title", []) => plain(&title(text)),
        ("capitalize", []) => {
            let mut letters = text.chars();
            let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
            plain(&(first + &letters.as_str().to_lowercase()))
        }
        ("partition" | "rpartition", [Value::Text(at)]) if !at.is_empty() => {
            let found = if name == "partition" { text.split_once(&**at) } else { text.rsplit_once(&**at) };
            let parts = match found {
                Some((before, behind)) => [before, at, behind],
                None if name == "partition" => [text, "", ""],
                None => ["", "", text],
            };
            Some(Value::tuple(parts.map(Value::text)))
        }
        ("split", [Value::Text(at), Value::Int(most)]) if !at.is_empty() && *most >= 0 => {
            let most = usize::try_from(*most).ok()?;
            Some(Value::list(text.splitn(most + 1, &**at).map(Value::text)))
        }
        ("rsplit", [Value::Text(at), Value::Int(most)]) if !at.is_empty() && *most >= 0 => {
            let most = usize::try_from(*most).ok()?;
            let mut parts: Vec<&str> = text.rsplitn(most + 1, &**at).collect();
            parts.reverse();
            Some(Value::list(parts.into_iter().map(Value::text)))
        }
        ("splitlines", []) if !text.contains(|one: char| one != '\n' && one != '\t' && one.is_control()) => {
            Some(Value::list(text.lines().map(Value::text)))
        }
        ("startswith" | "endswith", [Value::Tuple(several)]) => {
            let several: Option<Vec<_>> = several.iter().map(Value::as_text).collect();
            let is = |some: &std::sync::Arc<str>| match name {
                "startswith" => text.starts_with(&**some),
                _ => text.ends_with(&**some),
            };
            Some(Value::Bool(several?.iter().any(is)))
        }
        ("isidentifier", []) => {
            let mut letters = text.chars();
            let is_first = letters.next().is_some_and(|one| one == '_' || one.is_ascii_alphabetic());
            let is_rest = letters.all(|one| one == '_' || one.is_ascii_alphanumeric());
            if text.is_ascii() { Some(Value::Bool(is_first && is_rest)) } else { None }
        }
        ("count", [Value::Text(some)]) if !some.is_empty() => {
            Some(Value::Int(i64::try_from(text.matches(&**some).count()).ok()?))
        }
        ("split", []) => Some(Value::list(text.split_whitespace().map(Value::text))),
        ("split", [Value::Text(at)]) if !at.is_empty() => {
            Some(Value::list(text.split(&**at).map(Value::text)))
        }
        ("join", [_]) => {
            let items = run.items(first?).filter(|_| !first.is_some_and(Value::is_shuffled))?;
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

/// Whether it is a value of Python's own, whose methods are known.
pub(super) fn is_plain(value: &Value) -> bool {
    matches!(
        value,
        Value::Text(_)
            | Value::List(_)
            | Value::Set(_)
            | Value::Dict(_)
            | Value::Tuple(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Bool(_)
    )
}

/// `text.title()`, of letters without marks.
fn title(text: &str) -> String {
    let mut made = String::with_capacity(text.len());
    let mut is_inside = false;
    for letter in text.chars() {
        if is_inside {
            made.extend(letter.to_lowercase());
        } else {
            made.extend(letter.to_uppercase());
        }
        is_inside = letter.is_alphabetic();
    }
    made
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
