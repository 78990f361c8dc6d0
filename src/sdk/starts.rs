//! Which releases of the SDKs no longer start.
//!
//! Releases declare no upper bounds for much of what they require, so that one which started when it was published may
//! not start beside what a fresh install takes today.

use super::published;
use crate::knowledge::table::Table;

static STARTS: Table = Table::new(include_str!("../knowledge/data/sdk_starts.txt"));

/// What came of starting a release beside the newest releases of what it requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// A server on it starts.
    Alive,
    /// None does, unless these are required too: `mcp<2 packaging`, with blanks between.
    Dead(&'static str),
    /// It was not tried.
    Untried,
}

/// The day on which the releases were started, such as `2026-11-29`.
pub fn tried_on() -> &'static str {
    STARTS.get("known").unwrap_or_default()
}

/// What came of starting `version` of `distribution`, spelled as it was published.
pub fn start(distribution: &str, version: &str) -> Start {
    let place = |wanted: &str| published(distribution).position(|version| version == wanted);
    let within = |range: &str| {
        let ends = range.split_once('-').and_then(|(first, last)| Some(place(first)?..=place(last)?));
        ends.zip(place(version)).is_some_and(|(ends, at)| ends.contains(&at))
    };
    if !STARTS.get(&format!("{distribution} tried")).is_some_and(within) {
        return Start::Untried;
    }
    let groups = STARTS.get(distribution).unwrap_or_default().split('\t');
    let mut dead = groups.filter_map(|group| group.split_once(':')).filter(|(range, _)| within(range));
    dead.next().map_or(Start::Alive, |(_, bounds)| Start::Dead(bounds))
}

/// Whether the newest release of `distribution`, which requires `wanted`, lets its newest release in.
pub fn lets_in_the_newest(distribution: &str, wanted: &str) -> bool {
    let held = STARTS.get(&format!("{wanted} held"));
    held.is_some_and(|held| !held.split(' ').any(|holder| holder == distribution))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::assert_sorted;

    #[test]
    fn knows_what_no_longer_starts() {
        assert_sorted(&STARTS);
        for (distribution, version, expected) in [
            ("mcp", "0.9.1", Start::Untried),
            ("mcp", "1.1.3", Start::Alive),
            ("mcp", "1.2.0", Start::Dead("pydantic<2.14")),
            ("mcp", "1.21.0", Start::Dead("pydantic<2.14")),
            ("mcp", "1.21.1", Start::Alive),
            ("mcp", "2.0.0", Start::Alive),
            ("mcp", "99", Start::Untried),
            ("fastmcp", "2.2.10", Start::Alive),
            ("fastmcp", "2.10.3", Start::Dead("pydantic<2.12")),
            ("fastmcp", "2.14.3", Start::Dead("packaging")),
            ("fastmcp-slim", "3.3.0", Start::Alive),
            ("httpx", "1.0", Start::Untried),
        ] {
            assert_eq!(start(distribution, version), expected, "{distribution} {version}");
        }
    }

    #[test]
    fn knows_who_holds_a_distribution_back() {
        assert!(lets_in_the_newest("fastapi", "pydantic"));
        assert!(!lets_in_the_newest("aws-sam-translator", "pydantic"));
        assert!(!lets_in_the_newest("fastapi", "starlette"));
    }

    #[test]
    fn every_range_is_of_published_releases() {
        for (key, value) in STARTS.entries().filter(|(key, _)| key.contains("mcp")) {
            let distribution = key.trim_end_matches(" tried");
            let published: Vec<_> = published(distribution).collect();
            let mut last = 0;
            for group in value.split('\t') {
                let range = group.split(':').next().unwrap_or_default();
                let (first, end) = range.split_once('-').expect("a range has two ends");
                let place = |wanted| published.iter().position(|version| *version == wanted);
                let (first, end) = (place(first).expect(group), place(end).expect(group));
                assert!(last <= first && first <= end, "{key}: {group}");
                last = end;
            }
        }
    }
}
