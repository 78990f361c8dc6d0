//! STD002.

use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, WiredCall, declare_rule};
use crate::server::Wire;
use crate::syntax::Value;

declare_rule! {
    /// ## What it does
    /// Checks that a server over stdio does not write to stdout by itself: with `sys.stdout.write`,
    /// `sys.stdout.buffer.write` or `os.write(1, ...)`. A module that reads stdin too is left alone: it is a transport.
    ///
    /// ## Why is this bad?
    /// The stdout of such a server is the channel of its JSON-RPC messages. A client reads a line that is none, and breaks
    /// off or drops the answer next to it.
    ///
    /// Remedy: by hand, since only the author knows whether it is a message, a log or a left-over.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// import sys
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     sys.stdout.write("the server starts\n")
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// import sys
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     sys.stderr.write("the server starts\n")
    ///     mcp.run()
    /// ```
    STD002 "stdout-write" Error(Protocol) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut calls = subject.wired_calls().filter(|wired| writes(wired) && !is_transport(wired)).peekable();
    if calls.peek().is_some() && !Wire::is_redirected(subject.program) {
        report.extend(calls.map(|wired| {
            let written = wired.facts.source().slice(wired.call.name);
            let message = format!("`{written}` writes to stdout, over which the server speaks JSON-RPC");
            wired.finding(&RULE.card, message).help("write to `sys.stderr`, or use `logging`")
        }));
    }
}

fn writes(wired: &WiredCall<'_>) -> bool {
    let first = || wired.call.positional().next();
    match wired.call.path.as_str() {
        "sys.stdout.write"
        | "sys.stdout.writelines"
        | "sys.stdout.buffer.write"
        | "sys.stdout.buffer.writelines" => true,
        "os.write" => first().is_some_and(|to| {
            wired.facts.source().slice(to.span) == "1"
                || to.value == Value::Call("sys.stdout.fileno".to_owned())
        }),
        _ => false,
    }
}

/// Whether the module reads stdin as well.
fn is_transport(wired: &WiredCall<'_>) -> bool {
    wired.facts.uses().iter().any(|one| one.path == "sys.stdin" || one.path.starts_with("sys.stdin."))
}
