//! `strict`: what warns without it refuses, for the rules that are listed for it, and what is told on request is told.

use mcp_backend::analysis::Analysis;
use mcp_backend::check::{self, Selection, Strictness};
use mcp_backend::diagnostic::Level;
use mcp_backend::rules;

use crate::healthy;

/// The findings on the healthy server, its `pyproject.toml` replaced by one that three rules warn of, and `settings`.
fn findings(strictness: Strictness, settings: &str) -> Vec<String> {
    let mut files = healthy::files();
    let head = "[build-system]\nrequires = [\"mcp-backend\"]\nbuild-backend = \"mcp_backend\"\n\n";
    // nobody is named and there are no links (both on request), no description, and an SDK without an end (not listed)
    let project = "[project]\nname = \"weather\"\nversion = \"1.0.0\"\nreadme = \"README.md\"\nlicense = \"MIT\"\n\
                   license-files = [\"LICENSE\"]\nrequires-python = \">=3.10\"\ndependencies = [\"mcp>=2.3\"]\n\n\
                   [project.scripts]\nweather = \"weather.server:main\"\n\n";
    files.insert("pyproject.toml".to_owned(), format!("{head}{project}{settings}"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    let report = check::run(&analysis.subject(), strictness, &Selection::default());
    let told = report.diagnostics().iter();
    let mut told: Vec<_> = told.map(|one| format!("{} {}", one.card.code, one.level.as_str())).collect();
    told.sort();
    told
}

const USUAL: [&str; 2] = ["DEP017 warning", "MET011 warning"];
const STRICT: [&str; 4] = ["DEP017 warning", "MET011 error", "MET013 error", "MET014 error"];

#[test]
fn listed_warnings_become_errors() {
    assert_eq!(findings(Strictness::Full, ""), USUAL);
    assert_eq!(findings(Strictness::Full, "[tool.mcp-backend]\nstrict = false\n"), USUAL);
    assert_eq!(findings(Strictness::Full, "[tool.mcp-backend]\nstrict = true\n"), STRICT);
    assert_eq!(findings(Strictness::Strict, ""), STRICT);
}

#[test]
fn a_level_of_its_own_goes_before_it() {
    let levels = "[tool.mcp-backend]\nstrict = true\nrules = { MET013 = \"warning\", MET014 = \"off\" }\n";
    assert_eq!(findings(Strictness::Full, levels), ["DEP017 warning", "MET011 error", "MET013 warning"]);
}

#[test]
fn builds_that_no_warning_refuses_stay_so() {
    let strict = "[tool.mcp-backend]\nstrict = true\n";
    assert_eq!(findings(Strictness::Warn, strict), USUAL);
    assert_eq!(findings(Strictness::Structural, strict), [""; 0]);
}

#[test]
fn what_is_told_on_request_is_told_to_who_names_it() {
    assert_eq!(
        findings(Strictness::Full, "[tool.mcp-backend.rules]\nurls = \"warning\"\n"),
        ["DEP017 warning", "MET011 warning", "MET013 warning"]
    );
    // a family stands for what is on
    assert_eq!(findings(Strictness::Full, "[tool.mcp-backend.rules]\nMET = \"warning\"\n"), USUAL);
}

#[test]
fn an_error_names_its_harm() {
    for rule in rules::ALL.iter() {
        let card = &rule.card;
        assert!(card.harm.is_some() || card.level == Level::Warning, "{}", card.code);
    }
}
