//! What a reviewer would have to say twice.

use std::fs;
use std::path::{Path, PathBuf};

use mcp_backend::cli;
use mcp_backend::diagnostic::SITE;
use mcp_backend::project::{Channel, own_requirement};
use mcp_backend::render::TerminalStyle;
use mcp_backend::rules;

use crate::{literate, reference};

#[test]
fn codes_rise_and_names_are_the_files() {
    let codes: Vec<_> = rules::ALL.iter().map(|rule| rule.card.code).collect();
    assert!(codes.is_sorted(), "{codes:?}");
    let mut unique = codes.clone();
    unique.dedup();
    assert_eq!(codes, unique);
    let families = rules::FAMILIES.iter();
    for (family, rule) in families.flat_map(|(family, rules)| rules.iter().map(move |rule| (family, rule))) {
        let path = format!("src/rules/{family}/{}.rs", rule.card.name.replace('-', "_"));
        let text =
            fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} is not in {path}", rule.card.code));
        let declared = format!("\n    {} \"{}\" ", rule.card.code, rule.card.name);
        assert!(text.contains(&declared), "{path} does not declare {}", rule.card.code);
    }
}

#[test]
fn pages_have_their_headings() {
    for rule in rules::ALL.iter() {
        for heading in ["## What it does", "## Why is this bad?", "## Example", "Use instead:"] {
            assert!(rule.card.doc.contains(heading), "{} has no `{heading}`", rule.card.code);
        }
    }
}

/// The generated documents are those that lie in `docs`; `UPDATE=1` writes them.
#[test]
fn documents_are_current() {
    let mut pages = vec![
        ("docs/rules/index.md".to_owned(), reference::index()),
        ("docs/configuration.md".to_owned(), reference::settings()),
        ("docs/mcp-backend.schema.json".to_owned(), reference::schema()),
    ];
    pages.extend(
        rules::ALL
            .iter()
            .map(|rule| (format!("docs/rules/{}.md", rule.card.code), reference::page(&rule.card))),
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
fn what_is_shown_requires_this_version_below_its_next_minor() {
    let line = format!("requires = [\"{}\"]", own_requirement());
    for path in ["README.md", "docs/index.md", "examples/weather/pyproject.toml"] {
        let text = fs::read_to_string(path).expect("it is there");
        assert!(text.contains(&line), "{path} does not say `{line}`");
    }
}

#[test]
fn the_address_of_the_site_is_the_package_s() {
    let line = format!("Documentation = \"{SITE}\"");
    assert!(text("pyproject.toml").contains(&line), "pyproject.toml does not say `{line}`");
}

#[test]
fn no_message_shouts_or_ends_with_a_stop() {
    // the messages themselves are seen in the cases of the rules
    for path in literate::files() {
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

/// The prose of the house: the pages at the root and all of `docs`.
fn prose() -> Vec<PathBuf> {
    let mut pages = Vec::new();
    let mut pending = vec![PathBuf::from("docs")];
    while let Some(folder) = pending.pop() {
        for entry in fs::read_dir(folder).expect("the folder can be listed") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { pending.push(path) } else { pages.push(path) }
        }
    }
    pages.extend(
        fs::read_dir(".").expect("the root").map(|entry| PathBuf::from(entry.expect("an entry").file_name())),
    );
    pages.retain(|path| path.extension().is_some_and(|suffix| suffix == "md"));
    pages.sort();
    pages
}

/// The text without what stands in code, where nothing links.
fn without_code(text: &str) -> String {
    let mut fenced = false;
    let lines = text.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        fenced ^= is_fence;
        !fenced && !is_fence
    });
    let lines = lines.map(|line| line.split('`').step_by(2).collect::<Vec<_>>().join(""));
    lines.collect::<Vec<_>>().join("\n")
}

/// The word by which a link names a heading, as GitHub makes it.
pub(crate) fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

fn text(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|_| panic!("{path} is there"))
}

