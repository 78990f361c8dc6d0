use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Location};
use crate::registry_files::{Launch, LaunchLine, Word};
use crate::rule::{Subject, declare_rule};
use crate::syntax::{Guard, Import, Module};
use crate::text::{RelPath, Span};

declare_rule! {
    /// ## What it does
    /// Checks that a file which the readme, settings of a client, a bundle's `manifest.json` or an image start by its path does
    /// not import relatively: `python src/weather/server.py`, `mcp run src/weather/server.py`.
    ///
    /// ## Why is this bad?
    /// A file that is run by its path belongs to no package, and its `from .tools import forecast` fails with
    /// "attempted relative import with no known parent package".
    ///
    /// ## Example
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// python src/weather/server.py
    /// ~~~
    /// ```
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// from .tools import forecast
    ///
    /// mcp = MCPServer("weather")
    /// mcp.add_tool(forecast)
    ///
    ///
    /// def main() -> None:
    ///     """Serve on stdio."""
    ///     mcp.run()
    /// ```
    /// `src/weather/tools.py`:
    /// ```python
    /// def forecast(city: str) -> str:
    ///     """Tell tomorrow's weather in a city."""
    ///     return f"Rain in {city}."
    /// ```
    ///
    /// Use instead:
    /// `README.md`:
    /// ```markdown
    /// ~~~sh
    /// python -m weather.server
    /// ~~~
    /// ```
    ENT010 "script-by-path-with-relative-import" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut told = BTreeSet::new();
    for LaunchLine { source, launch, .. } in subject.registry_files.launches() {
        let Launch::File { folder, path: word } = launch else { continue };
        let Some(file) = file(subject, folder.as_ref(), word) else { continue };
        let Some((name, import)) = relative(subject, &file).filter(|_| told.insert(file.clone())) else {
            continue;
        };
        let place = Location::span(source.path(), Span::new(word.range.start, word.range.end));
        let message = format!("`{file}` cannot be run by its path, as it imports relatively");
        let finding = RULE.at(place, message).related((&file, import.span), "the import");
        report.push(finding.help(remedy(subject, name)));
    }
}

/// The command that works.
fn remedy(subject: &Subject<'_>, module: &str) -> String {
    let own = subject.project.name.as_ref().map_or("", |name| &name.value);
    match subject.project.scripts().find(|(_, entry)| entry.name.value == own) {
        Some(_) => format!("write `uvx {own}`, or `python -m {module}`"),
        None => format!("write `python -m {module}`"),
    }
}

/// The file of the project that is meant; `/path/to/weather/src/weather/server.py` is that below `src`.
fn file(subject: &Subject<'_>, folder: Option<&Word>, word: &Word) -> Option<RelPath> {
    let joined = match folder {
        Some(folder) => format!("{}/{}", folder.text.trim_end_matches(['/', '\\']), word.text),
        None => word.text.clone(),
    };
    let joined = joined.replace('\\', "/");
    let below = joined.rfind("/src/").map(|at| &joined[at + 1..]);
    let paths =
        [Some(joined.as_str()), below].into_iter().flatten().filter_map(|path| RelPath::parse(path).ok());
    paths.into_iter().find(|path| subject.tree.file(path).is_some())
}

/// The module at `path` and the first import of it that needs its package.
fn relative<'s>(subject: &Subject<'s>, path: &RelPath) -> Option<(&'s str, &'s Import)> {
    let mut modules = subject.program.iter();
    let (name, module): (&str, &Module) = modules.find(|(_, module)| module.source().path() == path)?;
    let excused = [Guard::Function, Guard::TypeChecking, Guard::Handled, Guard::Fallback, Guard::Condition];
    let fails = |import: &&Import| {
        import.module.value.level > 0
            && !excused.iter().any(|guard| import.under(*guard))
            && import.guards.always()
    };
    Some((name, module.imports().iter().find(fails)?))
}
