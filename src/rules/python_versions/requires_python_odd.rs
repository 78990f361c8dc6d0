use std::ops::Range;

use crate::diagnostic::{Diagnostic, Level};
use crate::project::{Project, PythonRange, RequiresPython};
use crate::rule::{Subject, declare_rule};
use crate::spec::version::{Operator, VersionSpecifier, VersionSpecifiers, parse_specifiers};

declare_rule! {
    /// ## What it does
    /// Checks that `requires-python` can be read: version specifiers by PEP 440, with `,` between them. And that it
    /// admits some Python, more than one release of it (`==3.13` admits 3.13.0 alone), and all later ones: that a
    /// server has an upper bound below 4, or names one bugfix release, is a warning.
    ///
    /// Only what cannot be read stops every build.
    ///
    /// ## Why is this bad?
    /// Installers that cannot read it refuse the project, or pass over it and install on a Python that breaks. Where it
    /// admits too little, users who have another Python cannot install the server, and nothing says why the bound is
    /// there.
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
    PYV007 "requires-python-odd" Error(Install) Structural
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Some(wanted) = &subject.project.requires_python else { return };
    match &wanted.specifiers {
        Err(fault) => report.push(unreadable(subject.project, wanted, &fault.range)),
        Ok(specifiers) => report.extend(too_narrow(subject, wanted, specifiers)),
    }
}

fn unreadable(project: &Project, wanted: &RequiresPython, fault: &Range<usize>) -> Diagnostic {
    let message = format!("`requires-python` is `{}`, which is no version specifier", wanted.text.value);
    let finding = RULE.at(project.at(project.within(wanted.text.span, fault)), message);
    match mended(&wanted.text.value) {
        Some(specifiers) => finding.help(format!("write `{specifiers}`")),
        None => finding.help("write the oldest Python that it runs on, such as `>=3.10`"),
    }
}

fn too_narrow(
    subject: &Subject<'_>,
    wanted: &RequiresPython,
    specifiers: &VersionSpecifiers,
) -> Option<Diagnostic> {
    let at = |message: String| RULE.at(subject.project.at(wanted.text.span), message).for_the_author();
    let text = &wanted.text.value;
    let range = PythonRange::new(specifiers);
    if range.is_empty() {
        let message = format!("`requires-python` is `{text}`, which admits no Python");
        return Some(at(message).help("write the oldest Python that it runs on, such as `>=3.10`"));
    }
    let exact = |each: &&VersionSpecifier| matches!(each.operator(), Operator::Equal | Operator::ExactEqual);
    if let Some(exact) = specifiers.iter().find(exact) {
        let release = exact.version().release();
        let minor = release.get(1).copied().unwrap_or_default();
        let alone = format!("3.{minor}.{}", release.get(2).copied().unwrap_or_default());
        let finding = at(format!("`requires-python` is `{text}`, which admits {alone} alone"));
        return Some(finding.help(format!("write `>=3.{minor}`")).warning_unless(release.len() < 3));
    }
    let ceiling = range.ceiling().filter(|_| !subject.server.objects.is_empty())?;
    let message = format!("`requires-python` is `{text}`, which admits no Python after {ceiling}");
    let finding = at(message).level(Level::Warning);
    Some(finding.help(format!("write `>={}`, unless the server is known to break", range.oldest())))
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
