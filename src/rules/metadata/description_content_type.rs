use crate::diagnostic::{Diagnostic, Level};
use crate::project::{ReadmeField, ReadmeSource};
use crate::rule::{Subject, declare_rule};
use crate::spec::readme::{ContentTypeFault, check_content_type, content_type_of};
use crate::text::literal::quoted;
use crate::text::{Spanned, closest};

declare_rule! {
    /// ## What it does
    /// Checks that the readme has one of the three types `text/markdown`, `text/x-rst` and `text/plain`, by its suffix
    /// or by its `content-type`, and that the two do not contradict each other.
    ///
    /// ## Why is this bad?
    /// PyPI refuses other types, and shows a readme of the wrong type as a wall of raw text.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// readme = { file = "README.md", content-type = "text/md" }
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// readme = { file = "README.md", content-type = "text/markdown" }
    /// ```
    MET017 "description-content-type" Error(Upload) Structural
}

const TYPES: &[&str] = &["text/markdown", "text/x-rst", "text/plain"];

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    let Some(readme) = &project.readme else { return };
    match (&readme.content_type, &readme.source) {
        (Some(written), source) => match check_content_type(&written.value) {
            Err(fault) => {
                report.push(RULE.at(project.at(written.span), message(&fault)).help(remedy(&fault)));
            }
            Ok(()) => report.extend(contradiction(written, source).map(|(message, help)| {
                RULE.at(project.at(written.span), message).level(Level::Warning).help(help)
            })),
        },
        (None, ReadmeSource::File(file))
            if is_bare(readme, file) && content_type_of(&file.value).is_none() =>
        {
            let message = format!("the suffix of the readme `{}` does not tell its type", file.value);
            let help = format!(
                "write `readme = {{ file = {}, content-type = \"text/markdown\" }}`",
                quoted(&file.value)
            );
            report.push(RULE.at(project.at(file.span), message).help(help));
        }
        // a table without `content-type` has a rule of its own
        (None, _) => {}
    }
}

/// Whether the readme is written as a path alone.
fn is_bare(readme: &ReadmeField, file: &Spanned<String>) -> bool {
    readme.span == file.span
}

fn message(fault: &ContentTypeFault) -> String {
    format!("the readme's type is wrong: {fault}")
}

fn remedy(fault: &ContentTypeFault) -> String {
    match fault {
        ContentTypeFault::Malformed(text) | ContentTypeFault::UnknownType(text) => {
            match closest(text, TYPES.iter().copied()) {
                Some(meant) => format!("write `{meant}`"),
                None => "write `text/markdown`, `text/x-rst` or `text/plain`".to_owned(),
            }
        }
        ContentTypeFault::UnknownParameter { parameter, .. } => format!("remove `{parameter}`"),
        ContentTypeFault::RepeatedParameter(_) => "remove one of them".to_owned(),
        ContentTypeFault::Charset(_) => "write `charset=UTF-8`, and save the readme so".to_owned(),
        ContentTypeFault::Variant(variant) => {
            format!("write `variant={}`", closest(variant, ["CommonMark", "GFM"]).unwrap_or("GFM"))
        }
    }
}

/// Markdown called reStructuredText, or the other way round; plain text anything may be called.
fn contradiction(written: &Spanned<String>, source: &ReadmeSource) -> Option<(String, String)> {
    let ReadmeSource::File(file) = source else { return None };
    let base = written.value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let told = content_type_of(&file.value)?;
    let differs = base != told && base != "text/plain" && told != "text/plain";
    differs
        .then(|| (format!("the readme `{}` is said to be `{base}`", file.value), format!("write `{told}`")))
}
