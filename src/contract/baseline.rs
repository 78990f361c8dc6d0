//! A contract that was written before: from a file of its own, or a wheel. That of an sdist is the one of the release before.
//!
//! Whatever stands there, reading ends soon and with little memory: files grow no larger and nest no deeper than contracts
//! do. Names that are not known are passed over, as the format may be added to.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;

use super::{Contract, VERSION};
use crate::server::Primitive;

/// The largest contract, in bytes.
const LARGEST: u64 = 16 << 20;

/// Why there is no contract to read.
#[derive(Debug, thiserror::Error)]
pub enum BaselineFault {
    /// The disk refused, or the archive is broken.
    #[error("cannot read `{}`: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// The archive was built without one.
    #[error("`{}` holds no contract", path.display())]
    Missing {
        /// The archive.
        path: PathBuf,
    },
    /// What is there is none.
    #[error("the contract in `{}` cannot be read: {reason}", path.display())]
    Broken {
        /// The file, or the archive that holds it.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl Contract {
    /// Reads a contract.
    ///
    /// # Errors
    /// When the text is none, or one of a later format; the reason as a phrase.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        #[derive(serde::Deserialize)]
        struct Format {
            version: u64,
        }
        if bytes.len() as u64 > LARGEST {
            return Err("it is larger than any contract".to_owned());
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let format: Format = serde_json::from_slice(bytes).map_err(|fault| fault.to_string())?;
        if !(1..=VERSION).contains(&format.version) {
            let version = format.version;
            return Err(format!(
                "its format is {version}, and this release of mcp-backend knows 1 to {VERSION}"
            ));
        }
        let contract: Self = serde_json::from_slice(bytes).map_err(|fault| fault.to_string())?;
        for (kind, key, list) in contract.lists() {
            for entry in list {
                sound(entry, key).map_err(|fault| format!("a {kind} {fault}"))?;
            }
        }
        Ok(contract)
    }
}

/// Whether an entry has what it is told apart by, and schemas that are some.
pub(super) fn sound(entry: &Primitive, key: &str) -> Result<(), String> {
    let Some(name) = entry.text(key) else { return Err(format!("has no `{key}`")) };
    for field in ["inputSchema", "outputSchema"] {
        if entry.listed.get(field).is_some_and(|schema| !schema.is_object()) {
            return Err(format!("has an `{field}` that is no object: `{name}`"));
        }
    }
    Ok(())
}

/// Reads the contract at `path`: of a wheel (`.whl`) the one in its `.dist-info`.
///
/// # Errors
/// When the disk refuses, the archive is broken or holds none, or what it holds is none.
pub fn read(path: &Path) -> Result<Contract, BaselineFault> {
    let refused = |source| BaselineFault::Read { path: path.to_path_buf(), source };
    // a FIFO would be waited on for ever
    if !std::fs::metadata(path).map_err(refused)?.is_file() {
        return Err(refused(io::Error::other("not a regular file")));
    }
    let file = File::open(path).map_err(refused)?;
    let name = path.file_name().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let bytes = if name.ends_with(".whl") { in_wheel(file) } else { bounded(file).map(Some) };
    let bytes = bytes.map_err(refused)?.ok_or_else(|| BaselineFault::Missing { path: path.to_path_buf() })?;
    Contract::parse(&bytes).map_err(|reason| BaselineFault::Broken { path: path.to_path_buf(), reason })
}

/// All that is there, and one byte more than a contract may have.
fn bounded(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn in_wheel(file: File) -> io::Result<Option<Vec<u8>>> {
    let mut archive = ZipArchive::new(BufReader::new(file))?;
    let is_contract = |name: &str| {
        let folder = name.strip_suffix("/mcp/contract.json");
        folder.is_some_and(|folder| folder.ends_with(".dist-info") && !folder.contains('/'))
    };
    let names = archive.file_names().filter_map(Result::ok).map(std::borrow::Cow::into_owned);
    let found = names.into_iter().find(|name| is_contract(name));
    found.map(|name| bounded(archive.by_name(&name)?)).transpose()
}
