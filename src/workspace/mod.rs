//! Several projects in one place: the members of a workspace of uv, or the projects below a plain folder.
//!
//! Standard: <https://docs.astral.sh/uv/concepts/projects/workspaces/>. Where that is silent, it is as uv 0.13 does it:
//! globs are matched against the disk, hidden folders and members that uv does not manage are no members, a member is a
//! folder with a `[project]` table, no two bear one name, and none is a workspace of its own.

mod manifest;
mod sources;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::project::FILE_NAME;
use crate::spec::name;
use crate::tree;
use manifest::Manifest;

pub use manifest::{is_ours, is_project};
pub use sources::{Siblings, siblings};

/// Projects that lie together.
#[derive(Debug, PartialEq, Eq)]
pub struct Workspace {
    /// The folder that holds them.
    pub root: PathBuf,
    /// Their folders, in order.
    pub members: Vec<PathBuf>,
    /// What is wrong with them as a whole.
    pub faults: Vec<WorkspaceFault>,
}

/// What is wrong with a workspace of uv, which uv itself refuses but for a glob that matches nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkspaceFault {
    /// A pattern cannot be read.
    #[error("`{pattern}` is no pattern: {reason}")]
    Pattern {
        /// As written.
        pattern: String,
        /// Why.
        reason: String,
    },
    /// Nothing lies where the members are looked for.
    #[error("`{0}` matches nothing")]
    Unmatched(String),
    /// A folder is named, and describes no project.
    #[error("`{}` matches `{pattern}` and holds no `{FILE_NAME}`", folder.display())]
    Undescribed {
        /// The folder, from the root.
        folder: PathBuf,
        /// What names it.
        pattern: String,
    },
    /// A `pyproject.toml` has no `[project]` table.
    #[error("the `{FILE_NAME}` of `{}` has no `[project]` table", .0.display())]
    NoProject(PathBuf),
    /// A member is a workspace of its own.
    #[error("the member `{}` is a workspace of its own, and uv nests none", .0.display())]
    Nested(PathBuf),
    /// Two members are called the same.
    #[error("`{}` and `{}` are both called `{name}`", first.display(), second.display())]
    SameName {
        /// The name.
        name: String,
        /// The first that bears it, from the root.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
}

impl WorkspaceFault {
    /// What to do about it.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Pattern { .. } => "mend it in `[tool.uv.workspace]`",
            Self::Unmatched(_) => "remove it from `members`, or mend it",
            Self::Undescribed { .. } | Self::NoProject(_) | Self::Nested(_) => {
                "name it in `exclude` of `[tool.uv.workspace]`, or make a project of it"
            }
            Self::SameName { .. } => "rename one of them",
        }
    }

    /// Whether uv refuses the workspace for it, whatever else lies in the folder.
    pub fn is_certain(&self) -> bool {
        matches!(self, Self::Pattern { .. } | Self::SameName { .. } | Self::Nested(_))
    }
}

/// The folders in which projects lie that are there for tests alone.
const FIXTURES: &[&str] =
    &["tests", "test", "testing", "testdata", "test_data", "fixtures", "build", "dist", "venv", "env"];

impl Workspace {
    /// The projects around or below the folder `start`: the members of the workspace of uv that it lies in, or else
    /// every project at or below it.
    ///
    /// # Errors
    /// When there is no such folder.
    pub fn around(start: &Path) -> Result<Self, Error> {
        let start = tree::real(start)?;
        match root_above(&start) {
            Some((root, manifest)) => Ok(Self::of_uv(root, &manifest)),
            None => Ok(Self::below(start)),
        }
    }

    /// The workspace of uv that `start`, a folder by its real path, lies in.
    pub(crate) fn of_uv_around(start: &Path) -> Option<(Self, Manifest)> {
        let (root, manifest) = root_above(start)?;
        Some((Self::of_uv(root, &manifest), manifest))
    }

    fn of_uv(root: PathBuf, manifest: &Manifest) -> Self {
        let mut faults = Vec::new();
        let excluded = excluded(&root, manifest, &mut faults);
        let mut named: BTreeMap<String, PathBuf> = BTreeMap::new();
        let (mut members, mut seen) = (Vec::new(), BTreeSet::new());
        let own = manifest.has_project().then(|| (root.clone(), String::new()));
        let matched = matched(&root, manifest, &mut faults);
        for (folder, pattern) in own.into_iter().chain(matched) {
            if !seen.insert(folder.clone()) || excluded.contains(&folder) {
                continue;
            }
            let found = Member::read(&root, &folder, &pattern);
            let Found::Member(member) = found else {
                faults.extend(found.fault());
                continue;
            };
            let short = from(&root, &folder).to_path_buf();
            if let Some(name) = &member.name {
                let name = name::normalize(name);
                if let Some(first) = named.insert(name.clone(), short.clone()) {
                    faults.push(WorkspaceFault::SameName { name, first, second: short });
                }
            }
            if member.is_package {
                members.push(folder);
            }
        }
        Self { root, members: once(members), faults }
    }

