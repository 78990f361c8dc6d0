use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule, offered};
use crate::server::{Primitive, Typing};

declare_rule! {
    /// ## What it does
    /// Finds tools with types that no JSON schema is made of: a plain class of the project, a `Callable`, the SDK's `Image` as a
    /// parameter; and under `mcp` a plain class, or in release 1 an `Image`, beside other types of what a tool returns. All
    /// of them are one finding, at the first.
    ///
    /// Models of pydantic, dataclasses, enums, typed dicts and named tuples have a schema, and so has a class that tells
    /// pydantic how.
    ///
    /// ## Why is this bad?
    /// The SDK makes the schema when the tool is registered. It raises an error of pydantic there, and the server does not
    /// start.
    ///
    /// Remedy: by hand, since only the author knows which of its parts the tool needs.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// class Place:
    ///     def __init__(self, city: str) -> None:
    ///         self.city = city
    ///
    ///
    /// @mcp.tool()
    /// def forecast(place: Place) -> str:
    ///     """Tell tomorrow's weather at a place."""
    ///     return f"Rain in {place.city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from dataclasses import dataclass
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @dataclass
    /// class Place:
    ///     city: str
    ///
    ///
    /// @mcp.tool()
    /// def forecast(place: Place) -> str:
    ///     """Tell tomorrow's weather at a place."""
    ///     return f"Rain in {place.city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO006 "unschemable-type" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let found = subject.tools().iter().flat_map(unschemable).collect();
    let finding = offered::first_of(&RULE.card, found);
    let help = "use a model of pydantic, a dataclass, a `TypedDict`, or the types of JSON";
    report.extend(finding.map(|finding| finding.help(help)));
}

fn unschemable(tool: &Primitive) -> Vec<(Location, String)> {
    let (Some(name), Some(signature), Some(source)) = (tool.text("name"), tool.signature(), &tool.source)
    else {
        return Vec::new();
    };
    let parameters = signature.parameters.iter().filter_map(|parameter| match &parameter.typing {
        Typing::Unschemable(class) => {
            let message = format!(
                "`{}` of the tool `{name}` is of the type `{class}`, which has no JSON schema",
                parameter.name
            );
            Some((offered::within(&signature.path, parameter.span), message))
        }
        _ => None,
    });
    let returned = signature.returns.as_ref().map(|class| {
        let message = format!("the tool `{name}` may return `{class}`, which has no JSON schema");
        (offered::place(source), message)
    });
    parameters.chain(returned).collect()
}
