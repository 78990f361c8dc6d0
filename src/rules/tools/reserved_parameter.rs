use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule, offered};
use crate::syntax::ParameterKind;

declare_rule! {
    /// ## What it does
    /// Finds parameters of tools that begin with `_` on a server of `mcp`; `fastmcp` takes them.
    ///
    /// ## Why is this bad?
    /// `mcp` raises `InvalidSignature` when the tool is registered, and the server does not start. It does so even for a
    /// context, and for a parameter with a default.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: str, _days: int = 1) -> str:
    ///     """Tell the weather of the next days in a city."""
    ///     return f"{_days} days of rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: str, days: int = 1) -> str:
    ///     """Tell the weather of the next days in a city."""
    ///     return f"{days} days of rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO008 "reserved-parameter" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for tool in subject.tools() {
        let (Some(name), Some(signature)) = (tool.text("name"), tool.signature()) else { continue };
        if signature.dialect.is_fastmcp() {
            continue;
        }
        for parameter in signature.parameters.iter().filter(|one| one.name.starts_with('_')) {
            // which are at fault by themselves
            if matches!(parameter.kind, ParameterKind::Rest | ParameterKind::RestByName) {
                continue;
            }
            let place = offered::within(&signature.path, parameter.span);
            let message = format!(
                "`{}` of the tool `{name}` begins with `_`, which mcp refuses when the server starts",
                parameter.name
            );
            let plain = parameter.name.trim_start_matches('_');
            let help = if plain.is_empty() {
                "give it a name".to_owned()
            } else {
                format!("rename `{}` to `{plain}`", parameter.name)
            };
            report.push(offered::of(&RULE.card, tool, place, message).help(help));
        }
    }
}
