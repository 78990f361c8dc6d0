//! Follows control through the statements of a body: its branches and loops, and where it leaves the body.

use std::sync::Arc;

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged as _;

use super::expression::{called, dotted};
use super::guard::catches;
use super::site::{Arm, Course, Exit, Site, Standing, Switched, Way, Ways};
use super::walk::Walk;
use super::{BindingKind, Span};

impl<'a> Walk<'a> {
    /// Where the code at hand stands.
    pub(super) fn site(&mut self) -> Site {
        let Course { standing, shared, .. } = &mut self.course;
        shared.get_or_insert_with(|| Site(Arc::new(standing.clone()))).clone()
    }

    /// A number for a statement that takes one of several branches.
    pub(super) fn fork(&mut self) -> u32 {
        self.course.forks += 1;
        self.course.forks
    }

    /// Has `work` done in one of the branches of a fork.
    pub(super) fn in_arm(&mut self, fork: u32, number: usize, work: impl FnOnce(&mut Self)) {
        self.at_another_site(|standing| standing.arms.push(Arm { fork, number, repeats_until: None }), work);
    }

    /// Has `work` done in the body of a loop that ends there.
    pub(super) fn in_loop(&mut self, end: u32, work: impl FnOnce(&mut Self)) {
        let fork = self.fork();
        let arm = Arm { fork, number: 0, repeats_until: Some(end) };
        self.at_another_site(|standing| standing.arms.push(arm), work);
    }

    /// Has `work` done where the handlers of this `try` catch what is raised.
    pub(super) fn in_attempt(&mut self, attempt: &'a ast::StmtTry, work: impl FnOnce(&mut Self)) {
        let errors = !attempt.handlers.is_empty();
        let exit = |name: &str| matches!(name, "SystemExit" | "BaseException");
        let exits = handlers(attempt).any(|handler| catches(handler.type_.as_deref(), exit));
        let caught = |standing: &mut Standing| {
            standing.caught.errors |= errors;
            standing.caught.exits |= exits;
        };
        self.at_another_site(caught, work);
    }

    /// Has `work` done in a body of its own.
    pub(super) fn in_new_body(&mut self, work: impl FnOnce(&mut Self)) {
        let around = std::mem::take(&mut self.course.standing);
        let shared = self.course.shared.take();
        work(self);
        (self.course.standing, self.course.shared) = (around, shared);
    }

    /// Has `work` done with a block, which control may surely leave the body from.
    pub(super) fn in_block(&mut self, block: &'a [Stmt], work: impl FnOnce(&mut Self)) {
        let Standing { arms, caught, .. } = &self.course.standing;
        let strays = || arms.iter().any(|arm| arm.repeats_until.is_some()) && strays(block, true);
        let end = self.leaving(block).filter(|ways| !ways.stay(*caught) && !strays());
        match (end, block.last()) {
            (Some(_), Some(last)) => {
                let end = last.range().end().to_u32();
                self.at_another_site(|standing| standing.end = Some(end), work);
            }
            _ => work(self),
        }
    }

    /// Whether what leaves in one of these ways is caught in the body at hand.
    pub(super) fn is_caught(&self, ways: Ways) -> bool {
        ways.stay(self.course.standing.caught)
    }

    fn at_another_site(&mut self, change: impl FnOnce(&mut Standing), work: impl FnOnce(&mut Self)) {
        if self.skim.is_some() {
            return work(self);
        }
        let shared = self.course.shared.take();
        let standing = &mut self.course.standing;
        let (arms, end, caught) = (standing.arms.len(), standing.end, standing.caught);
        change(standing);
        work(self);
        let standing = &mut self.course.standing;
        standing.arms.truncate(arms);
        (standing.end, standing.caught) = (end, caught);
        self.course.shared = shared;
    }

    /// Records that a block of an `if` runs only where a name says otherwise than the constant that it is bound to.
    pub(super) fn record_switch(&mut self, choice: &'a ast::StmtIf) {
        let (test, negated) = match &*choice.test {
            Expr::UnaryOp(unary) if unary.op == ast::UnaryOp::Not => (&*unary.operand, true),
            test => (test, false),
        };
        let Some(name) = test.as_name_expr().map(|name| name.id.as_str()) else { return };
        let Some(holds) = self.constants.get(name).map(|value| *value != negated) else { return };
        let shadowed = self.frames[1..].iter().any(|frame| !frame.scope.bindings(name).is_empty());
        let otherwise = choice.elif_else_clauses.first().zip(choice.elif_else_clauses.last());
        let block = match (holds, otherwise) {
            _ if shadowed => return,
            (false, _) => {
                choice.body.first().zip(choice.body.last()).map(|(first, last)| (first.range(), last.range()))
            }
            (true, otherwise) => otherwise.map(|(first, last)| (first.range, last.range)),
        };
        if let Some((first, last)) = block {
            let block = Span { start: first.start().to_u32(), end: last.end().to_u32() };
            self.facts.switches.push(Switched { name: name.to_owned(), block });
        }
    }

    /// Records that control leaves the body, if the statement does that.
    pub(super) fn record_exit(&mut self, statement: &Stmt) {
        if self.skim.is_some() {
            return;
        }
        let Some(way) = self.way(statement) else { return };
        if !self.course.standing.caught.stops(way) {
            let (body, site) = (self.frame().body, self.site());
            let at = statement.range().start().to_u32();
            self.facts.exits.push(Exit { body, at, way, site });
        }
    }

    /// How a block leaves the body, whatever happens in it; none where control may come to what follows the block.
    pub(super) fn leaving(&self, block: &[Stmt]) -> Option<Ways> {
        let simple = block.iter().find_map(|statement| self.way(statement)).map(Ways::of);
        simple.or_else(|| self.leaving_at_last(block.last()?))
    }

