//! What never ships, whatever the tree holds: caches, environments, version control, editors' leftovers.
//!
//! The list is fixed and does not follow `.gitignore`: backends that do lose generated files where git ignores
//! them and leak others where there is no git.

use crate::text::RelPath;

/// Where a piece of junk comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Junk {
    /// The interpreter, a test runner or the system made it beside the code; it comes back by itself.
    Cache,
    /// A person or a tool put it there: an environment, a checkout, a backup.
    Leftover,
}

const CACHES: &[&str] = &[
    "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".ipynb_checkpoints",
    ".pytype", ".pyre", ".DS_Store", ".coverage", ".dmypy.json", "Thumbs.db", "desktop.ini",
];

const LEFTOVERS: &[&str] = &[
    ".git", ".hg", ".svn", ".bzr", ".jj", "CVS", ".venv", ".tox", ".nox", ".pixi", "__pypackages__", ".eggs",
    "node_modules", ".idea", ".vscode",
];

/// Whether an entry called `name` never ships.
///
/// A virtual environment under another name is known by its `pyvenv.cfg`; the walk looks for that.
pub fn junk(name: &str) -> Option<Junk> {
    // macOS keeps what its files have beside their bytes in `._server.py` wherever the file system holds only bytes
    if CACHES.contains(&name) || has_suffix(name, &[".pyc", ".pyo"]) || name.starts_with("._") {
        return Some(Junk::Cache);
    }
    let backup = has_suffix(name, &[".swp", ".swo", "~", ".egg-info", ".orig", ".rej"])
        || name.starts_with(".#")
        || (name.len() > 1 && name.starts_with('#') && name.ends_with('#'));
    (backup || LEFTOVERS.contains(&name)).then_some(Junk::Leftover)
}

/// Whether what lies at `path` never ships: junk by its name, or what builds leave at the root of the project.
///
/// A folder called `build` or `dist` inside a package is a web client's, and data.
pub fn junk_at(path: &RelPath) -> Option<Junk> {
    let of_a_build = matches!(path.as_str(), "build" | "dist");
    junk(path.name()).or_else(|| of_a_build.then_some(Junk::Cache))
}

fn has_suffix(name: &str, suffixes: &[&str]) -> bool {
    suffixes.iter().any(|suffix| name.ends_with(suffix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_junk_from_data() {
        for (name, expected) in [
            ("__pycache__", Some(Junk::Cache)),
            ("server.cpython-311.pyc", Some(Junk::Cache)),
            ("._server.py", Some(Junk::Cache)),
            (".venv", Some(Junk::Leftover)),
            ("server.py~", Some(Junk::Leftover)),
            (".server.py.swp", Some(Junk::Leftover)),
            ("demo.egg-info", Some(Junk::Leftover)),
            // a web client's build inside the package is data
            ("dist", None),
            ("build", None),
            (".gitignore", None),
            ("#", None),
            ("server.py", None),
        ] {
            assert_eq!(junk(name), expected, "{name}");
        }
    }
}
