//! The rules, one a file, in a folder for each family: the rules whose codes begin alike.

mod dependencies;
mod entry_points;
mod environment;
mod files;
mod launch;
mod metadata;
mod names;
mod python_versions;
mod secrets;
mod stdio;
mod suppressions;
mod tools;
mod versions;

use std::sync::LazyLock;

use crate::rule::Rule;
use crate::text::closest;

/// Each family, called as its folder, with its rules, all in order of codes.
pub static FAMILIES: &[(&str, &[&Rule])] = &[
    ("dependencies", dependencies::RULES),
    ("entry_points", entry_points::RULES),
    ("environment", environment::RULES),
    ("files", files::RULES),
    ("metadata", metadata::RULES),
    ("names", names::RULES),
    ("python_versions", python_versions::RULES),
    ("launch", launch::RULES),
    ("secrets", secrets::RULES),
    ("stdio", stdio::RULES),
    ("suppressions", suppressions::RULES),
    ("tools", tools::RULES),
    ("versions", versions::RULES),
];

/// Every rule, in order of codes.
pub static ALL: LazyLock<Vec<&Rule>> =
    LazyLock::new(|| FAMILIES.iter().flat_map(|(_, rules)| *rules).copied().collect());

/// The rules that speak when `pyproject.toml` is not TOML at all.
pub static UNREADABLE: &[&Rule] = &[&metadata::unreadable_value::RULE];

/// The rule that is asked last, when it is known what the project silenced; [`idle`] finds what that was for nothing.
pub static LAST: &Rule = &suppressions::unused_suppression::RULE;

pub(crate) use suppressions::unused_suppression::idle;

/// Whether `word` names a rule: by code, name or family.
pub fn named(word: &str) -> bool {
    ALL.iter().any(|rule| rule.card.answers_to(word))
}

/// What to do about a word that names no rule.
fn rule_meant_by(word: &str) -> String {
    let names = ALL.iter().flat_map(|rule| [rule.card.code, rule.card.name]);
    match closest(word, names) {
        Some(meant) => format!("write `{meant}`"),
        None => "`mcp-backend rule` lists them".to_owned(),
    }
}
