//! The schema of a tool's arguments, held to what a client looks at.

use serde_json::Value;

use crate::knowledge::clients::Criterion;

/// Deeper than the schemas of parameters that people write.
const DEEPEST: usize = 24;
/// More schemas than any tool has; only hostile files have more.
const MOST: usize = 20_000;

/// What is wrong with a part of a tool.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToolFault {
    /// An array without `items`, that of a tuple.
    Tuple,
    /// Another array without `items`.
    Items,
    /// Values of `enum` that are no strings.
    Enum,
    /// Several types.
    Types,
    /// No type.
    Untyped,
    /// A keyword.
    Keyword(String),
    /// A format of a string.
    Format(String),
    /// A keyword beside `$ref`.
    BesideRef(String),
    /// A description of too many characters.
    LongDescription,
    /// The names of server and tool have more characters than this together.
    LongName(usize),
}

/// Shows each schema of the parameters with its path, as in `days.items`; what is referred to, where it is.
pub(super) fn parameters(input: &Value, show: &mut impl FnMut(&str, &Value)) {
    let mut walk = Walk { root: input, show, within: Vec::new(), left: MOST };
    for (name, schema) in input.get("properties").and_then(Value::as_object).into_iter().flatten() {
        walk.schema(name, schema, 0);
    }
}

struct Walk<'s, F> {
    root: &'s Value,
    show: F,
    /// The references that are being followed.
    within: Vec<&'s str>,
    left: usize,
}

impl<'s, F: FnMut(&str, &Value)> Walk<'s, F> {
    fn schema(&mut self, path: &str, schema: &'s Value, depth: usize) {
        let Some(left) = self.left.checked_sub(1).filter(|_| depth < DEEPEST) else { return };
        self.left = left;
        (self.show)(path, schema);
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str)
            && !self.within.contains(&reference)
            && let Some(meant) = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer))
        {
            self.within.push(reference);
            self.schema(path, meant, depth + 1);
            self.within.pop();
        }
        for (name, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.schema(&format!("{path}.{name}"), property, depth + 1);
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(one) = schema.get(keyword).filter(|one| one.is_object()) {
                self.schema(&format!("{path}.{keyword}"), one, depth + 1);
            }
        }
        for keyword in ["anyOf", "oneOf", "allOf"] {
            for arm in schema.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.schema(path, arm, depth + 1);
            }
        }
    }
}

/// What is wrong with one schema, for who looks at this.
pub(super) fn fault(schema: &Value, check: Criterion) -> Option<ToolFault> {
    let object = schema.as_object()?;
    let has = |keyword: &str| object.contains_key(keyword);
    let beyond = |known: &str, word: &str| !known.split(',').any(|known| known == word);
    match check {
        Criterion::Items if object.get("type").is_some_and(|kind| kind == "array") && !has("items") => {
            Some(if has("prefixItems") { ToolFault::Tuple } else { ToolFault::Items })
        }
        Criterion::Enum => {
            let values = object.get("enum")?.as_array()?;
            values.iter().any(|value| !value.is_string()).then_some(ToolFault::Enum)
        }
        Criterion::OneType if object.get("type").is_some_and(Value::is_array) => Some(ToolFault::Types),
        Criterion::OneTypeOfItems if object.get("items").is_some_and(|items| items["type"].is_array()) => {
            Some(ToolFault::Types)
        }
        Criterion::Typed => {
            let says = ["type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref"];
            (!says.into_iter().any(has)).then_some(ToolFault::Untyped)
        }
        Criterion::Keywords(refused) => {
            let found = refused.split(',').find(|keyword| has(keyword))?;
            Some(ToolFault::Keyword(found.to_owned()))
        }
        Criterion::Formats(taken) if object.get("type").is_some_and(|kind| kind == "string") => {
            let format = object.get("format")?.as_str()?;
            beyond(taken, format).then(|| ToolFault::Format(format.to_owned()))
        }
        Criterion::BesideRef(taken) if has("$ref") => {
            let other = object.keys().find(|keyword| beyond(taken, keyword))?;
            Some(ToolFault::BesideRef(other.clone()))
        }
        _ => None,
    }
}
