//! One line a finding, for eyes that know the rules and for `grep`: `path:line:column: error[CODE] message`.

use super::{harmless, place};
use crate::diagnostic::{Diagnostic, Report};

/// Writes the findings, a line each.
pub(super) fn render(report: &Report) -> String {
    report.diagnostics().iter().map(|finding| line(report, finding)).collect()
}

fn line(report: &Report, finding: &Diagnostic) -> String {
    let place = place(report, &finding.primary);
    let message = harmless::line(&finding.message);
    format!("{place}: {}[{}] {message}\n", finding.level.as_str(), finding.card.code)
}
