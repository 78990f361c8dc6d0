//! The last look before an artifact gets its name: the finished file is read back and must hold what was planned.
//!
//! What fails here is a fault of ours or of the disk, never of the project.

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::bufread::GzDecoder;
use sha2::{Digest as _, Sha256};
use zip::read::{ZipArchive, ZipReadOptions};

use super::content::{self, LARGE, PIECE};
use super::output::Output;
use super::pool::Pool;
use super::sdist::short_name;
use super::{Writing, mode};
use crate::error::Error;
use crate::plan::{Entry, Plan};
use crate::spec::core_metadata;
use crate::spec::record::{self, RecordRow};

/// Checks that a wheel holds exactly the entries of `plan` and what its RECORD says.
///
/// # Errors
/// [`Error::Corrupt`] when it does not.
pub(super) fn wheel(plan: &Plan, output: &Output, writing: &Writing, pool: &Pool) -> Result<(), Error> {
    let check = Check { target: output.target(), writing };
    let reader = At::start(output.file());
    check.ends_with_its_directory(reader)?;
    let archive = ZipArchive::new(BufReader::new(reader)).map_err(|fault| check.corrupt(fault))?;
    let wheel = Wheel { archive: &archive, reader, check: &check };
    wheel.holds(&plan.entries)?;
    let (last, others) = plan.entries.split_last().expect("a wheel has a RECORD");
    let rows = wheel.rows(plan.entries.len())?;
    if rows.last() != Some(&RecordRow::bare(&*last.path)) {
        return Err(check.corrupt("RECORD does not end with itself"));
    }
    wheel.has_metadata(others)?;
    let agrees = |index: usize| wheel.agrees(index, &others[index], &rows[index]);
    pool.in_order(
        content::batches(others).map(|batch| writing.go_on(check.target).map(|()| batch)),
        // A large one is left to the caller's thread, which listens for an interrupt.
        |index| {
            if content::size(&others[index]) < LARGE { agrees(index).map(|()| None) } else { Ok(Some(index)) }
        },
        |large| large.map_or(Ok(()), agrees),
    )
}

/// Checks that a bundle holds exactly the entries of `plan`.
///
/// # Errors
/// [`Error::Corrupt`] when it does not.
pub(super) fn bundle(plan: &Plan, output: &Output, writing: &Writing) -> Result<(), Error> {
    let check = Check { target: output.target(), writing };
    let reader = At::start(output.file());
    check.ends_with_its_directory(reader)?;
    let archive = ZipArchive::new(BufReader::new(reader)).map_err(|fault| check.corrupt(fault))?;
    Wheel { archive: &archive, reader, check: &check }.holds(&plan.entries)
}

/// Checks that an sdist holds exactly the entries of `plan`, with the CRC-32 that their contents had when written.
///
/// # Errors
/// [`Error::Corrupt`] when it does not.
pub(super) fn sdist(plan: &Plan, checksums: &[u32], output: &Output, writing: &Writing) -> Result<(), Error> {
    let check = Check { target: output.target(), writing };
    let reader = BufReader::with_capacity(PIECE, At::start(output.file()));
    let mut archive = tar::Archive::new(GzDecoder::new(reader));
    let mut found = archive.entries().map_err(|fault| check.corrupt(fault))?;
    let folder = plan.file_name.strip_suffix(".tar.gz").unwrap_or(&plan.file_name);
    if plan.entries.len() != checksums.len() {
        return Err(check.corrupt("not every entry was written"));
    }
    for (entry, checksum) in plan.entries.iter().zip(checksums) {
        let below = entry.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let mut found = match found.next() {
            Some(found) if below => found.map_err(|fault| check.corrupt(fault))?,
            Some(_) => return Err(check.corrupt(format_args!("`{}` lies outside `{folder}`", entry.path))),
            None => return Err(check.corrupt(format_args!("`{}` is missing", entry.path))),
        };
        writing.go_on(check.target)?;
        let mut seen = crc32fast::Hasher::new();
        check.read(&mut found, |piece| seen.update(piece))?;
        if !is_as_planned(&found, entry) || seen.finalize() != *checksum {
            return Err(check.corrupt(format_args!("`{}` is not as planned", entry.path)));
        }
    }
    if found.next().is_some() {
        return Err(check.corrupt("there are more entries than planned"));
    }
    // What is left is empty blocks, and only at the very end gzip's own checksum is compared.
    let mut decoder = archive.into_inner();
    check.read(&mut decoder, |_| ())?;
    let rest = decoder.into_inner().fill_buf().map_err(|fault| check.corrupt(fault))?.len();
    if rest == 0 { Ok(()) } else { Err(check.corrupt("bytes follow the archive")) }
}

fn is_as_planned(found: &tar::Entry<'_, impl Read>, entry: &Entry) -> bool {
    let header = found.header();
    // `tar` cannot read a line feed in an extended header, though the standard and other readers can.
    let short = || entry.path.contains('\n') && *header.path_bytes() == short_name(&entry.path);
    (*found.path_bytes() == *entry.path.as_bytes() || short())
        && found.size() == content::size(entry)
        && header.entry_type().is_file()
        && header.mode().is_ok_and(|bits| bits == mode(entry))
}

