use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::spec::name;

declare_rule! {
    /// ## What it does
    /// Checks that the project's name consists of ASCII letters and digits, with `-`, `_` and `.` only between them.
    ///
    /// ## Why is this bad?
    /// No index takes another name, and no installer can be told to install it.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "my weather"
    ///
    /// [tool.mcp-backend]
    /// module-name = "weather"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "my-weather"
    ///
    /// [project.scripts]
    /// my-weather = "weather.server:main"
    ///
    /// [tool.mcp-backend]
    /// module-name = "weather"
    /// ```
    NAM003 "invalid-project-name" Error(Upload) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(name) = subject.project.name.as_ref().filter(|name| !name::is_valid(&name.value)) else {
        return;
    };
    let message = match name.value.as_str() {
        "" => "the project's name is empty".to_owned(),
        name => format!("`{name}` is not a valid name for a project"),
    };
    let finding = RULE.at(subject.project.at(name.span), message);
    report.push(match name::mended(&name.value) {
        Some(name) => finding.help(format!("write `{name}`")),
        None => finding.help("use ASCII letters and digits, with `-`, `_` and `.` between them"),
    });
}
