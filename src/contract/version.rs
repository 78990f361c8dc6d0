//! The version that a change requires.
//!
//! Semantic versioning on the numbers of PEP 440, as cargo has it before 1.0: in 0.y.z the second number may break, in 0.0.z
//! the third. A version of the calendar says nothing of what breaks, so that any later one will do.

use super::change::Bump;
use crate::spec::version::Version;

/// From here on the first number is a year.
const YEAR: u64 = 1900;

/// The lowest version that may follow `base` with such a change; the numbers that `base` has, and more where needed.
pub fn required(base: &Version, bump: Bump) -> Version {
    if bump == Bump::None {
        return base.clone();
    }
    let release = base.only_release().with_epoch(base.epoch());
    // before its release a version promises nothing
    if base.any_prerelease() {
        return release;
    }
    let number = |at: usize| base.release().get(at).copied().unwrap_or_default();
    // the number that may break, and those behind it that may tell the rest
    let breaking = (0..2).find(|at| number(*at) > 0).unwrap_or(2);
    let at = match bump {
        _ if is_of_calendar(base) => base.release().len().clamp(1, 3) - 1,
        Bump::Major => breaking,
        Bump::Minor => (breaking + 1).min(2),
        Bump::Patch | Bump::None => 2,
    };
    let length = base.release().len().max(at + 1);
    let numbers = (0..length).map(|place| match place.cmp(&at) {
        std::cmp::Ordering::Less => number(place),
        std::cmp::Ordering::Equal => number(place).saturating_add(1),
        std::cmp::Ordering::Greater => 0,
    });
    release.with_release(numbers)
}

/// Whether a project at `base` may become `now` with such a change. A development or pre-release counts as the release
/// that it leads to.
pub fn suffices(base: &Version, now: &Version, bump: Bump) -> bool {
    if bump == Bump::None || now.epoch() > base.epoch() {
        return true;
    }
    // a post-release tells what changed beside the code, which no number has to
    if bump == Bump::Patch || base.any_prerelease() || is_of_calendar(base) {
        return now.clone().without_local() > base.clone().without_local();
    }
    let release = now.only_release().with_epoch(now.epoch());
    release >= required(base, bump)
}

/// Whether the version is a date.
fn is_of_calendar(version: &Version) -> bool {
    version.release().first().is_some_and(|first| *first >= YEAR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::version::parse;

    fn version(text: &str) -> Version {
        parse(text).expect("a version")
    }

    /// From the released version, what each bump requires: patch, minor, major.
    const REQUIRED: &[(&str, [&str; 3])] = &[
        ("1.4.2", ["1.4.3", "1.5.0", "2.0.0"]),
        ("0.4.2", ["0.4.3", "0.4.3", "0.5.0"]),
        ("0.0.3", ["0.0.4", "0.0.4", "0.0.4"]),
        ("0.0.0", ["0.0.1", "0.0.1", "0.0.1"]),
        ("1.4", ["1.4.1", "1.5", "2.0"]),
        ("3", ["3.0.1", "3.1", "4"]),
        ("0.4", ["0.4.1", "0.4.1", "0.5"]),
        ("0", ["0.0.1", "0.0.1", "0.0.1"]),
        ("1.2.3.4", ["1.2.4.0", "1.3.0.0", "2.0.0.0"]),
        ("1!1.4.2", ["1!1.4.3", "1!1.5.0", "1!2.0.0"]),
        ("1.4.2.post3", ["1.4.3", "1.5.0", "2.0.0"]),
        ("1.4.2+local", ["1.4.3", "1.5.0", "2.0.0"]),
        ("2.0.0rc1", ["2.0.0", "2.0.0", "2.0.0"]),
        ("2.0.0.dev3", ["2.0.0", "2.0.0", "2.0.0"]),
        ("2026.7.1", ["2026.7.2", "2026.7.2", "2026.7.2"]),
        ("2026.7", ["2026.8", "2026.8", "2026.8"]),
        ("18446744073709551614.1.1", ["18446744073709551614.1.2"; 3]),
    ];

    #[test]
    fn the_number_that_has_to_grow_does() {
        for (base, expected) in REQUIRED {
            let base = version(base);
            let found = [Bump::Patch, Bump::Minor, Bump::Major].map(|bump| required(&base, bump).to_string());
            assert_eq!(found, *expected, "{base}");
            assert_eq!(required(&base, Bump::None), base);
            for (bump, text) in [Bump::Patch, Bump::Minor, Bump::Major].into_iter().zip(expected) {
                assert!(suffices(&base, &version(text), bump), "{base} to {text}");
            }
        }
    }

    #[test]
    fn a_version_suffices_by_its_release() {
        for (base, now, bump, enough) in [
            ("1.0.0", "1.0.0", Bump::None, true),
            ("1.0.0", "1.0.0", Bump::Patch, false),
            ("1.0.0", "1.0.0", Bump::Major, false),
            ("1.0.0", "1.9.9", Bump::Major, false),
            ("1.0.0", "2.0.0", Bump::Major, true),
            ("1.0.0", "2", Bump::Major, true),
            ("1.0.0", "2.0.0.dev1", Bump::Major, true),
            ("1.0.0", "2.0.0rc1", Bump::Major, true),
            ("1.0.0", "2.0.0a1.dev2+local", Bump::Major, true),
            ("1.0.0", "1!0.1", Bump::Major, true),
            ("1!1.0.0", "2.0.0", Bump::Major, false),
            ("1.0.0", "1.0.1", Bump::Minor, false),
            ("1.0.0", "1.1.0.dev0", Bump::Minor, true),
            ("1.0.0", "1.0.0.post1", Bump::Minor, false),
            ("1.0.0", "1.0.0.post1", Bump::Patch, true),
            ("1.0.0", "1.0.1.dev1", Bump::Patch, true),
            ("1.0.0", "1.0.0.dev1", Bump::Patch, false),
            ("1.0.0", "1.0.0+local", Bump::Patch, false),
            ("0.4.0", "0.4.1", Bump::Major, false),
            ("0.4.0", "0.5.0", Bump::Major, true),
            ("0.4.0", "0.4.1", Bump::Minor, true),
            ("0.4.0", "1.0.0", Bump::Major, true),
            ("0.0.3", "0.0.4", Bump::Major, true),
            ("0.0.3", "0.0.3", Bump::Major, false),
            ("2.0.0rc1", "2.0.0rc2", Bump::Major, true),
            ("2.0.0rc1", "2.0.0", Bump::Major, true),
            ("2.0.0rc1", "2.0.0rc1", Bump::Major, false),
            ("2.0.0", "1.9.0", Bump::Major, false),
            ("2026.7.1", "2026.7.2", Bump::Major, true),
            ("2026.7.1", "2026.7.1", Bump::Major, false),
        ] {
            let (old, new) = (version(base), version(now));
            assert_eq!(suffices(&old, &new, bump), enough, "{base} to {now}, {bump:?}");
        }
    }
}
