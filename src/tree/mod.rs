//! The files of the project as they lie on the disk or in an archive, and the one reader of the disk.
//!
//! Only the folders that can go into an artifact are walked; what is never shipped is not descended into.
//! Which of the files ship is decided later, by `layout` and `plan`.

mod checkout;
mod disk;
mod git;
mod junk;
mod packed;
mod search;
mod secret;
mod text;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::text::RelPath;

pub use checkout::is_of_an_installer;
pub use disk::{read_first, walk};
pub use junk::{Junk, junk, junk_at};
pub use packed::unpack;
pub use search::{folders_where, matching, real};

/// A regular file, reached perhaps through a link that stays inside the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Where it lies; for a link, the link's own path.
    pub path: RelPath,
    /// Its length in bytes when it was looked at.
    pub size: u64,
    /// Whether its owner may execute it.
    pub executable: bool,
}

/// An entry of a walked folder that cannot be packed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TreeFault {
    /// The entry; where its name is not UTF-8, the folder that holds it.
    pub path: RelPath,
    /// What is wrong with it.
    pub kind: TreeFaultKind,
}

/// What is wrong with an entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TreeFaultKind {
    /// A link whose target lies outside the project.
    LinkLeaves {
        /// What the link says.
        target: String,
    },
    /// A link whose target does not exist.
    LinkBroken {
        /// What the link says.
        target: String,
    },
    /// A link that leads back to a folder which holds it, or one behind more links than any project has.
    LinkLoop {
        /// What the link says.
        target: String,
    },
    /// Neither a file, a folder nor a link: `FIFO`, `socket`, `device`.
    Special {
        /// Its kind.
        kind: &'static str,
    },
    /// A name that is not UTF-8, shown with replacement characters.
    NotUtf8 {
        /// The name.
        name: String,
    },
    /// A folder that may not be listed.
    Unreadable {
        /// What the system said.
        reason: String,
    },
}

/// Texts that stand in place of files, or where none are.
pub type TextOverlay = BTreeMap<RelPath, String>;

/// The files of the project that may go into an artifact.
#[derive(Debug, Default)]
pub struct SourceTree {
    root: PathBuf,
    files: Vec<SourceFile>,
    folders: BTreeSet<RelPath>,
    /// The names of the files behind links to files, where they differ from the links' own.
    real_names: BTreeMap<RelPath, Box<str>>,
    junk: Vec<(RelPath, Junk)>,
    faults: Vec<TreeFault>,
    /// What is read in place of the disk's files.
    drafts: BTreeMap<RelPath, Vec<u8>>,
}

impl SourceTree {
    /// The project's root on the disk.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The tree without its lists: enough to read files from.
    #[must_use]
    pub fn without_lists(self) -> Self {
        Self { root: self.root, ..Self::default() }
    }

    /// The tree with `drafts` in place of its files.
    #[must_use]
    pub fn with_drafts(mut self, drafts: &TextOverlay) -> Self {
        for (path, text) in drafts {
            let size = text.len() as u64;
            match self.files.binary_search_by(|file| file.path.cmp(path)) {
                Ok(index) => self.files[index].size = size,
                Err(index) => {
                    self.files.insert(index, SourceFile { path: path.clone(), size, executable: false });
                }
            }
        }
        self.drafts = drafts.iter().map(|(path, text)| (path.clone(), text.clone().into_bytes())).collect();
        self
    }

    /// All files in bytewise order of their paths.
    pub fn files(&self) -> &[SourceFile] {
        &self.files
    }

    /// The file at `path`, in exactly this case.
    pub fn file(&self, path: &RelPath) -> Option<&SourceFile> {
        self.files.binary_search_by(|file| file.path.cmp(path)).ok().map(|index| &self.files[index])
    }

    /// The files anywhere below `folder`, in bytewise order.
    pub fn below(&self, folder: &RelPath) -> &[SourceFile] {
        let start = format!("{folder}/");
        let first = self.files.partition_point(|file| file.path.as_str() < start.as_str());
        let count = self.files[first..].partition_point(|file| file.path.as_str().starts_with(&start));
        &self.files[first..first + count]
    }

    /// Whether a folder lies at `path`, in exactly this case.
    pub fn has_folder(&self, path: &RelPath) -> bool {
        self.folders.contains(path)
    }

    /// The folders seen, in order.
    pub fn folders(&self) -> impl Iterator<Item = &RelPath> {
        self.folders.iter()
    }

    /// The name of the file itself, where `file` is a link to it.
    pub fn real_name<'t>(&'t self, file: &'t SourceFile) -> &'t str {
        self.real_names.get(&file.path).map_or(file.path.name(), |name| name)
    }

    /// What was passed over because it never ships, in order.
    pub fn junk(&self) -> &[(RelPath, Junk)] {
        &self.junk
    }

    /// What cannot be packed, in order; also what lies where nothing ships.
    pub fn faults(&self) -> &[TreeFault] {
        &self.faults
    }
}

#[cfg(all(test, unix))]
mod tests;
