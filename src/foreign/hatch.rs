//! Hatchling: <https://hatch.pypa.io/latest/config/build/>.

use std::collections::BTreeMap;

use super::{Backend, Known, Wheel, entries, is_true, plain, text};
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::spec::gitignore::Patterns;
use crate::text::RelPath;

/// What says it in place of `[tool.hatch]`.
pub(crate) const FILE: &str = "hatch.toml";
/// What a hook does that only writes the version, and one that changes nothing that ships.
const HARMLESS: &[&str] = &["vcs", "version"];

/// `[tool.hatch.build]` and its table for wheels, in `pyproject.toml` or, before that, in `hatch.toml`.
struct BuildTables {
    build: Option<TomlNode>,
    /// Whether they stand in the file of their own.
    own: bool,
}

impl BuildTables {
    fn read(known: &Known<'_>) -> Self {
        let own = text(known.tree, FILE).map(|text| toml::parse(&text).0);
        let own = own.and_then(|root| toml::at(&root, "build").cloned());
        Self { own: own.is_some(), build: own.or_else(|| known.at("tool.hatch.build").cloned()) }
    }

    fn target(&self, key: &str) -> Option<&TomlNode> {
        toml::at(toml::at(self.build.as_ref()?, "targets.wheel")?, key)
    }

    /// What is said for wheels, or else for all targets.
    fn at(&self, key: &str) -> Option<&TomlNode> {
        self.target(key).or_else(|| toml::at(self.build.as_ref()?, key))
    }

    fn strings(&self, key: &str) -> Vec<String> {
        self.at(key).map(toml::strings).unwrap_or_default()
    }

    fn patterns(&self, key: &str) -> Patterns {
        Patterns::new(self.strings(key).iter().map(String::as_str))
    }
}

/// Which files of the project are wanted.
struct Choice {
    excluded: Patterns,
    artifacts: Patterns,
    only_packages: bool,
    nothing: bool,
}

/// What is looked through: named paths, or all that patterns select.
#[derive(Default)]
struct Selected {
    include: Vec<String>,
    packages: Vec<String>,
    only: Vec<String>,
}

pub(crate) static BACKEND: Backend = Backend { name: "hatchling", begins: &["hatchling."], select };

fn select(known: &Known<'_>, wheel: &mut Wheel<'_>) {
    let settings = BuildTables::read(known);
    let sources_of = |packages: &[String]| sources(&settings, packages);
    hooks(known, &settings, wheel);
    let mut selected = Selected {
        include: settings.strings("include"),
        packages: settings.strings("packages"),
        only: settings.strings("only-include"),
    };
    let told = !(selected.include.is_empty() && selected.packages.is_empty() && selected.only.is_empty());
    let mut nothing = false;
    if !told {
        match by_name(known) {
            Some(found) => selected = found,
            None if bypassed(&settings) => nothing = true,
            None => {
                let name = known.module();
                let why = format!("hatchling finds no package that is named like the project, `{name}`");
                wheel.stops(known, "project.name", why);
                wheel.hints.extend(sources_of(&[]).iter().map(|(from, to)| (plain(from), plain(to))));
            }
        }
    }
    let choice = Choice::read(known, &settings, nothing);
    let packages: Vec<String> = selected.packages.iter().map(|path| plain(path)).collect();
    let sources = sources_of(&packages);
    let only = if selected.only.is_empty() { packages } else { selected.only };
    if only.is_empty() && (told || nothing) {
        included(&Patterns::new(selected.include.iter().map(String::as_str)), &choice, &sources, wheel);
    }
    for path in only {
        named(known, &path, &choice, &sources, wheel);
    }
    forced(known, &settings, &sources, wheel);
}

/// Whether hatchling goes on although it finds no package.
fn bypassed(settings: &BuildTables) -> bool {
    let any = |key: &str| entries(settings.at(key)).next().is_some();
    settings.target("bypass-selection").is_some_and(is_true)
        || !settings.strings("artifacts").is_empty()
        || any("force-include")
}

impl Choice {
    fn read(known: &Known<'_>, settings: &BuildTables, nothing: bool) -> Self {
        let ignores = settings.at("ignore-vcs").is_some_and(is_true);
        let ignored = if ignores { String::new() } else { known.ignored() };
        let told = settings.strings("exclude");
        let lines = ["*.py[cdo]", "/dist"].into_iter().chain(ignored.lines());
        Self {
            excluded: Patterns::new(lines.chain(told.iter().map(String::as_str))),
            artifacts: settings.patterns("artifacts"),
            only_packages: settings.at("only-packages").is_some_and(is_true),
            nothing,
        }
    }

    /// Whether the file is wanted; `selected` where no pattern has to choose it.
    fn wants(&self, path: &RelPath, wheel: &Wheel<'_>, selected: bool) -> bool {
        let in_package = || wheel.tree.file(&path.parent().join("__init__.py")).is_some();
        self.artifacts.matches(path.as_str())
            || (selected
                && !self.nothing
                && !self.excluded.matches(path.as_str())
                && (!self.only_packages || in_package()))
    }
}

