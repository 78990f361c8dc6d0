use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule, offered};
use crate::server::{Primitive, Typing};

declare_rule! {
    /// ## What it does
    /// Finds parameters of tools without an annotation. All of them are one finding, at the first.
    ///
    /// ## Why is this bad?
    /// `mcp` publishes such a parameter as a string, whatever the code makes of it, and `fastmcp` as anything at all: a model
    /// has to guess. A context is only given to a parameter that is annotated as one: an untyped `ctx` is asked of the client.
    ///
    /// Remedy: by hand, since only the author knows what the tool takes.
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
    /// def forecast(city: str, days=1) -> str:
    ///     """Tell the weather of the next days in a city."""
    ///     return f"{days} days of rain in {city}."
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
    TOO005 "untyped-parameter" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let found = subject.tools().iter().flat_map(untyped).collect();
    let finding = offered::first_of(&RULE.card, found);
    report.extend(finding.map(|finding| finding.help("annotate it")));
}

fn untyped(tool: &Primitive) -> Vec<(Location, String)> {
    let (Some(name), Some(signature)) = (tool.text("name"), tool.signature()) else { return Vec::new() };
    let published =
        if signature.dialect.is_fastmcp() { "fastmcp publishes any type" } else { "mcp publishes a string" };
    let untyped = signature.parameters.iter().filter(|parameter| parameter.typing == Typing::Absent);
    let told = untyped.map(|parameter| {
        let message = format!("`{}` of the tool `{name}` has no type, so {published}", parameter.name);
        (offered::within(&signature.path, parameter.span), message)
    });
    told.collect()
}
