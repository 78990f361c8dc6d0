//! The edits of DEP006 rename a requirement, and leave nothing to rename.

use std::collections::BTreeMap;

use crate::healthy::{self, Files};

/// The project with `dependencies`, whose server imports what is easily mistaken.
fn project(dependencies: &str) -> Files {
    let mut files: BTreeMap<_, _> = healthy::files();
    let text = files["pyproject.toml"].replace("[\"mcp>=2.3,<3\"]", dependencies);
    files.insert("pyproject.toml".to_owned(), text);
    let server = &files["src/weather/server.py"];
    let server = server.replace("from mcp", "import yaml\nfrom dotenv import load_dotenv\nfrom mcp");
    files.insert("src/weather/server.py".to_owned(), server);
    files
}

/// `pyproject.toml` with the edits of the rule made.
fn fixed(files: &Files) -> String {
    let report = healthy::report(files);
    let own = report.diagnostics().iter().filter(|finding| finding.card.code == "DEP006");
    let mut edits: Vec<_> = own.flat_map(|finding| &finding.edits).collect();
    edits.sort_by_key(|edit| std::cmp::Reverse(edit.span.start));
    let mut text = files["pyproject.toml"].clone();
    for edit in edits {
        text.replace_range(edit.span.range(), &edit.content);
    }
    text
}

#[test]
fn a_fix_renames_once_and_keeps_what_still_holds() {
    for (written, right) in [
        ("[\"mcp\", \"yaml>=1.0\"]", "[\"mcp\", \"pyyaml\"]"),
        ("['mcp', 'yaml ; os_name == \"nt\"'] # why", "['mcp', 'pyyaml; os_name == \"nt\"'] # why"),
        ("[\"mcp\", \"dotenv[cli]==0.9.9\"]", "[\"mcp\", \"python-dotenv[cli]\"]"),
        ("[\"mcp\", \"dotenv\", \"python-dotenv>=1\"]", "[\"mcp\", \"python-dotenv>=1\"]"),
        ("[\n  \"mcp\",\n  # settings\n  \"YAML\",\n]", "[\n  \"mcp\",\n  # settings\n  \"pyyaml\",\n]"),
        ("[\"mcp\", \"\"\"yaml\"\"\"]", "[\"mcp\", \"\"\"yaml\"\"\"]"),
    ] {
        let once = fixed(&project(written));
        assert!(once.contains(&format!("dependencies = {right}\n")), "{written}: {once}");
        let mut files = project(written);
        files.insert("pyproject.toml".to_owned(), once.clone());
        assert_eq!(fixed(&files), once, "{written}");
    }
}
