//! What the releases of the Python SDKs hold: modules, names, classes and what they take, to the minor.
//!
//! A minor is represented by its last patch. What is not in the tables is not known: private modules, and what is
//! there in every release that has its module or class. So an answer of `None` is never a fault. Nor are releases known
//! that were published after the day of [`known_on`].

use super::{Releases, Sdk};
use crate::knowledge::table::Table;

static RELEASES: Table = Table::new(include_str!("../knowledge/data/sdk_releases.txt"));
static MODULES: Table = Table::new(include_str!("../knowledge/data/sdk_modules.txt"));
static MEMBERS: Table = Table::new(include_str!("../knowledge/data/sdk_members.txt"));

/// How a method may decorate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecoratorForms {
    /// The releases in which it has to be called: `@mcp.tool()`.
    pub called: Releases,
    /// The releases in which it may also stand bare: `@mcp.tool`.
    pub bare: Releases,
}

impl Sdk {
    /// The minors in order, such as `1.10`; the place in this list is what [`Releases`] know them by.
    pub fn minors(self) -> impl Iterator<Item = &'static str> + use<> {
        words(match self {
            Self::Mcp => "mcp minors",
            Self::Fastmcp => "fastmcp minors",
        })
    }
}

/// The published versions of `mcp`, `mcp-types`, `fastmcp` or `fastmcp-slim` in order; pre-releases are not among them.
pub fn published(distribution: &str) -> impl Iterator<Item = &'static str> + use<> {
    words(&format!("{distribution} published"))
}

/// The day on which the releases were read, such as `2026-11-29`.
pub fn known_on() -> &'static str {
    RELEASES.get("known").unwrap_or_default()
}

/// The last patch of each minor of `distribution`: what the tables were read from.
pub fn sampled(distribution: &str) -> impl Iterator<Item = &'static str> + use<> {
    words(distribution)
}

/// What `distribution`, perhaps with an extra (`fastmcp-slim[server]`), requires of `other`, its name normalised: an
/// extra in brackets and specifiers. What holds on some machines only is left out.
pub fn requirements(
    distribution: &str,
    other: &str,
) -> impl Iterator<Item = (Releases, &'static str)> + use<> {
    groups(RELEASES.get(&format!("{distribution} requires {other}")))
}

/// The releases of `distribution`, perhaps with an extra (`mcp[cli]`), that install the module `import` along.
///
/// What an extra brings is in addition to what the distribution itself brings.
pub fn brings(distribution: &str, import: &str) -> Releases {
    named(RELEASES.get(&format!("{distribution} brings")), import).unwrap_or_default()
}

/// The specifiers for Python of the releases of `distribution`.
pub fn requires_python(distribution: &str) -> impl Iterator<Item = (Releases, &'static str)> + use<> {
    groups(RELEASES.get(&format!("{distribution} python")))
}

/// The releases that have the module; none when nothing is known of it.
pub fn module(path: &str) -> Option<Releases> {
    let line = MODULES.get(path)?;
    Some(Releases::read(line.split('\t').next().unwrap_or_default()))
}

/// The releases in which `from module import name` finds something, be it a module; none when nothing is known of it.
pub fn name(module_path: &str, name: &str) -> Option<Releases> {
    let line = MODULES.get(module_path)?;
    let own = module(module_path)?;
    let submodule = module(&format!("{module_path}.{name}"));
    let listed = named(Some(line), name);
    match (listed, submodule) {
        (None, None) => None,
        (listed, submodule) => Some(listed.unwrap_or_default().or(submodule.unwrap_or_default()).and(own)),
    }
}

/// The path that the tables know a class by: the one given, or that of the class which is defined there.
pub fn known_class(path: &str) -> Option<&'static str> {
    let (known, value) = MEMBERS.entry(path)?;
    Some(value.strip_prefix('=').unwrap_or(known))
}

/// The releases that have the class at the path that users import it by; none when nothing is known of it.
pub fn class(path: &str) -> Option<Releases> {
    MEMBERS.get(path).map(Releases::read)
}

