//! Exports as loose files, none of them over a file that somebody edited.
//!
//! Beside them stands a ledger with the SHA-256 of each as it was written, in the format of `sha256sum`: a file that is
//! still what the ledger says is ours to replace.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::Path;

use sha2::{Digest as _, Sha256};

use super::output::Output;
use crate::error::Error;
use crate::plan::{Content, Entry};

/// The ledger's name in the folder of the exports.
const LEDGER: &str = ".mcp-exports";

/// What became of a file, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is new.
    Made,
    /// It took the place of one that was written here before.
    Replaced,
    /// It was there, byte for byte.
    Kept,
    /// Another stands there that was not written here, or was edited since.
    Edited,
}

/// Writes `files`, whose bytes are all made, below the folder `out`, and says what became of each; when one of them was
/// [edited](Fate::Edited), nothing is written unless it is to be `forced`.
///
/// # Errors
/// When the folder cannot be read or written.
pub fn exports(out: &Path, files: &[Entry], forced: bool) -> Result<Vec<Fate>, Error> {
    let mut ledger = read_ledger(&out.join(LEDGER))?;
    let fates = files
        .iter()
        .map(|file| fate(out, file, ledger.get(&file.path)))
        .collect::<Result<Vec<Fate>, Error>>()?;
    if fates.contains(&Fate::Edited) && !forced {
        return Ok(fates);
    }
    for (file, fate) in files.iter().zip(&fates) {
        ledger.insert(file.path.clone(), digest(bytes(file)));
        if *fate != Fate::Kept {
            write(out, file)?;
        }
    }
    let ledger: String = ledger.iter().map(|(path, digest)| format!("{digest}  {path}\n")).collect();
    write(out, &Entry::bytes(LEDGER.to_owned(), ledger))?;
    Ok(fates)
}

/// The SHA-256 of `bytes` in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes(file: &Entry) -> &[u8] {
    match &file.content {
        Content::Bytes(bytes) => bytes,
        Content::File { .. } | Content::Record => unreachable!("an export is made of bytes"),
    }
}

fn fate(out: &Path, file: &Entry, known: Option<&String>) -> Result<Fate, Error> {
    Ok(match read(&out.join(&file.path))? {
        None => Fate::Made,
        Some(found) if found == bytes(file) => Fate::Kept,
        Some(found) if known == Some(&digest(&found)) => Fate::Replaced,
        Some(_) => Fate::Edited,
    })
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(fault) => Err(Error::read(path)(fault)),
    }
}

/// Path and digest; a line that is none says nothing.
fn read_ledger(path: &Path) -> Result<BTreeMap<String, String>, Error> {
    let text = read(path)?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let entry = |line: &str| line.split_once("  ").map(|(digest, path)| (path.to_owned(), digest.to_owned()));
    Ok(text.lines().filter_map(entry).collect())
}

fn write(out: &Path, file: &Entry) -> Result<(), Error> {
    let (folder, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let output = Output::create(&out.join(folder), name)?;
    output.write(bytes(file))?;
    if file.executable {
        output.make_executable()?;
    }
    output.publish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_its_own_and_nobody_elses() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        let file = |path: &str, text: &str| Entry::bytes(path.to_owned(), text);
        let write = |files: &[Entry], forced| exports(folder.path(), files, forced).expect("decided");
        assert_eq!(write(&[file("a", "1"), file("x/b", "1")], false), [Fate::Made, Fate::Made]);
        assert_eq!(write(&[file("a", "2"), file("x/b", "1")], false), [Fate::Replaced, Fate::Kept]);
        fs::write(at("a"), "mine").expect("written");
        assert_eq!(write(&[file("a", "3"), file("x/b", "3")], false), [Fate::Edited, Fate::Replaced]);
        // one that was edited keeps the others from being written
        assert_eq!(fs::read_to_string(at("x/b")).expect("read"), "1");
        assert_eq!(write(&[file("a", "3"), file("x/b", "3")], true), [Fate::Edited, Fate::Replaced]);
        assert_eq!(fs::read_to_string(at("a")).expect("read"), "3");
        assert_eq!(write(&[file("a", "4")], false), [Fate::Replaced]);
        fs::write(at("c"), "theirs").expect("written");
        assert_eq!(write(&[file("c", "ours")], false), [Fate::Edited]);
    }

    #[test]
    fn a_ledger_of_any_bytes_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join(LEDGER), b"\xff\n\n  \nabc  \n").expect("written");
        assert_eq!(
            exports(folder.path(), &[Entry::bytes("a".to_owned(), "1")], false).expect("decided"),
            [Fate::Made]
        );
    }
}
