//! The modules together: what a name in one stands for in another.
//!
//! Nothing is imported or run. Only what is certain is said: where the text does not tell, the answer is
//! [`Resolution::Unknown`].

mod call_graph;
mod callers;
mod compatibility;
mod definition;
mod file_uses;
mod foreign;
mod hints;
mod invocation;
mod reach;
mod read;
mod resolve;
mod unbound;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use crate::layout::Modules;
use crate::secrets::Secret;
use crate::syntax::{Binding, BindingKind, Function, Module, ModulePath, Scope, Undecodable};
use crate::text::{RelPath, SourceText, Spanned};
use crate::tree::SourceTree;

pub use call_graph::{BodyKey, Held};
pub use callers::Caller;
pub use compatibility::{Availability, Feature, MissingFeature, Pythons, needs};
pub use definition::ClassOf;
pub use file_uses::ResolvedFileUse;
pub use foreign::{Misnamed, Runs, ThirdPartyImport};
pub use hints::{Unresolved, UnresolvedHint};
pub use invocation::is_group;
pub use reach::{Reachability, ScriptTarget};
pub use read::{ReadOptions, pool, read};
pub use resolve::{Definition, Resolution, ResolvedName};
pub use unbound::{Unbound, UnboundName};

/// Why a module of the project was not parsed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// Its file is longer than any program.
    TooLong,
    /// Its bytes are no text.
    Undecodable(Undecodable),
}

/// What was found in a file that was skimmed: its text is not kept.
#[derive(Debug)]
struct Skimmed {
    secrets: Vec<Secret>,
    may_make_tools: bool,
}

/// Enough for the deepest text that `syntax::parse` accepts; it is reserved, not used.
const STACK: usize = 64 * 1024 * 1024;

/// The modules that the program may import, as far as they belong to the project.
#[derive(Debug, Default)]
pub struct Program {
    parsed: BTreeMap<String, Arc<Module>>,
    rest: BTreeMap<String, Arc<Module>>,
    unread: BTreeMap<String, Unread>,
    skimmed: HashMap<RelPath, Skimmed>,
    modules: Modules,
    entries: Vec<ScriptTarget>,
    reaches: OnceLock<Vec<BTreeMap<String, Vec<Reachability>>>>,
    /// As `reaches`, but where somebody catches a missing file nothing is certain to run.
    unprepared: OnceLock<Vec<BTreeMap<String, Vec<Reachability>>>>,
    /// Likewise where somebody catches a missing variable.
    unprovided: OnceLock<Vec<BTreeMap<String, Vec<Reachability>>>>,
    /// Likewise where a command of the command line is asked for.
    commanded: OnceLock<Vec<BTreeMap<String, Vec<Reachability>>>>,
    call_graph: OnceLock<call_graph::CallGraph>,
    callers: OnceLock<callers::Callers>,
    /// The attributes that a module sets of what it imports, perhaps of another module, as [`Module::stored`] has them.
    stored: OnceLock<HashSet<Option<String>>>,
    /// Whether a module changes where or how Python finds modules: a search of all their texts.
    edits_the_search: OnceLock<bool>,
}

impl Program {
    /// The parsed module called `name`.
    pub fn module(&self, name: &str) -> Option<&Module> {
        self.parsed.get(name).map(Arc::as_ref)
    }

