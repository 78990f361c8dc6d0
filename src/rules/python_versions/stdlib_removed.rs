use crate::diagnostic::Diagnostic;
use crate::program::{Availability, MissingFeature};
use crate::project::Project;
use crate::rule::{Subject, declare_rule, more};

declare_rule! {
    /// ## What it does
    /// Checks that no Python that `requires-python` admits has dropped a module or name of the standard library that the
    /// code uses.
    ///
    /// Guarded uses are fine, and so is a module that a declared dependency brings back, such as `setuptools` for
    /// `distutils`. It is a warning under a condition, in a module that no entry point surely reaches, and for
    /// `distutils` where a dependency may bring `setuptools` along.
    ///
    /// ## Why is this bad?
    /// Installers take the newest Python that they find, and there the server ends with an `ImportError`.
    ///
    /// Remedy: by hand, since only the author knows what takes the place of the module.
    ///
    /// ## Example
    /// `src/weather/__init__.py`:
    /// ```python
    /// import telnetlib
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "standard-telnetlib"]
    /// ```
    PYV004 "stdlib-removed" Error(Start) Author
}

/// What to declare so that a module is there again.
const BACK: &[(&str, &str)] = &[
    ("audioop", "audioop-lts"),
    ("cgi", "legacy-cgi"),
    ("cgitb", "legacy-cgi"),
    ("distutils", "setuptools"),
];

/// No release of these needs `setuptools`.
const WITHOUT_SETUPTOOLS: [&str; 4] = ["fastmcp", "httpx", "mcp", "pydantic"];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for need in subject.needs {
        let Availability::Removed(removed) = need.change else { continue };
        let top = need.name.split('.').next().unwrap_or_default();
        let message = format!(
            "`{}` is gone from Python {removed}, and `requires-python` admits {}{}",
            need.name,
            need.missing_in,
            more(need)
        );
        let finding = RULE.at((&need.path, need.span), message).help(remedy(need, top));
        let certain = need.certain && (top != "distutils" || without_setuptools(subject.project));
        report.push(finding.warning_unless(certain));
    }
}

/// Whether no dependency brings `setuptools` along.
fn without_setuptools(project: &Project) -> bool {
    let mut names = project.dependency_names();
    names.all(|name| WITHOUT_SETUPTOOLS.contains(&&*name))
}

fn remedy(need: &MissingFeature, top: &str) -> String {
    match BACK.iter().find(|(module, _)| *module == top) {
        Some((_, distribution)) => format!("do without it, or add `{distribution}` to `dependencies`"),
        None => format!(
            "do without it, or use it only where Python has it: `if sys.version_info < (3, {})`",
            removed(need)
        ),
    }
}

fn removed(need: &MissingFeature) -> u8 {
    match need.change {
        Availability::Added(minor) | Availability::Removed(minor) => minor.0,
    }
}
