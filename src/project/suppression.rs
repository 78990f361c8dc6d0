//! The comments of `pyproject.toml` that silence rules, as [`Suppression`] reads them.

use super::toml::{TomlKind, TomlNode};
use crate::diagnostic::Suppression;

/// The suppressions in `text`, which reads as `root`; the parser knows no comments, but what is a word of it is none.
pub(super) fn read(text: &str, root: &TomlNode) -> Vec<Suppression> {
    let mut found: Vec<Suppression> = Vec::new();
    for (at, _) in text.match_indices(Suppression::MARK) {
        let Some(start) = text[..at].trim_end_matches([' ', '\t']).strip_suffix('#').map(str::len) else {
            continue;
        };
        let line = at + text[at..].find(['\n', '\r']).unwrap_or(text.len() - at);
        if !in_a_word(root, start) {
            found.extend(Suppression::parse(text, start, line));
        }
    }
    found
}

/// Whether a key or a string stands at `offset`.
fn in_a_word(node: &TomlNode, offset: usize) -> bool {
    let within = |span: crate::text::Span| span.range().contains(&offset);
    match &node.kind {
        TomlKind::String(_) => within(node.span),
        TomlKind::Array(items) => items.iter().any(|item| in_a_word(item, offset)),
        TomlKind::Table(entries) => {
            entries.iter().any(|(key, value)| within(key.span) || in_a_word(value, offset))
        }
        TomlKind::Bool(_) | TomlKind::Other(_) => false,
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn comments_count_and_strings_do_not() {
        let text = "\
[project] # mcp-backend: ignore[A]
name = \"x # mcp-backend: ignore[B]\"
keywords = [
  'a', # why # mcp-backend: ignore[C]
  \"\"\"
  # mcp-backend: ignore[D]\"\"\", # mcp-backend: ignore[E]
]
'# mcp-backend: ignore[F]' = { x = '# mcp-backend: ignore[G]' }\r
# mcp-backend: ignore[H]\r
";
        let project = crate::project::read(text.as_bytes().to_vec());
        let rules = project.suppressions.iter().flat_map(|one| one.rules.as_ref().expect("well written"));
        assert_eq!(rules.map(|rule| rule.value.as_str()).collect::<Vec<_>>(), ["A", "C", "E", "H"]);
    }
}
