use crate::diagnostic::Diagnostic;
use crate::program::Feature;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the oldest Python that `requires-python` admits reads the code: `except*`, `type X = ...`, generics
    /// in brackets, quotes nested in f-strings and other syntax that came later.
    ///
    /// It is a warning in a module that no entry point surely reaches.
    ///
    /// ## Why is this bad?
    /// An installer takes the server for such a Python, and the server ends with a `SyntaxError` when it starts.
    ///
    /// ## Example
    /// `src/weather/cities.py`:
    /// ```python
    /// type City = str
    /// ```
    ///
    /// `src/weather/__init__.py`:
    /// ```python
    /// from weather.cities import City
    /// ```
    ///
    /// Use instead:
    /// `src/weather/cities.py`:
    /// ```python
    /// City = str
    /// ```
    PYV001 "syntax-newer-than-floor" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    report.extend(subject.newer_than_floor(&RULE.card, Feature::Syntax));
}
