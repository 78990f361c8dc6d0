//! The one reader of the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fs::{self, File, Metadata};
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{Junk, SourceFile, SourceTree, TreeFault, TreeFaultKind, junk, junk_at};
use crate::error::Error;
use crate::text::RelPath;

/// Looks at the project at `root`: its top two storeys, and everything below each of `areas`.
///
/// An area is a file or folder relative to the root; one that does not exist is passed over, one inside junk is
/// walked all the same, because it was named.
///
/// # Errors
/// When the root cannot be listed, or the disk fails on the way. A folder that may not be listed is a fault of the
/// tree, as it may be one that nobody wants.
pub fn walk(root: &Path, areas: &[RelPath]) -> Result<SourceTree, Error> {
    let real = fs::canonicalize(root).map_err(Error::read(root))?;
    let mut walk = Walk { root: real, ..Walk::default() };
    walk.pending.push(Pending { folder: RelPath::root(), depth: Depth::Storeys(2), holders: Arc::default() });
    walk.finish()?;
    for area in outermost(areas) {
        walk.area(&area)?;
        walk.finish()?;
    }
    let Walk { root, mut files, folders, real_names, mut junk, mut faults, .. } = walk;
    files.sort_unstable_by(|left, right| left.path.cmp(&right.path));
    files.dedup_by(|left, right| left.path == right.path);
    junk.sort_unstable();
    junk.dedup();
    faults.sort_unstable();
    faults.dedup();
    Ok(SourceTree { root, files, folders, real_names, junk, faults, drafts: BTreeMap::new() })
}

/// The areas that lie in no other area.
fn outermost(areas: &[RelPath]) -> Vec<RelPath> {
    let mut kept: Vec<RelPath> = Vec::new();
    let sorted: BTreeSet<&RelPath> = areas.iter().collect();
    for area in sorted {
        let inside = |outer: &RelPath| {
            let mut path = outer.clone();
            let mut through_junk = |part: &str| {
                path = path.join(part);
                junk_at(&path).is_some()
            };
            area.below(outer).is_some_and(|rest| !rest.split('/').any(&mut through_junk))
        };
        if !kept.iter().any(inside) {
            kept.push(area.clone());
        }
    }
    kept
}

#[derive(Clone, Copy)]
enum Depth {
    /// So many storeys of folders.
    Storeys(u8),
    /// To the ground.
    Whole,
}

#[derive(Default)]
struct Walk {
    root: PathBuf,
    files: Vec<SourceFile>,
    folders: BTreeSet<RelPath>,
    real_names: BTreeMap<RelPath, Box<str>>,
    junk: Vec<(RelPath, Junk)>,
    faults: Vec<TreeFault>,
    /// The folders still to be listed: a list and not the call stack, as folders nest as deep as paths go.
    pending: Vec<Pending>,
    /// Entries seen through links to folders: a few links can multiply without a loop.
    linked: usize,
}

struct Pending {
    folder: RelPath,
    depth: Depth,
    holders: Holders,
}

/// The real paths of the folders that hold the links which were followed on the way.
type Holders = Arc<[PathBuf]>;

/// Memory for so many bytes is taken at once, in the belief that the file still is as long as it was.
const LARGEST_FIRST: u64 = 16 * 1024 * 1024;

/// Fewer folders are listed sooner than other threads wake.
const MANY: usize = 4;

/// More entries than any project reaches through links to folders.
const MOST_LINKED: usize = 50_000;

impl Walk {
    fn area(&mut self, area: &RelPath) -> Result<(), Error> {
        let mut path = RelPath::root();
        for part in area.parts() {
            // a link on the way is followed like any other, or else it would lead out of the project unseen
            if !self.lists(&path, part) || self.leads_out(&path) {
                return Ok(());
            }
            path = path.join(part);
        }
        if path == RelPath::root() {
            self.pending.push(Pending { folder: path, depth: Depth::Whole, holders: Arc::default() });
            return Ok(());
        }
        match fs::symlink_metadata(path.on_disk(&self.root)) {
            Ok(metadata) => self.entry(path, &metadata, Depth::Whole, &Arc::default()),
            Err(_) => Ok(()),
        }
    }

    /// Lists what is pending until nothing is, many folders at once; not those behind links, which are counted.
    fn finish(&mut self) -> Result<(), Error> {
        while !self.pending.is_empty() {
            let pending = std::mem::take(&mut self.pending);
            if pending.len() < MANY || pending.iter().any(|pending| !pending.holders.is_empty()) {
                pending.iter().try_for_each(|pending| self.folder(pending))?;
                continue;
            }
            let listed = |pending: &Pending| {
                let mut walk = Self { root: self.root.clone(), ..Self::default() };
                walk.folder(pending).map(|()| walk)
            };
            let listed: Vec<Result<Self, Error>> = pending.par_iter().map(listed).collect();
            listed.into_iter().try_for_each(|walk| walk.map(|walk| self.take_in(walk)))?;
        }
        Ok(())
    }

