//! Where the modules lie that the project installs: `src/<module>/` or `src/<module>.py`, and nowhere else.

use super::files::matches;
use super::{Layout, SRC, folder_of, name_place};
use crate::project::Project;
use crate::spec::identifier::{is_identifier, is_keyword};
use crate::text::{RelPath, Span, Spanned};
use crate::tree::{SourceTree, TreeFaultKind};

/// A module that the project installs, found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopLevelModule {
    /// Its dotted name: `weather`, `awslabs.s3`, `weather-stubs`.
    pub name: String,
    /// Its folder, or its one file.
    pub path: RelPath,
    /// Whether it is a folder.
    pub package: bool,
}

/// What is wrong with where a module lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutFault {
    /// No import statement can name it.
    NotIdentifier {
        /// The name, where it was written.
        module: Spanned<String>,
        /// The part that is none.
        part: String,
    },
    /// It lies beside `src`, not in it.
    Flat {
        /// The name sought.
        module: Spanned<String>,
        /// What lies at the root, or elsewhere.
        found: RelPath,
    },
    /// `src` itself is the package.
    SrcIsPackage {
        /// The name sought.
        module: Spanned<String>,
    },
    /// It lies there in another case.
    OtherCase {
        /// The name sought.
        module: Spanned<String>,
        /// What lies there.
        found: RelPath,
    },
    /// Modules of other names lie there.
    OtherNames {
        /// The name sought.
        module: Spanned<String>,
        /// What lies there.
        found: Vec<RelPath>,
    },
    /// Its folder lies there and holds modules, but no `__init__.py`.
    NoInit {
        /// The name sought.
        module: Spanned<String>,
        /// Its folder.
        folder: RelPath,
    },
    /// Nothing lies there.
    Nothing {
        /// The name sought.
        module: Spanned<String>,
    },
    /// What lies there is a link or a folder that cannot be followed; the tree's own fault says why.
    Blocked {
        /// The name sought.
        module: Spanned<String>,
    },
    /// Both `weather/` and `weather.py` lie there; an import takes the folder.
    Twice {
        /// The name sought.
        module: Spanned<String>,
        /// The file that would be lost.
        file: RelPath,
    },
    /// `wheel-exclude` takes away what makes it a module.
    Excluded {
        /// The name sought.
        module: Spanned<String>,
        /// Its `__init__.py`, or its one file.
        file: RelPath,
        /// The pattern's place.
        pattern: Span,
    },
}

/// The modules found, and what is wrong with the others.
pub(super) fn find(project: &Project, tree: &SourceTree) -> (Vec<TopLevelModule>, Vec<LayoutFault>) {
    let mut roots = Vec::new();
    let mut faults = Vec::new();
    let wanted = wanted(project, tree);
    for module in &wanted {
        match place(module, project, tree) {
            Ok(root) => roots.push(root),
            Err(LayoutFault::OtherNames { module, mut found }) => {
                found.retain(|path| !wanted.iter().any(|other| in_src(&other.value).0 == *path));
                faults.push(if found.is_empty() {
                    LayoutFault::Nothing { module }
                } else {
                    LayoutFault::OtherNames { module, found }
                });
            }
            Err(fault) => {
                // what it is can be looked at all the same
                if let LayoutFault::Flat { found, .. } = &fault {
                    roots.extend(Some(found).filter(|path| at_root(path)).map(root_at));
                }
                faults.push(fault);
            }
        }
    }
    (roots, faults)
}

/// Whether the path of a module is that of its import: it lies in no folder that is none of its packages.
fn at_root(path: &RelPath) -> bool {
    let top = path.parts().next().unwrap_or_default();
    !DISPLACED.contains(&top.to_ascii_lowercase().as_str())
}

/// The module at a path below the project's root.
fn root_at(path: &RelPath) -> TopLevelModule {
    let stem = path.as_str().strip_suffix(".py");
    let name = stem.unwrap_or(path.as_str()).replace('/', ".");
    TopLevelModule { name, path: path.clone(), package: stem.is_none() }
}

/// The names of the modules to install.
fn wanted(project: &Project, tree: &SourceTree) -> Vec<Spanned<String>> {
    if let Some(names) = &project.settings.module_names {
        return names.clone();
    }
    let Some(name) = &project.name else { return Vec::new() };
    let module = project.module_name();
    // A distribution of stubs is called `weather-stubs`, as its folder must be (PEP 561).
    let stubs = module.strip_suffix("_stubs").map(|stem| format!("{stem}-stubs"));
    let stubs = stubs.filter(|stubs| tree.has_folder(&RelPath::new(SRC).join(stubs)));
    vec![Spanned::new(stubs.unwrap_or(module), name.span)]
}

