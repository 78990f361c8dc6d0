//! What will be in each archive, decided before anything is written: `files` prints precisely this.

use crate::text::RelPath;

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
