//! Setuptools: <https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html>, with `setup.cfg`, `setup.py` and
//! `MANIFEST.in`.

use super::setup_cfg::{Said, Setup};
use super::work::{self, Work, array, quoted};
use super::{Backend, Refusal, manifest, setup_cfg};
use crate::project::toml::{self, Kind};
use crate::spec::glob::Glob;
use crate::text::RelPath;

pub(super) static BACKEND: Backend = Backend {
    name: "setuptools",
    modules: &["setuptools."],
    requires: &["setuptools", "wheel", "setuptools-scm", "setuptools-git-versioning"],
    tables: &["tool.setuptools", "tool.setuptools_scm", "tool.setuptools-git-versioning", "tool.distutils"],
    void: &[
        "tool.setuptools.include-package-data",
        "tool.setuptools.zip-safe",
        "tool.setuptools.platforms",
        "tool.setuptools.package-data",
        "tool.distutils.bdist_wheel.universal",
    ],
    commands: &["python setup.py", "python3 setup.py", "setup.py "],
    carry,
};

const TABLE: &str = "tool.setuptools";

/// Folders and files at the root that setuptools passes over when it looks for packages by itself.
const NO_PACKAGES: &[&str] = &[
    "ci",
    "bin",
    "debian",
    "doc",
    "docs",
    "documentation",
    "manpages",
    "news",
    "newsfragments",
    "changelog",
    "test",
    "tests",
    "unit_test",
    "unit_tests",
    "example",
    "examples",
    "scripts",
    "tools",
    "util",
    "utils",
    "python",
    "build",
    "dist",
    "venv",
    "env",
    "requirements",
    "benchmark",
    "benchmarks",
    "exercise",
    "exercises",
    "htmlcov",
];
/// Folders that are found by accident: `find` does not pass over them.
const STRAY: &[&str] =
    &["tests", "test", "docs", "doc", "examples", "example", "scripts", "benchmarks", "benchmark"];
const NO_MODULES: &[&str] = &[
    "setup",
    "conftest",
    "test",
    "tests",
    "example",
    "examples",
    "build",
    "toxfile",
    "noxfile",
    "pavement",
    "dodo",
    "tasks",
    "fabfile",
    "conanfile",
    "manage",
    "benchmark",
    "benchmarks",
    "exercise",
    "exercises",
];

fn carry(work: &mut Work<'_>) -> Result<(), Refusal> {
    if work.document.at("tool.setuptools.ext-modules").is_some() {
        return Err(Refusal("the project compiles extension modules, which mcp-backend does not".to_owned()));
    }
    let setup = setup_cfg::read(work)?;
    setup_cfg::project(work, &setup);
    dynamic(work);
    modules(work, &setup)?;
    excluded_data(work);
    manifest::carry(work);
    if let Some(files) = work.document.strings("tool.setuptools.license-files") {
        if work.document.at("project.license-files").is_none() {
            work.settle("license-files", array(&files));
        }
        work.document.carry("tool.setuptools.license-files");
    }
    Ok(())
}