fn place(
    module: &Spanned<String>,
    project: &Project,
    tree: &SourceTree,
) -> Result<TopLevelModule, LayoutFault> {
    let module = module.clone();
    let stem = module.value.strip_suffix("-stubs").unwrap_or(&module.value);
    let wrong = |part: &&str| !is_identifier(part) || is_keyword(part) || *part == "__init__";
    if let Some(part) = stem.split('.').find(wrong).map(str::to_owned) {
        return Err(LayoutFault::NotIdentifier { module, part });
    }
    let (below_src, file) = in_src(&module.value);
    let has_file = tree.file(&file).is_some();
    if is_package(tree, &below_src) {
        return if has_file {
            Err(LayoutFault::Twice { module, file })
        } else {
            Ok(TopLevelModule { name: module.value, path: below_src, package: true })
        };
    }
    if has_file {
        return Ok(TopLevelModule { name: module.value, path: file, package: false });
    }
    let blocks = |path: &RelPath| *path == below_src || *path == file || below_src.below(path).is_some();
    if tree
        .faults()
        .iter()
        .any(|fault| !matches!(fault.kind, TreeFaultKind::NotUtf8 { .. }) && blocks(&fault.path))
    {
        return Err(LayoutFault::Blocked { module });
    }
    Err(missing(module, &below_src, project, tree))
}

/// The folder and the file in which the module called `name` would lie.
fn in_src(name: &str) -> (RelPath, RelPath) {
    let folder = RelPath::new(folder_of(name));
    let file = RelPath::new(format!("{folder}.py"));
    (folder, file)
}

fn is_package(tree: &SourceTree, folder: &RelPath) -> bool {
    init(tree, folder).is_some()
}

/// The file that makes `folder` a package.
fn init(tree: &SourceTree, folder: &RelPath) -> Option<RelPath> {
    let places = ["__init__.py", "__init__.pyi"].map(|name| folder.join(name));
    places.into_iter().find(|place| tree.file(place).is_some())
}

/// The modules that `wheel-exclude` makes none: an sdist without that file has no such module.
pub(super) fn excluded(layout: &Layout, project: &Project, tree: &SourceTree) -> Vec<LayoutFault> {
    if project.settings.wheel_exclude.is_empty() {
        return Vec::new();
    }
    let fault = |root: &TopLevelModule| {
        let file = if root.package { init(tree, &root.path)? } else { root.path.clone() };
        if layout.wheel.iter().any(|shipped| shipped.file.path == file) {
            return None;
        }
        let mut globs = project.settings.wheel_exclude.iter();
        let pattern = globs.find(|glob| matches(std::slice::from_ref(glob), &file))?.span;
        let module = Spanned::new(root.name.clone(), name_place(project));
        Some(LayoutFault::Excluded { module, file, pattern })
    };
    layout.roots.iter().filter_map(fault).collect()
}

/// Says why a module is not at `below_src`, by what lies there instead.
fn missing(
    module: Spanned<String>,
    below_src: &RelPath,
    project: &Project,
    tree: &SourceTree,
) -> LayoutFault {
    let flat = RelPath::new(module.value.replace('.', "/"));
    let flat_file = RelPath::new(format!("{flat}.py"));
    let beside = modules_below(tree, &RelPath::new(SRC));
    // `src.weather` is no name that anything is installed under
    if let Some(rest) = module.value.strip_prefix("src.") {
        let found = RelPath::new(SRC).join(&rest.replace('.', "/"));
        if is_package(tree, &found) {
            return LayoutFault::OtherNames { module, found: vec![found] };
        }
    }
    // the files of deeper folders beside `src` are not looked at
    let deep = flat.parent() != RelPath::root() && tree.has_folder(&flat);
    if deep || is_package(tree, &flat) {
        return LayoutFault::Flat { module, found: flat };
    }
    if tree.file(&flat_file).is_some() {
        return LayoutFault::Flat { module, found: flat_file };
    }
    let same = |path: &&RelPath| folded(path.name()) == folded(below_src.name());
    if let Some(found) = modules_in(tree, &below_src.parent()).iter().find(same).cloned() {
        return LayoutFault::OtherCase { module, found };
    }
    if tree.below(below_src).iter().any(|file| file.path.as_str().ends_with(".py")) {
        return LayoutFault::NoInit { module, folder: below_src.clone() };
    }
    if is_package(tree, &RelPath::new(SRC)) {
        return LayoutFault::SrcIsPackage { module };
    }
    if !beside.is_empty() {
        return LayoutFault::OtherNames { module, found: beside };
    }
    if let Some(found) = alike(tree, &RelPath::new(SRC), below_src.name()) {
        return LayoutFault::OtherCase { module, found };
    }
    let elsewhere = modules_in(tree, &RelPath::root()).into_iter().find(|path| !is_tool(path));
    let bare = || {
        let mut tops = std::iter::once(flat.clone()).chain(started(project));
        let top = tops.find(|path| path.name() != SRC && holds_modules(tree, path));
        top.or_else(|| dotted(project).filter(|path| tree.has_folder(path)))
    };
    match elsewhere.or_else(bare).or_else(|| displaced(tree, &flat)) {
        Some(found) => LayoutFault::Flat { module, found },
        None => LayoutFault::Nothing { module },
    }
}

