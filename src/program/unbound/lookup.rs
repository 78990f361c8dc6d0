//! What a name that is read may stand for.

use super::body::Walk;
use super::{Unbound, UnboundName};
use crate::knowledge::stdlib;
use crate::program::Resolution;
use crate::syntax::{Binding, BindingKind, Flow, Guard, ScopeKind};
use crate::text::Span;

impl<'a> Walk<'a, '_> {
    /// Takes in that a name is read.
    pub(super) fn read(&mut self, name: &'a str, span: Span) {
        if self.silent > 0 {
            // whoever comes past it has it
            self.bound.insert(name);
            return;
        }
        if self.bound.contains(name) || self.within.contains(&name) || stdlib::is_builtin(name) {
            return;
        }
        let certain = self.is_certain();
        let Some(why) = self.why(name, span) else { return };
        let anywhere = matches!(why, Unbound::Nowhere | Unbound::Under(_)) && !PYTHON_2.contains(&name);
        if certain || anywhere {
            self.walked.found.push(UnboundName { module: self.module, span, name, why, certain });
        }
    }

    /// Why nothing has bound a name that the body has not; none where something has, or may have.
    fn why(&self, name: &str, span: Span) -> Option<Unbound> {
        let bodies = self.facts.bodies();
        let may_be_bound = |binding: &Binding| match binding.guard {
            Some(Guard::Main) => self.is_run(),
            guard => guard.is_none(),
        };
        if self.body > 0 {
            if bodies[self.body].scope.bindings(name).iter().any(may_be_bound) {
                // a function within may set it
                let inner = self.facts.source().text().contains("nonlocal");
                return (!inner)
                    .then(|| if self.handled.contains(name) { Unbound::Handled } else { Unbound::Local });
            }
            let mut around = std::iter::successors(bodies[self.body].parent, |at| bodies[*at].parent);
            let binds = |at: usize| {
                bodies[at].place != ScopeKind::Class
                    && bodies[at].scope.bindings(name).iter().any(may_be_bound)
            };
            if around.any(binds) {
                return None;
            }
        }
        let own = self.facts.scope().bindings(name);
        if self.body == 0 && own.iter().any(may_be_bound) {
            return self.too_late(name, own, span);
        }
        if self.is_type_parameter(name) {
            return None;
        }
        match self.search.program.resolve(self.module, &[name]) {
            Resolution::Unbound { module, only_under, .. } if module == self.module => {
                Some(only_under.map_or(Unbound::Nowhere, Unbound::Under))
            }
            _ => None,
        }
    }

    /// What the module binds, but has not yet.
    fn too_late(&self, name: &str, own: &[Binding], span: Span) -> Option<Unbound> {
        let program = self.search.program;
        let elsewhere = own.iter().any(|binding| binding.flow == Flow::Elsewhere)
            || !self.facts.stars().is_empty()
            || program.modules.importable(&format!("{}.{name}", self.module))
            || program.stores(name);
        match own.first() {
            _ if elsewhere => None,
            _ if self.handled.contains(name) => Some(Unbound::Handled),
            Some(first) if first.span > span => Some(Unbound::Later(first.span)),
            // in the same statement
            _ => Some(Unbound::Nowhere),
        }
    }

    /// Whether a function or class of the file has a type parameter of this name.
    fn is_type_parameter(&self, name: &str) -> bool {
        let bindings = self.facts.bodies().iter().flat_map(|body| body.scope.iter()).flat_map(|(_, all)| all);
        let classes = bindings.filter_map(|binding| match &binding.kind {
            BindingKind::Class(class) => Some(&class.definition.type_parameters),
            _ => None,
        });
        let functions = self.facts.functions().map(|function| &function.definition.type_parameters);
        classes.chain(functions).flatten().any(|parameter| &*parameter.name == name)
    }
}

/// Builtins of Python 2, which code for both asks for where it may.
const PYTHON_2: [&str; 12] = [
    "basestring", "buffer", "cmp", "execfile", "file", "intern", "long", "raw_input", "reduce", "unichr",
    "unicode", "xrange",
];
