use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule, offered};
use crate::server::{Code, Primitive};

declare_rule! {
    /// ## What it does
    /// Finds tools without a description: the function has no docstring, and none is given beside it. All of them are one
    /// finding, at the first.
    ///
    /// ## Why is this bad?
    /// The description is what a model chooses a tool by. Without one it has the name alone to go by.
    ///
    /// Remedy: by hand, since only the author knows what the tool does.
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
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    TOO004 "no-description" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let bare = subject.tools().iter().filter(|tool| is_bare(tool));
    let found = bare.filter_map(|tool| {
        let message = format!("the tool `{}` has no description", tool.text("name")?);
        Some((offered::place(tool.source.as_ref()?), message))
    });
    let finding = offered::first_of(&RULE.card, found.collect());
    report
        .extend(finding.map(|finding| finding.help("say in its docstring what it does, and when to use it")));
}

fn is_bare(tool: &Primitive) -> bool {
    let told = tool.text("description").is_some_and(|text| !text.trim().is_empty());
    match &tool.code {
        _ if told || !tool.is_certain("description") => false,
        Code::Function(signature) => !signature.is_described,
        Code::Literal => true,
        Code::Unknown => false,
    }
}
