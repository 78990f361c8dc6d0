//! What the statements of a file do: they bind names, open scopes, and guard what stands in them.
//!
//! Only statements are walked by recursion, to a fixed depth; expressions are `effect`'s.

use ruff_python_ast::{self as ast, Expr, Pattern, Stmt};
use ruff_text_size::{Ranged as _, TextSize};

use super::control_flow::handlers;
use super::expression::{Pending, dotted, pattern, plain_texts, span, value};
use super::guard::{
    Test, catches, context, exits, is_import_error, is_lack_error, is_name_error, is_os_error, test,
    transport_among,
};
use super::known::Known;
use super::site::Ways;
use super::walk::{ScopeKind, Walk};
use super::{
    Binding, BindingKind, Body, Call, Class, Facts, Flow, Function, Guard, Import, ServerObject, Span, Usage,
    function,
};
use crate::sdk;

/// Python's own tokenizer refuses more levels of indentation.
const DEEPEST: usize = 100;

/// All facts of the module with this body.
pub(super) fn facts(body: &[Stmt]) -> Facts {
    let mut walk = Walk::default();
    walk.enter(ScopeKind::Module, "", Span::default());
    walk.body(body);
    walk.finish()
}

/// The path of the SDK's class that a call of `path` makes a server of.
fn server_class(path: &str) -> Option<String> {
    sdk::server_class(path).map(|class| class.path.to_owned())
}