    /// Every project at or below a folder; of a workspace of uv its members.
    fn below(start: PathBuf) -> Self {
        let roots = |folder: &Path| Manifest::read(folder).filter(Manifest::is_workspace);
        let is_wanted = |folder: &Path| is_project(folder) || roots(folder).is_some();
        let found = tree::folders_where(&start, FIXTURES, is_wanted, |folder| roots(folder).is_some());
        let (mut members, mut faults) = (Vec::new(), Vec::new());
        for folder in found {
            match roots(&folder) {
                Some(manifest) => {
                    let inner = Self::of_uv(folder, &manifest);
                    members.extend(inner.members);
                    faults.extend(inner.faults);
                }
                None => members.push(folder),
            }
        }
        Self { root: start, members: once(members), faults }
    }
}

/// The folder as seen from the root, where it lies in it.
fn from<'f>(root: &Path, folder: &'f Path) -> &'f Path {
    folder.strip_prefix(root).unwrap_or(folder)
}

/// The folders in order, each once, by whatever way it is reached.
fn once(folders: Vec<PathBuf>) -> Vec<PathBuf> {
    let mut real = BTreeSet::new();
    let mut kept: Vec<PathBuf> = folders
        .into_iter()
        .filter(|folder| real.insert(tree::real(folder).unwrap_or_else(|_| folder.clone())))
        .collect();
    kept.sort();
    kept
}

/// The root of the workspace of uv that a folder lies in: the nearest `pyproject.toml` is one, or the next above it is
/// one that takes the project in.
fn root_above(start: &Path) -> Option<(PathBuf, Manifest)> {
    let mut inner: Option<&Path> = None;
    for folder in start.ancestors() {
        let Some(manifest) = Manifest::read(folder) else { continue };
        if manifest.is_workspace() {
            let takes = inner.is_none_or(|inner| takes_in(folder, &manifest, inner));
            return takes.then(|| (folder.to_path_buf(), manifest));
        }
        if inner.is_some() {
            // it lies among the files of another project
            return None;
        }
        inner = manifest.has_project().then_some(folder);
    }
    None
}

fn takes_in(root: &Path, manifest: &Manifest, project: &Path) -> bool {
    let mut faults = Vec::new();
    let is = |path: &PathBuf| tree::real(path).is_ok_and(|path| path == project);
    matched(root, manifest, &mut faults).iter().any(|(path, _)| is(path))
        && !excluded(root, manifest, &mut faults).iter().any(is)
}

/// What the patterns of the members match, each with the pattern.
fn matched(root: &Path, manifest: &Manifest, faults: &mut Vec<WorkspaceFault>) -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    for pattern in manifest.strings("tool.uv.workspace.members") {
        match tree::matching(root, &pattern) {
            Err(reason) => faults.push(WorkspaceFault::Pattern { pattern, reason }),
            Ok(found) if found.is_empty() => faults.push(WorkspaceFault::Unmatched(pattern)),
            Ok(found) => all.extend(found.into_iter().map(|path| (path, pattern.clone()))),
        }
    }
    all
}

/// What `exclude` matches: the folders themselves, and not what lies in them.
fn excluded(root: &Path, manifest: &Manifest, faults: &mut Vec<WorkspaceFault>) -> BTreeSet<PathBuf> {
    let mut all = BTreeSet::new();
    for pattern in manifest.strings("tool.uv.workspace.exclude") {
        match tree::matching(root, &pattern) {
            Err(reason) => faults.push(WorkspaceFault::Pattern { pattern, reason }),
            Ok(found) => all.extend(found),
        }
    }
    all
}

/// What a folder is that a pattern matches.
enum Found {
    Member(Member),
    Fault(WorkspaceFault),
    Nothing,
}

/// A project of the workspace.
struct Member {
    name: Option<String>,
    /// Whether a wheel of it is ever built.
    is_package: bool,
}

impl Member {
    fn read(root: &Path, folder: &Path, pattern: &str) -> Found {
        let short = from(root, folder).to_path_buf();
        if !folder.is_dir() {
            return Found::Nothing;
        }
        let Some(manifest) = Manifest::read(folder) else {
            let is_hidden = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            let fault = WorkspaceFault::Undescribed { folder: short, pattern: pattern.to_owned() };
            return if is_hidden { Found::Nothing } else { Found::Fault(fault) };
        };
        let is_root = folder == root;
        if manifest.is_workspace() && !is_root {
            return Found::Fault(WorkspaceFault::Nested(short));
        }
        if manifest.is_unmanaged() {
            return Found::Nothing;
        }
        // what is no TOML is told as what it is
        if !manifest.has_project() && manifest.is_readable {
            return Found::Fault(WorkspaceFault::NoProject(short));
        }
        Found::Member(Self { name: manifest.text("project.name"), is_package: manifest.is_package(is_root) })
    }
}

impl Found {
    fn fault(self) -> Option<WorkspaceFault> {
        match self {
            Self::Fault(fault) => Some(fault),
            Self::Member(_) | Self::Nothing => None,
        }
    }
}

#[cfg(test)]
mod tests;
