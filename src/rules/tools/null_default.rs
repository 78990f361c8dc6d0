use serde_json::Value;

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule, offered};
use crate::server::{Primitive, Typing};

declare_rule! {
    /// ## What it does
    /// Finds parameters of tools whose default is `None` and whose type does not admit it; those without a type are
    /// [TOO005](TOO005.md)'s. All of them are one finding, at
    /// the first.
    ///
    /// ## Why is this bad?
    /// The SDK publishes a string, or whatever the type says, that is null by default. Models and clients fill in what a
    /// schema gives as the default, and the server refuses such a call: its type takes no null. A client that checks schemas
    /// refuses the tool.
    ///
    /// Remedy: by hand, since only the author knows whether the function takes `None` well.
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
    /// def forecast(city: str, day: str = None) -> str:
    ///     """Tell the weather of a day in a city."""
    ///     return f"Rain in {city}."
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
    /// def forecast(city: str, day: str | None = None) -> str:
    ///     """Tell the weather of a day in a city."""
    ///     return f"Rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO021 "null-default" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let found = subject.tools().iter().flat_map(of_tool).collect();
    let finding = offered::first_of(&RULE.card, found);
    report.extend(
        finding.map(|finding| finding.help("add `| None` to its type, or give it a default of the type")),
    );
}

fn of_tool(tool: &Primitive) -> Vec<(Location, String)> {
    let name = tool.text("name").unwrap_or_default();
    let input = tool.listed.get("inputSchema").filter(|_| tool.is_certain("inputSchema"));
    let parameters = input.and_then(|input| input.get("properties")?.as_object()).into_iter().flatten();
    let is_typed = |name: &str| {
        let all = tool.signature().map_or(&[][..], |signature| &signature.parameters);
        all.iter().all(|parameter| parameter.name != name || parameter.typing != Typing::Absent)
    };
    let refused = parameters.filter(|(name, schema)| refuses_its_null(schema) && is_typed(name));
    let told = refused.filter_map(|(parameter, schema)| {
        let kind = schema["type"].as_str()?;
        let message = format!(
            "`{parameter}` of the tool `{name}` is null by default, and its type `{kind}` admits no null"
        );
        Some((offered::of_parameter(tool, parameter)?, message))
    });
    told.collect()
}

/// Whether the default is null, and the one type that the schema names is another.
fn refuses_its_null(schema: &Value) -> bool {
    schema.get("default").is_some_and(Value::is_null)
        && schema.get("type").and_then(Value::as_str).is_some_and(|kind| kind != "null")
}
