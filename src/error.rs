//! What stops a build though the packager made no mistake: the disk failed, or the caller misused us.

use std::io;
use std::path::{Path, PathBuf};

/// The world failed. What the packager can mend in their files is a [`crate::diagnostic::Diagnostic`] instead.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The disk refused a read.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The disk refused a write.
    #[error("cannot write `{}`: {source}", path.display())]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file was not the same from one look to the next.
    #[error("`{}` changed while it was read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// The finished archive does not hold what was planned; it was thrown away.
    #[error("the archive for `{}` failed its check: {fault}", path.display())]
    Corrupt {
        /// The artifact that would have been.
        path: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// The caller asked for something that cannot be.
    #[error("{fault} (in `{}`)", path.display())]
    Usage {
        /// The project.
        path: PathBuf,
        /// What was asked wrongly.
        fault: String,
    },
    /// The user interrupted the build.
    #[error("interrupted while building `{}`", path.display())]
    Interrupted {
        /// The artifact that would have been.
        path: PathBuf,
    },
}

impl Error {
    /// A refused read of `path`; for `map_err`.
    pub fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Read { path, source }
    }

    /// A refused write of `path`; for `map_err`.
    pub fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Write { path, source }
    }
}
