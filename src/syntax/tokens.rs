//! The tokens of a text, without what means nothing to Python: comments, blank lines, and how lines are broken and indented.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, ParseOptions, parse_unchecked};
use ruff_text_size::Ranged as _;

use super::nesting;

/// The tokens of `text` in order, a block's begin and end as one character each; none where it is not Python.
///
/// The value of `__version__` is left out, since each release writes another. A string in which values are put is one
/// token, as blanks may count in it. Needs a high stack, as `parse` does.
pub fn tokens(text: &str) -> Option<Vec<&str>> {
    if nesting::too_deep(text) {
        return None;
    }
    let parsed = parse_unchecked(text, ParseOptions::from(Mode::Module));
    if !parsed.errors().is_empty() {
        return None;
    }
    let mut found: Vec<&str> = Vec::with_capacity(parsed.tokens().len());
    let mut filled: Vec<usize> = Vec::new();
    for token in parsed.tokens() {
        let range = token.start().to_usize()..token.end().to_usize();
        match token.kind() {
            TokenKind::FStringStart | TokenKind::TStringStart => filled.push(range.start),
            TokenKind::FStringEnd | TokenKind::TStringEnd => {
                let start = filled.pop().unwrap_or(range.start);
                if filled.is_empty() {
                    found.push(&text[start..range.end]);
                }
            }
            _ if !filled.is_empty() => {}
            TokenKind::Comment | TokenKind::NonLogicalNewline => {}
            TokenKind::Newline => found.push("\n"),
            TokenKind::Indent => found.push("\t"),
            TokenKind::Dedent => found.push("\r"),
            TokenKind::String if is_version(&found) => {}
            _ => found.push(&text[range]),
        }
    }
    Some(found)
}

/// Whether what comes next is the value of `__version__`.
fn is_version(before: &[&str]) -> bool {
    matches!(before, [.., "__version__", "="] | [.., "__version__", ":", _, "="])
}

#[cfg(test)]
mod tests {
    use super::tokens;

    #[test]
    fn layout_and_comments_are_no_difference() {
        let text = "def f(a, b):\n    return g(a, b)\n";
        for same in [
            "# a comment\ndef f(a, b):  # another\n    return g(a, b)\n",
            "def f(a,b):\n  return g( a,b )",
            "def f(\n    a, b\n):\n\n    # a comment\n    return g(\n        a,\n        b)\n\n\n",
            "def f(a, b):\r\n\treturn \\\r\n\t\tg(a, b)\r\n",
            "\n\ndef f(a, b):\n    return g(a, b)\n# the end",
        ] {
            assert_eq!(tokens(same), tokens(text), "{same}");
        }
        for other in [
            "def f(a, c):\n    return g(a, b)\n",
            "def f(a, b):\n    'It is.'\n    return g(a, b)\n",
            "def f(a, b):\n    return g(a, b)\nf(1, 2)\n",
        ] {
            assert_ne!(tokens(other), tokens(text), "{other}");
        }
        assert_ne!(tokens("if a:\n    b()\n    c()\n"), tokens("if a:\n    b()\nc()\n"));
    }

    #[test]
    fn a_version_is_no_difference() {
        for [one, other] in [
            ["__version__ = '1.0'\n", "__version__ = \"2.0\"\n"],
            ["__version__: str = '1.0'\n", "__version__: str = '2.0'\n"],
        ] {
            assert_eq!(tokens(one), tokens(other));
        }
        assert_ne!(tokens("version = '1.0'\n"), tokens("version = '2.0'\n"));
    }

    #[test]
    fn blanks_within_strings_are_a_difference() {
        assert_ne!(tokens("x = f'{a = }'\n"), tokens("x = f'{a=}'\n"));
        assert_ne!(tokens("x = f'{f\"{b }\"} '\n"), tokens("x = f'{f\"{b }\"}'\n"));
        assert_ne!(tokens("x = 'a  b'\n"), tokens("x = 'a b'\n"));
        assert_eq!(tokens("x = f'{a}' 'b'\n"), tokens("x = f'{a}'   'b'\n"));
    }

    #[test]
    fn what_is_no_python_has_none() {
        assert_eq!(tokens("def f(:\n"), None);
        assert_eq!(tokens(&"(".repeat(100_000)), None);
    }
}
