use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, WiredCall, declare_rule};
use crate::server::{Arrival, StdioServing};
use crate::syntax::{Call, Module, StaticValue};

declare_rule! {
    /// ## What it does
    /// Checks that a server over stdio does not write to stdout by itself: with `sys.stdout.write`,
    /// `sys.stdout.buffer.write`, `os.write(1, ...)` or a bar of `tqdm`. A module that reads stdin too is left alone: it is
    /// a transport.
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
    let calls = subject.wired_calls(|facts, call| arrival(facts, call).is_some() && !is_transport(facts));
    if !calls.is_empty() && !StdioServing::is_redirected(subject.program) {
        report.extend(calls.iter().filter_map(finding));
    }
}

fn finding(wired: &WiredCall<'_>) -> Option<Diagnostic> {
    let written = wired.facts.source().slice(wired.call.name);
    let message = format!("`{written}` writes to stdout, over which the server speaks JSON-RPC");
    let finding = wired.finding(&RULE.card, message, arrival(wired.facts, wired.call)?);
    Some(finding.help("write to `sys.stderr`, or use `logging`"))
}

/// When what the call writes to stdout arrives there; none where it writes elsewhere.
fn arrival(facts: &Module, call: &Call) -> Option<Arrival> {
    match call.path.as_str() {
        "sys.stdout.write" | "sys.stdout.writelines" => Some(Arrival::Buffered),
        // the SDK's own answers flush that buffer
        "sys.stdout.buffer.write" | "sys.stdout.buffer.writelines" => Some(Arrival::Later),
        "os.write" => {
            let to = call.positional().next()?;
            let is_stdout = facts.source().slice(to.span) == "1"
                || to.value == StaticValue::Call("sys.stdout.fileno".to_owned());
            is_stdout.then_some(Arrival::AtOnce)
        }
        path if path.starts_with("tqdm.") => draws(path, call).then_some(Arrival::AtOnce),
        _ => None,
    }
}

/// Whether a call of `tqdm` writes to stdout: a bar when it is told to, a message unless it is told otherwise.
fn draws(path: &str, call: &Call) -> bool {
    let to = call.keyword("file").map(|argument| &argument.value);
    let to_stdout = to.is_some_and(|to| *to == StaticValue::Name("sys.stdout".to_owned()));
    match path.rsplit('.').next() {
        Some("tqdm" | "trange") => to_stdout,
        Some("write") => to_stdout || to.is_none() && call.positional().nth(1).is_none() && !call.is_open(),
        _ => false,
    }
}

/// Whether the module reads stdin as well.
fn is_transport(facts: &Module) -> bool {
    facts.uses().iter().any(|one| one.path == "sys.stdin" || one.path.starts_with("sys.stdin."))
}
