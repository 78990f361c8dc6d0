//! What PyPI refuses in a readme of reStructuredText, as far as single lines tell it for certain.
//!
//! [reStructuredText](https://docutils.sourceforge.io/docs/ref/rst/restructuredtext.html) as docutils reads it, with
//! files and raw text switched off. PyPI shows no readme in which docutils finds a fault of level warning or above, and
//! refuses the upload. Only lines that begin at the margin are judged, as what is indented may be anything.

use std::collections::BTreeSet;
use std::ops::Range;

/// A fault that PyPI refuses, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RstFault {
    /// Where.
    pub range: Range<usize>,
    /// Which.
    pub kind: RstFaultKind,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RstFaultKind {
    /// A directive that docutils does not have.
    #[error("no directive is called `{0}`")]
    Directive(String),
    /// A directive that takes in other files or raw text.
    #[error("the directive `{0}` is switched off")]
    Disabled(String),
    /// A role that docutils does not have.
    #[error("no role is called `{0}`")]
    Role(String),
    /// A line below a title that is shorter than it.
    #[error("the line below the title is too short")]
    Underline,
    /// A title of a level that was not reached.
    #[error("the title skips a level")]
    Level,
    /// A line of a paragraph of several lines that is indented.
    #[error("the line is indented in the middle of a paragraph")]
    Indentation,
    /// A line at the margin directly below the indented ones of a directive.
    #[error("the line needs a blank line above it, where a directive ends")]
    Unindent,
}

/// The directives of docutils, in order.
const DIRECTIVES: &[&str] = &[
    "admonition",
    "attention",
    "caution",
    "class",
    "code",
    "code-block",
    "compound",
    "container",
    "contents",
    "csv-table",
    "danger",
    "date",
    "default-role",
    "epigraph",
    "error",
    "figure",
    "footer",
    "header",
    "highlights",
    "hint",
    "image",
    "important",
    "include",
    "line-block",
    "list-table",
    "math",
    "meta",
    "note",
    "parsed-literal",
    "pull-quote",
    "raw",
    "replace",
    "restructuredtext-test-directive",
    "role",
    "rst-class",
    "rubric",
    "section-numbering",
    "sectnum",
    "sidebar",
    "sourcecode",
    "table",
    "target-notes",
    "tip",
    "title",
    "topic",
    "unicode",
    "warning",
];

/// Roles of Sphinx, which docutils does not have.
const SPHINX_ROLES: &[&str] = &[
    "any", "attr", "class", "command", "const", "data", "doc", "download", "envvar", "exc", "file", "func",
    "guilabel", "kbd", "keyword", "menuselection", "meth", "mod", "obj", "option", "program", "py:attr",
    "py:class", "py:const", "py:data", "py:exc", "py:func", "py:meth", "py:mod", "py:obj", "ref", "samp",
    "term", "token",
];

/// The directives that a readme may use.
pub fn directives() -> impl Iterator<Item = &'static str> {
    DIRECTIVES.iter().copied().filter(|name| !["raw", "include"].contains(name))
}

/// Finds the faults of a text, in order.
pub fn faults(text: &str) -> Vec<RstFault> {
    let lines = lines(text);
    let mut reader = Reader {
        text,
        lines: &lines,
        at: 0,
        titles: Titles::default(),
        roles: roles(text),
        faults: Vec::new(),
    };
    while reader.at < lines.len() {
        reader.block();
    }
    reader.faults
}

/// Where each line stands, without the blanks at its end.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let pieces = text.split_inclusive('\n').map(|line| {
        let range = start..start + line.trim_end().len();
        start += line.len();
        range
    });
    pieces.collect()
}

/// The roles that the text makes itself.
fn roles(text: &str) -> BTreeSet<&str> {
    let made = text.match_indices("role::").map(|(at, mark)| text[at + mark.len()..].trim_start());
    made.map(|rest| rest.split(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default()).collect()
}

/// The styles of titles in order of their levels, and the level of the last title.
#[derive(Default)]
struct Titles {
    styles: Vec<(u8, bool)>,
    level: usize,
}

impl Titles {
    /// Whether a title of this style may stand here; takes note of it.
    fn admit(&mut self, style: (u8, bool)) -> bool {
        let known = self.styles.iter().position(|other| *other == style);
        let level = known.map_or(self.styles.len() + 1, |at| at + 1);
        if level > self.level + 1 {
            return false;
        }
        if known.is_none() {
            self.styles.push(style);
        }
        self.level = level;
        true
    }
}

struct Reader<'t> {
    text: &'t str,
    lines: &'t [Range<usize>],
    at: usize,
    titles: Titles,
    roles: BTreeSet<&'t str>,
    faults: Vec<RstFault>,
}