/// The folder in `folder` that is called nearly so and holds modules, but no `__init__.py`.
fn alike(tree: &SourceTree, folder: &RelPath, name: &str) -> Option<RelPath> {
    let mut folders = tree.folders().filter(|path| path.parent() == *folder && holds_modules(tree, path));
    folders.find(|path| folded(path.name()) == folded(name)).cloned()
}

/// The folders at the root in which the modules would lie that the scripts name.
pub(super) fn started(project: &Project) -> impl Iterator<Item = RelPath> {
    let modules = project.scripts().filter_map(|(_, script)| Some(&script.reference.as_ref().ok()?.module));
    modules.filter_map(|module| module.split('.').next().map(RelPath::new))
}

/// The folder of the namespace package that the project's name tells: `awslabs/s3` for `awslabs.s3`.
pub(super) fn dotted(project: &Project) -> Option<RelPath> {
    let name = project.name.as_ref()?.value.to_lowercase().replace('-', "_");
    name.contains('.').then(|| RelPath::parse(&name.replace('.', "/")).ok())?
}

/// What other projects call the folder of their modules.
const DISPLACED: [&str; 5] = ["lib", "python", "source", "sources", SRC];

/// The folder of that path in one that other projects have in the place of `src`.
fn displaced(tree: &SourceTree, flat: &RelPath) -> Option<RelPath> {
    let mut folders =
        tree.folders().filter(|folder| DISPLACED.contains(&folder.as_str().to_ascii_lowercase().as_str()));
    folders.find_map(|folder| Some(folder.join(flat.as_str())).filter(|path| tree.has_folder(path)))
}

fn holds_modules(tree: &SourceTree, folder: &RelPath) -> bool {
    tree.below(folder).iter().any(|file| file.path.parent() == *folder && file.path.name().ends_with(".py"))
}

/// The name as a file system that ignores case, or a person, would read it.
fn folded(name: &str) -> String {
    name.strip_suffix(".py").unwrap_or(name).to_lowercase().replace(['-', '.'], "_")
}

/// The packages and single-file modules that lie directly in `folder`.
fn modules_in(tree: &SourceTree, folder: &RelPath) -> Vec<RelPath> {
    let packages = tree.folders().filter(|path| path.parent() == *folder && is_package(tree, path)).cloned();
    let files = tree.files().iter().map(|file| &file.path);
    let single = files
        .filter(|path| {
            path.parent() == *folder && path.name().ends_with(".py") && !path.name().starts_with("__")
        })
        .cloned();
    packages.chain(single).collect()
}

/// The modules in `folder`, and those in the namespaces there: folders that hold packages and no module (PEP 420).
fn modules_below(tree: &SourceTree, folder: &RelPath) -> Vec<RelPath> {
    let mut found = modules_in(tree, folder);
    for inner in tree.folders().filter(|path| path.parent() == *folder && is_identifier(path.name())) {
        if modules_in(tree, inner).iter().all(|path| is_package(tree, path)) && !is_package(tree, inner) {
            found.extend(modules_below(tree, inner));
        }
    }
    found
}

/// A Python file or folder that projects keep at their root and never install.
pub(super) fn is_tool(path: &RelPath) -> bool {
    let tools = [
        "setup.py", "conftest.py", "noxfile.py", "tasks.py", "fabfile.py", "dodo.py", "SConstruct.py",
        "manage.py", "tests", "test", "docs", "doc", "examples", "example", "scripts", "tools", "benchmarks",
        "benches",
    ];
    tools.contains(&path.name())
}

impl LayoutFault {
    /// The name that was sought, and where it was written.
    pub fn module(&self) -> &Spanned<String> {
        match self {
            Self::NotIdentifier { module, .. }
            | Self::Flat { module, .. }
            | Self::SrcIsPackage { module }
            | Self::OtherCase { module, .. }
            | Self::OtherNames { module, .. }
            | Self::NoInit { module, .. }
            | Self::Nothing { module }
            | Self::Blocked { module }
            | Self::Twice { module, .. }
            | Self::Excluded { module, .. } => module,
        }
    }

    /// Where the name was written.
    pub fn span(&self, project: &Project) -> Span {
        let span = self.module().span;
        if span == Span::default() { name_place(project) } else { span }
    }
}
