//! What a wheel comes to hold while a backend's settings are read.

use std::collections::BTreeMap;

use super::{FILE_NAME, ForeignProject, InstalledFile, Known, Open, Stated, plain};
use crate::project::toml;
use crate::text::RelPath;
use crate::tree::{SourceFile, SourceTree};

/// The files by their places in the wheel; of two of one place the first stays.
pub(super) struct Wheel<'t> {
    pub(super) tree: &'t SourceTree,
    files: BTreeMap<String, &'t SourceFile>,
    data: BTreeMap<String, &'t SourceFile>,
    made: Vec<String>,
    open: Vec<Open>,
    /// Folders and the places of what they hold, where it is not certain which of that ships.
    pub(super) hints: Vec<(String, String)>,
}

impl<'t> Wheel<'t> {
    pub(super) fn new(tree: &'t SourceTree) -> Self {
        Self {
            tree,
            files: BTreeMap::new(),
            data: BTreeMap::new(),
            made: Vec::new(),
            open: Vec::new(),
            hints: Vec::new(),
        }
    }

    /// Installs a file as `to`; what never ships is passed over.
    pub(super) fn add(&mut self, to: &str, file: &'t SourceFile) {
        let bytecode = [".pyc", ".pyo"].iter().any(|suffix| to.ends_with(suffix));
        if !bytecode {
            self.files.entry(plain(to)).or_insert(file);
        }
    }

    /// Installs what lies at `from`, a file or a folder, as `to`, as far as `wanted`; whether anything lies there.
    pub(super) fn add_all(&mut self, from: &str, to: &str, wanted: impl Fn(&RelPath) -> bool) -> bool {
        let Ok(path) = RelPath::parse(from) else { return false };
        let tree = self.tree;
        if let Some(file) = tree.file(&path) {
            if wanted(&path) {
                self.add(to, file);
            }
            return true;
        }
        for file in tree.below(&path).iter().filter(|file| wanted(&file.path)) {
            self.add(&format!("{to}/{}", file.path.below(&path).unwrap_or_default()), file);
        }
        tree.has_folder(&path)
    }

    /// Installs what lies in a folder into one of a scheme.
    pub(super) fn add_data(&mut self, scheme: &str, folder: &str) {
        let Ok(folder) = RelPath::parse(folder) else { return };
        for file in self.tree.below(&folder) {
            let below = file.path.below(&folder).unwrap_or_default();
            self.data.entry(format!("{scheme}/{below}")).or_insert(file);
        }
    }

    /// Whether nothing would be installed, and nothing tells why.
    pub(super) fn is_empty(&self) -> bool {
        self.files.is_empty() && self.open.is_empty()
    }

    /// Remembers a module that the build writes.
    pub(super) fn made(&mut self, installed: impl Into<String>) {
        self.made.push(installed.into());
    }

    /// Tells that what is written at a key of `pyproject.toml` leaves the files unknown.
    pub(super) fn unknown(&mut self, known: &Known<'_>, key: &str, why: impl Into<String>) {
        let span = toml::at(&known.root, key).map(|node| node.span);
        self.open.push(Open { path: RelPath::new(FILE_NAME), span, why: why.into(), stops: false });
    }

    /// Tells that the backend refuses to build for what is written there.
    pub(super) fn stops(&mut self, known: &Known<'_>, key: &str, why: impl Into<String>) {
        self.unknown(known, key, why);
        if let Some(open) = self.open.last_mut() {
            open.stops = true;
        }
    }

    /// Tells that a file leaves them unknown.
    pub(super) fn unknown_at(&mut self, path: &str, why: impl Into<String>) {
        self.open.push(Open { path: RelPath::new(path), span: None, why: why.into(), stops: false });
    }

    pub(super) fn finish(self, stated: Stated) -> ForeignProject {
        let shipped = |files: BTreeMap<String, &SourceFile>| {
            let one =
                |(installed, file): (String, &SourceFile)| InstalledFile { installed, file: file.clone() };
            files.into_iter().map(one).collect()
        };
        let Self { files, data, made, open, hints, .. } = self;
        ForeignProject { wheel: shipped(files), data: shipped(data), made, open, hints, stated }
    }
}
