//! A remedy that is followed to the letter mends what it was given for, and leads to no other error.

use std::collections::BTreeMap;

use mcp_backend::diagnostic::{Level, Report};
use mcp_backend::rules;

use crate::examples::{examples, laid_over, merged};
use crate::healthy::{self, Files};
use crate::literate::cases;
use crate::remedy::carried_out;

/// What the page of a rule says whose remedy no test can carry out.
const BY_HAND: &str = "Remedy: by hand, since ";

/// More findings than an example has.
const STEPS: usize = 6;

#[test]
fn the_remedy_of_every_example_mends_it() {
    let mut wrong = Vec::new();
    for rule in rules::ALL.iter() {
        let page = rule.card.page();
        let by_hand = page.lines().any(|line| line.starts_with(BY_HAND));
        match (followed(laid_over(examples(&page).0), rule.card.code), by_hand) {
            (Outcome::NotCarriedOut(help), false) => {
                wrong.push(format!(
                    "{}: no test can carry out {help:?}, and the page does not say why",
                    rule.card.code
                ));
            }
            (Outcome::Leaves(lines), false) => wrong.push(format!("{}: leaves {lines:#?}", rule.card.code)),
            (Outcome::Mended, true) => {
                wrong.push(format!("{}: can be carried out, though the page denies it", rule.card.code));
            }
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

enum Outcome {
    Mended,
    NotCarriedOut(Option<String>),
    Leaves(Vec<String>),
}

/// What becomes of a project when the remedies of a rule's findings are carried out one after the other, whichever of
/// their alternatives is taken.
fn followed(files: Files, code: &str) -> Outcome {
    let mut open = vec![(files, STEPS)];
    while let Some((files, steps)) = open.pop() {
        let report = healthy::report(&files);
        match report.diagnostics().iter().find(|finding| finding.card.code == code) {
            None if report.refused() => return Outcome::Leaves(healthy::lines(&report)),
            None => {}
            Some(_) if steps == 0 => return Outcome::Leaves(healthy::lines(&report)),
            Some(finding) => {
                let after = carried_out(&files, finding);
                if after.is_empty() {
                    return Outcome::NotCarriedOut(finding.help.clone());
                }
                for after in after {
                    match after {
                        Ok(files) => open.push((files, steps - 1)),
                        Err(why) => return Outcome::Leaves(vec![why]),
                    }
                }
            }
        }
    }
    Outcome::Mended
}

/// How many errors each rule finds.
pub(crate) fn errors(report: &Report) -> BTreeMap<&'static str, usize> {
    let mut errors = BTreeMap::new();
    for finding in report.diagnostics().iter().filter(|finding| finding.level == Level::Error) {
        *errors.entry(finding.card.code).or_default() += 1;
    }
    errors
}

/// What hides other errors, which come to light when it is mended.
const HIDING: [&str; 9] =
    ["FIL001", "FIL010", "FIL012", "FIL016", "FIL018", "MET019", "NAM001", "NAM003", "NAM004"];

#[test]
fn no_remedy_of_a_case_leads_to_another_error() {
    let mut wrong = Vec::new();
    let mut taken = 0;
    for rule in rules::ALL.iter() {
        for (heading, mut files) in cases(rule.card.name) {
            // else healthy, so that nothing else is at fault
            let own = merged(&healthy::files()["pyproject.toml"], &files["pyproject.toml"]);
            files.insert("pyproject.toml".to_owned(), own);
            let report = healthy::report(&files);
            for finding in report.diagnostics().iter().filter(|finding| finding.card.code == rule.card.code) {
                for after in carried_out(&files, finding) {
                    taken += 1;
                    let why = after.map_or_else(
                        |why| vec![why],
                        |after| new_errors(&files, &report, &after, !finding.edits.is_empty()),
                    );
                    if !why.is_empty() {
                        let help = finding.help.as_deref().unwrap_or_default();
                        let (rule, message) = (rule.card.name, &finding.message);
                        wrong.push(format!("{rule} / {heading}: {message}\n  help: {help}\n{why:#?}"));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {taken}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(taken > 300, "only {taken} remedies are in the words of the language");
}

/// The errors that a remedy led to: all that are new, or, where something was hidden, those in the lines that it wrote.
/// `check --fix` goes on with the edits of what it led to.
fn new_errors(files: &Files, before: &Report, after: &Files, fixing: bool) -> Vec<String> {
    let left = healthy::report(after);
    let (old, new) = (errors(before), errors(&left));
    let more = |code: &str| new.get(code) > old.get(code);
    let hidden = HIDING.iter().any(|code| old.contains_key(code));
    let found =
        left.diagnostics().iter().filter(|finding| finding.level == Level::Error && more(finding.card.code));
    let found = found.filter(|finding| {
        let path = finding.primary.path.as_str();
        let (at, _) = left.positions(&finding.primary.path, finding.primary.span);
        let line =
            after.get(path).and_then(|text| text.lines().nth(at.line as usize - 1)).unwrap_or_default();
        let was_there = files.get(path).is_some_and(|text| text.lines().any(|other| other == line));
        let goes_on = fixing && !finding.edits.is_empty();
        !(goes_on || hidden && was_there)
    });
    found.map(|finding| format!("{}: {}", finding.card.code, finding.message)).collect()
}
