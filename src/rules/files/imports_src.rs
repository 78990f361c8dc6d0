use crate::diagnostic::{Diagnostic, Level, Location};
use crate::layout::SRC;
use crate::program::Reachability;
use crate::rule::{Subject, declare_rule};
use crate::syntax::{Guard, Import};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that no module imports from `src`, and that `src` is no package itself. An import that does not run whenever
    /// a script starts is a warning.
    ///
    /// ## Why is this bad?
    /// `src` is where the modules lie in the checkout; it is not installed. `from src.weather import x` works from the
    /// project's folder and ends with `ModuleNotFoundError: No module named 'src'` for everyone else.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// from src.weather import __version__
    ///
    /// mcp = MCPServer("weather", version=__version__)
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// from weather import __version__
    ///
    /// mcp = MCPServer("weather", version=__version__)
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    FIL002 "imports-src" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    // who installs a module called `src` has NAM and FIL rules to answer to
    if subject.layout.modules.importable(SRC) {
        return;
    }
    let init = RelPath::new(SRC).join("__init__.py");
    if subject.layout.complete() && subject.tree.file(&init).is_some() {
        let finding = RULE.at(&init, "`src` is a package itself, though it is not installed");
        report.push(finding.level(Level::Warning).help(format!("remove `{init}`")));
    }
    for (name, module) in subject.program.iter() {
        let Some(path) = subject.program.path(name) else { continue };
        let starts =
            subject.program.entries().is_empty() || subject.program.reach(name) == Reachability::Start;
        for import in module.imports().iter().filter(|import| breaks(import)) {
            report.push(finding(subject, path, import, starts));
        }
    }
}

/// Whether the import looks for an installed `src`, with nothing to catch its failure.
fn breaks(import: &Import) -> bool {
    let path = &import.module.value;
    let certain = |guard: &Guard| *guard == Guard::Function;
    path.level == 0 && path.name.split('.').next() == Some(SRC) && import.guards.all().iter().all(certain)
}

fn finding(subject: &Subject<'_>, path: &RelPath, import: &Import, starts: bool) -> Diagnostic {
    let written = &import.module;
    let place = Location::span(path, written.span);
    let finding = RULE.at(place, format!("imports `{}`, which is not installed", written.value.name));
    let finding = finding.warning_unless(starts && !import.under(Guard::Function));
    match installed_name(subject, &written.value.name) {
        Some(name) => finding.help(format!("write `{name}`")).edit(path, written.span, name),
        None => finding.help("import the module by its installed name"),
    }
}

/// What the module is called once it is installed: `src.weather.data` is `weather.data`, and where `src` was the
/// package itself `src.data` is.
fn installed_name(subject: &Subject<'_>, module: &str) -> Option<String> {
    let rest = module.strip_prefix("src.")?;
    let below = subject.layout.roots.iter().map(|root| format!("{}.{rest}", root.name));
    let mut names = std::iter::once(rest.to_owned()).chain(below);
    names.find(|name| subject.layout.modules.importable(name))
}
