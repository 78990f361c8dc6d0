//! A version that a plugin of the old backend takes from the repository's tags: ours takes it from there too.

use super::tag_settings::TagSettings;
use super::work::Work;
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::spec::version;
use crate::text::{Span, listed};

/// A plugin that asks the tags.
pub(super) struct TagPlugin {
    /// What it is called.
    pub(super) name: &'static str,
    /// The table of its settings.
    pub(super) table: &'static str,
    /// What it makes of the second commit after `v1.2.3`.
    pub(super) after: &'static str,
}

pub(super) const SETUPTOOLS_SCM: TagPlugin =
    TagPlugin { name: "setuptools-scm", table: "tool.setuptools_scm", after: "1.2.4.dev2+g1234567" };
pub(super) const SETUPTOOLS_GIT: TagPlugin = TagPlugin {
    name: "setuptools-git-versioning",
    table: "tool.setuptools-git-versioning",
    after: "1.2.3.post2+git.1234567",
};
pub(super) const HATCH_VCS: TagPlugin =
    TagPlugin { name: "hatch-vcs", table: "tool.hatch.version", after: "1.2.4.dev2+g1234567" };
pub(super) const UV_DYNAMIC: TagPlugin = TagPlugin {
    name: "uv-dynamic-versioning",
    table: "tool.uv-dynamic-versioning",
    after: "1.2.3.post2.dev0+1234567",
};
pub(super) const VERSIONINGIT: TagPlugin =
    TagPlugin { name: "versioningit", table: "tool.versioningit", after: "1.2.3.post2+g1234567" };
pub(super) const POETRY_DYNAMIC: TagPlugin = TagPlugin {
    name: "poetry-dynamic-versioning",
    table: "tool.poetry-dynamic-versioning",
    after: "1.2.3.post2.dev0+1234567",
};
pub(super) const PDM_SCM: TagPlugin =
    TagPlugin { name: "pdm-backend", table: "tool.pdm.version", after: "1.2.4.dev2+g1234567" };

/// Settings that ours has no need of, as it does the same, or that only shape what it leaves out.
const NEEDLESS: &[&str] = &[
    "commit-length",
    "commit-prefix",
    "dirty",
    "dist_name",
    "enable",
    "enabled",
    "full-commit",
    "ignore-untracked",
    "local_scheme",
    "metadata",
    "parent",
    "relative_to",
    "root",
    "search_parent_directories",
    "source",
    "strict",
    "style",
    "tagged-metadata",
    "vcs",
    "version-file",
    "version_file",
    "version_file_template",
    "write_template",
    "write_to",
    "write_to_template",
];

impl Work<'_> {
    /// Has our backend take the version from the tags, and tells where it says something else than the plugin did.
    pub(super) fn version_from_tags(&mut self, span: Span, plugin: &TagPlugin) {
        let mut said = Vec::new();
        if let Some(node) = self.document.at(plugin.table) {
            leaves(node, "", &mut said);
        }
        let mut lost = Vec::new();
        let mut prefix = None;
        for (key, node) in &said {
            let last = key.rsplit('.').next().unwrap_or(key);
            match beginning(last, node) {
                // those count without a word
                Some(found) if ["", "v", "V"].contains(&found.as_str()) => {}
                Some(found) => prefix = Some(found),
                None if NEEDLESS.contains(&last) || is_our_rule(last, node) => {}
                None => lost.push(key.as_str()),
            }
        }
        let lost =
            if lost.is_empty() { String::new() } else { format!("; {} cannot be carried", listed(&lost)) };
        let is_same = said.iter().any(|(key, node)| {
            key.ends_with("local_scheme") && toml::text(node).as_deref() == Some("no-local-version")
        });
        let differs = if is_same && plugin.after.starts_with("1.2.4.dev2") {
            String::new()
        } else {
            format!(", where {} made `{}`", plugin.name, plugin.after)
        };
        let untagged = if self.is_tagged() {
            ""
        } else {
            "; no tag is here that names one, and without it nothing is built"
        };
        self.tell(span, format!(
            "the version stays that of git's tags, by `version = \"git\"`: on a tag the tag's, 2 commits after `v1.2.3` `1.2.4.dev2`{differs}{lost}{untagged}"
        ));
        self.from_tags = Some(TagSettings { prefix });
    }

    /// Whether a tag before what is checked out names a version, or an sdist states it.
    fn is_tagged(&self) -> bool {
        let names_one = |tag: &String| {
            let from = tag.find(|c: char| c.is_ascii_digit());
            from.is_some_and(|from| version::parse(&tag[from..]).is_ok())
        };
        self.repository.tags.iter().any(names_one) || self.read("PKG-INFO").is_some()
    }
}

