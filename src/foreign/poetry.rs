//! Poetry: <https://python-poetry.org/docs/pyproject/>.

use std::collections::BTreeSet;

use super::{Backend, Known, Wheel, plain};
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::spec::fnmatch::path_matches;
use crate::spec::gitignore::Patterns;
use crate::text::RelPath;
use crate::tree::{SourceFile, SourceTree};

/// An item of `packages`.
#[derive(Default)]
struct PackageItem {
    include: String,
    from: String,
    to: String,
}

pub(crate) static BACKEND: Backend =
    Backend { name: "poetry", begins: &["poetry.", "poetry_dynamic_versioning."], select };

fn select(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    if known.at("tool.poetry.build").is_some() {
        wheel.unknown(known, "tool.poetry.build", "a script of the project runs when it is built");
    }
    let included = included(known);
    let excluded = excluded(known, &included);
    for package in packages(known, wheel) {
        let pattern = plain(&format!("{}/{}", package.from, package.include));
        let found = matching(wheel.tree, &pattern);
        if found.is_empty() {
            wheel.stops(known, "tool.poetry.packages", format!("nothing lies at `{pattern}`"));
        }
        for file in found.into_iter().filter(|file| !excluded.contains(file.path.as_str())) {
            let from = RelPath::parse(&package.from).unwrap_or_default();
            let below = file.path.below(&from).filter(|_| !package.from.is_empty());
            wheel.add(&format!("{}/{}", package.to, below.unwrap_or(file.path.as_str())), file);
        }
    }
    for pattern in included {
        for file in matching(wheel.tree, &pattern) {
            wheel.add(file.path.as_str(), file);
        }
    }
}

/// Whether an item of `packages` or `include` is meant for the wheel.
fn for_wheel(item: &TomlNode, usual: bool) -> bool {
    toml::at(item, "format").map_or(usual, |node| toml::strings(node).iter().any(|format| format == "wheel"))
}

/// `packages`, or the one that is named like the project.
fn packages(known: &Known<'_>, wheel: &mut Wheel<'_>) -> Vec<PackageItem> {
    let of =
        |item: &TomlNode, key: &str| plain(&toml::at(item, key).and_then(toml::text).unwrap_or_default());
    if let Some(TomlKind::Array(items)) = known.at("tool.poetry.packages").map(|node| &node.kind) {
        let package = |item: &TomlNode| PackageItem {
            include: of(item, "include"),
            from: of(item, "from"),
            to: of(item, "to"),
        };
        let told: Vec<PackageItem> = items.iter().filter(|item| for_wheel(item, true)).map(package).collect();
        if !told.is_empty() {
            return told;
        }
    }
    let name = known.module();
    for from in ["", "src"] {
        let places = [name.clone(), format!("{name}.py")];
        if let Some(include) = places.into_iter().find(|name| known.lies(&plain(&format!("{from}/{name}")))) {
            return vec![PackageItem { include, from: from.to_owned(), to: String::new() }];
        }
    }
    wheel.stops(known, "project.name", format!("poetry finds no module `{name}`"));
    Vec::new()
}

/// The patterns of `include` that are meant for the wheel.
fn included(known: &Known<'_>) -> Vec<String> {
    let Some(TomlKind::Array(items)) = known.at("tool.poetry.include").map(|node| &node.kind) else {
        return Vec::new();
    };
    let path = |item: &TomlNode| toml::at(item, "path").and_then(toml::text);
    items.iter().filter(|item| for_wheel(item, false)).filter_map(path).map(|path| plain(&path)).collect()
}

/// What `exclude` names, and in a checkout what git ignores; not what is included by its name.
fn excluded(known: &Known<'_>, included: &[String]) -> BTreeSet<String> {
    let told = known.strings("tool.poetry.exclude").unwrap_or_default();
    let mut excluded: BTreeSet<String> = BTreeSet::new();
    for pattern in &told {
        excluded.extend(matching(known.tree, &plain(pattern)).iter().map(|file| file.path.to_string()));
    }
    if known.tree.junk().iter().any(|(path, _)| path.as_str() == ".git") {
        let ignored = Patterns::new(known.ignored().lines());
        let files = known.tree.files().iter().map(|file| file.path.as_str());
        excluded.extend(files.filter(|path| ignored.matches(path)).map(str::to_owned));
    }
    for pattern in included {
        for file in matching(known.tree, pattern) {
            excluded.remove(file.path.as_str());
        }
    }
    excluded
}

/// The files that a pattern matches, and those in folders that it matches.
fn matching<'t>(tree: &'t SourceTree, pattern: &str) -> Vec<&'t SourceFile> {
    let matches = |path: &str| path_matches(pattern, path);
    let fits = |file: &&SourceFile| {
        let path = file.path.as_str();
        let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
        matches(path) || above.any(matches)
    };
    tree.files().iter().filter(fits).collect()
}
