//! What the statements of a file do: they bind names, open scopes, and guard what stands in them.
//!
//! Only statements are walked by recursion, to a fixed depth; expressions are `effect`'s.

use std::sync::Arc;

use super::code::MOST_INDENTED;
use super::expression::{Pending, plain_texts, value};
use super::guard::{
    Test, catches, context, exits, is_import_error, is_lack_error, is_name_error, is_os_error, test,
    transport_among,
};
use super::known::Known;
use super::site::Ways;
use super::walk::{ScopeKind, Walk};
use super::{
    Attempt, Binding, BindingKind, Body, Call, Case, Class, ClassDefinition, Facts, Flow, Formal, Function,
    FunctionDefinition, Guard, Handler, Identifier, Import, ServerObject, Span, Statement, StatementKind,
    Term, TermKind, Usage,
};
use crate::sdk;

/// All facts of the module with this body.
pub(super) fn facts(body: &[Statement]) -> Facts {
    walked(body, false).finish()
}

fn walked(body: &[Statement], skims: bool) -> Walk<'_> {
    let mut walk = Walk { skims, ..Walk::default() };
    walk.enter(ScopeKind::Module, "", Span::default());
    walk.body(body);
    walk
}

/// The path of the SDK's class that a call of `path` makes a server of.
fn server_class(path: &str) -> Option<String> {
    sdk::server_class(path).map(|class| class.path.to_owned())
}

/// The imports alone of the module with this body, and what their names stand for.
pub(super) fn imports(body: &[Statement]) -> (Vec<Import>, Known<'_>) {
    let walk = walked(body, true);
    (walk.facts.imports, walk.known)
}

impl<'a> Walk<'a> {
    fn finish(mut self) -> Facts {
        self.facts.bodies[0].scope = self.leave().scope;
        self.drop_locals();
        let Facts { files, bodies, .. } = &mut self.facts;
        let shadowed = |name: &str| self.shadowed.contains(name);
        files.retain(|file| !file.access.reads() || file.is_sure(bodies, &shadowed));
        // A function may stand above the import that it needs, so names are resolved last.
        let object = |(number, call): (usize, &Call)| {
            let later = || server_class(&self.qualified(&call.path)?);
            let derived = || self.derived.get(call.path.split('.').next()?).cloned();
            let class_path = server_class(&call.path).or_else(later).or_else(derived)?;
            Some(ServerObject { span: call.span, class_path, call: number })
        };
        let mut objects: Vec<_> = self.facts.calls.iter().enumerate().filter_map(object).collect();
        objects.sort_by_key(|object| object.span);
        self.facts.server_objects = objects;
        self.facts
    }

    /// Forgets the uses of names that a function binds for itself, and what imports seemed to make of such names.
    fn drop_locals(&mut self) {
        let Facts { uses, calls, lookups, bodies, .. } = &mut self.facts;
        let shadowed = &self.shadowed;
        let is_own = |body: usize, name: &str| shadowed.contains(name) || is_local(bodies, body, name);
        let mut roots = self.used_roots.iter();
        uses.retain(|one| match roots.next().copied().flatten() {
            Some(root) => !is_own(one.body, root.written),
            None => !is_own(one.body, one.path.split('.').next().unwrap_or_default()),
        });
        let mut roots = self.asked_roots.iter();
        lookups.retain(|one| {
            let root = roots.next().copied().flatten();
            !root.is_some_and(|root| is_own(one.body, root.written))
        });
        for (call, root) in calls.iter_mut().zip(&self.called_roots) {
            if let Some(root) = root.filter(|root| is_own(call.body, root.written)) {
                call.path.replace_range(..root.length, root.written);
            }
        }
    }

    fn body(&mut self, body: &'a [Statement]) {
        if self.depth == MOST_INDENTED {
            self.facts.dynamic = true;
            return;
        }
        self.depth += 1;
        self.in_block(body, |walk| walk.statements(body));
        self.depth -= 1;
    }

    fn statements(&mut self, body: &'a [Statement]) {
        for (index, statement) in body.iter().enumerate() {
            self.statement(statement);
            self.record_exit(statement);
            self.frame().left |= leaves(statement);
            // `if sys.version_info < (3, 11): raise ...` guards all that follows
            if let Some(guards) = self.leaves_rest(statement) {
                return self.under(&guards, |walk| walk.statements(&body[index + 1..]));
            }
        }
    }

