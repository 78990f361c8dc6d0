//! STD005.

use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, WiredCall, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that a server over stdio does not read stdin: with `input`, `sys.stdin.read` or a debugger.
    ///
    /// ## Why is this bad?
    /// The stdin of such a server is the channel of its JSON-RPC messages. Who reads it takes a message away from the
    /// server, or waits for ever.
    ///
    /// Remedy: by hand, since only the author knows where the value is to come from.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     city = input("Which city? ")
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     city = os.environ.get("WEATHER_CITY", "Paris")
    ///     mcp.run()
    /// ```
    STD005 "reads-stdin" Error(Protocol) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for wired in subject.wired_calls() {
        let Some(help) = remedy(&wired) else { continue };
        let written = wired.facts.source().slice(wired.call.name);
        let message = format!("`{written}` reads stdin, over which the server is spoken to");
        report.push(wired.finding(&RULE.card, message).help(help));
    }
}

fn remedy(wired: &WiredCall<'_>) -> Option<&'static str> {
    match wired.call.path.as_str() {
        _ if wired.is_builtin("input") => {
            Some("take it from an environment variable, an argument or a tool's parameter")
        }
        "sys.stdin.read" | "sys.stdin.readline" | "sys.stdin.readlines" | "sys.stdin.buffer.read" => {
            Some("take it from an environment variable, an argument or a tool's parameter")
        }
        _ if wired.is_builtin("breakpoint") => Some("remove it"),
        "pdb.set_trace" | "ipdb.set_trace" => Some("remove it"),
        _ => None,
    }
}
