//! The edits of one round: those of each finding all together or not at all, none over another.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Edit};
use crate::text::{RelPath, Span};

/// What one round changes.
#[derive(Debug, Default)]
pub(super) struct Round<'d> {
    pub(super) texts: BTreeMap<RelPath, FixedFile>,
    /// The findings that have their edits in it.
    pub(super) fixed: Vec<&'d Diagnostic>,
}

/// What an edit begins from.
#[derive(Debug)]
pub(super) enum Before {
    /// The text of a file.
    Text(String),
    /// Nothing yet: the edit makes the file.
    Vacant,
}

/// A file and what becomes of it.
#[derive(Debug)]
pub(super) struct FixedFile {
    pub(super) before: Before,
    pub(super) after: String,
}

/// A file under edit.
struct FileDraft<'d> {
    before: Before,
    edits: Vec<&'d Edit>,
}

/// Applies the edits of the findings, in order, as far as they fit beside one another.
///
/// `text` is asked once for each file that an edit names: none when it may not be edited.
pub(super) fn apply<'d>(
    findings: impl IntoIterator<Item = &'d Diagnostic>,
    text: impl Fn(&RelPath) -> Option<Before>,
) -> Round<'d> {
    let mut pages: BTreeMap<&RelPath, Option<FileDraft<'_>>> = BTreeMap::new();
    let mut fixed = Vec::new();
    for finding in findings {
        let edits = &finding.edits;
        for edit in edits {
            pages
                .entry(&edit.path)
                .or_insert_with(|| text(&edit.path).map(|before| FileDraft { before, edits: Vec::new() }));
        }
        if !edits.is_empty() && fits(&pages, edits) {
            fixed.push(finding);
            for edit in edits {
                if let Some(Some(page)) = pages.get_mut(&edit.path) {
                    page.edits.push(edit);
                }
            }
        }
    }
    let touched = pages.into_iter().filter_map(|(path, page)| Some((path, page?)));
    let texts = touched.filter(|(_, page)| !page.edits.is_empty());
    Round { texts: texts.map(|(path, page)| (path.clone(), page.applied())).collect(), fixed }
}

/// Whether the edits of a finding change something, lie within their texts, and meet neither those taken before nor
/// one another.
fn fits(pages: &BTreeMap<&RelPath, Option<FileDraft<'_>>>, edits: &[Edit]) -> bool {
    let mut changes = false;
    for (index, edit) in edits.iter().enumerate() {
        let Some(Some(page)) = pages.get(&edit.path) else { return false };
        let Some(replaced) = page.text().get(edit.span.range()) else { return false };
        changes |= replaced != edit.content || matches!(page.before, Before::Vacant);
        let own = edits[..index].iter().filter(|other| other.path == edit.path);
        if page.edits.iter().copied().chain(own).any(|other| meet(other.span, edit.span)) {
            return false;
        }
    }
    changes
}

/// Whether the order of two edits would matter: they overlap, or one inserts where the other begins or ends.
fn meet(one: Span, other: Span) -> bool {
    if one.start == one.end || other.start == other.end {
        one.start <= other.end && other.start <= one.end
    } else {
        one.start < other.end && other.start < one.end
    }
}

