//! Runs the rules over a subject: which of them, at which level, and what the project silences.

mod redaction;
mod suppressions;

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::diagnostic::{Card, Diagnostic, Enforcement, Harm, Level, Report};
use crate::program;
use crate::project::RuleLevel;
use crate::rule::{Rule, Subject};
use crate::rules;
use redaction::redacted;
use suppressions::Suppressions;

/// How far a build lets the rules stop it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// As [`Strictness::Full`], and the rules that are listed for it make errors of their warnings: `-C check=strict`,
    /// and what `strict` in the settings makes of the author's build.
    Strict,
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
    let strictness = set(subject, strictness);
    report(subject, findings(subject, strictness, selection), usize::MAX)
}

/// The same with all errors, and no more warnings than anybody reads beside a build.
pub fn brief(subject: &Subject<'_>, strictness: Strictness) -> Report {
    let strictness = set(subject, strictness);
    report(subject, findings(subject, strictness, &Selection::default()), WARNINGS_BESIDE_A_BUILD)
}

/// The strictness that the project's settings make of what is asked.
fn set(subject: &Subject<'_>, strictness: Strictness) -> Strictness {
    match strictness {
        Strictness::Full if subject.project.settings.strict => Strictness::Strict,
        _ => strictness,
    }
}

const WARNINGS_BESIDE_A_BUILD: usize = 20;

/// The report with this many warnings at most.
fn report(subject: &Subject<'_>, mut findings: Vec<Diagnostic>, warnings: usize) -> Report {
    Report::sort(&mut findings);
    let all = findings.len();
    let mut seen = 0;
    findings.retain(|finding| {
        seen += usize::from(finding.level == Level::Warning);
        finding.level == Level::Error || seen <= warnings
    });
    let left_out = all - findings.len();
    let sources = redacted(subject, &findings);
    Report::new(findings, sources).leaving_out(left_out)
}

fn findings(subject: &Subject<'_>, strictness: Strictness, selection: &Selection) -> Vec<Diagnostic> {
    let rules = if subject.project.is_readable() { &rules::ALL } else { rules::UNREADABLE };
    let is_asked = |rule: &&&Rule| asked(&rule.card, subject, strictness, selection);
    let asked: Vec<&Rule> = rules.iter().filter(is_asked).copied().collect();
    let mut silence = Suppressions::of(*subject);
    let mut findings = Vec::new();
    // what silenced nothing is known last
    let (last, others): (Vec<&Rule>, Vec<&Rule>) =
        asked.iter().partition(|rule| rule.card.code == rules::LAST.card.code);
    for (rule, mut found) in others.iter().zip(found(&others, subject)) {
        // what stops every build is told in any case
        found.retain(|finding| finding.level == Level::Error || is_chosen(&rule.card, selection));
        let kept_back = !is_wanted(&rule.card, subject, strictness, selection);
        found.retain(|finding| !(finding.on_request && kept_back));
        findings.extend(at_level(&rule.card, found, subject, strictness, &mut silence));
    }
    for rule in last {
        let mut found = ask(rule, subject);
        found.extend(silence.idle(|word| all_asked(&asked, word)));
        findings.extend(at_level(&rule.card, found, subject, strictness, &mut silence));
    }
    if subject.project.elsewhere {
        let own = subject.project.path();
        for finding in &mut findings {
            finding.edits.retain(|edit| edit.path != *own);
        }
    }
    once(findings)
}

/// The findings with the first alone of those that say what a change to this backend takes: it names the command that
/// does it all.
fn once(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    Report::sort(&mut findings);
    let first = findings.partition_point(|finding| !finding.of_switching);
    findings.truncate(first + 1);
    findings
}

/// What each of the rules finds, in their order, whichever is done first.
fn found(rules: &[&Rule], subject: &Subject<'_>) -> Vec<Vec<Diagnostic>> {
    match program::pool(subject.tree.root()) {
        // the costly ones stand side by side
        Ok(pool) => {
            pool.install(|| rules.par_iter().with_max_len(1).map(|rule| ask(rule, subject)).collect())
        }
        Err(_) => rules.iter().map(|rule| ask(rule, subject)).collect(),
    }
}