/// `tool.setuptools.dynamic`, and the plugins that ask the repository.
fn dynamic(work: &mut Work<'_>) {
    for (key, node) in work.pairs("tool.setuptools.dynamic") {
        let path = format!("tool.setuptools.dynamic.{key}");
        let files = toml::at(&node, "file").map(toml::strings);
        let attr = toml::at(&node, "attr").and_then(toml::text);
        match (key.as_str(), files, attr) {
            ("version", _, Some(attr)) => {
                version_of(work, &attr);
            }
            ("version", Some(files), _) => {
                files.iter().any(|file| work.version_file(file));
            }
            ("readme", Some(files), _) if files.len() == 1 => work.settle("readme", quoted(&files[0])),
            ("description", Some(files), _) if files.len() == 1 => {
                if let Some(text) = work.read(&files[0]) {
                    work.settle("description", quoted(text.trim()));
                }
            }
            ("dependencies", Some(files), _) => {
                if let Some(all) = work.required_in(&files) {
                    work.settle("dependencies", all);
                }
            }
            ("optional-dependencies", ..) => extras(work, &node),
            _ => {}
        }
        if work.is_settled(&key) {
            work.document.carry(&path);
        }
    }
    let plugins = ["tool.setuptools_scm", "tool.setuptools-git-versioning"];
    let listed = work.document.strings("build-system.requires").unwrap_or_default();
    let asked = plugins.iter().any(|key| work.document.at(key).is_some())
        || listed.iter().any(|one| one.starts_with("setuptools-scm") || one.starts_with("setuptools_scm"));
    if asked && work.is_dynamic("version") && !work.is_settled("version") {
        let span = work.document.at("project.dynamic").map(|node| node.span).unwrap_or_default();
        work.version_of_repository(span);
        for key in ["write_to", "version_file"] {
            let key = format!("tool.setuptools_scm.{key}");
            if let (Some(file), Some(node)) = (work.document.text(&key), work.document.at(&key)) {
                let span = node.span;
                work.tell(
                    span,
                    format!(
                        "nothing writes `{file}` any more: `importlib.metadata.version` says the version"
                    ),
                );
            }
        }
        if work.is_settled("version") {
            for key in plugins {
                work.document.carry(key);
            }
        }
    }
}

fn extras(work: &mut Work<'_>, node: &toml::Node) {
    let found: Option<Vec<String>> = super::document::pairs(node)
        .map(|(name, node)| {
            let files = toml::at(node, "file").map(toml::strings)?;
            Some(format!("{} = {}", work::key(name), work.required_in(&files)?))
        })
        .collect();
    if let Some(found) = found {
        work.settle("optional-dependencies", format!("{{ {} }}", found.join(", ")));
    }
}

/// The version at `weather.__version__`.
pub(super) fn version_of(work: &mut Work<'_>, attr: &str) -> bool {
    let Some((module, name)) = attr.trim().rsplit_once('.') else { return false };
    let path = module.replace('.', "/");
    ["", "src/", "lib/"].iter().any(|root| {
        [format!("{root}{path}/__init__.py"), format!("{root}{path}.py")]
            .iter()
            .any(|file| work.version_in(file, &[name]))
    })
}

/// Where packages are looked for, and which.
#[derive(Default)]
struct Find {
    roots: Vec<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    /// Whether folders without an `__init__.py` are packages.
    spaces: bool,
}

fn modules(work: &mut Work<'_>, setup: &Setup) -> Result<(), Refusal> {
    let folders = package_dir(work, setup);
    let root = folders
        .iter()
        .find(|(name, _)| name.is_empty())
        .map_or(String::new(), |(_, folder)| format!("{folder}/"));
    let mut told = false;
    let files = work.document.strings("tool.setuptools.py-modules").or(setup.list("py_modules"));
    work.document.carry("tool.setuptools.py-modules");
    for module in files.into_iter().flatten() {
        told |= work.installs_as(
            &format!("{root}{}.py", module.replace('.', "/")),
            &format!("{}.py", module.replace('.', "/")),
        );
    }
    let packages = work.document.at("tool.setuptools.packages").cloned();
    let listed = match packages.as_ref().map(|node| &node.kind) {
        Some(Kind::Array(_)) => work.document.strings("tool.setuptools.packages"),
        _ => setup.list("packages"),
    };
    if let Some(listed) = listed {
        let place = |name: &str| {
            let own = folders
                .iter()
                .find(|(own, _)| !own.is_empty() && own == name)
                .map(|(_, folder)| folder.clone());
            own.unwrap_or_else(|| format!("{root}{}", name.replace('.', "/")))
        };
        for name in &listed {
            told |= work.installs_as(&place(name), &name.replace('.', "/"));
        }
        let packages: Vec<RelPath> =
            listed.iter().filter_map(|name| RelPath::parse(&place(name)).ok()).collect();
        only(work, |folder| packages.contains(folder));
        work.document.carry("tool.setuptools.packages");
    } else if let Some(find) = find(work, setup, &root) {
        for folder in &find.roots {
            told |= found(work, folder, &find);
        }
    }
    if told {
        return Ok(());
    }
    by_itself(work, root.trim_end_matches('/'))
}

