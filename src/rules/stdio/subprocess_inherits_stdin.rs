use crate::diagnostic::{Diagnostic, Level};
use crate::program::Reachability;
use crate::rule::{Subject, WiredCall, declare_rule};
use crate::server::Arrival;
use crate::syntax::{Call, StaticValue};

declare_rule! {
    /// ## What it does
    /// Checks that what a server over stdio starts does not take over its stdin or its stdout.
    ///
    /// From `mcp` 2.0 on the SDK keeps both to itself while it serves.
    ///
    /// ## Why is this bad?
    /// The child reads the JSON-RPC messages that are meant for the server, or waits for input that never comes: the tool
    /// hangs until the client gives up. What it prints lands among the server's answers.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// import subprocess
    ///
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("weather")
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return subprocess.run(["weather", city], capture_output=True, text=True).stdout
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=1.9,<2"]
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// import subprocess
    ///
    /// from mcp.server.fastmcp import FastMCP
    ///
    /// mcp = FastMCP("weather")
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     command = ["weather", city]
    ///     return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=1.9,<2"]
    /// ```
    STD004 "subprocess-inherits-stdin" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    if !subject.server.stdio.is_open_to_children() {
        return;
    }
    for wired in subject.wired_calls(|_, call| inherits(call)) {
        let reach = subject.program.reach_under(wired.module, wired.call.body, &wired.call.guards);
        if reach >= Reachability::Called {
            report.push(finding(&wired));
        }
    }
}

/// What starts a child process.
const STARTERS: [&str; 8] = [
    "asyncio.create_subprocess_exec",
    "asyncio.create_subprocess_shell",
    "os.system",
    "subprocess.Popen",
    "subprocess.call",
    "subprocess.check_call",
    "subprocess.check_output",
    "subprocess.run",
];

/// Whether the call starts a child that takes over stdin.
fn inherits(call: &Call) -> bool {
    let starts = STARTERS.contains(&call.path.as_str());
    let inherited = match call.keyword("stdin").map(|argument| &argument.value) {
        None | Some(StaticValue::None) => true,
        Some(value) => *value == StaticValue::Name("sys.stdin".to_owned()),
    };
    starts && inherited && call.keyword("input").is_none() && !call.hides_keywords()
}

/// Whether what the child prints lands on the server's stdout.
fn prints(wired: &WiredCall<'_>) -> bool {
    let call = wired.call;
    let given = ["stdout", "capture_output"].iter().any(|name| call.keyword(name).is_some());
    !given && call.path != "subprocess.check_output"
}

fn finding(wired: &WiredCall<'_>) -> Diagnostic {
    let WiredCall { facts, call, path, .. } = wired;
    let written = facts.source().slice(call.name);
    let taken = if prints(wired) { "stdin and the stdout" } else { "stdin" };
    let message = format!("`{written}` lets the child take over the {taken} of the server");
    if call.path == "os.system" {
        let finding = wired.finding(&RULE.card, message, Arrival::Later).level(Level::Warning);
        return finding.help("use `subprocess.run` with `stdin=subprocess.DEVNULL` and `stdout=`");
    }
    let null = written.rsplit_once('.').map(|(module, _)| {
        let below = if call.path.starts_with("asyncio.") { "subprocess.DEVNULL" } else { "DEVNULL" };
        format!("{module}.{below}")
    });
    let value = null.as_deref().unwrap_or("subprocess.DEVNULL");
    let more = if prints(wired) { ", and `stdout=` where the child may print" } else { "" };
    let finding = wired.finding(&RULE.card, message, Arrival::Later).level(Level::Warning);
    let finding = finding.help(format!("write `stdin={value}`{more}"));
    let room = null.filter(|_| call.keyword("stdin").is_none());
    match room.and_then(|null| call.room_for(&format!("stdin={null}"), facts.source().text())) {
        Some((span, text)) => finding.edit(path, span, text),
        None => finding,
    }
}
