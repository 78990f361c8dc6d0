//! The imports of the program that need another distribution.

use std::collections::{BTreeMap, BTreeSet};

use super::{Program, Reachability};
use crate::knowledge::stdlib;
use crate::syntax::{Guard, Import, Module};
use crate::text::{RelPath, Span};

/// What the program imports of one top-level module.
#[derive(Clone, Debug)]
pub struct ThirdPartyImport<'a> {
    /// The module as the import writes it.
    pub module: &'a str,
    /// The file of the first import, of those that run when a script starts if there are any.
    pub path: &'a RelPath,
    /// Where it names the module.
    pub span: Span,
    /// How many further imports there are.
    pub others: usize,
    /// When the import runs.
    pub runs: Runs,
}

/// When an import runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runs {
    /// Whenever a script starts.
    AtStart,
    /// Perhaps never: in a function, in a module that no script needs, or tried elsewhere before.
    Perhaps,
}

/// The imports of `program` that are neither the standard library's nor the project's own, nor prepared for their
/// failure; in order of the top-level modules.
pub(super) fn imports(program: &Program) -> Vec<ThirdPartyImport<'_>> {
    // whoever changes where Python looks for modules may find them anywhere
    if searches_elsewhere(program) {
        return Vec::new();
    }
    let mut found = Found::default();
    for (name, module) in program.iter().filter(|(name, _)| !has_part(name, COPIES)) {
        let starts = program.reach(name) == Reachability::Start;
        if !starts && has_part(name, ASIDE) {
            continue;
        }
        let Some(path) = program.path(name) else { continue };
        for import in module.imports().iter().filter(|import| is_foreign(program, name, import)) {
            found.add(path, import, starts);
        }
    }
    found.finish()
}

/// An import that names a module of the project as if it stood at the top: `import tools` beside `tools.py`.
#[derive(Clone, Debug)]
pub struct Misnamed<'a> {
    /// The module as the import writes it.
    pub module: &'a str,
    /// What it is called once it is installed.
    pub installed: String,
    /// The file of the import.
    pub path: &'a RelPath,
    /// Where it names the module.
    pub span: Span,
}

/// The imports of `program` that run whenever a script starts and find a module only where its folder is searched.
pub(super) fn misnamed(program: &Program) -> Vec<Misnamed<'_>> {
    let started = program.iter().filter(|(name, _)| {
        program.reach(name) == Reachability::Start && !has_part(name, COPIES) && !has_part(name, ASIDE)
    });
    let found = started.flat_map(|(name, module)| {
        module.imports().iter().filter_map(move |import| {
            let written = import.module.value.name.as_str();
            let top = written.split('.').next().unwrap_or_default();
            let own = import.module.value.level > 0 || top.is_empty() || program.modules.owns(top);
            if own || stdlib::is_stdlib_module(top) || !import.guards.all().is_empty() {
                return None;
            }
            let package = if program.modules.get(name)?.package { name } else { name.rsplit_once('.')?.0 };
            let installed = format!("{package}.{written}");
            let beside = installed != name && program.modules.importable(&format!("{package}.{top}"));
            let path = program.path(name).filter(|_| beside)?;
            Some(Misnamed { module: written, installed, path, span: import.module.span })
        })
    });
    let found: Vec<_> = found.collect();
    if found.is_empty() || searches_elsewhere(program) { Vec::new() } else { found }
}

#[derive(Default)]
struct Found<'a> {
    /// By their top-level modules.
    imports: BTreeMap<&'a str, ThirdPartyImport<'a>>,
    /// Top-level modules whose absence is prepared for somewhere.
    prepared: BTreeSet<&'a str>,
}

impl<'a> Found<'a> {
    fn add(&mut self, path: &'a RelPath, import: &'a Import, starts: bool) {
        let module = import.module.value.name.as_str();
        let top = module.split('.').next().unwrap_or(module);
        if is_prepared(import) {
            if !import.under(Guard::TypeChecking) && !import.under(Guard::Main) {
                self.prepared.insert(top);
            }
            return;
        }
        let at_start = starts && !import.under(Guard::Function);
        let runs = if at_start { Runs::AtStart } else { Runs::Perhaps };
        let new = ThirdPartyImport { module, path, span: import.module.span, others: 0, runs };
        match self.imports.get_mut(top) {
            Some(first) if first.runs <= runs => first.others += 1,
            Some(first) => *first = ThirdPartyImport { others: first.others + 1, ..new },
            None => drop(self.imports.insert(top, new)),
        }
    }

    fn finish(mut self) -> Vec<ThirdPartyImport<'a>> {
        // who catches its failure in one place knows that it may be missing in another
        for top in self.prepared {
            if let Some(found) = self.imports.get_mut(top) {
                found.runs = Runs::Perhaps;
            }
        }
        self.imports.into_values().collect()
    }
}

fn searches_elsewhere(program: &Program) -> bool {
    let any = || program.iter().any(|(_, module)| edits_the_search(module));
    *program.edits_the_search.get_or_init(any)
}

/// Whether the module changes where or how Python finds modules. A folder that shares its own modules with other
/// distributions, as `pkgutil.extend_path` lets it, finds no others by that.
fn edits_the_search(module: &Module) -> bool {
    let text = module.source().text();
    ["sys.path", "sys.meta_path", "sys.modules", "addsitedir", "path_hooks"]
        .iter()
        .any(|word| text.contains(word))
        || text
            .lines()
            .any(|line| line.contains("__path__") && !line.contains("extend_path(__path__, __name__)"))
        || module.calls().iter().any(|call| call.path.starts_with("sys.path."))
}

/// Whether the module may make other modules that have no file: by a finder of its own, or by hand in `sys.modules`.
pub(super) fn makes_modules(module: &Module) -> bool {
    let text = module.source().text();
    ["meta_path", "path_hooks", "sys.modules[", "sys.modules."].iter().any(|word| text.contains(word))
}

/// Folders of copies, which find each other in their own way.
const COPIES: &[&str] =
    &["_vendor", "_vendored", "extern", "externals", "third_party", "thirdparty", "vendor", "vendored"];

/// Folders and files that are no part of the program unless a script needs them.
const ASIDE: &[&str] = &[
    "conftest", "example", "examples", "fixtures", "setup", "template", "templates", "test", "testing",
    "tests",
];

fn has_part(module: &str, parts: &[&str]) -> bool {
    module.split('.').any(|part| parts.contains(&part))
}

fn is_foreign(program: &Program, importer: &str, import: &Import) -> bool {
    let path = &import.module.value;
    let top = path.name.split('.').next().unwrap_or_default();
    // a module beside or below the importer may be meant, or a copy among the vendored
    let beside = || {
        let mut folders =
            std::iter::successors(Some(importer), |name| name.rsplit_once('.').map(|(up, _)| up));
        folders.any(|folder| program.modules.importable(&format!("{folder}.{top}")))
    };
    path.level == 0
        && !top.is_empty()
        && !stdlib::is_stdlib_module(top)
        && !program.modules.owns(top)
        && !beside()
}

/// Whether the import stands where its failure is caught, or where it need not run.
fn is_prepared(import: &Import) -> bool {
    let harmless = |guard: &Guard| {
        matches!(
            guard,
            Guard::Function
                | Guard::AttributeHandled
                | Guard::FileHandled
                | Guard::Redirected
                | Guard::VariableHandled
        )
    };
    // what a start dies of is not what a function may do without
    let dies = |guard: &Guard| *guard == Guard::Reported && !import.under(Guard::Function);
    !import.guards.all().iter().all(|guard| harmless(guard) || dies(guard))
}
