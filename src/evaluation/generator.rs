//! Which functions are generators.

use crate::syntax::{Statement, StatementKind, Term, TermKind};

/// Whether a body has a `yield` that the walk may not have come by.
pub(super) fn is_generator(body: &[Statement]) -> bool {
    let yields = |term: &Term| matches!(term.kind, TermKind::Yield(_) | TermKind::YieldFrom(_));
    body.iter().any(|statement| match &statement.kind {
        StatementKind::Evaluate(term)
        | StatementKind::Assign(_, term)
        | StatementKind::Return(Some(term)) => yields(term),
        StatementKind::If(branches) => branches.iter().any(|(_, body)| is_generator(body)),
        StatementKind::For(_, _, body, _)
        | StatementKind::While(_, body, _)
        | StatementKind::With(_, body) => is_generator(body),
        StatementKind::Try(attempt) => {
            [&attempt.body, &attempt.otherwise, &attempt.finally].into_iter().any(|body| is_generator(body))
        }
        _ => false,
    })
}
