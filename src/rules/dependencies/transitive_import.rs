use crate::dependencies::{self, Brought, ImportProvider};
use crate::diagnostic::{Diagnostic, Level};
use crate::program::Runs;
use crate::rule::{Subject, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that what the program imports is declared by the project itself, rather than by one of its requirements
    /// only. It is an error where an SDK, `mcp` or `fastmcp`, has brought the distribution in some releases, and the
    /// newest that the requirements admit does not. What a fresh install of the SDK does bring is told on request: where
    /// `strict` or this rule's code or name asks.
    ///
    /// ## Why is this bad?
    /// What comes along with a requirement goes with the next release of it. `mcp` 2 has dropped `httpx` and
    /// `python-dotenv`, and every server that took them from there ends at its first import.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// import httpx
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return httpx.get(f"https://example.org/{city}").text
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["httpx>=0.27", "mcp>=2.3,<3"]
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// import httpx
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return httpx.get(f"https://example.org/{city}").text
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    DEP002 "transitive-import" Warning(Start) Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let sdks = dependencies::read(subject.project);
    let mut beside = Vec::new();
    for found in subject.provided_imports() {
        let ImportProvider::Transitive { by, carrier, formerly } = &found.attribution.provider else {
            continue;
        };
        let top = found.module.split('.').next().unwrap_or(&found.module);
        let brought = sdks.brings(top);
        let dropped = *formerly && brought == Brought::NoMore;
        let breaks = dropped && found.runs == Runs::AtStart;
        let why = if dropped {
            format!("`{carrier}` does not bring it any more")
        } else {
            format!("comes along with `{carrier}` only")
        };
        let message = format!("`{}` is imported, but {why}", found.module);
        let finding = RULE.at(found.location.clone(), message);
        match brought {
            _ if breaks => report.push(finding.level(Level::Error).help(adding(&[by]))),
            Brought::Fresh => report.push(finding.on_request().help(adding(&[by]))),
            _ => beside.push((finding, by)),
        }
    }
    report.extend(together(beside));
}

/// One finding of all that works as long as the carriers do not change.
fn together(found: Vec<(Diagnostic, &String)>) -> Option<Diagnostic> {
    let mut found = found.into_iter();
    let (mut first, by) = found.next()?;
    let mut missing = vec![by];
    for (other, by) in found {
        first = first.related(other.primary, other.message);
        if !missing.contains(&by) {
            missing.push(by);
        }
    }
    Some(first.help(adding(&missing)))
}

fn adding(missing: &[&String]) -> String {
    let each: Vec<String> = missing.iter().map(|by| format!("`\"{by}\"`")).collect();
    format!("add {} to `dependencies`", each.join(" and "))
}