impl FileDraft<'_> {
    fn text(&self) -> &str {
        match &self.before {
            Before::Text(text) => text,
            Before::Vacant => "",
        }
    }

    /// The text with its edits; new lines end as the others do.
    fn applied(mut self) -> FixedFile {
        self.edits.sort_by_key(|edit| edit.span);
        let text = self.text();
        let returns = text.find('\n').is_some_and(|feed| text[..feed].ends_with('\r'));
        let mut after = String::with_capacity(text.len());
        let mut done = 0;
        for Edit { span, content, .. } in self.edits.iter().copied() {
            after.push_str(&text[done..span.range().start]);
            if returns {
                after.push_str(&content.replace("\r\n", "\n").replace('\n', "\r\n"));
            } else {
                after.push_str(content);
            }
            done = span.range().end;
        }
        after.push_str(&text[done..]);
        FixedFile { before: self.before, after }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Card, Enforcement, Harm, Level, Location};
    use proptest::prelude::*;

    static CARD: Card = Card {
        code: "XXX001",
        name: "x",
        level: Level::Error,
        harm: Some(Harm::Start),
        reach: Enforcement::Author,
        strict: false,
        on_request: false,
        doc: "",
    };

    /// A finding for each list of edits: path, start, end, content.
    fn findings(edits: &[&[(&str, usize, usize, &str)]]) -> Vec<Diagnostic> {
        let finding = |edits: &&[(&str, usize, usize, &str)]| {
            let finding = CARD.at(Location::whole(&RelPath::new("a")), "wrong");
            edits.iter().fold(finding, |finding, (path, start, end, content)| {
                finding.edit(&RelPath::new(*path), Span::new(*start, *end), *content)
            })
        };
        edits.iter().map(finding).collect()
    }

    /// What becomes of the file `a`, and how many findings are mended.
    fn edited(text: &str, edits: &[&[(&str, usize, usize, &str)]]) -> (String, usize) {
        let of = |path: &RelPath| match path.as_str() {
            "a" => Some(Before::Text(text.to_owned())),
            "new" => Some(Before::Vacant),
            _ => None,
        };
        let findings = findings(edits);
        let Round { mut texts, fixed } = apply(&findings, of);
        let after = texts.remove(&RelPath::new("a")).map_or_else(|| text.to_owned(), |change| change.after);
        (after, fixed.len())
    }

    #[test]
    fn edits_that_meet_wait() {
        for (edits, after, fixed) in [
            (&[&[("a", 4, 5, "E")][..], &[("a", 0, 1, "A")]][..], "AbcdEf", 2),
            (&[&[("a", 0, 2, "X")], &[("a", 2, 4, "Y")]], "XYef", 2),
            (&[&[("a", 0, 3, "X")], &[("a", 2, 4, "Y")]], "Xdef", 1),
            (&[&[("a", 1, 1, "X")], &[("a", 1, 1, "Y")]], "aXbcdef", 1),
            (&[&[("a", 1, 1, "X")], &[("a", 1, 2, "")]], "aXbcdef", 1),
            // all edits of a finding or none
            (&[&[("a", 0, 1, "X")], &[("a", 5, 6, "Y"), ("a", 0, 1, "Z")]], "Xbcdef", 1),
            (&[&[("a", 0, 2, "X"), ("a", 1, 3, "Y")]], "abcdef", 0),
            (&[&[("a", 0, 1, "X"), ("gone", 0, 0, "Y")]], "abcdef", 0),
            // outside, and for nothing
            (&[&[("a", 5, 9, "X")]], "abcdef", 0),
            (&[&[("a", 3, 2, "X")]], "abcdef", 0),
            (&[&[("a", 0, 1, "a")]], "abcdef", 0),
        ] {
            assert_eq!(edited("abcdef", edits), (after.to_owned(), fixed), "{edits:?}");
        }
    }

    #[test]
    fn a_new_file_is_made_once() {
        let edits: &[&[(&str, usize, usize, &str)]] = &[&[("new", 0, 0, "x\n")], &[("new", 0, 0, "y\n")]];
        let findings = findings(edits);
        let round = apply(&findings, |_| Some(Before::Vacant));
        let change = &round.texts[&RelPath::new("new")];
        assert!(matches!(change.before, Before::Vacant));
        assert_eq!((change.after.as_str(), round.fixed.len()), ("x\n", 1));
    }

    #[test]
    fn lines_end_as_they_did() {
        assert_eq!(
            edited("\u{feff}a\r\nb\r\n", &[&[("a", 6, 6, "c\nd\r\n")]]).0,
            "\u{feff}a\r\nc\r\nd\r\nb\r\n"
        );
        assert_eq!(edited("a\nb\r\n", &[&[("a", 2, 2, "c\n")]]).0, "a\nc\nb\r\n");
    }

    proptest! {
        #[test]
        fn any_edits_over_any_text_do_not_panic(
            text in "\\PC{0,12}",
            edits in prop::collection::vec(prop::collection::vec((0..14_usize, 0..14_usize, "[a\r\n]{0,3}"), 0..3), 0..6),
        ) {
            let edits: Vec<Vec<_>> = edits
                .iter()
                .map(|of_one| of_one.iter().map(|(start, end, content)| ("a", *start, *end, content.as_str())).collect())
                .collect();
            let edits: Vec<&[_]> = edits.iter().map(Vec::as_slice).collect();
            let (after, fixed) = edited(&text, &edits);
            prop_assert!(fixed > 0 || after == text);
        }
    }
}
