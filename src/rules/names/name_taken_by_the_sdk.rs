use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::sdk;
use crate::spec::name;

declare_rule! {
    /// ## What it does
    /// Looks for projects that are called like an MCP SDK: `mcp`, `fastmcp`.
    ///
    /// ## Why is this bad?
    /// On the public index the name is taken. In an environment that has the SDK too, one of the two would
    /// overwrite the other; and a server that wants the SDK would want itself.
    ///
    /// Remedy: by hand, since only the author knows what the project is to be called.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "mcp-types"
    ///
    /// [project.scripts]
    /// mcp-types = "weather.server:main"
    ///
    /// [tool.mcp-backend]
    /// module-name = "weather"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    ///
    /// [project.scripts]
    /// weather = "weather.server:main"
    /// ```
    NAM005 "name-taken-by-the-sdk" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(name) = &subject.project.name else { return };
    if sdk::is_distribution(&name::normalize(&name.value)) {
        let place = subject.project.at(name.span);
        let finding = RULE.at(place, format!("`{}` is the name of an SDK", name.value));
        report.push(finding.help("call the project after what the server does, such as `weather-mcp`"));
    }
}
