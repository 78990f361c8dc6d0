//! PDM: <https://backend.pdm-project.org/build_config/>.

use std::collections::BTreeSet;

use super::{Backend, Known, Wheel, plain};
use crate::spec::fnmatch::path_matches;
use crate::text::RelPath;
use crate::tree::SourceTree;

const TABLE: &str = "tool.pdm.build";

pub(crate) static BACKEND: Backend =
    Backend { name: "pdm-backend", begins: &["pdm.backend", "pdm.pep517"], select };

fn select(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    hooks(known, wheel);
    let folder = known.text(&format!("{TABLE}.package-dir")).map(|folder| plain(&folder));
    let src = known.tree.has_folder(&RelPath::new("src"));
    let folder = folder.unwrap_or_else(|| if src { "src".to_owned() } else { String::new() });
    wheel.hints.push((folder.clone(), String::new()));
    let mut includes = known.strings(&format!("{TABLE}.includes")).unwrap_or_default();
    if includes.is_empty() {
        includes = packages(known.tree, &folder);
    }
    let mut excludes = known.strings(&format!("{TABLE}.excludes")).unwrap_or_default();
    let sources = known.strings(&format!("{TABLE}.source-includes")).filter(|all| !all.is_empty());
    let sources = sources.unwrap_or_else(|| vec!["tests".to_owned()]);
    excludes.extend(sources.iter().cloned());
    includes.extend(sources);
    let choice = Choice::new(known.tree, &includes, &excludes);
    for file in wheel.tree.files() {
        let path = file.path.as_str();
        if choice.wants(path) {
            wheel.add(
                path.strip_prefix(&format!("{folder}/")).filter(|_| !folder.is_empty()).unwrap_or(path),
                file,
            );
        }
    }
}

/// The packages in a folder, or else its modules, as patterns.
fn packages(tree: &SourceTree, folder: &str) -> Vec<String> {
    let within = |path: &RelPath| path.parent().as_str() == folder;
    let packages =
        tree.folders().filter(|path| within(path) && tree.file(&path.join("__init__.py")).is_some());
    let packages: Vec<String> = packages.map(ToString::to_string).collect();
    if packages.is_empty() { vec![plain(&format!("{folder}/*.py"))] } else { packages }
}

/// The paths that are included and those that are not, each with the pattern that says so.
struct Choice {
    included: BTreeSet<String>,
    excluded: BTreeSet<String>,
}

impl Choice {
    /// Of a path that both name, the pattern of more parts counts, or the one of fewer wildcards, or else the exclusion.
    fn new(tree: &SourceTree, includes: &[String], excludes: &[String]) -> Self {
        let paths: Vec<&str> = tree
            .files()
            .iter()
            .map(|file| file.path.as_str())
            .chain(tree.folders().map(RelPath::as_str))
            .collect();
        let found = |patterns: &[String], path: &str| {
            let fits = patterns.iter().filter(|pattern| path_matches(&plain(pattern), path));
            fits.map(|pattern| weight(pattern)).max()
        };
        let (mut included, mut excluded) = (BTreeSet::new(), BTreeSet::new());
        for path in paths {
            match (found(includes, path), found(excludes, path)) {
                (Some(include), Some(exclude)) if include <= exclude => excluded.insert(path.to_owned()),
                (Some(_), _) => included.insert(path.to_owned()),
                (None, Some(_)) => excluded.insert(path.to_owned()),
                (None, None) => false,
            };
        }
        Self { included, excluded }
    }

    fn wants(&self, path: &str) -> bool {
        let within =
            |all: &BTreeSet<String>| path.match_indices('/').any(|(at, _)| all.contains(&path[..at]));
        let excluded = within(&self.excluded) || self.excluded.contains(path);
        self.included.contains(path) || (within(&self.included) && !excluded)
    }
}

/// How exact a pattern is.
fn weight(pattern: &str) -> (usize, isize) {
    let plain = plain(pattern);
    let parts = plain.split('/');
    let wild: isize = parts
        .clone()
        .map(|part| if part == "**" { 2 } else { isize::from(part.contains(['*', '?', '['])) })
        .sum();
    (parts.count(), -wild)
}

/// Tells of code that runs at the build, and of the module that holds the version.
fn hooks(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    let hook = known.text(&format!("{TABLE}.custom-hook")).unwrap_or_else(|| "pdm_build.py".to_owned());
    if RelPath::parse(&plain(&hook)).is_ok_and(|path| known.tree.file(&path).is_some()) {
        wheel.unknown_at(&plain(&hook), "the build hook may change what ships");
    }
    if known.at(&format!("{TABLE}.run-setuptools")).is_some() {
        wheel.unknown(known, &format!("{TABLE}.run-setuptools"), "setuptools makes a part of it");
    }
    if let Some(file) =
        ["tool.pdm.version.write_to", "tool.pdm.version.write-to"].iter().find_map(|key| known.text(key))
    {
        wheel.made(plain(&file));
    }
}
