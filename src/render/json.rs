//! The stable format for tools, version 1.
//!
//! Lines and columns count from 1, columns in characters; a file as a whole starts and ends at 1:1. A field is never
//! left out. What is here may be added to, never changed.

use serde::Serialize;

use super::path;
use crate::diagnostic::{Diagnostic, Edit, ProjectVerdict, Related, Report};
use crate::text::{Position, RelPath, Span};

/// Writes one object, indented.
pub(super) fn render(report: &Report) -> String {
    let findings = report.diagnostics().iter().map(|finding| Finding::new(report, finding)).collect();
    let projects = report.projects().iter().map(Project::new).collect();
    let document = Document { version: 1, refused: report.refused(), projects, findings };
    serde_json::to_string_pretty(&document).expect("strings, numbers and lists are always JSON") + "\n"
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    refused: bool,
    /// Of a report on several projects alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    projects: Vec<Project<'a>>,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Project<'a> {
    path: &'a str,
    refused: bool,
    /// Why nothing is told of it.
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct Finding<'a> {
    code: &'a str,
    name: &'a str,
    level: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Stretch<'a>,
    help: Option<&'a str>,
    url: String,
    related: Vec<Other<'a>>,
    edits: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
struct Other<'a> {
    #[serde(flatten)]
    place: Stretch<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct Replacement<'a> {
    #[serde(flatten)]
    place: Stretch<'a>,
    content: &'a str,
}

#[derive(Serialize)]
struct Stretch<'a> {
    path: &'a str,
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    line: u32,
    column: u32,
}

impl<'a> Project<'a> {
    fn new(verdict: &'a ProjectVerdict) -> Self {
        let ProjectVerdict { path: folder, errors, failure, .. } = verdict;
        Self { path: path(folder), refused: *errors > 0, error: failure.as_deref() }
    }
}

impl<'a> Finding<'a> {
    fn new(report: &Report, finding: &'a Diagnostic) -> Self {
        let Diagnostic { card, level, message, primary, related, help, edits, .. } = finding;
        let other = |Related { location, message }: &'a Related| {
            let place = Stretch::new(report, &location.path, location.span);
            Other { place, message }
        };
        let change = |Edit { path, span, content }: &'a Edit| {
            let place = Stretch::new(report, path, Some(*span));
            Replacement { place, content }
        };
        Self {
            code: card.code,
            name: card.name,
            level: level.as_str(),
            message,
            place: Stretch::new(report, &primary.path, primary.span),
            help: help.as_deref(),
            url: card.url(),
            related: related.iter().map(other).collect(),
            edits: edits.iter().map(change).collect(),
        }
    }
}

impl<'a> Stretch<'a> {
    fn new(report: &Report, file: &'a RelPath, span: Option<Span>) -> Self {
        let (start, end) = report.positions(file, span);
        let point = |Position { line, column }| Point { line, column };
        Self { path: path(file), start: point(start), end: point(end) }
    }
}
