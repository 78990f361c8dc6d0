//! The Python modules that a wheel will hold.

use std::collections::BTreeMap;

use crate::text::RelPath;

/// One `.py` file of the wheel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Module {
    /// Its dotted name as an import writes it: `weather.server`; a package's name is its folder's.
    pub name: String,
    /// Its file in the project.
    pub path: RelPath,
    /// Whether the file is an `__init__.py`.
    pub package: bool,
}

/// The modules of the wheel by dotted name.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    by_name: BTreeMap<String, Module>,
    extensions: std::collections::BTreeSet<String>,
}

impl Modules {
    /// The modules among `files`: pairs of the path inside the wheel and the file in the project.
    ///
    /// Compiled extension modules and bare stubs are remembered apart: they are there, but cannot be read.
    pub fn new<'a>(files: impl Iterator<Item = (&'a str, &'a RelPath)>) -> Self {
        let mut modules = Self::default();
        for (installed, path) in files {
            let (folder, file) = installed.rsplit_once('/').unwrap_or(("", installed));
            let dotted = |stem: &str| match (folder, stem) {
                ("", stem) => stem.to_owned(),
                (folder, "__init__") => folder.replace('/', "."),
                (folder, stem) => format!("{}.{stem}", folder.replace('/', ".")),
            };
            if let Some(stem) = file.strip_suffix(".py") {
                let module = Module { name: dotted(stem), path: path.clone(), package: stem == "__init__" };
                modules.by_name.insert(module.name.clone(), module);
            } else if [".so", ".pyd", ".pyi"].iter().any(|suffix| file.ends_with(suffix)) {
                modules.extensions.insert(dotted(file.split('.').next().unwrap_or_default()));
            }
        }
        modules
    }

    /// The module called `name`.
    pub fn get(&self, name: &str) -> Option<&Module> {
        self.by_name.get(name)
    }

    /// Whether an import of `name` finds something: a module, an extension or stub, or a folder of modules (PEP 420).
    pub fn importable(&self, name: &str) -> bool {
        let below = format!("{name}.");
        let holds = |next: Option<&str>| next.is_some_and(|next| next.starts_with(&below));
        self.by_name.contains_key(name)
            || self.extensions.contains(name)
            || holds(self.by_name.range(below.clone()..).next().map(|(name, _)| name.as_str()))
            || holds(self.extensions.range(below.clone()..).next().map(String::as_str))
    }

    /// Whether the top level of `name` belongs to the wheel, so that what is missing below it is missing for sure.
    pub fn owns(&self, name: &str) -> bool {
        self.importable(name.split('.').next().unwrap_or_default())
    }

    /// All modules in order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Module> {
        self.by_name.values()
    }
}
