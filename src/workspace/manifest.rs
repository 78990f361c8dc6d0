//! What a `pyproject.toml` says of a project's place among others.

use std::path::Path;

use crate::project::toml::{self, TomlKind, TomlNode};
use crate::project::{self, FILE_NAME};
use crate::tree;

/// A `pyproject.toml`, read for that alone.
#[derive(Debug)]
pub(crate) struct Manifest {
    node: TomlNode,
    /// Whether it is TOML.
    pub(crate) is_readable: bool,
}

impl Manifest {
    /// That of a folder; none where none can be read.
    pub(crate) fn read(folder: &Path) -> Option<Self> {
        let path = folder.join(FILE_NAME);
        let bytes = path.is_file().then(|| tree::read_first(&path).ok())??;
        let (node, faults) = toml::parse(&String::from_utf8_lossy(&bytes));
        Some(Self { node, is_readable: faults.is_empty() })
    }

    pub(crate) fn at(&self, key: &str) -> Option<&TomlNode> {
        toml::at(&self.node, key)
    }

    pub(crate) fn text(&self, key: &str) -> Option<String> {
        self.at(key).and_then(toml::text)
    }

    pub(crate) fn strings(&self, key: &str) -> Vec<String> {
        self.at(key).map(toml::strings).unwrap_or_default()
    }

    pub(crate) fn is_workspace(&self) -> bool {
        self.at("tool.uv.workspace").is_some()
    }

    pub(crate) fn has_project(&self) -> bool {
        self.at("project").is_some()
    }

    pub(super) fn is_unmanaged(&self) -> bool {
        self.flag("tool.uv.managed") == Some(false)
    }

    /// Whether a wheel is built of it: uv is told, or a backend is named. Without either, the root only holds what its
    /// members share, and a member has still to name one.
    pub(super) fn is_package(&self, is_root: bool) -> bool {
        let told = self.flag("tool.uv.package");
        told.unwrap_or_else(|| !is_root || self.at("build-system").is_some())
    }

    fn flag(&self, key: &str) -> Option<bool> {
        match self.at(key)?.kind {
            TomlKind::Bool(value) => Some(value),
            _ => None,
        }
    }
}

/// Whether this backend builds the project in a folder.
pub fn is_ours(folder: &Path) -> bool {
    tree::read_first(&folder.join(FILE_NAME)).is_ok_and(|bytes| project::read(bytes).build_system.is_ours())
}

/// Whether a folder describes a project, of any backend, and not only the settings of tools.
pub fn is_project(folder: &Path) -> bool {
    if let Some(manifest) = Manifest::read(folder) {
        let tables = ["project", "build-system", "tool.poetry"];
        if !manifest.is_readable || tables.iter().any(|table| manifest.at(table).is_some()) {
            return true;
        }
    }
    let configured = || {
        let text = tree::read_first(&folder.join("setup.cfg")).unwrap_or_default();
        String::from_utf8_lossy(&text).lines().any(|line| line.trim_end() == "[metadata]")
    };
    folder.join("setup.py").is_file() || configured()
}
