//! Folders that are looked for before there is a tree: those that a pattern names, and those that hold a file.

use std::fs;
use std::path::{Path, PathBuf};

use super::junk_at;
use crate::error::Error;
use crate::text::RelPath;

/// The real path of a folder or file, in the form in which patterns and people read it: Windows has its own begin with `\\?\`.
///
/// # Errors
/// When it is not there.
pub fn real(path: &Path) -> Result<PathBuf, Error> {
    let real = fs::canonicalize(path).map_err(Error::read(path))?;
    let plain = real.to_str().and_then(|text| text.strip_prefix(r"\\?\"));
    let is_of_a_drive = |text: &&str| text.as_bytes().get(1) == Some(&b':');
    Ok(plain.filter(is_of_a_drive).map_or_else(|| real.clone(), PathBuf::from))
}

/// What lies at `root` and matches `pattern`, as uv reads it: by the same crate, in the order of the names.
///
/// # Errors
/// When it is no pattern; why, as a phrase.
pub fn matching(root: &Path, pattern: &str) -> Result<Vec<PathBuf>, String> {
    let text = root.to_string_lossy();
    let whole = Path::new(&glob::Pattern::escape(&text)).join(pattern);
    let found = glob::glob(&whole.to_string_lossy()).map_err(|fault| fault.msg.to_owned())?;
    // `a/./b` and `a/b/` are `a/b`
    Ok(found.filter_map(Result::ok).map(|path| path.components().collect()).collect())
}

/// The folders at and below `root` for which `is_wanted` holds, in order; `ends` says at which of them it is not looked
/// further. What never ships, what is hidden, and what only a link leads to is passed over, and so are the folders
/// called `passed`.
pub fn folders_where(
    root: &Path,
    passed: &[&str],
    is_wanted: impl Fn(&Path) -> bool,
    ends: impl Fn(&Path) -> bool,
) -> Vec<PathBuf> {
    let (mut found, mut pending) = (Vec::new(), vec![root.to_path_buf()]);
    while let Some(folder) = pending.pop() {
        if is_wanted(&folder) {
            found.push(folder.clone());
        }
        let entries = fs::read_dir(&folder).into_iter().flatten().flatten();
        let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        let is_open = |name: &str| {
            !name.starts_with('.') && !passed.contains(&name) && junk_at(&RelPath::new(name)).is_none()
        };
        let open = folders.filter(|entry| entry.file_name().to_str().is_some_and(is_open));
        if !ends(&folder) {
            pending.extend(open.map(|entry| entry.path()).filter(|path| !path.join("pyvenv.cfg").exists()));
        }
    }
    found.sort();
    found
}
