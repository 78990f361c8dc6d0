//! The walk through one body, in the order in which Python runs it.

use std::collections::HashSet;

use super::exit::{catches_name_errors, ends_otherwise, goes_on, lets_through, may_swallow, quits};
use super::{Index, Place, Search, UnboundName, first, last};
use crate::knowledge::stdlib;
use crate::syntax::{
    Attempt, Binding, BindingKind, ClassDefinition, CompareOp, FunctionDefinition, Given, Handler, Module,
    ModulePath, Statement, StatementKind, Term, TermKind,
};

/// The walk through one body.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(super) struct Walk<'a, 's> {
    pub(super) search: &'s Search<'a>,
    pub(super) index: &'s Index<'a>,
    pub(super) module: &'a str,
    pub(super) facts: &'a Module,
    pub(super) body: usize,
    /// Whether every start comes to the body.
    pub(super) starts: bool,
    /// The names that the body may have bound by now.
    pub(super) bound: HashSet<&'a str>,
    /// Those of the scopes within that are open: of classes, comprehensions, `lambda`s and type parameters.
    pub(super) within: Vec<&'a str>,
    /// The names of exceptions that are gone again.
    pub(super) handled: HashSet<&'a str>,
    pub(super) in_class: bool,
    /// How many statements and expressions around the code at hand may pass it over.
    pub(super) branches: usize,
    /// Whether the body may have been left before the code at hand, or waits before it.
    pub(super) left: bool,
    /// How many `try`s with `except` clauses are around the code at hand.
    pub(super) attempts: usize,
    /// Whether an exception may have been raised that one of them is prepared for.
    pub(super) raised: bool,
    /// How many things around the code at hand make unknown what is bound there, or catch what is not.
    pub(super) silent: usize,
    pub(super) walked: Walked<'a>,
}

/// What a walk found.
pub(super) struct Walked<'a> {
    pub(super) found: Vec<UnboundName<'a>>,
    /// The functions that the body defines.
    pub(super) defined: Vec<Place<'a>>,
    /// The bodies that surely run when it does.
    pub(super) runs: Vec<Place<'a>>,
}

impl<'a, 's> Walk<'a, 's> {
    pub(super) fn new(
        search: &'s Search<'a>,
        index: &'s Index<'a>,
        module: &'a str,
        body: usize,
        starts: bool,
    ) -> Self {
        Self {
            search,
            index,
            facts: index.facts,
            module,
            body,
            starts,
            bound: HashSet::new(),
            within: Vec::new(),
            handled: HashSet::new(),
            in_class: false,
            branches: 0,
            left: false,
            attempts: 0,
            raised: false,
            silent: 0,
            walked: Walked { found: Vec::new(), defined: Vec::new(), runs: Vec::new() },
        }
    }

