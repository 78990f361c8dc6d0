//! What a distribution brings along: the requirements of its newest wheel.
//!
//! Versions and markers are left out, as these facts only ever excuse: what may come along is taken to come along.
//! A line is a distribution, a tab, the distributions that it requires, each with the extras asked of it, then for each
//! of its extras `+` and the extra's name, and what that adds. `~` in front says that the extras are not known.

use super::table::Table;

static DEPENDENCIES: Table = Table::new(include_str!("data/dependencies.txt"));

/// The requirements of one distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirements(&'static str);

/// One distribution that another requires, its name normalised, with the extras asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownRequirement {
    /// The distribution.
    pub name: &'static str,
    extras: &'static str,
}

/// What the distribution requires, whose name is given normalised; none when it is not known.
pub fn of(distribution: &str) -> Option<Requirements> {
    DEPENDENCIES.get(distribution).map(Requirements)
}

/// The name of the distribution as the table holds it, when it is known.
pub(super) fn known(distribution: &str) -> Option<&'static str> {
    DEPENDENCIES.entries().map(|(name, _)| name).find(|name| *name == distribution)
}

impl Requirements {
    /// Whether nothing else can come along; otherwise the extras, its own and those that it asks of others, are not
    /// known.
    pub fn is_complete(self) -> bool {
        !self.0.starts_with('~')
    }

    /// What is required when `extras` are asked for, names normalised.
    pub fn with(self, extras: &[String]) -> impl Iterator<Item = KnownRequirement> {
        let mut wanted = true;
        self.0.trim_start_matches('~').split_ascii_whitespace().filter_map(move |word| {
            if let Some(extra) = word.strip_prefix('+') {
                wanted = extras.iter().any(|asked| asked == extra);
                return None;
            }
            let (name, extras) = word.split_once('[').unwrap_or((word, ""));
            wanted.then(|| KnownRequirement { name, extras: extras.trim_end_matches(']') })
        })
    }
}

impl KnownRequirement {
    /// The extras asked of it, names normalised.
    pub fn extras(self) -> impl Iterator<Item = &'static str> {
        self.extras.split(',').filter(|extra| !extra.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::assert_sorted;

    fn names(distribution: &str, extras: &[&str]) -> Vec<&'static str> {
        let extras: Vec<String> = extras.iter().map(|&extra| extra.to_owned()).collect();
        let known = of(distribution).expect("it is known");
        known.with(&extras).map(|required| required.name).collect()
    }

    #[test]
    fn knows_what_comes_along() {
        assert_sorted(&DEPENDENCIES);
        assert!(names("boto3", &[]).contains(&"botocore"));
        assert!(!names("httpx", &[]).contains(&"socksio"));
        assert!(names("httpx", &["socks"]).contains(&"socksio"));
        assert!(!names("mcp", &[]).contains(&"typer") && names("mcp", &["cli"]).contains(&"typer"));
        assert_eq!(of("no-such-distribution"), None);
        assert_eq!(of("Boto3"), None);
    }

    #[test]
    fn every_word_is_read() {
        for (distribution, line) in DEPENDENCIES.entries() {
            let known = Requirements(line);
            let extras: Vec<String> =
                line.split(' ').filter_map(|word| word.strip_prefix('+')).map(str::to_owned).collect();
            for required in known.with(&extras) {
                let normal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
                assert!(!required.name.is_empty() && required.name.chars().all(normal), "{distribution}");
                assert!(required.extras().all(|extra| !extra.contains(['[', ']', ' '])), "{distribution}");
            }
        }
    }
}
