use serde_json::{Map, Value};

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule, offered};
use crate::server::{Primitive, Typing};

declare_rule! {
    /// ## What it does
    /// Finds parameters of tools without an annotation, and lists of which it does not say what they hold, as `list` alone.
    /// All of them are one finding, at the first.
    ///
    /// ## Why is this bad?
    /// `mcp` publishes such a parameter as a string, whatever the code makes of it, and `fastmcp` as anything at all: a model
    /// has to guess, as it has to for the items of a list. A context is only given to a parameter that is annotated as one: an untyped `ctx` is asked of the client.
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
    report.extend(finding.map(|finding| finding.help("annotate it, and say what a list holds: `list[str]`")));
}

fn untyped(tool: &Primitive) -> Vec<(Location, String)> {
    let (Some(name), Some(signature)) = (tool.text("name"), tool.signature()) else { return Vec::new() };
    let published =
        if signature.dialect.is_fastmcp() { "fastmcp publishes any type" } else { "mcp publishes a string" };
    let told = signature.parameters.iter().filter_map(|parameter| {
        let lacks = match parameter.typing {
            Typing::Absent => format!("has no type, so {published}"),
            _ if holds_anything(tool, &parameter.name) => {
                "is a list of anything: its `items` are empty".to_owned()
            }
            _ => return None,
        };
        let message = format!("`{}` of the tool `{name}` {lacks}", parameter.name);
        Some((offered::within(&signature.path, parameter.span), message))
    });
    told.collect()
}

/// Whether a parameter is a list, or may be one, whose schema says nothing of its items.
fn holds_anything(tool: &Primitive, parameter: &str) -> bool {
    let input = tool.listed.get("inputSchema").filter(|_| tool.is_certain("inputSchema"));
    let Some(schema) = input.map(|input| &input["properties"][parameter]) else { return false };
    let arms = schema["anyOf"].as_array().map_or(std::slice::from_ref(schema), Vec::as_slice);
    let is_empty = |items: &Value| items.as_object().is_some_and(Map::is_empty);
    arms.iter().any(|arm| arm["type"] == "array" && is_empty(&arm["items"]))
}
