//! The rules' cases, told in `tests/rules`, one file a rule in the folder of its family.
//!
//! A heading begins a case: a healthy little server with some files changed. A path in backticks and a colon, alone
//! on a line before a fenced block, names the file that the block holds, or the link whose target it holds when it is
//! fenced as `link`, or is so many zero bytes long when it is fenced as `size`, or has the bytes listed when it is fenced as `hex`; `Without` and a path takes a file away. The last block of a case, fenced as `report`, holds the
//! findings of the rule that the file is named after, a line each and the help below; an empty one says that the rule
//! is silent. A `pyproject.toml` that names no backend is built by ours, unless it is fenced as `toml alone`. In a report
//! `NEWEST` and `DAY` stand for the newest release of an SDK that is known, and since when; in a recorded answer
//! `sha256:FINGERPRINT` for the project's own.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mcp_backend::diagnostic::{Card, Level, Report};
use mcp_backend::rule::Rule;
use mcp_backend::rules;
use mcp_backend::sdk;

use crate::healthy::{self, Files};

#[test]
fn every_case_holds() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for rule in rules::ALL.iter() {
        let path = file(rule.card.name);
        let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("{} has no cases", path.display()));
        let told = retold(&text, |_, files| answer(files, rule.card.code));
        if told != text && update {
            fs::write(&path, &told).expect("the cases can be written");
        } else if told != text {
            wrong.push(format!("{}\n{}", path.display(), difference(&text, &told)));
        }
    }
    assert!(wrong.is_empty(), "{}\n(`UPDATE=1` rewrites them)", wrong.join("\n"));
}

#[test]
fn no_file_of_cases_is_forgotten() {
    for path in files() {
        let name = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        assert!(rules::ALL.iter().any(|rule| rule.card.name == name), "no rule is called `{name}`");
    }
}

#[test]
fn a_family_is_the_rules_whose_codes_begin_alike() {
    let codes: Vec<BTreeSet<&str>> = rules::FAMILIES
        .iter()
        .map(|(_, rules)| {
            rules.iter().map(|rule| rule.card.code.trim_end_matches(char::is_numeric)).collect()
        })
        .collect();
    assert!(codes.iter().all(|family| family.len() == 1), "{codes:?}");
    assert_eq!(codes.iter().flatten().collect::<BTreeSet<_>>().len(), codes.len(), "{codes:?}");
}

/// The files of cases.
pub(crate) fn files() -> impl Iterator<Item = PathBuf> {
    let entries = |folder: PathBuf| fs::read_dir(folder).expect("the cases lie there");
    let families = rules::FAMILIES.iter().map(|(family, _)| Path::new("tests/rules").join(family));
    families.flat_map(entries).map(|entry| entry.expect("an entry").path())
}

/// The file with the cases of a rule.
fn file(rule: &str) -> PathBuf {
    let holds = |rules: &[&Rule]| rules.iter().any(|one| one.card.name == rule);
    let family = rules::FAMILIES.iter().find(|(_, rules)| holds(rules)).map_or("", |(family, _)| family);
    Path::new("tests/rules").join(family).join(format!("{rule}.md"))
}

/// The cases of a rule: what each is called, and the files of its project.
pub(crate) fn cases(rule: &str) -> Vec<(String, Files)> {
    let text = fs::read_to_string(file(rule)).expect("the rule has cases");
    let mut cases = Vec::new();
    retold(&text, |heading, files| {
        cases.push((heading.to_owned(), files.clone()));
        String::new()
    });
    cases
}

/// What findings of the rule say in its cases: one message of each wording, with `…` for what changes with the tables of
/// the SDKs.
pub(crate) fn messages(card: &Card) -> Vec<String> {
    let text = fs::read_to_string(file(card.name)).expect("the rule has cases");
    let marks = [Level::Error, Level::Warning].map(|level| format!(": {}[{}] ", level.as_str(), card.code));
    let said = text.lines().filter_map(|line| marks.iter().find_map(|mark| Some(line.split_once(mark)?.1)));
    let mut wordings = BTreeSet::new();
    let first = said.filter(|message| wordings.insert(wording(message)));
    first.map(|message| message.replace("NEWEST", "…").replace(" on DAY", " on …")).collect()
}

