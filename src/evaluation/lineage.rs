//! What a class derives from.

use std::rc::Rc;

use super::value::{ClassValue, Value};

/// No class derives from more.
const LINEAGE: usize = 100;

impl Value {
    /// What a class, or one that it derives from, binds the name to.
    pub fn inherited(&self, name: &str) -> Option<Self> {
        self.lineage().iter().find_map(|class| class.scope.own(name))
    }

    /// The project's classes behind it, a class itself first.
    pub fn lineage(&self) -> Vec<Rc<ClassValue>> {
        let mut found: Vec<Rc<ClassValue>> = Vec::new();
        let mut open = vec![self.clone()];
        while let Some(next) = open.pop().filter(|_| found.len() < LINEAGE) {
            let next = if let Self::Generic(generic) = next { generic.0.clone() } else { next };
            let Self::Class(class) = next else { continue };
            if !found.iter().any(|known| Rc::ptr_eq(known, &class)) {
                open.extend(class.bases.iter().rev().cloned());
                found.push(class);
            }
        }
        found
    }

    /// The first class outside the project that a class derives from.
    pub fn foreign_base(&self) -> Option<Self> {
        self.foreign_bases().into_iter().next()
    }

    /// All classes outside the project that a class derives from.
    pub fn foreign_bases(&self) -> Vec<Self> {
        let lineage = self.lineage();
        let bases = lineage.iter().flat_map(|class| class.bases.iter());
        let plain = bases.map(|base| if let Self::Generic(generic) = base { &generic.0 } else { base });
        plain.filter(|base| matches!(base, Self::Foreign(_))).cloned().collect()
    }

    /// Whether a class derives from the one outside the project at `path`.
    pub fn has_base(&self, path: &str) -> bool {
        self.foreign_bases().iter().any(|base| base.path().as_deref() == Some(path))
    }

    /// Whether it is a class of the project whose plain values are members of an enum.
    pub fn is_enum(&self) -> bool {
        self.foreign_bases().iter().filter_map(Self::path).any(|path| {
            matches!(&*path, "enum.Enum" | "enum.StrEnum" | "enum.IntEnum" | "enum.Flag" | "enum.IntFlag")
        })
    }
}
