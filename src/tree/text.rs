//! The text of a file of the tree, up to one length: whatever a stranger put there, reading ends soon.

use super::SourceTree;
use crate::text::RelPath;

/// A longer file is none that people write, in bytes; a table that a program made may be. Of Python
/// that is longer FIL011 tells that nothing in it is checked.
const LONGEST: u64 = 16 << 20;

impl SourceTree {
    /// Whether the file at `path` is longer than what is read as a text.
    pub fn is_too_long(&self, path: &RelPath) -> bool {
        self.file(path).is_some_and(|file| file.size > LONGEST)
    }

    /// The text of the file at `path`; none where there is none, it cannot be read, is too long or not UTF-8.
    pub fn text(&self, path: &RelPath) -> Option<String> {
        String::from_utf8(self.bytes_of_text(path)?).ok()
    }

    /// The same of a file in whatever encoding, `?` for each byte that is not UTF-8: whatever else stands in it has the
    /// place that it has in the file.
    pub fn text_lossy(&self, path: &RelPath) -> Option<String> {
        let text = String::from_utf8(self.bytes_of_text(path)?);
        Some(text.unwrap_or_else(|fault| in_place(fault.as_bytes())))
    }

    fn bytes_of_text(&self, path: &RelPath) -> Option<Vec<u8>> {
        self.file(path).filter(|file| file.size <= LONGEST)?;
        self.read(path).ok()
    }
}

fn in_place(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_people_write_and_nothing_longer() {
        let folder = tempfile::tempdir().expect("a folder");
        let lay =
            |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).expect("written");
        lay("a", "é".as_bytes());
        lay("latin", b"a\xe9 \xc3b\xc3\xa9");
        let long = std::fs::File::create(folder.path().join("long")).expect("made");
        long.set_len(LONGEST + 1).expect("grown");
        let tree = crate::tree::walk(folder.path(), &[]).expect("walked");
        let read = |name: &str| {
            let path = RelPath::new(name);
            (tree.text(&path), tree.text_lossy(&path), tree.is_too_long(&path))
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(read("a"), (some("é"), some("é"), false));
        assert_eq!(read("latin"), (None, some("a? ?bé"), false));
        assert_eq!(read("long"), (None, None, true));
        assert_eq!(read("missing"), (None, None, false));
    }
}
