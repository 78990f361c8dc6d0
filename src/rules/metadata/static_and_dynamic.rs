use std::collections::HashMap;

use crate::diagnostic::Diagnostic;
use crate::project::{PROJECT_KEYS, Project};
use crate::rule::{Subject, declare_rule};
use crate::text::Spanned;

declare_rule! {
    /// ## What it does
    /// Checks that no key stands both in `[project]` and in `dynamic`, and that `dynamic` does not name `name`.
    ///
    /// `import-names` and `import-namespaces` may stand in both: what the backend finds is added to what is written
    /// (PEP 808).
    ///
    /// ## Why is this bad?
    /// It says that the value is fixed and that it is not. Which of the two counts differs from tool to tool.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0"
    /// dynamic = ["version"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// version = "1.0.0"
    /// dynamic = []
    /// ```
    MET015 "static-and-dynamic" Error(Install) Structural
}

/// What this backend may append to.
const APPENDED: &[&str] = &["import-names", "import-namespaces"];

/// What no backend can append to, as it is neither a list nor a table (PEP 808).
const SINGLE: &[&str] =
    &["name", "version", "description", "readme", "requires-python", "license", "dynamic"];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let may_be_both = |field: &&Spanned<String>| match field.value.as_str() {
        key if subject.is_ours() => APPENDED.contains(&key),
        key => PROJECT_KEYS.contains(&key) && !SINGLE.contains(&key),
    };
    let keys: HashMap<_, _> = project.keys.iter().map(|key| (key.value.as_str(), key.span)).collect();
    for field in project.dynamic.iter().filter(|field| !may_be_both(field)) {
        if field.value == "name" {
            report.push(finding(project, field, "`name` can never be dynamic".to_owned()));
        } else if let Some(key) = keys.get(field.value.as_str()) {
            let finding =
                finding(project, field, format!("`{}` is dynamic and has a value too", field.value));
            report.push(finding.related(project.at(*key), "the value"));
        }
    }
}

fn finding(project: &Project, field: &Spanned<String>, message: String) -> Diagnostic {
    let finding = RULE.at(project.at(field.span), message);
    let finding = finding.help(format!("remove `{}` from `dynamic`", field.value));
    finding.edit(project.path(), project.item(field.span), "")
}
