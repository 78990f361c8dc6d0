//! `pyproject.toml` under edit: statements that go, texts that come; all else stays as it is written.

use std::collections::BTreeMap;
use std::ops::Range;

use super::FileRewrite;
use super::statements::{Form, Key, TomlStatement, statements};
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::project::{FILE_NAME, Fault};
use crate::text::{RelPath, SourceText, Span, Spanned};

/// The text and what becomes of it.
pub(super) struct Document {
    pub(super) source: SourceText,
    pub(super) root: TomlNode,
    pub(super) statements: Vec<TomlStatement>,
    carried: Vec<Key>,
    edits: BTreeMap<(usize, usize), String>,
    beside: Option<Box<Beside>>,
}

/// A file whose tables stand in place of those below a table of `pyproject.toml`.
struct Beside {
    table: &'static str,
    document: Document,
}

/// A value that is no table, or a table without entries, and its key.
struct Leaf {
    key: Key,
    span: Span,
    says_nothing: bool,
}

impl Document {
    /// Reads a text; a fault of its syntax is an error.
    pub(super) fn read(text: String) -> Result<Self, Spanned<Fault>> {
        let (root, faults) = toml::parse(&text);
        if let Some(fault) = faults.into_iter().next() {
            return Err(fault);
        }
        let statements = statements(&text);
        let source = SourceText::new(RelPath::new(FILE_NAME), text);
        Ok(Self { source, root, statements, carried: Vec::new(), edits: BTreeMap::new(), beside: None })
    }

    /// Has the tables of another file stand in place of those below `table`.
    pub(super) fn set_beside(
        &mut self,
        table: &'static str,
        path: RelPath,
        text: String,
    ) -> Result<(), Spanned<Fault>> {
        let mut document = Self::read(text)?;
        document.source = SourceText::new(path, document.source.text().to_owned());
        for (key, _) in pairs(&document.root) {
            let whole = table.split('.').chain([key]).map(str::to_owned).collect();
            self.carried.push(whole);
        }
        self.beside = Some(Box::new(Beside { table, document }));
        Ok(())
    }

    /// The file whose tables stand in place of others, with its text before and after; without those named `own`.
    pub(super) fn take_beside(&mut self, own: &[&str]) -> Option<FileRewrite> {
        let Beside { table, document } = *self.beside.take()?;
        let own: Vec<&str> =
            own.iter().filter_map(|key| key.strip_prefix(table)?.strip_prefix('.')).collect();
        let (path, before) = (document.source.path().clone(), document.source.text().to_owned());
        let after = Some(document.finish(&own)).filter(|after| !after.trim().is_empty());
        Some(FileRewrite { path, before: Some(before), after })
    }

