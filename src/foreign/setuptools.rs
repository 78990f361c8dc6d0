//! Setuptools: <https://setuptools.pypa.io/en/latest/userguide/package_discovery.html>, told by `pyproject.toml`,
//! `setup.cfg` or `setup.py`, or by nobody.

use super::setuptools_data::{self as data, Package};
use super::{Backend, Known, Said, Wheel, entries, plain};
use crate::project::toml::{self, TomlKind};
use crate::spec::fnmatch::fnmatch;
use crate::spec::identifier::is_identifier;
use crate::text::RelPath;
use crate::tree::SourceTree;

/// Folders at the root that setuptools passes over when it looks for packages by itself.
const NO_PACKAGES: &[&str] = &[
    "ci", "bin", "debian", "doc", "docs", "documentation", "manpages", "news", "newsfragments", "changelog",
    "test", "tests", "unit_test", "unit_tests", "example", "examples", "scripts", "tools", "util", "utils",
    "python", "build", "dist", "venv", "env", "requirements", "tasks", "fabfile", "site_scons", "benchmark",
    "benchmarks", "exercise", "exercises", "htmlcov", "[._]*",
];
/// Files at the root that it passes over then.
const NO_MODULES: &[&str] = &[
    "setup", "conftest", "test", "tests", "example", "examples", "build", "toxfile", "noxfile", "pavement",
    "dodo", "tasks", "fabfile", "[Ss][Cc]onstruct", "conanfile", "manage", "benchmark", "benchmarks",
    "exercise", "exercises", "[._]*",
];

/// Which packages are taken of those in a folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Finder {
    /// Patterns of dotted names; all when empty.
    pub(crate) include: Vec<String>,
    /// Patterns of those that are not.
    pub(crate) exclude: Vec<String>,
    /// Whether folders without an `__init__.py` are packages.
    pub(crate) spaces: bool,
}

/// What is installed: packages, whose own files only count, and modules that stand alone, by name and path.
#[derive(Default)]
struct Chosen {
    packages: Vec<Package>,
    modules: Vec<(String, String)>,
}

pub(crate) static BACKEND: Backend = Backend { name: "setuptools", begins: &["setuptools."], select };

fn select(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    code(known, wheel);
    let folders = Folders::read(known);
    if !folders.root().is_empty()
        && !RelPath::parse(folders.root()).is_ok_and(|path| known.tree.has_folder(&path))
    {
        let why = format!("setuptools looks for the modules in `{}`, which is not there", folders.root());
        wheel.stops(known, "tool.setuptools.package-dir", why);
    }
    let chosen = told(known, &folders, wheel).unwrap_or_else(|| discovered(known, &folders, wheel));
    for package in &chosen.packages {
        let folder = RelPath::parse(&package.folder).unwrap_or_default();
        let to = package.name.replace('.', "/");
        let tree = wheel.tree;
        let own = tree.files().iter().filter(|file| file.path.parent() == folder);
        for file in own.filter(|file| file.path.name().ends_with(".py") && file.path.as_str() != "setup.py") {
            wheel.add(&format!("{to}/{}", file.path.name()), file);
        }
    }
    for (name, path) in &chosen.modules {
        if !wheel.add_all(path, &format!("{}.py", name.replace('.', "/")), |_| true) {
            let why = format!("`{path}` is to be installed, and is not there");
            wheel.stops(known, "tool.setuptools.py-modules", why);
        }
    }
    data::add(known, &chosen.packages, wheel);
    versions(known, &folders, wheel);
}

/// Tells of code that may change what ships.
fn code(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    /// Arguments that say nothing of files.
    const OF_FILES: &[&str] = &[
        "packages", "package_dir", "py_modules", "package_data", "include_package_data",
        "exclude_package_data", "cmdclass", "ext_modules", "distclass",
    ];
    if known.setup.unread {
        wheel.unknown_at("setup.py", "what it tells `setup` is computed");
    }
    for (name, _, file, _) in known.setup.computed().filter(|(name, ..)| OF_FILES.contains(&name.as_str())) {
        // what is written in `pyproject.toml` counts
        let key = format!("tool.setuptools.{}", name.replace('_', "-"));
        if known.at(&key).is_none() {
            wheel.unknown_at(file, format!("`{name}` is computed"));
        }
    }
    for key in ["tool.setuptools.ext-modules", "tool.setuptools.cmdclass"] {
        if known.at(key).is_some() {
            wheel.unknown(known, key, "code of the project runs when it is built");
        }
    }
}

/// `package-dir`: the folders of packages, the root's under an empty name.
struct Folders(Vec<(String, String)>);

