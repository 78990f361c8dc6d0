use crate::diagnostic::Diagnostic;
use crate::knowledge::imports::modules_of;
use crate::rule::{Subject, declare_rule};
use crate::text::has_word;

declare_rule! {
    /// ## What it does
    /// Looks for dependencies whose modules the code does not name anywhere, be it in a text or a comment.
    ///
    /// A distribution is left alone when it is not known which modules it has. Plugins, and tools that the server runs,
    /// may be named nowhere and needed all the same; so this rule is off until it is asked for.
    ///
    /// ## Why is this bad?
    /// Every user installs it, at every start where the server is run by `uvx`.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "beautifulsoup4>=4.12"]
    ///
    /// [tool.mcp-backend.rules]
    /// DEP013 = "warning"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3"]
    ///
    /// [tool.mcp-backend.rules]
    /// DEP013 = "warning"
    /// ```
    DEP013 "unused-dependency" Warning Author OnRequest
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let required = project.required().filter(|required| required.extra.is_none());
    let known = |name: String| modules_of(&name).filter(|_| !is_stubs(&name));
    let mut unnamed: Vec<_> =
        required.filter_map(|required| Some((required, known(required.name())?))).collect();
    if unnamed.is_empty() || !subject.layout.complete() {
        return;
    }
    let entries = project.entry_points.iter().flat_map(|group| &group.entries);
    let entries = entries.map(|entry| entry.value.value.clone());
    for text in subject.python_texts().chain(entries) {
        unnamed.retain(|(_, modules)| !modules.iter().any(|module| has_word(&text, module)));
    }
    for (required, modules) in unnamed {
        let requirement = required.requirement;
        let own = required.name().replace('-', "_");
        let public = modules.iter().find(|module| **module == own);
        let public = public.or(modules.iter().find(|module| !module.starts_with('_'))).unwrap_or(&modules[0]);
        let message = format!("`{}` is required, but the code never names `{public}`", requirement.name);
        let finding = RULE.at(required.at(project, &requirement.name_range), message);
        report.push(finding.help("remove it, unless something loads it by another name"));
    }
}

/// Whether it holds types for a checker alone.
fn is_stubs(name: &str) -> bool {
    name.starts_with("types-") || name.ends_with("-stubs")
}