impl<'t> Reader<'t> {
    fn line(&self, at: usize) -> &'t str {
        self.lines.get(at).map_or("", |range| &self.text[range.clone()])
    }

    fn fault(&mut self, at: usize, kind: RstFaultKind) {
        let range = self.lines[at].clone();
        self.faults.push(RstFault { range, kind });
    }

    /// Reads on to the next place where a block begins at the margin.
    fn block(&mut self) {
        let line = self.line(self.at);
        if line.is_empty() || line.starts_with([' ', '\t', '\u{c}', '\u{b}', '\u{a0}', '\u{feff}']) {
            self.at += 1;
        } else if line == ".." || line.starts_with(".. ") {
            self.explicit(line);
        } else if let Some(mark) = rule(line) {
            self.overlined(mark);
        } else if is_text(line) {
            self.paragraph();
        } else {
            self.skip();
        }
    }

    /// Passes over the lines up to the next blank one, and what they show as it is.
    fn skip(&mut self) {
        while !self.line(self.at).is_empty() {
            self.at += 1;
        }
        if self.at > 0 && self.line(self.at - 1).ends_with("::") {
            self.literal();
        }
    }

    /// A directive, a comment, a target.
    fn explicit(&mut self, line: &str) {
        let start = self.at;
        if let Some(name) = directive(line) {
            let lower = name.to_lowercase();
            if lower == "raw" || lower == "include" {
                self.fault(start, RstFaultKind::Disabled(name.to_owned()));
            } else if !DIRECTIVES.contains(&lower.as_str()) {
                self.fault(start, RstFaultKind::Directive(name.to_owned()));
            }
        }
        let indented = |line: &str| line.starts_with([' ', '\t']);
        self.at += 1;
        while self.at < self.lines.len() && (self.line(self.at).is_empty() || indented(self.line(self.at))) {
            self.at += 1;
        }
        let (above, next) = (self.line(self.at - 1), self.line(self.at));
        let goes_on = next == ".." || next.starts_with(".. ") || next.starts_with("__");
        if !above.is_empty() && !next.is_empty() && !goes_on {
            self.fault(self.at, RstFaultKind::Unindent);
            // docutils gives up here
            self.at = self.lines.len();
        }
    }

    /// A title between two lines, or a line between two blank ones.
    fn overlined(&mut self, mark: u8) {
        let (line, title, under) = (self.line(self.at), self.line(self.at + 1), self.line(self.at + 2));
        if title.is_empty() || line.len() < 4 || under != line || rule(title).is_some() {
            return self.skip();
        }
        if !self.titles.admit((mark, true)) {
            self.fault(self.at + 1, RstFaultKind::Level);
        }
        self.at += 3;
    }

    /// A title with a line below, or text.
    fn paragraph(&mut self) {
        let (title, under) = (self.line(self.at), self.line(self.at + 1));
        let apart = self.at == 0
            || self.line(self.at - 1).is_empty()
            || !self.line(self.at - 1).starts_with([' ', '\t']);
        if let Some(mark) = rule(under) {
            // signs that take two columns would make a short line no line at all
            let unsure = under.len() < 4 && !title.is_ascii();
            if unsure || width(title) > under.len() {
                if under.len() >= 4 && apart {
                    self.fault(self.at + 1, RstFaultKind::Underline);
                }
                return self.skip();
            }
            if !self.titles.admit((mark, false)) && apart {
                self.fault(self.at, RstFaultKind::Level);
            }
            self.at += 2;
            return;
        }
        let start = self.at;
        while !self.line(self.at).is_empty() {
            self.at += 1;
        }
        let margin = |at: &usize| !self.line(*at).starts_with([' ', '\t']);
        let flush = (start..self.at).take_while(margin).count();
        if flush >= 2 && start + flush < self.at {
            self.fault(start + flush, RstFaultKind::Indentation);
            self.at = self.lines.len();
            return;
        }
        if flush < self.at - start {
            // a term and its definition
            return;
        }
        self.inline(start);
        if self.line(self.at - 1).ends_with("::") {
            self.literal();
        }
    }

    /// The text below `::`: indented, or quoted by a sign before each line.
    fn literal(&mut self) {
        while self.at < self.lines.len() && self.line(self.at).is_empty() {
            self.at += 1;
        }
        while !self.line(self.at).is_empty() && !self.line(self.at).starts_with([' ', '\t']) {
            self.at += 1;
        }
    }

    /// The roles in the paragraph that begins at the line `start` and ends before this one.
    fn inline(&mut self, start: usize) {
        let range = self.lines[start].start..self.lines[self.at - 1].end;
        let text = &self.text[range.clone()];
        // what a literal hides is not to be told by counting alone
        if text.contains("``") || text.contains('\\') || text.contains('|') {
            return;
        }
        for (at, _) in text.match_indices(":`") {
            let before =
                text[..at].rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or_default();
            let Some(role) = before.strip_prefix(':') else { continue };
            let earlier = &text[..at - before.len()];
            let body = &text[at + 2..];
            let closed = body.find('`').is_some_and(|end| {
                let (inner, rest) = body.split_at(end);
                let inside = !inner.starts_with(char::is_whitespace) && !inner.ends_with(char::is_whitespace);
                let after = rest[1..].chars().next();
                inside && !inner.is_empty() && after.is_none_or(|c| c.is_whitespace() || ".,;:)".contains(c))
            });
            let sphinx = SPHINX_ROLES.contains(&role) && !self.roles.contains(role);
            let marks = earlier.contains(['*', '`']);
            if sphinx && closed && !marks {
                let start = range.start + at - before.len();
                let kind = RstFaultKind::Role(role.to_owned());
                self.faults.push(RstFault { range: start..range.start + at + 1, kind });
            }
        }
    }
}