    /// What is certain behind a statement that leaves the body otherwise.
    fn leaves_rest(&self, statement: &'a Statement) -> Option<Vec<Guard>> {
        let mut guards = match &statement.kind {
            StatementKind::Assert(test, _) => self.says(test).holds,
            StatementKind::If(branches) => self.goes_on(branches),
            _ => return None,
        };
        guards.retain(|guard| !matches!(guard, Guard::Condition | Guard::Main));
        (!guards.is_empty()).then_some(guards)
    }

    /// What holds where an `if` goes on to what follows it.
    fn goes_on(&self, branches: &'a [(Option<Term>, Vec<Statement>)]) -> Vec<Guard> {
        let branches = branches.iter().map(|(test, body)| (test.as_ref(), &**body));
        let mut branches: Vec<(Option<&Term>, &[Statement])> = branches.collect();
        if branches.last().is_some_and(|(test, _)| test.is_some()) {
            branches.push((None, &[]));
        }
        let stays = |body: &[Statement]| !body.last().is_some_and(leaves) && self.leaving(body).is_none();
        let mut staying = branches.iter().filter(|(_, body)| stays(body));
        let only = match (staying.next(), staying.next()) {
            (Some((test, _)), None) => *test,
            _ => None,
        };
        let before = branches.iter().take_while(|(_, body)| !stays(body)).filter_map(|(test, _)| *test);
        let mut guards: Vec<Guard> = before.flat_map(|test| self.says(test).fails).collect();
        guards.extend(only.into_iter().flat_map(|test| self.says(test).holds));
        guards
    }

    /// What a condition says.
    pub(super) fn says(&self, condition: &Term) -> Test {
        let here = self.frames.last().map_or(0, |frame| frame.body);
        test(condition, &|name| self.qualified(name), &|name| {
            let (body, test) = self.tests.get(name)?;
            (*body == here || *body == 0).then(|| test.clone())
        })
    }

    /// A body that may be passed over.
    fn branch(&mut self, guards: &[Guard], body: &'a [Statement]) {
        let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
        self.under(guards, |walk| walk.body(body));
        self.flow = flow;
    }

    fn statement(&mut self, statement: &'a Statement) {
        match &statement.kind {
            StatementKind::Function(definition) => self.function(definition),
            StatementKind::Class(definition) => self.class(definition),
            StatementKind::Return(value) => self.returns(value.as_ref()),
            StatementKind::Delete(targets) => {
                for target in targets {
                    self.target(target, &BindingKind::Deleted);
                }
            }
            StatementKind::Assign(targets, value) => self.assign(targets, value),
            StatementKind::TypeAlias(name, value) => {
                self.target(name, &BindingKind::Opaque);
                self.expression(value);
            }
            StatementKind::Augmented(target, _, value) => self.augment(target, value),
            StatementKind::Annotated(target, annotation, value) => {
                // that of a local name is never evaluated
                if self.frame().place != ScopeKind::Function {
                    self.look(Pending::annotation(annotation));
                }
                self.assign(std::slice::from_ref(target), value.as_ref());
                self.field(target, annotation, value.as_ref());
            }
            StatementKind::For(target, iterable, body, otherwise) => {
                self.expression(iterable);
                let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
                self.target(target, &BindingKind::Opaque);
                self.flow = flow;
                let end = statement.span.end;
                self.in_loop(end, |walk| walk.branch(&[Guard::Condition], body));
                self.branch(&[Guard::Condition], otherwise);
            }
            StatementKind::While(test, body, otherwise) => {
                self.expression(test);
                let mut holds = self.says(test).holds;
                holds.retain(|guard| *guard == Guard::Never);
                holds.push(Guard::Condition);
                let end = statement.span.end;
                self.in_loop(end, |walk| walk.branch(&holds, body));
                self.branch(&[Guard::Condition], otherwise);
            }
            StatementKind::If(branches) => self.choice(branches),
            StatementKind::With(items, body) => self.with(items, body),
            StatementKind::Match(subject, cases) => self.cases(subject, cases),
            StatementKind::Try(attempt) => self.attempt(attempt),
            StatementKind::Import(modules) => self.import(statement.span, modules),
            StatementKind::From(module, names) => self.import_from(statement.span, module, names),
            StatementKind::Star(module) => self.import_star(statement.span, module),
            StatementKind::Global(names) => self.frame().globals.extend(names.iter().map(|name| &**name)),
            StatementKind::Evaluate(term) => {
                if !self.extends_exports(term) {
                    self.look(Pending::new(term, Usage::Statement));
                }
            }
            StatementKind::Raise(exception, cause) => {
                if let Some(exception) = exception {
                    self.look(Pending::new(exception, Usage::Raised));
                }
                self.expressions(cause);
            }
            StatementKind::Assert(test, message) => {
                self.expression(test);
                self.expressions(message);
                self.asserts(test);
            }
            StatementKind::Nonlocal(_)
            | StatementKind::Pass
            | StatementKind::Break
            | StatementKind::Continue => {}
        }
    }

