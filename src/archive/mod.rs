//! Plan to bytes: the one writer.
//!
//! The same plan over the same files gives the same bytes, on any machine and any number of cores. An artifact is
//! written, read back and compared with its plan, and only then gets its name; until then nobody sees it, and an older
//! one stays. Nothing is decided here: which entries there are, and in which order, is the plan's.

mod content;
mod epoch;
mod gzip;
mod output;
mod pool;
mod sdist;
mod sink;
mod verify;
mod wheel;

use std::collections::HashSet;
use std::io::Write as _;
use std::path::Path;

use crate::error::Error;
use crate::plan::{Content, Entry, Plan};
use crate::tree::SourceTree;

use content::Stream;
use output::Output;
use pool::Pool;

pub use epoch::{Epoch, EpochFault};

/// How hard deflate tries: 5 costs a sixth less time than 6 for 0.3 % more bytes.
const LEVEL: u32 = 5;

/// What writing needs besides the plan.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// Where the files of the plan are read from.
    pub tree: &'a SourceTree,
    /// The time that every entry bears.
    pub epoch: Epoch,
    /// Whether the user wants to stop; asked now and then, in the caller's thread.
    pub interrupted: &'a (dyn Fn() -> bool + Sync),
}

impl Writing<'_> {
    /// Goes on unless the user wants to stop.
    fn go_on(&self, target: &Path) -> Result<(), Error> {
        if (self.interrupted)() { Err(Error::Interrupted { path: target.to_path_buf() }) } else { Ok(()) }
    }
}

/// Writes the wheel that `plan` describes into the folder `out`, under the plan's file name.
///
/// # Errors
/// When a file cannot be read or is not as it was planned, when `out` cannot be written, when the user interrupts, and
/// when the finished wheel fails its check. An older wheel of that name stands then, and nothing else is left.
pub fn wheel(plan: &Plan, out: &Path, writing: &Writing<'_>) -> Result<(), Error> {
    wheel_on(&Pool::for_work(&plan.entries), plan, out, writing)
}

fn wheel_on(pool: &Pool, plan: &Plan, out: &Path, writing: &Writing<'_>) -> Result<(), Error> {
    let record = plan.entries.iter().position(|entry| entry.content == Content::Record);
    assert!(record.is_some_and(|index| index + 1 == plan.entries.len()), "a wheel ends with its RECORD");
    assert_each_once(&plan.entries);
    let output = Output::create(out, &plan.file_name)?;
    wheel::write(plan, &output, writing, pool)?;
    verify::wheel(plan, &output, writing, pool)?;
    output.publish()
}

/// Writes the sdist that `plan` describes into the folder `out`, under the plan's file name.
///
/// # Errors
/// As for [`wheel`].
pub fn sdist(plan: &Plan, out: &Path, writing: &Writing<'_>) -> Result<(), Error> {
    sdist_on(&Pool::for_work(&plan.entries), plan, out, writing)
}

fn sdist_on(pool: &Pool, plan: &Plan, out: &Path, writing: &Writing<'_>) -> Result<(), Error> {
    assert_each_once(&plan.entries);
    let output = Output::create(out, &plan.file_name)?;
    let checksums = sdist::write(plan, &output, writing, pool)?;
    verify::sdist(plan, &checksums, &output, writing)?;
    output.publish()
}

/// Writes the entries of `plan` as loose files below the folder `out`, each in one step: the `.dist-info` that a frontend asks for
/// before it asks for the wheel.
///
/// # Errors
/// When a file cannot be read or is not as it was planned, and when `out` cannot be written.
pub fn folder(plan: &Plan, out: &Path, writing: &Writing<'_>) -> Result<(), Error> {
    assert_each_once(&plan.entries);
    for entry in &plan.entries {
        let read;
        let bytes = match &entry.content {
            Content::File { path, size } => {
                read = Stream::open(writing.tree, path, *size)?.read_whole()?;
                &read
            }
            Content::Bytes(bytes) => bytes,
            // There is nothing to record before there is a wheel.
            Content::Record => continue,
        };
        let (parent, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
        let output = Output::create(&out.join(parent), name)?;
        writing.go_on(output.target())?;
        output.file().write_all(bytes).map_err(Error::write(output.target()))?;
        output.publish()?;
    }
    Ok(())
}

/// The permissions of an entry, whatever those of its file are.
fn mode(entry: &Entry) -> u32 {
    if entry.executable { 0o755 } else { 0o644 }
}

fn assert_each_once(entries: &[Entry]) {
    let mut seen = HashSet::with_capacity(entries.len());
    let twice = entries.iter().find(|entry| !seen.insert(&*entry.path));
    assert!(twice.is_none(), "a plan holds each path once, but {twice:?}");
}
