use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Looks for dependencies that name a URL or a path, in `dependencies` and in extras.
    ///
    /// A project with a `Private ::` classifier is left alone, as it goes to no public index. So are dependency groups
    /// and `tool.uv.sources`, which reach no metadata.
    ///
    /// ## Why is this bad?
    /// PyPI refuses the upload. Whoever gets the wheel elsewhere is bound to that one address.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "climate @ git+https://example.org/climate.git"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "climate>=1.0"]
    ///
    /// [tool.uv.sources]
    /// climate = { git = "https://example.org/climate.git" }
    /// ```
    DEP008 "direct-url" Error(Upload) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    if project.is_private() {
        return;
    }
    for required in project.required().filter(|required| required.requirement.url.is_some()) {
        let requirement = required.requirement;
        let message = format!("`{}` is required by its URL, which PyPI refuses", requirement.name);
        report.push(RULE.at(required.at(project, &requirement.detail_range), message).help(
            "require a published version and name the URL in `[tool.uv.sources]`, or add \
             `\"Private :: Do Not Upload\"` to `classifiers`: a private index takes it",
        ));
    }
}
