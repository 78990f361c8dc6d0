use crate::diagnostic::{Diagnostic, Level};
use crate::project::ProblemKind;
use crate::rule::{Subject, declare_rule};
use crate::rules;
use crate::text::{Spanned, closest, listed};

declare_rule! {
    /// ## What it does
    /// Checks that every key of `[project]`, `[build-system]` and `[tool.mcp-backend]` means something.
    ///
    /// It is an error in the latter two, and in `[project]` where the key is a slip for one that says what an install
    /// brings, for which Python and with which commands. Any other is a warning.
    ///
    /// ## Why is this bad?
    /// A key with a slip in it is passed over without a word by most tools: `requires_python` leaves the wheel
    /// installable on a Python that it breaks on. Frontends refuse one in `[build-system]`.
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
    MET016 "unknown-key" Error(Install) Structural Strict
}

/// The keys of `[project]` without which what is installed is not what was meant.
const INSTALLED: [&str; 6] =
    ["dependencies", "entry-points", "gui-scripts", "optional-dependencies", "requires-python", "scripts"];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    for problem in &project.problems {
        let ProblemKind::UnknownKey { table, key, known, free } = &problem.kind else { continue };
        let meant = closest(key, known.iter().copied());
        let lost = |meant: &str| table == "project" && INSTALLED.contains(&meant);
        let harms = table == "build-system" || table.starts_with("tool.") || meant.is_some_and(lost);
        let finding = RULE.at(project.at(problem.span), format!("`{key}` is no key of `{table}`"));
        let finding = finding.warning_unless(harms);
        report.push(match meant {
            Some(meant) if free.contains(&meant) => {
                finding.help(format!("write `{meant}`")).edit(project.path(), problem.span, meant)
            }
            Some(meant) => finding.help(format!("remove it: `{meant}` is there")),
            None => finding.help(format!("remove it; the table also knows {}", listed(free))),
        });
    }
    report.extend(project.settings.named_rules().filter_map(|word| unknown_rule(subject, word)));
}

/// The finding of a word in the settings that names no rule.
fn unknown_rule(subject: &Subject<'_>, word: &Spanned<String>) -> Option<Diagnostic> {
    if rules::named(&word.value) {
        return None;
    }
    let finding = RULE.card.at(subject.project.at(word.span), format!("`{}` names no rule", word.value));
    // a published sdist may name a rule that a later release no longer has
    Some(finding.level(Level::Warning).help(rules::rule_meant_by(&word.value)))
}
