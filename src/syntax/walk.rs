//! Where the walk through a file stands: the scopes that are open, what guards the code at hand, what names stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::expression::Pending;
use super::{Binding, BindingKind, Exports, Facts, Flow, Guard, Scope, Span};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Module,
    Class,
    Function,
}

/// A scope that is open.
pub(super) struct Frame<'a> {
    pub(super) place: Place,
    pub(super) scope: Scope,
    pub(super) globals: BTreeSet<&'a str>,
    pub(super) yields: bool,
    pub(super) returns: bool,
}

impl Frame<'_> {
    pub(super) fn new(place: Place) -> Self {
        Self { place, scope: Scope::default(), globals: BTreeSet::new(), yields: false, returns: false }
    }
}

pub(super) struct Walk<'a> {
    pub(super) facts: Facts,
    /// The module outermost.
    pub(super) frames: Vec<Frame<'a>>,
    pub(super) guards: Vec<Guard>,
    pub(super) flow: Flow,
    pub(super) depth: usize,
    /// What imported names stand for, by dotted path, whatever scope imports them.
    pub(super) known: BTreeMap<&'a str, String>,
    pub(super) pending: Vec<Pending<'a>>,
}

impl Default for Walk<'_> {
    fn default() -> Self {
        Self {
            facts: Facts::default(),
            frames: Vec::new(),
            guards: Vec::new(),
            flow: Flow::Always,
            depth: 0,
            known: BTreeMap::new(),
            pending: Vec::new(),
        }
    }
}

impl<'a> Walk<'a> {
    pub(super) fn frame(&mut self) -> &mut Frame<'a> {
        self.frames.last_mut().expect("the module's frame stays")
    }

    /// Whether the code at hand runs when the module is imported.
    pub(super) fn at_import(&self) -> bool {
        self.frames.iter().all(|frame| frame.place != Place::Function)
    }

    /// The dotted path behind `name`, when an import of this file made its first part known.
    pub(super) fn qualified(&self, name: &str) -> Option<String> {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        let path = self.known.get(first)?;
        Some(if rest.is_empty() { path.clone() } else { format!("{path}.{rest}") })
    }

    /// Whether an import made `name` stand for `path`.
    pub(super) fn stands_for(&self, name: &str, path: &str) -> bool {
        self.known.get(name).is_some_and(|known| known == path)
    }

    pub(super) fn namespace_guard(&self) -> Option<Guard> {
        self.guards.iter().copied().find(|guard| matches!(guard, Guard::Main | Guard::TypeChecking))
    }

    pub(super) fn bind(&mut self, name: &'a str, span: Span, kind: BindingKind) {
        let guard = self.namespace_guard();
        let is_global = self.frames.len() > 1 && self.frame().globals.contains(name);
        let flow = match is_global {
            true if !self.at_import() => Flow::Elsewhere,
            true => Flow::Sometimes,
            false => self.flow,
        };
        let frame = if is_global { &mut self.frames[0] } else { self.frame() };
        frame.scope.bind(name, Binding { span, kind, flow, guard });
        if name == "__all__" && (is_global || self.frame().place == Place::Module) {
            self.facts.exports = Exports::Unknown;
        }
    }

    /// A name that stands no longer, or not only, for what was imported.
    pub(super) fn rebind(&mut self, name: &'a str, span: Span, kind: BindingKind) {
        if self.frame().place == Place::Module {
            self.known.remove(name);
        }
        self.bind(name, span, kind);
    }
}
