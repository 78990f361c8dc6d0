//! Reads and parses the modules of a program, frontier by frontier.

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::OnceLock;

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::{Program, ScriptTarget, Skimmed, Unread, reach};
use crate::error::Error;
use crate::knowledge::stdlib;
use crate::layout::{self, Modules, with_parents};
use crate::secrets;
use crate::syntax::{Depth, Import, Imported, Module, Skim, WantedNames, decode, parse};
use crate::text::SourceText;
use crate::tree::SourceTree;

/// So many files a thread takes at once: with more the last to end keeps the others waiting.
const SHARE: usize = 2;

/// How a program is read.
#[derive(Clone, Copy)]
pub struct ReadOptions<'a> {
    /// The modules that begin it; what is no module of the project is passed over.
    pub roots: &'a [&'a str],
    /// What the scripts call.
    pub entries: &'a [ScriptTarget],
    /// The oldest minor version of Python 3 that it is for.
    pub floor: u8,
    /// Which uses are wanted of modules that nothing reaches, asked for while the others are read; an empty name is the
    /// module's own. Without it such modules are not read.
    pub telling: Option<&'a (dyn Fn() -> WantedNames + Sync)>,
}

/// Reads the modules that the roots reach, the packages that hold them, and all that they import of the project, at any
/// level of the files; and skims all others when that is asked for.
///
/// # Errors
/// When a file cannot be read, or no thread can be started.
pub fn read(modules: &Modules, reading: &ReadOptions<'_>, tree: &SourceTree) -> Result<Program, Error> {
    let mut program = Program { modules: modules.clone(), ..Program::default() };
    pool(tree.root())?.install(|| {
        let begin = || {
            follow(&mut program, reading, tree)?;
            program.entries = reading.entries.to_vec();
            // who asks for all modules asks for what runs, too
            if reading.telling.is_some() {
                program.reaches = OnceLock::from(reach::trace(&program, reach::Follow::Starts));
            }
            Ok(())
        };
        let (begun, telling) = rayon::join(begin, || reading.telling.map(|telling| telling()));
        begun?;
        telling.map_or(Ok(()), |telling| skim(&mut program, reading.floor, &telling, tree))
    })?;
    Ok(program)
}

/// Threads for work that recurses with hostile texts; `root` is the project's, for the error.
///
/// # Errors
/// When no thread can be started.
pub fn pool(root: &Path) -> Result<ThreadPool, Error> {
    let pool = ThreadPoolBuilder::new().stack_size(super::STACK).build();
    pool.map_err(|fault| Error::read(root)(io::Error::other(fault)))
}

fn follow(program: &mut Program, reading: &ReadOptions<'_>, tree: &SourceTree) -> Result<(), Error> {
    let roots = reading.roots.iter().flat_map(|root| with_parents(root));
    let mut frontier: BTreeSet<String> = roots.map(str::to_owned).collect();
    loop {
        let files: Vec<&layout::ModuleFile> =
            frontier.iter().filter_map(|name| program.modules.get(name)).collect();
        let depth = Depth::Whole;
        let read: Vec<Result<_, Error>> =
            files.par_iter().with_max_len(SHARE).map(|file| one(file, reading.floor, depth, tree)).collect();
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

/// Of a module that nothing reaches only what may be at fault is kept, so that memory does not grow with the tree.
fn skim(program: &mut Program, floor: u8, telling: &WantedNames, tree: &SourceTree) -> Result<(), Error> {
    let known = |name: &str| program.parsed.contains_key(name) || program.unread.contains_key(name);
    let modules = program.modules.clone();
    let files: Vec<&layout::ModuleFile> = modules.iter().filter(|file| !known(&file.name)).collect();
    if files.is_empty() {
        return Ok(());
    }
    let stdlib: HashSet<&str> = stdlib::top_levels().collect();
    let foreign = |import: &Import| {
        let module = &import.module.value.name;
        let top = module.split('.').next().unwrap_or_default();
        (!stdlib.contains(top) || telling.wants(import)) && !modules.owns(module)
    };
    let depth = Depth::Skim(Skim { telling, imports: &foreign });
    let read = files.par_iter().with_max_len(SHARE).map(|file| {
        let module = one(file, floor, depth, tree)?;
        let skimmed = module.map(|module| {
            // while the text is at hand: reading it again would cost more than the search
            let secrets = secrets::scan(module.source().text().as_bytes());
            let found = Skimmed { secrets, may_make_tools: module.may_make_tools() };
            (Some(module).filter(Module::is_telling).map(Arc::new), found)
        });
        Ok((*file, skimmed))
    });
    let read: Vec<_> = read.collect::<Result<_, Error>>()?;
    for (file, skimmed) in read {
        match skimmed {
            Ok((module, found)) => {
                program.skimmed.insert(file.path.clone(), found);
                program.rest.extend(module.map(|module| (file.name.clone(), module)));
            }
            Err(why) => drop(program.unread.insert(file.name.clone(), why)),
        }
    }
    Ok(())
}

/// A module that is read alone, late; the stack of the caller must be high.
pub(super) fn late(file: &layout::ModuleFile, tree: &SourceTree) -> Option<Module> {
    one(file, 0, Depth::Whole, tree).ok()?.ok()
}

type OneModule = Result<Result<Module, Unread>, Error>;

fn one(file: &layout::ModuleFile, floor: u8, depth: Depth<'_>, tree: &SourceTree) -> OneModule {
    if tree.is_too_long(&file.path) {
        return Ok(Err(Unread::TooLong));
    }
    let bytes = tree.read(&file.path)?;
    let text = decode(bytes).map_err(Unread::Undecodable);
    Ok(text.map(|text| parse(SourceText::new(file.path.clone(), text), floor, depth)))
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