    pub(super) fn finish(self) -> Walked<'a> {
        self.walked
    }

    /// Walks what a call of the function runs.
    pub(super) fn function(&mut self, definition: &'a FunctionDefinition) {
        self.within.extend(definition.parameters.iter().map(|parameter| &*parameter.name));
        self.block(&definition.body);
    }

    pub(super) fn block(&mut self, statements: &'a [Statement]) {
        for statement in statements {
            self.statement(statement);
        }
    }

    /// Whether every start comes to the code at hand.
    pub(super) fn is_certain(&self) -> bool {
        self.starts && self.branches == 0 && !self.left && !self.raised
    }

    /// Has `work` done in code that may be passed over.
    pub(super) fn perhaps(&mut self, work: impl FnOnce(&mut Self)) {
        self.branches += 1;
        work(self);
        self.branches -= 1;
    }

    /// Has `work` done where nothing is to be told.
    pub(super) fn silently(&mut self, work: impl FnOnce(&mut Self)) {
        self.silent += 1;
        work(self);
        self.silent -= 1;
    }

    /// Has `work` done in a scope within that has these names.
    pub(super) fn in_scope(
        &mut self,
        names: impl IntoIterator<Item = &'a str>,
        work: impl FnOnce(&mut Self),
    ) {
        let outer = self.within.len();
        self.within.extend(names);
        work(self);
        self.within.truncate(outer);
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Function(definition) => self.definition(definition),
            StatementKind::Class(class) => self.class(class),
            StatementKind::Return(value) => {
                self.terms(value);
                self.left = true;
            }
            StatementKind::Raise(exception, cause) => {
                self.terms(exception.iter().chain(cause));
                self.ends(true);
            }
            StatementKind::Evaluate(term) => {
                self.term(term);
                if let Some(fails) = quits(term) {
                    self.ends(fails);
                }
            }
            StatementKind::Assign(targets, value) => {
                self.term(value);
                for target in targets {
                    self.target(target);
                }
            }
            StatementKind::Annotated(target, annotation, value) => {
                self.annotated(target, annotation, value.as_ref());
            }
            StatementKind::Augmented(target, _, value) => {
                self.term(target);
                self.term(value);
                self.target(target);
            }
            StatementKind::TypeAlias(name, _) => self.target(name),
            StatementKind::If(branches) => self.choice(branches),
            StatementKind::For(target, iterable, body, otherwise) => {
                self.term(iterable);
                self.target(target);
                self.perhaps(|walk| walk.block(body));
                self.perhaps(|walk| walk.block(otherwise));
            }
            StatementKind::While(test, body, otherwise) => {
                self.term(test);
                self.perhaps(|walk| walk.block(body));
                self.perhaps(|walk| walk.block(otherwise));
                self.left |= matches!(test.kind, TermKind::Bool(true) | TermKind::Int(1));
            }
            StatementKind::With(items, body) => self.with(items, body),
            StatementKind::Match(subject, cases) => {
                self.term(subject);
                for case in cases {
                    for capture in &case.captures {
                        self.bind(&capture.value);
                    }
                    self.perhaps(|walk| {
                        walk.terms(case.values.iter().chain(&case.guard));
                        walk.block(&case.body);
                    });
                }
            }
            StatementKind::Try(attempt) => self.attempt(attempt),
            StatementKind::Import(modules) => {
                for alias in modules {
                    self.imports(&ModulePath { level: 0, name: alias.name.value.to_string() }, &[]);
                    let bound = &*alias.bound().value;
                    self.bind(if alias.as_name.is_some() { bound } else { first(bound) });
                }
            }
            StatementKind::From(module, names) => {
                let taken: Vec<&str> = names.iter().map(|alias| &*alias.name.value).collect();
                self.imports(&module.value, &taken);
                for alias in names {
                    self.bind(&alias.bound().value);
                }
            }
            StatementKind::Star(module) => self.imports(&module.value, &[]),
            StatementKind::Global(names) | StatementKind::Nonlocal(names) => {
                self.bound.extend(names.iter().map(|name| &**name));
            }
            StatementKind::Assert(test, message) => {
                self.term(test);
                self.perhaps(|walk| walk.terms(message));
            }
            // what a `del` takes away is not told
            StatementKind::Delete(_)
            | StatementKind::Break
            | StatementKind::Continue
            | StatementKind::Pass => {}
        }
    }

    /// The body ends here if it comes here; a start that goes on has not failed before.
    fn ends(&mut self, fails: bool) {
        if !fails || self.branches == 0 {
            self.left = true;
        } else {
            self.raised |= self.attempts > 0;
        }
    }

    fn definition(&mut self, definition: &'a FunctionDefinition) {
        self.terms(&definition.decorators);
        self.terms(definition.parameters.iter().filter_map(|parameter| parameter.default.as_ref()));
        if self.is_eager() {
            let annotations =
                definition.parameters.iter().filter_map(|parameter| parameter.annotation.as_ref());
            let parameters = definition.type_parameters.iter().map(|parameter| &*parameter.name);
            self.in_scope(parameters, |walk| walk.terms(annotations.chain(&definition.returns)));
        }
        let body = self.index.bodies.get(&definition.span);
        self.walked.defined.extend(body.map(|body| (self.module, *body)));
        self.bind(&definition.name);
    }

    /// Whether annotations are evaluated where they stand.
    fn is_eager(&self) -> bool {
        self.search.eager && !self.facts.postpones_annotations()
    }

    fn annotated(&mut self, target: &'a Term, annotation: &'a Term, value: Option<&'a Term>) {
        self.terms(value);
        if self.is_eager() && (self.body == 0 || self.in_class) {
            self.term(annotation);
        }
        // without a value it binds nothing; in a function the name is a local one all the same
        if value.is_some() || self.body > 0 {
            self.target(target);
        }
    }

    fn class(&mut self, class: &'a ClassDefinition) {
        self.terms(&class.decorators);
        let parameters = class.type_parameters.iter().map(|parameter| &*parameter.name);
        let unknown = usize::from(!self.has_plain_namespace(class, 8));
        self.in_scope(parameters, |walk| {
            walk.terms(class.bases.iter().map(|base| &base.value));
            walk.silent += unknown;
            let around = std::mem::replace(&mut walk.in_class, true);
            walk.block(&class.body);
            walk.in_class = around;
            walk.silent -= unknown;
        });
        self.bind(&class.name);
    }

    /// Whether the body of a class starts without any names: no metaclass prepares some.
    fn has_plain_namespace(&self, class: &ClassDefinition, depth: usize) -> bool {
        let plain = |base: &Given| match base.keyword.as_deref() {
            Some("metaclass") => base.value.decorator_name().is_some_and(|name| last(&name) == "ABCMeta"),
            Some(_) => true,
            None => self.is_plain_base(&base.value, depth),
        };
        class.bases.iter().all(plain)
    }

    fn is_plain_base(&self, base: &Term, depth: usize) -> bool {
        let base = if let TermKind::Subscript(generic, _) = &base.kind { generic } else { base };
        let Some(name) = base.decorator_name() else { return false };
        if PLAIN_BASES.contains(&last(&name)) || stdlib::is_builtin(&name) {
            return true;
        }
        match self.facts.lookup(self.body, &name) {
            Some((_, [Binding { kind: BindingKind::Class(own), .. }])) if depth > 0 => {
                self.has_plain_namespace(&own.definition, depth - 1)
            }
            _ => false,
        }
    }

    fn choice(&mut self, branches: &'a [(Option<Term>, Vec<Statement>)]) {
        for (number, (test, body)) in branches.iter().enumerate() {
            let Some(test) = test else {
                self.perhaps(|walk| walk.block(body));
                continue;
            };
            if self.is_for_type_checkers(test) || is_for_main(test) && !self.is_run() {
                continue;
            }
            let later = usize::from(number > 0);
            self.branches += later;
            self.term(test);
            self.branches -= later;
            if is_for_main(test) && number == 0 {
                self.block(body);
            } else {
                self.perhaps(|walk| walk.block(body));
            }
        }
    }

    /// `TYPE_CHECKING` of `typing`.
    fn is_for_type_checkers(&self, test: &Term) -> bool {
        let Some(name) = test.decorator_name().filter(|_| test.as_call().is_none()) else { return false };
        let imported = |binding: &Binding| {
            let module = match &binding.kind {
                BindingKind::From { module, .. } => &module.name,
                BindingKind::Module(module) => module,
                _ => return false,
            };
            module == "typing" || module == "typing_extensions"
        };
        let bindings = self.facts.lookup(self.body, first(&name)).map(|(_, bindings)| bindings);
        last(&name) == "TYPE_CHECKING" && bindings.is_some_and(|bindings| bindings.iter().all(imported))
    }

    /// Nobody imports `__main__`, so it is run.
    pub(super) fn is_run(&self) -> bool {
        last(self.module) == "__main__"
    }

    fn with(&mut self, items: &'a [(Term, Option<Term>)], body: &'a [Statement]) {
        for (entered, target) in items {
            self.term(entered);
            if let Some(target) = target {
                self.target(target);
            }
        }
        let names = items.iter().map(|(entered, _)| entered.decorator_name().unwrap_or_default());
        let names: Vec<String> = names.collect();
        if names.iter().all(|name| lets_through(last(name))) {
            self.block(body);
        } else if names.iter().any(|name| may_swallow(last(name))) {
            self.silently(|walk| walk.perhaps(|walk| walk.block(body)));
        } else {
            self.perhaps(|walk| walk.block(body));
        }
    }

    fn attempt(&mut self, attempt: &'a Attempt) {
        let caught = usize::from(
            attempt.handlers.iter().any(|handler| catches_name_errors(handler) && goes_on(handler)),
        );
        let replaced = usize::from(ends_otherwise(&attempt.finally));
        let raised = self.raised;
        self.silent += caught;
        self.branches += caught + replaced;
        let prepared = usize::from(!attempt.handlers.is_empty());
        self.attempts += prepared;
        self.block(&attempt.body);
        self.attempts -= prepared;
        self.silent -= caught;
        if prepared > 0 {
            self.raised = raised;
        }
        for handler in &attempt.handlers {
            self.perhaps(|walk| walk.handler(handler));
        }
        let skipped = usize::from(attempt.handlers.iter().any(goes_on));
        self.branches += skipped;
        self.block(&attempt.otherwise);
        self.branches -= skipped + caught + replaced;
        self.block(&attempt.finally);
    }

    fn handler(&mut self, handler: &'a Handler) {
        self.terms(&handler.caught);
        let Some(name) = handler.name.as_ref().map(|name| &*name.value) else {
            return self.block(&handler.body);
        };
        let known = self.bound.contains(name) || self.within.contains(&name);
        self.bind(name);
        self.block(&handler.body);
        if !known {
            self.bound.remove(name);
            self.handled.insert(name);
        }
    }
}

/// Bases whose metaclass, if they have one, gives the body of a class no names.
const PLAIN_BASES: [&str; 22] = [
    "ABC", "BaseModel", "BaseSettings", "Enum", "Exception", "FastMCP", "Flag", "Generic", "IntEnum",
    "IntFlag", "MCPServer", "Middleware", "NamedTuple", "Path", "Protocol", "RootModel", "SQLModel",
    "Server", "StrEnum", "TestCase", "Thread", "TypedDict",
];

/// `__name__ == "__main__"`.
fn is_for_main(test: &Term) -> bool {
    let TermKind::Compare(left, CompareOp::Equal, right) = &test.kind else { return false };
    let is =
        |one: &Term, other: &Term| one.as_name() == Some("__name__") && other.as_text() == Some("__main__");
    is(left, right) || is(right, left)
}
