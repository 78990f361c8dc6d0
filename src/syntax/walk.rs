//! Where the walk through a file stands: the scopes that are open, what guards the code at hand, what names stand for.

use std::collections::{BTreeMap, BTreeSet};

use super::anchored::Value;
use super::expression::Pending;
use super::guard::Test;
use super::known::Known;
use super::site::Course;
use super::{
    Binding, BindingKind, Body, DunderAll, Facts, Flow, Guard, Guards, Scope, Span, Term, is_either,
};

/// What a body belongs to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ScopeKind {
    /// The module itself.
    #[default]
    Module,
    /// A class.
    Class,
    /// A function.
    Function,
}

/// The first part of a dotted name as it is written, and how much of the path behind it that became.
#[derive(Clone, Copy)]
pub(super) struct Root<'a> {
    pub(super) written: &'a str,
    pub(super) length: usize,
}

/// A scope that is open.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Default)]
pub(super) struct Frame<'a> {
    pub(super) place: ScopeKind,
    /// Its number among the bodies of the module.
    pub(super) body: usize,
    /// What the methods of a class set on their object.
    pub(super) attributes: Scope,
    /// The first parameter of a function: in a method the object.
    pub(super) receiver: Option<&'a str>,
    pub(super) scope: Scope,
    pub(super) globals: BTreeSet<&'a str>,
    pub(super) yields: bool,
    pub(super) returns: bool,
    /// Whether it may have been left before the code at hand.
    pub(super) left: bool,
    /// Whether a `return` may have ended it before the code at hand.
    pub(super) returned_early: bool,
    /// The name that all its `return`s give, so far.
    pub(super) returned: Option<&'a str>,
}

#[derive(Default)]
pub(super) struct Walk<'a> {
    pub(super) facts: Facts,
    /// The module outermost.
    pub(super) frames: Vec<Frame<'a>>,
    pub(super) guards: Vec<Guard>,
    /// Where it stands in the flow of control.
    pub(super) course: Course,
    /// The guards as the facts share them, while they are the same.
    pub(super) shared: Option<Guards>,
    /// Whether the imports alone are wanted, so that neither names are bound nor expressions looked at.
    pub(super) skims: bool,
    pub(super) flow: Flow,
    pub(super) depth: usize,
    /// What imported names stand for, by dotted path, whatever scope imports them.
    pub(super) known: Known<'a>,
    /// The file's own classes that derive from an SDK's server class, each with that class.
    pub(super) derived: BTreeMap<&'a str, String>,
    pub(super) pending: Vec<Pending<'a>>,
    /// What names say that were given the value of a test, each with the body that binds it.
    pub(super) tests: BTreeMap<&'a str, (usize, Test)>,
    /// The names of the module that are bound to `True` or `False`.
    pub(super) constants: BTreeMap<&'a str, bool>,
    /// Names for paths that begin at the place of a module, each with the bodies that bind it.
    pub(super) anchors: BTreeMap<&'a str, BTreeMap<usize, Value>>,
    /// How many places have named such a path.
    pub(super) mentions: usize,
    /// The whole expression that is looked at.
    pub(super) root_term: Option<&'a Term>,
    /// The first parts of the imported names that are called and used, in the order of the calls and of the uses.
    pub(super) called_roots: Vec<Option<Root<'a>>>,
    pub(super) used_roots: Vec<Option<Root<'a>>>,
    /// Likewise those of the mappings that are asked by a key.
    pub(super) asked_roots: Vec<Option<Root<'a>>>,
    /// Names that a comprehension or a `lambda` binds for itself.
    pub(super) shadowed: BTreeSet<&'a str>,
}