impl Folders {
    fn read(known: &Known<'_>) -> Self {
        let written = entries(known.at("tool.setuptools.package-dir"));
        let mut all: Vec<(String, String)> =
            written.filter_map(|(name, node)| Some((name.to_owned(), plain(&toml::text(node)?)))).collect();
        let others = known.setup.table("package_dir").into_iter();
        all.extend(others.map(|(name, folder)| (name, plain(&folder.concat()))));
        Self(all)
    }

    fn own(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, folder)| folder.as_str())
    }

    fn root(&self) -> &str {
        self.own("").unwrap_or_default()
    }

    /// Where a package or module lies: in the folder of the nearest above it that has one of its own.
    fn of(&self, name: &str) -> String {
        let mut above = std::iter::successors(Some(name), |name| Some(name.rsplit_once('.')?.0));
        let own = above.find_map(|above| Some((self.own(above)?, &name[above.len()..])));
        let (folder, rest) = own.unwrap_or((self.root(), name));
        plain(&format!("{folder}/{}", rest.replace('.', "/")))
    }
}

/// What is told; none where nobody tells anything.
fn told(known: &Known<'_>, folders: &Folders, wheel: &mut Wheel<'_>) -> Option<Chosen> {
    let key = "tool.setuptools.packages";
    let modules = known.strings("tool.setuptools.py-modules").or_else(|| known.setup.list("py_modules"));
    let written = known.at(key).map(|node| &node.kind);
    let packages = match written {
        Some(TomlKind::Table(_)) => None,
        Some(_) => known.strings(key),
        None => known.setup.list("packages"),
    };
    let named = |name: String| Package { folder: folders.of(&name), name };
    let packages: Option<Vec<Package>> = match packages {
        Some(names) => Some(names.into_iter().map(named).collect()),
        None => finders(known, folders).map(|finders| {
            let found = finders.iter().flat_map(|(root, finder)| finder.found(known.tree, root));
            found.collect()
        }),
    };
    for package in packages.iter().flatten() {
        if !package.folder.is_empty()
            && !RelPath::parse(&package.folder).is_ok_and(|path| known.tree.has_folder(&path))
        {
            wheel.stops(known, key, format!("the folder of the package `{}` is not there", package.name));
        }
    }
    if packages.is_none() && modules.is_none() {
        return None;
    }
    let place = |name: String| {
        let path = format!("{}.py", folders.of(&name));
        (name, path)
    };
    let modules = modules.into_iter().flatten().map(place).collect();
    Some(Chosen { packages: packages.unwrap_or_default(), modules })
}

/// Where packages are looked for, and which.
fn finders(known: &Known<'_>, folders: &Folders) -> Option<Vec<(String, Finder)>> {
    let key = "tool.setuptools.packages.find";
    let roots = |told: Vec<String>| {
        let told: Vec<String> = told.iter().map(|folder| plain(folder)).collect();
        if told.is_empty() { vec![folders.root().to_owned()] } else { told }
    };
    if known.at("tool.setuptools.packages").is_some() {
        let of = |name: &str| known.strings(&format!("{key}.{name}")).unwrap_or_default();
        let flat = known.at(&format!("{key}.namespaces"));
        let spaces = !flat.is_some_and(|node| matches!(node.kind, TomlKind::Bool(false)));
        let finder = Finder { include: of("include"), exclude: of("exclude"), spaces };
        return Some(roots(of("where")).into_iter().map(|root| (root, finder.clone())).collect());
    }
    let Said::Find { spaces, parts } = known.setup.get("packages")? else { return None };
    let of = |key: &str| {
        let part = parts.iter().find(|(name, _)| name == key);
        part.map(|(_, values)| values.clone()).unwrap_or_default()
    };
    let finder = Finder { include: of("include"), exclude: of("exclude"), spaces: *spaces };
    Some(roots(of("where")).into_iter().map(|root| (root, finder.clone())).collect())
}

impl Finder {
    /// The packages in a folder.
    pub(crate) fn found(&self, tree: &SourceTree, root: &str) -> Vec<Package> {
        let root = RelPath::parse(root).unwrap_or_default();
        let mut open: Vec<RelPath> = vec![root.clone()];
        let mut found = Vec::new();
        while let Some(above) = open.pop() {
            for folder in tree.folders().filter(|folder| folder.parent() == above && **folder != root) {
                let Some(name) = self.seen(tree, folder, &root) else { continue };
                let is = |patterns: &[String]| patterns.iter().any(|pattern| fnmatch(pattern, &name));
                if (self.include.is_empty() || is(&self.include)) && !is(&self.exclude) {
                    found.push(Package { name: name.clone(), folder: folder.to_string() });
                }
                let pruned = [format!("{name}*"), format!("{name}.*")];
                if !self.exclude.iter().any(|pattern| pruned.contains(pattern)) {
                    open.push(folder.clone());
                }
            }
        }
        found.sort_by(|left, right| left.name.cmp(&right.name));
        found
    }

