use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::version::Version;

declare_rule! {
    /// ## What it does
    /// Checks that the version has no local segment: nothing behind a `+`.
    ///
    /// A project with a `Private ::` classifier is left alone, as it goes to no public index.
    ///
    /// ## Why is this bad?
    /// PyPI refuses the upload: local versions are for those who change a published one for themselves.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0+build.5"
    /// ```
    ///
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0.post5"
    /// ```
    ///
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    VER004 "local-segment" Error(Upload) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    if let Some((version, place)) = subject.version().filter(|_| !subject.project.is_private()) {
        report.extend(finding(&version, place));
    }
}

fn finding(version: &Version, place: Location) -> Option<Diagnostic> {
    let written = version.to_string();
    let (public, local) = written.split_once('+')?;
    let message = format!("version `{written}` has the local segment `+{local}`, which PyPI refuses");
    Some(RULE.at(place, message).help(format!("write `{public}`")))
}
