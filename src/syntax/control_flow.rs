//! Follows control through the statements of a body: its branches and loops, and where it leaves the body.

use std::sync::Arc;

use super::expression::{called, dotted};
use super::guard::catches;
use super::site::{Arm, Course, Exit, Site, Standing, Switched, Way, Ways};
use super::walk::Walk;
use super::{Attempt, BindingKind, Statement, StatementKind, Term, TermKind};
use crate::text::Span;

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
    pub(super) fn in_attempt(&mut self, attempt: &'a Attempt, work: impl FnOnce(&mut Self)) {
        let errors = !attempt.handlers.is_empty();
        let exit = |name: &str| matches!(name, "SystemExit" | "BaseException");
        let exits = attempt.handlers.iter().any(|handler| catches(handler.caught.as_ref(), exit));
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
    pub(super) fn in_block(&mut self, block: &'a [Statement], work: impl FnOnce(&mut Self)) {
        let Standing { arms, caught, .. } = &self.course.standing;
        let strays = || arms.iter().any(|arm| arm.repeats_until.is_some()) && strays(block, true);
        let end = self.leaving(block).filter(|ways| !ways.stay(*caught) && !strays());
        match (end, block.last()) {
            (Some(_), Some(last)) => {
                let end = last.span.end;
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
    pub(super) fn record_switch(&mut self, branches: &'a [(Option<Term>, Vec<Statement>)]) {
        let [(Some(test), body), others @ ..] = branches else { return };
        let (test, negated) = match &test.kind {
            TermKind::Not(operand) => (&**operand, true),
            _ => (test, false),
        };
        let Some(name) = test.as_name() else { return };
        let Some(holds) = self.constants.get(name).map(|value| *value != negated) else { return };
        let shadowed = self.frames[1..].iter().any(|frame| !frame.scope.bindings(name).is_empty());
        if shadowed {
            return;
        }
        let off: Vec<&[Statement]> =
            if holds { others.iter().map(|(_, body)| &**body).collect() } else { vec![body] };
        for block in off {
            let Some((first, last)) = block.first().zip(block.last()) else { continue };
            let block = Span { start: first.span.start, end: last.span.end };
            self.facts.switches.push(Switched { name: name.to_owned(), block });
        }
    }

    /// Records that control leaves the body, if the statement does that.
    pub(super) fn record_exit(&mut self, statement: &Statement) {
        let Some(way) = self.way(statement) else { return };
        if !self.course.standing.caught.stops(way) {
            let (body, site) = (self.frame().body, self.site());
            self.facts.exits.push(Exit { body, at: statement.span.start, way, site });
        }
    }

    /// How a block leaves the body, whatever happens in it; none where control may come to what follows the block.
    pub(super) fn leaving(&self, block: &[Statement]) -> Option<Ways> {
        let simple = block.iter().find_map(|statement| self.way(statement)).map(Ways::of);
        simple.or_else(|| self.leaving_at_last(block.last()?))
    }

    fn leaving_at_last(&self, last: &Statement) -> Option<Ways> {
        let all = |blocks: Vec<&[Statement]>| {
            blocks.into_iter().try_fold(Ways::default(), |ways, block| Some(ways.and(self.leaving(block)?)))
        };
        match &last.kind {
            StatementKind::If(branches) => {
                branches.last().filter(|(test, _)| test.is_none())?;
                all(branches.iter().map(|(_, body)| &**body).collect())
            }
            StatementKind::Match(_, cases) => {
                cases.last().filter(|case| case.guard.is_none() && case.is_irrefutable)?;
                all(cases.iter().map(|case| &*case.body).collect())
            }
            StatementKind::With(items, body) => {
                let suppresses = |(entered, _): &(Term, Option<Term>)| {
                    let name = entered.as_call().and_then(|(callee, _)| called(callee));
                    name.is_some_and(|name| name.ends_with("suppress") || name.ends_with("raises"))
                };
                self.leaving(body).filter(|_| !items.iter().any(suppresses))
            }
            StatementKind::While(Term { kind: TermKind::Bool(true), .. }, body, _) => {
                (!strays(body, false)).then(Ways::default)
            }
            StatementKind::Try(attempt) => self.leaving(&attempt.finally).or_else(|| {
                let body = self.leaving(&attempt.body).or_else(|| self.leaving(&attempt.otherwise))?;
                attempt.handlers.iter().try_fold(body, |ways, one| Some(ways.and(self.leaving(&one.body)?)))
            }),
            _ => None,
        }
    }

    /// How the statement by itself leaves the body.
    fn way(&self, statement: &Statement) -> Option<Way> {
        match &statement.kind {
            StatementKind::Return(_) => Some(Way::Return),
            StatementKind::Raise(exception, _) => {
                let class = exception.as_ref().map(|one| one.as_call().map_or(one, |(class, _)| class));
                let name = class.and_then(dotted);
                let last = name.as_deref().and_then(|name| name.rsplit('.').next());
                let quits = matches!(last, Some("SystemExit" | "KeyboardInterrupt" | "Exit" | "Abort"));
                Some(if quits { Way::Quit } else { Way::Raise })
            }
            StatementKind::Evaluate(term) => {
                let value = match &term.kind {
                    TermKind::Await(awaited) => awaited,
                    _ => term,
                };
                value.as_call().is_some_and(|(callee, _)| self.quits(callee)).then_some(Way::Quit)
            }
            _ => None,
        }
    }

    /// Whether a call of it ends the program.
    fn quits(&self, callee: &Term) -> bool {
        if let Some(name) = callee.as_name() {
            return match self.known.get(name) {
                Some((_, path)) => matches!(path, "sys.exit" | "os._exit" | "os.abort"),
                None => matches!(name, "exit" | "quit"),
            };
        }
        let Some((object, method)) = callee.as_attribute() else { return false };
        let Some(object) = object.as_name() else { return false };
        match method {
            "_exit" | "abort" if self.is_module(object, "os") => true,
            "exit" if self.is_module(object, "sys") => true,
            "exit" | "error" => self.is_a(object, "parser", "ArgumentParser") || self.is_context(object),
            "abort" | "fail" => self.is_context(object),
            _ => false,
        }
    }

    fn is_module(&self, name: &str, module: &str) -> bool {
        name == module || self.stands_for(name, module)
    }

    fn is_context(&self, object: &str) -> bool {
        object == "ctx" || self.is_a(object, "context", "Context")
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

/// Whether a block may leave the loop around it, or with `rounds` its round of that.
fn strays(block: &[Statement], rounds: bool) -> bool {
    let any = |block: &[Statement]| strays(block, rounds);
    block.iter().any(|statement| match &statement.kind {
        StatementKind::Break => true,
        StatementKind::Continue => rounds,
        StatementKind::If(branches) => branches.iter().any(|(_, body)| any(body)),
        StatementKind::With(_, body) => any(body),
        StatementKind::Match(_, cases) => cases.iter().any(|case| any(&case.body)),
        StatementKind::For(_, _, _, otherwise) | StatementKind::While(_, _, otherwise) => any(otherwise),
        StatementKind::Try(attempt) => {
            let blocks = [&attempt.body, &attempt.otherwise, &attempt.finally];
            let handlers = attempt.handlers.iter().map(|handler| &handler.body);
            blocks.into_iter().chain(handlers).any(|block| any(block))
        }
        _ => false,
    })
}
