//! How code is left, and what lives with that.

use super::last;
use crate::knowledge::stdlib;
use crate::syntax::{Handler, Statement, StatementKind, Term, TermKind};

/// Contexts that let every exception through.
pub(super) fn lets_through(name: &str) -> bool {
    let known = [
        "ClientSession", "Lock", "TaskGroup", "TemporaryDirectory", "ThreadPoolExecutor", "as_file",
        "catch_warnings", "create_task_group", "files", "nullcontext", "open", "path", "redirect_stderr",
        "redirect_stdout", "stdio_server",
    ];
    known.contains(&name)
}

/// Contexts that may keep an exception to themselves, as their names tell.
pub(super) fn may_swallow(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["suppress", "raises", "ignor", "catch", "swallow"].iter().any(|word| name.contains(word))
}

/// Whether the statement of a call ends the program, and tells of a failure by that.
pub(super) fn quits(term: &Term) -> Option<bool> {
    let (callee, given) = term.as_call()?;
    let name = callee.decorator_name()?;
    let quits = matches!(name.as_str(), "sys.exit" | "exit" | "quit" | "os._exit");
    let succeeds = match given {
        [] => true,
        [status, ..] => matches!(status.value.kind, TermKind::Int(0) | TermKind::None),
    };
    quits.then_some(!succeeds)
}

/// Whether an `except` clause catches a `NameError`, or may.
pub(super) fn catches_name_errors(handler: &Handler) -> bool {
    let catches = |class: &Term| {
        let name = class.decorator_name().unwrap_or_default();
        matches!(name.as_str(), "NameError" | "UnboundLocalError" | "Exception" | "BaseException")
            || !stdlib::is_builtin(&name) && !last(&name).ends_with("Error")
    };
    match handler.caught.as_ref() {
        None => true,
        Some(caught) => {
            caught.elements().map_or_else(|| catches(caught), |several| several.iter().any(catches))
        }
    }
}

/// Whether the program may go on behind an `except` clause.
pub(super) fn goes_on(handler: &Handler) -> bool {
    let ends = handler.body.last().is_some_and(|last| match &last.kind {
        StatementKind::Raise(..) => true,
        StatementKind::Evaluate(term) => quits(term) == Some(true),
        _ => false,
    });
    !ends || ends_otherwise(&handler.body)
}

/// Whether a block may be left by a `return` and the like, which takes the place of an exception.
pub(super) fn ends_otherwise(block: &[Statement]) -> bool {
    block.iter().any(|statement| match &statement.kind {
        StatementKind::Return(_) | StatementKind::Break | StatementKind::Continue => true,
        StatementKind::Evaluate(term) => quits(term) == Some(false),
        kind => kind.blocks().into_iter().any(ends_otherwise),
    })
}
