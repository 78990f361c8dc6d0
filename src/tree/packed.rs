//! A wheel or an sdist as a tree: its files are read into memory, none is written anywhere.
//!
//! Whoever made the archive is not trusted: sizes are bounded, names that leave the archive and links are passed over.
//! Only what is read of a program is kept, Python and metadata; of all else the name and the size.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Seek as _, SeekFrom};
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

/// Reads the wheel or sdist at `path` as a tree of the files in it; an sdist's one folder is the root.
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
            let above = std::iter::successors(Some(path.parent()), |folder| Some(folder.parent()));
            tree.folders.extend(above.take_while(|folder| *folder != RelPath::root()));
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
        || [
            "pyproject.toml", "setup.cfg", "hatch.toml", "MANIFEST.in", ".gitignore", "PKG-INFO", "METADATA",
            "entry_points.txt",
        ]
        .contains(&name)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;
    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    /// What is found in an archive of these bytes.
    fn unpacked(bytes: &[u8]) -> Result<SourceTree, Error> {
        let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
        file.write_all(bytes).expect("it is written");
        unpack(file.path())
    }

    fn files(tree: &SourceTree) -> Vec<(&str, u64)> {
        tree.files().iter().map(|file| (file.path.as_str(), file.size)).collect()
    }

    fn zipped() -> Vec<u8> {
        let mut writer = ZipWriter::new(io::Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default();
        for name in ["a/x.py", "a/logo.png", "../up.py", "/root.py", "a/../../y.py", "a\\b.py"] {
            writer.start_file(name, options).expect("an entry begins");
            writer.write_all(b"x = 1\n").expect("it is written");
        }
        writer.add_symlink("a/link.py", "/etc/passwd", options).expect("a link is added");
        writer.finish().expect("the archive ends").into_inner()
    }

    fn tarred(prefix: &str) -> Vec<u8> {
        let encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        let mut writer = tar::Builder::new(encoder);
        for name in ["x.py", "logo.png", "PKG-INFO"] {
            let mut header = tar::Header::new_gnu();
            header.set_size(6);
            let name = format!("{prefix}{name}");
            writer.append_data(&mut header, name, b"x = 1\n".as_slice()).expect("an entry is written");
        }
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(tar::EntryType::Symlink);
        header.set_size(0);
        writer
            .append_link(&mut header, format!("{prefix}link.py"), "/etc/passwd")
            .expect("a link is written");
        writer.into_inner().and_then(flate2::write::GzEncoder::finish).expect("the archive ends")
    }

    #[test]
    fn takes_no_link_and_no_name_that_leaves() {
        let tree = unpacked(&zipped()).expect("it can be read");
        assert_eq!(files(&tree), [("logo.png", 6), ("x.py", 6)]);
        assert_eq!(tree.read(&RelPath::new("x.py")).ok(), Some(b"x = 1\n".to_vec()));
        assert!(tree.read(&RelPath::new("logo.png")).is_err());
    }

    #[test]
    fn takes_the_one_folder_of_an_sdist_for_the_root() {
        for prefix in ["a-1.0/", "./a-1.0/", ""] {
            let tree = unpacked(&tarred(prefix)).expect("it can be read");
            assert_eq!(files(&tree), [("PKG-INFO", 6), ("logo.png", 6), ("x.py", 6)], "{prefix}");
        }
    }

    #[test]
    fn keeps_no_more_than_a_server_holds() {
        let mut held = Held { kept: MOST_KEPT - 4, ..Held::default() };
        let mut endless = io::repeat(b'#');
        assert!(held.take("a.png", u64::MAX, &mut endless).is_ok());
        assert!(held.take("a.py", 4, endless.by_ref().take(4)).is_ok());
        assert!(held.take("b.py", 1, &mut endless).is_err());
        assert_eq!(held.kept, MOST_KEPT + 1);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn never_panics(which: bool, at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
            let mut bytes = if which { zipped() } else { tarred("a/") };
            let place = at.index(bytes.len());
            bytes[place] = byte;
            let _ = unpacked(&bytes);
            let _ = unpacked(&bytes[..cut.index(bytes.len())]);
        }
    }
}