    /// Adds what another part of the walk saw.
    fn take_in(&mut self, other: Self) {
        self.files.extend(other.files);
        self.folders.extend(other.folders);
        self.real_names.extend(other.real_names);
        self.junk.extend(other.junk);
        self.faults.extend(other.faults);
        self.pending.extend(other.pending);
        self.linked += other.linked;
    }

    /// Whether `folder` holds an entry called `name` in exactly this case, which a file system may ignore.
    fn lists(&self, folder: &RelPath, name: &str) -> bool {
        let entries = fs::read_dir(folder.on_disk(&self.root));
        entries.is_ok_and(|mut entries| {
            entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() == OsStr::new(name)))
        })
    }

    /// Whether `folder` is a link out of the project; records it.
    fn leads_out(&mut self, folder: &RelPath) -> bool {
        let place = folder.on_disk(&self.root);
        let leads_out = !fs::canonicalize(&place).is_ok_and(|real| real.starts_with(&self.root));
        if leads_out {
            self.fault(folder.clone(), TreeFaultKind::LinkLeaves { target: target(&place) });
        }
        leads_out
    }

    fn folder(&mut self, Pending { folder, depth, holders }: &Pending) -> Result<(), Error> {
        let path = folder.on_disk(&self.root);
        let entries = match fs::read_dir(&path) {
            Ok(entries) => entries,
            Err(source) if path == self.root => return Err(Error::Read { path, source }),
            Err(source) => {
                self.fault(folder.clone(), TreeFaultKind::Unreadable { reason: source.to_string() });
                return Ok(());
            }
        };
        for entry in entries {
            let entry = entry.map_err(Error::read(&path))?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let name = name.to_string_lossy().into_owned();
                self.fault(folder.clone(), TreeFaultKind::NotUtf8 { name });
                continue;
            };
            let child = folder.join(name);
            if let Some(kind) = junk_at(&child) {
                // a submodule's `.git` is a file that git wants there
                let submodule = name == ".git" && entry.file_type().is_ok_and(|kind| kind.is_file());
                self.passed_over(child, if submodule { Junk::Cache } else { kind }, *depth);
                continue;
            }
            self.linked += usize::from(!holders.is_empty());
            let metadata = match entry.metadata() {
                // it went between two looks, as other programs' temporary files do
                Err(gone) if gone.kind() == ErrorKind::NotFound => continue,
                metadata => metadata.map_err(Error::read(&entry.path()))?,
            };
            self.entry(child, &metadata, *depth, holders)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        path: RelPath,
        metadata: &Metadata,
        depth: Depth,
        holders: &Holders,
    ) -> Result<(), Error> {
        let kind = metadata.file_type();
        if kind.is_symlink() {
            return self.link(path, depth, holders);
        }
        if kind.is_dir() {
            self.subfolder(path, depth, Arc::clone(holders));
        } else if kind.is_file() {
            self.files.push(SourceFile { path, size: metadata.len(), executable: executable(metadata) });
        } else {
            self.fault(path, TreeFaultKind::Special { kind: special(kind) });
        }
        Ok(())
    }

    fn subfolder(&mut self, path: RelPath, depth: Depth, holders: Holders) {
        if path.on_disk(&self.root).join("pyvenv.cfg").is_file() {
            return self.passed_over(path, Junk::Leftover, depth);
        }
        self.folders.insert(path.clone());
        let depth = match depth {
            Depth::Storeys(0 | 1) => return,
            Depth::Storeys(storeys) => Depth::Storeys(storeys - 1),
            Depth::Whole => Depth::Whole,
        };
        self.pending.push(Pending { folder: path, depth, holders });
    }

    fn link(&mut self, path: RelPath, depth: Depth, holders: &Holders) -> Result<(), Error> {
        let place = path.on_disk(&self.root);
        let target = target(&place);
        let Ok(real) = fs::canonicalize(&place) else {
            self.fault(path, TreeFaultKind::LinkBroken { target });
            return Ok(());
        };
        if !real.starts_with(&self.root) {
            self.fault(path, TreeFaultKind::LinkLeaves { target });
            return Ok(());
        }
        let name = real.file_name().and_then(OsStr::to_str).unwrap_or_default();
        if let Some(kind) = junk(name) {
            self.passed_over(path, kind, depth);
            return Ok(());
        }
        let metadata = fs::metadata(&real).map_err(Error::read(&real))?;
        if !metadata.is_dir() {
            if name != path.name() {
                self.real_names.insert(path.clone(), name.into());
            }
            return self.entry(path, &metadata, depth, holders);
        }
        let holder = path.parent().on_disk(&self.root);
        let holder = fs::canonicalize(&holder).map_err(Error::read(&holder))?;
        let many = self.linked > MOST_LINKED;
        if many || holder.starts_with(&real) || holders.iter().any(|above| above.starts_with(&real)) {
            self.fault(path, TreeFaultKind::LinkLoop { target });
            return Ok(());
        }
        let holders = holders.iter().cloned().chain([holder]).collect();
        self.linked += 1;
        self.subfolder(path, depth, holders);
        Ok(())
    }

    fn fault(&mut self, path: RelPath, kind: TreeFaultKind) {
        self.faults.push(TreeFault { path, kind });
    }

    fn passed_over(&mut self, path: RelPath, kind: Junk, depth: Depth) {
        if matches!(depth, Depth::Whole) {
            self.junk.push((path, kind));
        }
    }
}

