//! A wheel's bytes: a zip archive with RECORD as its last entry.
//!
//! [Binary distribution format](https://packaging.python.org/en/latest/specifications/binary-distribution-format/).
//! Entries stand in the order of the plan, with fixed times and modes; folders have no entries of their own.

use std::io::Write as _;
use std::path::Path;

use sha2::{Digest as _, Sha256};
use zip::result::ZipError;
use zip::write::{PreparedZipFile, SimpleFileOptions};
use zip::{CompressionMethod, System, ZipWriter};

use super::content::{self, LARGE, PIECE, Stream};
use super::output::Output;
use super::pool::Pool;
use super::sink::Sink;
use super::{LEVEL, Writing};
use crate::error::Error;
use crate::plan::{Content, Entry, Plan};
use crate::spec::record::{self, RecordRow};

/// From here on an entry's header has room for sizes beyond 32 bits.
///
/// Decided by the size alone, and well before 4 GiB, because what does not compress grows a little.
const ZIP64_FROM: u64 = 0xF000_0000;

/// An entry ready to be written.
enum Prepared {
    /// Compressed, with its row of RECORD.
    Small(Box<PreparedZipFile>, RecordRow),
    /// The index of one to be compressed on its way into the archive.
    Large(usize),
    /// RECORD.
    Record,
}

/// Writes the wheel that `plan` describes.
pub(super) fn write(plan: &Plan, output: &Output, writing: &Writing, pool: &Pool) -> Result<(), Error> {
    let mut zip = Zip {
        archive: ZipWriter::new(Sink::new(output.file())),
        rows: Vec::with_capacity(plan.entries.len()),
        target: output.target(),
        writing,
    };
    let batches = content::batches(&plan.entries);
    pool.in_order(
        batches.map(|batch| writing.go_on(output.target()).map(|()| batch)),
        |index| prepare(index, &plan.entries[index], writing, output.target()),
        |prepared| match prepared {
            Prepared::Small(file, row) => zip.add(*file, row),
            Prepared::Large(index) => zip.stream(&plan.entries[index]),
            Prepared::Record => zip.record(&plan.entries[plan.entries.len() - 1]),
        },
    )?;
    let mut sink = zip.archive.finish().map_err(|fault| refused(output.target(), fault))?;
    sink.flush().map_err(Error::write(output.target()))
}

/// Reads, hashes and compresses one entry.
fn prepare(index: usize, entry: &Entry, writing: &Writing, target: &Path) -> Result<Prepared, Error> {
    let read;
    let bytes = match &entry.content {
        Content::Record => return Ok(Prepared::Record),
        Content::File { size, .. } if *size >= LARGE => return Ok(Prepared::Large(index)),
        Content::File { path, size } => {
            read = Stream::open(writing.tree, path, *size)?.read_whole()?;
            &read
        }
        Content::Bytes(bytes) => bytes,
    };
    let row = RecordRow::hashed(&*entry.path, &Sha256::digest(bytes), bytes.len() as u64);
    let file = PreparedZipFile::from_data(&*entry.path, options(entry, writing), bytes);
    Ok(Prepared::Small(Box::new(file.map_err(|fault| refused(target, fault))?), row))
}

fn options(entry: &Entry, writing: &Writing) -> SimpleFileOptions {
    SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(i64::from(LEVEL)))
        .last_modified_time(writing.epoch.dos())
        .system(System::Unix)
        .unix_permissions(super::mode(entry))
        .large_file(content::size(entry) >= ZIP64_FROM)
}

fn refused(target: &Path, fault: ZipError) -> Error {
    Error::write(target)(fault.into())
}

/// The archive being written, and the rows of its RECORD so far.
struct Zip<'a> {
    archive: ZipWriter<Sink<'a>>,
    rows: Vec<RecordRow>,
    target: &'a Path,
    writing: &'a Writing<'a>,
}

impl Zip<'_> {
    fn add(&mut self, file: PreparedZipFile, row: RecordRow) -> Result<(), Error> {
        self.rows.push(row);
        self.archive.add_prepared_file(file).map_err(|fault| refused(self.target, fault))
    }

    fn stream(&mut self, entry: &Entry) -> Result<(), Error> {
        let Content::File { path, size } = &entry.content else { unreachable!("only files are streamed") };
        let mut stream = Stream::open(self.writing.tree, path, *size)?;
        let options = options(entry, self.writing);
        self.archive.start_file(&*entry.path, options).map_err(|fault| refused(self.target, fault))?;
        let (mut digest, mut piece) = (Sha256::new(), vec![0; PIECE]);
        loop {
            self.writing.go_on(self.target)?;
            let count = stream.read(&mut piece)?;
            if count == 0 {
                break;
            }
            digest.update(&piece[..count]);
            self.archive.write_all(&piece[..count]).map_err(Error::write(self.target))?;
        }
        self.rows.push(RecordRow::hashed(&*entry.path, &digest.finalize(), *size));
        Ok(())
    }

    /// "RECORD is a list of (almost) all the files in the wheel and their secure hashes", itself without one.
    fn record(&mut self, entry: &Entry) -> Result<(), Error> {
        self.rows.push(RecordRow::bare(&*entry.path));
        let text = record::render(&self.rows);
        let file = PreparedZipFile::from_data(&*entry.path, options(entry, self.writing), text.as_bytes());
        file.and_then(|file| self.archive.add_prepared_file(file))
            .map_err(|fault| refused(self.target, fault))
    }
}
