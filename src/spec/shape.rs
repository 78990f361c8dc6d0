//! The part of [JSON Schema](https://json-schema.org/draft-07) that the files of MCP need: which members an object
//! has, of which types, and what their texts must be.
//!
//! A [`Shape`] is a static table, so it costs nothing until a file is held against it. Faults come with their place.

use std::ops::Range;

use super::json::{JsonNode, JsonValue};

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Anything.
    Any,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A string that each of the tests accepts; a test's answer is what is wrong with it.
    Text(&'static [Test]),
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A list of such values.
    List(&'static Self),
    /// An object of any names with such values.
    Map(&'static Self),
    /// An object of these members.
    Object(&'static [ShapeMember]),
    /// The same, and no others.
    Closed(&'static [ShapeMember]),
    /// An object whose member `type` names the one of these that it is.
    ByType(&'static [(&'static str, Self)]),
    /// A string, number or boolean, or a list of strings.
    Plain,
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub struct ShapeMember {
    /// Its name.
    pub name: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// What it must be.
    pub shape: Shape,
}

/// Says what is wrong with a text; none when nothing is.
pub type Test = fn(&str) -> Option<Wrong>;

/// What is wrong with a text, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The end of a phrase: `is ...`, `has ...`.
    pub what: String,
    /// The remedy.
    pub remedy: String,
}

impl Wrong {
    /// A fault and its remedy.
    pub fn new(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into() }
    }
}

/// A value that is not what it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeFault {
    /// The value, or the name of a member that must not be.
    pub range: Range<usize>,
    /// Where in the file, as people write it: `packages[0].version`; empty for the whole.
    pub path: String,
    /// What is wrong with it.
    pub kind: ShapeFaultKind,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeFaultKind {
    /// A member is missing.
    #[error("lacks `{0}`")]
    Missing(&'static str),
    /// A member that must not be there.
    #[error("is not known")]
    Unknown {
        /// The names that are.
        known: Vec<&'static str>,
    },
    /// A value of another type.
    #[error("is not {0}")]
    Type(&'static str),
    /// A word that is none of the allowed.
    #[error("is none of {}", listed(.0))]
    Word(Vec<&'static str>),
    /// A text, or an object of texts, that is not well formed.
    #[error("{}", .0.what)]
    Text(Wrong),
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Whether a text is to be filled in later: `$VERSION`, `{{ version }}`, `__VERSION__`, `<version>`.
pub fn is_placeholder(text: &str) -> bool {
    let word = text.trim_matches(|c: char| c == 'v' || c == '.');
    let wrapped = |mark: &str| word.len() > 2 * mark.len() && word.starts_with(mark) && word.ends_with(mark);
    text.contains('$')
        || text.contains("{{")
        || text.contains('<')
        || wrapped("__")
        || wrapped("@")
        || wrapped("%")
}

/// Everything in `node` that is not as `shape` says, in order of the text.
pub fn check(node: &JsonNode, shape: &Shape) -> Vec<ShapeFault> {
    let mut faults = Vec::new();
    hold(node, shape, "", &mut faults);
    faults
}

fn hold(node: &JsonNode, shape: &Shape, path: &str, faults: &mut Vec<ShapeFault>) {
    match (shape, &node.value) {
        (Shape::Any, _)
        | (Shape::Bool, JsonValue::Bool(_))
        | (Shape::Number, JsonValue::Number(_))
        | (Shape::Plain, JsonValue::Bool(_) | JsonValue::Number(_) | JsonValue::String(_)) => {}
        (Shape::Text(tests), JsonValue::String(text)) => {
            if let Some(wrong) = tests.iter().filter(|_| !is_placeholder(text)).find_map(|test| test(text)) {
                faults.push(fault(node, path, ShapeFaultKind::Text(wrong)));
            }
        }
        (Shape::Word(words), JsonValue::String(text)) => {
            if !words.contains(&text.as_str()) && !is_placeholder(text) {
                faults.push(fault(node, path, ShapeFaultKind::Word(words.to_vec())));
            }
        }
        (Shape::List(shape), JsonValue::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                hold(item, shape, &format!("{path}[{index}]"), faults);
            }
        }
        (Shape::Plain, JsonValue::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                hold(item, &Shape::Text(&[]), &format!("{path}[{index}]"), faults);
            }
        }
        (Shape::Map(shape), JsonValue::Object(members)) => {
            for member in members {
                hold(&member.node, shape, &joined(path, &member.name), faults);
            }
        }
        (Shape::Object(fields), JsonValue::Object(_)) => object(node, fields, false, path, faults),
        (Shape::Closed(fields), JsonValue::Object(_)) => object(node, fields, true, path, faults),
        (Shape::ByType(shapes), JsonValue::Object(_)) => by_type(node, shapes, path, faults),
        _ => faults.push(fault(node, path, ShapeFaultKind::Type(kind(shape)))),
    }
}

fn fault(node: &JsonNode, path: &str, kind: ShapeFaultKind) -> ShapeFault {
    ShapeFault { range: node.range.clone(), path: path.to_owned(), kind }
}

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn object(node: &JsonNode, fields: &[ShapeMember], closed: bool, path: &str, faults: &mut Vec<ShapeFault>) {
    for field in fields.iter().filter(|field| field.required && node.get(field.name).is_none()) {
        faults.push(fault(node, path, ShapeFaultKind::Missing(field.name)));
    }
    for member in node.members() {
        let path = joined(path, &member.name);
        match fields.iter().find(|field| field.name == member.name) {
            Some(field) => hold(&member.node, &field.shape, &path, faults),
            None if closed => {
                let known = fields.iter().map(|field| field.name).collect();
                let kind = ShapeFaultKind::Unknown { known };
                faults.push(ShapeFault { range: member.place.clone(), path, kind });
            }
            None => {}
        }
    }
}

fn by_type(node: &JsonNode, shapes: &[(&'static str, Shape)], path: &str, faults: &mut Vec<ShapeFault>) {
    let Some(named) = node.get("type") else {
        return faults.push(fault(node, path, ShapeFaultKind::Missing("type")));
    };
    match shapes.iter().find(|(name, _)| named.text() == Some(*name)) {
        Some((_, shape)) => hold(node, shape, path, faults),
        None => {
            let words = shapes.iter().map(|(name, _)| *name).collect();
            faults.push(fault(named, &joined(path, "type"), ShapeFaultKind::Word(words)));
        }
    }
}

fn kind(shape: &Shape) -> &'static str {
    match shape {
        Shape::Any => "a value",
        Shape::Bool => "`true` or `false`",
        Shape::Number => "a number",
        Shape::Text(_) | Shape::Word(_) => "a string",
        Shape::List(_) => "a list",
        Shape::Map(_) | Shape::Object(_) | Shape::Closed(_) | Shape::ByType(_) => "an object",
        Shape::Plain => "a string, a number, a boolean or a list of strings",
    }
}

/// A required member.
pub(super) const fn must(name: &'static str, shape: Shape) -> ShapeMember {
    ShapeMember { name, required: true, shape }
}

/// A member that may be missing.
pub(super) const fn may(name: &'static str, shape: Shape) -> ShapeMember {
    ShapeMember { name, required: false, shape }
}

/// A string of any kind.
pub(super) const TEXT: Shape = Shape::Text(&[]);
/// A list of strings of any kind.
pub(super) const TEXTS: Shape = Shape::List(&TEXT);
/// A string that is an absolute address.
pub(super) const URI: Shape = Shape::Text(&[uri]);

fn uri(text: &str) -> Option<Wrong> {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    let plain = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let absolute = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(plain);
    (!absolute || text.contains(char::is_whitespace))
        .then(|| Wrong::new("is no absolute address", "write the whole address"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::json::parse;

    const SHAPE: Shape = Shape::Closed(&[
        must("name", Shape::Text(&[|text| text.is_empty().then(|| Wrong::new("is empty", "write it"))])),
        may("kind", Shape::Word(&["a", "b"])),
        may("list", Shape::List(&Shape::ByType(&[("x", Shape::Object(&[must("y", Shape::Bool)]))]))),
        may("map", Shape::Map(&Shape::Number)),
        may("default", Shape::Plain),
        may("url", URI),
    ]);

    #[test]
    fn tells_each_fault_with_its_path() {
        for (text, faults) in [
            (r#"{"name": "a", "kind": "b", "map": {"é": 1}, "default": ["a"], "url": "a:b"}"#, &[][..]),
            (r#"{"name": "$NAME", "kind": "{{kind}}", "default": true}"#, &[]),
            ("{}", &[" lacks `name`"]),
            ("[]", &[" is not an object"]),
            (r#"{"name": "", "nmae": 1}"#, &["name is empty", "nmae is not known"]),
            (r#"{"name": "a", "kind": "c"}"#, &["kind is none of `a`, `b`"]),
            (
                r#"{"name": "a", "list": [{"type": "x", "y": true}, {}, {"type": "z"}, {"type": "x", "y": 1}]}"#,
                &[
                    "list[1] lacks `type`",
                    "list[2].type is none of `x`",
                    "list[3].y is not `true` or `false`",
                ],
            ),
            (
                r#"{"name": "a", "map": {"é": "1"}, "default": [1]}"#,
                &["map.é is not a number", "default[0] is not a string"],
            ),
            (r#"{"name": "a", "url": "example.org"}"#, &["url is no absolute address"]),
        ] {
            let found = check(&parse(text).expect("it is JSON"), &SHAPE);
            let found: Vec<_> = found.iter().map(|fault| format!("{} {}", fault.path, fault.kind)).collect();
            assert_eq!(found, faults, "{text}");
        }
    }

    #[test]
    fn what_is_filled_in_later_is_no_value() {
        for text in [
            "$VERSION", "${VERSION}", "v$VERSION", "{{ version }}", "__VERSION__", "@VERSION@", "%VERSION%",
            "<version>",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["", "1.0", "__", "a@b", "version"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
