//! A file of the project with another text: what `check --fix` writes.

use std::fs;
use std::path::Path;

use super::output::Output;
use crate::error::Error;
use crate::text::RelPath;

/// Puts `after` in the place of the file at `path` in one step, with the mode that it has; makes it when it had no
/// `before`. A link inside the project stays one.
///
/// # Errors
/// When the disk refuses, the file is not what it was `before`, or a link on the way leaves the project.
pub fn replace(root: &Path, path: &RelPath, before: Option<&[u8]>, after: &[u8]) -> Result<(), Error> {
    prepare(root, path, before, after)?.publish()
}

/// The same, but for the last step: what is written stands in its place once it is published.
pub(super) fn prepare(
    root: &Path,
    path: &RelPath,
    before: Option<&[u8]>,
    after: &[u8],
) -> Result<Output, Error> {
    let place = path.on_disk(root);
    let root = fs::canonicalize(root).map_err(Error::read(root))?;
    let folder = place.parent().unwrap_or(&root);
    let real = match before {
        Some(_) => fs::canonicalize(&place),
        None => fs::canonicalize(folder).map(|folder| folder.join(path.name())),
    };
    let real = real.map_err(Error::write(&place))?;
    if !real.starts_with(&root) {
        let fault = "a file outside the project is not changed".to_owned();
        return Err(Error::Usage { path: place, fault });
    }
    let found = if before.is_some() { Some(fs::read(&real).map_err(Error::read(&place))?) } else { None };
    if found.as_deref() != before || (before.is_none() && fs::symlink_metadata(&real).is_ok()) {
        return Err(Error::Changed { path: place });
    }
    let (Some(folder), Some(name)) = (real.parent(), real.file_name().and_then(|name| name.to_str())) else {
        return Err(Error::Changed { path: place });
    };
    let output = Output::create(folder, name)?;
    output.write(after)?;
    if before.is_some() {
        let mode = fs::metadata(&real).map_err(Error::read(&place))?.permissions();
        output.file().set_permissions(mode).map_err(Error::write(&place))?;
    }
    Ok(output)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    #[test]
    fn keeps_the_mode_and_the_link() {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::write(at("real.toml"), "old").expect("written");
        fs::set_permissions(at("real.toml"), fs::Permissions::from_mode(0o640)).expect("set");
        symlink("real.toml", at("link.toml")).expect("linked");
        replace(folder.path(), &RelPath::new("link.toml"), Some(b"old"), b"new").expect("replaced");
        assert_eq!(fs::read_link(at("link.toml")).expect("a link").to_str(), Some("real.toml"));
        assert_eq!(fs::read_to_string(at("real.toml")).expect("read"), "new");
        assert_eq!(fs::metadata(at("real.toml")).expect("seen").permissions().mode() & 0o777, 0o640);
        assert_eq!(fs::read_dir(folder.path()).expect("listed").count(), 2);
    }

    #[test]
    fn refuses_what_leaves_the_project_or_changed() {
        let outside = tempfile::tempdir().expect("a folder");
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(outside.path().join("x"), "old").expect("written");
        fs::write(folder.path().join("y"), "older").expect("written");
        symlink(outside.path().join("x"), folder.path().join("x")).expect("linked");
        symlink(outside.path(), folder.path().join("sub")).expect("linked");
        for (path, before) in [
            ("x", Some(&b"old"[..])),
            ("sub/x", Some(b"old")),
            ("sub/new", None),
            ("y", Some(b"old")),
            ("y", None),
        ] {
            assert!(replace(folder.path(), &RelPath::new(path), before, b"new").is_err(), "{path}");
        }
        assert_eq!(fs::read_to_string(outside.path().join("x")).expect("read"), "old");
        assert_eq!(fs::read_dir(outside.path()).expect("listed").count(), 1);
        replace(folder.path(), &RelPath::new("new"), None, b"new").expect("made");
        assert_eq!(fs::read_to_string(folder.path().join("new")).expect("read"), "new");
    }
}
