use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::layout::ModuleFile;
use crate::rule::{Subject, declare_rule};
use crate::spec::identifier::{is_identifier, is_keyword};
use crate::syntax::{Guard, Import};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Looks for Python files in a package whose path no import statement can write: with a hyphen, a keyword, or a
    /// digit in front. It is an error where a module of the server imports the file by a name that it does not
    /// have.
    ///
    /// ## Why is this bad?
    /// `import weather.my-tool` is a subtraction. The file ships and cannot be used, but through `importlib` with
    /// its odd name.
    ///
    /// ## Example
    /// `src/weather/rain-gauge.py`:
    /// ```python
    /// MILLIMETRES = 3
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// from weather.rain_gauge import MILLIMETRES
    ///
    /// mcp = MCPServer(f"weather {MILLIMETRES}")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/rain_gauge.py`:
    /// ```python
    /// MILLIMETRES = 3
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// from weather.rain_gauge import MILLIMETRES
    ///
    /// mcp = MCPServer(f"weather {MILLIMETRES}")
    ///
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    FIL006 "unimportable-path" Warning(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut seen = BTreeSet::new();
    for shipped in subject.layout.wheel.iter().filter(|shipped| shipped.installed.ends_with(".py")) {
        let Some(wrong) = wrong(subject, &shipped.installed) else { continue };
        if !seen.insert(wrong) {
            continue;
        }
        let file = shipped.file.path.as_str();
        let path = RelPath::new(&file[..file.len() - (shipped.installed.len() - wrong.len())]);
        let name = path.name();
        let finding = RULE.at(&path, format!("no import statement can write `{name}`"));
        let meant = importable(name);
        let renamed = path.parent().join(&meant);
        let finding =
            finding.help(format!("rename it: `{} {} {}`", subject.mv(), path.in_shell(), renamed.in_shell()));
        let module =
            wrong.strip_suffix(name).unwrap_or_default().replace('/', ".") + meant.trim_end_matches(".py");
        match importer(subject, &module) {
            Some(place) => report
                .push(finding.level(Level::Error).related(place, format!("imported here as `{module}`"))),
            None if is_numbered(name) => {}
            None => report.push(finding),
        }
    }
}

/// The part of an installed path down to the first folder or file that no import can name, in regular packages only:
/// a folder without `__init__.py` may hold templates, or scripts that are run by their path.
fn wrong<'a>(subject: &Subject<'_>, installed: &'a str) -> Option<&'a str> {
    let files = &subject.layout.modules;
    let mut end = 0;
    for part in installed.split('/') {
        let above = &installed[..end];
        end += part.len() + 1;
        let stem = part.strip_suffix(".py").unwrap_or(part);
        if is_identifier(stem) && !is_keyword(stem) {
            continue;
        }
        let folder = above.trim_end_matches('/').replace('/', ".");
        let regular = folder.is_empty() || files.get(&folder).is_some_and(|module| module.package);
        let path = installed.get(..end - 1)?;
        let is_package = |module: &ModuleFile| module.package;
        let package =
            path.len() == installed.len() || files.get(&path.replace('/', ".")).is_some_and(is_package);
        let template = part.contains(['{', '}', '$', '%', '[', ']']);
        // where a folder is written by a template, all in it is a template
        return (regular && package && !template && !part.starts_with('.')).then_some(path);
    }
    None
}

/// The name that an import could write.
fn importable(name: &str) -> String {
    let (stem, suffix) = name.strip_suffix(".py").map_or((name, ""), |stem| (stem, ".py"));
    let mut meant: String =
        stem.chars().map(|c| if c == '_' || unicode_ident::is_xid_continue(c) { c } else { '_' }).collect();
    if !is_identifier(&meant) {
        meant.insert(0, '_');
    }
    if is_keyword(&meant) {
        meant.push('_');
    }
    meant + suffix
}

/// Whether files of such names stand in an order that a program follows, as migrations do: `0001_initial.py`.
fn is_numbered(name: &str) -> bool {
    let digits = name.chars().take_while(char::is_ascii_digit).count();
    digits > 0 && name[digits..].starts_with(['_', '.'])
}

/// Where a module of the server imports `module` for sure.
fn importer(subject: &Subject<'_>, module: &str) -> Option<Location> {
    if subject.layout.modules.importable(module) {
        return None;
    }
    for (name, facts) in subject.program.iter() {
        let certain = |import: &&Import| import.guards.all().iter().all(|guard| *guard == Guard::Function);
        for import in facts.imports().iter().filter(certain) {
            let Some(from) = subject.program.absolute(name, &import.module.value) else { continue };
            if from == module || from.strip_prefix(module).is_some_and(|rest| rest.starts_with('.')) {
                return Some(Location::span(facts.source().path(), import.span));
            }
        }
    }
    None
}
