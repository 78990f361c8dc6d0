//! A path inside the project.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::literal;

/// A path relative to the project's root: UTF-8, parts joined with `/`, none of them empty, `.` or `..`.
///
/// The empty path is the project's root itself. A clone shares its text, as many lists hold the same paths.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(Arc<str>);

/// Why a text is no [`RelPath`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathFault {
    /// It starts at a root: `/x` or `C:\x`.
    Absolute,
    /// It climbs: a part is `..`.
    Parent,
    /// A part is empty or `.`, or it holds a backslash.
    Malformed,
}

impl RelPath {
    /// Reads `text` as written in a setting; a `./` in front says nothing and goes.
    ///
    /// # Errors
    /// Says why `text` does not stay inside the project.
    pub fn parse(text: &str) -> Result<Self, PathFault> {
        let drive = text.as_bytes().get(1) == Some(&b':') && text.as_bytes()[0].is_ascii_alphabetic();
        if text.starts_with('/') || text.starts_with('\\') || drive {
            return Err(PathFault::Absolute);
        }
        if text.split(['/', '\\']).any(|part| part == "..") {
            return Err(PathFault::Parent);
        }
        let text = text.strip_prefix("./").unwrap_or(text);
        if text.contains('\\') || text.split('/').any(|part| part.is_empty() || part == ".") {
            return Err(PathFault::Malformed);
        }
        Ok(Self(text.into()))
    }

    /// The project's root.
    pub fn root() -> Self {
        Self::default()
    }

    /// A path that the caller knows to be well formed, such as a literal.
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        debug_assert!(text.is_empty() || Self::parse(&text).is_ok(), "{text}");
        Self(text)
    }

    /// This path with `name` (one part or several) below it.
    #[must_use]
    pub fn join(&self, name: &str) -> Self {
        if self.0.is_empty() {
            return Self(name.into());
        }
        Self(format!("{}/{name}", self.0).into())
    }

    /// `path`, told from where this is told from, when it starts at this.
    #[must_use]
    pub fn join_path(&self, path: &Self) -> Self {
        if path.0.is_empty() { self.clone() } else { self.join(&path.0) }
    }

    /// The whole path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or_default()
    }

    /// The folder that holds it; the root's is the root.
    #[must_use]
    pub fn parent(&self) -> Self {
        Self(self.0.rsplit_once('/').map_or("", |(parent, _)| parent).into())
    }

    /// Its parts, outermost first.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// What stands below `folder`: `a/b/c` is `b/c` below `a`; none when it lies elsewhere or is `folder` itself.
    pub fn below(&self, folder: &Self) -> Option<&str> {
        if folder.0.is_empty() {
            return (!self.0.is_empty()).then_some(&self.0);
        }
        self.0.strip_prefix(&*folder.0)?.strip_prefix('/')
    }

    /// As a word of a shell command, in quotes where it needs them.
    pub fn in_shell(&self) -> String {
        literal::shell(&self.0)
    }

    /// Where it lies on the disk when the project lies at `root`.
    pub fn on_disk(&self, root: &Path) -> PathBuf {
        let mut path = PathBuf::with_capacity(root.as_os_str().len() + 1 + self.0.len());
        path.push(root);
        path.extend(self.parts());
        path
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_inside_the_project() {
        for (text, fault) in [
            ("/etc/passwd", PathFault::Absolute),
            ("C:\\x", PathFault::Absolute),
            ("../x", PathFault::Parent),
            ("a/../x", PathFault::Parent),
            ("a\\..\\x", PathFault::Parent),
            ("a//b", PathFault::Malformed),
            ("./", PathFault::Malformed),
            (".//a", PathFault::Malformed),
            ("././a", PathFault::Malformed),
            (".", PathFault::Malformed),
            ("a\\b", PathFault::Malformed),
            ("", PathFault::Malformed),
        ] {
            assert_eq!(RelPath::parse(text), Err(fault), "{text}");
        }
        for text in ["a/b", "./a/b"] {
            assert_eq!(RelPath::parse(text), Ok(RelPath::new("a/b")), "{text}");
        }
    }

    #[test]
    fn speaks_to_a_shell() {
        for (path, word) in
            [("src/a_b.py", "src/a_b.py"), ("a b", "'a b'"), ("it's", r"'it'\''s'"), ("$(x)", "'$(x)'")]
        {
            assert_eq!(RelPath::new(path).in_shell(), word);
        }
    }

    #[test]
    fn knows_its_family() {
        let path = RelPath::new("a/b/c");
        assert_eq!((path.name(), path.parent().as_str()), ("c", "a/b"));
        assert_eq!(path.below(&RelPath::new("a")), Some("b/c"));
        assert_eq!(RelPath::new("ab/c").below(&RelPath::new("a")), None);
        assert_eq!(path.below(&path), None);
        assert_eq!(RelPath::root().join("x"), RelPath::new("x"));
    }
}
