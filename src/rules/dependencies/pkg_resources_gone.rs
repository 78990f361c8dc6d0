use crate::dependencies::{Declarations, holds_all_known};
use crate::diagnostic::{Diagnostic, Location};
use crate::program::Runs;
use crate::rule::{Subject, declare_rule};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::spec::version::Version;
use crate::text::literal::quoted;

declare_rule! {
    /// ## What it does
    /// Finds a server that imports `pkg_resources` when it starts, and requires a `setuptools` that may be 82 or later. It
    /// is a warning where something else that is required may ask for an older one.
    ///
    /// ## Why is this bad?
    /// `setuptools` 82 holds no `pkg_resources` any more. Installers take the newest release that is admitted, and the
    /// server ends with `ModuleNotFoundError`.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// dependencies = ["mcp>=2.3,<3", "setuptools>=60"]
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// import pkg_resources
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// @mcp.tool()
    /// def release() -> str:
    ///     """Tell which release this is."""
    ///     return pkg_resources.get_distribution("weather").version
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from importlib.metadata import version
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// @mcp.tool()
    /// def release() -> str:
    ///     """Tell which release this is."""
    ///     return version("weather")
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    DEP020 "pkg-resources-gone" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some(declarations) = Declarations::of(project) else { return };
    let imports = subject.program.foreign_imports();
    let top = |module: &str| module.split('.').next() == Some("pkg_resources");
    let Some(found) = imports.iter().find(|found| top(found.module) && found.runs == Runs::AtStart) else {
        return;
    };
    let required =
        project.dependencies.iter().filter_map(|each| Some((each.value.as_ref().ok()?, each.span)));
    let mut setuptools = required.filter(|(each, _)| name::normalize(&each.name) == "setuptools");
    let Some((wanted, span)) = setuptools.next().filter(|(wanted, _)| admits_82(wanted)) else { return };
    if setuptools.next().is_some() || subject.may_hold(found.module) {
        return;
    }
    let place = project.at(span);
    let message =
        format!("`{}` admits setuptools 82, which has no `pkg_resources` any more", wanted.text.trim());
    let separator = if wanted.specifiers.is_some() { "," } else { "" };
    let capped = format!("{}{separator}<82", wanted.text.trim());
    let finding = RULE.at(place, message).related(Location::span(found.path, found.span), "the import");
    let finding =
        finding.help(format!("write `{capped}`, or use `importlib.metadata` and `importlib.resources`"));
    let finding = finding.edit(project.path(), span, quoted(&capped));
    report.push(finding.warning_unless(holds_all_known(&declarations)));
}

/// Whether an installer may take a release that lacks it.
fn admits_82(wanted: &Requirement) -> bool {
    let newer = [[82, 0, 0], [83, 0, 0], [84, 2, 1], [1000, 0, 0]].map(Version::new);
    let admits = |version: &Version| wanted.specifiers.as_ref().is_none_or(|range| range.contains(version));
    wanted.marker.is_none() && wanted.url.is_none() && wanted.arbitrary.is_empty() && newer.iter().any(admits)
}
