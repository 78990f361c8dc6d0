//! Ranges of versions as npm writes them (node-semver, "Ranges"), as far as `requires-python` needs them.
//!
//! A range of npm's knows no `!=` and fills what a version leaves out its own way: its `>3.10` begins with 3.11. So the
//! specifiers become stretches of versions first, and each stretch is written with `>=` and `<` alone, which mean the same
//! to both. Pre-releases are not told apart from their release.

use super::version::{Operator, Version, VersionSpecifier, VersionSpecifiers};

/// Three numbers.
type Numbers = [u64; 3];

/// From the first version, to the one before the second; without the latter it never ends.
type Stretch = (Numbers, Option<Numbers>);

/// What the specifiers admit, such as `>=3.10 <3.12 || >=3.13`; none where that is everything or nothing.
pub fn of(specifiers: &VersionSpecifiers) -> Option<String> {
    let mut admitted: Vec<Stretch> = vec![([0; 3], None)];
    for specifier in specifiers.iter() {
        let allowed = stretches(specifier);
        let both = admitted.iter().flat_map(|left| allowed.iter().filter_map(|right| common(*left, *right)));
        admitted = both.collect();
    }
    let written: Vec<String> = admitted.into_iter().map(written).collect();
    Some(written.join(" || ")).filter(|range| !range.is_empty() && range != "*")
}

/// What one specifier admits, in order.
fn stretches(specifier: &VersionSpecifier) -> Vec<Stretch> {
    let version = specifier.version();
    let named = version.release();
    let at = numbers(version);
    // a pre-release lies before its release, which so is the first that counts
    let after = if version.any_prerelease() { at } else { raised(at, 2) };
    // the first version that does not begin as this one does
    let beyond = |parts: usize| raised(at, parts.clamp(1, 3) - 1);
    let outside = |from: Numbers, to: Numbers| vec![([0; 3], Some(from)), (to, None)];
    match specifier.operator() {
        Operator::Equal | Operator::ExactEqual => vec![(at, Some(after))],
        Operator::NotEqual => outside(at, after),
        Operator::EqualStar => vec![(at, Some(beyond(named.len())))],
        Operator::NotEqualStar => outside(at, beyond(named.len())),
        Operator::TildeEqual => vec![(at, Some(beyond(named.len().saturating_sub(1))))],
        Operator::GreaterThanEqual => vec![(at, None)],
        Operator::GreaterThan => vec![(after, None)],
        Operator::LessThanEqual => vec![([0; 3], Some(after))],
        Operator::LessThan => vec![([0; 3], Some(at))],
    }
}

fn numbers(version: &Version) -> Numbers {
    let release = version.release();
    [0, 1, 2].map(|index| release.get(index).copied().unwrap_or_default())
}

/// The next version that differs in the part at `index`.
fn raised(mut numbers: Numbers, index: usize) -> Numbers {
    numbers[index] = numbers[index].saturating_add(1);
    numbers[index + 1..].fill(0);
    numbers
}

fn common((from, to): Stretch, (other_from, other_to): Stretch) -> Option<Stretch> {
    let from = from.max(other_from);
    let to = match (to, other_to) {
        (Some(to), Some(other)) => Some(to.min(other)),
        (to, other) => to.or(other),
    };
    to.is_none_or(|to| from < to).then_some((from, to))
}

fn written((from, to): Stretch) -> String {
    let from = (from != [0; 3]).then(|| format!(">={}", short(from)));
    let to = to.map(|to| format!("<{}", short(to)));
    let bounds: Vec<String> = from.into_iter().chain(to).collect();
    if bounds.is_empty() { "*".to_owned() } else { bounds.join(" ") }
}

/// The numbers without the zeros at their end, which npm adds again.
fn short(numbers: Numbers) -> String {
    let count = numbers.iter().rposition(|number| *number != 0).map_or(1, |last| last + 1);
    numbers[..count].iter().map(u64::to_string).collect::<Vec<_>>().join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::version::parse_specifiers;

    #[test]
    fn admits_the_same_pythons() {
        for (specifiers, range) in [
            (">=3.10", Some(">=3.10")),
            (">=3.10,<3.15", Some(">=3.10 <3.15")),
            ("<4, >=3.10", Some(">=3.10 <4")),
            (">3.10", Some(">=3.10.1")),
            ("<=3.13", Some("<3.13.1")),
            ("~=3.10", Some(">=3.10 <4")),
            ("~=3.10.2", Some(">=3.10.2 <3.11")),
            ("==3.12", Some(">=3.12 <3.12.1")),
            ("==3.12.*", Some(">=3.12 <3.13")),
            ("==3.*", Some(">=3 <4")),
            ("===3.12.4", Some(">=3.12.4 <3.12.5")),
            (">=3.10,!=3.12.*", Some(">=3.10 <3.12 || >=3.13")),
            (">=3.10,!=3.11.3", Some(">=3.10 <3.11.3 || >=3.11.4")),
            ("!=3.11.*,!=3.12.*,>=3.10,<4", Some(">=3.10 <3.11 || >=3.13 <4")),
            ("!=3.9.*,>=3.10", Some(">=3.10")),
            (">=3.14.0rc1", Some(">=3.14")),
            (">3.14.0rc1", Some(">=3.14")),
            ("<3.15.0a0", Some("<3.15")),
            ("", None),
            (">=0", None),
            (">=3.12,<3.10", None),
        ] {
            let parsed = parse_specifiers(specifiers).expect("they can be read");
            assert_eq!(of(&parsed).as_deref(), range, "{specifiers}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r"[<>=!~, 0-9.*rc]{0,40}") {
            if let Ok(specifiers) = parse_specifiers(&text) {
                let _ = of(&specifiers);
            }
        }
    }
}
