//! FIL003.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::layout::Shipped;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the wheel installs no top-level module with a name that any project might use: `server`,
    /// `utils`, `tests`, `config`.
    ///
    /// ## Why is this bad?
    /// All projects of an environment share one `site-packages`. The second wheel that installs `server` overwrites
    /// the files of the first, and one of the two breaks.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// module-name = ["weather", "utils"]
    /// ```
    ///
    /// `src/utils/__init__.py`:
    /// ```python
    /// def celsius(kelvin: float) -> float:
    ///     return kelvin - 273.15
    /// ```
    ///
    /// Use instead:
    /// `src/weather/utils/__init__.py`:
    /// ```python
    /// def celsius(kelvin: float) -> float:
    ///     return kelvin - 273.15
    /// ```
    FIL003 "generic-top-level" Error(Layout) Author
}

const GENERIC: &[&str] = &[
    "api",
    "app",
    "apps",
    "assets",
    "backend",
    "bin",
    "build",
    "cli",
    "client",
    "clients",
    "common",
    "config",
    "configs",
    "constants",
    "core",
    "data",
    "dist",
    "doc",
    "docs",
    "env",
    "example",
    "examples",
    "frontend",
    "handlers",
    "helpers",
    "include",
    "lib",
    "libs",
    "main",
    "models",
    "resources",
    "run",
    "schemas",
    "scripts",
    "server",
    "servers",
    "services",
    "settings",
    "setup",
    "shared",
    "src",
    "static",
    "templates",
    "test",
    "tests",
    "tools",
    "util",
    "utils",
    "venv",
];

/// Whether any project might use the name.
pub(super) fn is_generic(top: &str) -> bool {
    GENERIC.contains(&top.to_ascii_lowercase().as_str())
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let own = subject.project.module_name();
    for (top, installed) in tops(subject) {
        if !is_generic(top) || top == own {
            continue;
        }
        let place = subject.layout.roots.iter().position(|root| root.name.split('.').next() == Some(top));
        let names = subject.project.settings.module_names.as_deref().unwrap_or_default();
        let named = place.and_then(|_| names.iter().find(|name| name.value.split('.').next() == Some(top)));
        let location = match named {
            Some(name) => Location::span(subject.project.path(), name.span),
            None => Location::whole(&installed.file.path),
        };
        let message = format!("the wheel would install `{top}` as a top-level module");
        let finding = RULE.card.at(location, message);
        report.push(if subject.is_ours() {
            finding.help(help(subject, top, installed))
        } else {
            let help = "leave it out in the settings of the backend, or give it a name of its own";
            finding.level(Level::Warning).help(help)
        });
    }
}

/// The top-level names that the wheel installs, each with its first file.
fn tops<'a>(subject: &Subject<'a>) -> BTreeMap<&'a str, &'a Shipped> {
    let mut tops = BTreeMap::new();
    for shipped in &subject.layout.wheel {
        let top = shipped.installed.split('/').next().unwrap_or_default();
        tops.entry(top.split('.').next().unwrap_or_default()).or_insert(shipped);
    }
    tops
}

fn help(subject: &Subject<'_>, top: &str, installed: &Shipped) -> String {
    let own = subject.project.module_name();
    let file = if installed.installed.contains('/') { top.to_owned() } else { installed.installed.clone() };
    if subject.layout.roots.iter().any(|root| root.name == own && root.package) {
        return format!("move it into the package: `git mv src/{file} src/{own}/{file}`");
    }
    let suffix = file.strip_prefix(top).unwrap_or_default();
    format!(
        "give it the project's name: `git mv src/{file} src/{own}{suffix}`, without `module-name`; then write `{own}` for `{top}` in scripts and imports"
    )
}
