//! Reads and parses the modules of a program, frontier by frontier.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use rayon::ThreadPoolBuilder;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{Program, Unread};
use crate::error::Error;
use crate::layout::{self, Modules};
use crate::syntax::{Imported, Module, decode, parse};
use crate::text::SourceText;
use crate::tree::SourceTree;

/// Enough for the deepest text that `syntax::parse` accepts; it is reserved, not used.
const STACK: usize = 64 * 1024 * 1024;

/// No program that people write is larger; a generated table may be.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Reads the modules `roots`, the packages that hold them, and all that they import of the project, at any level of the
/// files.
///
/// Roots that are no modules of the project are passed over.
///
/// # Errors
/// When a file cannot be read, or no thread can be started.
pub fn read(modules: &Modules, roots: &[&str], tree: &SourceTree) -> Result<Program, Error> {
    let mut program = Program { modules: modules.clone(), ..Program::default() };
    let frontier: BTreeSet<String> =
        roots.iter().flat_map(|root| with_parents(root)).map(str::to_owned).collect();
    let pool = ThreadPoolBuilder::new().stack_size(STACK).build();
    let pool = pool.map_err(|fault| Error::read(tree.root())(io::Error::other(fault)))?;
    pool.install(|| follow(&mut program, frontier, tree))?;
    Ok(program)
}

fn follow(program: &mut Program, mut frontier: BTreeSet<String>, tree: &SourceTree) -> Result<(), Error> {
    loop {
        let files: Vec<&layout::Module> =
            frontier.iter().filter_map(|name| program.modules.get(name)).collect();
        let read: Vec<Result<_, Error>> = files.par_iter().map(|file| one(file, tree)).collect();
        let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let mut next = BTreeSet::new();
        for (name, module) in names.into_iter().zip(read) {
            match module? {
                Ok(module) => {
                    next.extend(imported(program, &name, &module));
                    program.parsed.insert(name, Arc::new(module));
                }
                Err(why) => {
                    program.unread.insert(name, why);
                }
            }
        }
        next.retain(|name| !program.parsed.contains_key(name) && !program.unread.contains_key(name));
        frontier = next;
    }
}

fn one(file: &layout::Module, tree: &SourceTree) -> Result<Result<Module, Unread>, Error> {
    if let Some(size) = tree.file(&file.path).map(|file| file.size).filter(|size| *size > LARGEST) {
        return Ok(Err(Unread::TooLarge { size }));
    }
    let bytes = tree.read(&file.path)?;
    let text = decode(bytes).map_err(Unread::Undecodable);
    Ok(text.map(|text| parse(SourceText::new(file.path.clone(), text))))
}

/// The modules of the project that `module` may import, and the packages that hold them.
fn imported(program: &Program, name: &str, module: &Module) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for import in module.imports() {
        let Some(base) = program.absolute(name, &import.module.value) else { continue };
        if let Imported::Names(names) = &import.names {
            let submodules = names.iter().map(|name| format!("{base}.{}", name.name.value));
            all.extend(submodules.filter(|name| program.modules.get(name).is_some()));
        }
        all.extend(with_parents(&base).filter(|name| program.modules.get(name).is_some()).map(str::to_owned));
    }
    all
}

/// `a.b.c`, `a.b` and `a`.
fn with_parents(name: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(name), |name| name.rsplit_once('.').map(|(parent, _)| parent))
}
