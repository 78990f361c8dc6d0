use crate::diagnostic::{Diagnostic, Level};
use crate::rule::{Subject, WiredCall, declare_rule};
use crate::server::{Arrival, StdioServing};
use crate::syntax::{Argument, StaticValue};

declare_rule! {
    /// ## What it does
    /// Checks that a server over stdio does not log to stdout: with a `StreamHandler(sys.stdout)`,
    /// `basicConfig(stream=sys.stdout)`, loguru's `add(sys.stdout)`, rich's `RichHandler()` and `Console()`, or structlog as
    /// it is set up by default.
    ///
    /// `StreamHandler()`, `basicConfig()` and loguru log to stderr by themselves.
    ///
    /// ## Why is this bad?
    /// The stdout of such a server is the channel of its JSON-RPC messages. A client reads a line that is none, and breaks
    /// off or drops the answer next to it.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// import logging
    /// import sys
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     logging.basicConfig(stream=sys.stdout)
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// import logging
    /// import sys
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     logging.basicConfig(stream=sys.stderr)
    ///     mcp.run()
    /// ```
    STD003 "logging-to-stdout" Error(Protocol) Author
}

/// What may log to stdout.
const LOGGERS: [&str; 8] = [
    "logging.StreamHandler",
    "logging.basicConfig",
    "loguru.logger.add",
    "rich.console.Console",
    "rich.logging.RichHandler",
    "structlog.configure",
    "structlog.getLogger",
    "structlog.get_logger",
];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let factory = subject.program.iter().any(|(_, facts)| {
        facts.calls().iter().any(|call| call.path == "structlog.configure" && gives_factory(call))
    });
    let calls = subject.wired_calls(|_, call| LOGGERS.contains(&call.path.as_str()));
    let mut found: Vec<Diagnostic> = calls.iter().filter_map(|wired| finding(wired, factory)).collect();
    if !found.is_empty() && !StdioServing::is_redirected(subject.program) {
        report.append(&mut found);
    }
}

fn gives_factory(call: &crate::syntax::Call) -> bool {
    call.hides_keywords() || call.keyword("logger_factory").is_some()
}

fn finding(wired: &WiredCall<'_>, structlog_is_set_up: bool) -> Option<Diagnostic> {
    let call = wired.call;
    let stream = |keyword: &str| {
        call.keyword(keyword).or_else(|| call.positional().next()).filter(|one| is_stdout(one))
    };
    match call.path.as_str() {
        "logging.StreamHandler" => Some(to_stream(wired, stream("stream")?)),
        "logging.basicConfig" => Some(to_stream(wired, call.keyword("stream").filter(|one| is_stdout(one))?)),
        "loguru.logger.add" => Some(to_stream(wired, stream("sink")?)),
        "rich.logging.RichHandler" if !call.is_open() && call.keyword("console").is_none() => {
            let help = "write `RichHandler(console=Console(stderr=True))`";
            Some(told(wired, "`RichHandler()` logs to stdout").help(help))
        }
        "rich.console.Console" if !call.is_open() => console(wired),
        "structlog.configure" if !gives_factory(call) => Some(
            told(wired, "structlog logs to stdout when it is given no `logger_factory`")
                .help("write `logger_factory=structlog.PrintLoggerFactory(sys.stderr)`"),
        ),
        "structlog.get_logger" | "structlog.getLogger" if !structlog_is_set_up && call.body == 0 => Some(
            told(wired, "structlog logs to stdout as long as it is not configured")
                .level(Level::Warning)
                .help("call `structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))`"),
        ),
        _ => None,
    }
}

fn is_stdout(argument: &Argument) -> bool {
    matches!(&argument.value, StaticValue::Name(name) if name == "sys.stdout" || name == "sys.__stdout__")
}

fn told(wired: &WiredCall<'_>, what: &str) -> Diagnostic {
    wired.finding(&RULE.card, format!("{what}, over which the server speaks JSON-RPC"), Arrival::Later)
}

fn to_stream(wired: &WiredCall<'_>, stream: &Argument) -> Diagnostic {
    let source = wired.facts.source();
    let (name, written) = (source.slice(wired.call.name), source.slice(stream.span));
    let finding = told(wired, &format!("`{name}` logs to stdout"));
    // `stdout` alone came by `from sys import stdout`, which says nothing of stderr
    match written.strip_suffix("sys.stdout") {
        Some(before) => {
            finding.help("write `sys.stderr`").edit(wired.path, stream.span, format!("{before}sys.stderr"))
        }
        None => finding.help("log to `sys.stderr`"),
    }
}

/// A console may be made for what never prints on the wire.
fn console(wired: &WiredCall<'_>) -> Option<Diagnostic> {
    let call = wired.call;
    let elsewhere = ["file", "stderr", "quiet", "record"].iter().any(|name| call.keyword(name).is_some());
    let finding = told(wired, "`Console()` prints to stdout")
        .level(Level::Warning)
        .help("write `Console(stderr=True)`");
    (!elsewhere).then(|| match call.room_for("stderr=True", wired.facts.source().text()) {
        Some((span, text)) => finding.edit(wired.path, span, text),
        None => finding,
    })
}
