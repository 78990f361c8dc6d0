use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a licence file goes into the artifacts: one that `license-files` names, or else a `LICENSE`,
    /// `COPYING`, `NOTICE` or `AUTHORS` beside `pyproject.toml`.
    ///
    /// `license-files = []` says that there is none, and silences the rule.
    ///
    /// ## Why is this bad?
    /// Most licences demand that their text goes with every copy. Without it nobody may use the server, and
    /// distributions and companies do not.
    ///
    /// ## Example
    /// Without `LICENSE`.
    /// Without `project.license-files`.
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// license-files = ["LICENSE"]
    /// ```
    MET001 "license-file-missing" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Subject { project, layout, .. } = subject;
    // a file that is named but not there, or kept back, has rules of its own
    let told = project.license_files.is_some() || !layout.license_faults.is_empty();
    if !project.has_table() || project.has("license-files") || told || !layout.licenses.is_empty() {
        return;
    }
    let license = project.keys.iter().find(|key| key.value == "license");
    let place = project.at(license.map_or(project.span, |key| key.span));
    let finding = RULE.at(place, "no licence file goes into the artifacts");
    report.push(finding.help("add the file `LICENSE`, with the licence's text"));
}
