use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that an environment variable without which the server does not start is declared with `required = true`.
    /// One that is declared with a `default` is passed over: whoever starts the server sets that.
    ///
    /// ## Why is this bad?
    /// Clients ask their users for what is required and let them leave out the rest. Those who believe the declaration get
    /// a server that does not start.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [[tool.mcp-backend.env]]
    /// name = "WEATHER_REGION"
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer(os.environ["WEATHER_REGION"])
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
    /// required = true
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer(os.environ["WEATHER_REGION"])
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ENV003 "required-differs" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    for declared in project.settings.env.iter().filter(|one| !one.is_required() && one.default.is_none()) {
        let name = &declared.name;
        let read = subject.environment().variable(&name.value).filter(|read| read.required);
        let Some(place) = read.and_then(|read| read.places.first()) else { continue };
        let span = declared.required.as_ref().map_or(name.span, |required| required.span);
        let message =
            format!("`{}` is declared as optional, and the server does not start without it", name.value);
        let finding = RULE.at(project.at(span), message);
        let finding = finding.related(place.clone(), "the start ends here when it is missing");
        report.push(finding.help("write `required = true`"));
    }
}
