//! YAML as PyYAML's safe loader reads it.
//!
//! [YAML 1.1](https://yaml.org/type/), whose words PyYAML keeps: `yes` is a truth, `010` is eight, `<<` merges. Whatever is
//! repeated by an alias counts each time, so that a few lines cannot stand for a billion values.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Tag};

use super::data::Datum;

/// Values nest no deeper in any file that people write.
const DEEPEST: usize = 100;

/// Nor does a file hold more of them, each counted wherever an alias repeats it.
const LARGEST: usize = 400_000;

/// The namespace of the tags that YAML itself has.
const CORE: &str = "tag:yaml.org,2002:";

/// What stands in a text of one document; none where it is none, or PyYAML refuses it.
pub fn read(text: &str) -> Option<Datum> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        builder.take(event.ok()?.0)?;
    }
    // nothing at all is a null
    Some(builder.root.unwrap_or(Datum::Null))
}

/// A list or a map that is not complete.
struct Open {
    anchor: usize,
    tag: Option<String>,
    items: Vec<Datum>,
    is_map: bool,
}

/// Puts a document together, event by event.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, (Datum, usize)>,
    root: Option<Datum>,
    count: usize,
}

impl Builder {
    fn take(&mut self, event: Event<'_>) -> Option<()> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_deref())?;
                self.put(value, anchor, 1)
            }
            Event::Alias(anchor) => {
                // one that is still open holds itself
                let (value, size) = self.anchors.get(&anchor)?;
                let (value, size) = (value.clone(), *size);
                self.put(value, 0, size)
            }
            Event::SequenceStart(anchor, tag) => self.begin(anchor, tag.as_deref(), false),
            Event::MappingStart(anchor, tag) => self.begin(anchor, tag.as_deref(), true),
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            Event::DocumentStart(_) if self.root.is_some() => None,
            _ => Some(()),
        }
    }

    fn begin(&mut self, anchor: usize, tag: Option<&Tag>, is_map: bool) -> Option<()> {
        let tag = match tag.map(core) {
            Some(tag) => Some(tag?.to_owned()),
            None => None,
        };
        self.open.push(Open { anchor, tag, items: Vec::new(), is_map });
        (self.open.len() <= DEEPEST).then_some(())
    }

    fn end(&mut self) -> Option<()> {
        let Open { anchor, tag, items, is_map } = self.open.pop()?;
        let value = match tag.as_deref() {
            None | Some("map" | "seq") if is_map => mapping(items)?,
            None | Some("map" | "seq") => Datum::List(items),
            Some(_) => Datum::Other,
        };
        let size = if anchor == 0 { 1 } else { value.size() };
        // what it holds is counted already
        self.put(value, anchor, 1)?;
        if let Some(known) = self.anchors.get_mut(&anchor) {
            known.1 = size;
        }
        Some(())
    }

    /// Puts a value in its place, which stands for `size` of them.
    fn put(&mut self, value: Datum, anchor: usize, size: usize) -> Option<()> {
        self.count += size;
        if self.count > LARGEST {
            return None;
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (value.clone(), size));
        }
        match self.open.last_mut() {
            Some(open) => open.items.push(value),
            None => self.root = Some(value),
        }
        Some(())
    }
}

/// The name of a tag that YAML has itself; none for any other, which the safe loader refuses.
fn core(tag: &Tag) -> Option<&str> {
    if tag.handle == CORE {
        return Some(&tag.suffix);
    }
    if tag.handle.is_empty() { tag.suffix.strip_prefix(CORE) } else { None }
}

/// Stands for `<<` where it is a key that merges.
const MERGE: &str = "\u{0}<<";

