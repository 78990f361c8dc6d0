//! A section of a readme that is made, such as that of [`super::markdown`]: where it stands, whether it says the same, and
//! the readme with a new one.

use std::ops::Range;

/// The line that begins the section of the tools.
pub const START: &str = "<!-- mcp-backend: tools -->";
/// The line that ends any section.
pub const END: &str = "<!-- mcp-backend: end -->";

/// A readme and where the section stands in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section<'r> {
    readme: &'r str,
    range: Range<usize>,
}

/// Why a readme has no section.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoSection {
    /// It has neither line.
    #[error("has no lines to mark the section")]
    Unmarked,
    /// It has one line of a pair, or the lines in the wrong order.
    #[error("has one of the lines that mark the section without the other")]
    Half,
    /// It has several.
    #[error("marks the section more than once")]
    Several,
}

impl<'r> Section<'r> {
    /// Finds the section of a readme that begins with the line `first`; its lines stand alone, outside of the blocks of code.
    ///
    /// # Errors
    /// When it is not there exactly once.
    pub fn find(readme: &'r str, code: &[Range<usize>], first: &str) -> Result<Self, NoSection> {
        let (mut marks, mut start) = (Vec::new(), 0);
        for line in readme.split_inclusive('\n') {
            let body = line.trim();
            let at = start + line.len() - line.trim_start().len();
            start += line.len();
            if is_mark(body) && !code.iter().any(|code| code.contains(&at)) {
                marks.push((body, at));
            }
        }
        let ends = marks.iter().filter(|(mark, _)| *mark == END).count();
        let begun = marks.len() - ends;
        let firsts: Vec<_> = (0..marks.len()).filter(|at| marks[*at].0 == first).collect();
        match firsts[..] {
            [] if ends > begun => Err(NoSection::Half),
            [] => Err(NoSection::Unmarked),
            [at] => match marks.get(at + 1) {
                Some((END, to)) if ends == begun => Ok(Self { readme, range: marks[at].1..to + END.len() }),
                _ => Err(NoSection::Half),
            },
            _ => Err(NoSection::Several),
        }
    }

    /// Where the section begins.
    pub fn start(&self) -> usize {
        self.range.start
    }

    /// The section as it stands.
    pub fn text(&self) -> &'r str {
        &self.readme[self.range.clone()]
    }

    /// Whether it is `text`; how a checkout ends its lines makes no difference.
    pub fn is(&self, text: &str) -> bool {
        self.text().replace("\r\n", "\n") == text.trim_end()
    }

    /// The readme with `text` as its section, in its own line ends; all else stays byte for byte.
    pub fn replaced(&self, text: &str) -> String {
        let text = text.trim_end();
        let text = if self.text().contains("\r\n") { text.replace('\n', "\r\n") } else { text.to_owned() };
        [&self.readme[..self.range.start], &text, &self.readme[self.range.end..]].concat()
    }

    /// The headings of what came (`+`), went (`-`) and is told otherwise (`~`) in `text`.
    pub fn changes(&self, text: &str) -> Vec<(char, String)> {
        let old = self.text().replace("\r\n", "\n");
        let (old, new) = (parts(&old), parts(text));
        let gone = old.iter().filter(|(title, _)| told(&new, title).is_none());
        let gone = gone.map(|(title, _)| ('-', (*title).to_owned()));
        let here = new.iter().filter_map(|(title, text)| match told(&old, title) {
            None => Some(('+', (*title).to_owned())),
            Some(before) => (before != *text).then(|| ('~', (*title).to_owned())),
        });
        gone.chain(here).collect()
    }
}

/// Whether the line begins or ends a section.
fn is_mark(line: &str) -> bool {
    line.starts_with("<!-- mcp-backend: ") && line.ends_with(" -->")
}

/// The text below a heading.
fn told<'t>(parts: &[(&str, &'t str)], title: &str) -> Option<&'t str> {
    parts.iter().find(|part| part.0 == title).map(|part| part.1)
}

/// The entries by their headings.
fn parts(section: &str) -> Vec<(&str, &str)> {
    let entries = section.split("\n### ").skip(1);
    entries
        .map(|entry| {
            let (title, text) = entry.split_once('\n').unwrap_or((entry, ""));
            // what follows the last entry of a group is none of its text
            (
                title.trim(),
                text.split("\n## ").next().unwrap_or_default().trim_end().trim_end_matches(END).trim(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHER: &str = "<!-- mcp-backend: install -->";

    fn written(readme: &str) -> Result<String, NoSection> {
        let code: Vec<_> = readme.find("~~~").map(|at| at..readme.len()).into_iter().collect();
        Section::find(readme, &code, START).map(|section| section.replaced("A\n\nB\n"))
    }

    #[test]
    fn the_section_alone_is_replaced() {
        for (readme, expected) in [
            (format!("# x\n\n{START}\nold\n{END}\n\n\nrest"), Ok("# x\n\nA\n\nB\n\n\nrest".to_owned())),
            (format!("{START}\n{END}"), Ok("A\n\nB".to_owned())),
            (format!("x\r\n{START}\r\nold\r\n{END}\r\ny\r\n"), Ok("x\r\nA\r\n\r\nB\r\ny\r\n".to_owned())),
            (format!("\u{feff}# é\n  {START} \n  {END} \n"), Ok("\u{feff}# é\n  A\n\nB \n".to_owned())),
            (format!("{START}\n{END}\n~~~\n{START}\n{END}\n"), Ok(format!("A\n\nB\n~~~\n{START}\n{END}\n"))),
            (format!("~~~\n{START}\n{END}\n"), Err(NoSection::Unmarked)),
            (format!("write `{START}` and {END}\n"), Err(NoSection::Unmarked)),
            (String::new(), Err(NoSection::Unmarked)),
            (format!("{START}\n"), Err(NoSection::Half)),
            (format!("{END}\n{START}\n"), Err(NoSection::Half)),
            (format!("{START}\n{START}\n{END}\n"), Err(NoSection::Several)),
            (format!("{OTHER}\n{END}\n{START}\n{END}\n"), Ok(format!("{OTHER}\n{END}\nA\n\nB\n"))),
            (format!("{OTHER}\n{END}\n"), Err(NoSection::Unmarked)),
            (format!("{START}\n{OTHER}\n{END}\n"), Err(NoSection::Half)),
            (format!("{START}\n{END}\n{END}\n"), Err(NoSection::Half)),
        ] {
            assert_eq!(written(&readme), expected, "{readme:?}");
        }
    }

    #[test]
    fn a_change_is_told_by_its_heading() {
        let section = |body: &str| format!("{START}\n\n## Tools\n{body}\n{END}\n");
        let old = section("\n### `a`\n\nOne\n\n### `b`\n\nTwo\n\n### `c`\n\n## Prompts\n\n### `p`\n");
        let new = section("\n### `a`\n\nOne\n\n### `b`\n\n2\n\n### `d`\n\n## Prompts\n\n### `p`\n");
        for old in [old.clone(), old.replace('\n', "\r\n")] {
            let found = Section::find(&old, &[], START).expect("it is there");
            let changes =
                found.changes(&new).iter().map(|(mark, title)| format!("{mark}{title}")).collect::<Vec<_>>();
            assert_eq!(changes, ["-`c`", "~`b`", "+`d`"]);
            assert!(!found.is(&new) && found.changes(&old.replace("\r\n", "\n")).is_empty());
            assert!(found.is(&old.replace("\r\n", "\n")));
        }
    }
}
