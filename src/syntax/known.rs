//! What the imports of a file make of names.

use std::collections::BTreeMap;

/// Names that imports bind, with the dotted paths that they stand for: `np` and `numpy`.
#[derive(Default)]
pub(super) struct Known<'a> {
    paths: BTreeMap<&'a str, String>,
    /// The marks of all names that were ever known.
    marks: Marks,
}

impl<'a> Known<'a> {
    pub(super) fn insert(&mut self, name: &'a str, path: String) {
        self.marks.add(name);
        self.paths.insert(name, path);
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.paths.remove(name);
    }

    /// The name as the import writes it, and its path.
    pub(super) fn get(&self, name: &str) -> Option<(&'a str, &str)> {
        let (name, path) = Some(name)
            .filter(|name| self.marks.may_hold(name))
            .and_then(|name| self.paths.get_key_value(name))?;
        Some((name, path))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &str)> {
        self.paths.iter().map(|(name, path)| (*name, path.as_str()))
    }
}

/// Some names, by one bit for the length and the first letter of each: most other names differ from all of them in it.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks(u64);

impl Marks {
    pub(super) fn add(&mut self, name: &str) {
        self.0 |= mark(name);
    }

    /// Whether `name` may be one of them.
    pub(super) fn may_hold(self, name: &str) -> bool {
        self.0 & mark(name) != 0
    }
}

fn mark(name: &str) -> u64 {
    let first = name.as_bytes().first().copied().unwrap_or_default();
    1 << ((usize::from(first) + 7 * name.len()) % 64)
}
