//! What the statements of a file do: they bind names, open scopes, and guard what stands in them.
//!
//! Only statements are walked by recursion, to a fixed depth; expressions are `effect`'s.

use ruff_python_ast::{self as ast, Expr, Stmt};

use super::expression::{dotted, pattern, plain_texts, push_parameters, span, value};
use super::guard::{Test, catches_import_error, suppresses_import_error, test};
use super::walk::{Frame, Place, Walk};
use super::{BindingKind, Class, Facts, Flow, Function, Guard, ServerObject, Spanned, effect, function};

/// Python's own tokenizer refuses more levels of indentation.
const DEEPEST: usize = 100;

/// The facts of the module with this body.
pub(super) fn facts(body: &[Stmt]) -> Facts {
    let mut walk = Walk::default();
    walk.frames.push(Frame::new(Place::Module));
    walk.body(body);
    walk.finish()
}

impl<'a> Walk<'a> {
    fn finish(mut self) -> Facts {
        self.facts.scope = self.frames.swap_remove(0).scope;
        self.facts.calls.sort_by_key(|call| call.span);
        // A function may stand above the import that it needs, so names are resolved last.
        let object = |call: &Spanned<String>| {
            let later = || effect::server_class(&self.qualified(&call.value)?);
            let class_path = effect::server_class(&call.value).or_else(later)?;
            Some(ServerObject { span: call.span, class_path })
        };
        self.facts.server_objects = self.facts.calls.iter().filter_map(object).collect();
        self.facts
    }

    fn body(&mut self, body: &'a [Stmt]) {
        if self.depth == DEEPEST {
            self.facts.dynamic = true;
            return;
        }
        self.depth += 1;
        for statement in body {
            self.statement(statement);
        }
        self.depth -= 1;
    }

    /// A body that may be passed over.
    fn branch(&mut self, guard: Option<Guard>, body: &'a [Stmt]) {
        let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
        self.guards.extend(guard);
        self.body(body);
        self.guards.truncate(self.guards.len() - usize::from(guard.is_some()));
        self.flow = flow;
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::FunctionDef(def) => self.function(def),
            Stmt::ClassDef(class) => self.class(class),
            Stmt::Return(end) => {
                self.frame().returns |= end.value.is_some();
                self.expressions(end.value.as_deref());
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
                self.expression(&assign.annotation);
                if let Some(right) = &assign.value {
                    self.set(&assign.target, right);
                }
            }
            Stmt::For(each) => {
                self.expression(&each.iter);
                let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
                self.target(&each.target, &BindingKind::Opaque);
                self.flow = flow;
                self.branch(Some(Guard::Condition), &each.body);
                self.branch(Some(Guard::Condition), &each.orelse);
            }
            Stmt::While(each) => {
                self.expression(&each.test);
                self.branch(Some(Guard::Condition), &each.body);
                self.branch(Some(Guard::Condition), &each.orelse);
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
                    self.expression(&expression.value);
                }
            }
            Stmt::Raise(raise) => {
                self.expressions(raise.exc.as_deref());
                self.expressions(raise.cause.as_deref());
            }
            Stmt::Assert(assert) => {
                self.expression(&assert.test);
                self.expressions(assert.msg.as_deref());
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

    fn function(&mut self, def: &'a ast::StmtFunctionDef) {
        self.expressions(def.decorator_list.iter().map(|decorator| &decorator.expression));
        push_parameters(&def.parameters, &mut self.pending);
        self.run();
        self.expressions(def.returns.as_deref());
        self.frames.push(Frame::new(Place::Function));
        self.guards.push(Guard::Function);
        let flow = std::mem::replace(&mut self.flow, Flow::Always);
        self.body(&def.body);
        self.flow = flow;
        self.guards.pop();
        let frame = self.frames.pop().expect("pushed above");
        let function = Function {
            is_async: def.is_async,
            is_generator: frame.yields,
            returns_value: frame.returns,
            parameters: function::parameters(&def.parameters),
            decorators: function::decorators(&def.decorator_list),
        };
        self.rebind(&def.name.id, span(def.name.range), BindingKind::Function(function));
    }

    fn class(&mut self, class: &'a ast::StmtClassDef) {
        self.expressions(class.decorator_list.iter().map(|decorator| &decorator.expression));
        let (bases, keywords) = match class.arguments.as_deref() {
            Some(arguments) => (&*arguments.args, &*arguments.keywords),
            None => (&[][..], &[][..]),
        };
        self.expressions(bases);
        self.expressions(keywords.iter().map(|keyword| &keyword.value));
        self.frames.push(Frame::new(Place::Class));
        let flow = std::mem::replace(&mut self.flow, Flow::Always);
        self.body(&class.body);
        self.flow = flow;
        let body = self.frames.pop().expect("pushed above").scope;
        let bases: Vec<_> = bases.iter().map(dotted).collect();
        let server = bases.iter().flatten().find_map(|base| effect::server_class(&self.qualified(base)?));
        let keywords = !keywords.is_empty();
        let decorators = function::decorators(&class.decorator_list);
        let kind = BindingKind::Class(Class { bases, keywords, decorators, body });
        self.rebind(&class.name.id, span(class.name.range), kind);
        // `class Weather(FastMCP)`: a call of it makes a server too.
        if let Some(server) = server {
            if self.frame().place == Place::Module {
                self.facts.server_classes.push((class.name.id.to_string(), server.clone()));
            }
            self.known.insert(&class.name.id, server);
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
        self.target(target, &value(right));
        let Some(name) = target.as_name_expr().filter(|_| self.frame().place == Place::Module) else {
            return;
        };
        match name.id.as_str() {
            "__all__" => self.set_exports(right),
            // `TYPE_CHECKING = False` spares the import of `typing`; type checkers know the name.
            "TYPE_CHECKING" if right.as_boolean_literal_expr().is_some_and(|literal| !literal.value) => {
                self.known.insert("TYPE_CHECKING", "typing.TYPE_CHECKING".to_owned());
            }
            _ => {}
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
                    self.expression(target);
                }
                other => self.expression(other),
            }
        }
    }

