//! Which packages setuptools finds: <https://setuptools.pypa.io/en/latest/userguide/package_discovery.html>.

use super::Refusal;
use super::work::{self, Work};
use crate::foreign::{self, Said, Setup};
use crate::project::toml::{self, Kind};
use crate::spec::fnmatch::fnmatch;
use crate::text::RelPath;

/// Folders that are found by accident: `find` does not pass over them.
const STRAY: &[&str] =
    &["tests", "test", "docs", "doc", "examples", "example", "scripts", "benchmarks", "benchmark"];
/// Where packages are looked for, and which.
#[derive(Default)]
struct Find {
    roots: Vec<String>,
    include: Vec<String>,
    exclude: Vec<String>,
    /// Whether folders without an `__init__.py` are packages.
    spaces: bool,
}

impl Find {
    /// As `of` tells by its keys; in `root` where it names no folder.
    fn told(root: &str, spaces: bool, of: impl Fn(&str) -> Vec<String>) -> Self {
        let mut roots = of("where");
        if roots.is_empty() {
            roots.push(root.to_owned());
        }
        Self { roots, include: of("include"), exclude: of("exclude"), spaces }
    }
}

/// Decides which packages and modules the wheel installs.
pub(super) fn place(work: &mut Work<'_>, setup: &Setup) -> Result<(), Refusal> {
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
        // a package lies in the folder of the nearest above it that has one of its own
        let place = |name: &str| {
            let mut above = std::iter::successors(Some(name), |name| Some(name.rsplit_once('.')?.0));
            let own = above.find_map(|above| {
                let (_, folder) = folders.iter().find(|(own, _)| !own.is_empty() && own == above)?;
                Some(format!("{folder}{}", name[above.len()..].replace('.', "/")))
            });
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
    let pairs = work.document.entries("tool.setuptools.package-dir");
    let mut all: Vec<(String, String)> =
        pairs.iter().filter_map(|(name, node)| Some((name.clone(), toml::text(node)?))).collect();
    work.document.carry("tool.setuptools.package-dir");
    if let Some(Said::Table(table)) = setup.get("package_dir") {
        all.extend(table.iter().map(|(name, folder)| (name.clone(), folder.concat())));
    }
    for (_, folder) in &mut all {
        *folder = work::plain(folder).to_owned();
    }
    all.retain(|(name, folder)| !(name.is_empty() && folder.is_empty()));
    all
}

fn find(work: &mut Work<'_>, setup: &Setup, root: &str) -> Option<Find> {
    let key = "tool.setuptools.packages.find";
    if work.document.at(key).is_some() {
        let of = |key: &str| {
            work.document.strings(&format!("tool.setuptools.packages.find.{key}")).unwrap_or_default()
        };
        let flat = work
            .document
            .at(&format!("{key}.namespaces"))
            .is_some_and(|node| matches!(node.kind, Kind::Bool(false)));
        let find = Find::told(root, !flat, of);
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
            Some(Find::told(root, *spaces, of))
        }
        _ => None,
    }
}

/// Installs the packages that are found in a folder.
fn found(work: &mut Work<'_>, folder: &str, find: &Find) -> bool {
    let root = work::plain(folder).to_owned();
    let prefix = if root.is_empty() { String::new() } else { format!("{root}/") };
    let name = |path: &RelPath| path.as_str().strip_prefix(&prefix).map(|rest| rest.replace('/', "."));
    let init = |path: &RelPath| work.tree.file(&path.join("__init__.py")).is_some();
    let package = |path: &RelPath| {
        let mut all = std::iter::successors(Some(path.clone()), |path| Some(path.parent()));
        let below = |path: &RelPath| name(path).is_some_and(|name| !name.is_empty());
        find.spaces || all.by_ref().take_while(below).all(|path| init(&path))
    };
    let wanted = |path: &RelPath| {
        name(path).is_some_and(|name| {
            (find.include.is_empty() || find.include.iter().any(|pattern| fnmatch(pattern, &name)))
                && !find.exclude.iter().any(|pattern| fnmatch(pattern, &name))
                && package(path)
        })
    };
    let tops: Vec<RelPath> = work
        .tree
        .folders()
        .filter(|path| {
            let top = name(path)
                .is_some_and(|name| !name.contains('.') && crate::spec::identifier::is_identifier(&name));
            let inner = || {
                work.tree
                    .below(path)
                    .iter()
                    .any(|file| wanted(&file.path.parent()) && file.path.name().ends_with(".py"))
            };
            top && inner()
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
    only(work, |folder| name(folder).is_none() || wanted(folder));
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
            && !foreign::is_no_package(path.name())
            && modules(path)
    };
    let packages: Vec<String> = work.tree.folders().filter(package).map(ToString::to_string).collect();
    let single = |path: &RelPath| {
        top(path) && path.name().strip_suffix(".py").is_some_and(|name| !foreign::is_no_module(name))
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
