//! What a reviewer would have to say twice.

use std::fs;
use std::path::Path;

use mcp_backend::docs;
use mcp_backend::rules;

#[test]
fn codes_rise_and_names_are_the_files() {
    let codes: Vec<_> = rules::ALL.iter().map(|rule| rule.card.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    let mut unique = codes.clone();
    unique.dedup();
    assert_eq!(codes, unique);
    for rule in rules::ALL {
        let path = format!("src/rules/{}.rs", rule.card.name.replace('-', "_"));
        let text =
            fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is not in {path}", rule.card.code));
        assert!(text.starts_with(&format!("//! {}.", rule.card.code)), "{path} does not begin with its code");
    }
}

#[test]
fn pages_have_their_headings() {
    for rule in rules::ALL {
        for heading in ["## What it does", "## Why is this bad?", "## Example", "Use instead:"] {
            assert!(rule.card.doc.contains(heading), "{} has no `{heading}`", rule.card.code);
        }
    }
}

/// The generated documents are those that lie in `docs`; `UPDATE=1` writes them.
#[test]
fn documents_are_current() {
    let mut pages = vec![
        ("docs/rules/index.md".to_owned(), docs::index()),
        ("docs/configuration.md".to_owned(), docs::settings()),
    ];
    pages.extend(
        rules::ALL.iter().map(|rule| (format!("docs/rules/{}.md", rule.card.code), docs::page(&rule.card))),
    );
    if std::env::var_os("UPDATE").is_some() {
        fs::create_dir_all("docs/rules").expect("the folder can be made");
        for (path, text) in &pages {
            fs::write(path, text).expect("the page can be written");
        }
    }
    for (path, text) in &pages {
        let found = fs::read_to_string(path).unwrap_or_default();
        assert!(found == *text, "{path} is not current; `make docs` writes it");
    }
    for entry in fs::read_dir("docs/rules").expect("the pages lie there") {
        let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
        assert!(
            pages.iter().any(|(path, _)| path.ends_with(&format!("/{name}"))),
            "docs/rules/{name} is nobody's page"
        );
    }
}

#[test]
fn no_message_shouts_or_ends_with_a_stop() {
    // the messages themselves are seen in the cases of the rules
    for entry in fs::read_dir(Path::new("tests/rules")).expect("the cases lie there") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a file of cases");
        for line in text.lines().filter(|line| line.contains(": error[") || line.contains(": warning[")) {
            let message = line.split_once("] ").map_or("", |(_, message)| message);
            let small = message.starts_with(|c: char| c.is_lowercase() || c == '`' || c.is_ascii_digit());
            let acronym =
                message.split_whitespace().next().is_some_and(|word| word.chars().all(char::is_uppercase));
            assert!((small || acronym) && !message.ends_with('.'), "{}: {message}", path.display());
        }
    }
}
