//! What a distribution makes importable, and which distribution a module is from.
//!
//! Only where it is known: the convention that a distribution is imported under its own name is applied to none but
//! distributions that are known to exist.

use super::dependencies;
use super::table::Table;

static MEASURED: Table = Table::new(include_str!("data/imports_measured.txt"));
static CANDIDATES: Table = Table::new(include_str!("data/imports_candidates.txt"));

/// The top-level modules of a distribution, whose name is given normalised (`beautifulsoup4`); none when unknown.
///
/// What was read from wheels goes before what others say.
pub fn modules_of(distribution: &str) -> Option<Vec<&'static str>> {
    let modules = MEASURED.get(distribution).or_else(|| CANDIDATES.get(distribution))?;
    Some(modules.split(' ').collect())
}

/// The top-level modules of a distribution as its wheel lists them; none when that was not read.
pub fn measured(distribution: &str) -> Option<impl Iterator<Item = &'static str>> {
    MEASURED.get(distribution).map(|modules| modules.split(' '))
}

/// The distributions that hold the top-level module `module`, the surest first; none known when empty.
pub fn distributions_of(module: &str) -> Vec<&'static str> {
    let holds = |(_, modules): &(&'static str, &'static str)| modules.split(' ').any(|known| known == module);
    let name = module.replace('_', "-").to_ascii_lowercase();
    let own_name = |distribution: &str| distribution != name;
    let in_table = |table: &Table| {
        let mut found: Vec<_> = table.entries().filter(holds).map(|(distribution, _)| distribution).collect();
        found.sort_by_key(|distribution| (own_name(distribution), distribution.len()));
        found
    };
    let mut found = in_table(&MEASURED);
    if modules_of(&name).is_none() {
        found.extend(dependencies::known(&name));
    }
    found.extend(in_table(&CANDIDATES));
    found
}

/// Tops under which many distributions put their modules, each named after its own part: `google.cloud.storage`.
const NAMESPACES: &[&str] = &[
    "aliyunsdk", "awslabs", "azure", "backports", "databricks", "flaskext", "google", "jaraco", "langgraph",
    "llama_index", "mpl_toolkits", "nvidia", "opentelemetry", "oslo", "paste", "repoze", "ruamel",
    "snowflake", "sphinxcontrib", "tencentcloud", "zc", "zope",
];

/// Whether several distributions share the top-level module `module`.
pub fn is_namespace(module: &str) -> bool {
    NAMESPACES.contains(&module)
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
        for table in [&MEASURED, &CANDIDATES] {
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
