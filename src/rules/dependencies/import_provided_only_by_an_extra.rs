use std::collections::BTreeSet;

use crate::dependencies::{ImportProvider, OptionalSet};
use crate::diagnostic::{Diagnostic, Level};
use crate::program::Runs;
use crate::registry_files::Launch;
use crate::rule::{Subject, declare_rule};
use crate::spec::name;

declare_rule! {
    /// ## What it does
    /// Checks that what a script imports whenever it starts is not declared in an extra or a dependency group alone.
    /// Of several scripts that do different things one may be meant for who installs the extra: then it is a warning, and
    /// so it is where the readme never installs the project without the extra.
    ///
    /// ## Why is this bad?
    /// Who installs or runs the server gets its `dependencies` and nothing else. The server ends with
    /// `ModuleNotFoundError`, while everything works where the extra or the group is installed.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project.optional-dependencies]
    /// web = ["requests>=2.31"]
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// import requests
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return requests.get(f"https://example.org/{city}").text
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.optional-dependencies]
    /// web = ["requests>=2.31"]
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// @mcp.tool()
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     import requests
    ///
    ///     return requests.get(f"https://example.org/{city}").text
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    DEP003 "import-provided-only-by-an-extra" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let starts = subject.project.scripts().filter_map(|(_, entry)| entry.reference.as_ref().ok());
    let starts: BTreeSet<_> = starts.map(|reference| (&reference.module, &reference.attributes)).collect();
    for found in subject.provided_imports().iter().filter(|found| found.runs == Runs::AtStart) {
        let ImportProvider::OnlyInExtra { requirement, place } = &found.attribution.provider else {
            continue;
        };
        let (whose, never) = match place {
            OptionalSet::Extra(extra) => {
                (format!("the extra `{extra}`"), starts.len() == 1 && !is_always_asked_for(subject, extra))
            }
            OptionalSet::Group(group) => (format!("the dependency group `{group}`"), true),
        };
        let level = if never && found.attribution.certain { Level::Error } else { Level::Warning };
        let message =
            format!("`{}` is imported when the server starts, but only {whose} requires it", found.module);
        let help =
            format!("add `\"{requirement}\"` to `dependencies`, or import it in the function that needs it");
        report.push(RULE.at(found.location.clone(), message).help(help).level(level));
    }
}

/// Whether the readme installs and starts the project with the extra alone: `uvx --from "weather[web]" weather`.
fn is_always_asked_for(subject: &Subject<'_>, extra: &str) -> bool {
    let own = subject.project.name.as_ref().map(|own| name::normalize(&own.value));
    let launches = subject.registry_files.launches().iter().filter(|line| line.site.is_told_to_users());
    let mut asked = launches.filter_map(|line| {
        let word = match &line.launch {
            Launch::Tool { from, command, .. } => from.as_ref().unwrap_or(command),
            Launch::Install(word) => word,
            _ => return None,
        };
        let (named, _) = word.distribution()?;
        (Some(name::normalize(named)) == own).then(|| {
            let extras = word.text.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
            let mut extras = extras.into_iter().flat_map(|(extras, _)| extras.split(','));
            extras.any(|one| name::normalize(one.trim()) == name::normalize(extra))
        })
    });
    asked.next().is_some_and(|first| first) && asked.all(|one| one)
}
