use crate::diagnostic::{Diagnostic, Level};
use crate::knowledge::imports::modules_of;
use crate::knowledge::stdlib::{is_dropped, is_stdlib_module};
use crate::project::Required;
use crate::rule::{Subject, declare_rule};
use crate::spec::marker::{Marker, Operand};

declare_rule! {
    /// ## What it does
    /// Looks for dependencies on distributions that are named like a module of the standard library: `asyncio`,
    /// `json`, `pathlib`. Of most such names PyPI has nothing that can be installed: an error. The backports and
    /// placeholders that it has, and what is private, are a warning.
    ///
    /// A requirement for some Pythons alone is left alone, as it may be a backport, and so is what the newest Python
    /// dropped or gained.
    ///
    /// ## Why is this bad?
    /// The module comes with Python. Of a name that PyPI does not have, the whole install fails; what it has is a stranger's,
    /// or a backport that was given up years ago.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "asyncio"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    /// ```
    DEP007 "stdlib-as-dependency" Error(Install) Author Strict
}

/// What the oldest supported Python does not have yet, so that a backport under its name makes sense.
const GAINED: [&str; 3] = ["annotationlib", "compression", "tomllib"];

/// The modules under whose names PyPI has what installs on today's Pythons, or may; as PyPI takes no module of the
/// standard library for the name of a new project, no more will come.
const INSTALLABLE: [&str; 26] = [
    "antigravity", "argparse", "ast", "asyncio", "configparser", "contextvars", "dataclasses", "datetime",
    "dis", "graphlib", "hmac", "importlib", "ipaddress", "mailbox", "modulefinder", "pathlib", "readline",
    "resource", "secrets", "selectors", "statistics", "token", "typing", "uuid", "wave", "wsgiref",
];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    for required in project.required() {
        let name = required.name();
        let module = name.replace('-', "_");
        if is_certain(&name, &module, &required) {
            let place = required.at(project, &required.requirement.name_range);
            let message = format!("`{}` is a module of Python's standard library", required.requirement.name);
            let finding = if INSTALLABLE.contains(&&*module) || project.is_private() {
                RULE.at(place, message).level(Level::Warning)
            } else {
                RULE.at(place, format!("{message}, and PyPI has nothing to install under that name"))
            };
            report.push(finding.help("remove it: it comes with Python"));
        }
    }
}

fn is_certain(name: &str, module: &str, required: &Required<'_>) -> bool {
    let backport = required.requirement.marker.as_ref().is_some_and(asks_for_python);
    let other = modules_of(name).is_some_and(|modules| !modules.contains(&module));
    is_stdlib_module(module)
        && !is_dropped(module)
        && !GAINED.contains(&module)
        && required.requirement.url.is_none()
        && !backport
        && !other
}

/// Whether the marker tells Pythons apart.
fn asks_for_python(marker: &Marker) -> bool {
    match marker {
        Marker::And(parts) | Marker::Or(parts) => parts.iter().any(asks_for_python),
        Marker::Compare(left, _, right) => [left, right].into_iter().any(
            |side| matches!(side, Operand::Variable(name) if name.starts_with("python_") || name.starts_with("implementation_")),
        ),
    }
}
