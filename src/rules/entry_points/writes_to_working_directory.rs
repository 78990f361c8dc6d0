use crate::diagnostic::{Diagnostic, Location};
use crate::program::Reachability;
use crate::rule::{Subject, declare_rule, is_builtin};
use crate::syntax::{BindingKind, Call, Guard, Module, StaticValue};

declare_rule! {
    /// ## What it does
    /// Finds files and folders that every start of a server makes at a relative path: logs, caches, databases. Only paths
    /// that are written out are looked at, and only where nobody catches an `OSError`.
    ///
    /// ## Why is this bad?
    /// A relative path begins at the working directory, which the client chooses. Claude Desktop on macOS starts servers
    /// in `/`, where nobody may write: the server ends before it answers. Elsewhere the file lands in some project of the
    /// user's.
    ///
    /// Remedy: by hand, since only the author knows where what is written belongs.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// import logging
    ///
    /// from mcp.server import MCPServer
    ///
    /// logging.basicConfig(filename="weather.log")
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
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// import logging
    /// from pathlib import Path
    ///
    /// from mcp.server import MCPServer
    ///
    /// logging.basicConfig(filename=Path.home() / ".weather.log")
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
    ENT015 "writes-to-working-directory" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let moves = |facts: &Module| facts.calls().iter().any(|call| call.path == "os.chdir");
    if subject.program.iter().any(|(_, facts)| moves(facts)) {
        return;
    }
    for (name, facts) in subject.program.iter() {
        let Some(path) = subject.program.path(name) else { continue };
        for call in facts.calls() {
            let starts = || is_started(subject, name, call);
            let Some(written) = written(facts, call).filter(|written| is_relative(written)) else { continue };
            if !call.guards.contain(Guard::FileHandled) && starts() {
                let message = format!("makes `{written}` in the working directory, which the client chooses");
                let finding = RULE.at(Location::span(path, call.span), message);
                report.push(finding.help("begin the path at a folder of the user's, as `Path.home()` gives"));
            }
        }
    }
}

/// Whether every start of a script that comes to a server makes the call.
fn is_started(subject: &Subject<'_>, module: &str, call: &Call) -> bool {
    let program = subject.program;
    let serves = |entry: usize| {
        let mut made = subject.server.objects.iter();
        made.any(|object| program.reach_from(entry, &object.module, 0) > Reachability::No)
    };
    let starts = |entry: usize| {
        program.reach_from_under(entry, module, call.body, &call.guards) == Reachability::Start
    };
    program.entries().any(|entry| starts(entry) && serves(entry))
}

/// The path of the file or folder that a call makes, where it is written out.
fn written<'a>(facts: &'a Module, call: &'a Call) -> Option<&'a str> {
    let first = || text(call, "filename", 0);
    match call.path.as_str() {
        "logging.basicConfig" => call.keyword("filename").and_then(|argument| as_text(&argument.value)),
        "logging.FileHandler"
        | "logging.handlers.RotatingFileHandler"
        | "logging.handlers.TimedRotatingFileHandler"
        | "logging.handlers.WatchedFileHandler" => first(),
        "os.makedirs" | "os.mkdir" => text(call, "name", 0).or_else(|| text(call, "path", 0)),
        "sqlite3.connect" => text(call, "database", 0).filter(|path| !path.starts_with([':', 'f'])),
        "loguru.logger.add" => text(call, "sink", 0),
        "open" if is_builtin(facts, call, "open") && is_to_write(call, 1) => text(call, "file", 0),
        path => {
            let (object, method) = path.rsplit_once('.')?;
            let makes = matches!(method, "mkdir" | "touch" | "write_text" | "write_bytes")
                || method == "open" && is_to_write(call, 0);
            let made = path_object(facts, call, object).filter(|made| makes && made.arguments.len() == 1)?;
            text(made, "", 0)
        }
    }
}

/// The call that makes the path whose method is called: `Path("a").mkdir()`, or `A.mkdir()` below `A = Path("a")`.
fn path_object<'a>(facts: &'a Module, call: &Call, object: &str) -> Option<&'a Call> {
    if object == "pathlib.Path()" {
        let begins = |one: &&Call| one.path == "pathlib.Path" && one.span.start == call.name.start;
        return facts.calls().iter().find(begins);
    }
    let (_, [binding]) = facts.lookup(call.body, object)? else { return None };
    if !matches!(&binding.kind, BindingKind::Call(path) if path == "pathlib.Path") {
        return None;
    }
    let between = |one: &Call| facts.source().text().get(binding.span.end as usize..one.span.start as usize);
    let assigned = |one: &&Call| between(one).is_some_and(|text| text.trim() == "=");
    facts.calls().iter().filter(|one| one.path == "pathlib.Path").find(assigned)
}

/// Whether the mode that a call opens a file in makes the file.
fn is_to_write(call: &Call, position: usize) -> bool {
    text(call, "mode", position).is_some_and(|mode| mode.starts_with(['w', 'a', 'x']))
}

/// The text that an argument is.
fn text<'a>(call: &'a Call, keyword: &str, position: usize) -> Option<&'a str> {
    let argument = call.keyword(keyword).or_else(|| call.positional().nth(position))?;
    as_text(&argument.value)
}

fn as_text(value: &StaticValue) -> Option<&str> {
    if let StaticValue::Text(text) = value { Some(text) } else { None }
}

/// Whether a path begins at the working directory.
fn is_relative(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':');
    !path.is_empty()
        && !path.starts_with(['/', '\\', '~', '{', '$'])
        && !drive
        && path != "."
        && !path.contains("://")
}
