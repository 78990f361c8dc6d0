//! What a distribution makes importable.
//!
//! Only where it is known: the convention that a distribution is imported under its own name is not applied here.

use super::table::Table;

const MEASURED: Table = Table::new(include_str!("data/imports_measured.txt"));
const CANDIDATES: Table = Table::new(include_str!("data/imports_candidates.txt"));

/// The top-level modules of a distribution, whose name is given normalised (`beautifulsoup4`); none when unknown.
///
/// What was read from wheels goes before what others say.
pub fn modules_of(distribution: &str) -> Option<Vec<&'static str>> {
    let modules = MEASURED.get(distribution).or_else(|| CANDIDATES.get(distribution))?;
    Some(modules.split(' ').collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::table::assert_sorted;

    #[test]
    fn knows_names_that_differ() {
        for (distribution, modules) in [
            ("beautifulsoup4", Some(vec!["bs4"])),
            ("pyyaml", Some(vec!["_yaml", "yaml"])),
            ("attrs", Some(vec!["attr", "attrs"])),
            ("scikit-learn", Some(vec!["sklearn"])),
            ("opencv-python", Some(vec!["cv2"])),
            ("mcp", Some(vec!["mcp"])),
            ("PyYAML", None),
            ("no-such-distribution", None),
            ("", None),
        ] {
            assert_eq!(modules_of(distribution), modules, "{distribution}");
        }
    }

    #[test]
    fn tables_are_sorted_and_apart() {
        for table in [MEASURED, CANDIDATES] {
            assert_sorted(table);
            for (distribution, modules) in table.entries() {
                assert!(!modules.is_empty() && modules.split(' ').is_sorted(), "{distribution}");
            }
        }
        for (distribution, _) in CANDIDATES.entries() {
            assert!(MEASURED.get(distribution).is_none(), "`{distribution}` is measured");
        }
    }
}