/// `package-dir`, in which an empty name is the root.
fn package_dir(work: &mut Work<'_>, setup: &Setup) -> Vec<(String, String)> {
    let pairs = work.pairs("tool.setuptools.package-dir");
    let mut all: Vec<(String, String)> =
        pairs.iter().filter_map(|(name, node)| Some((name.clone(), toml::text(node)?))).collect();
    work.document.carry("tool.setuptools.package-dir");
    if let Some(Said::Table(table)) = setup.get("package_dir") {
        all.extend(table.iter().map(|(name, folder)| (name.clone(), folder.concat())));
    }
    for (_, folder) in &mut all {
        *folder = folder.trim_start_matches("./").trim_matches('/').to_owned();
    }
    all.retain(|(name, folder)| !(name.is_empty() && (folder.is_empty() || folder == ".")));
    all
}

fn find(work: &mut Work<'_>, setup: &Setup, root: &str) -> Option<Find> {
    let key = "tool.setuptools.packages.find";
    let or_root = |roots: Vec<String>| if roots.is_empty() { vec![root.to_owned()] } else { roots };
    if work.document.at(key).is_some() {
        let of = |key: &str| {
            work.document.strings(&format!("tool.setuptools.packages.find.{key}")).unwrap_or_default()
        };
        let flat = work
            .document
            .at(&format!("{key}.namespaces"))
            .is_some_and(|node| matches!(node.kind, Kind::Bool(false)));
        let find = Find {
            roots: or_root(of("where")),
            include: of("include"),
            exclude: of("exclude"),
            spaces: !flat,
        };
        work.document.carry(key);
        return Some(find);
    }
    match setup.get("packages")? {
        Said::Find { spaces, parts } => {
            let of = |key: &str| {
                parts
                    .iter()
                    .find(|(name, _)| name == key)
                    .map(|(_, values)| values.clone())
                    .unwrap_or_default()
            };
            Some(Find {
                roots: or_root(of("where")),
                include: of("include"),
                exclude: of("exclude"),
                spaces: *spaces,
            })
        }
        _ => None,
    }
}

/// Installs the packages that are found in a folder.
fn found(work: &mut Work<'_>, folder: &str, find: &Find) -> bool {
    let root = folder.trim_start_matches("./").trim_matches('/').trim_start_matches('.').to_owned();
    let prefix = if root.is_empty() { String::new() } else { format!("{root}/") };
    let name = |path: &RelPath| path.as_str().strip_prefix(&prefix).map(|rest| rest.replace('/', "."));
    let wanted = |path: &RelPath| {
        name(path).is_some_and(|name| {
            (find.include.is_empty() || find.include.iter().any(|pattern| fits(pattern, &name)))
                && !find.exclude.iter().any(|pattern| fits(pattern, &name))
        })
    };
    let init = |path: &RelPath| work.tree.file(&path.join("__init__.py")).is_some();
    let tops: Vec<RelPath> = work
        .tree
        .folders()
        .filter(|path| {
            let top = name(path)
                .is_some_and(|name| !name.contains('.') && crate::spec::identifier::is_identifier(&name));
            let modules = || work.tree.below(path).iter().any(|file| file.path.name().ends_with(".py"));
            let inner = || {
                work.tree
                    .below(path)
                    .iter()
                    .any(|file| wanted(&file.path.parent()) && file.path.name().ends_with(".py"))
            };
            top && (if find.spaces { modules() } else { init(path) }) && inner()
        })
        .cloned()
        .collect();
    let mut any = false;
    for top in &tops {
        if find.include.is_empty() && STRAY.contains(&top.name()) && root.is_empty() {
            let span =
                work.document.at("tool.setuptools.packages.find").map(|node| node.span).unwrap_or_default();
            work.tell(
                span,
                format!(
                    "the wheel held `{top}` too, as a module of its own; it is left out, and where it lies"
                ),
            );
            continue;
        }
        any |= work.installs(top.as_str());
    }
    only(work, wanted);
    any
}

