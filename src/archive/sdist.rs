//! An sdist's bytes: a gzipped tar archive of the pax format.
//!
//! [Source distribution format](https://packaging.python.org/en/latest/specifications/source-distribution-format/):
//! "compressed with gzip, with tar archive in the modern POSIX.1-2001 pax tar format". Owners have neither names nor
//! numbers, and every entry has the time of the build.

use std::collections::VecDeque;
use std::io::{BufWriter, Write as _};

use tar::{EntryType, Header};

use super::content::{self, PIECE, Stream};
use super::output::Output;
use super::pool::Pool;
use super::{Writing, gzip};
use crate::error::Error;
use crate::plan::{Content, Entry, Plan};

/// A tar archive is a row of blocks of this size, and two empty ones end it.
const BLOCK: usize = 512;
/// The first size that a header has no digits for.
const SIZE_LIMIT: u64 = 1 << 33;

/// Writes the sdist that `plan` describes; gives the CRC-32 of each entry's content.
pub(super) fn write(plan: &Plan, output: &Output, writing: &Writing, pool: &Pool) -> Result<Vec<u32>, Error> {
    let mut sink = BufWriter::with_capacity(PIECE, output.file());
    let mut tar = Tar {
        entries: plan.entries.iter(),
        parts: VecDeque::new(),
        ended: false,
        checksums: Vec::new(),
        writing,
    };
    let fill = |buffer: &mut [u8]| {
        writing.go_on(output.target())?;
        tar.read(buffer)
    };
    gzip::write(pool, fill, &mut sink, output.target())?;
    sink.flush().map_err(Error::write(output.target()))?;
    Ok(tar.checksums)
}

/// A piece of the archive.
enum Part<'a> {
    /// A header or padding.
    Frame(Vec<u8>),
    /// A content in memory.
    Bytes(&'a [u8]),
    /// A file of the project and the checksum of what was read of it.
    File(Stream, crc32fast::Hasher),
}

/// The archive as a stream of bytes.
struct Tar<'a> {
    entries: std::slice::Iter<'a, Entry>,
    /// What comes before the next entry.
    parts: VecDeque<Part<'a>>,
    ended: bool,
    checksums: Vec<u32>,
    writing: &'a Writing<'a>,
}

impl Tar<'_> {
    /// Fills `buffer`, less of it only at the end; says how much.
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Error> {
        let mut filled = 0;
        while filled < buffer.len() {
            let room = &mut buffer[filled..];
            let count = match self.parts.front_mut() {
                None if self.ended => break,
                None => {
                    self.next_entry()?;
                    continue;
                }
                Some(Part::Frame(bytes)) => {
                    let count = bytes.len().min(room.len());
                    room[..count].copy_from_slice(&bytes[..count]);
                    bytes.drain(..count);
                    count
                }
                Some(Part::Bytes(bytes)) => {
                    let count = bytes.len().min(room.len());
                    room[..count].copy_from_slice(&bytes[..count]);
                    *bytes = &bytes[count..];
                    count
                }
                Some(Part::File(stream, checksum)) => {
                    let count = stream.read(room)?;
                    checksum.update(&room[..count]);
                    count
                }
            };
            filled += count;
            if count == 0
                && let Some(Part::File(_, checksum)) = self.parts.pop_front()
            {
                self.checksums.push(checksum.finalize());
            }
        }
        Ok(filled)
    }

    /// Lays out the parts of the next entry, or the end.
    fn next_entry(&mut self) -> Result<(), Error> {
        let Some(entry) = self.entries.next() else {
            self.ended = true;
            self.parts.push_back(Part::Frame(vec![0; 2 * BLOCK]));
            return Ok(());
        };
        let size = content::size(entry);
        self.parts.push_back(Part::Frame(header(entry, size, self.writing.epoch.seconds())));
        match &entry.content {
            Content::File { path, size } => {
                let stream = Stream::open(self.writing.tree, path, *size)?;
                self.parts.push_back(Part::File(stream, crc32fast::Hasher::new()));
            }
            Content::Bytes(bytes) => {
                self.checksums.push(crc32fast::hash(bytes));
                self.parts.push_back(Part::Bytes(bytes));
            }
            Content::Record => unreachable!("only a wheel has a RECORD"),
        }
        self.parts.push_back(Part::Frame(padding(size)));
        Ok(())
    }
}

