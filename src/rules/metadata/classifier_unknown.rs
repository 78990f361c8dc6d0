use std::collections::HashSet;

use crate::diagnostic::{Diagnostic, Level};
use crate::knowledge::classifiers::{current, is_known, replacement_of_deprecated};
use crate::project::Project;
use crate::rule::{Subject, declare_rule};
use crate::text::{Spanned, closest};

declare_rule! {
    /// ## What it does
    /// Checks that PyPI knows each classifier.
    ///
    /// Deprecated and repeated ones are warnings. So are unknown ones of a kind that PyPI adds to, such as a new
    /// `Framework ::` or a new Python, as the list in this backend may be older. A `Private ::` classifier silences the
    /// rule: PyPI refuses the project anyway.
    ///
    /// ## Why is this bad?
    /// PyPI refuses an upload with an unknown classifier.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// classifiers = ["Development Status :: Beta"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// classifiers = ["Development Status :: 4 - Beta"]
    /// ```
    MET012 "classifier-unknown" Error(Upload) Author
}

/// The kinds of classifiers that PyPI adds nothing to any more.
const CLOSED: &[&str] = &["Development Status", "License"];

/// Behind so many nobody waits for the one that each unknown classifier might mean.
const MANY: usize = 200;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let classifiers = &project.classifiers;
    if project.is_private() {
        return;
    }
    let mut seen = HashSet::new();
    for classifier in classifiers {
        if !seen.insert(&classifier.value) {
            report.push(repeated(project, classifier));
        } else if !is_known(&classifier.value) {
            report.push(if seen.len() < MANY {
                unknown(project, classifier)
            } else {
                let message = format!("classifier `{}` is unknown to PyPI", classifier.value);
                finding(project, classifier, message).level(Level::Warning)
            });
        } else if let Some(replacements) = replacement_of_deprecated(&classifier.value) {
            report.push(deprecated(project, classifier, &replacements));
        }
    }
}

fn finding(project: &Project, classifier: &Spanned<String>, message: String) -> Diagnostic {
    RULE.at(project.at(classifier.span), message)
}

fn repeated(project: &Project, classifier: &Spanned<String>) -> Diagnostic {
    let finding = finding(project, classifier, format!("classifier `{}` is listed twice", classifier.value));
    let finding = finding.level(Level::Warning).help("remove one of them");
    finding.edit(project.path(), project.item(classifier.span), "")
}

fn unknown(project: &Project, classifier: &Spanned<String>) -> Diagnostic {
    let written = &classifier.value;
    let at = |message| finding(project, classifier, message);
    let finding = at(format!("classifier `{written}` is unknown to PyPI"));
    if let Some(same) = current().find(|known| letters(known) == letters(written)) {
        let finding = finding.help(format!("write `{same}`"));
        return finding.edit(project.path(), classifier.span, format!("\"{same}\""));
    }
    let kind = written.split(" :: ").next().unwrap_or_default();
    let grows = !CLOSED.contains(&kind) && current().any(|known| known.split(" :: ").next() == Some(kind));
    let meant = alike(written).or_else(|| closest(written, current()).filter(|_| !grows));
    if grows {
        let finding =
            at(format!("classifier `{written}` is not among those known here")).level(Level::Warning);
        return finding.help(match meant {
            Some(meant) => format!("write `{meant}`, unless PyPI has added this one since"),
            None => "remove it, unless pypi.org/classifiers lists it by now".to_owned(),
        });
    }
    match meant {
        Some(meant) => finding.help(format!("write `{meant}`")),
        None => finding.help("remove it, or take one from pypi.org/classifiers"),
    }
}

/// A classifier of the same kind whose last part is alike, or one that begins so.
fn alike(written: &str) -> Option<&'static str> {
    let (kind, last) = written.rsplit_once(" :: ")?;
    let siblings =
        || current().filter_map(|known| known.rsplit_once(" :: ").filter(|(other, _)| *other == kind));
    let meant = closest(last, siblings().map(|(_, last)| last));
    let same =
        |known: &&str| meant.is_some() && known.rsplit_once(" :: ") == meant.map(|meant| (kind, meant));
    let begun = || current().filter(|known| known.starts_with(written)).min_by_key(|known| known.len());
    current().find(same).or_else(begun)
}

fn deprecated(project: &Project, classifier: &Spanned<String>, replacements: &[&str]) -> Diagnostic {
    let finding = finding(project, classifier, format!("classifier `{}` is deprecated", classifier.value));
    let finding = finding.level(Level::Warning);
    let names: Vec<_> = replacements.iter().map(|name| format!("`{name}`")).collect();
    match replacements {
        [] => finding.help("remove it").edit(project.path(), project.item(classifier.span), ""),
        [one] => {
            let finding = finding.help(format!("write {}", names[0]));
            finding.edit(project.path(), classifier.span, format!("\"{one}\""))
        }
        _ => finding.help(format!("write {}", names.join(" or "))),
    }
}

/// The letters and digits in lower case: what is left when blanks, colons and capitals are mistaken.
fn letters(classifier: &str) -> String {
    classifier
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|character| character.to_ascii_lowercase())
        .collect()
}