/// The releases in which the class at `path` has the method or property `member`.
pub fn member(path: &str, member: &str) -> Option<Releases> {
    MEMBERS.get(&format!("{path}.{member}")).map(Releases::read)
}

/// The releases in which what is called takes the keyword: a class, `class.method` or a function.
///
/// None when nothing is known, which for a method or function includes what it always takes.
pub fn parameter(callee: &str, keyword: &str) -> Option<Releases> {
    let line = MEMBERS.get(&format!("{callee}()"));
    let any = named(line, "**");
    match (named(line, keyword), any) {
        (None, Some(any)) if class(callee).is_some() => Some(any),
        (None, _) => None,
        (Some(taken), any) => Some(taken.or(any.unwrap_or_default())),
    }
}

/// The classes that took any keyword and read only those that they list by now: the others were passed to settings,
/// which ignore what they do not know.
///
/// With each what was a setting and never became a keyword of its own.
const IGNORING: [(&str, &[&str]); 2] = [
    ("mcp.server.fastmcp.FastMCP", &[]),
    (
        "fastmcp.FastMCP",
        &[
            "default_auth_provider",
            "warn_on_duplicate_prompts",
            "warn_on_duplicate_resources",
            "warn_on_duplicate_tools",
        ],
    ),
];

/// Whether the keyword never did a thing where it was taken.
pub fn had_no_effect(callee: &str, keyword: &str) -> bool {
    let line = MEMBERS.get(&format!("{callee}()"));
    let Some((_, settings)) = IGNORING.iter().find(|(class, _)| *class == callee) else { return false };
    named(line, "**").is_some() && named(line, keyword).is_none() && !settings.contains(&keyword)
}

/// How the method `member` of the class at `path` may decorate; none when it is no decorator.
pub fn decorator(path: &str, member: &str) -> Option<DecoratorForms> {
    let line = MEMBERS.get(&format!("{path}.{member}@"))?;
    let form = |name: &str| named(Some(line), name).unwrap_or_default();
    Some(DecoratorForms { called: form("call"), bare: form("bare") })
}

/// Every set of releases that has something, once.
#[cfg(test)]
pub fn differing() -> Vec<(Sdk, Releases)> {
    let mut sets: Vec<(Sdk, Releases)> = Vec::new();
    for (key, line) in MODULES.entries().chain(MEMBERS.entries()) {
        let Some(sdk) = Sdk::of_module(key) else { continue };
        let words = line.split('\t').map(|group| group.split(':').next().unwrap_or_default());
        for set in words.filter(|word| !word.starts_with('=')).map(|word| (sdk, Releases::read(word))) {
            if !set.1.is_empty() && !sets.contains(&set) {
                sets.push(set);
            }
        }
    }
    sets
}

fn words(key: &str) -> impl Iterator<Item = &'static str> + use<> {
    RELEASES.get(key).unwrap_or_default().split_whitespace()
}

/// The groups of a line: releases, and what is said of them.
fn groups(line: Option<&'static str>) -> impl Iterator<Item = (Releases, &'static str)> + use<> {
    let groups = line.unwrap_or_default().split('\t').filter_map(|group| group.split_once(':'));
    groups.map(|(word, value)| (Releases::read(word), value))
}

/// The releases of the group that lists `name`.
fn named(line: Option<&'static str>, name: &str) -> Option<Releases> {
    groups(line).find(|(_, names)| names.split(' ').any(|word| word == name)).map(|(releases, _)| releases)
}

#[cfg(test)]
mod tests {
    use super::super::tried_on;
    use super::*;
    use crate::knowledge::table::assert_sorted;

    /// The minors of a set as text.
    fn spelt(sdk: Sdk, releases: Releases) -> String {
        let within = |place: usize| releases.contains(place);
        let minors: Vec<_> = sdk.minors().collect();
        let turns = minors.iter().enumerate().filter(|(at, _)| within(*at) != (*at > 0 && within(at - 1)));
        turns.map(|(_, minor)| *minor).collect::<Vec<_>>().join("-")
    }

