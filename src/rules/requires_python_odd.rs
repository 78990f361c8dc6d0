//! PYV007.

use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::spec::version::parse_specifiers;

declare_rule! {
    /// ## What it does
    /// Checks that `requires-python` can be read: version specifiers by PEP 440, with `,` between them.
    ///
    /// Whether what it says is wise is not asked.
    ///
    /// ## Why is this bad?
    /// Installers that cannot read it refuse the project, or pass over it and install on a Python that breaks.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = "^3.10"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// requires-python = ">=3.10"
    /// ```
    PYV007 "requires-python-odd" Error Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some(wanted) = &project.requires_python else { return };
    let Err(fault) = &wanted.specifiers else { return };
    let place = Location::span(project.path(), project.within(wanted.text.span, &fault.range));
    let message = format!("`requires-python` is `{}`, which is no version specifier", wanted.text.value);
    let finding = RULE.card.at(place, message);
    report.push(match mended(&wanted.text.value) {
        Some(specifiers) => finding.help(format!("write `{specifiers}`")),
        None => finding.help("write the oldest Python that it runs on, such as `>=3.10`"),
    });
}

/// The same with its commas and without stars, or else the one version in it as the oldest.
fn mended(text: &str) -> Option<String> {
    let pieces: Vec<_> = text.split([',', ' ']).filter(|piece| !piece.is_empty()).collect();
    let ordered = |piece: &&str| {
        if piece.starts_with(['<', '>']) { piece.trim_end_matches(".*") } else { *piece }.to_owned()
    };
    let specifiers = pieces.iter().map(ordered).collect::<Vec<_>>().join(",");
    if parse_specifiers(&specifiers).is_ok() {
        return Some(specifiers);
    }
    let [piece] = pieces[..] else { return None };
    let rest = &piece[piece.find(|character: char| character.is_ascii_digit())?..];
    let end =
        rest.find(|character: char| !(character.is_ascii_digit() || character == '.')).unwrap_or(rest.len());
    Some(format!(">={}", rest[..end].trim_end_matches('.'))).filter(|oldest| parse_specifiers(oldest).is_ok())
}
