//! `# mcp-backend: ignore[STD001] reason`: a comment that silences rules on its line.
//!
//! Which comments there are is known by whoever reads the file: `syntax` for Python, `project` for `pyproject.toml`.

use crate::text::{Span, Spanned};

/// What such a comment says, well or badly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppression {
    /// From its `#` to its last letter.
    pub span: Span,
    /// The rules that it names, by code, name or family.
    pub rules: Result<Vec<Spanned<String>>, SuppressionFault>,
}

/// Why a comment silences nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SuppressionFault {
    /// No brackets, or nothing in them.
    #[error("names no rule")]
    NoRule,
    /// A `[` without its `]`.
    #[error("is not closed with `]`")]
    Open,
}

impl Suppression {
    /// What stands behind the `#` of every suppression; who looks for them looks for this first.
    pub const MARK: &str = "mcp-backend:";

    /// Reads the comment that begins at `start` of `text` and ends before `end`.
    ///
    /// None when it says nothing to us; words such as `noqa` may stand before it, with a `#` of its own for ours.
    pub fn parse(text: &str, start: usize, end: usize) -> Option<Self> {
        let comment = text.get(start..end)?;
        let (at, begin) = comment.match_indices(Self::MARK).find_map(|(at, mark)| {
            let hash = comment[..at].trim_end().strip_suffix('#')?;
            Some((at + mark.len(), hash.len()))
        })?;
        let said = comment[at..].trim_start().strip_prefix("ignore")?;
        if said.starts_with(|letter: char| letter.is_alphanumeric() || "-_".contains(letter)) {
            return None;
        }
        // another tool's comment may follow
        let stop = said.find('#').unwrap_or(said.len());
        let said = said[..stop].trim_end();
        let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
        let span = Span::new(start + begin, offset(said) + said.len());
        Some(Self { span, rules: named(said, offset) })
    }
}

/// The words between the brackets that `said` begins with.
fn named<'t>(
    said: &'t str,
    offset: impl Fn(&'t str) -> usize,
) -> Result<Vec<Spanned<String>>, SuppressionFault> {
    let inner = said.trim_start().strip_prefix('[').ok_or(SuppressionFault::NoRule)?;
    let (inner, _) = inner.split_once(']').ok_or(SuppressionFault::Open)?;
    let words = inner.split(',').map(str::trim).filter(|word| !word.is_empty());
    let spanned =
        |word| Spanned::new(str::to_owned(word), Span::new(offset(word), offset(word) + word.len()));
    let rules: Vec<_> = words.map(spanned).collect();
    if rules.is_empty() { Err(SuppressionFault::NoRule) } else { Ok(rules) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(comment: &str) -> Option<Result<Vec<String>, SuppressionFault>> {
        let text = format!("é = 1  {comment}\n");
        let read = Suppression::parse(&text, "é = 1  ".len(), text.len() - 1)?;
        assert!(text[read.span.range()].starts_with('#'));
        Some(read.rules.map(|rules| {
            for rule in &rules {
                assert_eq!(&text[rule.span.range()], rule.value);
            }
            rules.into_iter().map(|rule| rule.value).collect()
        }))
    }

    #[test]
    fn names_rules_in_brackets() {
        for (comment, rules) in [
            ("# mcp-backend: ignore[STD001]", &["STD001"][..]),
            ("# mcp-backend: ignore[STD001] a banner, on purpose", &["STD001"]),
            ("#mcp-backend:ignore[ STD001 , print-on-stdio,]", &["STD001", "print-on-stdio"]),
            ("# noqa: T201 # mcp-backend: ignore[STD] # type: ignore[misc]", &["STD"]),
        ] {
            let expected = rules.iter().map(|rule| (*rule).to_owned()).collect();
            assert_eq!(read(comment), Some(Ok(expected)), "{comment}");
        }
        for (comment, fault) in [
            ("# mcp-backend: ignore", SuppressionFault::NoRule),
            ("# mcp-backend: ignore STD001", SuppressionFault::NoRule),
            ("# mcp-backend: ignore[] why", SuppressionFault::NoRule),
            ("# mcp-backend: ignore[STD001", SuppressionFault::Open),
        ] {
            assert_eq!(read(comment), Some(Err(fault)), "{comment}");
        }
    }

    #[test]
    fn leaves_other_comments_alone() {
        for comment in [
            "# noqa: T201",
            "# built by mcp-backend: ignore[x]",
            "# mcp-backend: ignored files",
            "# mcp-backend: the backend",
        ] {
            assert_eq!(read(comment), None, "{comment}");
        }
    }

    #[test]
    fn ends_before_the_next_comment() {
        let text = "x  # mcp-backend: ignore[A] b  # noqa";
        let read = Suppression::parse(text, 3, text.len()).expect("one is there");
        assert_eq!(&text[read.span.range()], "# mcp-backend: ignore[A] b");
    }

    proptest! {
        #[test]
        fn never_panics(before in "\\PC{0,6}", after in "[#a\\[\\], é]{0,20}") {
            let text = format!("# {before}# mcp-backend: ignore{after}");
            let _ = Suppression::parse(&text, 0, text.len());
        }
    }
}
