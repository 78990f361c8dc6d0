//! Which files go into the wheel and into the sdist, and which are kept back.

use std::collections::{BTreeMap, BTreeSet};

use super::{InstalledFile, Layout, SRC, TopLevelModule};
use crate::project::{FILE_NAME, License, Parsed, Project, ReadmeSource};
use crate::spec::glob::{Glob, GlobFault};
use crate::text::RelPath;
use crate::tree::{SourceFile, SourceTree};

/// The contract of the last release, which a build from the sdist is held to as one from the tree.
const CONTRACT: &str = "mcp-contract.json";
/// The recorded answer of the server, without which the wheel of an sdist would hold another contract.
const LIVE: &str = "mcp-live.json";
/// The metadata of an unpacked sdist.
const PKG_INFO: &str = "PKG-INFO";

/// Fills in the files of the wheel and of the sdist.
///
/// A file of credentials is kept back from both, unless a setting names exactly it.
pub(super) fn choose(layout: &mut Layout, project: &Project, tree: &SourceTree) {
    let settings = &project.settings;
    let mut gate = Gate { tree, withheld: BTreeSet::new() };
    let src = RelPath::new(SRC);
    let modules = installed(&layout.roots, tree).into_iter();
    let modules = modules.filter(|file| !matches(&settings.wheel_exclude, &file.path));
    let included = tree.below(&src).iter().filter(|file| matches(&settings.wheel_include, &file.path));
    let shipped = modules.chain(included).filter(|file| gate.lets_pass(file, &settings.wheel_include));
    // what lies elsewhere lies at the root, in a project of another backend
    let path = |file: &SourceFile| file.path.below(&src).unwrap_or(file.path.as_str()).to_owned();
    let wheel: BTreeMap<String, SourceFile> = shipped.map(|file| (path(file), file.clone())).collect();
    layout.wheel = wheel.into_iter().map(|(installed, file)| InstalledFile { installed, file }).collect();
    layout.data = data(project, tree);
    layout.data.retain(|shipped| gate.lets_pass(&shipped.file, &settings.wheel_include));
    layout.sboms = sboms(project, tree);
    layout.sboms.retain(|shipped| gate.lets_pass(&shipped.file, &settings.sbom_files));
    let license_files = project.license_files.as_deref().unwrap_or_default();
    layout.licenses.retain(|file| gate.lets_pass(file, license_files));
    layout.sdist = sdist(layout, project, &mut gate);
    layout.withheld = gate.withheld.into_iter().collect();
}

/// Where files of credentials are kept back.
struct Gate<'t> {
    tree: &'t SourceTree,
    withheld: BTreeSet<RelPath>,
}

impl Gate<'_> {
    fn lets_pass(&mut self, file: &SourceFile, globs: &[Parsed<Glob, GlobFault>]) -> bool {
        let passes = !self.tree.holds_secret(file) || names(globs, &file.path);
        if !passes {
            self.withheld.insert(file.path.clone());
        }
        passes
    }
}

/// Whether a glob names the file itself: a folder of it, or a star in its name, was not written with it in mind.
fn names(globs: &[Parsed<Glob, GlobFault>], path: &RelPath) -> bool {
    let ends = |glob: &Glob| glob.as_str().rsplit('/').next() == Some(path.name());
    globs.iter().any(|glob| glob.value.as_ref().is_ok_and(|glob| ends(glob) && glob.matches(path.as_str())))
}

/// The files of the modules: all below a package, the one of a single-file module with its stub, and the
/// `__init__.py` of the packages above a dotted one.
fn installed<'t>(roots: &[TopLevelModule], tree: &'t SourceTree) -> Vec<&'t SourceFile> {
    let mut files = Vec::new();
    for root in roots {
        if root.package {
            files.extend(tree.below(&root.path));
        } else {
            let stub = RelPath::new(format!("{}i", root.path));
            files.extend([tree.file(&root.path), tree.file(&stub)].into_iter().flatten());
        }
        let mut above = root.path.parent();
        while above != RelPath::root() && above != RelPath::new(SRC) {
            files.extend(tree.file(&above.join("__init__.py")));
            above = above.parent();
        }
    }
    files
}

pub(super) fn matches(globs: &[Parsed<Glob, GlobFault>], path: &RelPath) -> bool {
    globs
        .iter()
        .any(|glob| glob.value.as_ref().is_ok_and(|glob| glob.matches_file_or_folder_of(path.as_str())))
}

/// The files of the scheme folders.
fn data(project: &Project, tree: &SourceTree) -> Vec<InstalledFile> {
    let folders = project.settings.data.iter();
    let mut files: Vec<_> = folders
        .flat_map(|data| {
            let folder = &data.folder.value;
            let installed =
                |file: &SourceFile| file.path.below(folder).map(|rest| format!("{}/{rest}", data.scheme));
            tree.below(folder).iter().filter_map(move |file| {
                Some(InstalledFile { installed: installed(file)?, file: file.clone() })
            })
        })
        .collect();
    files.sort_by(|left, right| left.installed.cmp(&right.installed));
    files
}

