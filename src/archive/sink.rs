//! Where a zip archive is written to.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};

/// A buffered file that fails once.
///
/// A `ZipWriter` that is dropped after an error still tries to end its archive, and prints it when that fails too. So
/// after the first failure this takes whatever comes and throws it away.
pub(super) struct Sink<'a> {
    file: BufWriter<&'a File>,
    position: u64,
    broken: bool,
}

impl<'a> Sink<'a> {
    /// Writes to the start of `file`.
    pub(super) fn new(file: &'a File) -> Self {
        Self { file: BufWriter::with_capacity(1 << 20, file), position: 0, broken: false }
    }

    fn once<T>(
        &mut self,
        otherwise: T,
        act: impl FnOnce(&mut BufWriter<&File>) -> io::Result<T>,
    ) -> io::Result<T> {
        if self.broken {
            return Ok(otherwise);
        }
        let result = act(&mut self.file);
        self.broken = matches!(&result, Err(fault) if fault.kind() != io::ErrorKind::Interrupted);
        result
    }
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.once(bytes.len(), |file| file.write(bytes))?;
        self.position += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.once((), |file| file.flush())
    }
}

impl Seek for Sink<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let otherwise = if let SeekFrom::Start(position) = to { position } else { self.position };
        self.position = self.once(otherwise, |file| file.seek(to))?;
        Ok(self.position)
    }

    /// Asked before every entry, so it is answered without the system.
    fn stream_position(&mut self) -> io::Result<u64> {
        Ok(self.position)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn fails_once_then_takes_everything() {
        let full = OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
        let mut sink = Sink::new(&full);
        sink.write_all(b"x").expect("buffered");
        assert_eq!(sink.flush().map_err(|fault| fault.kind()), Err(io::ErrorKind::StorageFull));
        assert!(sink.flush().is_ok());
        assert!(sink.write_all(&vec![0; 4 << 20]).is_ok());
        assert_eq!(sink.seek(SeekFrom::Start(5)).ok(), Some(5));
        assert_eq!(sink.stream_position().ok(), Some(5));
    }
}