/// The values of a table and of those below it, by their dotted keys.
fn leaves<'n>(node: &'n TomlNode, above: &str, found: &mut Vec<(String, &'n TomlNode)>) {
    for (key, node) in toml::entries(node) {
        let key = if above.is_empty() { key.value.clone() } else { format!("{above}.{}", key.value) };
        match &node.kind {
            TomlKind::Table(_) => leaves(node, &key, found),
            _ => found.push((key, node)),
        }
    }
}

/// Whether a setting asks for what ours does.
fn is_our_rule(key: &str, node: &TomlNode) -> bool {
    let text = toml::text(node).unwrap_or_default();
    matches!((key, text.as_str()), ("version_scheme", "guess-next-dev") | ("pattern", "default"))
}

/// What tags begin with, as the setting says, which may be nothing; none where it says something else, or in a form that
/// is not understood.
fn beginning(key: &str, node: &TomlNode) -> Option<String> {
    let words = toml::strings(node).join(" ");
    let prefix = match key {
        "pattern-prefix" => words,
        "tag_regex" | "tag-pattern" | "pattern" if words.contains("(?P<") => of_regex(&words)?,
        "pattern" if words == "default-unprefixed" => String::new(),
        "git_describe_command" | "describe_command" => {
            let mut words = words.split([' ', '=']).skip_while(|word| *word != "--match");
            of_glob(words.nth(1)?)?
        }
        "tag_filter" => of_glob(&words)?,
        _ => return None,
    };
    Some(prefix)
}

/// What all matches of a regular expression begin with before its group of the version.
fn of_regex(text: &str) -> Option<String> {
    let group = ["(?P<version>", "(?P<base>"].iter().find_map(|group| text.find(group))?;
    let lead = text[..group].trim_start_matches('^');
    let optional = ["(?:v)?", "[vV]?", "v?"].iter().find_map(|end| lead.strip_suffix(end));
    literal(optional.unwrap_or(lead))
}

/// What all matches of a glob begin with before its number.
fn of_glob(text: &str) -> Option<String> {
    let text = text.trim_matches(['\'', '"']);
    let (lead, rest) = text.split_at(text.find(['*', '?', '[']).unwrap_or(text.len()));
    let is_number = rest.replace("[0-9]", "").chars().all(|c| "*.".contains(c));
    let is_begun = lead.trim_end_matches('.').ends_with(|c: char| c.is_ascii_digit());
    (is_number && !is_begun).then(|| lead.to_owned())
}

/// The text that a part of a regular expression matches, where it matches one alone.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        let escaped =
            if letter == '\\' { letters.next().filter(|c| !c.is_ascii_alphanumeric()) } else { None };
        text.push(escaped.or_else(|| is_plain(letter).then_some(letter))?);
    }
    Some(text)
}

/// Whether a letter of a tag has no other meaning in a pattern.
fn is_plain(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-_/@".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_tags_is_read_from_patterns() {
        for (pattern, prefix) in [
            ("^(?P<version>v?\\d+)$", Some("")),
            ("^v(?P<version>\\d+)$", Some("v")),
            ("^weather-v(?P<version>\\d+)$", Some("weather-v")),
            ("^weather\\.mcp-v?(?P<base>\\d+)$", Some("weather.mcp-")),
            ("weather/[vV]?(?P<version>.*)", Some("weather/")),
            ("^(?:weather-)?v?(?P<version>\\d+)$", None),
            ("^.*-(?P<version>\\d+)$", None),
            ("^\\w+-(?P<version>\\d+)$", None),
        ] {
            assert_eq!(of_regex(pattern).as_deref(), prefix, "{pattern}");
        }
        for (glob, prefix) in [
            ("weather-v*", Some("weather-v")),
            ("'weather-v[0-9]*'", Some("weather-v")),
            ("*[0-9]*", Some("")),
            ("v[0-9]*.[0-9]*", Some("v")),
            ("v1.*", None),
            ("[a-z]*-v*", None),
        ] {
            assert_eq!(of_glob(glob).as_deref(), prefix, "{glob}");
        }
    }
}
