//! Paths that the code makes from its own place: `Path(__file__).parent / "data.json"`, `files("weather") / "data.json"`.
//!
//! What is done with them is `file_use`'s. Values that pass through objects, calls of own functions or several
//! assignments are not followed.

use super::Term;
use crate::text::Span;

/// Where a path begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Base {
    /// The file of the module.
    File,
    /// The folder of this package; with an empty name that of the package that holds the module.
    Package(String),
    /// What an imported name stands for, as it is written.
    Name(String),
}

/// A path that begins at the place of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchored {
    /// Where it begins.
    pub base: Base,
    /// How many parts of the base are left first: one of a file names its folder.
    pub up: usize,
    /// The parts below.
    pub parts: Vec<String>,
    /// Whether something computed follows.
    pub open: bool,
}

impl Anchored {
    /// The place itself.
    pub fn of(base: Base) -> Self {
        Self { base, up: 0, parts: Vec::new(), open: false }
    }

    pub(super) fn parent(mut self, times: usize) -> Self {
        for _ in 0..times {
            if !self.open && self.parts.pop().is_none() {
                self.up += 1;
            }
        }
        self
    }

    pub(super) fn join(mut self, text: &str) -> Option<Self> {
        if text.starts_with('/') || text.contains(['\\', ':']) {
            return None;
        }
        for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
            self.open |= part.contains(['*', '?', '[']);
            match part {
                _ if self.open => {}
                ".." => self = self.parent(1),
                part => self.parts.push(part.to_owned()),
            }
        }
        Some(self)
    }

    pub(super) fn join_term(mut self, part: &Term) -> Option<Self> {
        match part.as_text() {
            Some(text) => self.join(text),
            None => {
                self.open = true;
                Some(self)
            }
        }
    }
}

/// A name that is bound to such a path.
#[derive(Clone, Debug)]
pub struct AnchoredName {
    /// The name where it is bound.
    pub name: Span,
    /// The expression.
    pub value: Span,
    /// The path.
    pub path: Anchored,
}

/// A name that a path goes through, and the body that binds it; none for an imported name.
pub(super) type Through = (Option<usize>, String);

/// A path and the names that it goes through.
#[derive(Clone)]
pub(super) struct Value {
    pub(super) path: Anchored,
    pub(super) through: Vec<Through>,
}

impl Value {
    pub(super) fn map(self, change: impl FnOnce(Anchored) -> Option<Anchored>) -> Option<Self> {
        Some(Self { path: change(self.path)?, ..self })
    }
}