    /// The other file, where it says what stands at a dotted key, and the key in it.
    fn beside<'k>(&self, key: &'k str) -> Option<(&Self, &'k str)> {
        let Beside { table, document } = self.beside.as_deref()?;
        let rest = key.strip_prefix(table)?.strip_prefix('.')?;
        let first = rest.split('.').next().unwrap_or_default();
        toml::at(&document.root, first).map(|_| (document, rest))
    }

    /// The value at a dotted key, none of whose parts holds a dot.
    pub(super) fn at(&self, key: &str) -> Option<&TomlNode> {
        match self.beside(key) {
            Some((other, rest)) => other.at(rest),
            None => toml::at(&self.root, key),
        }
    }

    /// The file and the line of the value at a dotted key.
    pub(super) fn place(&self, key: &str) -> Option<(RelPath, u32)> {
        let (document, key) = self.beside(key).unwrap_or((self, key));
        let line = document.line(document.at(key)?.span);
        Some((document.source.path().clone(), line))
    }

    /// The string at a dotted key.
    pub(super) fn text(&self, key: &str) -> Option<String> {
        toml::text(self.at(key)?)
    }

    /// The strings at a dotted key; none when nothing is there.
    pub(super) fn strings(&self, key: &str) -> Option<Vec<String>> {
        self.at(key).map(toml::strings)
    }

    /// The entries of the table at a dotted key.
    pub(super) fn entries(&self, key: &str) -> Vec<(String, TomlNode)> {
        self.at(key)
            .map_or_else(Vec::new, |node| pairs(node).map(|(key, node)| (key.into(), node.clone())).collect())
    }

    /// The line of an offset.
    pub(super) fn line(&self, span: Span) -> u32 {
        self.source.position(span.start).line
    }

    /// Says that what stands at or below a dotted key has its counterpart, or needs none.
    pub(super) fn carry(&mut self, key: &str) {
        if self.beside(key).is_none() {
            self.carried.push(key.split('.').map(str::to_owned).collect());
        } else if let Some(Beside { table, document }) = self.beside.as_deref_mut() {
            document.carry(&key[table.len() + 1..]);
        }
    }

    /// Says so of a key whose parts may hold dots.
    pub(super) fn carry_key(&mut self, key: Key) {
        self.carried.push(key);
    }

    /// What stands below a dotted key and was not carried: its key, file and line.
    pub(super) fn left(&self, table: &str) -> Vec<(String, RelPath, u32)> {
        let (document, table) = self.beside(table).unwrap_or((self, table));
        let Some(node) = document.at(table) else { return Vec::new() };
        let mut all = Vec::new();
        leaves(node, table.split('.').map(str::to_owned).collect(), &mut all);
        all.retain(|leaf| !leaf.says_nothing && !document.is_carried(&leaf.key));
        let path = document.source.path();
        all.iter().map(|leaf| (leaf.key.join("."), path.clone(), document.line(leaf.span))).collect()
    }

    fn is_carried(&self, key: &[String]) -> bool {
        self.carried.iter().any(|carried| key.starts_with(carried))
    }

    /// Writes `text` in the place of a value.
    pub(super) fn replace(&mut self, span: Span, text: String) {
        self.edits.insert((span.range().start, span.range().end), text);
    }

    /// Writes whole lines before the offset `at`, behind those that were written there already.
    pub(super) fn insert(&mut self, at: usize, text: &str) {
        self.edits.entry((at, at)).or_default().push_str(text);
    }

    /// Writes whole lines before the offset `at`, and before those that were written there already.
    pub(super) fn insert_first(&mut self, at: usize, text: &str) {
        self.edits.entry((at, at)).or_default().insert_str(0, text);
    }

    /// Whether what is left of the text ends with an empty line, or is nothing.
    pub(super) fn ends_blank(&self, own: &[&str]) -> bool {
        let end = self.source.text().len();
        if self.edits.contains_key(&(end, end)) {
            return false;
        }
        let gone = self.gone(own);
        let last = self.statements.iter().zip(gone).rev().find(|(_, gone)| !gone);
        last.is_none_or(|(one, _)| one.form == Form::Blank)
    }

    /// The header of the table of this name.
    pub(super) fn header(&self, key: &str) -> Option<usize> {
        let is = |one: &TomlStatement| {
            one.form == Form::Header && one.key.iter().map(String::as_str).eq(key.split('.'))
        };
        self.statements.iter().position(is)
    }

    /// The statements below a header, up to the next.
    pub(super) fn below(&self, header: usize) -> &[TomlStatement] {
        let rest = &self.statements[header + 1..];
        let end = rest.iter().position(|one| one.form == Form::Header).unwrap_or(rest.len());
        &rest[..end]
    }

    /// Where a line can be added to the table below a header: behind its last pair.
    pub(super) fn end_of(&self, header: usize) -> usize {
        let last = self.below(header).iter().rev().find(|one| one.form == Form::Pair);
        last.unwrap_or(&self.statements[header]).lines.end
    }

    /// The first of the comments that stand right above a statement, or itself.
    pub(super) fn lead(&self, at: usize) -> usize {
        let comments = self.statements[..at].iter().rev().take_while(|one| one.form == Form::Comment);
        at - comments.count()
    }

    /// The comments within the table below a header; those right above the next header are of that.
    pub(super) fn comments(&self, header: usize) -> impl Iterator<Item = (usize, &TomlStatement)> {
        let next = header + 1 + self.below(header).len();
        let end = if next == self.statements.len() { next } else { self.lead(next) };
        (header + 1..end).map(|at| (at, &self.statements[at])).filter(|(_, one)| one.form == Form::Comment)
    }

    /// The text of a statement.
    pub(super) fn slice(&self, lines: &Range<usize>) -> &str {
        self.source.text().get(lines.clone()).unwrap_or_default()
    }

    /// Whether the pair around a place goes.
    pub(super) fn goes(&self, span: Span) -> bool {
        self.statements.iter().any(|one| one.lines.contains(&span.range().start) && self.pair_goes(one))
    }

    /// Whether a statement is a pair all of whose values were carried.
    fn pair_goes(&self, one: &TomlStatement) -> bool {
        let Some(node) = one.key.iter().try_fold(&self.root, |node, part| child(node, part)) else {
            return false;
        };
        let mut all = Vec::new();
        leaves(node, one.key.clone(), &mut all);
        one.form == Form::Pair && all.iter().all(|leaf| self.is_carried(&leaf.key))
    }

    /// Where the first table behind `after` stands that goes, with the comments above it.
    pub(super) fn first_gone(&self, own: &[&str], after: usize) -> Option<usize> {
        let gone = self.gone(own);
        let table = |at: &usize| {
            gone[*at]
                && self.statements[*at].form == Form::Header
                && self.statements[*at].lines.start >= after
        };
        let first = (0..gone.len()).find(table)?;
        let above =
            (0..first).rev().take_while(|at| gone[*at] && self.statements[*at].form == Form::Comment).last();
        Some(self.statements[above.unwrap_or(first)].lines.start)
    }

    /// Which statements go: pairs all of whose values were carried, headers that have nothing left, of the tables
    /// `own` also those that never had anything, and the comments of both.
    fn gone(&self, own: &[&str]) -> Vec<bool> {
        let mut gone: Vec<bool> = self.statements.iter().map(|one| self.pair_goes(one)).collect();
        for (index, one) in self.statements.iter().enumerate() {
            if one.form != Form::Header {
                continue;
            }
            let end = index + 1 + self.below(index).len();
            let pairs = || (index + 1..end).filter(|at| self.statements[*at].form == Form::Pair);
            let owned = || {
                let key = one.key.join(".");
                self.is_carried(&one.key)
                    || own.iter().any(|table| {
                        key == *table || key.strip_prefix(table).is_some_and(|rest| rest.starts_with('.'))
                    })
            };
            if !pairs().all(|at| gone[at]) || (pairs().next().is_none() && !owned()) {
                continue;
            }
            let last = pairs().last().unwrap_or(index);
            let comments = |at: &usize| self.statements[*at].form == Form::Comment;
            // what stands apart from the pairs is of the file, what stands above the next header is of that
            let next = (last + 1..end).rev().take_while(comments).last().unwrap_or(end);
            let apart = (last + 1..end).find(|at| !comments(at)).unwrap_or(end).max(last + 1);
            let comment = (apart..end).find(comments).unwrap_or(end);
            let stop = if end == self.statements.len() { comment } else { next.min(comment) };
            gone[self.lead(index)..stop].fill(true);
        }
        gone
    }

    /// The new text.
    pub(super) fn finish(self, own: &[&str]) -> String {
        let gone = self.gone(own);
        let text = self.source.text();
        let mut edits = self.edits.clone();
        for (one, _) in self.statements.iter().zip(gone).filter(|(_, gone)| *gone) {
            // what is written before it stays
            edits.retain(|(start, end), _| {
                start == end || !(one.lines.start <= *start && *end <= one.lines.end)
            });
            edits.insert((one.lines.start, one.lines.end), String::new());
        }
        let returns = text.find('\n').is_some_and(|feed| text[..feed].ends_with('\r'));
        let (mut after, mut done) = (String::with_capacity(text.len()), 0);
        for ((start, end), content) in edits {
            if start < done {
                continue;
            }
            after.push_str(&text[done..start]);
            if start == end && start == text.len() && !after.is_empty() && !after.ends_with('\n') {
                after.push('\n');
            }
            after.push_str(&content);
            done = end;
        }
        after.push_str(&text[done..]);
        let trimmed = after.trim_end_matches(['\n', '\r']).len();
        if text.ends_with('\n') || after.len() > trimmed + 1 {
            after.truncate(trimmed);
            after.push('\n');
        }
        if returns { after.replace("\r\n", "\n").replace('\n', "\r\n") } else { after }
    }
}

