//! A remedy that is followed to the letter mends what it was given for, and leads to no other error.

use std::collections::BTreeMap;

use mcp_backend::diagnostic::{Level, Report};
use mcp_backend::rules;

use crate::examples::{examples, laid_over};
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
    for rule in rules::ALL {
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
                open.extend(after.into_iter().map(|files| (files, steps - 1)));
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

#[test]
fn no_remedy_of_a_case_leads_to_another_error() {
    let mut wrong = Vec::new();
    let mut taken = 0;
    for rule in rules::ALL {
        for (heading, files) in cases(rule.card.name) {
            let report = healthy::report(&files);
            let before = errors(&report);
            for finding in report.diagnostics().iter().filter(|finding| finding.card.code == rule.card.code) {
                for after in carried_out(&files, finding) {
                    taken += 1;
                    let left = healthy::report(&after);
                    let new = errors(&left);
                    if new.iter().any(|(code, count)| before.get(code).is_none_or(|old| old < count)) {
                        wrong.push(format!(
                            "{} {heading}: {}\n  help: {:?}\n{:#?}",
                            rule.card.name,
                            finding.message,
                            finding.help,
                            healthy::lines(&left)
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {taken}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(taken > 300, "only {taken} remedies are in the words of the language");
}
