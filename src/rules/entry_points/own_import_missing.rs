use crate::dependencies::{Declarations, holds_all_known, nobody_holds};
use crate::diagnostic::Diagnostic;
use crate::layout::SRC;
use crate::program::{Reachability, Resolution, Runs};
use crate::rule::{ProvidedImport, Subject, declare_rule};
use crate::syntax::{Guard, Import, Imported, ImportedName};
use crate::text::{RelPath, closest};

use super::script_module_missing::{extends_path, is_missing_in_its_package};

declare_rule! {
    /// ## What it does
    /// Checks that what a module imports from the project's own packages is there: the module in the wheel, and the name
    /// in the module. A module that lies in the project and is not installed, such as `utils.py` beside a package, is found
    /// too, unless a requirement may have one of its name.
    ///
    /// Only imports that run whenever a script starts are looked at, and only where nothing can answer them otherwise: a
    /// `try` around them, a `__getattr__`, a `__path__` that leads elsewhere, a program that makes modules by itself. Where
    /// another backend builds the project, a module that looks like the output of a generator, such as `_version` or
    /// `weather_pb2`, is a warning; this backend runs no generator, so the file has to be there before the build.
    ///
    /// ## Why is this bad?
    /// The server installs, and ends with `ImportError` when it is started.
    ///
    /// Remedy: by hand, since only the author knows what the missing file holds.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// from .tools import forecast
    ///
    /// mcp = MCPServer("weather")
    /// mcp.tool()(forecast)
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
    /// from .tools import forecast
    ///
    /// mcp = MCPServer("weather")
    /// mcp.tool()(forecast)
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    /// `src/weather/tools.py`:
    /// ```python
    /// def forecast(city: str) -> str:
    ///     """Tell the weather of tomorrow."""
    ///     return "sunny"
    /// ```
    ENT013 "own-import-missing" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    if !subject.layout.complete() || subject.program.makes_modules() {
        return;
    }
    let started =
        subject.program.iter().filter(|(name, _)| subject.program.reach(name) == Reachability::Start);
    report.extend(left_out(subject));
    for (importer, facts) in started {
        let Some(path) = subject.program.path(importer) else { continue };
        let plain = |import: &&Import| import.guards.all().iter().all(|guard| *guard == Guard::Reported);
        for import in facts.imports().iter().filter(plain) {
            if let Some(base) = subject.program.absolute(importer, &import.module.value) {
                report.extend(missing(subject, path, import, &base));
            }
        }
    }
}

/// What every start imports, lies in the project and is not installed with it: from a checkout it is found.
fn left_out(subject: &Subject<'_>) -> Vec<Diagnostic> {
    let Some(declarations) = Declarations::of(subject.project) else { return Vec::new() };
    let imports = subject.provided_imports().iter();
    let started = imports.filter(|found| found.runs == Runs::AtStart && !subject.may_hold(&found.module));
    let finding = |found: &ProvidedImport| {
        let lies = in_the_checkout(subject, found)?;
        if !nobody_holds(&found.module, &declarations) {
            return None;
        }
        let message = format!(
            "imports the module `{}`, which the wheel does not hold: `{lies}` is not installed",
            found.module
        );
        let help = match subject.layout.roots.iter().find(|root| root.package) {
            Some(root) => format!("move `{lies}` into the package `{}`, and import it from there", root.name),
            None => format!("have the wheel install `{lies}` too"),
        };
        let finding = RULE.at(found.location.clone(), message).help(help);
        Some(finding.warning_unless(holds_all_known(&declarations)))
    };
    started.filter_map(finding).collect()
}

/// Where the imported module lies, as it is found when the program runs from the checkout; `src` itself is another
/// finding.
fn in_the_checkout(subject: &Subject<'_>, found: &ProvidedImport) -> Option<RelPath> {
    let top = found.module.split('.').next().filter(|top| *top != SRC)?;
    let searched = [found.location.path.parent(), RelPath::root(), RelPath::new(SRC)];
    searched.into_iter().find_map(|folder| {
        let (file, package) = (folder.join(&format!("{top}.py")), folder.join(top));
        let holds = |package: &RelPath| {
            subject.tree.below(package).iter().any(|file| file.path.name().ends_with(".py"))
        };
        let is_there = subject.tree.file(&file).is_some();
        is_there.then_some(file).or_else(|| Some(package).filter(holds))
    })
}

/// What the import of the module `base`, or of names in it, does not find.
fn missing(subject: &Subject<'_>, path: &RelPath, import: &Import, base: &str) -> Vec<Diagnostic> {
    if is_missing_in_its_package(subject, base) {
        let finding = || module_missing(subject, path, import, base);
        return (!is_misspelt(subject, base)).then(finding).into_iter().collect();
    }
    match &import.names {
        Imported::Names(names) => {
            names.iter().filter_map(|name| name_missing(subject, path, name, base)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether its file is there under a name that no import can write, which is another finding.
fn is_misspelt(subject: &Subject<'_>, module: &str) -> bool {
    let file = format!("{}.py", module.replace('.', "/"));
    subject.layout.wheel.iter().any(|shipped| {
        shipped.installed != file && shipped.installed.replace(['-', ' '], "_").eq_ignore_ascii_case(&file)
    })
}

fn module_missing(subject: &Subject<'_>, path: &RelPath, import: &Import, module: &str) -> Diagnostic {
    let finding = RULE.at(
        (path, import.module.span),
        format!("imports the module `{module}`, which the wheel does not hold"),
    );
    let (package, last) = module.rsplit_once('.').unwrap_or(("", module));
    let names = subject.layout.modules.iter().filter_map(|module| module.name.rsplit_once('.'));
    let beside = names.filter(|(parent, _)| *parent == package).map(|(_, name)| name);
    let finding = match closest(last, beside) {
        Some(meant) => finding.help(format!("import `{package}.{meant}`, or add the file")),
        None if is_generated(module) => {
            finding.help("generate the file before the build, or remove the import")
        }
        None => finding.help("add the file, or remove the import"),
    };
    // another backend may run what makes it; ours runs nothing, so what is not there now is not in the wheel
    finding.warning_unless(subject.is_ours() || !is_generated(module))
}

/// Whether a module of this name may be made from something else before the build.
fn is_generated(module: &str) -> bool {
    let last = module.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let words = ["version", "build", "generated", "pb2", "meta", "about"];
    last.split('_').any(|word| words.contains(&word)) || module.contains("generated")
}

fn name_missing(
    subject: &Subject<'_>,
    path: &RelPath,
    name: &ImportedName,
    base: &str,
) -> Option<Diagnostic> {
    let wanted = name.name.value.as_str();
    let Resolution::Unbound { module, attribute, only_under } = subject.program.resolve(base, &[wanted])
    else {
        return None;
    };
    // what was imported there in its turn is told there; a package may find its modules elsewhere
    if module != base || extends_path(subject, base) || is_generated(base) {
        return None;
    }
    let why = match only_under {
        Some(_) => format!("which `{module}` defines only under an `if` that is false when it is imported"),
        None => format!("which `{module}` does not define"),
    };
    let finding = RULE.at((path, name.name.span), format!("imports `{attribute}`, {why}"));
    let meant = closest(&attribute, subject.program.names(module));
    Some(match meant.filter(|_| only_under.is_none()) {
        Some(meant) => finding.help(format!("import `{meant}`, or define `{attribute}`")),
        None => finding.help(format!("define `{attribute}` in `{module}`")),
    })
}
