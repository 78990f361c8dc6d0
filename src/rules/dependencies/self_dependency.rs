use crate::diagnostic::{Diagnostic, Level};
use crate::project::{Project, Required};
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::spec::version::Version;
use crate::text::closest;

declare_rule! {
    /// ## What it does
    /// Checks that the project does not require itself. An extra may take in others of the project's extras:
    /// `all = ["weather[web]"]`; an extra that is none of them is a warning. It is an error where the requirement does not admit the project's own version, else a
    /// warning.
    ///
    /// ## Why is this bad?
    /// It can only say what is so anyway, or what cannot be: a project that requires another version of itself can be
    /// installed by nobody.
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
    DEP015 "self-dependency" Error(Install) Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some(own) = project.name.as_ref().map(|name| name::normalize(&name.value)) else { return };
    for required in project.required().filter(|required| required.name() == own) {
        let requirement = required.requirement;
        report.extend(unknown_extras(subject.project, &required));
        let other = own_version(subject).filter(|own| !admits(requirement, own));
        if required.extra.is_some() && !requirement.extras.is_empty() && other.is_none() {
            continue;
        }
        let place = project.at(required.span);
        let message = format!("`{}` requires itself", requirement.name);
        let finding = match other {
            Some(own) => RULE.at(place, format!("{message} in another version than {own}")),
            None => RULE.at(place, message).level(Level::Warning),
        };
        let help = match requirement.extras.as_slice() {
            [] => "remove it".to_owned(),
            extras if required.extra.is_some() => {
                format!("write `{}[{}]`, which is of this release", requirement.name, extras.join(","))
            }
            _ => "remove it, and write what those extras require into `dependencies`".to_owned(),
        };
        report.push(finding.help(help));
    }
}

/// The extras asked of the project itself that it has not: installers pass them over with a warning.
fn unknown_extras(project: &Project, required: &Required<'_>) -> Vec<Diagnostic> {
    if project.is_dynamic("optional-dependencies") {
        return Vec::new();
    }
    let requirement = required.requirement;
    let names = || project.optional_dependencies.iter().map(|extra| extra.name.value.as_str());
    let known = |extra: &str| names().any(|name| name::normalize(name) == name::normalize(extra));
    let unknown = requirement.extras.iter().filter(|extra| !known(extra));
    let told = unknown.map(|extra| {
        let from = requirement.name_range.end;
        let start = from + requirement.text[from..].find(extra.as_str()).unwrap_or_default();
        let place = required.at(project, &(start..start + extra.len()));
        let message =
            format!("`{}` asks for the extra `{extra}`, which the project has not", requirement.text.trim());
        RULE.at(place, message).level(Level::Warning).help(match closest(extra, names()) {
            Some(meant) => format!("write `{meant}`"),
            None => format!("remove `{extra}`, or add it to `[project.optional-dependencies]`"),
        })
    });
    told.collect()
}

fn own_version(subject: &Subject<'_>) -> Option<Version> {
    subject.version().map(|(version, _)| version)
}

/// Whether the version may satisfy the requirement; one under a marker may never be asked.
fn admits(requirement: &Requirement, own: &Version) -> bool {
    let specifiers = requirement.specifiers.as_ref();
    requirement.marker.is_some() || specifiers.is_none_or(|specifiers| specifiers.contains(own))
}
