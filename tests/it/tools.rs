//! `tools`: what is told of a project, and the section of its readme.

use std::fs;
use std::path::Path;

use mcp_backend::cli::{self, CommandOutput};
use mcp_backend::primitive_docs::{END, START};
use mcp_backend::render::TerminalStyle;

use crate::healthy;

fn tools(folder: &Path, options: &[&str]) -> CommandOutput {
    let place = folder.to_str().expect("UTF-8");
    let arguments: Vec<_> = ["tools", place].iter().chain(options).map(|word| (*word).to_owned()).collect();
    cli::run(&arguments, TerminalStyle::default(), &|| false)
}

/// The healthy server with `readme`.
fn project(readme: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = healthy::files();
    files.insert("README.md".to_owned(), readme.to_owned());
    healthy::lay(folder.path(), &files);
    folder
}

#[test]
fn a_tool_is_listed_with_its_place() {
    let folder = project("# weather\n");
    let table = tools(folder.path(), &[]);
    assert_eq!((table.status, table.stderr.as_str()), (0, ""));
    assert!(table.stdout.starts_with("weather\n\nTools\n  forecast"), "{}", table.stdout);
    assert!(table.stdout.contains(" src/weather/server.py:9\n"), "{}", table.stdout);
    assert!(table.stdout.ends_with("\n1 tool\n"), "{}", table.stdout);
    let json = tools(folder.path(), &["--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!(told["version"], 2);
    assert_eq!(told["tools"][0]["name"], "forecast");
    assert_eq!(told["tools"][0]["source"], serde_json::json!({"path": "src/weather/server.py", "line": 9}));
}

#[test]
fn the_section_of_the_readme_is_written_once() {
    for end in ["\n", "\r\n"] {
        let readme =
            format!("# weather\n\n```\n{START}\n```\n\n{START}\n{END}\n\nLast.\n").replace('\n', end);
        let folder = project(&readme);
        let before = tools(folder.path(), &["--markdown", "--check"]);
        assert_eq!((before.status, before.stdout.as_str()), (1, "+ `forecast`\n"));
        assert!(before.stderr.contains("`README.md` does not tell"), "{}", before.stderr);
        assert!(before.stderr.contains("--markdown --write"), "{}", before.stderr);
        assert_eq!(tools(folder.path(), &["--markdown", "--write"]).status, 0);
        let section = tools(folder.path(), &["--markdown"]).stdout;
        let written = fs::read_to_string(folder.path().join("README.md")).expect("it is there");
        let marks = format!("{START}\n{END}\n").replace('\n', end);
        assert_eq!(written, readme.replace(&marks, &section.replace('\n', end)));
        for option in ["--check", "--write"] {
            let after = tools(folder.path(), &["--markdown", option]);
            assert_eq!(
                (after.status, after.stdout.as_str(), after.stderr.as_str()),
                (0, "`README.md` is current\n", "")
            );
        }
        let again = fs::read_to_string(folder.path().join("README.md")).expect("it is there");
        assert_eq!(again, written);
    }
}

#[test]
fn a_readme_without_a_section_is_left_alone() {
    for (readme, fault) in [
        ("# weather\n".to_owned(), "`README.md` has no lines to mark the section"),
        (format!("# weather\n\n{START}\n"), "without the other"),
        (format!("{START}\n{END}\n{START}\n{END}\n"), "more than once"),
    ] {
        let folder = project(&readme);
        for option in ["--check", "--write"] {
            let answer = tools(folder.path(), &["--markdown", option]);
            assert_eq!((answer.status, answer.stdout.as_str()), (1, ""), "{readme}");
            assert!(answer.stderr.contains(fault) && answer.stderr.contains("\nhelp: "), "{}", answer.stderr);
            assert_eq!(fs::read_to_string(folder.path().join("README.md")).expect("it is there"), readme);
        }
    }
}

#[test]
fn only_a_readme_in_markdown_holds_the_section() {
    let readme = format!("{START}\n{END}\n");
    for value in ["{ text = \"x\", content-type = \"text/markdown\" }", "\"README.rst\"", "\"../README.md\""]
    {
        let folder = project(&readme);
        let path = folder.path().join("pyproject.toml");
        let text = fs::read_to_string(&path).expect("it is there");
        fs::write(&path, text.replace("\"README.md\"", value)).expect("written");
        fs::write(folder.path().join("README.rst"), &readme).expect("written");
        let answer = tools(folder.path(), &["--markdown", "--write"]);
        assert_eq!((answer.status, answer.stdout.as_str()), (1, ""), "{value}");
        assert!(answer.stderr.contains("names no readme in Markdown"), "{}", answer.stderr);
    }
}

#[test]
fn options_that_contradict_are_wrong_usage() {
    for (options, fault) in [
        (&["--format", "yaml"][..], "`yaml` is no format"),
        (&["--check"], "go with `--markdown`"),
        (&["--format", "json", "--write"], "go with `--markdown`"),
        (&["--markdown", "--format", "json"], "exclude each other"),
        (&["--markdown", "--check", "--write"], "exclude each other"),
        (&["--markdwon"], "--markdwon"),
    ] {
        let answer = tools(Path::new("."), options);
        assert_eq!((answer.status, answer.stdout.as_str()), (2, ""), "{options:?}");
        assert!(answer.stderr.contains(fault), "{options:?}: {}", answer.stderr);
    }
}
