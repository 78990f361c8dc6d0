use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Level};
use crate::layout::TopLevelModule;
use crate::project::{PROJECT_KEYS, Project};
use crate::rule::{Subject, declare_rule};
use crate::text::{RelPath, Spanned, closest, listed};

declare_rule! {
    /// ## What it does
    /// Checks that `dynamic` names only what this backend fills in: `version` from a literal `__version__` in the
    /// first module or from git's tags, `readme`, `import-names` and `import-namespaces`.
    ///
    /// ## Why is this bad?
    /// A key that nobody fills in is missing from the metadata, though the author believes it is there. Other backends
    /// fill in other keys, so this is met after a change of backend.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dynamic = ["classifiers"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// classifiers = ["Programming Language :: Python :: 3"]
    /// ```
    MET021 "unfulfilled-dynamic" Error(Standard) Structural
}

/// What this backend fills in.
const FILLED: &[&str] = &["import-names", "import-namespaces", "readme", "version"];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let keys: HashSet<_> = project.keys.iter().map(|key| key.value.as_str()).collect();
    let mut seen = HashSet::new();
    for field in &project.dynamic {
        let key = field.value.as_str();
        // what has a value too is another rule's matter
        if keys.contains(key) || key == "name" {
            continue;
        }
        if !seen.insert(key) {
            report.push(repeated(project, field));
        } else if !may_be_dynamic(key) {
            report.push(unknown(project, field));
        } else if subject.is_ours() && !FILLED.contains(&key) {
            report.push(unfilled(project, field));
        } else if subject.is_ours() && key == "version" {
            report.extend(without_version(subject, field));
        }
    }
}

/// Whether a backend may fill it in.
fn may_be_dynamic(key: &str) -> bool {
    PROJECT_KEYS.contains(&key) && !["dynamic", "name"].contains(&key)
}

fn repeated(project: &Project, field: &Spanned<String>) -> Diagnostic {
    let finding = RULE.at(project.at(field.span), format!("`dynamic` names `{}` twice", field.value));
    let finding = finding.level(Level::Warning).help("remove one of them");
    finding.edit(project.path(), project.item(field.span), "")
}

fn unknown(project: &Project, field: &Spanned<String>) -> Diagnostic {
    let place = project.at(field.span);
    let finding = RULE.at(place, format!("`dynamic` names `{}`, which is no key of `project`", field.value));
    let fillable = |key: &&str| !project.build_system.is_ours() || FILLED.contains(key);
    let free = PROJECT_KEYS.iter().copied().filter(|key| may_be_dynamic(key) && !project.has(key));
    match closest(&field.value, free.filter(fillable)) {
        Some(meant) => finding.help(format!("write `{meant}`")),
        None => finding.help("remove it"),
    }
}

fn unfilled(project: &Project, field: &Spanned<String>) -> Diagnostic {
    let place = project.at(field.span);
    let finding = RULE.at(place, format!("`{}` is dynamic, but nothing fills it in", field.value));
    let filled = listed(FILLED);
    finding
        .help(format!("remove it; its value stands in `[project]`, as only these can be dynamic: {filled}"))
}

/// The finding of a dynamic version that no literal fills in; where the module itself is missing, that comes first.
fn without_version(subject: &Subject<'_>, field: &Spanned<String>) -> Option<Diagnostic> {
    let Subject { project, layout, program, version, .. } = *subject;
    let root = layout.roots.first().filter(|_| project.version_from_git().is_none())?;
    let found = version.version.is_some() || program.literal_version(&root.name, "__version__").is_some();
    let file = file(root);
    let place = project.at(field.span);
    if !found && program.module(&root.name).is_some_and(|module| !module.faults().is_empty()) {
        let message = format!("`version` is dynamic, but the syntax of `{file}` is broken");
        return Some(RULE.at(place, message).help(format!("mend `{file}`")));
    }
    let message = format!("`version` is dynamic, but `{file}` gives `__version__` no literal value");
    let help = format!(
        "write `version = \"1.0.0\"` for it in `[project]`, or add to `{file}`:\n__version__ = \"1.0.0\""
    );
    (!found).then(|| RULE.at(place, message).help(help))
}

fn file(root: &TopLevelModule) -> RelPath {
    if root.package { root.path.join("__init__.py") } else { root.path.clone() }
}
