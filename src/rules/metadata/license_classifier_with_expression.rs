use crate::diagnostic::{Diagnostic, Level};
use crate::project::{License, Project};
use crate::rule::{Subject, declare_rule};
use crate::spec::license::{self, LicenseFaultKind};
use crate::text::Span;
use crate::text::literal::quoted;

declare_rule! {
    /// ## What it does
    /// Checks that the licence is said once: no `License ::` classifier beside an SPDX expression, which is a warning,
    /// and no `license-files` beside a `license` table, which is an error.
    ///
    /// A `license` table alone, the old form, is told on request: where `strict` or this rule's code or name asks.
    ///
    /// ## Why is this bad?
    /// The two may contradict each other. PyPI takes a classifier beside an expression today, though PEP 639 lets it
    /// refuse one; a table together with `license-files` is what build backends must refuse by that standard.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// license = "MIT"
    /// classifiers = ["License :: OSI Approved :: MIT License"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// license = "MIT"
    /// classifiers = []
    /// ```
    MET003 "license-classifier-with-expression" Error(Standard) Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let project = subject.project;
    match &project.license {
        Some(License::Expression(_)) => classifiers(project, report),
        Some(License::Text(text)) => {
            let meant = expression(&text.value);
            let remedy = match &meant {
                Some(expression) => format!("write `license = \"{expression}\"` under `[project]`"),
                None => "write an SPDX expression, and put this text into a file `LICENSE`".to_owned(),
            };
            let finding = table(project, "text", text.span, remedy + &without_classifiers(project));
            let edits = meant.and_then(|expression| as_string(project, text.span, &expression));
            report.push(finding.edits(project.path(), edits.into_iter().flatten()));
        }
        Some(License::File(file)) => {
            let path = file.value.strip_prefix("./").unwrap_or(&file.value);
            let remedy = format!(
                "write `license-files = [{}]` under `[project]`, and in `license` an SPDX expression{}",
                quoted(path),
                without_classifiers(project)
            );
            report.push(table(project, "file", file.span, remedy));
        }
        None => {}
    }
}

fn classifiers(project: &Project, report: &mut Vec<Diagnostic>) {
    let key = project.keys.iter().find(|key| key.value == "license");
    for classifier in
        project.classifiers.iter().filter(|classifier| classifier.value.starts_with("License ::"))
    {
        let message = format!("classifier `{}` stands beside a licence expression", classifier.value);
        let finding =
            RULE.at(project.at(classifier.span), message).help("remove the classifier").level(Level::Warning);
        let finding = finding.edit(project.path(), project.item(classifier.span), "");
        report.push(finding.related_where(key.as_ref().map(|key| project.at(key.span)), "the expression"));
    }
}

/// What else to do where an expression comes into a project: it says alone what the classifiers said.
fn without_classifiers(project: &Project) -> String {
    let told = project.classifiers.iter().map(|classifier| &classifier.value);
    let told = told.filter(|classifier| classifier.starts_with("License ::"));
    told.map(|classifier| format!(", and remove `{classifier}` from `classifiers`")).collect()
}

fn table(project: &Project, form: &str, value: Span, remedy: String) -> Diagnostic {
    let at = |span| project.at(span);
    let key = |name: &str| project.keys.iter().find(|key| key.value == name).map(|key| key.span);
    let place = at(key("license").unwrap_or(value));
    match key("license-files") {
        Some(files) => {
            let finding = RULE.at(place, "a `license` table stands beside `license-files`");
            finding.related(at(files), "the files").help(remedy)
        }
        None => {
            let finding = RULE.at(place, format!("`license = {{ {form} = ... }}` is an old form"));
            finding.on_request().help(remedy)
        }
    }
}

/// The line that says what `text` says, where that is the name of one licence.
/// The expression that a text is or means.
fn expression(text: &str) -> Option<String> {
    match license::parse(text) {
        Ok(expression) => Some(expression.canonical),
        Err(fault) => match fault.kind {
            LicenseFaultKind::UnknownLicense { meant, .. } if meant.len() == 1 => Some(meant[0].to_owned()),
            _ => None,
        },
    }
}

/// What makes a string of the table whose `text` stands at a place, and takes the classifiers out; none where it holds
/// more than that or is spread over the file.
fn as_string(project: &Project, text: Span, expression: &str) -> Option<Vec<(Span, String)>> {
    let key = project.keys.iter().find(|key| key.value == "license")?.span;
    let source = project.source.text();
    let between: String = source.get(key.range().end..text.range().start)?.split_whitespace().collect();
    let end = match between.as_str() {
        ".text=" => text.range().end,
        "={text=" => {
            let rest = &source[text.range().end..];
            let closed = rest.trim_start().strip_prefix('}')?;
            source.len() - closed.len()
        }
        _ => return None,
    };
    let told = project.classifiers.iter().filter(|classifier| classifier.value.starts_with("License ::"));
    let mut edits: Vec<(Span, String)> =
        told.map(|classifier| (project.item(classifier.span), String::new())).collect();
    edits.push((Span::new(key.range().end, end), format!(" = \"{expression}\"")));
    Some(edits)
}