/// One look at one artifact.
struct Check<'a> {
    target: &'a Path,
    writing: &'a Writing<'a>,
}

impl Check<'_> {
    fn corrupt(&self, fault: impl Display) -> Error {
        Error::Corrupt { path: self.target.to_path_buf(), fault: fault.to_string() }
    }

    /// Reads to the end, piece by piece.
    fn read(&self, reader: &mut impl Read, mut each: impl FnMut(&[u8])) -> Result<(), Error> {
        let (mut piece, mut since) = ([0; 16 << 10], 0_u64);
        loop {
            let count = reader.read(&mut piece).map_err(|fault| self.corrupt(fault))?;
            if count == 0 {
                return Ok(());
            }
            each(&piece[..count]);
            since += count as u64;
            if since >= LARGE {
                self.writing.go_on(self.target)?;
                since = 0;
            }
        }
    }

    /// "End of central directory record" without a comment is the last of a zip archive.
    fn ends_with_its_directory(&self, mut reader: At) -> Result<(), Error> {
        let mut end = [0; 22];
        reader
            .seek(SeekFrom::End(-22))
            .and_then(|_| reader.read_exact(&mut end))
            .map_err(|fault| self.corrupt(fault))?;
        let sound = end.starts_with(b"PK\x05\x06") && end.ends_with(&[0, 0]);
        if sound { Ok(()) } else { Err(self.corrupt("it does not end with its directory")) }
    }
}

/// A wheel being looked at; any number of threads may.
struct Wheel<'a> {
    archive: &'a ZipArchive<BufReader<At<'a>>>,
    reader: At<'a>,
    check: &'a Check<'a>,
}

impl Wheel<'_> {
    /// The entries are those of the plan, in its order and with its modes, each once.
    fn holds(&self, entries: &[Entry]) -> Result<(), Error> {
        if self.archive.len() != entries.len() || self.archive.has_duplicate_names() {
            return Err(self.check.corrupt("it has more or fewer entries than planned"));
        }
        for (index, entry) in entries.iter().enumerate() {
            let found = self.archive.by_index_data(index).map_err(|fault| self.check.corrupt(fault))?;
            let file = Some(S_IFREG | mode(entry));
            if found.name_raw() != entry.path.as_bytes() || found.unix_mode() != file {
                return Err(self.check.corrupt(format_args!("`{}` is not as planned", entry.path)));
            }
        }
        Ok(())
    }

    /// The rows of RECORD, one for each of `count` entries.
    fn rows(&self, count: usize) -> Result<Vec<RecordRow>, Error> {
        let rows = record::parse(&self.text(count - 1)?).map_err(|fault| self.check.corrupt(fault))?;
        if rows.len() == count { Ok(rows) } else { Err(self.check.corrupt("RECORD has more or fewer rows")) }
    }

    /// METADATA can be read by those who install it.
    fn has_metadata(&self, entries: &[Entry]) -> Result<(), Error> {
        let is_metadata = |entry: &Entry| {
            entry
                .path
                .split_once('/')
                .is_some_and(|(folder, name)| folder.ends_with(".dist-info") && name == "METADATA")
        };
        let index =
            entries.iter().position(is_metadata).ok_or_else(|| self.check.corrupt("it has no METADATA"))?;
        core_metadata::check(&self.text(index)?)
            .map_err(|fault| self.check.corrupt(format_args!("METADATA: {fault}")))
    }

    /// The content of an entry is what its row says.
    fn agrees(&self, index: usize, entry: &Entry, row: &RecordRow) -> Result<(), Error> {
        let (mut digest, mut length) = (Sha256::new(), 0);
        self.read(index, |piece| {
            digest.update(piece);
            length += piece.len() as u64;
        })?;
        if *row == RecordRow::hashed(&*entry.path, &digest.finalize(), length) {
            return Ok(());
        }
        Err(self.check.corrupt(format_args!("`{}` is not what RECORD says", entry.path)))
    }

    fn text(&self, index: usize) -> Result<String, Error> {
        let mut bytes = Vec::new();
        self.read(index, |piece| bytes.extend_from_slice(piece))?;
        String::from_utf8(bytes).map_err(|fault| self.check.corrupt(fault))
    }

    fn read(&self, index: usize, each: impl FnMut(&[u8])) -> Result<(), Error> {
        let mut reader = self.reader;
        let found = self.archive.by_index_data(index);
        let content = found.and_then(|found| found.with_reader(&mut reader, ZipReadOptions::new()));
        self.check.read(&mut content.map_err(|fault| self.check.corrupt(fault))?, each)
    }
}

/// The file type that stands above the permissions of a regular file.
const S_IFREG: u32 = 0o100_000;

/// A place in a file that others read as well.
#[derive(Clone, Copy)]
struct At<'a> {
    file: &'a File,
    position: u64,
}

impl<'a> At<'a> {
    fn start(file: &'a File) -> Self {
        Self { file, position: 0 }
    }
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = read_at(self.file, buffer, self.position)?;
        self.position += count as u64;
        Ok(count)
    }
}

impl Seek for At<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
            SeekFrom::End(offset) => self.file.metadata()?.len().checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}
