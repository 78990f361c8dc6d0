//! The projects beside one from which it gets what it requires: `[tool.uv.sources]`, and a requirement by its path.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::Workspace;
use super::manifest::Manifest;
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::spec::name;
use crate::spec::requirement::Requirement;
use crate::tree;

/// What a project requires that lies beside it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Siblings {
    /// The folders of projects, each once, and after all that it requires itself.
    pub projects: Vec<PathBuf>,
    /// Wheels and sdists.
    pub archives: Vec<PathBuf>,
}

/// What the project at `root`, and what it requires in turn, gets from beside it.
pub fn siblings(root: &Path) -> Siblings {
    let mut found = Siblings::default();
    let Ok(root) = tree::real(root) else { return found };
    let mut seen = BTreeSet::from([root.clone()]);
    collect(&root, &mut seen, &mut found);
    found
}

fn collect(root: &Path, seen: &mut BTreeSet<PathBuf>, found: &mut Siblings) {
    let Some(manifest) = Manifest::read(root) else { return };
    let workspace = Workspace::of_uv_around(root);
    for required in manifest.strings("project.dependencies") {
        let Ok(requirement) = Requirement::parse(&required) else { continue };
        let wanted = name::normalize(&requirement.name);
        let Some(place) = place(&wanted, root, &manifest, workspace.as_ref()) else { continue };
        if !seen.insert(place.clone()) {
            continue;
        }
        if place.is_file() {
            found.archives.push(place);
        } else if place.is_dir() {
            collect(&place, seen, found);
            found.projects.push(place);
        }
    }
}

/// Where a requirement comes from, when that is a place on this disk: the project's own table goes before that of the
/// workspace's root.
fn place(
    wanted: &str,
    root: &Path,
    manifest: &Manifest,
    workspace: Option<&(Workspace, Manifest)>,
) -> Option<PathBuf> {
    let of = |manifest: &Manifest| source(manifest, wanted).cloned();
    let (source, base) = match (of(manifest), workspace) {
        (Some(source), _) => (source, root),
        (None, Some((workspace, outer))) => (of(outer)?, workspace.root.as_path()),
        (None, None) => return None,
    };
    let path = |key: &str| toml::at(&source, key).and_then(toml::text).map(|path| base.join(path));
    let place = match toml::at(&source, "workspace").map(|node| &node.kind) {
        Some(TomlKind::Bool(true)) => member(wanted, &workspace?.0),
        // of another workspace
        Some(TomlKind::String(other)) => {
            let other = tree::real(&base.join(other)).ok()?;
            member(wanted, &Workspace::of_uv_around(&other)?.0)
        }
        _ => path("path"),
    }?;
    tree::real(&place).ok()
}

/// The source of a requirement; of several, which markers tell apart, the first that lies on this disk.
fn source<'m>(manifest: &'m Manifest, wanted: &str) -> Option<&'m TomlNode> {
    let sources = toml::entries(manifest.at("tool.uv.sources")?);
    let (_, node) = sources.iter().find(|(key, _)| name::normalize(&key.value) == wanted)?;
    let is_here = |node: &&TomlNode| ["workspace", "path"].iter().any(|key| toml::at(node, key).is_some());
    match &node.kind {
        TomlKind::Array(items) => items.iter().find(is_here),
        _ => Some(node),
    }
}

fn member(wanted: &str, workspace: &Workspace) -> Option<PathBuf> {
    let is_called = |folder: &&PathBuf| {
        let name = Manifest::read(folder).and_then(|manifest| manifest.text("project.name"));
        name.is_some_and(|name| name::normalize(&name) == wanted)
    };
    workspace.members.iter().find(is_called).cloned()
}
