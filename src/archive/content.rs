//! What the entries hold, read once from first byte to last and never more than a piece at a time.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;

use crate::error::Error;
use crate::plan::{Content, Entry};
use crate::text::RelPath;
use crate::tree::SourceTree;

/// An entry from here on is streamed alone; smaller ones are read whole, side by side.
pub(super) const LARGE: u64 = 4 << 20;
/// How much of a large entry is held at once.
pub(super) const PIECE: usize = 1 << 20;
/// The bounds of a batch of entries.
const BATCH_ENTRIES: usize = 512;
const BATCH_BYTES: u64 = 4 << 20;

/// How many bytes `entry` holds; RECORD's are not known beforehand.
pub(super) fn size(entry: &Entry) -> u64 {
    match &entry.content {
        Content::File { size, .. } => *size,
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::Record => 0,
    }
}

/// The places of all `entries`, in batches bounded by number and by bytes.
pub(super) fn batches(entries: &[Entry]) -> impl Iterator<Item = Vec<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let (first, mut bytes) = (next, 0);
        while let Some(entry) = entries.get(next)
            && next - first < BATCH_ENTRIES
            && (next == first || bytes + size(entry) <= BATCH_BYTES)
        {
            bytes += size(entry);
            next += 1;
        }
        (first < next).then(|| (first..next).collect())
    })
}

/// A file of the project being read; its length is the planned one, or it [changed](Error::Changed).
pub(super) struct Stream {
    file: File,
    place: PathBuf,
    left: u64,
}

impl Stream {
    /// Opens the file at `path`, planned to be `size` bytes long.
    pub(super) fn open(tree: &SourceTree, path: &RelPath, size: u64) -> Result<Self, Error> {
        Ok(Self { file: tree.open(path)?, place: path.on_disk(tree.root()), left: size })
    }

    /// Fills `piece`, less of it only at the end; says how much.
    pub(super) fn read(&mut self, piece: &mut [u8]) -> Result<usize, Error> {
        let wanted = usize::try_from(self.left).map_or(piece.len(), |left| left.min(piece.len()));
        let mut filled = 0;
        while filled < wanted {
            match self.read_some(&mut piece[filled..wanted])? {
                0 => return Err(Error::Changed { path: self.place.clone() }),
                count => filled += count,
            }
        }
        self.left -= filled as u64;
        if self.left == 0 && self.read_some(&mut [0])? > 0 {
            return Err(Error::Changed { path: self.place.clone() });
        }
        Ok(filled)
    }

    /// All of it.
    pub(super) fn read_whole(mut self) -> Result<Vec<u8>, Error> {
        let length = usize::try_from(self.left).expect("only small files are read whole");
        let mut bytes = vec![0; length];
        self.read(&mut bytes)?;
        Ok(bytes)
    }

    fn read_some(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        loop {
            match self.file.read(buffer) {
                Err(fault) if fault.kind() == std::io::ErrorKind::Interrupted => {}
                result => return result.map_err(Error::read(&self.place)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(size: usize) -> Entry {
        Entry { path: String::new(), content: Content::Bytes(vec![0; size]), executable: false }
    }

    #[test]
    fn bounds_a_batch_by_number_and_bytes() {
        let large = usize::try_from(LARGE).expect("fits");
        let mut entries: Vec<Entry> = (0..BATCH_ENTRIES + 2).map(|_| entry(1)).collect();
        entries.extend([entry(large), entry(large - 1), entry(1), entry(1)]);
        let lengths: Vec<usize> = batches(&entries).map(|batch| batch.len()).collect();
        assert_eq!(lengths, [BATCH_ENTRIES, 2, 1, 2, 1]);
        assert!(batches(&entries).flatten().eq(0..entries.len()));
    }

    #[test]
    fn notices_another_length() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("x"), "12345").expect("written");
        let tree = crate::tree::walk(folder.path(), &[]).expect("walked");
        let read = |size| Stream::open(&tree, &RelPath::new("x"), size).and_then(Stream::read_whole);
        assert_eq!(read(5).expect("as planned"), b"12345");
        for size in [0, 4, 6] {
            assert!(matches!(read(size), Err(Error::Changed { .. })), "{size}");
        }
    }
}
