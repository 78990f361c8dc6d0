//! What evaluating an expression does: it may bind names, make servers, or reach into namespaces.

use super::code::by_position;
use super::expression::{Pending, called, dotted, is_dotted, value};
use super::walk::Walk;
use super::{BindingKind, DunderAll, FunctionDefinition, Given, Term, TermKind, Usage};

/// Stands in the list of stored attributes for one whose name is computed.
pub(super) const ANY: &str = "*";

impl<'a> Walk<'a> {
    /// Looks at an expression and at all its parts.
    pub(super) fn expression(&mut self, root: &'a Term) {
        self.look(Pending::new(root, Usage::Other));
    }

    /// Looks at what is pending and at all its parts.
    pub(super) fn look(&mut self, root: Pending<'a>) {
        if self.skims {
            return;
        }
        let around = self.root_term;
        self.root_term = around.or(Some(root.term));
        self.pending.push(root);
        while let Some(next) = self.pending.pop() {
            if !self.harmless(next) && !self.conditional(next) {
                let usage = self.effect(next);
                // of `a.b.c` the whole is a use, not each part
                if !is_dotted(next.term) {
                    next.push_parts(usage, &mut self.pending);
                }
            }
        }
        self.root_term = around;
    }

    /// Looks at the parts of `a if b else c` and of `a and b` under what the condition says.
    fn conditional(&mut self, next: Pending<'a>) -> bool {
        let (condition, parts) = match &next.term.kind {
            TermKind::Choice(test, then, otherwise) => {
                let says = self.says(test);
                (&**test, vec![(says.holds, &**then), (says.fails, &**otherwise)])
            }
            TermKind::All(several) | TermKind::Any(several) => {
                let [first, rest @ ..] = &**several else { return false };
                let says = self.says(first);
                let both = matches!(next.term.kind, TermKind::All(_));
                let guards = if both { says.holds } else { says.fails };
                (first, rest.iter().map(|part| (guards.clone(), part)).collect())
            }
            _ => return false,
        };
        let pending = std::mem::take(&mut self.pending);
        self.look(Pending { term: condition, usage: Usage::Other, ..next });
        let fork = self.fork();
        let one_of_two = matches!(next.term.kind, TermKind::Choice(..));
        for (number, (guards, term)) in parts.into_iter().enumerate() {
            let part = Pending { term, usage: Usage::Other, ..next };
            let number = if one_of_two { number } else { 0 };
            self.in_arm(fork, number, |walk| walk.under(&guards, |walk| walk.look(part)));
        }
        self.pending = pending;
        true
    }

    /// Takes in one expression; what becomes of the values of its parts.
    fn effect(&mut self, next: Pending<'a>) -> Usage {
        match &next.term.kind {
            TermKind::Named(target, bound) if !next.lambda => {
                if let Some(name) = target.as_name() {
                    let kind = match value(bound) {
                        kind @ BindingKind::Text(_) => kind,
                        _ => BindingKind::Opaque,
                    };
                    self.bind(name, target.span, kind);
                }
            }
            TermKind::Yield(_) | TermKind::YieldFrom(_) if !next.lambda => self.frame().yields = true,
            TermKind::Await(_) => return Usage::Awaited,
            TermKind::Call(callee, given) => return self.call(callee, given, &next),
            TermKind::Lambda(lambda) => self.shadow_parameters(lambda),
            TermKind::Comprehension(comprehension) => {
                self.shadow_targets(comprehension.loops.iter().map(|(target, ..)| target).collect());
            }
            TermKind::Name(_) | TermKind::Attribute(..) => {
                self.name(next);
                self.record_use(&next);
            }
            TermKind::Subscript(..) | TermKind::Compare(..) => self.look_up(&next),
            _ => {}
        }
        Usage::Other
    }

    /// A dotted name: each of its parts may reach into a namespace.
    fn name(&mut self, next: Pending<'a>) {
        let mut term = next.term;
        loop {
            self.facts.dynamic |= self.is_sys_modules(term) || self.is_global_enum(term);
            match &term.kind {
                TermKind::Attribute(object, _) => term = object,
                TermKind::Name(name) if &**name == "__all__" && !next.stored => {
                    self.facts.exports = DunderAll::Unknown;
                    return;
                }
                _ => return,
            }
        }
    }

