//! Runs the rules over a subject: which of them, at which level.

use std::sync::Arc;

use crate::diagnostic::{Card, Diagnostic, Level, Reach, Report};
use crate::project::RuleLevel;
use crate::rule::{Rule, Subject};
use crate::rules;

/// How far a build lets the rules stop it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// Every finding at level error refuses: the author's build.
    Full,
    /// The structural rules refuse, the others are shown as warnings: an editable build, and `-C check=warn`.
    Warn,
    /// Only the structural rules are asked: the consumer's build, and `-C check=off`.
    Structural,
}

/// Which rules are asked, as given on the command line: codes, their beginnings (`ENT`), or names.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these; all when empty.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

/// The findings of every rule that is asked.
///
/// A `pyproject.toml` that is not TOML silences all rules but the one that says so: what they would say of the rest
/// would be guesses.
pub fn run(subject: &Subject<'_>, strictness: Strictness, selection: &Selection) -> Report {
    let mut findings = Vec::new();
    let rules = if subject.project.is_readable() { rules::ALL } else { rules::UNREADABLE };
    for rule in rules.iter().filter(|rule| asked(&rule.card, strictness, selection)) {
        findings.extend(at_level(rule, subject, strictness));
    }
    let sources =
        std::iter::once(Arc::clone(&subject.project.source)).chain(subject.program.sources().map(Arc::clone));
    Report::new(findings, sources)
}

fn asked(card: &Card, strictness: Strictness, selection: &Selection) -> bool {
    let names = |list: &[String]| list.iter().any(|word| matches(card, word));
    let chosen = (selection.select.is_empty() || names(&selection.select)) && !names(&selection.ignore);
    match card.reach {
        Reach::Structural => true,
        Reach::Author => strictness != Strictness::Structural && chosen,
    }
}

/// Whether `word` names the rule: by its code, the beginning of its code, or its name.
pub fn matches(card: &Card, word: &str) -> bool {
    let family = word.len() >= 3 && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    card.name == word || (family && card.code.starts_with(word))
}

/// The findings of one rule at the levels in force.
fn at_level(rule: &Rule, subject: &Subject<'_>, strictness: Strictness) -> Vec<Diagnostic> {
    let configured = configured(&rule.card, subject);
    // the errors of a structural rule cannot be turned down; its warnings can
    let stands = |finding: &Diagnostic| finding.reach == Reach::Structural && finding.level == Level::Error;
    let mut findings = Vec::new();
    (rule.check)(subject, &mut findings);
    if configured == Some(None) {
        findings.retain(stands);
    }
    if strictness == Strictness::Structural {
        // who builds an sdist can do nothing about a warning
        findings.retain(stands);
    }
    for finding in &mut findings {
        if let Some(Some(level)) = configured.filter(|_| !stands(finding)) {
            finding.level = level;
        }
        if strictness == Strictness::Warn && finding.reach != Reach::Structural {
            finding.level = Level::Warning;
        }
    }
    findings
}

/// The level that the project gives the rule; what is written last counts.
fn configured(card: &Card, subject: &Subject<'_>) -> Option<RuleLevel> {
    let rules = &subject.project.settings.rules;
    let names = |word: &str| word == card.code || word == card.name;
    rules.iter().rev().find(|(word, _)| names(&word.value)).map(|(_, level)| *level)
}
