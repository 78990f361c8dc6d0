//! MET016.

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::project::ProblemKind;
use crate::rule::{Subject, declare_rule};
use crate::text::{Spanned, closest, listed};

declare_rule! {
    /// ## What it does
    /// Checks that every key of `[project]`, `[build-system]` and `[tool.mcp-backend]` means something.
    ///
    /// ## Why is this bad?
    /// A key with a slip in it is passed over without a word by most tools: `requires_python` leaves the wheel
    /// installable on a Python that it breaks on.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    /// version = "1.0.0"
    /// requires_python = ">=3.10"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    /// version = "1.0.0"
    /// requires-python = ">=3.10"
    /// ```
    MET016 "unknown-key" Error Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for problem in &subject.project.problems {
        let ProblemKind::UnknownKey { table, key, free } = &problem.kind else { continue };
        let place = Location::span(subject.project.path(), problem.span);
        let finding = RULE.card.at(place, format!("`{key}` is no key of `{table}`"));
        report.push(match closest(key, free.iter().copied()) {
            Some(meant) => finding.help(format!("write `{meant}`")),
            None => finding.help(format!("remove it; the table also knows {}", listed(free))),
        });
    }
    report.extend(subject.project.settings.named_rules().filter_map(|word| unknown_rule(subject, word)));
}

/// The finding of a word in the settings that names no rule.
fn unknown_rule(subject: &Subject<'_>, word: &Spanned<String>) -> Option<Diagnostic> {
    if super::named(&word.value) {
        return None;
    }
    let finding = RULE
        .card
        .at(Location::span(subject.project.path(), word.span), format!("`{}` names no rule", word.value));
    // a published sdist may name a rule that a later release no longer has
    Some(finding.level(Level::Warning).help(super::rule_meant_by(&word.value)))
}
