use crate::diagnostic::{Diagnostic, Level, Location};
use crate::knowledge::stdlib::{LAZY_ANNOTATIONS, is_stdlib_module};
use crate::program::{Unbound, UnboundName};
use crate::rule::{Subject, declare_rule};
use crate::syntax::Guard;
use crate::text::closest;

declare_rule! {
    /// ## What it does
    /// Finds names that code reads and nothing binds: not the module, no star import, no builtin of any Python. In code
    /// that every start runs it is an error, and so is a name there that is bound further below, under `if TYPE_CHECKING`
    /// alone, or under `if __name__ == "__main__"` alone, which no script runs. In a function that may be called, or under
    /// a condition, it is a warning.
    ///
    /// An annotation counts where an admitted Python evaluates it: before 3.14, without `from __future__ import
    /// annotations`.
    ///
    /// Silent are modules that write to their namespace (`globals()`, `exec`), names that other modules set, stars of
    /// modules outside the project, and code that catches a `NameError`.
    ///
    /// ## Why is this bad?
    /// Python looks a name up when it comes to it. The server installs, and ends with `NameError` when it is started or,
    /// of a function, the call that a client waits for does.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: Optional[str] = None) -> str:
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
    /// from typing import Optional
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// @mcp.tool()
    /// def forecast(city: Optional[str] = None) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ENT014 "undefined-name" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let eager = subject.project.python().is_none_or(|range| range.oldest() < LAZY_ANNOTATIONS);
    let found = subject.program.unbound_names(eager);
    for (at, one) in found.iter().enumerate() {
        // one remedy mends all places of a name, of which the first sure one is told
        let same = |other: &&UnboundName<'_>| (other.module, other.name) == (one.module, one.name);
        let first = found.iter().filter(same).min_by_key(|other| (!other.certain, other.span));
        if first == Some(&found[at]) {
            report.extend(finding(subject, one, found.iter().filter(same).count() - 1));
        }
    }
}

fn finding(subject: &Subject<'_>, one: &UnboundName<'_>, more: usize) -> Option<Diagnostic> {
    let path = subject.program.path(one.module)?;
    let more = if more == 0 { String::new() } else { format!(" ({more} more in this file)") };
    let name = one.name;
    let message = match one.why {
        Unbound::Nowhere => format!("`{name}` is not defined{more}"),
        Unbound::Under(Guard::Main) => {
            format!(
                "`{name}` is defined only under `if __name__ == \"__main__\"`, which no script runs{more}"
            )
        }
        Unbound::Under(_) => {
            format!(
                "`{name}` is imported only under `if TYPE_CHECKING`, which is false when the program runs{more}"
            )
        }
        Unbound::Later(_) => format!("`{name}` is used before it is defined{more}"),
        Unbound::Local => format!("`{name}` is a local name of this function, and has no value yet{more}"),
        Unbound::Handled => {
            format!("`{name}` is gone: Python deletes it at the end of its `except` clause{more}")
        }
    };
    let finding = RULE.at(Location::span(path, one.span), message).help(help(subject, one));
    let finding = match one.why {
        Unbound::Later(defined) => finding.related(Location::span(path, defined), "defined here"),
        _ => finding,
    };
    Some(if one.certain { finding } else { finding.level(Level::Warning) })
}

fn help(subject: &Subject<'_>, one: &UnboundName<'_>) -> String {
    let name = one.name;
    match one.why {
        Unbound::Nowhere => {
            if let Some(module) = home(name) {
                return format!("add the line `from {module} import {name}`");
            }
            if is_stdlib_module(name) {
                return format!("add the line `import {name}`");
            }
            match closest(name, subject.program.names(one.module)) {
                Some(meant) => format!("write `{meant}`, or import or define `{name}`"),
                None => "import or define it".to_owned(),
            }
        }
        Unbound::Under(Guard::Main) => "define it at the top of the module".to_owned(),
        Unbound::Under(_) => "import it outside of the `if`".to_owned(),
        Unbound::Later(_) => "define it further above".to_owned(),
        Unbound::Local => "give it a value first, or another name".to_owned(),
        Unbound::Handled => "keep what is needed of it under another name".to_owned(),
    }
}

/// Where what servers often forget to import comes from.
fn home(name: &str) -> Option<&'static str> {
    let homes: [(&str, &[&str]); 7] = [
        (
            "typing",
            &[
                "Annotated", "Any", "Callable", "Dict", "List", "Literal", "Optional", "Set", "Tuple",
                "Type", "TypedDict", "Union", "TYPE_CHECKING", "cast",
            ],
        ),
        ("collections.abc", &["AsyncIterator", "Awaitable", "Iterable", "Iterator", "Mapping", "Sequence"]),
        ("contextlib", &["asynccontextmanager", "contextmanager", "suppress"]),
        ("dataclasses", &["dataclass"]),
        ("datetime", &["timedelta", "timezone"]),
        ("pathlib", &["Path"]),
        ("pydantic", &["BaseModel", "Field"]),
    ];
    homes.iter().find(|(_, names)| names.contains(&name)).map(|(module, _)| *module)
}
