//! What will be in each archive, decided before anything is written: `files` prints precisely this.

mod build_info;
mod editable;
mod metadata;
mod sdist;
mod wheel;

use crate::layout::{InstalledFile, Layout};
use crate::project::Project;
use crate::text::RelPath;
use crate::tree::{SourceFile, SourceTree};

pub use build_info::add_build_info;
pub use editable::{EditableFault, editable, editable_dist_info};
pub use metadata::Metadata;
pub use sdist::sdist;
pub use wheel::{add_bill, add_contract, wheel};

/// The content of one artifact.
#[derive(Debug, PartialEq, Eq)]
pub struct Plan {
    /// The artifact's file name, such as `weather-1.0-py3-none-any.whl`.
    pub file_name: String,
    /// Its entries in archive order; each path stands once.
    pub entries: Vec<Entry>,
}

/// One file of an archive.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the archive: UTF-8, `/`, relative.
    pub path: String,
    /// What it holds.
    pub content: Content,
    /// Whether it may be executed once unpacked: mode 755, else 644.
    pub executable: bool,
}

/// What an entry holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// A file of the project.
    File {
        /// Where it lies.
        path: RelPath,
        /// Its length in bytes when it was looked at.
        size: u64,
    },
    /// Bytes made by this build.
    Bytes(Vec<u8>),
    /// The wheel's RECORD, known only once all other entries are; always the last.
    Record,
}

/// What every plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Materials<'a> {
    /// `pyproject.toml`.
    pub project: &'a Project,
    /// The files on the disk.
    pub tree: &'a SourceTree,
    /// Which of them ship.
    pub layout: &'a Layout,
    /// What all artifacts say of the project.
    pub metadata: &'a Metadata,
}

impl Entry {
    fn file(path: String, file: &SourceFile) -> Self {
        let content = Content::File { path: file.path.clone(), size: file.size };
        Self { path, content, executable: file.executable }
    }

    /// A file made by this build.
    pub fn bytes(path: String, bytes: impl Into<Vec<u8>>) -> Self {
        Self { path, content: Content::Bytes(bytes.into()), executable: false }
    }

    fn shipped(folder: &str, shipped: &InstalledFile) -> Self {
        Self::file(format!("{folder}{}", shipped.installed), &shipped.file)
    }

    /// The entry's length in bytes; none for RECORD, which is not written yet.
    pub fn size(&self) -> Option<u64> {
        match &self.content {
            Content::File { size, .. } => Some(*size),
            Content::Bytes(bytes) => Some(bytes.len() as u64),
            Content::Record => None,
        }
    }
}