/// The map of keys and values that follow each other.
fn mapping(items: Vec<Datum>) -> Option<Datum> {
    let mut pairs: Vec<(Datum, Datum)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let (mut merged, mut own) = (Vec::new(), Vec::new());
    let mut items = items.into_iter();
    while let (Some(key), Some(value)) = (items.next(), items.next()) {
        match (key, value) {
            (Datum::Text(key), Datum::Map(more)) if key == MERGE => merged.extend(more),
            (Datum::Text(key), Datum::List(several)) if key == MERGE => {
                for one in several.into_iter().rev() {
                    let Datum::Map(more) = one else { return None };
                    merged.extend(more);
                }
            }
            (Datum::Text(key), _) if key == MERGE => return None,
            (Datum::List(_) | Datum::Map(_) | Datum::Other, _) => return None,
            pair => own.push(pair),
        }
    }
    for (key, value) in merged.into_iter().chain(own) {
        match places.get(&hashed(&key)) {
            Some(place) => pairs[*place].1 = value,
            None => {
                places.insert(hashed(&key), pairs.len());
                pairs.push((key, value));
            }
        }
    }
    Some(Datum::Map(pairs))
}

/// What tells two keys apart; `1` and `True` are one key.
fn hashed(key: &Datum) -> String {
    match key {
        Datum::Text(text) => format!("t{text}"),
        Datum::Bool(truth) => format!("n{}", i64::from(*truth)),
        Datum::Int(number) => format!("n{number}"),
        other => format!("{other:?}"),
    }
}

/// A scalar; none where PyYAML refuses it.
fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>) -> Option<Datum> {
    let text_of = || Datum::Text(text.to_owned());
    match tag.map(core) {
        None if style == ScalarStyle::Plain => Some(resolved(text)),
        None | Some(Some("str")) => Some(text_of()),
        Some(None) => None,
        Some(Some(name)) => Some(match (name, resolved(text)) {
            ("bool", value @ Datum::Bool(_))
            | ("int", value @ Datum::Int(_))
            | ("float", value @ Datum::Float(_))
            | ("null", value @ Datum::Null) => value,
            _ => Datum::Other,
        }),
    }
}

/// What a plain scalar is.
fn resolved(text: &str) -> Datum {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Datum::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Datum::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Datum::Bool(false);
        }
        "<<" => return Datum::Text(MERGE.to_owned()),
        "=" => return Datum::Other,
        _ => {}
    }
    let begins = text.bytes().next().is_some_and(|first| first.is_ascii_digit() || b"+-.".contains(&first));
    let number = if begins { integer(text).or_else(|| float(text)).or_else(|| date(text)) } else { None };
    number.unwrap_or_else(|| Datum::Text(text.to_owned()))
}

/// An integer of YAML 1.1.
fn integer(text: &str) -> Option<Datum> {
    let (sign, digits) = signed(text);
    let of = |digits: &str, radix: u32| {
        let plain: String = digits.chars().filter(|one| *one != '_').collect();
        let is_number = digits.starts_with(|one: char| one.is_digit(radix) || one == '_')
            && digits.chars().all(|one| one == '_' || one.is_digit(radix));
        is_number.then(|| {
            i64::from_str_radix(&plain, radix).map_or(Datum::Other, |number| Datum::Int(sign * number))
        })
    };
    match digits.as_bytes() {
        [b'0', b'b', ..] => of(&digits[2..], 2),
        [b'0', b'x', ..] => of(&digits[2..], 16),
        [b'0'] => Some(Datum::Int(0)),
        [b'0', ..] => of(&digits[1..], 8),
        [b'1'..=b'9', ..] if digits.contains(':') => is_sexagesimal(digits).then_some(Datum::Other),
        [b'1'..=b'9', ..] => of(digits, 10),
        _ => None,
    }
}

fn signed(text: &str) -> (i64, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    }
}

/// Whether it is a number to the base of sixty, such as a time.
fn is_sexagesimal(digits: &str) -> bool {
    let mut parts = digits.split(':');
    let is_first =
        parts.next().is_some_and(|first| first.bytes().all(|one| one.is_ascii_digit() || one == b'_'));
    let is_rest = |part: &str| {
        let whole = part.split('.').next().unwrap_or_default();
        (1..=2).contains(&whole.len()) && part.bytes().all(|one| one.is_ascii_digit() || b"._".contains(&one))
    };
    is_first && parts.all(is_rest)
}

