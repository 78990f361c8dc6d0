//! What evaluating an expression reads, binds and calls.

use super::blocking::may_block;
use super::body::Walk;
use super::{Place, is_plain, last};
use crate::layout::with_parents;
use crate::program::ResolvedName;
use crate::syntax::{
    BindingKind, Call, Comprehension, Module, ModulePath, Statement, StaticValue, Term, TermKind, Usage,
};
use crate::text::Span;

impl<'a> Walk<'a, '_> {
    /// An import surely runs the module and the packages that hold it.
    pub(super) fn imports(&mut self, path: &ModulePath, names: &[&str]) {
        let program = self.search.program;
        if !self.is_certain() {
            return;
        }
        let Some(base) = program.absolute(self.module, path) else { return };
        let below = names.iter().filter(|name| {
            program.module(&base).is_some_and(|package| package.scope().bindings(name).is_empty())
        });
        let below: Vec<String> = below.map(|name| format!("{base}.{name}")).collect();
        let all = with_parents(&base).chain(below.iter().map(String::as_str));
        self.walked.runs.extend(
            all.filter_map(|name| program.parsed.get_key_value(name)).map(|(name, _)| (name.as_str(), 0)),
        );
    }

    pub(super) fn terms(&mut self, several: impl IntoIterator<Item = &'a Term>) {
        several.into_iter().for_each(|term| self.term(term));
    }

    pub(super) fn term(&mut self, term: &'a Term) {
        match &term.kind {
            TermKind::Name(name) => self.read(name, term.span),
            TermKind::Named(target, value) => {
                self.term(value);
                self.target(target);
            }
            TermKind::All(several) | TermKind::Any(several) => {
                let (first, rest) = several.split_at(several.len().min(1));
                self.terms(first);
                self.perhaps(|walk| walk.terms(rest));
            }
            TermKind::Choice(test, then, otherwise) => {
                self.term(test);
                self.perhaps(|walk| walk.terms([&**then, &**otherwise]));
            }
            TermKind::Lambda(lambda) => {
                self.terms(lambda.parameters.iter().filter_map(|parameter| parameter.default.as_ref()));
                let parameters = lambda.parameters.iter().map(|parameter| &*parameter.name);
                self.in_scope(parameters, |walk| walk.perhaps(|walk| walk.block_of_lambda(&lambda.body)));
            }
            TermKind::Comprehension(comprehension) => self.comprehension(comprehension),
            // of what nests too deep only the names are known, those that it binds itself too
            TermKind::Opaque(several) => self.silently(|walk| walk.perhaps(|walk| walk.terms(several))),
            _ => {
                term.visit_parts(|part| self.term(part));
                if let (TermKind::Call(..), true) = (&term.kind, self.is_certain()) {
                    self.calls(term.span);
                }
            }
        }
    }

    /// What a `lambda` gives does not leave the body that it stands in.
    fn block_of_lambda(&mut self, body: &'a [Statement]) {
        let left = self.left;
        self.block(body);
        self.left = left;
    }

    fn comprehension(&mut self, comprehension: &'a Comprehension) {
        let [(_, iterable, _), rest @ ..] = &*comprehension.loops else { return };
        self.term(iterable);
        let mut names = Vec::new();
        comprehension.loops.iter().for_each(|(target, ..)| names_in(target, &mut names));
        self.in_scope(names, |walk| {
            walk.perhaps(|walk| {
                walk.terms(rest.iter().map(|(_, iterable, _)| iterable));
                walk.terms(comprehension.loops.iter().flat_map(|(.., tests)| tests));
                walk.terms(std::iter::once(&comprehension.element).chain(&comprehension.value));
            });
        });
    }

    pub(super) fn target(&mut self, target: &'a Term) {
        match &target.kind {
            TermKind::Name(name) => self.bind(name),
            TermKind::Tuple(several) | TermKind::List(several) => {
                for target in several {
                    self.target(target);
                }
            }
            TermKind::Starred(rest) => self.target(rest),
            _ => self.term(target),
        }
    }

    pub(super) fn bind(&mut self, name: &'a str) {
        if self.in_class {
            self.within.push(name);
        } else {
            self.bound.insert(name);
        }
    }

    /// Takes in a call that surely is made.
    fn calls(&mut self, span: Span) {
        let Some(call) = self.index.calls.get(&span).map(|number| &self.facts.calls()[*number]) else {
            return;
        };
        let program = self.search.program;
        let found = program.callees(self.module, call.body, &call.path);
        self.left |= found.is_empty() && may_block(&call.path);
        self.run(&found, is_waited_for(self.facts, call));
        if matches!(call.path.as_str(), "anyio.run" | "trio.run") {
            let given = call.positional().next().map(|argument| &argument.value);
            if let Some(StaticValue::Name(name)) = given {
                self.run(&program.callees(self.module, call.body, name), true);
            }
        }
    }

    /// What is called is one of these; `waited` tells whether a coroutine runs.
    fn run(&mut self, found: &[ResolvedName<'a>], waited: bool) {
        for one in found {
            for (body, runs) in one.bodies() {
                let blocks = || self.search.blocking.contains(&(one.module.to_owned(), body));
                let blocks = runs && blocks();
                if let (true, [_]) = (runs && self.is_certain(), found) {
                    self.walked.runs.extend(surely_runs(one, body, waited));
                }
                self.left |= blocks;
            }
        }
    }
}

/// Whether the coroutine that a call may make runs to its end.
fn is_waited_for(facts: &Module, call: &Call) -> bool {
    match call.usage {
        Usage::Awaited => true,
        Usage::Argument(outer) => {
            let outer = facts.calls()[outer].path.as_str();
            outer == "asyncio.run" || last(outer) == "run_until_complete"
        }
        _ => false,
    }
}

/// The body that a call of this definition surely runs.
fn surely_runs<'a>(one: &ResolvedName<'a>, body: usize, waited: bool) -> Option<Place<'a>> {
    let runs = match &one.binding()?.kind {
        BindingKind::Function(function) => is_plain(function) && (waited || !function.is_async()),
        BindingKind::Class(class) => !class.is_changed() && class.body.bindings("__new__").is_empty(),
        _ => false,
    };
    runs.then_some((one.module, body))
}

/// The names that a target binds.
fn names_in<'a>(target: &'a Term, names: &mut Vec<&'a str>) {
    match &target.kind {
        TermKind::Name(name) => names.push(name),
        TermKind::Tuple(several) | TermKind::List(several) => {
            for target in several {
                names_in(target, names);
            }
        }
        TermKind::Starred(rest) => names_in(rest, names),
        _ => {}
    }
}
