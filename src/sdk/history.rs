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

/// The releases in which `from module import name` finds something, be it a module; none when it is there as long as the
/// module is, or when nothing is known of it. Empty where no release has had it.
pub fn name(module_path: &str, name: &str) -> Option<Releases> {
    let line = MODULES.get(module_path)?;
    let own = module(module_path)?;
    let submodule = module(&format!("{module_path}.{name}"));
    let listed = named(Some(line), name);
    match (listed, submodule) {
        (None, None) => (!is_open(line) && !name.starts_with('_')).then_some(Releases::NONE),
        (listed, submodule) => {
            let found = listed.unwrap_or_default().or(submodule.unwrap_or_default()).and(own);
            (found != own).then_some(found)
        }
    }
}

/// The releases that have the module, which are none where the package that would hold it is known and has never had it.
pub fn module_or_none(path: &str) -> Option<Releases> {
    module(path).or_else(|| {
        let (package, last) = path.rsplit_once('.')?;
        let is_known = module(package).is_some_and(|releases| !releases.is_empty());
        (is_known && name(package, last) == Some(Releases::NONE)).then_some(Releases::NONE)
    })
}

/// Whether the module or class of the line may have what it does not list.
fn is_open(line: &'static str) -> bool {
    named(Some(line), "?").is_some()
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

/// The releases in which the class at `path` has the method or property `member`; none when it is there as long as the
/// class is, or when nothing is known of it. Empty where no release has had it.
pub fn member(path: &str, member: &str) -> Option<Releases> {
    let line = MEMBERS.get(path)?;
    match named(Some(line), member) {
        None => (!is_open(line) && !member.starts_with('_')).then_some(Releases::NONE),
        Some(found) => (found != Releases::read(line)).then_some(found),
    }
}

/// The releases in which what is called takes the keyword: a class, `class.method` or a function. Empty where it has
/// been in none.
///
/// None when nothing is known, and for a method or function when it takes the keyword always.
pub fn parameter(callee: &str, keyword: &str) -> Option<Releases> {
    let signatures = MEMBERS.get(&format!("{callee}(*)"));
    let there = groups(Some(signatures?)).fold(Releases::NONE, |all, (releases, _)| all.or(releases));
    let line = MEMBERS.get(&format!("{callee}()"));
    let any = named(line, "**");
    let is_class = class(callee).is_some();
    match (named(line, keyword), any) {
        (None, None) => Some(Releases::NONE),
        (None, Some(any)) => is_class.then_some(any),
        (Some(taken), any) => {
            let taken = taken.or(any.unwrap_or_default());
            (is_class || taken != there).then_some(taken)
        }
    }
}

/// The releases in which what is called takes so many arguments by position; none when nothing is known.
pub fn positional(callee: &str, count: usize) -> Option<Releases> {
    let line = MEMBERS.get(&format!("{callee}(*)"))?;
    let takes = |names: &str| names.ends_with('*') || names.split_whitespace().count() >= count;
    let taking = groups(Some(line)).filter(|(_, names)| takes(names));
    Some(taking.fold(Releases::NONE, |all, (releases, _)| all.or(releases)))
}

/// The argument that what is called needs beside so many by position and these by name, in every release; none where some
/// release needs no more, or nothing is known.
pub fn lacking_argument(callee: &str, count: usize, keywords: &[&str]) -> Option<&'static str> {
    let line = MEMBERS.get(&format!("{callee}(*)"));
    let needs = MEMBERS.get(&format!("{callee}(!)"));
    let mut lacking = None;
    for (releases, names) in groups(line) {
        let given: Vec<&str> = names.split_whitespace().take(count).collect();
        let is_given = |name: &&str| given.contains(name) || keywords.contains(name);
        let mut free = releases;
        for (needing, needed) in groups(needs).filter(|(needing, _)| !needing.and(releases).is_empty()) {
            lacking = Some(needed.split_whitespace().find(|name| !is_given(name))?);
            free = free.without(needing);
        }
        if !free.is_empty() {
            return None;
        }
    }
    lacking
}

/// The words that what is called takes for the keyword in the release at this place among the minors.
pub fn words_for(callee: &str, keyword: &str, minor: usize) -> Vec<&'static str> {
    at(MEMBERS.get(&format!("{callee}({keyword})")), minor).collect()
}

/// The releases in which what is called takes the word for a keyword, where it refuses what it does not know: the transport
/// of a method that starts a server. Empty where no release has.
pub fn taking(callee: &str, keyword: &str, word: &str) -> Option<Releases> {
    let line = MEMBERS.get(&format!("{callee}({keyword})"))?;
    let any = named(MEMBERS.get(&format!("{callee}()")), "**").unwrap_or_default();
    Some(named(Some(line), word).map_or(Releases::NONE, |taking| taking.or(any)))
}

/// What a method that takes any keyword hands them on to, by the transport that it is to serve by: the class, the method,
/// the transports, and the other method.
const HANDING_ON: [(&str, &str, &[&str], &str); 6] = [
    ("fastmcp.FastMCP", "run", &["stdio"], "run_stdio_async"),
    ("fastmcp.FastMCP", "run", &["http", "sse", "streamable-http"], "run_http_async"),
    ("fastmcp.FastMCP", "run_async", &["stdio"], "run_stdio_async"),
    ("fastmcp.FastMCP", "run_async", &["http", "sse", "streamable-http"], "run_http_async"),
    ("mcp.server.mcpserver.MCPServer", "run", &["sse"], "run_sse_async"),
    ("mcp.server.mcpserver.MCPServer", "run", &["streamable-http"], "run_streamable_http_async"),
];

