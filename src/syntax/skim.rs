//! Skims a file that no entry point reaches: its imports, and whether it uses a name that someone asks for.
//!
//! A walk through the syntax tree costs as much as parsing. The tokens tell for a tenth of that where imports stand and
//! whether there is anything to find; only then is the tree walked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use ruff_python_ast::Stmt;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged as _;

use super::{Facts, Import, Imported, statement};

/// Names by module, as imports name it, whose uses are asked for; the packages that hold such modules too, for which
/// there may be none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling(HashMap<&'static str, Vec<&'static str>>);

impl Telling {
    /// Whether a name that the import takes is asked for.
    pub fn asks_for(&self, import: &Import) -> bool {
        let (module, Imported::Names(names)) = (&import.module.value, &import.names) else { return false };
        let asked = self.0.get(module.name.as_str()).filter(|_| module.level == 0);
        asked.is_some_and(|asked| names.iter().any(|name| asked.contains(&name.name.value.as_str())))
    }

    /// Whether a use of the name in the module is asked for.
    pub fn asks(&self, module: &str, name: &str) -> bool {
        self.0.get(module).is_some_and(|names| names.contains(&name))
    }

    /// Whether a use of anything in what `path` stands for is asked for.
    fn concerns(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

impl FromIterator<(&'static str, &'static str)> for Telling {
    /// Of pairs of a module and a name.
    fn from_iter<I: IntoIterator<Item = (&'static str, &'static str)>>(pairs: I) -> Self {
        let mut names: HashMap<_, Vec<_>> = HashMap::new();
        for (module, name) in pairs {
            names.entry(module).or_default().push(name);
            let mut path = module;
            while let Some((package, _)) = path.rsplit_once('.') {
                names.entry(package).or_default();
                path = package;
            }
        }
        Self(names)
    }
}

/// All facts of a file that has something to tell; else its imports.
pub(super) fn facts(text: &str, body: &[Stmt], tokens: &Tokens, telling: &Telling) -> Facts {
    let (mut places, mut dots) = (Vec::new(), Vec::new());
    for (at, token) in tokens.iter().enumerate() {
        match token.kind() {
            TokenKind::Import => places.push(token.range().start()),
            TokenKind::Dot => dots.push(at),
            _ => {}
        }
    }
    if places.is_empty() {
        return Facts::unknown();
    }
    let (imports, known) = statement::imports(body, places);
    if imports.iter().any(|import| telling.asks_for(import)) || uses(text, tokens, &dots, &known, telling) {
        return statement::facts(body);
    }
    Facts { imports, ..Facts::unknown() }
}

/// Whether `name.attribute` occurs with an imported name and an attribute that is asked for; `dots` are the numbers of the
/// tokens between them.
fn uses(
    text: &str,
    tokens: &Tokens,
    dots: &[usize],
    known: &BTreeMap<&str, String>,
    telling: &Telling,
) -> bool {
    // most files import a few of these, and many none: what is compared with every name is kept short
    let known: Vec<_> = known.iter().filter(|(_, path)| telling.concerns(path)).collect();
    if known.is_empty() {
        return false;
    }
    let word = |at: usize| {
        tokens.get(at).filter(|token| token.kind() == TokenKind::Name).map(|token| &text[token.range()])
    };
    let is_dot = |at: usize| tokens.get(at).is_some_and(|token| token.kind() == TokenKind::Dot);
    // nobody breaks a line before the dot
    let firsts = dots.iter().copied().filter(|at| *at > 0 && !(*at > 1 && is_dot(at - 2)));
    let begins = |dot: usize| {
        let first = word(dot - 1)?;
        known.iter().find(|(name, _)| **name == first).map(|(_, path)| (dot, path.as_str()))
    };
    firsts.filter_map(begins).any(|(mut dot, module)| {
        let mut path = Cow::Borrowed(module);
        while let Some(name) = word(dot + 1) {
            if telling.asks(&path, name) {
                return true;
            }
            dot += 2;
            if !is_dot(dot) {
                break;
            }
            path = Cow::Owned(format!("{path}.{name}"));
        }
        false
    })
}