/// Keeps out of the wheel the folders of modules that are no package which ships.
fn only(work: &mut Work<'_>, wanted: impl Fn(&RelPath) -> bool) {
    let holds = |folder: &RelPath| {
        work.tree
            .below(folder)
            .iter()
            .any(|file| file.path.parent() == *folder && file.path.name().ends_with(".py"))
    };
    let folders: std::collections::BTreeSet<RelPath> =
        work.tree.folders().filter(|folder| holds(folder)).cloned().collect();
    let shipped = |path: &RelPath| {
        let mut folder = path.parent();
        while folder != RelPath::root() && !folders.contains(&folder) {
            folder = folder.parent();
        }
        folder == RelPath::root() || wanted(&folder)
    };
    work.exclude_rest(shipped);
}

/// Whether a name of a package matches a pattern, in which `*` also stands for dots.
fn fits(pattern: &str, name: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == name,
        Some((head, rest)) => name.strip_prefix(head).is_some_and(|tail| {
            let rest = rest.trim_start_matches('*');
            rest.is_empty()
                || tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| fits(rest, &tail[at..]))
        }),
    }
}

/// What setuptools finds without a word: all in `src`, or the one package or module at the root.
fn by_itself(work: &mut Work<'_>, root: &str) -> Result<(), Refusal> {
    let folder = if root.is_empty() { "src" } else { root };
    let find = Find { spaces: true, ..Find::default() };
    if work.tree.has_folder(&RelPath::parse(folder).unwrap_or_default()) {
        let mut any = found(work, folder, &find);
        let files: Vec<RelPath> = work
            .tree
            .below(&RelPath::parse(folder).unwrap_or_default())
            .iter()
            .map(|file| file.path.clone())
            .collect();
        for file in
            files.iter().filter(|file| file.parent().as_str() == folder && file.name().ends_with(".py"))
        {
            any |= work.installs(file.as_str());
        }
        if any {
            return Ok(());
        }
    }
    let top = |path: &RelPath| path.parent() == RelPath::root();
    let modules = |path: &RelPath| work.tree.below(path).iter().any(|file| file.path.name().ends_with(".py"));
    let package = |path: &&RelPath| {
        top(path)
            && crate::spec::identifier::is_identifier(path.name())
            && !NO_PACKAGES.contains(&path.name())
            && modules(path)
    };
    let packages: Vec<String> = work.tree.folders().filter(package).map(ToString::to_string).collect();
    let single = |path: &RelPath| {
        top(path) && path.name().strip_suffix(".py").is_some_and(|name| !NO_MODULES.contains(&name))
    };
    let files = || {
        work.tree.files().iter().map(|file| &file.path).filter(|path| single(path)).map(ToString::to_string)
    };
    let all = if packages.is_empty() { files().collect() } else { packages };
    match &all[..] {
        [] => Ok(()),
        [one] => {
            work.installs(one);
            Ok(())
        }
        several => {
            let names: Vec<&str> = several.iter().map(String::as_str).collect();
            Err(Refusal(format!(
                "{} lie beside `pyproject.toml`, and setuptools is not told which of them are installed: say it in `tool.setuptools.packages`",
                crate::text::listed(&names)
            )))
        }
    }
}

/// `exclude-package-data`.
fn excluded_data(work: &mut Work<'_>) {
    let key = format!("{TABLE}.exclude-package-data");
    for (package, node) in work.pairs(&key) {
        let folder = match package.as_str() {
            "*" | "" => "**".to_owned(),
            name => match work
                .finds(&name.replace('.', "/"))
                .or_else(|| work.finds(&format!("src/{}", name.replace('.', "/"))))
            {
                Some(folder) => folder,
                None => continue,
            },
        };
        let texts = toml::strings(&node);
        let globs: Option<Vec<Glob>> =
            texts.iter().map(|text| Glob::parse(&format!("{folder}/{text}")).ok()).collect();
        if let Some(globs) = globs {
            work.exclude(&globs);
            work.document.carry_key(
                ["tool", "setuptools", "exclude-package-data", &package].map(str::to_owned).to_vec(),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn matches_names_of_packages() {
        for (pattern, name, expected) in [
            ("a*", "a.b", true),
            ("a", "a.b", false),
            ("a.*", "a", false),
            ("*.tests", "a.b.tests", true),
            ("*tests*", "a.tests.b", true),
        ] {
            assert_eq!(super::fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
