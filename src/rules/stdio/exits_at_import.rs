use crate::diagnostic::Diagnostic;
use crate::program::Reachability;
use crate::rule::{Subject, declare_rule};
use crate::syntax::{Argument, BindingKind, Call, LookupKind, Module, Precondition, StaticValue};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that importing the server does not end the program when an environment variable is missing.
    ///
    /// ## Why is this bad?
    /// Directories and clients start a server without any configuration to list its tools. One that gives up while it is
    /// imported has none to show.
    ///
    /// Remedy: by hand, since the check moves into the tools that need the value.
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// # weather
    ///
    /// Set `WEATHER_KEY` to your key.
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import os
    ///
    /// from mcp.server import MCPServer
    ///
    /// KEY = os.environ.get("WEATHER_KEY")
    /// if not KEY:
    ///     raise ValueError("WEATHER_KEY is not set")
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
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
    /// def key() -> str:
    ///     if "WEATHER_KEY" not in os.environ:
    ///         raise ValueError("WEATHER_KEY is not set")
    ///     return os.environ["WEATHER_KEY"]
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    STD006 "exits-at-import" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for (name, facts) in subject.program.iter() {
        let reached = subject.program.reach(name) >= Reachability::Called && !name.ends_with("__main__");
        let Some(path) = subject.program.path(name).filter(|_| reached) else { continue };
        let at_import = |demand: &&Precondition| demand.body == 0 && demand.guards.always();
        for demand in facts.demands().iter().filter(at_import) {
            if demand.wanted.iter().any(|wanted| is_of_the_environment(facts, *wanted)) {
                let finding = RULE.at((path, end(facts, demand)), "the server ends while it is imported");
                report.push(finding.help("look for the environment variable when a tool needs it"));
            }
        }
    }
}

/// The call that ends the program.
fn end(facts: &Module, demand: &Precondition) -> Span {
    let inside = |span: Span| demand.end.start <= span.start && span.end <= demand.end.end;
    let calls = facts.calls().iter().filter(|call| inside(call.span));
    calls.map(|call| call.span).next().unwrap_or(demand.end)
}

/// Whether the expression gives what the environment holds, or nothing: `os.getenv("X")`, `"X" in os.environ`, or a name
/// for that.
fn is_of_the_environment(facts: &Module, wanted: Span) -> bool {
    let inside = |span: Span| wanted.start <= span.start && span.end <= wanted.end;
    let asked = facts.lookups().iter().any(|one| one.kind == LookupKind::Membership && inside(one.span));
    asked
        || facts.calls().iter().any(|call| call.span == wanted && reads(call))
        || facts.lookup(0, facts.source().slice(wanted)).is_some_and(|(_, bindings)| {
            let [binding] = bindings else { return false };
            matches!(binding.kind, BindingKind::Call(_)) && {
                let behind = |call: &&Call| call.body == 0 && call.span.start > binding.span.end;
                facts.calls().iter().filter(behind).min_by_key(|call| call.span.start).is_some_and(reads)
            }
        })
}

/// Whether the call asks the environment for a variable, and gives nothing without it.
fn reads(call: &Call) -> bool {
    let nothing = |default: &Argument| match &default.value {
        StaticValue::None => true,
        StaticValue::Text(text) => text.is_empty(),
        _ => false,
    };
    matches!(call.path.as_str(), "os.getenv" | "os.environ.get")
        && call.positional().nth(1).or_else(|| call.keyword("default")).is_none_or(nothing)
}