fn padding(size: u64) -> Vec<u8> {
    let over = usize::try_from(size % BLOCK as u64).expect("less than a block");
    vec![0; (BLOCK - over) % BLOCK]
}

/// The header of an entry, after an extended one for what does not fit into it.
fn header(entry: &Entry, size: u64, time: u64) -> Vec<u8> {
    let mut header = Header::new_ustar();
    let mut extended = String::new();
    // The old fields are for ASCII alone, and what they hold is cut in two where it is long.
    if !entry.path.is_ascii() || header.set_path(&entry.path).is_err() {
        extended += &pax_record("path", &entry.path);
        name(&mut header, &short_name(&entry.path));
    }
    if size >= SIZE_LIMIT {
        extended += &pax_record("size", &size.to_string());
    }
    let mut bytes = Vec::with_capacity(BLOCK);
    if !extended.is_empty() {
        let mut before = Header::new_ustar();
        name(&mut before, b"././@PaxHeader");
        before.set_entry_type(EntryType::XHeader);
        seal(&mut before, extended.len() as u64, 0o644, time);
        bytes.extend(before.as_bytes());
        bytes.extend(extended.as_bytes());
        bytes.extend(padding(extended.len() as u64));
    }
    header.set_entry_type(EntryType::Regular);
    seal(&mut header, if size < SIZE_LIMIT { size } else { 0 }, super::mode(entry), time);
    bytes.extend(header.as_bytes());
    bytes
}

/// What a reader without extended headers sees of a path that does not fit.
pub(super) fn short_name(path: &str) -> Vec<u8> {
    path.chars().take(100).map(|char| u8::try_from(char).ok().filter(u8::is_ascii).unwrap_or(b'?')).collect()
}

/// Sets a short name as it stands.
fn name(header: &mut Header, bytes: &[u8]) {
    let ustar = header.as_ustar_mut().expect("it was made so");
    ustar.prefix.fill(0);
    ustar.name.fill(0);
    ustar.name[..bytes.len()].copy_from_slice(bytes);
}

fn seal(header: &mut Header, size: u64, mode: u32, time: u64) {
    header.set_size(size);
    header.set_mode(mode);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(time);
    header.set_cksum();
}

/// "%d %s=%s\n", where the number counts the whole record, its own digits too.
fn pax_record(key: &str, value: &str) -> String {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + 1;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    format!("{length} {key}={value}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_a_pax_record_with_its_own_digits() {
        for (length, expected) in
            [(1, "9 path="), (2, "11 path="), (89, "98 path="), (90, "99 path="), (91, "101 path=")]
        {
            let record = pax_record("path", &"x".repeat(length));
            assert!(record.starts_with(expected), "{length}: {record}");
            assert_eq!(record.split(' ').next(), Some(&*record.len().to_string()));
        }
    }

    #[test]
    fn extends_a_header_only_where_it_must() {
        let size = |path: &str, size| {
            let entry =
                Entry { path: path.to_owned(), content: Content::Bytes(Vec::new()), executable: false };
            header(&entry, size, 0).len()
        };
        let long = format!("{}/{}", "a".repeat(150), "b".repeat(99));
        assert_eq!(size("a-1/b.py", 5), BLOCK);
        assert_eq!(size(&long, 5), BLOCK);
        assert_eq!(size(&format!("{long}cc"), 5), 3 * BLOCK);
        assert_eq!(size("a-1/é.py", 5), 3 * BLOCK);
        assert_eq!(size("a-1/b.py", SIZE_LIMIT), 3 * BLOCK);
    }
}