    /// The name of a folder that looks like a package.
    fn seen(&self, tree: &SourceTree, folder: &RelPath, root: &RelPath) -> Option<String> {
        let below = if *root == RelPath::root() { folder.as_str() } else { folder.below(root)? };
        let name = folder.name();
        let package = self.spaces || tree.file(&folder.join("__init__.py")).is_some();
        let passed = name.contains('.') || name.ends_with("__pycache__") || below == "ez_setup";
        (package && !passed).then(|| below.replace('/', "."))
    }
}

/// What setuptools finds without a word: what `package-dir` names, all in `src`, or the one package or module at the
/// root.
fn discovered(known: &Known<'_>, folders: &Folders, wheel: &mut Wheel<'_>) -> Chosen {
    let all = Finder { spaces: true, ..Finder::default() };
    let own: Vec<&(String, String)> = folders.0.iter().filter(|(name, _)| !name.is_empty()).collect();
    if !own.is_empty() {
        let inner = |(name, folder): &(String, String)| {
            let nested = all.found(known.tree, folder).into_iter();
            let nested =
                nested.map(|one| Package { name: format!("{name}.{}", one.name), folder: one.folder });
            let mut packages = vec![Package { name: name.clone(), folder: folder.clone() }];
            packages.extend(nested);
            packages
        };
        return Chosen { packages: own.into_iter().flat_map(inner).collect(), ..Chosen::default() };
    }
    let src = folders.own("").unwrap_or("src");
    if RelPath::parse(src).is_ok_and(|path| known.tree.has_folder(&path)) {
        let modules = modules(known.tree, src, &[]);
        return Chosen { packages: all.found(known.tree, src), modules };
    }
    flat(known, wheel)
}

/// The one package at the root, or else the one module; setuptools refuses to choose between several.
fn flat(known: &Known<'_>, wheel: &mut Wheel<'_>) -> Chosen {
    let finder = Finder {
        exclude: NO_PACKAGES.iter().flat_map(|name| [(*name).to_owned(), format!("{name}.*")]).collect(),
        spaces: true,
        ..Finder::default()
    };
    let stubs = |name: &str| name.ends_with("-stubs");
    let valid = |package: &Package| {
        let mut parts = package.name.split('.');
        let first = parts.next().unwrap_or_default();
        (is_identifier(first) || stubs(first)) && parts.all(is_identifier)
    };
    let packages: Vec<Package> = finder.found(known.tree, "").into_iter().filter(valid).collect();
    let tops: Vec<&str> = packages
        .iter()
        .map(|package| package.name.as_str())
        .filter(|name| !name.contains('.') && !stubs(name))
        .collect();
    let modules = if packages.is_empty() { modules(known.tree, "", NO_MODULES) } else { Vec::new() };
    let names: Vec<&str> =
        if tops.is_empty() { modules.iter().map(|(name, _)| name.as_str()).collect() } else { tops };
    if names.len() > 1 {
        let why = format!("setuptools refuses to choose between {}", crate::text::listed(&names));
        wheel.stops(known, "project.name", why);
    }
    Chosen { packages, modules }
}

/// The modules in a folder, by name and path.
fn modules(tree: &SourceTree, folder: &str, passed: &[&str]) -> Vec<(String, String)> {
    let own = tree.files().iter().filter(|file| file.path.parent().as_str() == folder);
    let names = own.filter_map(|file| Some((file.path.name().strip_suffix(".py")?, file)));
    names
        .filter(|(name, _)| is_identifier(name) && !passed.iter().any(|pattern| fnmatch(pattern, name)))
        .map(|(name, file)| (name.to_owned(), file.path.to_string()))
        .collect()
}

/// The module that a plugin writes the version into.
fn versions(known: &Known<'_>, folders: &Folders, wheel: &mut Wheel<'_>) {
    for key in ["write_to", "version_file"] {
        if let Some(file) = known.text(&format!("tool.setuptools_scm.{key}")).map(|file| plain(&file)) {
            let below = [folders.root(), "src"].iter().find_map(|root| {
                file.strip_prefix(root)?.strip_prefix('/').filter(|_| !root.is_empty()).map(str::to_owned)
            });
            wheel.made(below.unwrap_or(file));
        }
    }
}
