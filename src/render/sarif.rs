//! SARIF 2.1.0 (OASIS), for code scanning.
//!
//! Paths are relative URIs below `%SRCROOT%`. Only the rules that found something are described.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{path, stretch};
use crate::diagnostic::{Card, Diagnostic, Edit, Location, Report, SITE, with_addresses};
use crate::text::{Position, RelPath};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// Writes one log with one run, indented.
pub(super) fn render(report: &Report) -> String {
    let cards: BTreeMap<&str, &Card> =
        report.diagnostics().iter().map(|finding| (finding.card.code, finding.card)).collect();
    let codes: Vec<&str> = cards.keys().copied().collect();
    let results: Vec<Value> =
        report.diagnostics().iter().map(|finding| result(report, finding, &codes)).collect();
    let driver = json!({
        "name": "mcp-backend",
        "version": env!("CARGO_PKG_VERSION"),
        "informationUri": SITE,
        "rules": cards.values().map(|card| rule(card)).collect::<Vec<_>>(),
    });
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "columnKind": "unicodeCodePoints", "results": results }],
    });
    format!("{log:#}\n")
}

fn rule(card: &Card) -> Value {
    let page = with_addresses(&card.page());
    json!({
        "id": card.code,
        "name": card.name,
        "shortDescription": { "text": card.summary() },
        "fullDescription": { "text": card.purpose() },
        "helpUri": card.url(),
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "enabled": !card.on_request, "level": card.level.as_str() },
    })
}

fn result(report: &Report, finding: &Diagnostic, codes: &[&str]) -> Value {
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let mut result = json!({
        "ruleId": finding.card.code,
        "ruleIndex": codes.iter().position(|code| *code == finding.card.code),
        "level": finding.level.as_str(),
        "message": { "text": finding.message.clone() + &help },
        "locations": [location(report, &finding.primary)],
    });
    if !finding.related.is_empty() {
        result["relatedLocations"] = finding
            .related
            .iter()
            .enumerate()
            .map(|(index, related)| {
                let mut place = location(report, &related.location);
                place["id"] = json!(index + 1);
                place["message"] = json!({ "text": related.message });
                place
            })
            .collect();
    }
    if !finding.edits.is_empty() {
        result["fixes"] = json!([fix(report, finding)]);
    }
    result
}

fn location(report: &Report, location: &Location) -> Value {
    let mut place = json!({ "artifactLocation": artifact(report, &location.path) });
    if let Some(stretch) = stretch(report, location) {
        place["region"] = region(stretch);
    }
    json!({ "physicalLocation": place })
}

/// All edits of a finding are one fix; those of one file stand together.
fn fix(report: &Report, finding: &Diagnostic) -> Value {
    let mut files: BTreeMap<&RelPath, Vec<Value>> = BTreeMap::new();
    for Edit { path, span, content } in &finding.edits {
        let replacement = json!({
            "deletedRegion": region(report.positions(path, Some(*span))),
            "insertedContent": { "text": content },
        });
        files.entry(path).or_default().push(replacement);
    }
    let changes: Vec<Value> = files
        .into_iter()
        .map(|(path, replacements)| json!({ "artifactLocation": artifact(report, path), "replacements": replacements }))
        .collect();
    let description = finding.help.as_ref().unwrap_or(&finding.message);
    json!({ "description": { "text": description }, "artifactChanges": changes })
}

fn region((start, end): (Position, Position)) -> Value {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn artifact(report: &Report, place: &RelPath) -> Value {
    json!({ "uri": uri(path(&report.in_repository(place))), "uriBaseId": "%SRCROOT%" })
}

/// The path as a relative reference of RFC 3986: `:` too is escaped, lest the first part be taken for a scheme.
fn uri(path: &str) -> String {
    let escaped = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    };
    path.bytes().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_paths_as_relative_references() {
        for (path, reference) in [
            ("src/a_b/server-1.py", "src/a_b/server-1.py"),
            ("a b/ü#?.py", "a%20b/%C3%BC%23%3F.py"),
            ("c:x%41", "c%3Ax%2541"),
        ] {
            assert_eq!(uri(path), reference);
        }
    }
}
