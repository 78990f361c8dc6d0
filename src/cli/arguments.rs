//! What several commands read from their arguments.

use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt as _};

use super::Failure;

/// The project's folder, given once at most and in any place.
#[derive(Default)]
pub(super) struct Place(Option<PathBuf>);

impl Place {
    /// Takes a positional argument.
    pub(super) fn take(&mut self, value: std::ffi::OsString) -> Result<(), Failure> {
        match self.0.replace(PathBuf::from(value)) {
            None => Ok(()),
            Some(first) => {
                Err(Failure::Usage(format!("two folders given; `{}` is the first", first.display())))
            }
        }
    }

    /// The folder given, or else the current one.
    pub(super) fn path(self) -> PathBuf {
        self.0.unwrap_or_else(|| PathBuf::from("."))
    }
}

/// The value of the option just read.
pub(super) fn word(parser: &mut Parser) -> Result<String, Failure> {
    Ok(parser.value()?.string()?)
}

/// The value of the option just read, split at commas.
pub(super) fn words(parser: &mut Parser) -> Result<Vec<String>, Failure> {
    Ok(word(parser)?.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect())
}

/// An option that the command does not know.
pub(super) fn unexpected(argument: Arg<'_>) -> Failure {
    Failure::Arguments(argument.unexpected())
}
