//! `mcp-backend new`: what it makes is healthy at once.

use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
use mcp_backend::check::{self, Selection, Strictness};
use mcp_backend::cli::{self, CommandOutput};
use mcp_backend::render::TerminalStyle;

use crate::healthy;

fn new(path: &Path, options: &[&str]) -> CommandOutput {
    let place = path.to_str().expect("UTF-8");
    let words: Vec<_> = ["new", place].iter().chain(options).map(|word| (*word).to_owned()).collect();
    cli::run(&words, TerminalStyle::default(), &|| false)
}

fn findings(root: &Path) -> Vec<String> {
    let analysis = Analysis::read(root).expect("a project");
    healthy::lines(&check::run(&analysis.subject(), Strictness::Full, &Selection::default()))
}

#[test]
fn no_rule_finds_anything_in_a_new_project() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["weather", "Weather_MCP.2", "a", "mcp-weather"] {
        for sdk in ["mcp", "fastmcp"] {
            let root = folder.path().join(sdk).join(name);
            let author = "Ada \"the first\" Example <ada@example.org>";
            let made = new(&root, &["--sdk", sdk, "--github", "you", "--author", author]);
            assert_eq!((made.status, made.stderr.as_str()), (0, ""), "{name}");
            assert_eq!(findings(&root), [""; 0], "{name} {sdk}");
        }
    }
}

#[test]
fn without_an_owner_nothing_is_missed_but_on_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("weather");
    assert_eq!(new(&root, &[]).status, 0);
    assert_eq!(findings(&root), [""; 0]);
    let analysis = Analysis::read(&root).expect("a project");
    let strict = healthy::lines(&check::run(&analysis.subject(), Strictness::Strict, &Selection::default()));
    assert_eq!(strict.len(), 1, "{strict:?}");
    assert!(strict[0].contains("error[MET013]"), "{strict:?}");
    assert!(root.join(".github/workflows/release.yml").is_file());
}

#[test]
fn the_readme_tells_of_the_tools() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("weather");
    new(&root, &[]);
    let readme = fs::read_to_string(root.join("README.md")).expect("a readme");
    for part in ["### `greet`", "### `count_words`", "weather://greeting", "`WEATHER_GREETING`"] {
        assert!(readme.contains(part), "{part} in {readme}");
    }
    assert!(!readme.contains("%clients%"), "{readme}");
}

#[test]
fn nothing_that_is_there_is_written_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path().join("weather");
    fs::create_dir(&root).expect("made");
    assert_eq!(new(&root, &[]).status, 0, "an empty folder is free");
    fs::write(root.join("README.md"), "mine").expect("written");
    let again = new(&root, &[]);
    assert_eq!((again.status, again.stderr.contains("is there already")), (2, true));
    assert_eq!(fs::read_to_string(root.join("README.md")).expect("read"), "mine");
    fs::write(folder.path().join("file"), "").expect("written");
    assert_eq!(new(&folder.path().join("file"), &[]).status, 2);
}

#[test]
fn what_it_cannot_make_is_wrong_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: &[(&str, &[&str], &str)] = &[
        ("json", &[], "`json-mcp`"),
        ("-x", &[], "is no name"),
        ("weather", &["--sdk", "flask"], "is no SDK"),
        ("weather", &["--github", "you/weather"], "is no account"),
        ("weather", &["--author", "<ada@example.org>"], "is nobody"),
    ];
    for (name, options, told) in cases {
        let root = folder.path().join(name);
        let answer = new(&root, options);
        assert_eq!(answer.status, 2, "{name}");
        assert!(answer.stderr.contains(told), "{}", answer.stderr);
        assert!(!root.exists());
    }
}
