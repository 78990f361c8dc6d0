//! Skims a file that no entry point reaches: its imports, and whether it uses a name that someone asks for.
//!
//! A walk through the syntax tree costs as much as parsing. The tokens tell for a tenth of that where imports stand and
//! whether there is anything to find; only then is the tree walked.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

use ruff_python_ast::Stmt;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged as _;

use super::{Facts, Import, Imported, statement};

/// Names by module, as imports name it, whose uses are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Telling {
    names: HashMap<&'static str, HashSet<&'static str>>,
    /// The modules, and the packages that hold them.
    paths: HashSet<&'static str>,
}

impl Telling {
    /// Whether a use of the name in the module is asked for.
    pub fn asks(&self, module: &str, name: &str) -> bool {
        self.names.get(module).is_some_and(|names| names.contains(name))
    }

    /// Whether a use of anything in what `path` stands for is asked for.
    fn concerns(&self, path: &str) -> bool {
        self.paths.contains(path)
    }
}

impl FromIterator<(&'static str, &'static str)> for Telling {
    /// Of pairs of a module and a name.
    fn from_iter<I: IntoIterator<Item = (&'static str, &'static str)>>(pairs: I) -> Self {
        let mut telling = Self::default();
        for (module, name) in pairs {
            telling.names.entry(module).or_default().insert(name);
            telling.paths.extend(std::iter::successors(Some(module), |path| Some(path.rsplit_once('.')?.0)));
        }
        telling
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
    if imports.iter().any(|import| asked(import, telling)) || uses(text, tokens, &dots, &known, telling) {
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
    firsts.filter_map(begins).any(|(dot, module)| {
        let mut path = Cow::Borrowed(module);
        for at in (dot..).step_by(2).take_while(|at| is_dot(*at)) {
            let Some(name) = word(at + 1) else { return false };
            if telling.asks(&path, name) {
                return true;
            }
            let path = path.to_mut();
            path.push('.');
            path.push_str(name);
        }
        false
    })
}
