//! Skims a file that no entry point reaches: its imports, and whether it uses a name that someone asks for.
//!
//! A walk through the syntax tree costs more than parsing. The tokens tell for a tenth of that where imports stand and
//! whether there is anything to find; only then is the tree walked.

use std::borrow::Cow;
use std::collections::HashMap;

use ruff_python_ast::Stmt;
use ruff_python_ast::token::{TokenKind, Tokens};
use ruff_text_size::Ranged as _;

use super::known::{Known, Marks};
use super::{Facts, Import, Imported, ImportedName, code, statement};
use crate::sdk::PrimitiveKind;

/// Names by module, as imports name it, whose uses are asked for; the packages that hold such modules too, for which
/// there may be none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WantedNames(HashMap<&'static str, Vec<&'static str>>);

/// What a skim looks for.
#[derive(Clone, Copy)]
pub struct Skim<'s> {
    /// The names whose uses are asked for.
    pub telling: &'s WantedNames,
    /// Which of the absolute imports are.
    pub imports: &'s (dyn Fn(&Import) -> bool + Sync),
}

impl WantedNames {
    /// Whether the module that the import names is asked for, or a name that it takes.
    pub fn wants(&self, import: &Import) -> bool {
        let Some(asked) = self.of(import) else { return false };
        let takes = |name: &ImportedName| asked.contains(&name.name.value.as_str());
        asked.contains(&"") || matches!(&import.names, Imported::Names(names) if names.iter().any(takes))
    }

    fn of(&self, import: &Import) -> Option<&[&'static str]> {
        Some(&import.module.value).filter(|path| path.level == 0).and_then(|path| self.names(&path.name))
    }

    /// The names that are asked for in what `path` stands for; none where neither is anything below it.
    fn names(&self, path: &str) -> Option<&[&'static str]> {
        self.0.get(path).map(Vec::as_slice)
    }
}

impl FromIterator<(&'static str, &'static str)> for WantedNames {
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
pub(super) fn facts(text: &str, body: &[Stmt], tokens: &Tokens, skim: Skim<'_>) -> Facts {
    let (mut places, mut dots, mut decorated) = (Vec::new(), Vec::with_capacity(tokens.len() / 8), false);
    for (at, token) in tokens.iter().enumerate() {
        match token.kind() {
            TokenKind::Import => places.push(token.range().start()),
            TokenKind::Dot => dots.push(at),
            TokenKind::At => decorated = true,
            _ => {}
        }
    }
    if places.is_empty() {
        return Facts::unknown();
    }
    let names_tool = |dot: &usize| word(text, tokens, dot + 1) == Some(PrimitiveKind::Tool.decorator());
    let makes_tools = decorated && dots.iter().any(names_tool);
    let around = code::imports(body, &places);
    let (imports, known) = statement::imports(&around);
    let mut facts = if uses(text, tokens, &dots, &known, skim.telling) {
        statement::facts(&code::statements(body))
    } else {
        Facts { imports, ..Facts::unknown() }
    };
    facts.imports.retain(|import| import.module.value.level == 0 && (skim.imports)(import));
    facts.imports.shrink_to_fit();
    Facts { makes_tools, ..facts }
}

/// The name that is token number `at`.
fn word<'t>(text: &'t str, tokens: &Tokens, at: usize) -> Option<&'t str> {
    tokens.get(at).filter(|token| token.kind() == TokenKind::Name).map(|token| &text[token.range()])
}

/// Whether `name.attribute` occurs with an imported name and an attribute that is asked for; `dots` are the numbers of the
/// tokens between them.
fn uses(text: &str, tokens: &Tokens, dots: &[usize], known: &Known<'_>, telling: &WantedNames) -> bool {
    // most files import a few of these, and many none: what is compared with every name is kept short
    let known: Vec<_> =
        known.iter().filter_map(|(name, path)| Some((name, path, telling.names(path)?))).collect();
    if known.is_empty() {
        return false;
    }
    let word = |at: usize| word(text, tokens, at);
    let is_dot = |at: usize| tokens.get(at).is_some_and(|token| token.kind() == TokenKind::Dot);
    // nobody breaks a line before the dot
    let firsts = dots.iter().copied().filter(|at| *at > 0 && !(*at > 1 && is_dot(at - 2)));
    let mut marks = Marks::default();
    for (name, ..) in &known {
        marks.add(name);
    }
    let begins = |dot: usize| {
        let first = word(dot - 1).filter(|first| marks.may_hold(first))?;
        known.iter().find(|(name, ..)| *name == first).map(|(_, path, names)| (dot, *path, *names))
    };
    firsts.filter_map(begins).any(|(mut dot, module, mut names)| {
        let mut path = Cow::Borrowed(module);
        while let Some(name) = word(dot + 1) {
            if names.contains(&name) {
                return true;
            }
            dot += 2;
            if !is_dot(dot) {
                break;
            }
            path = Cow::Owned(format!("{path}.{name}"));
            let Some(below) = telling.names(&path) else { break };
            names = below;
        }
        false
    })
}