/// The entries of a table.
pub(super) fn pairs(node: &TomlNode) -> impl Iterator<Item = (&str, &TomlNode)> {
    toml::entries(node).iter().map(|(key, node)| (key.value.as_str(), node))
}

/// The entry of a table; of an array of tables, any that holds it.
fn child<'n>(node: &'n TomlNode, part: &str) -> Option<&'n TomlNode> {
    match &node.kind {
        TomlKind::Array(items) => items.iter().find_map(|item| child(item, part)),
        _ => pairs(node).find(|(key, _)| *key == part).map(|(_, node)| node),
    }
}

fn leaves(node: &TomlNode, key: Key, all: &mut Vec<Leaf>) {
    let tables = |items: &[TomlNode]| {
        !items.is_empty() && items.iter().all(|item| matches!(item.kind, TomlKind::Table(_)))
    };
    match &node.kind {
        TomlKind::Table(entries) if !entries.is_empty() => {
            for (name, node) in entries {
                leaves(node, [key.as_slice(), std::slice::from_ref(&name.value)].concat(), all);
            }
        }
        TomlKind::Array(items) if tables(items) => {
            for item in items {
                leaves(item, key.clone(), all);
            }
        }
        kind => {
            all.push(Leaf { key, span: node.span, says_nothing: matches!(kind, TomlKind::Table(_)) });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> Document {
        Document::read(text.to_owned()).unwrap_or_else(|fault| panic!("{fault:?}"))
    }

    fn without(text: &str, keys: &[&str]) -> String {
        let mut document = document(text);
        for key in keys {
            document.carry(key);
        }
        document.finish(&["tool.old"])
    }

    #[test]
    fn takes_out_what_was_carried_and_keeps_every_other_word() {
        for (text, keys, expected) in [
            (
                "a = 1\n\n# of old\n[tool.old]\n# why\nx = 1\n\n[b]\ny = 2\n",
                &["tool.old.x"][..],
                "a = 1\n\n[b]\ny = 2\n",
            ),
            ("[tool.old]\nx = 1 # gone\n# stays\ny = 2\n", &["tool.old.x"], "[tool.old]\n# stays\ny = 2\n"),
            ("[tool]\nold = { x = 1, y = [\n '#',\n] }\nz = 1\n", &["tool.old"], "[tool]\nz = 1\n"),
            ("[tool]\nold = { x = 1, y = 2 }\n", &["tool.old.x"], "[tool]\nold = { x = 1, y = 2 }\n"),
            (
                "[tool.old]\nx = \"\"\"\n[no]\n\\\"\"\"\"\"\n# a\n\n# file\n\n# next\n[b]\n",
                &["tool.old"],
                "# file\n\n# next\n[b]\n",
            ),
            ("[b]\n[tool.old]\n[tool.old.c]\nx = 1\n", &["tool.old.c"], "[b]\n"),
            ("\u{feff}[b]\r\n\r\n[tool.old]\r\nx = '[['\r\n", &["tool.old"], "\u{feff}[b]\r\n"),
            ("[[tool.old.s]]\nx = 1\n[[tool.old.s]]\nx = 2\n", &["tool.old.s"], "\n"),
            ("tool.old.x = 1\ntool.\"n.x\" = 1\n", &["tool.old"], "tool.\"n.x\" = 1\n"),
        ] {
            assert_eq!(without(text, keys), expected, "{text}");
        }
    }

    #[test]
    fn edits_within_what_goes_are_forgotten_and_lines_before_it_stay() {
        let mut document = document("[tool.old]\nx = 1\n");
        document.replace(Span::new(15, 16), "2".to_owned());
        document.insert(0, "[new]\n");
        document.insert(0, "y = 1\n");
        document.carry("tool.old.x");
        assert_eq!(document.finish(&[]), "[new]\ny = 1\n");
    }

    proptest::proptest! {
        #[test]
        fn never_panics_and_loses_nothing(text in r#"([\[\]{}=#."' \r\n\\a-c1]|"""|'''|é|\PC){0,40}"#) {
            let lengths: usize = statements(&text).iter().map(|one| one.lines.len()).sum();
            let plain = text.trim_start_matches('\u{feff}').len();
            proptest::prop_assert!(lengths >= plain);
            if let Ok(mut document) = Document::read(text.clone()) {
                document.carry("a");
                document.finish(&["b"]);
            }
        }
    }
}
