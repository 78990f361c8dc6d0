use crate::diagnostic::Diagnostic;
use crate::environment::names_a_secret;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a declared environment variable says whether it is a secret where its name ends in a word such as
    /// `KEY`, `TOKEN` or `PASSWORD`, or the source reads it into a `SecretStr`. `secret = false` is an answer too.
    ///
    /// ## Why is this bad?
    /// Clients keep a secret in the system's keychain and show stars in its place. What is not marked goes into settings
    /// files and onto screens as it is.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [[tool.mcp-backend.env]]
    /// name = "WEATHER_API_KEY"
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    /// key = os.environ.get("WEATHER_API_KEY")
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [[tool.mcp-backend.env]]
    /// name = "WEATHER_API_KEY"
    /// secret = true
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    /// key = os.environ.get("WEATHER_API_KEY")
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ENV004 "secret-not-marked" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    for declared in project.settings.env.iter().filter(|one| one.secret.is_none()) {
        let name = &declared.name.value;
        let read_as_one = || subject.environment().variable(name).is_some_and(|read| read.secret);
        if names_a_secret(name) || read_as_one() {
            let place = project.at(declared.name.span);
            let finding = RULE.at(place, format!("`{name}` looks like a secret and is not marked as one"));
            report.push(finding.help("add `secret = true`, or `secret = false` where anybody may see it"));
        }
    }
}
