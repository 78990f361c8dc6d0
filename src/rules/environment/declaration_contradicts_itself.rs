use crate::diagnostic::Diagnostic;
use crate::project::EnvVariable;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the declaration of an environment variable agrees with itself: what is `required` has no `default`, a
    /// `secret` has none either, and each variable is declared once.
    ///
    /// ## Why is this bad?
    /// Clients read the declaration in different ways: one asks for the value, another takes the default. And the default
    /// of a secret stands in every wheel for everybody to read.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [[tool.mcp-backend.env]]
    /// name = "WEATHER_REGION"
    /// required = true
    /// default = "north"
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer(os.environ.get("WEATHER_REGION", "north"))
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [[tool.mcp-backend.env]]
    /// name = "WEATHER_REGION"
    /// default = "north"
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer(os.environ.get("WEATHER_REGION", "north"))
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ENV005 "declaration-contradicts-itself" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let declared = &project.settings.env;
    for (number, one) in declared.iter().enumerate() {
        let name = &one.name.value;
        if let (Some(default), Some((message, help))) = (&one.default, contradicts(one)) {
            report.push(RULE.at(project.at(default.span), message).help(help));
        }
        if let Some(first) = declared[..number].iter().find(|first| first.name.value == *name) {
            let finding = RULE.at(project.at(one.name.span), format!("`{name}` is declared twice"));
            let finding = finding.related(project.at(first.name.span), "the first declaration");
            report.push(finding.help("keep one of them"));
        }
    }
}

/// What is wrong with a default, and the remedy.
fn contradicts(one: &EnvVariable) -> Option<(String, &'static str)> {
    let name = &one.name.value;
    if one.is_secret() {
        // first, as what was published is known
        return Some((
            format!("the default of the secret `{name}` is for everybody to read"),
            "remove `default`",
        ));
    }
    let message = format!("`{name}` is required and has a default");
    one.is_required().then_some((message, "remove `default`, or remove `required`"))
}