    fn shadow_parameters(&mut self, lambda: &'a FunctionDefinition) {
        self.shadowed.extend(lambda.parameters.iter().map(|parameter| &*parameter.name));
    }

    fn shadow_targets(&mut self, mut targets: Vec<&'a Term>) {
        while let Some(target) = targets.pop() {
            match &target.kind {
                TermKind::Name(name) => {
                    self.shadowed.insert(name);
                }
                TermKind::Tuple(several) | TermKind::List(several) => targets.extend(several),
                TermKind::Starred(rest) => targets.push(rest),
                _ => {}
            }
        }
    }

    fn call(&mut self, callee: &'a Term, given: &'a [Given], next: &Pending<'a>) -> Usage {
        self.opens_imported(next, callee, given);
        let Some(name) = called(callee) else { return Usage::Other };
        let positions = given.iter().filter(|one| !one.is_by_name()).count();
        let dynamic = match name.as_str() {
            "globals" => true,
            "vars" | "locals" => positions == 0 && self.at_import(),
            // In a function, code without a namespace of its own binds that function's names.
            "exec" => self.at_import() || positions < 2,
            "setattr" | "delattr" => self.sets_attribute(given),
            // the members of an enum become names of the module
            _ if name.ends_with("._convert_") => true,
            _ => self.qualified(&name).as_deref() == Some("sympy.var"),
        };
        self.facts.dynamic |= dynamic;
        Usage::Argument(self.record_call(callee, given, name, next))
    }

    /// Whether `setattr(...)` may write to this module.
    fn sets_attribute(&mut self, given: &[Given]) -> bool {
        let mut positions = by_position(given);
        let (Some(object), Some(name)) = (positions.next(), positions.next()) else { return true };
        match dotted(object) {
            Some(object) if self.qualified(&object).is_some() => {
                let name = name.as_text().unwrap_or(ANY);
                self.facts.stores.insert(name.to_owned());
                false
            }
            Some(_) => false,
            None => true,
        }
    }

    /// `imported.name = ...` may set a name of another module.
    pub(super) fn stores_attribute(&mut self, object: &Term, name: &str) {
        if dotted(object).is_some_and(|object| self.qualified(&object).is_some()) {
            self.facts.stores.insert(name.to_owned());
        }
    }

    /// Reads of `globals()` and `sys.modules` that change nothing; their other parts are looked at.
    fn harmless(&mut self, next: Pending<'a>) -> bool {
        match &next.term.kind {
            TermKind::Subscript(mapping, key) if !next.stored => {
                let this_module = key.as_name() == Some("__name__");
                let read = is_globals(mapping) || !this_module && self.is_sys_modules(mapping);
                if read {
                    self.pending.push(Pending { term: key, usage: Usage::Other, ..next });
                }
                read
            }
            TermKind::Compare(left, _, modules) => {
                let read = is_globals(modules) || self.is_sys_modules(modules);
                if read {
                    self.pending.push(Pending { term: left, usage: Usage::Other, ..next });
                }
                read
            }
            TermKind::Attribute(object, method) => {
                let reads = ["get", "pop", "keys", "values", "items", "copy"];
                reads.contains(&&*method.value) && self.is_sys_modules(object)
            }
            _ => false,
        }
    }

    /// The decorator that makes names of the module of an enum's members.
    fn is_global_enum(&self, term: &Term) -> bool {
        match &term.kind {
            TermKind::Name(name) => self.stands_for(name, "enum.global_enum"),
            TermKind::Attribute(_, name) => &*name.value == "global_enum",
            _ => false,
        }
    }

    fn is_sys_modules(&self, term: &Term) -> bool {
        match &term.kind {
            TermKind::Name(name) => self.stands_for(name, "sys.modules"),
            TermKind::Attribute(object, name) if &*name.value == "modules" => {
                object.as_name().is_some_and(|module| self.stands_for(module, "sys"))
            }
            _ => false,
        }
    }
}

fn is_globals(term: &Term) -> bool {
    term.as_call().is_some_and(|(callee, _)| callee.as_name() == Some("globals"))
}
