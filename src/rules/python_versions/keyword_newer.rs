use crate::diagnostic::Diagnostic;
use crate::program::Feature;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that functions of the standard library take the keywords that the code gives them, on the oldest Python
    /// that `requires-python` admits. Only calls that can mean no other function are looked at.
    ///
    /// It is a warning under a condition, and in a module that no entry point surely reaches.
    ///
    /// ## Why is this bad?
    /// An installer takes the server for such a Python, and the call ends with a `TypeError`.
    ///
    /// ## Example
    /// `src/weather/__init__.py`:
    /// ```python
    /// import asyncio
    ///
    ///
    /// def later(work, context):
    ///     return asyncio.create_task(work, context=context)
    /// ```
    ///
    /// Use instead:
    /// `src/weather/__init__.py`:
    /// ```python
    /// import asyncio
    ///
    ///
    /// def later(work, context):
    ///     return context.run(asyncio.create_task, work)
    /// ```
    PYV009 "keyword-newer" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    report.extend(subject.newer_than_floor(&RULE.card, Feature::Keyword));
}
