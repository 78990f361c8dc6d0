//! The Python modules that a wheel will hold.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::text::RelPath;

/// One `.py` file of the wheel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleFile {
    /// Its dotted name as an import writes it: `weather.server`; a package's name is its folder's.
    pub name: String,
    /// Its file in the project.
    pub path: RelPath,
    /// Whether the file is an `__init__.py`.
    pub package: bool,
}

/// The modules of the wheel by dotted name; a clone shares them.
#[derive(Clone, Debug, Default)]
pub struct Modules(Arc<ModuleIndex>);

#[derive(Debug, Default)]
struct ModuleIndex {
    /// In order of their names, each name once.
    modules: Vec<ModuleFile>,
    extensions: BTreeSet<String>,
}

impl Modules {
    /// The modules among `files`: pairs of the path inside the wheel and the file in the project, in order of the
    /// former.
    ///
    /// Compiled extension modules and bare stubs are remembered apart: they are there, but cannot be read.
    pub fn new<'a>(files: impl Iterator<Item = (&'a str, &'a RelPath)>) -> Self {
        let mut names = ModuleIndex::default();
        for (installed, path) in files {
            let (folder, file) = installed.rsplit_once('/').unwrap_or(("", installed));
            let dotted = |stem: &str| match (folder, stem) {
                ("", stem) => stem.to_owned(),
                (folder, "__init__") => folder.replace('/', "."),
                (folder, stem) => format!("{}.{stem}", folder.replace('/', ".")),
            };
            if let Some(stem) = file.strip_suffix(".py") {
                let package = stem == "__init__";
                names.modules.push(ModuleFile { name: dotted(stem), path: path.clone(), package });
            } else if [".so", ".pyd", ".pyi"].iter().any(|suffix| file.ends_with(suffix)) {
                names.extensions.insert(dotted(file.split('.').next().unwrap_or_default()));
            }
        }
        // of a file and a folder of one name an import takes the folder
        names
            .modules
            .sort_by(|left, right| left.name.cmp(&right.name).then(right.package.cmp(&left.package)));
        names.modules.dedup_by(|later, kept| later.name == kept.name);
        names.modules.shrink_to_fit();
        Self(Arc::new(names))
    }

    /// The module called `name`.
    pub fn get(&self, name: &str) -> Option<&ModuleFile> {
        let modules = &self.0.modules;
        modules.binary_search_by(|module| module.name.as_str().cmp(name)).ok().map(|index| &modules[index])
    }

    /// Whether a module is called `name`, or lies below it.
    pub fn holds_below(&self, name: &str) -> bool {
        if self.get(name).is_some() {
            return true;
        }
        let below = format!("{name}.");
        let first = self.0.modules.partition_point(|module| module.name < below);
        self.0.modules.get(first).is_some_and(|module| module.name.starts_with(&below))
    }

    /// Whether an import of `name` finds something: a module, an extension or stub, or a folder of modules (PEP 420).
    pub fn importable(&self, name: &str) -> bool {
        let extensions = &self.0.extensions;
        let below = format!("{name}.");
        self.holds_below(name)
            || extensions.contains(name)
            || extensions.range(below.clone()..).next().is_some_and(|next| next.starts_with(&below))
    }

    /// Whether the top level of `name` belongs to the wheel, so that what is missing below it is missing for sure.
    pub fn owns(&self, name: &str) -> bool {
        self.importable(name.split('.').next().unwrap_or_default())
    }

    /// All modules in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &ModuleFile> {
        self.0.modules.iter()
    }
}
