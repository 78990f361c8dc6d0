//! The comments that silence rules, as [`Suppression`] reads them.

use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged as _;

use crate::diagnostic::Suppression;

/// The suppressions of a file; a file without the mark is not looked through.
pub(super) fn read(text: &str, tokens: &Tokens) -> Vec<Suppression> {
    if !text.contains(Suppression::MARK) {
        return Vec::new();
    }
    let comments = tokens.iter().filter(|token| token.kind() == TokenKind::Comment);
    comments
        .filter_map(|token| Suppression::parse(text, token.start().to_usize(), token.end().to_usize()))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::syntax::{Depth, parse};
    use crate::text::{RelPath, SourceText};

    #[test]
    fn comments_count_and_strings_do_not() {
        let text = "\
'# mcp-backend: ignore[A]'
x = (
    1,  # mcp-backend: ignore[B]
)
# mcp-backend: ignore[C]
if (  # mcp-backend: ignore[D]
";
        let module = parse(SourceText::new(RelPath::new("x.py"), text.to_owned()), 10, Depth::Whole);
        let rules = module.suppressions().iter().flat_map(|one| one.rules.as_ref().expect("well written"));
        assert_eq!(rules.map(|rule| rule.value.as_str()).collect::<Vec<_>>(), ["B", "C", "D"]);
    }
}
