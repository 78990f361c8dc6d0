//! Trove classifiers, as the index accepts them.

use super::table::Table;

static CLASSIFIERS: Table = Table::new(include_str!("data/classifiers.txt"));

/// Whether the index knows the classifier; deprecated ones are known.
pub fn is_known(classifier: &str) -> bool {
    CLASSIFIERS.get(classifier).is_some()
}

/// What to write instead of a deprecated classifier, which may be nothing; none when it is not deprecated.
pub fn replacement_of_deprecated(classifier: &str) -> Option<Vec<&'static str>> {
    let mut values = CLASSIFIERS.get(classifier)?.split('|');
    (values.next() == Some("deprecated")).then(|| values.collect())
}

/// All classifiers that are not deprecated, sorted.
pub fn current() -> impl Iterator<Item = &'static str> {
    CLASSIFIERS.entries().filter(|(_, value)| value.is_empty()).map(|(classifier, _)| classifier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::assert_sorted;

    #[test]
    fn knows_exactly_the_list() {
        assert_sorted(&CLASSIFIERS);
        assert!(is_known("Development Status :: 4 - Beta"));
        assert!(is_known("Programming Language :: Python :: 3.14"));
        assert!(is_known("Natural Language :: Ukranian"));
        assert!(!is_known("Development Status :: 4 - beta"));
        assert!(!is_known("Private :: Do Not Upload"));
        assert!(!is_known(""));
        assert!(current().count() > 800);
    }

    #[test]
    fn knows_what_replaces_the_deprecated() {
        let cases = [
            ("Natural Language :: Ukranian", Some(vec!["Natural Language :: Ukrainian"])),
            ("Topic :: Communications :: Chat :: AOL Instant Messenger", Some(vec![])),
            ("Natural Language :: Ukrainian", None),
            ("Nothing", None),
        ];
        for (classifier, replacement) in cases {
            assert_eq!(replacement_of_deprecated(classifier), replacement, "{classifier}");
            assert!(replacement.is_none() || current().all(|known| known != classifier), "{classifier}");
        }
        for (_, value) in CLASSIFIERS.entries().filter(|(_, value)| !value.is_empty()) {
            assert!(
                value.split('|').skip(1).all(|replacement| current().any(|known| known == replacement)),
                "{value}"
            );
        }
    }
}
