use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Looks for a version that is none to publish: `0.0.0`, or one that ends with `.dev`.
    ///
    /// ## Why is this bad?
    /// Installers pass over development releases, so that users get an older one or none. And a version on the index is
    /// taken for ever: the file cannot be replaced under its name.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "0.0.0"
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
    /// version = "0.1.0"
    /// ```
    ///
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    VER005 "zero-or-dev" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some((version, place)) = subject.version() else { return };
    if version.is_dev() {
        // what is between two tags is no release, and says so
        if subject.project.version_from_git().is_some() {
            return;
        }
        let message = format!("version `{version}` is a development release, which installers pass over");
        let finding = RULE.at(place, message);
        report
            .push(finding.help(format!("write `{}` to publish it", version.with_dev(None).without_local())));
    } else if version.release().iter().all(|number| *number == 0) {
        let message = format!("version `{version}` is a placeholder");
        report.push(RULE.at(place, message).help("write `0.1.0`, or whichever version is to be published"));
    }
}