    fn leaving_at_last(&self, last: &Stmt) -> Option<Ways> {
        let all = |blocks: Vec<&[Stmt]>| {
            blocks.into_iter().try_fold(Ways::default(), |ways, block| Some(ways.and(self.leaving(block)?)))
        };
        match last {
            Stmt::If(choice) => {
                choice.elif_else_clauses.last().filter(|clause| clause.test.is_none())?;
                let clauses = choice.elif_else_clauses.iter().map(|clause| &*clause.body);
                all(std::iter::once(&*choice.body).chain(clauses).collect())
            }
            Stmt::Match(choice) => {
                choice.cases.last().filter(|case| case.guard.is_none() && case.pattern.is_irrefutable())?;
                all(choice.cases.iter().map(|case| &*case.body).collect())
            }
            Stmt::With(with) => {
                let suppresses = |item: &ast::WithItem| {
                    let call = item.context_expr.as_call_expr().and_then(called);
                    call.is_some_and(|name| name.ends_with("suppress") || name.ends_with("raises"))
                };
                self.leaving(&with.body).filter(|_| !with.items.iter().any(suppresses))
            }
            Stmt::While(each) if each.test.as_boolean_literal_expr().is_some_and(|test| test.value) => {
                (!strays(&each.body, false)).then(Ways::default)
            }
            Stmt::Try(attempt) => self.leaving(&attempt.finalbody).or_else(|| {
                let body = self.leaving(&attempt.body).or_else(|| self.leaving(&attempt.orelse))?;
                handlers(attempt).try_fold(body, |ways, one| Some(ways.and(self.leaving(&one.body)?)))
            }),
            _ => None,
        }
    }

    /// How the statement by itself leaves the body.
    fn way(&self, statement: &Stmt) -> Option<Way> {
        match statement {
            Stmt::Return(_) => Some(Way::Return),
            Stmt::Raise(raise) => {
                let exception = raise.exc.as_deref();
                let class = exception.map(|one| one.as_call_expr().map_or(one, |call| &*call.func));
                let name = class.and_then(dotted);
                let last = name.as_deref().and_then(|name| name.rsplit('.').next());
                let quits = matches!(last, Some("SystemExit" | "KeyboardInterrupt" | "Exit" | "Abort"));
                Some(if quits { Way::Quit } else { Way::Raise })
            }
            Stmt::Expr(expression) => {
                let value = match &*expression.value {
                    Expr::Await(wait) => &wait.value,
                    value => value,
                };
                value.as_call_expr().is_some_and(|call| self.quits(&call.func)).then_some(Way::Quit)
            }
            _ => None,
        }
    }

    /// Whether a call of it ends the program.
    fn quits(&self, function: &Expr) -> bool {
        match function {
            Expr::Name(name) => match self.known.get(&name.id) {
                Some((_, path)) => matches!(path, "sys.exit" | "os._exit" | "os.abort"),
                None => matches!(name.id.as_str(), "exit" | "quit"),
            },
            Expr::Attribute(method) => {
                let Some(object) = method.value.as_name_expr() else { return false };
                match method.attr.id.as_str() {
                    "_exit" | "abort" if self.is_module(&object.id, "os") => true,
                    "exit" if self.is_module(&object.id, "sys") => true,
                    "exit" | "error" => {
                        self.is_a(&object.id, "parser", "ArgumentParser") || self.is_context(object)
                    }
                    "abort" | "fail" => self.is_context(object),
                    _ => false,
                }
            }
            _ => false,
        }
    }

    fn is_module(&self, name: &str, module: &str) -> bool {
        name == module || self.stands_for(name, module)
    }

    fn is_context(&self, object: &ast::ExprName) -> bool {
        object.id == "ctx" || self.is_a(&object.id, "context", "Context")
    }

    /// Whether a name is bound to an object of that class, or called so.
    fn is_a(&self, name: &str, called: &str, class: &str) -> bool {
        let mut bindings = self.frames.iter().rev().map(|frame| frame.scope.bindings(name));
        let last = bindings.find_map(<[_]>::last).map(|binding| &binding.kind);
        match last {
            Some(BindingKind::Call(path) | BindingKind::Parameter { annotation: Some(path) }) => {
                path.rsplit('.').next() == Some(class)
            }
            _ => name == called,
        }
    }
}

/// The clauses of a `try` that handle exceptions.
pub(super) fn handlers(attempt: &ast::StmtTry) -> impl Iterator<Item = &ast::ExceptHandlerExceptHandler> {
    attempt.handlers.iter().map(|ast::ExceptHandler::ExceptHandler(handler)| handler)
}

/// Whether a block may leave the loop around it, or with `rounds` its round of that.
fn strays(block: &[Stmt], rounds: bool) -> bool {
    let any = |block: &[Stmt]| strays(block, rounds);
    block.iter().any(|statement| match statement {
        Stmt::Break(_) => true,
        Stmt::Continue(_) => rounds,
        Stmt::If(choice) => {
            any(&choice.body) || choice.elif_else_clauses.iter().any(|clause| any(&clause.body))
        }
        Stmt::With(with) => any(&with.body),
        Stmt::Match(choice) => choice.cases.iter().any(|case| any(&case.body)),
        Stmt::For(each) => any(&each.orelse),
        Stmt::While(each) => any(&each.orelse),
        Stmt::Try(attempt) => {
            let blocks = [&attempt.body, &attempt.orelse, &attempt.finalbody];
            blocks.into_iter().any(|block| any(block)) || handlers(attempt).any(|one| any(&one.body))
        }
        _ => false,
    })
}