/// The message without what it says of this project: names in backticks, and numbers.
fn wording(message: &str) -> String {
    let words = message.split('`').step_by(2).collect::<Vec<_>>().join("`");
    let numeral = |c: char| c.is_ascii_digit() || c == '.';
    words.split(numeral).filter(|part| !part.is_empty()).collect::<Vec<_>>().join("0")
}

/// The same text with each report block as `answer` gives it for the case of that heading and of those files.
fn retold(text: &str, mut answer: impl FnMut(&str, &Files) -> String) -> String {
    let mut told = String::new();
    let mut files = healthy::files();
    let mut path: Option<String> = None;
    let (mut heading, mut cases) = ("", 0);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(called) = line.strip_prefix("## ") {
            files = healthy::files();
            heading = called;
        }
        if let Some(gone) = line.strip_prefix("Without `").and_then(|rest| rest.strip_suffix("`.")) {
            assert!(files.remove(gone).is_some(), "there is no `{gone}` to do without");
        }
        told += &format!("{line}\n");
        // a text with fences of its own has longer ones around it
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        if fence.len() >= 3 {
            let info = &line[fence.len()..];
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != fence).collect();
            if info == "report" {
                cases += 1;
                told += &answer(heading, &files);
            } else {
                let path = path.take().expect("a block follows the path of its file");
                let text: String = block.iter().map(|line| format!("{line}\n")).collect();
                told += &text;
                let text = if path == "pyproject.toml" && info == "toml" { built(text) } else { text };
                files.insert(path, healthy::text(info, text));
            }
            told += &format!("{fence}\n");
        }
        if let Some(named) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            path = Some(named.to_owned());
        }
    }
    assert!(cases > 0, "there is no case");
    told
}

/// The text with our backend named at its end, where none is.
fn built(text: String) -> String {
    const OURS: &str = "[build-system]\nrequires = [\"mcp-backend\"]\nbuild-backend = \"mcp_backend\"\n";
    if text.contains("build-system") { text } else { text + "\n" + OURS }
}

fn answer(files: &Files, code: &str) -> String {
    let report = healthy::report(files);
    for finding in report.diagnostics() {
        let is_chosen = files["pyproject.toml"].contains("[tool.mcp-backend");
        let is_harm = finding.level == Level::Warning || finding.card.harm.is_some();
        assert!(is_harm || is_chosen, "an error of {} names no harm", finding.card.code);
    }
    let own = |(line, help): (String, Option<&String>)| {
        let help =
            help.map(|help| format!("  help: {}\n", help.replace('\n', "\n        "))).unwrap_or_default();
        undated(&format!("{line}\n{help}"))
    };
    healthy::lines(&report)
        .into_iter()
        .zip(helps(&report))
        .filter(|(line, _)| line.contains(&format!("[{code}]")))
        .map(own)
        .collect()
}

/// The text without what changes when the tables of the SDKs are made anew.
fn undated(text: &str) -> String {
    let days = text
        .replace(&format!("known on {}", sdk::known_on()), "known on DAY")
        .replace(&format!("tried on {}", sdk::tried_on()), "tried on DAY");
    ["mcp", "fastmcp", "fastmcp-slim"].into_iter().fold(days, |text, distribution| {
        let newest = sdk::published(distribution).last().unwrap_or_default();
        text.replace(&format!(" {newest} (newest"), " NEWEST (newest")
    })
}

fn helps(report: &Report) -> impl Iterator<Item = Option<&String>> {
    report.diagnostics().iter().map(|finding| finding.help.as_ref())
}

fn difference(text: &str, told: &str) -> String {
    let (expected, found): (Vec<_>, Vec<_>) = (text.lines().collect(), told.lines().collect());
    let missing =
        expected.iter().filter(|line| !found.contains(line)).map(|line| format!("  expected: {line}\n"));
    let extra =
        found.iter().filter(|line| !expected.contains(line)).map(|line| format!("  found:    {line}\n"));
    missing.chain(extra).collect()
}
