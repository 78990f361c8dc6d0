//! What the program imports from other distributions, each with who provides it.

use std::sync::OnceLock;

use super::Subject;
use crate::dependencies::{Attribution, Declarations, provider};
use crate::diagnostic::Location;
use crate::program::{Runs, ThirdPartyImport};

/// What the program imports of one top-level module of another distribution.
#[derive(Debug)]
pub struct ProvidedImport {
    /// The module as the import writes it.
    pub module: String,
    /// Where the first import names it, of those that run when a script starts if there are any.
    pub location: Location,
    /// How many further imports there are.
    pub others: usize,
    /// When the import runs.
    pub runs: Runs,
    /// Who provides it.
    pub attribution: Attribution,
}

/// The imports, once they were asked for.
#[derive(Debug, Default)]
pub struct ProvidedImports(OnceLock<Vec<ProvidedImport>>);

impl<'a> Subject<'a> {
    /// What the program imports from other distributions, in order of the top-level modules; nothing where it cannot be
    /// known what the project declares.
    pub fn provided_imports(self) -> &'a [ProvidedImport] {
        self.imports.0.get_or_init(|| {
            let Some(declarations) = Declarations::of(self.project) else { return Vec::new() };
            let provided = |ThirdPartyImport { module, path, span, others, runs }| ProvidedImport {
                module: str::to_owned(module),
                location: Location::span(path, span),
                others,
                runs,
                attribution: provider(module, &declarations),
            };
            self.program.foreign_imports().into_iter().map(provided).collect()
        })
    }
}
