use crate::diagnostic::Diagnostic;
use crate::program::{Reachability, Unread};
use crate::rule::{Subject, declare_rule};
use crate::syntax::{Module, Undecodable};

declare_rule! {
    /// ## What it does
    /// Checks that every module of the wheel is Python: that it parses, in the encoding that it declares.
    ///
    /// A module that no script comes to import gets a warning; so does every one where there are no scripts.
    ///
    /// ## Why is this bad?
    /// The import ends with a `SyntaxError`, and so does the server.
    ///
    /// Remedy: by hand, since only the author knows what was to be written.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None
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
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    FIL018 "not-python" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for (name, facts) in subject.program.iter().chain(subject.program.rest()) {
        report.extend(unparsed(subject, name, facts));
    }
    for (name, why) in subject.program.unread() {
        // a table that some program made may be as large as it likes, and Python knows more encodings than are read here
        let (Unread::Undecodable(Undecodable::Malformed { at }), Some(path)) =
            (why, subject.program.path(name))
        else {
            continue;
        };
        let message = format!("`{path}` is not Python: byte {at} is not of its encoding");
        let finding = RULE.at(path, message);
        report.push(at_level(subject, name, finding.help("save it as UTF-8")));
    }
}

fn unparsed(subject: &Subject<'_>, name: &str, facts: &Module) -> Option<Diagnostic> {
    let fault = facts.faults().first()?;
    let path = facts.source().path();
    let more = match facts.faults().len() - 1 {
        0 => String::new(),
        more => format!(" ({more} more in this file)"),
    };
    let message = fault.message.trim_end_matches('.');
    let (first, rest) = message.split_at(message.chars().next().map_or(0, char::len_utf8));
    let message = format!("not Python: {}{rest}{more}", first.to_lowercase());
    let finding = RULE.at((path, fault.span), message);
    let imported = subject.program.reach(name) >= Reachability::Called;
    Some(at_level(
        subject,
        name,
        finding.help(if imported {
            "mend it".to_owned()
        } else {
            format!("mend it, or add `{path}` to `wheel-exclude`")
        }),
    ))
}

fn at_level(subject: &Subject<'_>, module: &str, finding: Diagnostic) -> Diagnostic {
    let imported = subject.program.reach(module) >= Reachability::Called;
    finding.warning_unless(imported)
}
