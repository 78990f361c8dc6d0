//! Skims a file that no entry point reaches: its imports, and whether it uses a name that someone asks for.
//!
//! A walk through the syntax tree costs as much as parsing. The tokens tell for a tenth of that where imports stand and
//! whether there is anything to find; only then is the tree walked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use ruff_python_ast::Stmt;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::{Ranged as _, TextSize};

use super::{Facts, Import, Imported, statement};

/// Names by module, as imports name it, whose uses are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling(HashMap<&'static str, HashSet<&'static str>>);

impl Telling {
    /// Whether a use of the name in the module is asked for.
    pub fn asks(&self, module: &str, name: &str) -> bool {
        self.0.get(module).is_some_and(|names| names.contains(name))
    }
}

impl FromIterator<(&'static str, &'static str)> for Telling {
    /// Of pairs of a module and a name.
    fn from_iter<I: IntoIterator<Item = (&'static str, &'static str)>>(pairs: I) -> Self {
        let mut telling = Self::default();
        for (module, name) in pairs {
            telling.0.entry(module).or_default().insert(name);
        }
        telling
    }
}

/// All facts of a file that has something to tell; else its imports.
pub(super) fn facts(text: &str, body: &[Stmt], tokens: &Tokens, telling: &Telling) -> Facts {
    let imports = tokens.iter().filter(|token| token.kind() == TokenKind::Import);
    let places: Vec<TextSize> = imports.map(|token| token.range().start()).collect();
    if places.is_empty() {
        return Facts::unknown();
    }
    let (imports, known) = statement::imports(body, places);
    if imports.iter().any(|import| asked(import, telling)) || uses(text, tokens, &known, telling) {
        return statement::facts(body);
    }
    Facts { imports, ..Facts::unknown() }
}

fn asked(import: &Import, telling: &Telling) -> bool {
    match &import.names {
        Imported::Names(names) if import.module.value.level == 0 => {
            names.iter().any(|name| telling.asks(&import.module.value.name, &name.name.value))
        }
        _ => false,
    }
}

/// Whether `name.attribute` occurs with an imported name and an attribute that is asked for.
fn uses(text: &str, tokens: &Tokens, known: &BTreeMap<&str, String>, telling: &Telling) -> bool {
    let mut path: Option<Cow<'_, str>> = None;
    let mut before = TokenKind::Newline;
    for token in tokens.iter().filter(|token| !token.kind().is_trivia()) {
        match (token.kind(), before) {
            (TokenKind::Name, TokenKind::Dot) => {
                if let Some(module) = &mut path {
                    let name = &text[token.range()];
                    if telling.asks(module, name) {
                        return true;
                    }
                    let module = module.to_mut();
                    module.push('.');
                    module.push_str(name);
                }
            }
            // nobody writes a blank before the dot, and few names have one behind them
            (TokenKind::Name, _) if text[token.range().end().to_usize()..].starts_with('.') => {
                path = known.get(&text[token.range()]).map(|path| path.as_str().into());
            }
            (TokenKind::Dot, TokenKind::Name) => {}
            _ => path = None,
        }
        before = token.kind();
    }
    false
}