    #[test]
    fn tables_are_sorted() {
        for table in [&RELEASES, &MODULES, &MEMBERS] {
            assert_sorted(table);
        }
    }

    #[test]
    fn every_minor_has_its_letter() {
        for sdk in [Sdk::Mcp, Sdk::Fastmcp] {
            let count = sdk.minors().count();
            assert!(count > 20 && Releases::ALL.contains(count - 1), "{count}");
        }
    }

    /// The number of a version, and of its minor.
    fn number(version: &str) -> Vec<u32> {
        version.split('.').map(|part| part.parse().expect("a number")).collect()
    }

    fn minor(version: &str) -> Vec<u32> {
        number(version).into_iter().chain([0]).take(2).collect()
    }

    #[test]
    fn releases_are_in_order_and_the_last_of_each_minor_is_read() {
        for distribution in ["mcp", "mcp-types", "fastmcp", "fastmcp-slim", "fastmcp-tasks"] {
            let published: Vec<_> = published(distribution).collect();
            assert!(published.is_sorted_by_key(|version| number(version)), "{distribution}");
            let sampled: Vec<_> = sampled(distribution).collect();
            assert!(sampled.is_sorted_by(|one, next| minor(one) < minor(next)), "{distribution}");
            for version in &sampled {
                let last = published.iter().rfind(|other| minor(other) == minor(version));
                assert_eq!(last, Some(version), "{distribution}");
            }
            let newest = published.last().map(|version| minor(version));
            assert_eq!(sampled.last().map(|version| minor(version)), newest, "{distribution} is half known");
        }
    }

    #[test]
    fn minors_are_those_that_were_read() {
        for (sdk, others) in [(Sdk::Mcp, ["mcp", "mcp"]), (Sdk::Fastmcp, ["fastmcp", "fastmcp-slim"])] {
            let mut read: Vec<_> = others.into_iter().flat_map(sampled).map(minor).collect();
            read.sort();
            read.dedup();
            assert_eq!(sdk.minors().map(minor).collect::<Vec<_>>(), read);
            let newest = sampled(sdk.name()).last().map(minor);
            assert_eq!(newest.as_ref(), read.last(), "{} is known to its newest minor", sdk.name());
        }
    }

    #[test]
    fn what_a_release_is_made_of_is_known_too() {
        for (distribution, other, since) in
            [("fastmcp", "fastmcp-slim", [3, 3]), ("mcp", "mcp-types", [2, 0])]
        {
            let sdk = if distribution == "mcp" { Sdk::Mcp } else { Sdk::Fastmcp };
            for (place, name) in sdk.minors().enumerate().filter(|(_, name)| minor(name) >= since.to_vec()) {
                let pin = requirements(distribution, other).find(|(releases, _)| releases.contains(place));
                let pinned = pin.and_then(|(_, text)| text.split_once("==")).map(|(_, version)| version);
                let pinned = pinned.unwrap_or_else(|| panic!("{distribution} {name} pins {other}"));
                assert!(published(other).any(|version| version == pinned), "{other} {pinned}");
            }
        }
    }

    #[test]
    fn members_lie_in_modules_that_are_there() {
        for (key, value) in MEMBERS.entries().filter(|(key, _)| !key.contains(['(', '@'])) {
            let Some(sdk) = Sdk::of_module(key) else { panic!("`{key}` is of no SDK") };
            let home = key.match_indices('.').filter_map(|(end, _)| module(&key[..end])).next_back();
            let home = home.unwrap_or_else(|| panic!("`{key}` lies in no module"));
            if value.starts_with('=') {
                assert!(known_class(key).and_then(class).is_some(), "{key}");
                continue;
            }
            let there = Releases::read(value);
            let astray = (0..sdk.minors().count()).find(|at| there.contains(*at) && !home.contains(*at));
            assert_eq!(astray, None, "{key}");
        }
    }

    #[test]
    fn the_days_are_days() {
        for day in [known_on(), tried_on()] {
            let parts: Vec<u32> = day.split('-').filter_map(|part| part.parse().ok()).collect();
            assert!(matches!(parts[..], [2026..=2099, 1..=12, 1..=31]) && day.len() == 10, "{day}");
        }
    }

