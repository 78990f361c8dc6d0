use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule, is_builtin};
use crate::server::Arrival;
use crate::syntax::{Call, Module};

declare_rule! {
    /// ## What it does
    /// Checks that a server over stdio does not read stdin: with `input`, `sys.stdin.read` or a debugger.
    /// A command that starts no server may, and so may code on its way to the end of the program.
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
    for wired in subject.wired_calls(|facts, call| remedy(facts, call).is_some()) {
        let Some(help) = remedy(wired.facts, wired.call) else { continue };
        let written = wired.facts.source().slice(wired.call.name);
        let message = format!("`{written}` reads stdin, over which the server is spoken to");
        report.push(wired.finding(&RULE.card, message, Arrival::AtOnce).help(help));
    }
}

fn remedy(facts: &Module, call: &Call) -> Option<&'static str> {
    match call.path.as_str() {
        "input" if is_builtin(facts, call, "input") => {
            Some("take it from an environment variable, an argument or a tool's parameter")
        }
        "sys.stdin.read" | "sys.stdin.readline" | "sys.stdin.readlines" | "sys.stdin.buffer.read" => {
            Some("take it from an environment variable, an argument or a tool's parameter")
        }
        "breakpoint" if is_builtin(facts, call, "breakpoint") => Some("remove it"),
        "pdb.set_trace" | "ipdb.set_trace" => Some("remove it"),
        _ => None,
    }
}
