use crate::diagnostic::Diagnostic;
use crate::knowledge::stdlib::Minor;
use crate::project::PythonRange;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that no classifier names a Python that `requires-python` does not admit.
    ///
    /// ## Why is this bad?
    /// The index shows users a Python for which no installer will take the server.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = ">=3.10"
    /// classifiers = ["Programming Language :: Python :: 3.9"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = ">=3.10"
    /// classifiers = ["Programming Language :: Python :: 3.10"]
    /// ```
    PYV008 "classifier-contradicts-floor" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let (Some(wanted), Some(range)) = (&project.requires_python, project.python()) else { return };
    for classifier in &project.classifiers {
        let Some(version) = classifier.value.strip_prefix("Programming Language :: Python :: ") else {
            continue;
        };
        if admits(range, version) {
            continue;
        }
        let message = format!("a classifier names Python {version}, which `requires-python` does not admit");
        let finding = RULE.at(project.at(classifier.span), message);
        let finding =
            finding.related(project.at(wanted.text.span), "what it admits").help("remove the classifier");
        report.push(finding.edit(project.path(), project.item(classifier.span), ""));
    }
}

/// Whether the Python of a classifier is admitted, or the classifier names none.
fn admits(range: PythonRange, version: &str) -> bool {
    match version.split_once('.') {
        Some(("3", minor)) => minor.parse().map_or(true, |minor| range.admits(Minor(minor))),
        Some(("2", _)) => range.floor().is_none(),
        _ => version != "2" || range.floor().is_none(),
    }
}
