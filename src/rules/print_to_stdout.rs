//! STD001.

use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, WiredCall, declare_rule};
use crate::server::Wire;
use crate::syntax::Value;

declare_rule! {
    /// ## What it does
    /// Checks that a server over stdio prints nothing to stdout: with `print`, `rich.print`, `click.echo`, `typer.echo` or
    /// `pprint`, in what a script runs when it starts and in what clients call.
    ///
    /// What runs under a condition before the server starts, or what nothing is seen to call, gets a warning; so does
    /// what runs before a server of `mcp` 2, which keeps stdout to itself while it serves.
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
    let mut calls = subject.wired_calls().filter_map(|wired| Some((printer(&wired)?, wired))).peekable();
    if calls.peek().is_some() && !Wire::is_redirected(subject.program) {
        report.extend(calls.map(|(printer, wired)| finding(&printer, &wired)));
    }
}

/// Something that prints.
struct Printer {
    name: &'static str,
    /// The keyword that says where to, and its value for stderr.
    remedy: (&'static str, &'static str),
}

/// What the call prints with, when that goes to stdout.
fn printer(wired: &WiredCall<'_>) -> Option<Printer> {
    let call = wired.call;
    let (name, keyword, remedy) = match call.path.as_str() {
        "builtins.print" => ("print", "file", ("file", "sys.stderr")),
        _ if wired.is_builtin("print") => ("print", "file", ("file", "sys.stderr")),
        "rich.print" => ("rich.print", "file", ("file", "sys.stderr")),
        "pprint.pprint" | "pprint.pp" => ("pprint", "stream", ("stream", "sys.stderr")),
        "click.echo" | "click.secho" => ("click.echo", "file", ("err", "True")),
        "typer.echo" | "typer.secho" => ("typer.echo", "file", ("err", "True")),
        _ => return None,
    };
    let to_stdout = match call.keyword(keyword).map(|argument| &argument.value) {
        None => {
            !call.hides_keywords()
                && (name == "print" || name == "rich.print" || call.positional().nth(1).is_none())
        }
        Some(value) => matches!(value, Value::None) || *value == Value::Name("sys.stdout".to_owned()),
    };
    let to_stderr = call.keyword("err").is_some_and(|argument| argument.value != Value::Bool(false));
    (to_stdout && !to_stderr).then_some(Printer { name, remedy })
}

fn finding(printer: &Printer, wired: &WiredCall<'_>) -> Diagnostic {
    let (keyword, value) = printer.remedy;
    let message = format!("`{}` writes to stdout, over which the server speaks JSON-RPC", printer.name);
    let finding = wired.finding(&RULE.card, message);
    let finding = finding.help(format!("write `{keyword}={value}`, or use `logging`"));
    let WiredCall { facts, call, path, .. } = wired;
    let needed = if value == "True" { Some(None) } else { facts.import_of("sys", call.body) };
    let (Some(import), None) = (needed, call.keyword(keyword)) else { return finding };
    match call.room_for(&format!("{keyword}={value}"), facts.source().text()) {
        Some((span, text)) => {
            let finding = finding.edit(path, span, text);
            import.into_iter().fold(finding, |finding, (span, text)| finding.edit(path, span, text))
        }
        None => finding,
    }
}