impl<'a> Walk<'a> {
    pub(super) fn frame(&mut self) -> &mut Frame<'a> {
        self.frames.last_mut().expect("the module's frame stays")
    }

    /// Opens a scope.
    pub(super) fn enter(&mut self, place: ScopeKind, name: &str, span: Span) {
        let parent = self.frames.last().map(|frame| frame.body);
        self.facts.bodies.push(Body { place, name: name.to_owned(), span, parent, ..Body::default() });
        self.frames.push(Frame { place, body: self.facts.bodies.len() - 1, ..Frame::default() });
    }

    /// Closes the scope that was opened last.
    pub(super) fn leave(&mut self) -> Frame<'a> {
        self.frames.pop().expect("opened before")
    }

    /// What the code at hand stands under.
    pub(super) fn guards(&mut self) -> Guards {
        self.shared.get_or_insert_with(|| Guards::new(&self.guards)).clone()
    }

    /// Has `work` done under more guards.
    pub(super) fn under(&mut self, guards: &[Guard], work: impl FnOnce(&mut Self)) {
        let before = self.guards.len();
        for guard in guards {
            if *guard == Guard::Function || !self.guards.contains(guard) {
                self.guards.push(*guard);
            }
        }
        let shared = if self.guards.len() == before { self.shared.clone() } else { self.shared.take() };
        work(self);
        if self.guards.len() != before {
            self.guards.truncate(before);
            self.shared = shared;
        }
    }

    /// Whether the code at hand runs when the module is imported.
    pub(super) fn at_import(&self) -> bool {
        self.frames.iter().all(|frame| frame.place != ScopeKind::Function)
    }

    /// The dotted path behind `name`, when an import of this file made its first part known.
    pub(super) fn qualified(&self, name: &str) -> Option<String> {
        self.behind(name).map(|(_, path)| path)
    }

    /// The first part of a name, when an import of this file made it known.
    pub(super) fn root(&self, name: &str) -> Option<Root<'a>> {
        let (written, path) = self.known.get(first(name))?;
        Some(Root { written, length: path.len() })
    }

    /// Both at once.
    pub(super) fn behind(&self, name: &str) -> Option<(Root<'a>, String)> {
        let (written, path) = self.known.get(first(name))?;
        Some((Root { written, length: path.len() }, [path, &name[written.len()..]].concat()))
    }

    /// Whether one of several imports gave the first part of `name` its meaning.
    pub(super) fn is_either(&self, name: &str) -> bool {
        let bindings = self.frames.iter().rev().map(|frame| frame.scope.bindings(first(name)));
        bindings.into_iter().find(|bindings| !bindings.is_empty()).is_some_and(is_either)
    }

    /// Whether an import made `name` stand for `path`.
    pub(super) fn stands_for(&self, name: &str, path: &str) -> bool {
        self.known.get(name).is_some_and(|(_, known)| known == path)
    }

    pub(super) fn namespace_guard(&self) -> Option<Guard> {
        self.guards
            .iter()
            .copied()
            .find(|guard| matches!(guard, Guard::Main | Guard::Never | Guard::TypeChecking))
    }

    pub(super) fn bind(&mut self, name: &'a str, span: Span, kind: BindingKind) {
        if self.skims {
            return;
        }
        let guard = self.namespace_guard();
        let is_global = self.frames.len() > 1 && self.frame().globals.contains(name);
        let flow = match is_global {
            true if !self.at_import() => Flow::Elsewhere,
            true => Flow::Sometimes,
            false => self.flow,
        };
        self.tests.remove(name);
        let frame = if is_global { &mut self.frames[0] } else { self.frame() };
        frame.scope.bind(name, Binding { span, kind, flow, guard });
        if name == "__all__" && (is_global || self.frame().place == ScopeKind::Module) {
            self.facts.exports = DunderAll::Unknown;
        }
    }

    /// A name that stands no longer, or not only, for what was imported.
    pub(super) fn rebind(&mut self, name: &'a str, span: Span, kind: BindingKind) {
        if self.frame().place == ScopeKind::Module {
            self.known.remove(name);
        }
        self.bind(name, span, kind);
    }
}

/// What stands before the first dot or bracket.
fn first(name: &str) -> &str {
    let end = name.bytes().position(|byte| matches!(byte, b'.' | b'('));
    &name[..end.unwrap_or(name.len())]
}
