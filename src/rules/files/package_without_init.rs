use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that a folder in a package from which the server imports modules has an `__init__.py`.
    ///
    /// ## Why is this bad?
    /// Python takes the folder for a namespace that other distributions may extend (PEP 420). The import works, but
    /// slower, and type checkers, `pkgutil` and tools that collect modules pass the folder over.
    ///
    /// ## Example
    /// `src/weather/units/metric.py`:
    /// ```python
    /// KELVIN = 273.15
    /// ```
    ///
    /// `src/weather/__init__.py`:
    /// ```python
    /// from weather.units.metric import KELVIN
    /// ```
    ///
    /// Use instead:
    /// `src/weather/units/__init__.py`:
    /// ```python
    /// ```
    ///
    /// `src/weather/units/metric.py`:
    /// ```python
    /// KELVIN = 273.15
    /// ```
    ///
    /// `src/weather/__init__.py`:
    /// ```python
    /// from weather.units.metric import KELVIN
    /// ```
    FIL007 "package-without-init" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let modules = &subject.layout.modules;
    let mut seen = BTreeSet::new();
    for module in modules.iter() {
        let Some((folder, _)) = module.name.rsplit_once('.') else { continue };
        let Some((above, _)) = folder.rsplit_once('.') else { continue };
        let regular = modules.get(above).is_some_and(|module| module.package);
        if modules.get(folder).is_some() || !regular || module.package || !seen.insert(folder) {
            continue;
        }
        let path = module.path.parent();
        if imported(subject, folder) && !has_stub(subject, &path) {
            let init = path.join("__init__.py");
            let message = format!("the server imports from `{folder}`, which has no `__init__.py`");
            report.push(
                RULE.card
                    .at(Location::whole(&path), message)
                    .help(format!("add it: `touch {}`", init.in_shell())),
            );
        }
    }
}

fn has_stub(subject: &Subject<'_>, folder: &RelPath) -> bool {
    subject.tree.file(&folder.join("__init__.pyi")).is_some()
}

/// Whether a module of the server that lies elsewhere imports something below `folder`.
fn imported(subject: &Subject<'_>, folder: &str) -> bool {
    let inside =
        |name: &str| name == folder || name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('.'));
    subject.program.iter().filter(|(name, _)| !inside(name)).any(|(name, facts)| {
        let from =
            facts.imports().iter().filter_map(|import| subject.program.absolute(name, &import.module.value));
        from.into_iter().any(|from| inside(&from))
    })
}