/// The imports alone of the module with this body, and what their names stand for; `places` are those of the word
/// `import`, in order.
pub(super) fn imports(body: &[Stmt], places: Vec<TextSize>) -> (Vec<Import>, Known<'_>) {
    let mut walk = Walk { skim: Some(places), ..Walk::default() };
    walk.enter(ScopeKind::Module, "", Span::default());
    walk.body(body);
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

    fn body(&mut self, body: &'a [Stmt]) {
        if self.depth == DEEPEST {
            self.facts.dynamic = true;
            return;
        }
        self.depth += 1;
        self.in_block(body, |walk| walk.statements(body));
        self.depth -= 1;
    }

    fn statements(&mut self, body: &'a [Stmt]) {
        for (index, statement) in body.iter().enumerate() {
            if !self.passes_over(statement) {
                self.statement(statement);
                self.record_exit(statement);
                self.frame().left |= leaves(statement);
            }
            // `if sys.version_info < (3, 11): raise ...` guards all that follows
            if let Some(guards) = self.leaves_rest(statement) {
                return self.under(&guards, |walk| walk.statements(&body[index + 1..]));
            }
        }
    }

    /// Whether a skim finds nothing in the statement.
    fn passes_over(&self, statement: &Stmt) -> bool {
        let Some(places) = &self.skim else { return false };
        let range = statement.range();
        let first = places.partition_point(|place| *place < range.start());
        places.get(first).is_none_or(|place| *place >= range.end())
    }

    /// What is certain behind a statement that leaves the body otherwise.
    fn leaves_rest(&self, statement: &'a Stmt) -> Option<Vec<Guard>> {
        let mut guards = match statement {
            Stmt::Assert(assert) => self.says(&assert.test).holds,
            Stmt::If(choice) => self.goes_on(choice),
            _ => return None,
        };
        guards.retain(|guard| !matches!(guard, Guard::Condition | Guard::Main));
        (!guards.is_empty()).then_some(guards)
    }

    /// What holds where an `if` goes on to what follows it.
    fn goes_on(&self, choice: &'a ast::StmtIf) -> Vec<Guard> {
        let clauses = choice.elif_else_clauses.iter();
        let clauses = clauses.map(|clause| (clause.test.as_ref(), &*clause.body));
        let mut clauses: Vec<_> =
            std::iter::once((Some(&*choice.test), &*choice.body)).chain(clauses).collect();
        if clauses.last().is_some_and(|(test, _)| test.is_some()) {
            clauses.push((None, &[]));
        }
        let stays = |body: &[Stmt]| !body.last().is_some_and(leaves) && self.leaving(body).is_none();
        let mut staying = clauses.iter().filter(|(_, body)| stays(body));
        let only = match (staying.next(), staying.next()) {
            (Some((test, _)), None) => *test,
            _ => None,
        };
        let before = clauses.iter().take_while(|(_, body)| !stays(body)).filter_map(|(test, _)| *test);
        let mut guards: Vec<Guard> = before.flat_map(|test| self.says(test).fails).collect();
        guards.extend(only.into_iter().flat_map(|test| self.says(test).holds));
        guards
    }

    /// What a condition says.
    pub(super) fn says(&self, condition: &Expr) -> Test {
        let here = self.frames.last().map_or(0, |frame| frame.body);
        test(condition, &|name| self.qualified(name), &|name| {
            let (body, test) = self.tests.get(name)?;
            (*body == here || *body == 0).then(|| test.clone())
        })
    }

    /// A body that may be passed over.
    fn branch(&mut self, guards: &[Guard], body: &'a [Stmt]) {
        let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
        self.under(guards, |walk| walk.body(body));
        self.flow = flow;
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Return(end) => {
                if let Some(value) = end.value.as_deref() {
                    let name = value.as_name_expr().map(|name| name.id.as_str());
                    let frame = self.frame();
                    frame.returned = name.filter(|_| !frame.returns || frame.returned == name);
                    frame.returns = true;
                    self.look(Pending::new(value, Usage::Returned));
                }
                self.frame().returned_early = true;
            }
            Stmt::Delete(delete) => {
                for target in &delete.targets {
                    self.target(target, &BindingKind::Deleted);
                }
            }
            Stmt::TypeAlias(alias) => {
                self.target(&alias.name, &BindingKind::Opaque);
                self.expression(&alias.value);
            }
            Stmt::Assign(assign) => self.assign(assign),
            Stmt::AugAssign(assign) => self.augment(assign),
            Stmt::AnnAssign(assign) => {
                // that of a local name is never evaluated
                if self.frame().place != ScopeKind::Function {
                    self.look(Pending::annotation(&assign.annotation));
                }
                if let Some(right) = &assign.value {
                    self.set(&assign.target, right);
                }
                self.field(assign);
            }
            Stmt::For(each) => {
                self.expression(&each.iter);
                let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
                self.target(&each.target, &BindingKind::Opaque);
                self.flow = flow;
                let end = each.range.end().to_u32();
                self.in_loop(end, |walk| walk.branch(&[Guard::Condition], &each.body));
                self.branch(&[Guard::Condition], &each.orelse);
            }
            Stmt::While(each) => {
                self.expression(&each.test);
                let mut holds = self.says(&each.test).holds;
                holds.retain(|guard| *guard == Guard::Never);
                holds.push(Guard::Condition);
                let end = each.range.end().to_u32();
                self.in_loop(end, |walk| walk.branch(&holds, &each.body));
                self.branch(&[Guard::Condition], &each.orelse);
            }
            Stmt::If(choice) => self.choice(choice),
            Stmt::With(with) => self.with(with),
            Stmt::Match(choice) => self.cases(choice),
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::Import(import) => self.import(import),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Global(global) => {
                let names = global.names.iter().map(|name| name.id.as_str());
                self.frame().globals.extend(names);
            }
            Stmt::Expr(expression) => {
                if !self.extends_exports(&expression.value) {
                    self.look(Pending::new(&expression.value, Usage::Statement));
                }
            }
            Stmt::Raise(raise) => {
                if let Some(exception) = raise.exc.as_deref() {
                    self.look(Pending::new(exception, Usage::Raised));
                }
                self.expressions(raise.cause.as_deref());
            }
            Stmt::Assert(assert) => {
                self.expression(&assert.test);
                self.expressions(assert.msg.as_deref());
                self.asserts(&assert.test);
            }
            Stmt::Nonlocal(_)
            | Stmt::Pass(_)
            | Stmt::Break(_)
            | Stmt::Continue(_)
            | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    pub(super) fn expressions(&mut self, several: impl IntoIterator<Item = &'a Expr>) {
        for expression in several {
            self.expression(expression);
        }
    }

    fn decorators(&mut self, decorators: &'a [ast::Decorator]) {
        for decorator in decorators {
            self.look(Pending::new(&decorator.expression, Usage::Decorator));
        }
    }

    fn function(&mut self, def: &'a ast::StmtFunctionDef) {
        self.decorators(&def.decorator_list);
        for parameter in def.parameters.iter_non_variadic_params() {
            self.expressions(parameter.default());
        }
        let annotations = def.parameters.iter().filter_map(ast::AnyParameterRef::annotation);
        for annotation in annotations.chain(def.returns.as_deref()) {
            self.look(Pending::annotation(annotation));
        }
        self.enter(ScopeKind::Function, &def.name.id, span(def.name.range));
        let mut parameters = Vec::new();
        if self.skim.is_none() {
            parameters = function::parameters(&def.parameters);
            self.bind_parameters(&def.parameters);
        }
        let fails = self.skim.is_none() && self.leaving(&def.body).is_some_and(Ways::fails);
        let flow = std::mem::replace(&mut self.flow, Flow::Always);
        self.in_new_body(|walk| walk.under(&[Guard::Function], |walk| walk.body(&def.body)));
        self.flow = flow;
        let frame = self.leave();
        if self.skim.is_some() {
            return;
        }
        self.facts.bodies[frame.body].scope = frame.scope;
        self.facts.bodies[frame.body].fails = fails && !frame.yields;
        self.facts.bodies[frame.body].returned = frame.returned.map(str::to_owned);
        let function = Function {
            is_async: def.is_async,
            is_generator: frame.yields,
            returns_value: frame.returns,
            is_stub: function::is_stub(&def.body),
            parameters,
            decorators: function::decorators(&def.decorator_list),
            returns: def.returns.as_deref().and_then(function::annotated),
            body: frame.body,
        };
        self.rebind(&def.name.id, span(def.name.range), BindingKind::Function(function));
    }

    fn bind_parameters(&mut self, parameters: &'a ast::Parameters) {
        for parameter in parameters {
            let parameter = parameter.as_parameter();
            let annotation = parameter.annotation().and_then(function::annotated);
            self.bind(&parameter.name.id, span(parameter.name.range), BindingKind::Parameter { annotation });
        }
        let first = parameters.iter_non_variadic_params().next();
        self.frame().receiver = first.map(|first| first.parameter.name.id.as_str());
    }

    fn class(&mut self, class: &'a ast::StmtClassDef) {
        self.decorators(&class.decorator_list);
        let (bases, keywords) = match class.arguments.as_deref() {
            Some(arguments) => (&*arguments.args, &*arguments.keywords),
            None => (&[][..], &[][..]),
        };
        self.expressions(bases);
        self.expressions(keywords.iter().map(|keyword| &keyword.value));
        self.enter(ScopeKind::Class, &class.name.id, span(class.name.range));
        let flow = std::mem::replace(&mut self.flow, Flow::Always);
        self.body(&class.body);
        self.flow = flow;
        let frame = self.leave();
        if self.skim.is_some() {
            return;
        }
        let bases: Vec<_> = bases.iter().map(dotted).collect();
        let server = bases.iter().flatten().find_map(|base| server_class(&self.qualified(base)?));
        let keywords = !keywords.is_empty();
        let decorators = function::decorators(&class.decorator_list);
        let (body, attributes) = (frame.scope, frame.attributes);
        let kind = BindingKind::Class(Class { bases, keywords, decorators, body, attributes });
        self.rebind(&class.name.id, span(class.name.range), kind);
        // `class Weather(FastMCP)`: a call of it makes a server too.
        if let Some(server) = server {
            if self.frame().place == ScopeKind::Module {
                self.facts.server_classes.push((class.name.id.to_string(), server.clone()));
            }
            self.derived.insert(&class.name.id, server);
        }
    }

    fn assign(&mut self, assign: &'a ast::StmtAssign) {
        self.expression(&assign.value);
        for target in &assign.targets {
            self.bind_value(target, &assign.value);
        }
    }

    /// `target = right`.
    fn set(&mut self, target: &'a Expr, right: &'a Expr) {
        self.expression(right);
        self.bind_value(target, right);
    }

    fn bind_value(&mut self, target: &'a Expr, right: &'a Expr) {
        let kind = match value(right) {
            BindingKind::Call(name) if self.is_either(&name) => BindingKind::Call(name),
            BindingKind::Call(name) => BindingKind::Call(self.path(name)),
            kind => kind,
        };
        self.target(target, &kind);
        let Some(name) = target.as_name_expr() else { return };
        self.keep_test(&name.id, right);
        if self.skim.is_none() && self.anchor(&name.id, right) {
            self.forget_file(right.range());
        }
        if self.frame().place != ScopeKind::Module {
            return;
        }
        if let Expr::BooleanLiteral(literal) = right {
            self.constants.insert(&name.id, literal.value);
        }
        match name.id.as_str() {
            "__all__" => self.set_exports(right),
            // `TYPE_CHECKING = False` spares the import of `typing`; type checkers know the name.
            "TYPE_CHECKING" if right.as_boolean_literal_expr().is_some_and(|literal| !literal.value) => {
                self.known.insert("TYPE_CHECKING", "typing.TYPE_CHECKING".to_owned());
            }
            _ => {}
        }
    }

    /// `PY311 = sys.version_info >= (3, 11)`: what the name says where it is tested.
    fn keep_test(&mut self, name: &'a str, right: &'a Expr) {
        if self.flow != Flow::Always || !matches!(right, Expr::Compare(_) | Expr::Call(_) | Expr::BoolOp(_)) {
            return;
        }
        let says = self.says(right);
        if says != Test::both(Guard::Condition) {
            let body = self.frame().body;
            self.tests.insert(name, (body, says));
        }
    }

    fn augment(&mut self, assign: &'a ast::StmtAugAssign) {
        self.expression(&assign.value);
        if assign.target.as_name_expr().is_some_and(|name| name.id == "__all__") {
            self.add_exports(plain_texts(&assign.value));
            return;
        }
        self.target(&assign.target, &BindingKind::Opaque);
    }

    /// Binds the names in the target of an assignment, loop, `with` or `del`.
    fn target(&mut self, root: &'a Expr, kind: &BindingKind) {
        let mut targets = vec![root];
        while let Some(target) = targets.pop() {
            // `a, b = c` takes `c` apart.
            let kind = match kind {
                _ if std::ptr::eq(target, root) => kind.clone(),
                BindingKind::Deleted => BindingKind::Deleted,
                _ => BindingKind::Opaque,
            };
            match target {
                Expr::Name(name) => self.rebind(&name.id, span(name.range), kind),
                Expr::Tuple(several) => targets.extend(several.elts.iter().rev()),
                Expr::List(several) => targets.extend(several.elts.iter().rev()),
                Expr::Starred(rest) => targets.push(&rest.value),
                Expr::Attribute(attribute) => {
                    self.stores_attribute(attribute);
                    self.sets_own(attribute, kind);
                    self.expression(target);
                }
                other => self.expression(other),
            }
        }
    }

    /// `self.a = ...` in a method.
    fn sets_own(&mut self, attribute: &'a ast::ExprAttribute, kind: BindingKind) {
        let [.., class, method] = &mut *self.frames else { return };
        let receiver = attribute.value.as_name_expr().map(|name| name.id.as_str());
        if class.place == ScopeKind::Class
            && method.place == ScopeKind::Function
            && method.receiver == receiver
        {
            let span = span(attribute.attr.range);
            class
                .attributes
                .bind(&attribute.attr.id, Binding { span, kind, flow: Flow::Elsewhere, guard: None });
        }
    }

    fn choice(&mut self, choice: &'a ast::StmtIf) {
        self.gives_up(&choice.test, &choice.body);
        self.record_switch(choice);
        let clauses = choice.elif_else_clauses.iter();
        let clauses = clauses.map(|clause| (clause.test.as_ref(), &*clause.body));
        let mut failed: Vec<Guard> = Vec::new();
        let fork = self.fork();
        let all = std::iter::once((Some(&*choice.test), &*choice.body)).chain(clauses);
        for (number, (condition, body)) in all.enumerate() {
            self.expressions(condition);
            let says = condition.map(|condition| self.says(condition)).unwrap_or_default();
            let mut guards = failed.clone();
            guards.extend(says.holds);
            self.in_arm(fork, number, |walk| walk.branch(&guards, body));
            failed.extend(says.fails);
        }
    }

    fn with(&mut self, with: &'a ast::StmtWith) {
        let guards: Vec<Guard> = with.items.iter().flat_map(|item| context(&item.context_expr)).collect();
        for item in &with.items {
            self.expression(&item.context_expr);
            if let Some(target) = &item.optional_vars {
                self.target(target, &BindingKind::Opaque);
            }
        }
        self.branch(&guards, &with.body);
    }

    fn cases(&mut self, choice: &'a ast::StmtMatch) {
        self.expression(&choice.subject);
        let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
        let fork = self.fork();
        let mut failed: Vec<Guard> = Vec::new();
        for (number, case) in choice.cases.iter().enumerate() {
            let (captures, expressions) = pattern(&case.pattern);
            self.expressions(expressions);
            for capture in captures {
                self.rebind(&capture.id, span(capture.range), BindingKind::Opaque);
            }
            self.expressions(case.guard.as_deref());
            let says = chosen(&choice.subject, &case.pattern);
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

    fn attempt(&mut self, attempt: &'a ast::StmtTry) {
        let handled = self.handled(attempt);
        self.in_attempt(attempt, |walk| walk.branch(&handled, &attempt.body));
        let fork = self.fork();
        for (number, handler) in handlers(attempt).enumerate() {
            self.expressions(handler.type_.as_deref());
            let fallback = catches(handler.type_.as_deref(), is_import_error);
            let guard = if fallback { Guard::Fallback } else { Guard::Condition };
            let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
            if let Some(name) = &handler.name {
                self.rebind(&name.id, span(name.range), BindingKind::Opaque);
            }
            self.in_arm(fork, number, |walk| walk.branch(&[guard], &handler.body));
            // Python deletes the name at the end of the clause.
            if let Some(name) = &handler.name {
                self.bind(&name.id, span(name.range), BindingKind::Deleted);
            }
            self.flow = flow;
        }
        let otherwise = attempt.handlers.len();
        self.in_arm(fork, otherwise, |walk| walk.branch(&handled, &attempt.orelse));
        self.branch(&[], &attempt.finalbody);
    }

    /// Whose failures a `try` is prepared for.
    fn handled(&self, attempt: &'a ast::StmtTry) -> Vec<Guard> {
        let caught = |is| handlers(attempt).find(|handler| catches(handler.type_.as_deref(), is));
        let mut handled = Vec::new();
        if let Some(handler) = caught(is_import_error) {
            handled.push(if self.ends_in_failure(&handler.body) { Guard::Reported } else { Guard::Handled });
        }
        handled.extend(caught(is_os_error).map(|_| Guard::FileHandled));
        handled.extend(caught(is_name_error).map(|_| Guard::AttributeHandled));
        let goes_on = |handler: &ast::ExceptHandlerExceptHandler| {
            catches(handler.type_.as_deref(), is_lack_error) && !handler.body.last().is_some_and(exits)
        };
        handled.extend(handlers(attempt).any(goes_on).then_some(Guard::VariableHandled));
        handled
    }

    /// Whether the program ends when it comes to a block, as nobody around in this body catches its failure.
    fn ends_in_failure(&self, block: &[Stmt]) -> bool {
        !self.guards.contains(&Guard::Handled)
            && self.leaving(block).is_some_and(|ways| ways.fails() && !self.is_caught(ways))
    }
}

/// What holds where a `case` is the one, and where it is not.
fn chosen(subject: &Expr, pattern: &Pattern) -> Test {
    let values: Option<Vec<&Expr>> = match pattern {
        Pattern::MatchValue(value) => Some(vec![&value.value]),
        Pattern::MatchOr(several) => {
            several.patterns.iter().map(|one| one.as_match_value().map(|value| &*value.value)).collect()
        }
        _ => None,
    };
    values.and_then(|values| transport_among(subject, &values)).unwrap_or_default()
}

/// Whether the statement surely ends the body that it stands in.
fn leaves(statement: &Stmt) -> bool {
    match statement {
        Stmt::Return(_) | Stmt::Continue(_) | Stmt::Break(_) => true,
        other => exits(other),
    }
}

/// Whether a function around the body with this number, or it itself, binds `name` by anything but an import.
pub(super) fn is_local(bodies: &[Body], body: usize, name: &str) -> bool {
    let around = std::iter::successors(Some(&bodies[body]), |body| body.parent.map(|parent| &bodies[parent]));
    let mut functions = around.filter(|body| body.place == ScopeKind::Function);
    let import =
        |binding: &Binding| matches!(binding.kind, BindingKind::Module(_) | BindingKind::From { .. });
    functions.any(|body| !body.scope.bindings(name).iter().all(import))
}
