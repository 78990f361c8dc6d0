use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Level};
use crate::project::Project;
use crate::rule::{Subject, declare_rule};
use crate::spec::core_metadata::label_as_read;
use crate::text::Spanned;

declare_rule! {
    /// ## What it does
    /// Checks that `urls` is there, that each address begins with `https://` or `http://` and holds no blanks, and that
    /// each label has at most 32 characters.
    ///
    /// Another scheme, and two labels that read the same, are warnings. That there are no URLs at all is told on request:
    /// where `strict` or this rule's code or name asks.
    ///
    /// ## Why is this bad?
    /// PyPI refuses an upload with such an address or label. Without a link nobody finds where to report a fault.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project.urls]
    /// Homepage = "example.org/weather"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project.urls]
    /// Homepage = "https://example.org/weather"
    /// ```
    MET013 "urls" Error(Upload) Author Strict
}

/// The most characters of a label (core metadata, `Project-URL`: "a label ... limited to 32 characters").
const LONGEST: usize = 32;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    if project.has_table() && !project.has("urls") {
        let finding = RULE.at(project.at(project.span), "`urls` is missing");
        let help = "add to `pyproject.toml`:\n[project.urls]\nRepository = \"https://...\"";
        report.push(finding.on_request().help(help));
    }
    let mut seen: HashMap<String, &Spanned<String>> = HashMap::new();
    for (label, url) in &project.urls {
        report.extend(label_fault(project, label));
        report.extend(url_fault(project, label, url));
        // a label of signs alone, such as an emoji, reads as nothing
        let read = folded(&label.value);
        let earlier = if read.is_empty() { None } else { seen.insert(read, label) };
        if let Some(earlier) = earlier {
            let message = format!("the labels `{}` and `{}` read the same", earlier.value, label.value);
            let one = label_as_read(&earlier.value) == label_as_read(&label.value);
            let level = if one { Level::Error } else { Level::Warning };
            let finding = RULE.at(project.at(label.span), message).level(level);
            let finding = finding.related(project.at(earlier.span), "the first");
            report.push(finding.help("remove one of them, or name them apart"));
        }
    }
}

fn label_fault(project: &Project, label: &Spanned<String>) -> Option<Diagnostic> {
    let length = label.value.chars().count();
    let (message, help) = if label.value.trim().is_empty() {
        let usual = ["Homepage", "Repository", "Documentation", "Changelog"];
        let free = |name: &&str| project.urls.iter().all(|(label, _)| label.value != *name);
        let help = usual
            .into_iter()
            .find(free)
            .map_or_else(|| "give it a name".to_owned(), |name| format!("write `{name}`"));
        ("the label of a URL is empty".to_owned(), help)
    } else if label.value.contains(',') {
        let help = format!("write `{}`", label.value.replace(',', ""));
        (format!("the label `{}` holds a comma, which ends it in the metadata", label.value), help)
    } else if length > LONGEST {
        (format!("the label `{}` has {length} characters", label.value), format!("shorten it to {LONGEST}"))
    } else {
        return None;
    };
    Some(RULE.at(project.at(label.span), message).help(help))
}

fn url_fault(project: &Project, label: &Spanned<String>, url: &Spanned<String>) -> Option<Diagnostic> {
    let written = &url.value;
    let finding = |message: String| RULE.at(project.at(url.span), message);
    let Some((scheme, rest)) =
        written.split_once(':').filter(|(scheme, _)| is_scheme(scheme) && !written.starts_with("localhost:"))
    else {
        if written.trim().is_empty() {
            return Some(
                finding(format!("the URL `{}` is empty", label.value)).help("write it, or remove its line"),
            );
        }
        let finding = finding(format!("the URL `{written}` has no scheme"));
        return Some(finding.help(format!("write `https://{}`", written.trim_start_matches('/').trim())));
    };
    if let Some(character) =
        written.chars().find(|character| character.is_whitespace() || "<>\"".contains(*character))
    {
        let what = if character.is_whitespace() { "a blank".to_owned() } else { format!("`{character}`") };
        let message = format!("the URL `{written}` holds {what}");
        return Some(finding(message).help(if character.is_whitespace() {
            "write `%20` for a blank, or remove it"
        } else {
            "write the whole address"
        }));
    }
    if !["http", "https"].contains(&scheme.to_ascii_lowercase().as_str()) {
        let finding =
            finding(format!("the URL `{written}` is neither `https:` nor `http:`, as PyPI wants it"));
        return Some(finding.level(Level::Warning).help("write an address that a browser opens"));
    }
    let host = rest.strip_prefix("//").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    (!host).then(|| {
        finding(format!("the URL `{written}` names no host"))
            .help(format!("write `{scheme}://example.org/...`"))
    })
}

/// `ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )` (RFC 3986), and no host: `example.org:80` has none.
fn is_scheme(text: &str) -> bool {
    let rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-');
    text.starts_with(|first: char| first.is_ascii_alphabetic()) && text.bytes().all(rest)
}

/// The label as tools compare it: without blanks and punctuation, in lower case (well-known labels specification).
fn folded(label: &str) -> String {
    label.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
