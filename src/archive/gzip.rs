//! Gzip on all cores: one member whose blocks are compressed side by side.
//!
//! [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952). Each block knows the end of the one before as its dictionary,
//! so little is lost against compressing in one go, and the bytes do not depend on the number of cores.

use std::io::Write;
use std::path::Path;

use flate2::{Compress, Compression, FlushCompress, Status};

use super::LEVEL;
use super::pool::Pool;
use crate::error::Error;

const BLOCK: usize = 256 << 10;
/// How far deflate looks back.
const WINDOW: usize = 32 << 10;
const BATCH_BLOCKS: usize = 8;

/// Magic, deflate, no flags, no time, no hint, "unknown" system: neither the clock, the name nor the machine shows.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];

struct Block {
    /// The end of the block before.
    dictionary: Vec<u8>,
    bytes: Vec<u8>,
    last: bool,
}

struct Deflated {
    bytes: Vec<u8>,
    checksum: crc32fast::Hasher,
    length: u32,
}

/// Cuts what `fill` gives into blocks; the first that it does not fill is the last.
struct Blocks<F> {
    fill: F,
    dictionary: Vec<u8>,
    over: bool,
}

impl<F: FnMut(&mut [u8]) -> Result<usize, Error>> Iterator for Blocks<F> {
    type Item = Result<Block, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let mut bytes = vec![0; BLOCK];
        match (self.fill)(&mut bytes) {
            Err(fault) => return Some(Err(fault)),
            Ok(length) => bytes.truncate(length),
        }
        self.over = bytes.len() < BLOCK;
        let window = bytes[bytes.len().saturating_sub(WINDOW)..].to_vec();
        let dictionary = std::mem::replace(&mut self.dictionary, window);
        Some(Ok(Block { dictionary, bytes, last: self.over }))
    }
}

/// Writes what `fill` puts into one buffer after another, up to the first that it does not fill, to `sink`.
pub(super) fn write(
    pool: &Pool,
    fill: impl FnMut(&mut [u8]) -> Result<usize, Error>,
    sink: &mut impl Write,
    target: &Path,
) -> Result<(), Error> {
    let mut put = |bytes: &[u8]| sink.write_all(bytes).map_err(Error::write(target));
    put(&HEADER)?;
    let mut blocks = Blocks { fill, dictionary: Vec::new(), over: false };
    let batches = std::iter::from_fn(|| {
        let batch: Result<Vec<Block>, Error> = blocks.by_ref().take(BATCH_BLOCKS).collect();
        Some(batch).filter(|batch| !matches!(batch, Ok(blocks) if blocks.is_empty()))
    });
    let mut whole = crc32fast::Hasher::new();
    let mut length = 0_u32;
    pool.in_order(
        batches,
        |block| Ok(deflate(&block)),
        |deflated| {
            whole.combine(&deflated.checksum);
            length = length.wrapping_add(deflated.length);
            put(&deflated.bytes)
        },
    )?;
    put(&whole.finalize().to_le_bytes())?;
    // "the size of the original input data modulo 2^32"
    put(&length.to_le_bytes())
}

/// Compresses one block so that the next can be appended.
///
/// The compressor is a fresh one each time: zlib-rs keeps something over a reset when a dictionary follows, and then the
/// bytes depend on which blocks one thread happened to get.
fn deflate(block: &Block) -> Deflated {
    let mut compress = Compress::new(Compression::new(LEVEL), false);
    if !block.dictionary.is_empty() {
        compress.set_dictionary(&block.dictionary).expect("raw deflate takes a dictionary at its start");
    }
    let flush = if block.last { FlushCompress::Finish } else { FlushCompress::Sync };
    let mut bytes = Vec::with_capacity(block.bytes.len() / 2);
    loop {
        let read = usize::try_from(compress.total_in()).expect("a block is small");
        bytes.reserve(BLOCK / 8);
        let status =
            compress.compress_vec(&block.bytes[read..], &mut bytes, flush).expect("deflate takes any bytes");
        // All of a flush is out as soon as it leaves room over.
        let done = if block.last { status == Status::StreamEnd } else { bytes.len() < bytes.capacity() };
        if done {
            break;
        }
    }
    let mut checksum = crc32fast::Hasher::new();
    checksum.update(&block.bytes);
    let length = u32::try_from(block.bytes.len()).expect("a block is small");
    Deflated { bytes, checksum, length }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn gzipped(content: &[u8], threads: usize) -> Vec<u8> {
        let mut rest = content;
        let fill = |buffer: &mut [u8]| rest.read(buffer).map_err(Error::read(Path::new("")));
        let mut bytes = Vec::new();
        write(&Pool::of(threads), fill, &mut bytes, Path::new("")).expect("a Vec takes every write");
        bytes
    }

    /// Text that repeats over long and short distances, and noise.
    fn content(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state >> 16
        };
        let mut bytes = Vec::new();
        while bytes.len() < length {
            match next() % 4 {
                0 => bytes.extend((0..next() % 4000).map(|_| next().to_le_bytes()[0])),
                _ => bytes.extend(format!("def tool_{}(city: str) -> str:\n", next() % 50).repeat(9).bytes()),
            }
        }
        bytes.truncate(length);
        bytes
    }

    #[test]
    fn comes_back_whole_from_one_member() {
        for length in [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 20 * BLOCK + 7] {
            let content = content(length);
            let bytes = gzipped(&content, 2);
            let mut decoder = flate2::bufread::GzDecoder::new(&bytes[..]);
            let mut back = Vec::new();
            decoder.read_to_end(&mut back).expect("gzip");
            assert!(back == content, "{length}");
            assert!(decoder.into_inner().is_empty(), "{length}");
        }
    }

    #[test]
    fn gives_the_same_bytes_for_any_number_of_threads() {
        let content = content(40 * BLOCK + 1);
        let one = gzipped(&content, 1);
        for threads in 2..=8 {
            assert!(gzipped(&content, threads) == one, "{threads} threads");
        }
    }
}