#[test]
fn links_lead_somewhere() {
    let pages = prose();
    assert!(pages.len() > 100, "the pages are found");
    for page in pages {
        let folder = page.parent().expect("a folder");
        let written = without_code(&fs::read_to_string(&page).expect("a page"));
        let targets = written.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:")) {
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let there = if file.is_empty() { page.clone() } else { folder.join(file) };
            assert!(there.exists(), "{} links to {target}", page.display());
            if !place.is_empty() && there.extension().is_some_and(|suffix| suffix == "md") {
                let text = fs::read_to_string(&there).expect("a page");
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                assert!(headings.any(|line| anchor(line) == place), "{} links to {target}", page.display());
            }
        }
    }
}

#[test]
fn the_front_page_of_the_docs_names_every_other() {
    let front = text("docs/index.md");
    for page in prose().iter().filter(|page| page.parent() == Some(Path::new("docs"))) {
        let name = page.file_name().unwrap_or_default().to_string_lossy();
        let is_named = front.contains(&format!("]({name})"));
        assert!(name == "index.md" || is_named, "docs/index.md does not name {name}");
    }
}

/// The readme is read on PyPI too, where no link leads into the repository.
#[test]
fn addresses_in_the_readme_are_of_what_is_there() {
    const RAW: &str = "https://raw.githubusercontent.com/mcp-backend/mcp-backend/main/";
    let readme = text("README.md");
    let ends = |c: char| c.is_whitespace() || "\")>".contains(c);
    let addresses = |start: &str| -> Vec<String> {
        readme.split(start).skip(1).filter_map(|rest| rest.split(ends).next()).map(str::to_owned).collect()
    };
    let pages = addresses(&format!("{SITE}/"));
    let pictures = addresses(RAW);
    assert!(pages.len() > 40 && pictures.len() == 4, "they are found: {pages:?}, {pictures:?}");
    for page in pages {
        let (path, place) = page.split_once('#').unwrap_or((&page, ""));
        let source = text(&format!("docs/{}", path.replace(".html", ".md")));
        let mut headings = source.lines().filter(|line| line.starts_with('#'));
        assert!(place.is_empty() || headings.any(|line| anchor(line) == place), "{page} is not there");
    }
    for picture in pictures {
        assert!(Path::new(&picture).exists(), "{picture} is not there");
    }
}

#[test]
fn the_page_of_files_names_all_that_never_ships() {
    let page = text("docs/files.md");
    let literals = |path: &str, end: &str| {
        let code = text(path);
        let (code, _) = code.split_once(end).expect("the lists end");
        let code = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<String>();
        code.split('"').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()
    };
    let junk = literals("src/tree/junk.rs", "#[cfg(test)]");
    let secrets = literals("src/tree/secret.rs", "/// Whether a word between");
    assert!(junk.len() > 20 && secrets.len() > 20, "the lists are read");
    for name in junk.iter().chain(&secrets) {
        let written = [format!("`{name}`"), format!("`*{name}`"), format!("`{name}*`")];
        assert!(written.iter().any(|word| page.contains(word)), "docs/files.md does not name {name}");
    }
}

#[test]
fn the_page_of_exports_tells_of_every_channel() {
    let page = text("docs/exports.md");
    for channel in Channel::ALL {
        assert!(page.contains(&format!("## `{channel}`")), "docs/exports.md has no section on {channel}");
    }
}

#[test]
fn the_page_of_commands_names_every_option() {
    let page = text("docs/commands.md");
    let help = |arguments: &[&str]| {
        let arguments: Vec<_> = arguments.iter().map(|word| (*word).to_owned()).collect();
        cli::run(&arguments, TerminalStyle::default(), &|| false).stdout
    };
    let overview = help(&["--help"]);
    let commands = overview.lines().skip_while(|line| *line != "Commands:").skip(1);
    for command in commands.map_while(|line| line.split_whitespace().next()) {
        assert!(page.contains(&format!("## `{command} ")), "docs/commands.md has no section on {command}");
        let help = help(&[command, "--help"]);
        let options = help.split(|c: char| c.is_whitespace() || "[],".contains(c));
        for option in options.filter(|word| word.starts_with("--")) {
            assert!(page.contains(&format!("`{option}")), "docs/commands.md does not name {option}");
        }
    }
}
