use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::layout::{InstalledFile, SRC, TopLevelModule};
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

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
    "api", "app", "apps", "assets", "backend", "bin", "build", "cli", "client", "clients", "common",
    "config", "configs", "constants", "core", "data", "dist", "doc", "docs", "env", "example", "examples",
    "frontend", "handlers", "helpers", "include", "lib", "libs", "main", "models", "resources", "run",
    "schemas", "scripts", "server", "servers", "services", "settings", "setup", "shared", "src", "static",
    "templates", "test", "tests", "tools", "util", "utils", "venv",
];

/// Whether any project might use the name.
pub(in crate::rules) fn is_generic(top: &str) -> bool {
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
            Some(name) => subject.project.at(name.span),
            None => Location::whole(&installed.file.path),
        };
        let message = format!("the wheel would install `{top}` as a top-level module");
        let finding = RULE.at(location, message);
        report.push(if subject.is_ours() {
            finding.help(help(subject, top, installed))
        } else {
            let help = "leave it out in the settings of the backend, or give it a name of its own";
            finding.level(Level::Warning).help(help)
        });
    }
}

/// The top-level names that the wheel installs, each with its first file.
fn tops<'a>(subject: &Subject<'a>) -> BTreeMap<&'a str, &'a InstalledFile> {
    let mut tops = BTreeMap::new();
    for shipped in &subject.layout.wheel {
        let top = shipped.installed.split('/').next().unwrap_or_default();
        tops.entry(top.split('.').next().unwrap_or_default()).or_insert(shipped);
    }
    tops
}

fn help(subject: &Subject<'_>, top: &str, installed: &InstalledFile) -> String {
    let file = if installed.installed.contains('/') { top.to_owned() } else { installed.installed.clone() };
    let place = RelPath::new(SRC).join(&file);
    let is_root = subject.layout.roots.iter().any(|root| root.name.split('.').next() == Some(top));
    if is_root { moved(subject, top, &place) } else { left_out(subject, &place) }
}

/// What to do with a module of `module-name` whose name is not the project's to install: the file or folder `place` moved
/// into a package of the project, or named like the project.
pub(in crate::rules) fn moved(subject: &Subject<'_>, top: &str, place: &RelPath) -> String {
    let own = subject.project.module_name();
    let (mv, from, file) = (subject.mv(), place.in_shell(), place.name());
    let others = || subject.layout.roots.iter().filter(|root| root.package && root.name != top);
    let free = |root: &&TopLevelModule| {
        !subject.tree.has_folder(&root.path.join(top)) && is_free(subject, &root.path.join(file))
    };
    if let Some(root) = others().find(free) {
        let then = then_called(subject, top, &format!("{}.{top}", root.name));
        let to = root.path.join(file);
        return format!(
            "move it into the package: `{mv} {from} {}`, and remove `{top}` from `module-name`{then}",
            to.in_shell()
        );
    }
    let taken = others().next().is_some();
    let name = if taken || top == own { format!("{own}_{top}") } else { own };
    let suffix = file.strip_prefix(top).unwrap_or_default();
    let then = then_called(subject, top, &name);
    format!("give it a name of its own: `{mv} {from} src/{name}{suffix}`, and write `{name}`{then}")
}

/// What is left to do elsewhere; where another distribution has a module of the old name, an import may mean that one.
fn then_called(subject: &Subject<'_>, old: &str, new: &str) -> String {
    if subject.owner_of(old).is_none() {
        subject.then_called(old, new)
    } else if subject.starts_in(old) {
        format!("; then write `{new}` for `{old}` in scripts")
    } else {
        String::new()
    }
}

fn is_free(subject: &Subject<'_>, path: &RelPath) -> bool {
    subject.tree.file(path).is_none() && !subject.tree.has_folder(path)
}

/// What to do with what `wheel-include` brings to the top of the wheel.
pub(in crate::rules) fn left_out(subject: &Subject<'_>, place: &RelPath) -> String {
    let patterns = subject.project.settings.wheel_include.iter();
    let whole = |written: &str| {
        written.strip_prefix(place.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match patterns.map(|pattern| subject.project.written(pattern.span)).find(|written| whole(written)) {
        Some(written) => format!("remove `{written}` from `wheel-include`"),
        None => "write a narrower pattern in `wheel-include`".to_owned(),
    }
}
