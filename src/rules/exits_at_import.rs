//! STD006.

use crate::diagnostic::{Diagnostic, Location};
use crate::program::Reach;
use crate::rule::{Subject, declare_rule};
use crate::syntax::{BindingKind, Call, Guard, Module, Usage};

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
        let reached = subject.program.reach(name) >= Reach::Called && !name.ends_with("__main__");
        let Some(path) = subject.program.path(name).filter(|_| reached && reads_environment(facts)) else {
            continue;
        };
        for call in facts.calls().iter().filter(|call| ends(call)) {
            let place = Location::span(path, call.span);
            let finding = RULE.card.at(place, "the server ends while it is imported");
            report.push(finding.help("look for the environment variable when a tool needs it"));
        }
    }
}

/// Whether the module keeps what it finds in the environment under a name.
fn reads_environment(facts: &Module) -> bool {
    let reads = |path: &str| matches!(path, "os.getenv" | "os.environ.get");
    let mut bindings = facts.scope().iter().flat_map(|(_, bindings)| bindings);
    bindings.any(|binding| matches!(&binding.kind, BindingKind::Call(path) if reads(path)))
}

fn ends(call: &Call) -> bool {
    let leaves = call.usage == Usage::Raised
        || matches!(call.path.as_str(), "sys.exit" | "exit" | "quit" | "os._exit");
    call.body == 0 && leaves && call.guards.all() == [Guard::Condition]
}
