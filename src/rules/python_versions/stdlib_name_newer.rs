use crate::diagnostic::Diagnostic;
use crate::program::Feature;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the oldest Python that `requires-python` admits has each name of the standard library that the code
    /// uses: `from m import n`, `m.n` where `m` is imported, and built-in names that nothing else binds.
    ///
    /// Names under a guard are fine: `sys.version_info`, `try` with `except ImportError` or `AttributeError`, `hasattr`,
    /// `TYPE_CHECKING`. It is a warning under any other condition, and in a module that no entry point surely reaches.
    ///
    /// ## Why is this bad?
    /// An installer takes the server for such a Python, and the server ends with an `ImportError` or fails while it runs.
    ///
    /// ## Example
    /// `src/weather/__init__.py`:
    /// ```python
    /// from typing import Self
    /// ```
    ///
    /// Use instead:
    /// `src/weather/__init__.py`:
    /// ```python
    /// from typing_extensions import Self
    /// ```
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "typing-extensions>=4.4"]
    /// ```
    PYV003 "stdlib-name-newer" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    report.extend(subject.newer_than_floor(&RULE.card, Feature::Name));
}
