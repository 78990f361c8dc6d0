//! The annotations that an SDK evaluates when a function is registered, in the names of the function's module.
//!
//! Quoted ones, and all where the module postpones them (PEP 563), see neither the names of a function around nor what is
//! imported for type checkers alone.

use super::{Program, Resolution};
use crate::knowledge::stdlib;
use crate::sdk;
use crate::syntax::{self, Flow, Function, Guard, Module, Term, TermKind};
use crate::text::Span;

/// A name in an annotation that its module does not have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnresolvedHint {
    /// The name.
    pub name: String,
    /// The name, or the text that holds it.
    pub span: Span,
    /// Why the module does not have it.
    pub why: Unresolved,
}

/// Why a module has not the name of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unresolved {
    /// Nothing binds it.
    Nowhere,
    /// A function around binds it.
    Local,
    /// It is bound under this guard alone.
    Under(Guard),
    /// It is bound below the decorator that has it evaluated.
    Later,
}

impl Program {
    /// The names in the postponed annotations of the function of `module` whose name stands at `defined` that surely
    /// cannot be evaluated when it is registered.
    pub fn unresolved_hints(&self, module: &str, defined: Span) -> Vec<UnresolvedHint> {
        let Some(facts) = self.module(module).filter(|facts| !facts.is_dynamic()) else { return Vec::new() };
        let Some(function) = facts.functions().find(|function| function.definition.span == defined) else {
            return Vec::new();
        };
        let mut names = Names { postponed: facts.postpones_annotations(), found: Vec::new() };
        let definition = &function.definition;
        let parameters = definition.parameters.iter().filter_map(|parameter| parameter.annotation.as_ref());
        for annotation in parameters.chain(&definition.returns) {
            names.hint(annotation, 0);
        }
        let own = |name: &str| definition.type_parameters.iter().any(|parameter| &*parameter.name == name);
        let unresolved = |(name, span): (String, Span)| {
            let why = self.unresolved(module, facts, function, &name).filter(|_| !own(&name))?;
            Some(UnresolvedHint { name, span, why })
        };
        names.found.into_iter().filter_map(unresolved).collect()
    }

    fn unresolved(
        &self,
        module: &str,
        facts: &Module,
        function: &Function,
        name: &str,
    ) -> Option<Unresolved> {
        if stdlib::is_builtin(name) {
            return None;
        }
        let around = facts.bodies()[function.body].parent.unwrap_or(0);
        match self.resolve(module, &[name]) {
            Resolution::Unbound { module: lacking, .. } if lacking != module => None,
            Resolution::Unbound { only_under: Some(guard), .. } => Some(Unresolved::Under(guard)),
            Resolution::Unbound { .. } => {
                let local = facts.lookup(around, name).is_some();
                Some(if local { Unresolved::Local } else { Unresolved::Nowhere })
            }
            Resolution::Bound(_) if around == 0 && is_registered(function) => {
                let own = facts.scope().bindings(name);
                let below = |start: u32| start > function.definition.span.start;
                let later = own.iter().all(|one| one.flow != Flow::Elsewhere && below(one.span.start));
                (later && !own.is_empty() && facts.stars().is_empty()).then_some(Unresolved::Later)
            }
            _ => None,
        }
    }
}

/// Whether a decorator registers the function where it is defined.
fn is_registered(function: &Function) -> bool {
    let registers = |decorator: &Term| {
        let name = decorator.decorator_name();
        name.is_some_and(|name| sdk::registers(name.rsplit('.').next().unwrap_or_default()))
    };
    function.decorators().iter().any(registers)
}

/// The names of an annotation that are looked up in the module.
struct Names {
    postponed: bool,
    found: Vec<(String, Span)>,
}

impl Names {
    /// A type, whose texts are types as well.
    fn hint(&mut self, term: &Term, depth: usize) {
        if depth > 20 {
            return;
        }
        match &term.kind {
            TermKind::Text(text) => self.quoted(text, term.span, depth),
            TermKind::Subscript(generic, inner) => {
                self.value(generic, depth);
                let name = generic.decorator_name().unwrap_or_default();
                match name.rsplit('.').next() {
                    Some("Literal") => self.value(inner, depth),
                    Some("Annotated") => {
                        let parts = inner.elements().unwrap_or_default();
                        let (hint, rest) = parts.split_at(parts.len().min(1));
                        for part in hint {
                            self.hint(part, depth + 1);
                        }
                        for part in rest {
                            self.value(part, depth + 1);
                        }
                    }
                    _ => self.hint(inner, depth + 1),
                }
            }
            TermKind::Tuple(several) | TermKind::List(several) => {
                for part in several {
                    self.hint(part, depth + 1);
                }
            }
            TermKind::Binary(left, _, right) => {
                self.hint(left, depth + 1);
                self.hint(right, depth + 1);
            }
            _ => self.value(term, depth),
        }
    }

    /// An expression in an annotation, whose texts are texts.
    fn value(&mut self, term: &Term, depth: usize) {
        match &term.kind {
            TermKind::Name(name) if self.postponed => self.found.push((name.to_string(), term.span)),
            TermKind::Lambda(_) | TermKind::Comprehension(_) | TermKind::Opaque(_) => {}
            _ if depth > 20 => {}
            _ => term.visit_parts(|part| self.value(part, depth + 1)),
        }
    }

    fn quoted(&mut self, text: &str, span: Span, depth: usize) {
        let Some(term) = syntax::term(text) else { return };
        let mut names = Self { postponed: true, found: Vec::new() };
        names.hint(&term, depth + 1);
        self.found.extend(names.found.into_iter().map(|(name, _)| (name, span)));
    }
}