/// What the rule finds.
fn ask(rule: &Rule, subject: &Subject<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    (rule.check)(subject, &mut found);
    // a standard for what backends write is ours to keep; another's project builds as its own backend has it
    let is_ours_alone =
        |finding: &Diagnostic| rule.card.harm == Some(Harm::Standard) && finding.level == Level::Error;
    let weighed = |finding| if is_ours_alone(&finding) { subject.of_this_backend(finding) } else { finding };
    found.into_iter().map(weighed).collect()
}

/// Whether every rule that `word` names was asked.
fn all_asked(asked: &[&Rule], word: &str) -> bool {
    let was = |card: &Card| asked.iter().any(|rule| rule.card.code == card.code);
    // a family stands for those of its rules that are on
    let meant = |card: &&Card| card.answers_to(word) && (!card.on_request || card.is_called(word));
    rules::named(word) && rules::ALL.iter().map(|rule| &rule.card).filter(meant).all(was)
}

fn asked(card: &Card, subject: &Subject<'_>, strictness: Strictness, selection: &Selection) -> bool {
    if card.on_request && !is_wanted(card, subject, strictness, selection) {
        return false;
    }
    match card.reach {
        Enforcement::Structural => true,
        Enforcement::Author => {
            strictness != Strictness::Structural
                && is_chosen(card, selection)
                && configured(card, subject) != Some(None)
        }
    }
}

/// Whether the command line does not leave the rule out.
fn is_chosen(card: &Card, selection: &Selection) -> bool {
    let names = |list: &[String]| list.iter().any(|word| card.answers_to(word));
    (selection.select.is_empty() || names(&selection.select)) && !names(&selection.ignore)
}

/// Whether somebody wants what a rule tells on request alone.
fn is_wanted(card: &Card, subject: &Subject<'_>, strictness: Strictness, selection: &Selection) -> bool {
    (card.strict && strictness == Strictness::Strict) || requested(card, subject, selection)
}

/// Whether a rule that is off is turned on: by its own code or name, as a family stands for the rules that are on.
fn requested(card: &Card, subject: &Subject<'_>, selection: &Selection) -> bool {
    let mut levels = subject.project.settings.rules.iter();
    selection.select.iter().any(|word| card.is_called(word))
        || levels.any(|(word, level)| level.is_some() && card.is_called(&word.value))
}

/// The findings of one rule at the levels in force, less those that the project silences.
fn at_level(
    card: &Card,
    mut findings: Vec<Diagnostic>,
    subject: &Subject<'_>,
    strictness: Strictness,
    silence: &mut Suppressions<'_>,
) -> Vec<Diagnostic> {
    let configured = configured(card, subject);
    // the errors of a structural rule can be neither turned down nor silenced; its warnings can
    let stands =
        |finding: &Diagnostic| finding.reach == Enforcement::Structural && finding.level == Level::Error;
    findings.retain(|finding| stands(finding) || (configured != Some(None) && !silence.covers(finding)));
    if strictness == Strictness::Structural {
        // who builds an sdist can do nothing about a warning
        findings.retain(stands);
    }
    for finding in &mut findings {
        match configured {
            _ if stands(finding) => {}
            Some(Some(level)) => finding.level = level,
            _ if strictness == Strictness::Strict && card.strict => finding.level = Level::Error,
            _ => {}
        }
        if strictness == Strictness::Warn && finding.reach != Enforcement::Structural {
            finding.level = Level::Warning;
        }
    }
    findings
}

/// The level that the project gives the rule: by its code or name, or else by the longest beginning of its code; of
/// two that say it as exactly, what is written last counts.
fn configured(card: &Card, subject: &Subject<'_>) -> Option<RuleLevel> {
    let rules = subject.project.settings.rules.iter().filter(|(word, _)| card.answers_to(&word.value));
    let exact = |word: &str| if word == card.name { card.code.len() } else { word.len() };
    rules.max_by_key(|(word, _)| exact(&word.value)).map(|(_, level)| *level)
}
