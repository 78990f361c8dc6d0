//! How deep a text may nest before it is parsed at all.
//!
//! The parser grows its stack, but the tree that it makes is dropped by recursion: what nests too deep would abort the
//! process. So a long text is lexed first, and its nesting is bounded from above.

use ruff_python_ast::token::TokenKind;
use ruff_python_parser::{Mode, lexer};

/// Texts up to this length are parsed unseen: not even one level a byte overflows the stack.
const HARMLESS: usize = 32 * 1024;

/// Python itself refuses a few thousand levels.
const DEEPEST: usize = 10_000;

/// One bracket or f-string that is open.
struct Level {
    closer: Option<TokenKind>,
    /// Tokens since the last comma: each may nest one deeper, as in `a + b + c`, `not not x` and `a.b.c`.
    tokens: usize,
    /// In `lambda a, b: ...` a comma separates no siblings.
    lambda: bool,
}

impl Level {
    fn closed_by(closer: Option<TokenKind>) -> Self {
        Self { closer, tokens: 0, lambda: false }
    }
}

/// Whether the syntax tree of `text` may nest deeper than the stack is high.
pub(super) fn too_deep(text: &str) -> bool {
    if text.len() <= HARMLESS {
        return false;
    }
    let mut lexer = lexer::lex(text, Mode::Module);
    let mut levels = vec![Level::closed_by(None)];
    let mut depth = 0;
    loop {
        let kind = lexer.next_token();
        if kind == TokenKind::EndOfFile {
            return false;
        }
        depth += 1;
        if depth > DEEPEST {
            return true;
        }
        step(kind, &mut levels, &mut depth);
    }
}

fn step(kind: TokenKind, levels: &mut Vec<Level>, depth: &mut usize) {
    let top = levels.last_mut().expect("the outermost level is never closed");
    top.tokens += 1;
    // A closer without its opener closes nothing: the parser may pass it over as well.
    if top.closer == Some(kind) {
        *depth -= top.tokens;
        levels.pop();
        return;
    }
    match kind {
        TokenKind::Comma if !top.lambda => {
            *depth -= top.tokens;
            top.tokens = 0;
        }
        TokenKind::Lambda => top.lambda = true,
        TokenKind::Newline => {
            levels.clear();
            levels.push(Level::closed_by(None));
            *depth = 0;
        }
        _ => {
            if let Some(closer) = closer(kind) {
                levels.push(Level::closed_by(Some(closer)));
            }
        }
    }
}

fn closer(opener: TokenKind) -> Option<TokenKind> {
    match opener {
        TokenKind::Lpar => Some(TokenKind::Rpar),
        TokenKind::Lsqb => Some(TokenKind::Rsqb),
        TokenKind::Lbrace => Some(TokenKind::Rbrace),
        TokenKind::FStringStart => Some(TokenKind::FStringEnd),
        TokenKind::TStringStart => Some(TokenKind::TStringEnd),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_long_from_deep() {
        for (unit, deep) in [
            ("[", true),
            ("[)", true),
            ("a.", true),
            ("-", true),
            ("lambda a, b: ", true),
            ("f'{", true),
            ("x = [1, 2, 'abc']\n", false),
            ("{'a': [1, 2]},\n", false),
            ("f(1)\n", false),
        ] {
            assert_eq!(too_deep(&unit.repeat(100_000)), deep, "{unit}");
        }
        assert!(!too_deep(&format!("x = [\n{}]", "{'a': (1, -2), 'b': f'{c}'},\n".repeat(100_000))));
    }
}
