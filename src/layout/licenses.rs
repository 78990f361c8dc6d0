//! The licence files: those that `license-files` names, or else the usual ones at the root (PEP 639).

use std::collections::BTreeMap;

use super::files::candidates;
use crate::project::{License, Project};
use crate::text::{RelPath, Spanned};
use crate::tree::{SourceFile, SourceTree};

/// What is wrong with a licence file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LicenseFileFault {
    /// A pattern matches no file: "MUST raise an error if any individual user-specified pattern does not match at
    /// least one file".
    NoMatch {
        /// Whether a folder matches, which is no licence.
        folder: Option<RelPath>,
    },
    /// A file is not UTF-8 text.
    NotUtf8 {
        /// The file.
        path: RelPath,
    },
    /// The file that `license = { file = ... }` names is not there.
    NoFile,
}

/// The licence files in order of their paths, each once, and what is wrong.
pub(super) fn find(
    project: &Project,
    tree: &SourceTree,
) -> (Vec<SourceFile>, Vec<Spanned<LicenseFileFault>>) {
    let mut found = BTreeMap::new();
    let mut faults = Vec::new();
    for pattern in project.license_files.iter().flatten() {
        let Ok(glob) = &pattern.value else { continue };
        let matching: Vec<_> = candidates(tree).filter(|file| glob.matches(file.path.as_str())).collect();
        if matching.is_empty() {
            let folder = tree.folders().find(|folder| glob.matches(folder.as_str())).cloned();
            faults.push(Spanned::new(LicenseFileFault::NoMatch { folder }, pattern.span));
        }
        for file in matching {
            if !is_utf8(tree, file) {
                let fault = LicenseFileFault::NotUtf8 { path: file.path.clone() };
                faults.push(Spanned::new(fault, pattern.span));
            }
            found.insert(file.path.clone(), file.clone());
        }
    }
    if let Some(License::File(named)) = &project.license {
        match RelPath::parse(&named.value).ok().and_then(|path| tree.file(&path)) {
            Some(file) => drop(found.insert(file.path.clone(), file.clone())),
            None => faults.push(Spanned::new(LicenseFileFault::NoFile, named.span)),
        }
    }
    if project.license_files.is_none() {
        found.extend(usual(tree).map(|file| (file.path.clone(), file.clone())));
    }
    (found.into_values().collect(), faults)
}

fn is_utf8(tree: &SourceTree, file: &SourceFile) -> bool {
    // a file that cannot be read fails the build later, with the system's words
    tree.read(&file.path).map_or(true, |bytes| std::str::from_utf8(&bytes).is_ok())
}

/// The licence files that tools look for at the root when nothing is said.
fn usual(tree: &SourceTree) -> impl Iterator<Item = &SourceFile> {
    tree.files().iter().filter(|file| is_usual(&file.path))
}

/// Whether a file at the root is taken for a licence when nothing is said.
pub(super) fn is_usual(path: &RelPath) -> bool {
    let name = path.name();
    let upper = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "AUTHORS"];
    let stem = name.split('.').next().unwrap_or_default();
    let known = upper.iter().any(|start| name.starts_with(start))
        || stem.eq_ignore_ascii_case("license") && is_prose(name);
    known && path.parent() == RelPath::root()
}

fn is_prose(name: &str) -> bool {
    name.rsplit_once('.').is_none_or(|(_, suffix)| ["txt", "md", "rst"].contains(&suffix))
}
