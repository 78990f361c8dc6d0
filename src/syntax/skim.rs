//! Skims a file that no entry point reaches: its imports, and whether it uses a name that someone asks for.
//!
//! A walk through the syntax tree costs as much as parsing. The tokens tell for a tenth of that whether there is
//! anything to find; only then is the tree walked.

use std::collections::BTreeMap;

use ruff_python_ast::Stmt;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged as _;

use super::{Facts, Import, Imported, statement};

/// Whether a use of the name in the module is asked for; the module is named as imports do.
pub type Telling<'t> = dyn Fn(&str, &str) -> bool + Sync + 't;

/// All facts of a file that has something to tell; else its imports.
pub(super) fn facts(text: &str, body: &[Stmt], tokens: &Tokens, telling: &Telling<'_>) -> Facts {
    let (imports, known) = statement::imports(body);
    if imports.iter().any(|import| asked(import, telling)) || uses(text, tokens, &known, telling) {
        return statement::facts(body);
    }
    Facts { imports, ..Facts::unknown() }
}

fn asked(import: &Import, telling: &Telling<'_>) -> bool {
    match &import.names {
        Imported::Names(names) if import.module.value.level == 0 => {
            names.iter().any(|name| telling(&import.module.value.name, &name.name.value))
        }
        _ => false,
    }
}

/// Whether `name.attribute` occurs with an imported name and an attribute that is asked for.
fn uses(text: &str, tokens: &Tokens, known: &BTreeMap<&str, String>, telling: &Telling<'_>) -> bool {
    let mut path: Option<String> = None;
    let mut before = TokenKind::Newline;
    for token in tokens.iter().filter(|token| !token.kind().is_trivia()) {
        match (token.kind(), before) {
            (TokenKind::Name, TokenKind::Dot) => {
                let name = &text[token.range()];
                if let Some(module) = &mut path {
                    if telling(module, name) {
                        return true;
                    }
                    module.push('.');
                    module.push_str(name);
                }
            }
            (TokenKind::Name, _) => path = known.get(&text[token.range()]).cloned(),
            (TokenKind::Dot, TokenKind::Name) => {}
            _ => path = None,
        }
        before = token.kind();
    }
    false
}
