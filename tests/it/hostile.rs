//! No input panics or hangs: whatever the files hold, the answer is findings.

use std::time::{Duration, Instant};

use mcp_backend::project;
use proptest::prelude::*;

use crate::healthy;

/// What a hand that slips, or a hostile one, writes into TOML and Python.
const SPLINTERS: &[&str] = &[
    "\"",
    "'",
    "\"\"\"",
    "[",
    "]",
    "[[",
    "{",
    "}",
    "=",
    "\n",
    "\\",
    "\0",
    "\u{feff}",
    "\u{2028}",
    "é",
    "𝒳",
    "\u{202e}",
    "..",
    "/",
    "[project]\n",
    "[tool.mcp-backend]\n",
    "dynamic = [\"version\"]\n",
    "name = 1\n",
    "module-name = []\n",
    "#",
    "(((((",
    ": ",
    "readme = { file = \"x\", text = 'y' }\n",
    "license = { file = '/etc/passwd' }\n",
    "include = ['**/*']\n",
    ">=",
    ";",
];

fn splintered(text: &str) -> impl Strategy<Value = String> + use<> {
    let text = text.to_owned();
    let places = proptest::collection::vec((0..text.len(), 0..SPLINTERS.len(), 0..8_usize), 1..6);
    places.prop_map(move |places| {
        let mut text = text.clone();
        for (place, splinter, cut) in places {
            let start = text.floor_char_boundary(place.min(text.len()));
            let end = text.floor_char_boundary((start + cut).min(text.len())).max(start);
            text.replace_range(start..end, SPLINTERS[splinter]);
        }
        text
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let project = project::read(bytes);
        prop_assert!(project.name.is_none() || !project.problems.is_empty() || project.is_readable());
    }

    #[test]
    fn a_splintered_description_is_checked(text in splintered(&healthy::files()["pyproject.toml"])) {
        let mut files = healthy::files();
        files.insert("pyproject.toml".to_owned(), text);
        let report = healthy::report(&files);
        let lines = healthy::lines(&report);
        prop_assert_eq!(lines.len(), report.diagnostics().len());
    }

    #[test]
    fn a_splintered_module_is_checked(text in splintered(&healthy::files()["src/weather/server.py"])) {
        let mut files = healthy::files();
        files.insert("src/weather/server.py".to_owned(), text);
        let findings = healthy::lines(&healthy::report(&files));
        // nothing but Python was touched
        let of_python = ["[ENT", "[FIL018]", "[DEP", "[PYV", "[STD"];
        prop_assert!(findings.iter().all(|line| of_python.iter().any(|code| line.contains(code))), "{findings:?}");
        // of what cannot be parsed nothing is said but that, and that a script may not be there
        if findings.iter().any(|line| line.contains("[FIL018]")) {
            let others = ["[DEP", "[STD"];
            prop_assert!(!findings.iter().any(|line| others.iter().any(|code| line.contains(code))), "{findings:?}");
        }
        prop_assert_eq!(healthy::lines(&healthy::report(&files)), findings);
    }
}

#[test]
fn ten_megabytes_of_settings_are_read_in_bounded_time() {
    let items = "\"a>=1\", ".repeat(700_000);
    let mut files = healthy::files();
    let text = files["pyproject.toml"].replace("[\"mcp>=2.3,<3\"]", &format!("[\"mcp>=2.3,<3\", {items}]"));
    assert!(text.len() > 5_000_000);
    files.insert("pyproject.toml".to_owned(), text);
    let start = Instant::now();
    healthy::report(&files);
    assert!(start.elapsed() < Duration::from_mins(1), "{:?}", start.elapsed());
}

#[test]
fn deep_python_is_believed() {
    let mut files = healthy::files();
    files.insert(
        "src/weather/server.py".to_owned(),
        format!("x = {}1{}\n", "(".repeat(100_000), ")".repeat(100_000)),
    );
    assert_eq!(healthy::lines(&healthy::report(&files)), Vec::<String>::new());
}