    fn choice(&mut self, choice: &'a ast::StmtIf) {
        let clauses = choice.elif_else_clauses.iter();
        let clauses = clauses.map(|clause| (clause.test.as_ref(), &*clause.body));
        let mut failed = None;
        for (condition, body) in std::iter::once((Some(&*choice.test), &*choice.body)).chain(clauses) {
            self.expressions(condition);
            let says =
                condition.map_or(Test::Other, |condition| test(condition, &|name| self.qualified(name)));
            let holds = match says {
                Test::Holds(guard) => Some(guard),
                _ => failed,
            };
            self.branch(Some(holds.unwrap_or(Guard::Condition)), body);
            if let Test::Fails(guard) = says {
                failed = Some(guard);
            }
        }
    }

    fn with(&mut self, with: &'a ast::StmtWith) {
        let suppresses = with.items.iter().any(|item| suppresses_import_error(&item.context_expr));
        for item in &with.items {
            self.expression(&item.context_expr);
            if let Some(target) = &item.optional_vars {
                self.target(target, &BindingKind::Opaque);
            }
        }
        self.branch(suppresses.then_some(Guard::Handled), &with.body);
    }

    fn cases(&mut self, choice: &'a ast::StmtMatch) {
        self.expression(&choice.subject);
        let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
        for case in &choice.cases {
            let (captures, expressions) = pattern(&case.pattern);
            self.expressions(expressions);
            for capture in captures {
                self.rebind(&capture.id, span(capture.range), BindingKind::Opaque);
            }
            self.expressions(case.guard.as_deref());
            self.branch(Some(Guard::Condition), &case.body);
        }
        self.flow = flow;
    }

    fn attempt(&mut self, attempt: &'a ast::StmtTry) {
        let handlers = || {
            attempt.handlers.iter().map(|handler| {
                let ast::ExceptHandler::ExceptHandler(handler) = handler;
                handler
            })
        };
        let catches = handlers().any(|handler| catches_import_error(handler.type_.as_deref()));
        let handled = catches.then_some(Guard::Handled);
        self.branch(handled, &attempt.body);
        for handler in handlers() {
            self.expressions(handler.type_.as_deref());
            let fallback = catches_import_error(handler.type_.as_deref()).then_some(Guard::Fallback);
            let flow = std::mem::replace(&mut self.flow, Flow::Sometimes);
            if let Some(name) = &handler.name {
                self.rebind(&name.id, span(name.range), BindingKind::Opaque);
            }
            self.branch(fallback, &handler.body);
            // Python deletes the name at the end of the clause.
            if let Some(name) = &handler.name {
                self.bind(&name.id, span(name.range), BindingKind::Deleted);
            }
            self.flow = flow;
        }
        self.branch(handled, &attempt.orelse);
        self.branch(None, &attempt.finalbody);
    }
}