/// What the method `callee` hands a keyword on to that it does not know, when it serves by `transport`: another method of
/// its class, which takes no more than it says.
pub fn hands_on(callee: &str, transport: &str, keyword: &str) -> Option<String> {
    let (class, method) = callee.rsplit_once('.')?;
    let handing = HANDING_ON
        .iter()
        .find(|(of, from, by, _)| (*of, *from) == (class, method) && by.contains(&transport));
    let own = named(MEMBERS.get(&format!("{callee}()")), keyword);
    handing.filter(|_| own.is_none()).map(|(.., target)| format!("{class}.{target}"))
}

/// Whether a method that starts a server of the class hands the keyword on to one that takes it in that release.
pub fn is_for_the_start(class: &str, keyword: &str, minor: usize) -> bool {
    let mut handing = HANDING_ON.iter().filter(|(of, ..)| *of == class);
    handing.any(|(.., target)| keywords(&format!("{class}.{target}"), minor).contains(&keyword))
}

/// The releases that have the class or module which `path` names or lies in; none when nothing is known.
pub fn home(path: &str) -> Option<Releases> {
    let ends = path.match_indices('.').map(|(end, _)| end).chain([path.len()]).rev();
    ends.filter(|end| *end > 0).find_map(|end| class(&path[..end]).or_else(|| module(&path[..end])))
}

/// What a module or class has in the release at this place among the minors: names, methods, modules.
pub fn listed(path: &str, minor: usize) -> Vec<&'static str> {
    let below = format!("{path}.");
    let modules = MODULES.entries().filter_map(|(name, _)| name.strip_prefix(below.as_str()));
    let names = at(MEMBERS.get(path).or_else(|| MODULES.get(path)), minor);
    names.chain(modules.filter(|rest| !rest.contains('.'))).collect()
}

/// What is called takes by name in the release at this place among the minors.
pub fn keywords(callee: &str, minor: usize) -> Vec<&'static str> {
    at(MEMBERS.get(&format!("{callee}()")), minor).collect()
}

/// What a later major calls a class, and what the one before it did.
const RENAMED: [(&str, &str); 1] = [("mcp.server.mcpserver.MCPServer", "mcp.server.fastmcp.FastMCP")];

/// Whether the class, or its method, took the keyword under the name that it had in the major before.
pub fn took_before(callee: &str, keyword: &str) -> bool {
    let of = |(new, old): &(&str, &str)| callee.strip_prefix(new).map(|method| format!("{old}{method}()"));
    RENAMED.iter().filter_map(of).any(|before| named(MEMBERS.get(&before), keyword).is_some())
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

/// The names that a line lists for the release at this place among the minors.
fn at(line: Option<&'static str>, minor: usize) -> impl Iterator<Item = &'static str> {
    groups(line).filter(move |(releases, _)| releases.contains(minor)).flat_map(|(_, names)| names.split(' '))
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
        assert_eq!(module_or_none("mcp.no_such"), Some(Releases::NONE));
        assert_eq!(module_or_none("mcp._no_such"), None);
        assert_eq!(name("mcp.types", "NoSuch"), Some(Releases::NONE));
        assert_eq!(name("mcp.types", "_NoSuch"), None);
        assert_eq!(name("fastmcp.settings", "no_such"), None, "its text leaves it open");
        assert_eq!(name("mcp.server.fastmcp", "FastMCP"), None, "it is there as long as its module");
    }

    #[test]
    fn knows_what_classes_take() {
        let fastmcp = "mcp.server.fastmcp.FastMCP";
        for (callee, keyword, expected) in [
            (fastmcp, "description", Some("1.2-1.12")),
            (fastmcp, "port", Some("1.2-2.0")),
            ("mcp.server.mcpserver.MCPServer", "port", Some("")),
            ("mcp.server.fastmcp.FastMCP.run", "host", Some("")),
            ("mcp.server.fastmcp.FastMCP.run", "transport", None),
            ("mcp.server.fastmcp.FastMCP.run", "mount_path", Some("1.8-2.0")),
            ("fastmcp.FastMCP.run", "host", None),
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
    fn knows_what_no_release_has() {
        let (server, low) = ("mcp.server.fastmcp.FastMCP", "mcp.server.Server");
        assert_eq!(member(server, "serve_forever"), Some(Releases::NONE));
        assert_eq!(member(server, "_anything"), None);
        assert_eq!(
            member("mcp.server.fastmcp.Context", "no_such"),
            None,
            "a model may have what its base has"
        );
        assert_eq!(positional(&format!("{server}.add_resource"), 2), Some(Releases::NONE));
        assert_eq!(lacking_argument(&format!("{low}.run"), 2, &[]), Some("initialization_options"));
        assert_eq!(lacking_argument(&format!("{low}.run"), 2, &["initialization_options"]), None);
        assert_eq!(taking(&format!("{server}.run"), "transport", "http"), Some(Releases::NONE));
        assert_eq!(taking(&format!("{server}.run"), "mount_path", "/x"), None);
        let run = hands_on("fastmcp.FastMCP.run", "stdio", "host");
        assert_eq!(run.as_deref(), Some("fastmcp.FastMCP.run_stdio_async"));
        assert_eq!(hands_on("fastmcp.FastMCP.run", "stdio", "show_banner"), None);
        assert!(took_before("mcp.server.mcpserver.MCPServer", "port"));
        assert!(!took_before("mcp.server.mcpserver.MCPServer.run", "transport_port"));
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