    /// The modules that the entry points reach, in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Module)> {
        self.parsed.iter().map(|(name, module)| (name.as_str(), module.as_ref()))
    }

    /// Those that nothing reaches and that may be at fault, in order of their names: their names are not resolved, and
    /// their imports are those of others' modules.
    pub fn rest(&self) -> impl Iterator<Item = (&str, &Module)> {
        self.rest.iter().map(|(name, module)| (name.as_str(), module.as_ref()))
    }

    /// The modules that belong to the program but could not be parsed, in order of their names.
    pub fn unread(&self) -> impl Iterator<Item = (&str, &Unread)> {
        self.unread.iter().map(|(name, why)| (name.as_str(), why))
    }

    /// The modules directly below a package, and whether each is a package itself.
    pub fn below(&self, package: &str) -> Vec<(&str, bool)> {
        let name = |module: &'_ crate::layout::ModuleFile| {
            let below = module.name.strip_prefix(package)?.strip_prefix('.')?;
            (!below.contains('.')).then_some(module.name.len() - below.len())
        };
        let modules = self.modules.iter();
        modules.filter_map(|module| Some((&module.name[name(module)?..], module.package))).collect()
    }

    /// Reads a module of the project that nothing is seen to import; none where it is none, or cannot be read.
    pub fn load(&self, name: &str, tree: &SourceTree) -> Option<Module> {
        read::late(self.modules.get(name)?, tree)
    }

    /// What the scripts call.
    pub fn entry_points(&self) -> &[ScriptTarget] {
        &self.entries
    }

    /// The texts of the parsed modules, for the excerpts of a report.
    pub fn sources(&self) -> impl Iterator<Item = &Arc<SourceText>> {
        self.parsed.values().chain(self.rest.values()).map(|module| module.source())
    }

    /// The secrets in the file at `path`, where it was skimmed: its text is not kept.
    pub fn secrets(&self, path: &RelPath) -> Option<&[Secret]> {
        self.skimmed.get(path).map(|skimmed| skimmed.secrets.as_slice())
    }

    /// Whether the file at `path` was skimmed, and a decorator in it may make a tool.
    pub fn may_make_tools(&self, path: &RelPath) -> bool {
        self.skimmed.get(path).is_some_and(|skimmed| skimmed.may_make_tools)
    }

    /// The file of the module called `name`, parsed or not.
    pub fn path(&self, name: &str) -> Option<&RelPath> {
        self.modules.get(name).map(|module| &module.path)
    }

    /// What the program imports from other distributions, prepared for no failure, in order of the top-level modules.
    pub fn foreign_imports(&self) -> Vec<ThirdPartyImport<'_>> {
        foreign::imports(self)
    }

    /// Its imports that name a module of the project as if it stood at the top, and run whenever a script starts.
    pub fn misnamed_imports(&self) -> Vec<Misnamed<'_>> {
        foreign::misnamed(self)
    }

    /// Whether it may make modules that have no file.
    pub fn makes_modules(&self) -> bool {
        self.iter().any(|(_, module)| foreign::makes_modules(module))
    }

    /// What the attributes of `module` stand for, one after the other, as in `module:a.b`.
    pub fn resolve(&self, module: &str, attributes: &[&str]) -> Resolution<'_> {
        resolve::resolve(self, module, attributes)
    }

    /// The names that `module` itself binds when imported, for a did-you-mean.
    pub fn names(&self, module: &str) -> impl Iterator<Item = &str> {
        let bound = |bindings: &[Binding]| bindings.iter().any(|binding| binding.guard.is_none());
        let scope = self.module(module).map(Module::scope);
        let names = scope.into_iter().flat_map(Scope::iter);
        names.filter(move |(_, bindings)| bound(bindings)).map(|(name, _)| name)
    }

    /// The functions at the top level of `module` that an import defines, in order of their names.
    pub fn functions(&self, module: &str) -> impl Iterator<Item = (&str, &Binding, &Function)> {
        let scope = self.module(module).map(Module::scope);
        let bindings = scope.into_iter().flat_map(Scope::iter);
        bindings.filter_map(|(name, bindings)| {
            let last = bindings.last().filter(|binding| binding.guard.is_none())?;
            match &last.kind {
                BindingKind::Function(function) => Some((name, last, function)),
                _ => None,
            }
        })
    }

    /// The one literal behind `name`, and the module where it stands: `from ._version import __version__`.
    pub fn literal_version(&self, module: &str, name: &str) -> Option<(&str, &Spanned<String>)> {
        let (mut module, mut name) = (module.to_owned(), name.to_owned());
        let mut seen = BTreeSet::new();
        while seen.insert((module.clone(), name.clone())) {
            let (key, facts) = self.parsed.get_key_value(&module)?;
            if let Some(text) = facts.version_literal(&name) {
                return Some((key, text));
            }
            match &facts.scope().only(&name).filter(|_| !facts.is_dynamic())?.kind {
                BindingKind::Alias(other) => name.clone_from(other),
                BindingKind::From { module: from, name: other } => {
                    module = self.absolute(&module, from)?;
                    name.clone_from(other);
                }
                _ => return None,
            }
        }
        None
    }

    /// Whether a module sets the attribute `name`, written out, of something that it imports.
    fn stores_exactly(&self, name: &str) -> bool {
        self.stored().contains(&Some(name.to_owned()))
    }

    /// Whether a module may set the attribute `name` of something that it imports.
    fn stores(&self, name: &str) -> bool {
        self.stored().contains(&None) || self.stores_exactly(name)
    }

    fn stored(&self) -> &HashSet<Option<String>> {
        let of =
            |module: &Arc<Module>| module.stored().map(|name| name.map(str::to_owned)).collect::<Vec<_>>();
        self.stored.get_or_init(|| self.parsed.values().flat_map(of).collect())
    }

    /// The full name of the module that `importer` writes as `path`; none when its dots climb too high.
    pub fn absolute(&self, importer: &str, path: &ModulePath) -> Option<String> {
        let package = self.modules.get(importer).is_some_and(|module| module.package);
        absolute(importer, package, path)
    }
}

/// The full name of `path` written in the module `importer` (PEP 328).
fn absolute(importer: &str, package: bool, path: &ModulePath) -> Option<String> {
    if path.level == 0 {
        return Some(path.name.clone());
    }
    let mut base = importer;
    for _ in 0..path.level - u32::from(package) {
        base = base.rsplit_once('.').map_or("", |(parent, _)| parent);
        if base.is_empty() {
            return None;
        }
    }
    Some(if path.name.is_empty() { base.to_owned() } else { format!("{base}.{}", path.name) })
}

#[cfg(test)]
pub(crate) mod tests;
