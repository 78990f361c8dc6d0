//! Workflow commands, which GitHub shows beside the changed lines.
//!
//! The escapes are those of the `actions/toolkit` and the runner: `%`, return and newline everywhere, `:` and `,` in
//! properties too.

use super::{harmless, path, stretch};
use crate::diagnostic::{Diagnostic, Report};

/// Writes the findings, a command each.
pub(super) fn render(report: &Report) -> String {
    report.diagnostics().iter().map(|finding| command(report, finding)).collect()
}

fn command(report: &Report, finding: &Diagnostic) -> String {
    let mut properties =
        vec![format!("file={}", property(path(&report.in_repository(&finding.primary.path))))];
    if let Some((start, end)) = stretch(report, &finding.primary) {
        properties.push(format!("line={}", start.line));
        // Columns are refused for a stretch over several lines.
        if start.line == end.line {
            properties.push(format!("col={}", start.column));
        }
        properties.push(format!("endLine={}", end.line));
        if start.line == end.line {
            properties.push(format!("endColumn={}", end.column));
        }
    }
    properties.push(format!("title={}", property(&format!("{} {}", finding.card.code, finding.card.name))));
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let message = data(&format!("{}{help}\n{}", finding.message, finding.card.url()));
    format!("::{} {}::{message}\n", finding.level.as_str(), properties.join(","))
}

/// The text as the message of a command.
fn data(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => escaped.push_str("%25"),
            '\r' => escaped.push_str("%0D"),
            '\n' => escaped.push_str("%0A"),
            _ => escaped.push(harmless::character(character)),
        }
    }
    escaped
}

/// The text as the value of a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_what_would_end_a_message_or_a_property() {
        for (text, message, value) in [
            ("100%", "100%25", "100%25"),
            ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
            ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
            ("%0A", "%250A", "%250A"),
            ("x::error ::y", "x::error ::y", "x%3A%3Aerror %3A%3Ay"),
            ("\u{1b}[2J", "␛[2J", "␛[2J"),
        ] {
            assert_eq!((data(text).as_str(), property(text).as_str()), (message, value), "{text:?}");
        }
    }
}
