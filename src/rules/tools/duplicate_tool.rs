use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule, offered};
use crate::server::{Code, Double, Primitive};

declare_rule! {
    /// ## What it does
    /// Finds two tools of one name on one server.
    ///
    /// Both must be there whenever the server starts. A server that was told what to do about it, by `on_duplicate="replace"`
    /// or the like, may do so. Where several scripts or commands start it, so that each tool may be that of another process,
    /// it is a warning.
    ///
    /// ## Why is this bad?
    /// Clients get but one of them: `mcp` keeps the first and `fastmcp` the last, and both only log a warning.
    ///
    /// Remedy: by hand, since only the author knows what the tools are to be called.
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
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    ///
    ///
    /// @mcp.tool(name="forecast")
    /// def forecast_for_week(city: str) -> str:
    ///     """Tell the weather of the next seven days in a city."""
    ///     return f"A week of rain in {city}."
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
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    ///
    ///
    /// @mcp.tool()
    /// def forecast_for_week(city: str) -> str:
    ///     """Tell the weather of the next seven days in a city."""
    ///     return f"A week of rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO002 "duplicate-tool" Error(Protocol) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for tool in subject.tools() {
        report.extend(tool.doubles.iter().filter_map(|double| finding(tool, double)));
    }
}

fn finding(tool: &Primitive, double: &Double) -> Option<Diagnostic> {
    let (name, kept) = (tool.text("name")?, tool.source.as_ref()?);
    let message = format!("two tools are called `{name}`");
    let kept_as = if tool.code == Code::Literal { "this is the other" } else { "clients get this one" };
    let finding = RULE.at(offered::place(&double.source), message);
    let finding = finding.related(offered::place(kept), kept_as).help("give one of them another name");
    Some(finding.warning_unless(double.certain))
}