/// The bills of materials in order of their file names; where two have the same, both.
fn sboms(project: &Project, tree: &SourceTree) -> Vec<InstalledFile> {
    let chosen = candidates(tree).filter(|file| matches(&project.settings.sbom_files, &file.path));
    let mut sboms: Vec<_> = chosen
        .map(|file| InstalledFile { installed: file.path.name().to_owned(), file: file.clone() })
        .collect();
    sboms.sort_by(|left, right| left.installed.cmp(&right.installed));
    sboms
}

/// All files of the sdist: what any wheel of it needs, and what its tests need.
fn sdist(layout: &Layout, project: &Project, gate: &mut Gate<'_>) -> Vec<SourceFile> {
    let settings = &project.settings;
    let tree = gate.tree;
    let mut files: BTreeMap<RelPath, SourceFile> =
        needed(layout, project, tree).map(|file| (file.path.clone(), file.clone())).collect();
    for file in candidates(tree) {
        if files.contains_key(&file.path) {
            continue;
        }
        let chosen = is_usual(&file.path) || matches(&settings.sdist_include, &file.path);
        if chosen
            && !matches(&settings.sdist_exclude, &file.path)
            && gate.lets_pass(file, &settings.sdist_include)
        {
            files.insert(file.path.clone(), file.clone());
        }
    }
    files.into_values().collect()
}

/// The files that a pattern can choose: all but the PKG-INFO of an unpacked sdist, which is made anew, and which the
/// tree that the sdist came from does not have.
pub(super) fn candidates(tree: &SourceTree) -> impl Iterator<Item = &SourceFile> {
    tree.files().iter().filter(|file| file.path.as_str() != PKG_INFO)
}

/// The files without which a wheel built from the sdist would be another.
pub(super) fn needed<'a>(
    layout: &'a Layout,
    project: &Project,
    tree: &'a SourceTree,
) -> impl Iterator<Item = &'a SourceFile> {
    let shipped = layout.wheel.iter().chain(&layout.data).chain(&layout.sboms).map(|shipped| &shipped.file);
    let named = named(project).into_iter().filter_map(|path| tree.file(&path));
    let live = tree.file(&RelPath::new(LIVE));
    shipped.chain(&layout.licenses).chain(named).chain(dynamic_readme(project, tree)).chain(live)
}

/// The needed files that `sdist-exclude` matches, in order.
pub(super) fn kept(layout: &Layout, project: &Project, tree: &SourceTree) -> Vec<RelPath> {
    let excluded =
        needed(layout, project, tree).filter(|file| matches(&project.settings.sdist_exclude, &file.path));
    excluded.map(|file| file.path.clone()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The files that the metadata names, which every artifact is made from.
pub(super) fn named(project: &Project) -> Vec<RelPath> {
    let mut named = vec![RelPath::new(FILE_NAME)];
    let readme = project.readme.as_ref().map(|readme| &readme.source);
    let license = project.license.as_ref();
    if let Some(ReadmeSource::File(file)) = readme {
        named.extend(RelPath::parse(&file.value));
    }
    if let Some(License::File(file)) = license {
        named.extend(RelPath::parse(&file.value));
    }
    named.extend(project.settings.locked.as_ref().map(|lock| lock.value.clone()));
    named
}

/// Whether the sdist holds a file without being told: the tests, the changelog, the readme, and the released contract.
pub(super) fn is_usual(path: &RelPath) -> bool {
    let Some((first, _)) = path.as_str().split_once('/') else {
        let name = path.as_str();
        let stem = name.split('.').next().unwrap_or_default().to_ascii_uppercase();
        let prose = ["README", "CHANGELOG", "CHANGES", "HISTORY", "NEWS"].contains(&stem.as_str());
        return prose || ["conftest.py", CONTRACT].contains(&name);
    };
    first == "tests" || first == "test"
}

/// The readme that a dynamic `readme` takes: the first at the root of `README.md`, `README.rst`, `README.txt`.
pub fn dynamic_readme<'t>(project: &Project, tree: &'t SourceTree) -> Option<&'t SourceFile> {
    let wanted = project.is_dynamic("readme");
    tree.files().iter().find(|file| wanted && is_readme(&file.path))
}

/// Whether a file at the root is such a readme.
pub fn is_readme(path: &RelPath) -> bool {
    path.parent() == RelPath::root()
        && ["readme.md", "readme.rst", "readme.txt"].contains(&path.name().to_ascii_lowercase().as_str())
}
