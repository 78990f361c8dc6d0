//! The files of setuptools' packages that are no modules: `package-data`, and what the sdist holds.
//! <https://setuptools.pypa.io/en/latest/userguide/datafiles.html>

use std::collections::BTreeSet;

use super::{Known, Wheel, entries, text};
use crate::project::toml;
use crate::spec::fnmatch::path_matches;
use crate::spec::gitignore::Patterns;
use crate::spec::identifier::is_identifier;
use crate::text::RelPath;
use crate::tree::SourceFile;

/// A package and its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) folder: String,
}

/// Patterns by package, the empty name for all.
type ByPackage = Vec<(String, Vec<String>)>;

pub(super) fn add(known: &Known<'_>, packages: &[Package], wheel: &mut Wheel<'_>) {
    let told = told(known, "package-data");
    let left_out = told_out(known);
    let tree = wheel.tree;
    for package in packages {
        let folder = RelPath::parse(&package.folder).unwrap_or_default();
        let mut patterns: Vec<&str> = vec!["*.pyi", "py.typed"];
        patterns.extend(of(&told, &package.name));
        for file in tree.below(&folder) {
            let below = file.path.below(&folder).unwrap_or_default();
            if patterns.iter().any(|pattern| path_matches(pattern, below))
                && !is_left_out(&left_out, &package.name, below)
            {
                wheel.add(&format!("{}/{below}", package.name.replace('.', "/")), file);
            }
        }
    }
    if includes(known) {
        let listed: Vec<&SourceFile> = listed(known, wheel);
        for file in listed {
            if let Some((package, below)) = holder(packages, file)
                && !is_left_out(&left_out, &package.name, below)
            {
                wheel.add(&format!("{}/{below}", package.name.replace('.', "/")), file);
            }
        }
    }
}

fn told_out(known: &Known<'_>) -> ByPackage {
    told(known, "exclude-package-data")
}

fn told(known: &Known<'_>, key: &str) -> ByPackage {
    let written = entries(known.at(&format!("tool.setuptools.{key}")));
    let mut all: ByPackage =
        written.map(|(package, node)| (package.to_owned(), toml::strings(node))).collect();
    all.extend(known.setup.table(&key.replace('-', "_")));
    all
}

fn of<'p>(patterns: &'p ByPackage, package: &'p str) -> impl Iterator<Item = &'p str> {
    let meant = move |name: &str| name == package || name.is_empty() || name == "*";
    patterns.iter().filter(move |(name, _)| meant(name)).flat_map(|(_, all)| all.iter().map(String::as_str))
}

fn is_left_out(patterns: &ByPackage, package: &str, below: &str) -> bool {
    of(patterns, package).any(|pattern| crate::spec::fnmatch::fnmatch(pattern, below))
}

/// Whether what the sdist holds is installed too: so without a word where `pyproject.toml` tells of the project.
fn includes(known: &Known<'_>) -> bool {
    let written = known.at("tool.setuptools.include-package-data");
    let usual = known.at("project").is_some() || known.at("tool.setuptools").is_some();
    match (written, known.setup.flag("include_package_data")) {
        (Some(node), _) => super::is_true(node),
        (None, Some(flag)) => flag,
        (None, None) => usual,
    }
}

/// The package whose folder is the nearest that holds the file, and the path there; none for its modules.
fn holder<'p, 'f>(packages: &'p [Package], file: &'f SourceFile) -> Option<(&'p Package, &'f str)> {
    let within = packages.iter().filter_map(|package| {
        let folder = RelPath::parse(&package.folder).unwrap_or_default();
        Some((package, file.path.below(&folder)?))
    });
    let (package, below) = within.min_by_key(|(_, below)| below.len())?;
    let module = below.strip_suffix(".py").is_some_and(is_identifier);
    (!module).then_some((package, below))
}

/// The files that `MANIFEST.in` puts into the sdist; all of an unpacked sdist, and all that git knows where a plugin asks
/// it.
fn listed<'t>(known: &Known<'_>, wheel: &Wheel<'t>) -> Vec<&'t SourceFile> {
    let tree = wheel.tree;
    let unpacked = tree.file(&RelPath::new("PKG-INFO")).is_some()
        && tree.junk().iter().any(|(path, _)| path.as_str().ends_with(".egg-info"));
    let asks = ["setuptools-scm", "setuptools-git", "setuptools-svn"].iter().any(|name| known.requires(name));
    let mut chosen: BTreeSet<&str> = BTreeSet::new();
    if unpacked || asks {
        let ignored = if unpacked { String::new() } else { known.ignored() };
        let ignored = Patterns::new(ignored.lines());
        chosen
            .extend(tree.files().iter().map(|file| file.path.as_str()).filter(|path| !ignored.matches(path)));
    }
    for line in text(tree, "MANIFEST.in").unwrap_or_default().lines() {
        let words: Vec<&str> = line.split('#').next().unwrap_or_default().split_whitespace().collect();
        let Some((adds, patterns)) = words.split_first().and_then(|(verb, rest)| patterns(verb, rest)) else {
            continue;
        };
        let named = |path: &&str| patterns.iter().any(|pattern| path_matches(pattern, path));
        if adds {
            chosen.extend(tree.files().iter().map(|file| file.path.as_str()).filter(named));
        } else {
            chosen.retain(|path| !named(path));
        }
    }
    tree.files().iter().filter(|file| chosen.contains(file.path.as_str())).collect()
}

/// Whether a line of `MANIFEST.in` adds, and what.
fn patterns(verb: &str, words: &[&str]) -> Option<(bool, Vec<String>)> {
    let all = |prefix: &str, words: &[&str], end: &str| {
        words.iter().map(|word| format!("{prefix}{}{end}", word.trim_end_matches('/'))).collect()
    };
    let below = || {
        let (folder, words) = words.split_first()?;
        Some(all(&format!("{}/**/", folder.trim_end_matches('/')), words, ""))
    };
    Some(match verb {
        "include" => (true, all("", words, "")),
        "exclude" => (false, all("", words, "")),
        "graft" => (true, all("", words, "/**")),
        "prune" => (false, all("", words, "/**")),
        "global-include" => (true, all("**/", words, "")),
        "global-exclude" => (false, all("**/", words, "")),
        "recursive-include" => (true, below()?),
        "recursive-exclude" => (false, below()?),
        _ => return None,
    })
}
