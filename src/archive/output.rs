//! The artifact under way: nobody sees it before it is whole.
//!
//! On Linux it has no name while it is written, so that even a killed build leaves nothing behind. Elsewhere, and on
//! file systems without nameless files, it is a hidden file in the target folder that goes with the build.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::Error;

/// A file that becomes the artifact when it is published, and goes away when it is dropped before.
pub(super) struct Output {
    file: File,
    target: PathBuf,
    /// Its hidden name, if it has one by now.
    hidden: Option<PathBuf>,
}

impl Output {
    /// Starts the artifact `name` in `folder`, which is made where it is missing.
    ///
    /// # Errors
    /// When the folder cannot be made or written to.
    pub(super) fn create(folder: &Path, name: &str) -> Result<Self, Error> {
        fs::create_dir_all(folder).map_err(Error::write(folder))?;
        let target = folder.join(name);
        if let Some(file) = nameless(folder) {
            return Ok(Self { file, target, hidden: None });
        }
        let (file, hidden) = with_hidden_name(&target, |path| {
            OpenOptions::new().read(true).write(true).create_new(true).open(path)
        })
        .map_err(Error::write(&target))?;
        Ok(Self { file, target, hidden: Some(hidden) })
    }

    /// Where it will stand.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// What has been written so far, to be read or written on.
    pub(super) fn file(&self) -> &File {
        &self.file
    }

    /// Writes `bytes` behind what has been written so far.
    pub(super) fn write(&self, bytes: &[u8]) -> Result<(), Error> {
        self.file().write_all(bytes).map_err(Error::write(&self.target))
    }

    /// All that has been written.
    pub(super) fn read(&self) -> Result<Vec<u8>, Error> {
        let (mut file, mut bytes) = (self.file(), Vec::new());
        file.seek(SeekFrom::Start(0))
            .and_then(|_| file.read_to_end(&mut bytes))
            .map_err(Error::read(&self.target))?;
        Ok(bytes)
    }

    /// Lets it be executed once it stands in its place, where the system knows of that.
    pub(super) fn make_executable(&self) -> Result<(), Error> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let executable = fs::Permissions::from_mode(0o755);
            self.file().set_permissions(executable).map_err(Error::write(&self.target))?;
        }
        Ok(())
    }

    /// Has it stand at another place of the same disk, in a folder that may still be missing.
    pub(super) fn aimed_at(self, target: PathBuf) -> Self {
        let mut this = self;
        this.target = target;
        this
    }

    /// Puts it in its place, over an older one.
    ///
    /// # Errors
    /// When the folder refuses it; the older one stands then.
    pub(super) fn publish(mut self) -> Result<(), Error> {
        self.rename().map_err(|source| Error::Write { path: self.target.clone(), source })
    }

    fn rename(&mut self) -> io::Result<()> {
        if self.hidden.is_none() {
            match give_name(&self.file, &self.target) {
                Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {}
                named_or_refused => return named_or_refused,
            }
            // Only a rename replaces a file in one step, and only what has a name can be renamed.
            let ((), hidden) = with_hidden_name(&self.target, |path| give_name(&self.file, path))?;
            self.hidden = Some(hidden);
        }
        if let Some(hidden) = &self.hidden {
            fs::rename(hidden, &self.target)?;
            self.hidden = None;
        }
        Ok(())
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        if let Some(hidden) = &self.hidden {
            // Nothing is left to tell: the build has failed for a reason of its own.
            let _ = fs::remove_file(hidden);
        }
    }
}

/// Does `make` with a name beside `target` that nobody else has.
fn with_hidden_name<T>(target: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(T, PathBuf)> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    loop {
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let hidden = target.with_file_name(format!(".{name}.{}-{count}.part", std::process::id()));
        match make(&hidden) {
            Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => {}
            result => return result.map(|made| (made, hidden)),
        }
    }
}

/// A file in `folder` without a name; none where the system or the file system has no such thing.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    use rustix::fs::{Mode, OFlags};
    // The umask takes its bits from the mode, as it does for every new file.
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = File::from(rustix::fs::open(folder, flags, Mode::from_raw_mode(0o666)).ok()?);
    link_of(&file).exists().then_some(file)
}

/// Gives a file that was made without a name its first one.
#[cfg(target_os = "linux")]
fn give_name(file: &File, path: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD};
    Ok(rustix::fs::linkat(CWD, link_of(file), CWD, path, AtFlags::SYMLINK_FOLLOW)?)
}

/// The one path that leads to a file without a name.
#[cfg(target_os = "linux")]
fn link_of(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd as _;
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

#[cfg(not(target_os = "linux"))]
fn give_name(_: &File, _: &Path) -> io::Result<()> {
    unreachable!("every file has a name here")
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    /// An output in each of the two ways.
    fn both(folder: &Path) -> [Output; 2] {
        let target = folder.join("a.whl");
        let create = |path: &Path| OpenOptions::new().read(true).write(true).create_new(true).open(path);
        let (file, hidden) = with_hidden_name(&target, create).expect("a file");
        [Output::create(folder, "a.whl").expect("an output"), Output { file, target, hidden: Some(hidden) }]
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn replaces_an_older_one_when_published() {
        let folder = tempfile::tempdir().expect("a folder");
        for older in [false, true] {
            for (number, output) in both(folder.path()).into_iter().enumerate() {
                let target = folder.path().join("a.whl");
                let _ = fs::remove_file(&target);
                if older {
                    fs::write(&target, "older").expect("written");
                }
                write!(output.file(), "{number}").expect("written");
                output.publish().expect("published");
                assert_eq!(fs::read_to_string(&target).expect("read"), number.to_string());
            }
        }
        assert_eq!(names(folder.path()), ["a.whl"]);
    }

    #[test]
    fn leaves_the_older_one_and_nothing_else_when_dropped() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("a.whl"), "older").expect("written");
        for output in both(folder.path()) {
            write!(output.file(), "newer").expect("written");
        }
        assert_eq!(names(folder.path()), ["a.whl"]);
        assert_eq!(fs::read_to_string(folder.path().join("a.whl")).expect("read"), "older");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn has_no_name_while_it_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let output = Output::create(folder.path(), "a.whl").expect("an output");
        if output.hidden.is_none() {
            assert!(names(folder.path()).is_empty());
        }
    }

    #[test]
    fn makes_a_missing_folder_but_not_over_a_file() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(Output::create(&folder.path().join("a/b"), "a.whl").is_ok());
        let file = folder.path().join("file");
        fs::write(&file, "").expect("written");
        let refused = Output::create(&file, "a.whl").map(|_| ());
        assert!(matches!(refused, Err(Error::Write { path, .. }) if path == file));
    }
}