    pub(super) fn expressions(&mut self, several: impl IntoIterator<Item = &'a Term>) {
        for term in several {
            self.expression(term);
        }
    }

    fn returns(&mut self, value: Option<&'a Term>) {
        if let Some(value) = value {
            let name = value.as_name();
            let frame = self.frame();
            frame.returned = name.filter(|_| !frame.returns || frame.returned == name);
            frame.returns = true;
            self.look(Pending::new(value, Usage::Returned));
        }
        self.frame().returned_early = true;
    }

    fn decorators(&mut self, decorators: &'a [Term]) {
        for decorator in decorators {
            self.look(Pending::new(decorator, Usage::Decorator));
        }
    }

    fn function(&mut self, def: &'a Arc<FunctionDefinition>) {
        self.decorators(&def.decorators);
        self.expressions(def.parameters.iter().filter_map(|parameter| parameter.default.as_ref()));
        let annotations = def.parameters.iter().filter_map(|parameter| parameter.annotation.as_ref());
        for annotation in annotations.chain(&def.returns) {
            self.look(Pending::annotation(annotation));
        }
        self.enter(ScopeKind::Function, &def.name, def.span);
        self.bind_parameters(&def.parameters);
        let fails = self.leaving(&def.body).is_some_and(Ways::fails);
        let flow = std::mem::replace(&mut self.flow, Flow::Always);
        self.in_new_body(|walk| walk.under(&[Guard::Function], |walk| walk.body(&def.body)));
        self.flow = flow;
        let frame = self.leave();
        let body = &mut self.facts.bodies[frame.body];
        body.scope = frame.scope;
        body.fails = fails && !frame.yields;
        body.returned = frame.returned.map(str::to_owned);
        let (definition, returns_value) = (def.clone(), frame.returns);
        let function = Function { definition, is_generator: frame.yields, returns_value, body: frame.body };
        self.rebind(&def.name, def.span, BindingKind::Function(function));
    }

    fn bind_parameters(&mut self, parameters: &'a [Formal]) {
        for parameter in parameters {
            let annotation = parameter.class();
            self.bind(&parameter.name, parameter.span, BindingKind::Parameter { annotation });
        }
        let first = parameters.iter().find(|parameter| parameter.kind.is_single());
        self.frame().receiver = first.map(|first| &*first.name);
    }

    fn class(&mut self, class: &'a Arc<ClassDefinition>) {
        self.decorators(&class.decorators);
        let (keywords, bases): (Vec<_>, Vec<_>) = class.bases.iter().partition(|base| base.is_by_name());
        self.expressions(bases.iter().chain(&keywords).map(|base| &base.value));
        self.enter(ScopeKind::Class, &class.name, class.span);
        let flow = std::mem::replace(&mut self.flow, Flow::Always);
        self.body(&class.body);
        self.flow = flow;
        let frame = self.leave();
        let class_facts =
            Class { definition: class.clone(), body: frame.scope, attributes: frame.attributes };
        let server = class_facts.bases().flatten().find_map(|base| server_class(&self.qualified(&base)?));
        self.rebind(&class.name, class.span, BindingKind::Class(class_facts));
        // `class Weather(FastMCP)`: a call of it makes a server too.
        if let Some(server) = server {
            if self.frame().place == ScopeKind::Module {
                self.facts.server_classes.push((class.name.to_string(), server.clone()));
            }
            self.derived.insert(&class.name, server);
        }
    }

    /// `a = b = value`, where there is one.
    fn assign(&mut self, targets: &'a [Term], value: impl Into<Option<&'a Term>>) {
        let Some(value) = value.into() else { return };
        self.expression(value);
        for target in targets {
            self.bind_value(target, value);
        }
    }