    #[test]
    fn knows_which_keywords_did_nothing() {
        let fastmcp = "mcp.server.fastmcp.FastMCP";
        assert!(had_no_effect(fastmcp, "description") && had_no_effect(fastmcp, "server_url"));
        assert!(!had_no_effect(fastmcp, "port") && !had_no_effect("fastmcp.FastMCP", "host"));
        assert!(had_no_effect("fastmcp.FastMCP", "description"));
        assert!(!had_no_effect("fastmcp.FastMCP", "warn_on_duplicate_tools"));
    }

    #[test]
    fn knows_when_modules_and_names_are_there() {
        for (path, expected) in [
            ("mcp.server.fastmcp", "1.2-2.0"),
            ("mcp.server.mcpserver", "2.0"),
            ("mcp_types", "2.0"),
            ("mcp.client.websocket", "1.4-2.0"),
        ] {
            let releases = module(path).unwrap_or_else(|| panic!("`{path}` is known"));
            assert_eq!(spelt(Sdk::Mcp, releases), expected, "{path}");
        }
        for (path, import, expected) in [
            ("mcp.types", "ToolAnnotations", "1.7"),
            ("mcp.server", "FastMCP", "1.2-2.0"),
            ("mcp.server", "fastmcp", "1.2-2.0"),
            ("mcp", "McpError", "0.9-2.0"),
            ("mcp.types", "AnyUrl", "0.9-2.0"),
        ] {
            let releases = name(path, import).unwrap_or_else(|| panic!("`{path}.{import}` is known"));
            assert_eq!(spelt(Sdk::Mcp, releases), expected, "{path}.{import}");
        }
        assert_eq!(module("mcp.no_such"), None);
        assert_eq!(name("mcp.types", "NoSuch"), None);
        assert_eq!(name("mcp.server.fastmcp", "FastMCP"), None, "it is there as long as its module");
    }

    #[test]
    fn knows_what_classes_take() {
        let fastmcp = "mcp.server.fastmcp.FastMCP";
        for (callee, keyword, expected) in [
            (fastmcp, "description", Some("1.2-1.12")),
            (fastmcp, "port", Some("1.2-2.0")),
            ("mcp.server.mcpserver.MCPServer", "port", None),
            ("fastmcp.FastMCP", "dependencies", Some("0.4-2.14")),
        ] {
            let sdk = Sdk::of_module(callee).expect("an SDK");
            let found = parameter(callee, keyword).map(|releases| spelt(sdk, releases));
            assert_eq!(found.as_deref(), expected, "{callee}({keyword}=)");
        }
        let list_tools = member("mcp.server.Server", "list_tools").map(|found| spelt(Sdk::Mcp, found));
        assert_eq!(list_tools.as_deref(), Some("0.9-2.0"));
        let forms = decorator("fastmcp.FastMCP", "tool").expect("a decorator");
        assert_eq!(spelt(Sdk::Fastmcp, forms.called), "0.4-2.7");
        assert_eq!(spelt(Sdk::Fastmcp, forms.bare), "2.7");
    }

    #[test]
    fn knows_what_comes_along() {
        for (distribution, import, expected) in [
            ("mcp", "httpx", "0.9-2.0"),
            ("mcp", "pydantic", "0.9"),
            ("mcp[cli]", "typer", "1.2"),
            ("mcp", "typer", ""),
            ("mcp", "requests", ""),
        ] {
            assert_eq!(spelt(Sdk::Mcp, brings(distribution, import)), expected, "{distribution} {import}");
        }
        assert!(published("mcp").any(|version| version == "1.9.2"));
        assert!(sampled("mcp").any(|version| version == "1.9.4"));
        assert!(requirements("fastmcp", "mcp").any(|(_, spec)| spec == ">=1.10.0"));
        assert!(requires_python("mcp").any(|(_, spec)| spec == ">=3.10"));
    }
}
