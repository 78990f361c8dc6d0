//! Reads values out of the tree, and records what is not as it should be.

use super::problem::{Problem, ProblemKind};
use super::toml::{TomlKind, TomlNode};
use crate::spec::control::find_control;
use crate::text::{Span, Spanned};

/// A table's entries in the order written.
pub(super) type Entries = [(Spanned<String>, TomlNode)];

/// Collects the problems while values are read.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
}

impl Reader {
    pub(super) fn record(&mut self, span: Span, kind: ProblemKind) {
        self.problems.push(Problem { span, kind });
    }

    /// The entries of a table.
    pub(super) fn table<'n>(&mut self, key: &str, node: &'n TomlNode) -> &'n Entries {
        match &node.kind {
            TomlKind::Table(entries) => entries,
            _ => {
                self.wrong_type(key, "a table", node);
                &[]
            }
        }
    }

    /// Records the keys of `entries` that `table` does not know.
    pub(super) fn only(&mut self, table: &str, entries: &Entries, known: &[&'static str]) {
        let mut free = known.to_vec();
        for (key, _) in entries {
            free.retain(|known| *known != key.value);
        }
        for (key, _) in entries.iter().filter(|(key, _)| !known.contains(&key.value.as_str())) {
            let kind = ProblemKind::UnknownKey {
                table: table.to_owned(),
                key: key.value.clone(),
                known: known.to_vec(),
                free: free.clone(),
            };
            self.record(key.span, kind);
        }
    }

    /// A string that may run over several lines.
    pub(super) fn text(&mut self, key: &str, node: &TomlNode) -> Option<Spanned<String>> {
        if let TomlKind::String(text) = &node.kind {
            Some(Spanned::new(text.clone(), node.span))
        } else {
            self.wrong_type(key, "a string", node);
            None
        }
    }

    /// A string of one line: the place where control characters are refused, for every value.
    ///
    /// A line break in a value would end its header and begin another: `description = "x\nLicense: y"`.
    pub(super) fn line(&mut self, key: &str, node: &TomlNode) -> Option<Spanned<String>> {
        let text = self.text(key, node)?;
        self.clean(key, &text).then_some(text)
    }

    /// Whether a key or value holds no control character; records it otherwise.
    pub(super) fn clean(&mut self, key: &str, text: &Spanned<String>) -> bool {
        let found = find_control(&text.value).and_then(|offset| text.value[offset..].chars().next());
        if let Some(character) = found {
            self.record(text.span, ProblemKind::ControlCharacter { key: key.to_owned(), character });
        }
        found.is_none()
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, key: &str, node: &TomlNode) -> Option<Spanned<bool>> {
        if let TomlKind::Bool(value) = node.kind {
            Some(Spanned::new(value, node.span))
        } else {
            self.wrong_type(key, "`true` or `false`", node);
            None
        }
    }

    /// An array, item by item.
    pub(super) fn array<'n>(
        &mut self,
        key: &str,
        expected: &'static str,
        node: &'n TomlNode,
    ) -> &'n [TomlNode] {
        match &node.kind {
            TomlKind::Array(items) => items,
            _ => {
                self.wrong_type(key, expected, node);
                &[]
            }
        }
    }

    /// An array of strings of one line.
    pub(super) fn lines(&mut self, key: &str, node: &TomlNode) -> Vec<Spanned<String>> {
        let items = self.array(key, "an array of strings", node);
        items.iter().filter_map(|item| self.line(key, item)).collect()
    }

    /// A string of one line, or several in an array that is not empty.
    pub(super) fn one_or_more(&mut self, key: &str, node: &TomlNode) -> Option<Vec<Spanned<String>>> {
        match &node.kind {
            TomlKind::String(_) => self.line(key, node).map(|text| vec![text]),
            TomlKind::Array(items) if !items.is_empty() => Some(self.lines(key, node)),
            _ => {
                self.wrong_type(key, "a string or a non-empty array of strings", node);
                None
            }
        }
    }

    /// An array of tables, each read by `read` from its place and its entries.
    pub(super) fn tables<T>(
        &mut self,
        key: &str,
        node: &TomlNode,
        read: fn(&mut Self, Span, &Entries) -> Option<T>,
    ) -> Vec<T> {
        const TABLES: &str = "an array of tables";
        let items = self.array(key, TABLES, node);
        let table = |item: &TomlNode| match &item.kind {
            TomlKind::Table(entries) => read(self, item.span, entries),
            _ => {
                self.wrong_type(key, TABLES, item);
                None
            }
        };
        items.iter().filter_map(table).collect()
    }

    /// A table of strings of one line, in the order written.
    pub(super) fn pairs(&mut self, key: &str, node: &TomlNode) -> Vec<(Spanned<String>, Spanned<String>)> {
        let entries = self.table(key, node);
        let pair = |(name, value): &(Spanned<String>, TomlNode)| {
            let clean = self.clean(key, name);
            let value = self.line(&format!("{key}.{}", name.value), value)?;
            clean.then(|| (name.clone(), value))
        };
        entries.iter().filter_map(pair).collect()
    }

    pub(super) fn wrong_type(&mut self, key: &str, expected: &'static str, node: &TomlNode) {
        let found = node.kind.noun();
        self.record(node.span, ProblemKind::WrongType { key: key.to_owned(), expected, found });
    }
}

/// The value of `key`.
pub(super) fn get<'n>(entries: &'n Entries, key: &str) -> Option<&'n TomlNode> {
    entries.iter().find(|(name, _)| name.value == key).map(|(_, node)| node)
}