/// The name of the directive that the line begins.
fn directive(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix(".. ")?.trim_start().split_once("::")?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.+:".contains(c);
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(plain);
    // signs stand alone between letters
    let ends = name.split(|c: char| !c.is_ascii_alphanumeric()).all(|part| !part.is_empty());
    (named && ends && (rest.is_empty() || rest.starts_with(' '))).then_some(name)
}

/// The sign that the whole line consists of.
fn rule(line: &str) -> Option<u8> {
    let mark = *line.as_bytes().first().filter(|byte| byte.is_ascii_punctuation())?;
    line.bytes().all(|byte| byte == mark).then_some(mark)
}

/// Whether a line can be nothing but text: no list, field, option, quotation of code, table or target.
fn is_text(line: &str) -> bool {
    let first = line.chars().next().unwrap_or(' ');
    let word = line.split(' ').next().unwrap_or_default();
    let numbered = word.ends_with(['.', ')']) && word.len() <= 8;
    first.is_alphanumeric() && !numbered || "`*".contains(first) && word.len() > 1
}

/// The columns that a title takes at least.
fn width(title: &str) -> usize {
    title.chars().filter(|c| c.is_ascii() || c.is_alphanumeric()).count()
}

#[cfg(test)]
mod tests {

    use proptest::prelude::*;

    use super::*;

    fn told(text: &str) -> Vec<String> {
        faults(text).iter().map(|fault| format!("{}: {}", &text[fault.range.clone()], fault.kind)).collect()
    }

    #[test]
    fn finds_what_is_refused() {
        for (text, fault) in [
            (".. toctree::\n   a\n", ".. toctree::: no directive is called `toctree`"),
            ("a\n\n.. automodule:: x\n", ".. automodule:: x: no directive is called `automodule`"),
            (".. raw:: html\n\n   <b>\n", ".. raw:: html: the directive `raw` is switched off"),
            (".. include:: x.rst\n", ".. include:: x.rst: the directive `include` is switched off"),
            ("Weather\n=====\n", "=====: the line below the title is too short"),
            ("A\n=\n\nB\n-\n\nC\n=\n\nD\n~\n", "D: the title skips a level"),
            ("See :ref:`usage` first.\n", ":ref:: no role is called `ref`"),
            ("a\nb\n  c\n", "  c: the line is indented in the middle of a paragraph"),
            (
                ".. image:: a.png\n   :alt: a\nb\n",
                "b: the line needs a blank line above it, where a directive ends",
            ),
            (
                ".. code-block:: sh\n\n   x\nb\n",
                "b: the line needs a blank line above it, where a directive ends",
            ),
        ] {
            assert_eq!(told(text), [fault], "{text}");
        }
    }

    #[test]
    fn leaves_the_rest_alone() {
        for text in [
            "Weather\n=======\n\nText.\n\nUsage\n-----\n",
            "=======\nWeather\n=======\n\nUsage\n=======\n",
            "A\n=\n\nB\n-\n\nC\n=\n\nD\n-\n",
            "Wetter é\n========\n",
            "a::\n\n  .. toctree::\n\nb\n",
            "a::\n\n.. toctree::\n\nb\n",
            "::\n\n.. toctree::\n\nb\n",
            "- a::\n\n.. toctree::\n\nb\n",
            ".. a..b:: c\n",
            "- a\n\n  .. toctree::\n",
            ".. code-block:: rst\n\n   .. toctree::\n\n   :ref:`a`\n",
            ".. a comment::no\n.. another: b\n.. _target: x\n",
            ".. |version| replace:: 1\n",
            ".. role:: ref\n\nA :ref:`b`.\n",
            "``:ref:`a``` and more\n",
            "term\n  definition\n",
            "- a\n  b\n- c\n",
            "a\n\n  quoted\n\nb\n",
            ".. image:: a\n.. image:: b\n\n.. image:: c\n__ https://example.org\n",
            "===  ===\na    b\n===  ===\n",
            "----\n\na\n",
            "",
        ] {
            assert_eq!(told(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn the_time_is_linear() {
        // in quadratic time this never ends
        for splinter in [":ref:`", "a\n", ".. \n", "=\n", "``", "a\n=\n", ".. role:: ", ":`"] {
            let _ = faults(&splinter.repeat(1_000_000 / splinter.len()));
        }
    }

    proptest! {
        #[test]
        fn survives_any_text(text in "(a|é| |\n|=|-|\\.\\. |::|:ref:`|`|\\*|\\||\\\\|\t|====){0,40}") {
            for fault in faults(&text) {
                prop_assert!(text.get(fault.range).is_some());
            }
        }
    }
}
