//! A wheel or an sdist as a tree: its files are read into memory, none is written anywhere.
//!
//! Whoever made the archive is not trusted: sizes are bounded, names that leave the archive and links are passed over.
//! Only what is read of a program is kept, Python and metadata; of all else the name and the size.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use zip::ZipArchive;

use super::{SourceFile, SourceTree};
use crate::error::Error;
use crate::text::RelPath;

/// No archive of a server holds more files.
const MOST_FILES: usize = 100_000;
/// Nor more bytes of Python and metadata.
const MOST_KEPT: u64 = 128 << 20;
/// Nor is an sdist larger when unpacked: it is to be read to the end, whatever is kept of it.
const LARGEST: u64 = 1 << 30;

/// Reads the wheel or sdist at `path` as a tree of the files in it; an sdist's one folder is the root. Its folders
/// are not listed.
///
/// # Errors
/// When it cannot be read, or is no such archive or none that anybody publishes.
pub fn unpack(path: &Path) -> Result<SourceTree, Error> {
    let error = || Error::read(path);
    // a FIFO would be waited on for ever
    if !fs::metadata(path).map_err(error())?.is_file() {
        return Err(error()(io::Error::other("not a regular file")));
    }
    let mut file = BufReader::new(File::open(path).map_err(error())?);
    let mut held = Held::default();
    // a shorter file is neither
    let mut magic = [0; 2];
    let read = file.read_exact(&mut magic).and_then(|()| file.seek(SeekFrom::Start(0)));
    match (read, &magic) {
        (Ok(_), b"PK") => held.zip(file),
        (Ok(_), b"\x1f\x8b") => held.tar(file),
        _ => Err(io::Error::other("neither a wheel nor an sdist")),
    }
    .map_err(error())?;
    Ok(held.tree(path))
}

/// The files found: their sizes, and the bytes of those that are kept.
#[derive(Default)]
struct Held {
    files: BTreeMap<RelPath, (u64, Option<Vec<u8>>)>,
    kept: u64,
}

impl Held {
    fn zip(&mut self, file: BufReader<File>) -> io::Result<()> {
        let mut archive = ZipArchive::new(file).map_err(io::Error::other)?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(io::Error::other)?;
            if entry.is_file() {
                let (name, size) = (entry.name().map_err(io::Error::other)?.into_owned(), entry.size());
                self.take(&name, size, entry)?;
            }
        }
        Ok(())
    }

    fn tar(&mut self, file: BufReader<File>) -> io::Result<()> {
        let mut archive = tar::Archive::new(MultiGzDecoder::new(file).take(LARGEST));
        for entry in archive.entries()? {
            let entry = entry?;
            if entry.header().entry_type().is_file() {
                let (name, size) = (String::from_utf8_lossy(&entry.path_bytes()).into_owned(), entry.size());
                self.take(&name, size, entry)?;
            }
        }
        Ok(())
    }

    /// Takes note of a file, and keeps what it holds if that is wanted.
    fn take(&mut self, name: &str, size: u64, content: impl Read) -> io::Result<()> {
        let Ok(path) = RelPath::parse(name) else { return Ok(()) };
        let bytes = if is_kept(path.name()) {
            let mut bytes = Vec::new();
            content.take(MOST_KEPT - self.kept + 1).read_to_end(&mut bytes)?;
            self.kept += bytes.len() as u64;
            Some(bytes)
        } else {
            None
        };
        let size = bytes.as_ref().map_or(size, |bytes| bytes.len() as u64);
        self.files.insert(path, (size, bytes));
        if self.kept > MOST_KEPT || self.files.len() > MOST_FILES {
            return Err(io::Error::other("it holds more than any server"));
        }
        Ok(())
    }

    fn tree(self, path: &Path) -> SourceTree {
        let top = self.top();
        let mut tree = SourceTree { root: path.to_path_buf(), ..SourceTree::default() };
        for (path, (size, bytes)) in self.files {
            let path = path.below(&top).map_or(path.clone(), RelPath::new);
            tree.drafts.extend(bytes.map(|bytes| (path.clone(), bytes)));
            tree.files.push(SourceFile { path, size, executable: false });
        }
        tree.files.sort_unstable_by(|left, right| left.path.cmp(&right.path));
        tree
    }

    /// The one folder of an sdist; the root for a wheel.
    fn top(&self) -> RelPath {
        let mut tops = self.files.keys().filter_map(|path| path.parts().next());
        let first = tops.next().unwrap_or_default();
        let is_folder = !self.files.contains_key(&RelPath::new(first));
        if is_folder && !first.ends_with(".dist-info") && tops.all(|top| top == first) {
            RelPath::new(first)
        } else {
            RelPath::root()
        }
    }
}

fn is_kept(name: &str) -> bool {
    name.ends_with(".py")
        || ["pyproject.toml", "setup.cfg", "PKG-INFO", "METADATA", "entry_points.txt"].contains(&name)
}
