//! `pyproject.toml` as a tree of values that know where they stand; the sole room that knows the TOML crate.

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};

use super::faults::{self, Fault};
use crate::text::{Span, Spanned};

/// A value and where it stands.
#[derive(Clone, Debug)]
pub struct TomlNode {
    /// The value's own text; for a table with a header, the header.
    pub span: Span,
    /// The value.
    pub kind: TomlKind,
}

/// A value.
#[derive(Clone, Debug)]
pub enum TomlKind {
    /// Any of the four kinds of strings.
    String(String),
    /// `true` or `false`.
    Bool(bool),
    /// A number or a date, which no setting wants.
    Other(&'static str),
    /// An array, or the tables of one name.
    Array(Vec<TomlNode>),
    /// A table in any form: its entries in order.
    Table(Vec<(Spanned<String>, TomlNode)>),
}

impl TomlNode {
    /// The entries of a table.
    pub fn as_table(&self) -> Option<&[(Spanned<String>, Self)]> {
        match &self.kind {
            TomlKind::Table(entries) => Some(entries),
            _ => None,
        }
    }
}

impl TomlKind {
    /// What users call a value of this kind.
    pub fn noun(&self) -> &'static str {
        match self {
            Self::String(_) => "a string",
            Self::Bool(_) => "a boolean",
            Self::Other(noun) => noun,
            Self::Array(_) => "an array",
            Self::Table(_) => "a table",
        }
    }
}

/// The document's top table, and the faults of its syntax; reading goes on after each.
pub fn parse(text: &str) -> (TomlNode, Vec<Spanned<Fault>>) {
    let (table, errors) = DeTable::parse_recoverable(text);
    let faults = errors
        .into_iter()
        .map(|error| {
            let span = error.span().map_or_else(Span::default, Span::from);
            Spanned::new(error.message().trim_end().replace('\n', ", "), span)
        })
        .collect();
    let span = Span::from(table.span());
    (TomlNode { span, kind: TomlKind::Table(read(table.into_inner())) }, faults::worded(text, faults))
}

fn read(table: DeTable<'_>) -> Vec<(Spanned<String>, TomlNode)> {
    table
        .into_iter()
        .map(|(key, value)| {
            let span = Span::from(key.span());
            (Spanned::new(key.into_inner().into_owned(), span), node(value))
        })
        .collect()
}

fn node(value: Located<DeValue<'_>>) -> TomlNode {
    let span = Span::from(value.span());
    let kind = match value.into_inner() {
        DeValue::String(text) => TomlKind::String(text.into_owned()),
        DeValue::Integer(_) => TomlKind::Other("an integer"),
        DeValue::Boolean(value) => TomlKind::Bool(value),
        DeValue::Float(_) => TomlKind::Other("a float"),
        DeValue::Datetime(_) => TomlKind::Other("a date"),
        DeValue::Array(array) => TomlKind::Array(array.into_iter().map(node).collect()),
        DeValue::Table(table) => TomlKind::Table(read(table)),
    };
    TomlNode { span, kind }
}

/// The value at a dotted key, none of whose parts holds a dot.
pub fn at<'n>(node: &'n TomlNode, key: &str) -> Option<&'n TomlNode> {
    key.split('.').try_fold(node, |node, part| {
        entries(node).iter().find(|(name, _)| name.value == part).map(|(_, node)| node)
    })
}

/// The entries of a table in the order written; none of another value.
pub fn entries(node: &TomlNode) -> &[(Spanned<String>, TomlNode)] {
    match &node.kind {
        TomlKind::Table(entries) => entries,
        _ => &[],
    }
}

/// The string that a value is.
pub fn text(node: &TomlNode) -> Option<String> {
    match &node.kind {
        TomlKind::String(text) => Some(text.clone()),
        _ => None,
    }
}

/// The strings of an array, or the one string.
pub fn strings(node: &TomlNode) -> Vec<String> {
    match &node.kind {
        TomlKind::Array(items) => items.iter().filter_map(text).collect(),
        _ => text(node).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_after_a_fault() {
        let text = "a = \nb = 'x'\n[t]\nc = [1, 2.0]\nc = 3\n";
        let (root, faults) = parse(text);
        assert_eq!(faults.len(), 2, "{faults:?}");
        let TomlKind::Table(entries) = root.kind else { panic!("a document is a table") };
        let (_, b) = entries.iter().find(|(key, _)| key.value == "b").expect("`b` was read");
        assert!(matches!(&b.kind, TomlKind::String(text) if text == "x"));
        assert_eq!(&text[b.span.range()], "'x'");
    }
}
