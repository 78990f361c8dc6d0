use crate::dependencies::{Declarations, ImportProvider, holds_all_known, nobody_holds};
use crate::diagnostic::{Diagnostic, Level, Location};
use crate::knowledge::imports;
use crate::program::Runs;
use crate::rule::{ProvidedImport, Subject, declare_rule};
use crate::spec::name;
use crate::text::closest;

declare_rule! {
    /// ## What it does
    /// Checks that every module which the program imports from outside is in the standard library or brought by a
    /// requirement. It is an error where the import runs whenever a script starts and nothing that comes along with
    /// the requirements can hold the module, else a warning.
    ///
    /// A module that no table knows is a warning, where all is known that the requirements bring: it may be a slip.
    ///
    /// A module of the project's own is named in full or by dots: `import tools` finds `tools.py` beside it only where the
    /// file is run by its path.
    ///
    /// Silent are imports whose failure is caught, those under a condition, and modules that no table of published
    /// distributions knows. The setting [`imports`](../configuration.md) tells which distribution a module is from.
    ///
    /// ## Why is this bad?
    /// In the checkout the module is there, as something else has installed it. For everyone else the server ends with
    /// `ModuleNotFoundError` before it says a word.
    ///
    /// ## Example
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
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "requests>=2.31"]
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
    DEP001 "undeclared-import" Error(Start) Author
}

/// What an environment often holds without being asked to.
pub(in crate::rules) const INSTALLERS: [&str; 3] = ["pip", "setuptools", "wheel"];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(declarations) = Declarations::of(subject.project) else { return };
    for found in subject.provided_imports().iter().filter(|found| !subject.may_hold(&found.module)) {
        let suggestion = match &found.attribution.provider {
            ImportProvider::Undeclared { suggestion } => suggestion,
            ImportProvider::Unknown if found.runs == Runs::AtStart && subject.is_read() => {
                report.extend(unknown(found, &declarations));
                continue;
            }
            _ => continue,
        };
        let surely = found.attribution.certain && !INSTALLERS.contains(&suggestion.as_str());
        let level = if surely && found.runs == Runs::AtStart { Level::Error } else { Level::Warning };
        report.push(finding(found, suggestion, surely).level(level));
    }
    for found in subject.program.misnamed_imports() {
        if !subject.may_hold(found.module) && nobody_holds(found.module, &declarations) {
            let message = format!(
                "`{}` is imported, but no requirement brings it, and the module beside is installed as `{}`",
                found.module, found.installed
            );
            let place = Location::span(found.path, found.span);
            report.push(RULE.at(place, message).help(format!("import `{}`", found.installed)));
        }
    }
}

/// A finding of a module that no table knows, where surely nothing holds it that users get.
fn unknown(found: &ProvidedImport, declarations: &Declarations) -> Option<Diagnostic> {
    let top = found.module.split('.').next().unwrap_or_default();
    // that is a matter of `imports-src`
    let is_layout = top == "src";
    if is_layout || !nobody_holds(&found.module, declarations) || !holds_all_known(declarations) {
        return None;
    }
    let message = format!("`{}` is imported, and nothing that the project requires holds it", found.module);
    let names = declarations.required.iter().map(|wanted| name::normalize(&wanted.name));
    let held: Vec<&str> = names.filter_map(|name| imports::modules_of(&name)).flatten().collect();
    let finding = RULE.at(found.location.clone(), message).level(Level::Warning);
    Some(match closest(top, held.iter().copied()) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding.help("add what holds it to `dependencies`, or correct the name"),
    })
}

fn finding(found: &ProvidedImport, distribution: &str, surely: bool) -> Diagnostic {
    let why = if surely { "no requirement brings it" } else { "it is not declared" };
    let elsewhere = match found.others {
        0 => String::new(),
        1 => " here and in another place".to_owned(),
        others => format!(" here and in {others} other places"),
    };
    let message = format!("`{}` is imported{elsewhere}, but {why}", found.module);
    // later ones hold no `pkg_resources`
    let bound = if distribution == "setuptools" { "<82" } else { "" };
    RULE.at(found.location.clone(), message)
        .help(format!("add `\"{distribution}{bound}\"` to `dependencies`"))
}
