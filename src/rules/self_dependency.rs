//! DEP015.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::name;

declare_rule! {
    /// ## What it does
    /// Checks that the project does not require itself. An extra may take in others of the project's extras:
    /// `all = ["weather[web]"]`.
    ///
    /// ## Why is this bad?
    /// It can only say what is so anyway, or what cannot be. Some installers refuse it, and where the name is another's
    /// on the index, theirs is installed.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "weather"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    /// ```
    DEP015 "self-dependency" Error Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some(own) = project.name.as_ref().map(|name| name::normalize(&name.value)) else { return };
    for required in project.required().filter(|required| required.name() == own) {
        let requirement = required.requirement;
        if required.extra.is_some() && !requirement.extras.is_empty() {
            continue;
        }
        let place = Location::span(project.path(), required.span);
        let message = format!("`{}` requires itself", requirement.name);
        let help = match requirement.extras.as_slice() {
            [] => "remove it".to_owned(),
            _ => "remove it, and write what those extras require into `dependencies`".to_owned(),
        };
        report.push(RULE.card.at(place, message).help(help));
    }
}
