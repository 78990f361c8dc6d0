use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, WiredCall, declare_rule, is_builtin};
use crate::server::{Arrival, StdioServing};
use crate::syntax::{Call, Module, StaticValue};

declare_rule! {
    /// ## What it does
    /// Checks that a server over stdio prints nothing to stdout: with `print`, `rich.print`, `click.echo`, `typer.echo` or
    /// `pprint`, in what a script runs when it starts and in what clients call.
    ///
    /// Only what comes to a server counts: not the output of other commands and scripts, nor what is printed on the way
    /// to the end of the program, by another transport, on a terminal or when the server has ended.
    ///
    /// Python keeps what is printed to a pipe in a buffer of 8 KB. It reaches the client at once where it is flushed
    /// (`flush=True`, `click.echo`, `rich.print`) or where `PYTHONUNBUFFERED` is set, as images of containers do; else
    /// when the buffer is full, amid an answer, which is lost. So what a tool prints is an error with `mcp` 1 and
    /// `fastmcp` 2 and 3, and before the server starts what is flushed is. What is not flushed there, what runs under a
    /// condition, or what nothing is seen to call gets a warning. `mcp` 2 and `fastmcp` 4 keep stdout to themselves while
    /// they serve, so that nothing that a tool prints arrives.
    ///
    /// ## Why is this bad?
    /// The stdout of such a server is the channel of its JSON-RPC messages. A client reads a line that is none, and breaks
    /// off or drops the answer next to it.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     print("the server starts")
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
    ///     print("the server starts", file=sys.stderr)
    ///     mcp.run()
    /// ```
    STD001 "print-to-stdout" Error(Protocol) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let calls = subject.wired_calls(|facts, call| printer(facts, call).is_some());
    if !calls.is_empty() && !StdioServing::is_redirected(subject.program) {
        report.extend(
            calls.iter().filter_map(|wired| Some(finding(&printer(wired.facts, wired.call)?, wired))),
        );
    }
}

/// Something that prints.
struct Printer {
    name: &'static str,
    /// The keyword that says where to, and its value for stderr.
    remedy: (&'static str, &'static str),
    /// Whether it flushes what it prints.
    flushes: bool,
}

/// What the call prints with, when that goes to stdout.
fn printer(facts: &Module, call: &Call) -> Option<Printer> {
    let print = ("print", "file", ("file", "sys.stderr"), false);
    let (name, keyword, remedy, flushes) = match call.path.as_str() {
        "builtins.print" => print,
        "print" if is_builtin(facts, call, "print") => print,
        "rich.print" => ("rich.print", "file", ("file", "sys.stderr"), true),
        "pprint.pprint" | "pprint.pp" => ("pprint", "stream", ("stream", "sys.stderr"), false),
        "click.echo" | "click.secho" => ("click.echo", "file", ("err", "True"), true),
        "typer.echo" | "typer.secho" => ("typer.echo", "file", ("err", "True"), true),
        _ => return None,
    };
    let to_stdout = match call.keyword(keyword).map(|argument| &argument.value) {
        None => {
            !call.hides_keywords()
                && (name == "print" || name == "rich.print" || call.positional().nth(1).is_none())
        }
        Some(value) => {
            matches!(value, StaticValue::None) || *value == StaticValue::Name("sys.stdout".to_owned())
        }
    };
    let to_stderr = call.keyword("err").is_some_and(|argument| argument.value != StaticValue::Bool(false));
    let flushes =
        flushes || call.keyword("flush").is_some_and(|flush| flush.value == StaticValue::Bool(true));
    (to_stdout && !to_stderr).then_some(Printer { name, remedy, flushes })
}

fn finding(printer: &Printer, wired: &WiredCall<'_>) -> Diagnostic {
    let (keyword, value) = printer.remedy;
    let message = format!("`{}` writes to stdout, over which the server speaks JSON-RPC", printer.name);
    let arrival = if printer.flushes { Arrival::AtOnce } else { Arrival::Buffered };
    let help = format!("write `{keyword}={value}`, or use `logging`");
    let finding = wired.finding(&RULE.card, message, arrival).help(help);
    let WiredCall { facts, call, path, .. } = wired;
    let needed = if value == "True" { Some(Vec::new()) } else { facts.import_of("sys", call.body) };
    let (Some(import), None) = (needed, call.keyword(keyword)) else { return finding };
    match call.room_for(&format!("{keyword}={value}"), facts.source().text()) {
        Some(remedy) => finding.edits(path, [remedy]).edits(path, import),
        None => finding,
    }
}
