//! Which files go into the wheel and into the sdist, and which are kept back.

use std::collections::{BTreeMap, BTreeSet};

use super::{Layout, Root, SRC, Shipped};
use crate::project::{FILE_NAME, License, Parsed, Project, ReadmeSource};
use crate::spec::glob::{Glob, GlobFault};
use crate::text::RelPath;
use crate::tree::{SourceFile, SourceTree, is_secret};

/// Fills in the wheel's and the sdist's files.
pub(super) fn choose(layout: &mut Layout, project: &Project, tree: &SourceTree) {
    let mut withheld = BTreeSet::new();
    let settings = &project.settings;
    let mut wheel = BTreeMap::new();
    for file in installed(&layout.roots, tree) {
        let Some(path) = file.path.below(&RelPath::new(SRC)) else { continue };
        if matches(&settings.wheel_exclude, &file.path) {
            continue;
        }
        if holds_secret(tree, file) && !matches(&settings.wheel_include, &file.path) {
            withheld.insert(file.path.clone());
            continue;
        }
        wheel.insert(path.to_owned(), file.clone());
    }
    for file in tree.below(&RelPath::new(SRC)).iter().filter(|file| matches(&settings.wheel_include, &file.path)) {
        if let Some(path) = file.path.below(&RelPath::new(SRC)) {
            wheel.insert(path.to_owned(), file.clone());
        }
    }
    layout.wheel = wheel.into_iter().map(|(installed, file)| Shipped { installed, file }).collect();
    layout.data = data(project, tree);
    layout.sboms = sboms(project, tree);
    layout.sdist = sdist(layout, project, tree, &mut withheld);
    layout.withheld = withheld.into_iter().collect();
}

/// The files of the modules: all below a package, the one of a single-file module with its stub, and the
/// `__init__.py` of the packages above a dotted one.
fn installed<'t>(roots: &[Root], tree: &'t SourceTree) -> Vec<&'t SourceFile> {
    let mut files = Vec::new();
    for root in roots {
        if root.package {
            files.extend(tree.below(&root.path));
        } else {
            let stub = RelPath::new(format!("{}i", root.path));
            files.extend([tree.file(&root.path), tree.file(&stub)].into_iter().flatten());
        }
        let mut above = root.path.parent();
        while above.below(&RelPath::new(SRC)).is_some() {
            files.extend(tree.file(&above.join("__init__.py")));
            above = above.parent();
        }
    }
    files
}

fn matches(globs: &[Parsed<Glob, GlobFault>], path: &RelPath) -> bool {
    globs.iter().any(|glob| glob.value.as_ref().is_ok_and(|glob| glob.matches_file_or_folder_of(path.as_str())))
}

/// Whether a file holds credentials: by its name, or for a `.pem` or `.key` by what it holds, as those are as often
/// a public certificate.
fn holds_secret(tree: &SourceTree, file: &SourceFile) -> bool {
    let name = file.path.name().to_ascii_lowercase();
    let maybe_key = (name.ends_with(".pem") || name.ends_with(".key")) && file.size < 1 << 20;
    let private = |bytes: Vec<u8>| {
        let mark = b"PRIVATE KEY-----";
        bytes.windows(mark.len()).any(|window| window == mark)
    };
    is_secret(&name) || (maybe_key && tree.read(&file.path).is_ok_and(private))
}

/// The files of the scheme folders.
fn data(project: &Project, tree: &SourceTree) -> Vec<Shipped> {
    let folders = project.settings.data.iter();
    let mut files: Vec<_> = folders
        .flat_map(|data| {
            let folder = &data.folder.value;
            let installed = |file: &SourceFile| file.path.below(folder).map(|rest| format!("{}/{rest}", data.scheme));
            tree.below(folder).iter().filter_map(move |file| {
                Some(Shipped { installed: installed(file)?, file: file.clone() })
            })
        })
        .collect();
    files.sort_by(|left, right| left.installed.cmp(&right.installed));
    files
}

/// The bills of materials, by file name.
fn sboms(project: &Project, tree: &SourceTree) -> Vec<Shipped> {
    let chosen = tree.files().iter().filter(|file| matches(&project.settings.sbom_files, &file.path));
    let by_name: BTreeMap<_, _> = chosen.map(|file| (file.path.name().to_owned(), file.clone())).collect();
    by_name.into_iter().map(|(installed, file)| Shipped { installed, file }).collect()
}

/// All files of the sdist: what any wheel of it needs, and what its tests need.
fn sdist(layout: &Layout, project: &Project, tree: &SourceTree, withheld: &mut BTreeSet<RelPath>) -> Vec<SourceFile> {
    let shipped = layout.wheel.iter().chain(&layout.data).chain(&layout.sboms).map(|shipped| &shipped.file);
    let named = named(project).into_iter();
    let mut files: BTreeMap<RelPath, SourceFile> = shipped
        .chain(&layout.licenses)
        .chain(named.filter_map(|path| tree.file(&path)))
        .map(|file| (file.path.clone(), file.clone()))
        .collect();
    let settings = &project.settings;
    for file in tree.files() {
        let included = matches(&settings.sdist_include, &file.path);
        if files.contains_key(&file.path) || !(included || is_usual(&file.path)) {
            continue;
        }
        if matches(&settings.sdist_exclude, &file.path) {
            continue;
        }
        if holds_secret(tree, file) && !included {
            withheld.insert(file.path.clone());
        } else {
            files.insert(file.path.clone(), file.clone());
        }
    }
    files.into_values().collect()
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
    named
}

/// Whether the sdist holds a file without being told: the tests, the changelog, and the readme.
fn is_usual(path: &RelPath) -> bool {
    let first = path.parts().next().unwrap_or_default();
    let at_root = path.parent() == RelPath::root();
    let stem = first.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let prose = ["README", "CHANGELOG", "CHANGES", "HISTORY", "NEWS"].contains(&stem.as_str());
    if at_root { prose || first == "conftest.py" } else { first == "tests" || first == "test" }
}

/// Whether a file at the root is a readme that a dynamic `readme` takes: `README.md`, `README.rst`, `README.txt`.
pub fn is_readme(path: &RelPath) -> bool {
    path.parent() == RelPath::root()
        && ["readme.md", "readme.rst", "readme.txt"].contains(&path.name().to_ascii_lowercase().as_str())
}
