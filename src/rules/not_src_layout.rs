//! FIL001.

use crate::diagnostic::{Diagnostic, Location};
use crate::layout::{LayoutFault, SRC};
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that the modules lie in `src/`, and that `src` is no package itself.
    ///
    /// ## Why is this bad?
    /// A package beside `src` is imported from the checkout whether or not it is installed, so tests pass for a
    /// wheel that lacks half of it. Where `src` itself is the package, every import is written `src.x`, and no
    /// wheel has a module of that name that could be called the project's.
    ///
    /// ## Example
    /// Without `src/weather/__init__.py`.
    ///
    /// Without `src/weather/server.py`.
    ///
    /// `weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    ///
    /// `weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    FIL001 "not-src-layout" Error Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for fault in &subject.layout.faults {
        let (message, help) = match fault {
            LayoutFault::Flat { module, found } => flat(&module.value, found),
            LayoutFault::SrcIsPackage { module } => src_is_package(&module.value),
            _ => continue,
        };
        let place = Location::span(subject.project.path(), fault.span(subject.project));
        report.push(RULE.card.at(place, message).help(help));
    }
}

fn flat(module: &str, found: &RelPath) -> (String, String) {
    let message = format!("`{found}` lies at the project's root, not in `src`");
    let stem = found.as_str().strip_suffix(".py");
    let target = format!("src/{}", module.replace('.', "/"));
    let above = target.rsplit_once('/').map_or(SRC, |(above, _)| above);
    let help = if stem.unwrap_or(found.as_str()) == module.replace('.', "/") {
        format!("move it: `mkdir -p {above} && git mv {found} {above}/`")
    } else if stem.is_some() {
        format!(
            "make a package of it: `mkdir -p {target} && touch {target}/__init__.py && git mv {} {target}/`",
            found.in_shell()
        )
    } else {
        format!(
            "move it with `mkdir -p src && git mv {0} src/`, and name it: `module-name = \"{found}\"` under `[tool.mcp-backend]`",
            found.in_shell()
        )
    };
    (message, help)
}

fn src_is_package(module: &str) -> (String, String) {
    let target = format!("src/{}", module.replace('.', "/"));
    (
        "`src` is the package itself".to_owned(),
        format!(
            "move its files down: `mkdir -p {target} && git mv src/*.py {target}/`, its folders likewise; \
             then write `{module}` for `src` in every import"
        ),
    )
}