impl SourceTree {
    /// Opens the file at `path` for streaming.
    ///
    /// # Errors
    /// When it is gone or may not be read.
    pub fn open(&self, path: &RelPath) -> Result<File, Error> {
        let place = path.on_disk(&self.root);
        File::open(&place).map_err(Error::read(&place))
    }

    /// Whether the root is that of a git checkout too.
    pub fn is_checkout(&self) -> bool {
        self.root.join(".git").exists()
    }

    /// All bytes of the file at `path`.
    ///
    /// # Errors
    /// When it is gone or may not be read.
    pub fn read(&self, path: &RelPath) -> Result<Vec<u8>, Error> {
        if let Some(draft) = self.drafts.get(path) {
            return Ok(draft.clone());
        }
        let size = self.file(path).map_or(0, |file| file.size);
        // one byte more, so that the end is seen without another piece of memory
        let mut bytes = Vec::with_capacity(usize::try_from(size.min(LARGEST_FIRST)).unwrap_or_default() + 1);
        let place = path.on_disk(&self.root);
        // a bare file would be asked again for its size
        self.open(path)?.take(u64::MAX).read_to_end(&mut bytes).map_err(Error::read(&place))?;
        Ok(bytes)
    }

    /// At most `most` bytes of the file at `path`, its first.
    ///
    /// # Errors
    /// When it is gone or may not be read.
    pub fn read_head(&self, path: &RelPath, most: usize) -> Result<Vec<u8>, Error> {
        if let Some(draft) = self.drafts.get(path) {
            return Ok(draft[..draft.len().min(most)].to_vec());
        }
        let mut bytes = Vec::new();
        let place = path.on_disk(&self.root);
        self.open(path)?.take(most as u64).read_to_end(&mut bytes).map_err(Error::read(&place))?;
        Ok(bytes)
    }

    /// Whether a file may be made at `path`: nothing lies there, not even a broken link, and its folder is one of the
    /// tree.
    pub fn is_vacant(&self, path: &RelPath) -> bool {
        let folder = path.parent();
        let known = folder == RelPath::root() || self.has_folder(&folder);
        known && self.file(path).is_none() && fs::symlink_metadata(path.on_disk(&self.root)).is_err()
    }
}

/// What the link at `place` says.
fn target(place: &Path) -> String {
    fs::read_link(place).map(|target| target.to_string_lossy().into_owned()).unwrap_or_default()
}

#[cfg(unix)]
fn executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn executable(_: &Metadata) -> bool {
    false
}

#[cfg(unix)]
fn special(kind: fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt as _;
    match kind {
        _ if kind.is_fifo() => "FIFO",
        _ if kind.is_socket() => "socket",
        _ => "device",
    }
}

#[cfg(not(unix))]
fn special(_: fs::FileType) -> &'static str {
    "device"
}

/// All bytes of a file that is read before there is a tree: `pyproject.toml`, or metadata that a frontend hands over.
///
/// # Errors
/// When it is no regular file, or may not be read.
pub fn read_first(path: &Path) -> Result<Vec<u8>, Error> {
    // a FIFO would be waited on for ever
    if !fs::metadata(path).map_err(Error::read(path))?.is_file() {
        return Err(Error::read(path)(std::io::Error::other("not a regular file")));
    }
    fs::read(path).map_err(Error::read(path))
}
