//! What a comment silences is known when all other rules have been asked: [`idle`] is called then, by `check`.

use crate::diagnostic::{Card, Diagnostic, Enforcement, Location, Suppression};
use crate::rule::{Subject, declare_rule};
use crate::rules;
use crate::text::{SourceText, Span, Spanned};

declare_rule! {
    /// ## What it does
    /// Checks that every comment `# mcp-backend: ignore[...]` silences a finding: it names rules, in brackets, and each of
    /// them has something to say of that line.
    ///
    /// A comment stands on the first or last line of what the finding marks, in a Python file or in `pyproject.toml`. The
    /// error of a rule that stops every build cannot be silenced. A rule that is off is not asked, so nothing is said of a
    /// comment that names it.
    ///
    /// ## Why is this bad?
    /// A comment that outlived its fault hides the next one, and a slip in the rule's name hides nothing.
    ///
    /// ## Example
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    ///
    /// from . import server  # mcp-backend: ignore[FIL002] works in the checkout
    /// ```
    ///
    /// Use instead:
    /// `src/weather/__init__.py`:
    /// ```python
    /// """Tells the weather."""
    ///
    /// from . import server
    /// ```
    SUP001 "unused-suppression" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for (source, suppression) in subject.suppressions() {
        match &suppression.rules {
            Err(fault) => {
                let finding = RULE.at((source.path(), suppression.span), format!("the comment {fault}"));
                report.push(finding.help("write the rule behind it, as in `ignore[ENT003]`"));
            }
            Ok(rules) => {
                report.extend(rules.iter().filter(|word| !rules::named(&word.value)).map(|word| {
                    let place = Location::span(source.path(), word.span);
                    let finding = RULE.at(place, format!("`{}` names no rule", word.value));
                    finding.help(rules::rule_meant_by(&word.value))
                }));
            }
        }
    }
}

/// The findings about a comment of which the words at `unused` silenced nothing although their rules were asked.
pub(crate) fn idle(
    source: &SourceText,
    suppression: &Suppression,
    rules: &[Spanned<String>],
    unused: &[usize],
) -> Vec<Diagnostic> {
    let path = source.path();
    if unused.len() == rules.len() {
        let finding = RULE.at((path, suppression.span), "the comment silences nothing").help(remedy(rules));
        return vec![finding.edit(path, whole(source.text(), suppression.span), "")];
    }
    let one = |index: &usize| {
        let word = &rules[*index];
        let finding = RULE.at((path, word.span), format!("`{}` silences nothing", word.value));
        // with the comma to the next word, or else from the one before
        let cut = match index.checked_sub(1) {
            Some(before) => Span { start: rules[before].span.end, end: word.span.end },
            None => Span { start: word.span.start, end: rules[1].span.start },
        };
        finding.help(remedy(std::slice::from_ref(word))).edit(path, cut, "")
    };
    unused.iter().map(one).collect()
}

fn remedy(rules: &[Spanned<String>]) -> String {
    let structural = |card: &Card| card.reach == Enforcement::Structural;
    let meant = |word: &Spanned<String>| {
        rules::ALL.iter().map(|rule| &rule.card).filter(|card| card.answers_to(&word.value)).all(structural)
    };
    match rules {
        [word] if meant(word) => {
            "remove it; the error of a rule that stops every build cannot be silenced".to_owned()
        }
        _ => "remove it".to_owned(),
    }
}

/// The comment with the blanks before it, and its line where nothing else stands there.
fn whole(text: &str, span: Span) -> Span {
    let start = text[..span.range().start].trim_end_matches([' ', '\t']).len();
    let alone = start == 0 || text[..start].ends_with('\n');
    let rest = &text[span.range().end..];
    let feed = rest.find('\n').map_or(rest.len(), |feed| feed + 1);
    let end = if alone && rest[..feed].trim().is_empty() { feed } else { 0 };
    Span::new(start, span.range().end + end)
}