    fn bind_value(&mut self, target: &'a Term, right: &'a Term) {
        let kind = match value(right) {
            BindingKind::Call(name) if self.is_either(&name) => BindingKind::Call(name),
            BindingKind::Call(name) => BindingKind::Call(self.path(name)),
            kind => kind,
        };
        self.target(target, &kind);
        let Some(name) = target.as_name() else { return };
        self.keep_test(name, right);
        if self.anchor(name, right) {
            self.forget_file(right.span);
        }
        if self.frame().place != ScopeKind::Module {
            return;
        }
        if let TermKind::Bool(truth) = right.kind {
            self.constants.insert(name, truth);
        }
        match name {
            "__all__" => self.set_exports(right),
            // `TYPE_CHECKING = False` spares the import of `typing`; type checkers know the name.
            "TYPE_CHECKING" if matches!(right.kind, TermKind::Bool(false)) => {
                self.known.insert("TYPE_CHECKING", "typing.TYPE_CHECKING".to_owned());
            }
            _ => {}
        }
    }

    /// `PY311 = sys.version_info >= (3, 11)`: what the name says where it is tested.
    fn keep_test(&mut self, name: &'a str, right: &'a Term) {
        let tests = matches!(
            right.kind,
            TermKind::Compare(..) | TermKind::Call(..) | TermKind::All(_) | TermKind::Any(_)
        );
        if self.flow != Flow::Always || !tests {
            return;
        }
        let says = self.says(right);
        if says != Test::both(Guard::Condition) {
            let body = self.frame().body;
            self.tests.insert(name, (body, says));
        }
    }

    fn augment(&mut self, target: &'a Term, value: &'a Term) {
        self.expression(value);
        if target.as_name() == Some("__all__") {
            self.add_exports(plain_texts(value));
            return;
        }
        self.target(target, &BindingKind::Opaque);
    }

    /// Binds the names in the target of an assignment, loop, `with` or `del`.
    fn target(&mut self, root: &'a Term, kind: &BindingKind) {
        let mut targets = vec![root];
        while let Some(target) = targets.pop() {
            // `a, b = c` takes `c` apart.
            let kind = match kind {
                _ if std::ptr::eq(target, root) => kind.clone(),
                BindingKind::Deleted => BindingKind::Deleted,
                _ => BindingKind::Opaque,
            };
            match &target.kind {
                TermKind::Name(name) => self.rebind(name, target.span, kind),
                TermKind::Tuple(several) | TermKind::List(several) => targets.extend(several.iter().rev()),
                TermKind::Starred(rest) => targets.push(rest),
                TermKind::Attribute(object, name) => {
                    self.stores_attribute(object, &name.value);
                    self.sets_own(object, name, kind);
                    self.look(Pending { stored: true, ..Pending::new(target, Usage::Other) });
                }
                _ => self.look(Pending { stored: true, ..Pending::new(target, Usage::Other) }),
            }
        }
    }

    /// `self.a = ...` in a method.
    fn sets_own(&mut self, object: &'a Term, name: &'a Identifier, kind: BindingKind) {
        let [.., class, method] = &mut *self.frames else { return };
        if class.place == ScopeKind::Class
            && method.place == ScopeKind::Function
            && method.receiver == object.as_name()
        {
            let binding = Binding { span: name.span, kind, flow: Flow::Elsewhere, guard: None };
            class.attributes.bind(&name.value, binding);
        }
    }

    fn choice(&mut self, branches: &'a [(Option<Term>, Vec<Statement>)]) {
        if let [(Some(test), body), ..] = branches {
            self.gives_up(test, body);
        }
        self.record_switch(branches);
        let mut failed: Vec<Guard> = Vec::new();
        let fork = self.fork();
        for (number, (condition, body)) in branches.iter().enumerate() {
            self.expressions(condition);
            let says = condition.as_ref().map(|condition| self.says(condition)).unwrap_or_default();
            let mut guards = failed.clone();
            guards.extend(says.holds);
            self.in_arm(fork, number, |walk| walk.branch(&guards, body));
            failed.extend(says.fails);
        }
    }