/// A float of YAML 1.1: with a point, and a sign behind its `e`.
fn float(text: &str) -> Option<Datum> {
    let (_, digits) = signed(text);
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(Datum::Other);
    }
    if digits.contains(':') {
        return (digits.contains('.') && is_sexagesimal(digits)).then_some(Datum::Other);
    }
    let (mantissa, exponent) =
        digits.split_once(['e', 'E']).map_or((digits, None), |(all, e)| (all, Some(e)));
    let (whole, part) = mantissa.split_once('.')?;
    let is_digits = |text: &str| text.bytes().all(|one| one.is_ascii_digit() || one == b'_');
    let begins = |text: &str| text.starts_with(|one: char| one.is_ascii_digit());
    let is_exponent = exponent.is_none_or(|exponent| {
        exponent
            .strip_prefix(['+', '-'])
            .is_some_and(|rest| begins(rest) && rest.bytes().all(|one| one.is_ascii_digit()))
    });
    let is_number = if whole.is_empty() { begins(part) } else { begins(whole) };
    if !(is_number && is_digits(whole) && is_digits(part) && is_exponent) {
        return None;
    }
    let plain: String = text.chars().filter(|one| *one != '_').collect();
    plain.parse().ok().map(Datum::Float)
}

/// A date, or a time of a day.
fn date(text: &str) -> Option<Datum> {
    let bytes = text.as_bytes();
    let is_date = bytes.len() >= 8
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[5..].iter().all(|one| one.is_ascii_digit() || b"-:.+ \tTtZ".contains(one))
        && bytes[5..].contains(&b'-');
    is_date.then_some(Datum::Other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reads_words_as_pyyaml_does() {
        for (text, expected) in [
            ("", Datum::Null),
            ("~", Datum::Null),
            ("yes", Datum::Bool(true)),
            ("Off", Datum::Bool(false)),
            ("y", Datum::Text("y".to_owned())),
            ("'yes'", Datum::Text("yes".to_owned())),
            ("12", Datum::Int(12)),
            ("-1_000", Datum::Int(-1000)),
            ("010", Datum::Int(8)),
            ("0o10", Datum::Text("0o10".to_owned())),
            ("0x1F", Datum::Int(31)),
            ("08", Datum::Text("08".to_owned())),
            ("12:30", Datum::Other),
            ("1.5", Datum::Float(1.5)),
            ("1e3", Datum::Text("1e3".to_owned())),
            ("1.0e+3", Datum::Float(1000.0)),
            ("3.0.1", Datum::Text("3.0.1".to_owned())),
            ("2024-01-02", Datum::Other),
            ("2024-01-02 10:00:00", Datum::Other),
            ("!!str 12", Datum::Text("12".to_owned())),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn merges_and_repeats() {
        let text = "a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\n";
        let Some(Datum::Map(pairs)) = read(text) else { panic!("a map") };
        let pair = |key: &str, number: i64| (Datum::Text(key.to_owned()), Datum::Int(number));
        assert_eq!(pairs[1].1, Datum::Map(vec![pair("x", 1), pair("y", 3)]));
        assert_eq!(pairs[2].1, Datum::Map(vec![pair("x", 1), pair("y", 2)]));
    }

    #[test]
    fn refuses_what_pyyaml_refuses_and_what_grows_beyond_measure() {
        let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..12 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        let deep = "[".repeat(200) + &"]".repeat(200);
        for text in ["a: [1", "&a [*a]", "a: !custom 1", "--- 1\n--- 2\n", "{[1]: 2}", &bomb, &deep] {
            assert_eq!(read(text), None, "{}", &text[..text.len().min(40)]);
        }
    }

    proptest! {
        #[test]
        fn any_text_ends(text in "[a-c0-9:&*!<>|{}\\[\\], \n'\"#%@~.-]{0,60}") {
            let _ = read(&text);
        }
    }
}
