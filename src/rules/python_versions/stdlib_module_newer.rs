use crate::diagnostic::Diagnostic;
use crate::program::Feature;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the oldest Python that `requires-python` admits has each module of the standard library that the
    /// code imports.
    ///
    /// An import that is guarded by `sys.version_info`, `try` with `except ImportError` or `TYPE_CHECKING` is fine. It is
    /// a warning under any other condition, and in a module that no entry point surely reaches.
    ///
    /// ## Why is this bad?
    /// An installer takes the server for such a Python, and the server ends with a `ModuleNotFoundError`.
    ///
    /// ## Example
    /// `src/weather/__init__.py`:
    /// ```python
    /// import tomllib
    /// ```
    ///
    /// Use instead:
    /// `src/weather/__init__.py`:
    /// ```python
    /// import sys
    ///
    /// if sys.version_info >= (3, 11):
    ///     import tomllib
    /// else:
    ///     tomllib = None
    /// ```
    PYV002 "stdlib-module-newer" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    report.extend(subject.newer_than_floor(&RULE.card, Feature::Module));
}
