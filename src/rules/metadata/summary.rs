use crate::diagnostic::{Diagnostic, Level};
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that `description` has at most 512 characters. A missing and an empty one are warnings.
    ///
    /// ## Why is this bad?
    /// It is the one line that indexes and registries show of a server. PyPI refuses a longer one.
    ///
    /// Remedy: by hand, since only the author knows what the project does.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// description = ""
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// description = "Tells the weather"
    /// ```
    MET011 "summary" Error(Upload) Author Strict
}

/// The most characters that PyPI takes.
const LONGEST: usize = 512;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some(summary) = &project.description else {
        if project.has_table() && !project.has("description") {
            let place = project.at(project.span);
            report.push(
                RULE.card
                    .at(place, "`description` is missing")
                    .level(Level::Warning)
                    .help("add `description = \"...\"`, in one line"),
            );
        }
        return;
    };
    let place = project.at(summary.span);
    let length = summary.value.chars().count();
    if summary.value.trim().is_empty() {
        let finding = RULE.at(place, "`description` is empty").level(Level::Warning);
        report.push(finding.help("say in one line what the project does"));
    } else if length > LONGEST {
        let message = format!("`description` has {length} characters, and PyPI takes {LONGEST}");
        report.push(RULE.at(place, message).help("shorten it to one line, and leave the rest to the readme"));
    }
}
