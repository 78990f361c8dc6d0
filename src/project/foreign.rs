//! Where other backends are told to find the modules: the settings of Hatch, setuptools, Poetry, PDM, Flit, uv, Maturin
//! and scikit-build-core, as far as they name folders and modules.
//!
//! Nothing here is a fault: what cannot be read is passed over. Patterns are not matched.

use super::toml::{self, Kind, Node, at, strings, text};
use super::{Project, Stated};
use crate::spec::ini;
use crate::text::RelPath;

/// A folder or file and the path under which it is installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Where it lies in the project.
    pub from: RelPath,
    /// Where the wheel holds it; the root is the wheel's.
    pub to: RelPath,
}

/// What a project of another backend says.
#[derive(Debug, Default)]
pub struct Foreign {
    /// Where its modules lie, as far as that is said.
    pub placements: Vec<Placement>,
    /// What it says of itself outside of `[project]`.
    pub stated: Stated,
    /// Whether `[project]` leaves to the backend what it requires or how it starts.
    dynamic: bool,
}

impl Foreign {
    /// Reads the text of a `pyproject.toml`; it may be empty.
    pub fn read(text: &str) -> Self {
        let (root, _) = toml::parse(text);
        let dynamic = at(&root, "project.dynamic").map(strings).unwrap_or_default();
        let left = |key: &String| ["dependencies", "scripts", "entry-points"].contains(&key.as_str());
        Self {
            placements: placements(&root),
            stated: Stated::of_project(&root).or(Stated::of_poetry(&root)),
            dynamic: at(&root, "project").is_none() || dynamic.iter().any(left),
        }
    }

    /// The same with what setuptools' `setup.cfg` says beside it.
    #[must_use]
    pub fn with_setup_cfg(mut self, text: &str) -> Self {
        self.stated = self.stated.or(Stated::of_setup_cfg(text));
        for (section, key, value) in ini::read(text) {
            match (section.as_str(), key.as_str()) {
                ("options", "package_dir") => {
                    let pairs = value.lines().filter_map(|line| line.split_once('='));
                    self.placements.extend(
                        pairs.filter_map(|(name, folder)| placed(folder.trim(), &slashed(name.trim()))),
                    );
                }
                ("options.packages.find", "where") => self.placements.extend(placed(&value, "")),
                _ => {}
            }
        }
        self
    }

    /// The project: what `[project]` says where that is all, or else what is stated anywhere, and in `elsewhere`.
    pub fn project(self, written: Project, elsewhere: Stated) -> Project {
        if self.dynamic { self.stated.or(elsewhere).project() } else { written }
    }
}

/// All placements that the backends' tables tell, the innermost first: of two that hold a file it is the one meant.
fn placements(root: &Node) -> Vec<Placement> {
    let mut all = Vec::new();
    for key in [
        "tool.hatch.build.targets.wheel.packages",
        "tool.hatch.build.packages",
        "tool.scikit-build.wheel.packages",
    ] {
        all.extend(under(root, key).into_iter().filter_map(|path| {
            let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
            placed(&path, name)
        }));
    }
    // folders whose contents are installed
    for key in [
        "tool.hatch.build.targets.wheel.sources",
        "tool.hatch.build.sources",
        "tool.setuptools.packages.find.where",
        "tool.uv.build-backend.module-root",
        "tool.pdm.build.package-dir",
        "tool.maturin.python-source",
    ] {
        all.extend(under(root, key).iter().filter_map(|folder| placed(folder, "")));
    }
    for key in [
        "tool.hatch.build.targets.wheel.sources",
        "tool.hatch.build.sources",
        "tool.hatch.build.targets.wheel.force-include",
        "tool.hatch.build.force-include",
    ] {
        all.extend(pairs(root, key).filter_map(|(from, to)| placed(from, &to)));
    }
    // setuptools names the module first
    all.extend(
        pairs(root, "tool.setuptools.package-dir").filter_map(|(to, from)| placed(&from, &slashed(to))),
    );
    all.extend(poetry(root));
    all.sort_by_key(|placement| std::cmp::Reverse(placement.from.parts().count()));
    all
}

fn under(root: &Node, key: &str) -> Vec<String> {
    at(root, key).map(strings).unwrap_or_default()
}

/// The pairs of strings in a table.
fn pairs<'n>(root: &'n Node, key: &str) -> impl Iterator<Item = (&'n str, String)> {
    let entries = match at(root, key).map(|node| &node.kind) {
        Some(Kind::Table(entries)) => entries.as_slice(),
        _ => &[],
    };
    entries.iter().filter_map(|(key, node)| Some((key.value.as_str(), text(node)?)))
}

/// `packages = [{ include = "weather", from = "lib", to = "acme" }]`.
fn poetry(root: &Node) -> Vec<Placement> {
    let Some(Kind::Array(items)) = at(root, "tool.poetry.packages").map(|node| &node.kind) else {
        return Vec::new();
    };
    let of = |item: &Node, key: &str| text(at(item, key)?);
    let one = |item: &Node| {
        let include = of(item, "include")?;
        let plain: Vec<&str> = include.split('/').take_while(|part| !part.contains('*')).collect();
        let below = |folder: Option<String>| format!("{}/{}", folder.unwrap_or_default(), plain.join("/"));
        placed(&below(of(item, "from")), &below(of(item, "to")))
    };
    items.iter().filter_map(one).collect()
}

/// `a/b` for the module `a.b`.
fn slashed(module: &str) -> String {
    module.replace('.', "/")
}

/// None where one of the paths leads out.
fn placed(from: &str, to: &str) -> Option<Placement> {
    let path = |text: &str| {
        let parts: Vec<&str> =
            text.trim().split('/').filter(|part| !part.is_empty() && *part != ".").collect();
        if parts.is_empty() { Some(RelPath::root()) } else { RelPath::parse(&parts.join("/")).ok() }
    };
    Some(Placement { from: path(from)?, to: path(to)? })
}