/// The package or module that is named like the project.
fn by_name(known: &Known<'_>) -> Option<Selected> {
    let tree = known.tree;
    let written: String =
        known.name.chars().map(|c| if c.is_alphanumeric() || "_.".contains(c) { c } else { '_' }).collect();
    let there = |path: String| RelPath::parse(&path).is_ok_and(|path| tree.file(&path).is_some());
    for name in [written, known.module()].iter().filter(|name| !name.is_empty()) {
        let package = [name.clone(), format!("src/{name}")];
        if let Some(found) = package.into_iter().find(|path| there(format!("{path}/__init__.py"))) {
            return Some(Selected { packages: vec![found], ..Selected::default() });
        }
        if there(format!("{name}.py")) {
            return Some(Selected { only: vec![format!("{name}.py")], ..Selected::default() });
        }
        let end = format!("/{name}/__init__.py");
        let spaces: Vec<&str> = tree
            .files()
            .iter()
            .filter_map(|file| file.path.as_str().strip_suffix(&end))
            .filter(|space| !space.contains('/') && !space.starts_with('.'))
            .collect();
        if let [space] = spaces[..] {
            return Some(Selected { packages: vec![space.to_owned()], ..Selected::default() });
        }
    }
    None
}

/// What is taken off the front of a path, and what comes in its place, in order of the fronts.
fn sources(settings: &BuildTables, packages: &[String]) -> BTreeMap<String, String> {
    let front = |text: &str| if plain(text).is_empty() { String::new() } else { plain(text) + "/" };
    let mut sources = BTreeMap::new();
    match settings.at("sources").map(|node| &node.kind) {
        Some(TomlKind::Array(items)) => {
            let named = items.iter().filter_map(toml::text).map(|text| front(&text));
            sources.extend(named.filter(|text| !text.is_empty()).map(|text| (text, String::new())));
        }
        Some(TomlKind::Table(_)) => {
            let pairs = entries(settings.at("sources"));
            sources.extend(pairs.filter_map(|(from, to)| Some((front(from), front(&toml::text(to)?)))));
        }
        _ => {}
    }
    for package in packages {
        // a package is installed without what lies above it
        if let Some((above, _)) = package.rsplit_once('/')
            && !sources.contains_key(&front(package))
        {
            sources.insert(front(above), String::new());
        }
    }
    sources
}

fn installed(path: &str, sources: &BTreeMap<String, String>) -> String {
    let found =
        sources.iter().find_map(|(from, to)| Some(format!("{to}{}", path.strip_prefix(from.as_str())?)));
    found.unwrap_or_else(|| path.to_owned())
}

/// Adds the files that patterns select; without any, all.
fn included(include: &Patterns, choice: &Choice, sources: &BTreeMap<String, String>, wheel: &mut Wheel<'_>) {
    let tree = wheel.tree;
    for file in tree.files() {
        let selected = include.is_empty() || include.matches(file.path.as_str());
        if choice.wants(&file.path, wheel, selected) {
            wheel.add(&installed(file.path.as_str(), sources), file);
        }
    }
}

/// Adds what lies at a path that is named; a file by itself ships whatever is excluded.
fn named(
    known: &Known<'_>,
    path: &str,
    choice: &Choice,
    sources: &BTreeMap<String, String>,
    wheel: &mut Wheel<'_>,
) {
    let tree = wheel.tree;
    let path = plain(path);
    let Ok(folder) =
        RelPath::parse(&path).or_else(|_| if path.is_empty() { Ok(RelPath::root()) } else { Err(()) })
    else {
        return wheel.unknown(known, "tool.hatch.build", format!("`{path}` lies outside of the project"));
    };
    if let Some(file) = tree.file(&folder) {
        return wheel.add(&installed(&path, sources), file);
    }
    let below = if path.is_empty() { tree.files() } else { tree.below(&folder) };
    for file in below {
        if choice.wants(&file.path, wheel, true) {
            wheel.add(&installed(file.path.as_str(), sources), file);
        }
    }
}

/// `force-include`: what lies anywhere, under the path that is told.
fn forced(
    known: &Known<'_>,
    settings: &BuildTables,
    sources: &BTreeMap<String, String>,
    wheel: &mut Wheel<'_>,
) {
    for (from, to) in entries(settings.at("force-include")) {
        let Some(to) = toml::text(to).map(|to| plain(&to)) else { continue };
        let from = plain(from);
        let tree = wheel.tree;
        let Ok(path) = RelPath::parse(&from) else {
            let why = format!("`force-include` takes `{from}` from outside of the project");
            wheel.unknown(known, "tool.hatch.build.targets.wheel.force-include", why);
            continue;
        };
        if let Some(file) = tree.file(&path) {
            wheel.add(&installed(&to, sources), file);
        }
        for file in tree.below(&path) {
            let below = file.path.below(&path).unwrap_or_default();
            wheel.add(&installed(&format!("{to}/{below}"), sources), file);
        }
        if tree.file(&path).is_none() && !tree.has_folder(&path) {
            let why = format!("`force-include` names `{from}`, which something makes before the build");
            wheel.unknown(known, "tool.hatch.build.targets.wheel.force-include", why);
        }
    }
}

/// Tells of the hooks that may change what ships; one that writes the version makes a module.
fn hooks(known: &Known<'_>, settings: &BuildTables, wheel: &mut Wheel<'_>) {
    let of_all = settings.build.as_ref().and_then(|build| toml::at(build, "hooks"));
    for (name, hook) in entries(of_all).chain(entries(settings.target("hooks"))) {
        if toml::at(hook, "enable-by-default").is_some_and(|node| matches!(node.kind, TomlKind::Bool(false)))
        {
            continue;
        }
        let file = ["version-file", "_version-file", "path"].iter().find_map(|key| toml::at(hook, key));
        if let Some(file) = file.and_then(toml::text).filter(|_| HARMLESS.contains(&name)) {
            let file = plain(&file);
            wheel.made(file.strip_prefix("src/").unwrap_or(&file));
        }
        if !HARMLESS.contains(&name) {
            let why = format!("the build hook `{name}` may change what ships");
            if settings.own {
                wheel.unknown_at(FILE, why);
            } else {
                wheel.unknown(known, "tool.hatch.build", why);
            }
        }
    }
}