    fn with(&mut self, items: &'a [(Term, Option<Term>)], body: &'a [Statement]) {
        let guards: Vec<Guard> = items.iter().flat_map(|(entered, _)| context(entered)).collect();
        for (entered, target) in items {
            self.expression(entered);
            if let Some(target) = target {
                self.target(target, &BindingKind::Opaque);
            }
        }
        self.branch(&guards, body);
    }

    fn cases(&mut self, subject: &'a Term, cases: &'a [Case]) {
        self.expression(subject);
        let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
        let fork = self.fork();
        let mut failed: Vec<Guard> = Vec::new();
        for (number, case) in cases.iter().enumerate() {
            self.expressions(&case.values);
            for capture in &case.captures {
                self.rebind(&capture.value, capture.span, BindingKind::Opaque);
            }
            self.expressions(&case.guard);
            let says = chosen(subject, case);
            let mut guards = failed.clone();
            guards.extend(says.holds);
            guards.push(Guard::Condition);
            self.in_arm(fork, number, |walk| walk.branch(&guards, &case.body));
            if case.guard.is_none() {
                failed.extend(says.fails);
            }
        }
        self.flow = flow;
    }

    fn attempt(&mut self, attempt: &'a Attempt) {
        let handled = self.handled(attempt);
        self.in_attempt(attempt, |walk| walk.branch(&handled, &attempt.body));
        let fork = self.fork();
        for (number, handler) in attempt.handlers.iter().enumerate() {
            self.expressions(&handler.caught);
            let fallback = catches(handler.caught.as_ref(), is_import_error);
            let guard = if fallback { Guard::Fallback } else { Guard::Condition };
            let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
            if let Some(name) = &handler.name {
                self.rebind(&name.value, name.span, BindingKind::Opaque);
            }
            self.in_arm(fork, number, |walk| walk.branch(&[guard], &handler.body));
            // Python deletes the name at the end of the clause.
            if let Some(name) = &handler.name {
                self.bind(&name.value, name.span, BindingKind::Deleted);
            }
            self.flow = flow;
        }
        let otherwise = attempt.handlers.len();
        self.in_arm(fork, otherwise, |walk| walk.branch(&handled, &attempt.otherwise));
        self.branch(&[], &attempt.finally);
    }

    /// Whose failures a `try` is prepared for.
    fn handled(&self, attempt: &'a Attempt) -> Vec<Guard> {
        let caught = |is| attempt.handlers.iter().find(|handler| catches(handler.caught.as_ref(), is));
        let mut handled = Vec::new();
        if let Some(handler) = caught(is_import_error) {
            handled.push(if self.ends_in_failure(&handler.body) { Guard::Reported } else { Guard::Handled });
        }
        handled.extend(caught(is_os_error).map(|_| Guard::FileHandled));
        handled.extend(caught(is_name_error).map(|_| Guard::AttributeHandled));
        let goes_on = |handler: &Handler| {
            catches(handler.caught.as_ref(), is_lack_error) && !handler.body.last().is_some_and(exits)
        };
        handled.extend(attempt.handlers.iter().any(goes_on).then_some(Guard::VariableHandled));
        handled
    }

    /// Whether the program ends when it comes to a block, as nobody around in this body catches its failure.
    fn ends_in_failure(&self, block: &[Statement]) -> bool {
        !self.guards.contains(&Guard::Handled)
            && self.leaving(block).is_some_and(|ways| ways.fails() && !self.is_caught(ways))
    }
}

/// What holds where a `case` is the one, and where it is not.
fn chosen(subject: &Term, case: &Case) -> Test {
    let says = case.is_value.then(|| transport_among(subject, &case.values)).flatten();
    says.unwrap_or_default()
}

/// Whether the statement surely ends the body that it stands in.
fn leaves(statement: &Statement) -> bool {
    let ends =
        matches!(statement.kind, StatementKind::Return(_) | StatementKind::Continue | StatementKind::Break);
    ends || exits(statement)
}

/// Whether a function around the body with this number, or it itself, binds `name` by anything but an import.
pub(super) fn is_local(bodies: &[Body], body: usize, name: &str) -> bool {
    let around = std::iter::successors(Some(&bodies[body]), |body| body.parent.map(|parent| &bodies[parent]));
    let mut functions = around.filter(|body| body.place == ScopeKind::Function);
    let import =
        |binding: &Binding| matches!(binding.kind, BindingKind::Module(_) | BindingKind::From { .. });
    functions.any(|body| !body.scope.bindings(name).iter().all(import))
}
