use crate::contract::{Difference, LIVE_COMMAND, LIVE_FILE, Recorded};
use crate::diagnostic::{Diagnostic, Location};
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Holds a recorded answer, `mcp-live.json`, that was recorded from just this state of the project against what the code
    /// tells for certain.
    ///
    /// Remedy: by hand, since nothing but a start of the server tells which of the two holds.
    ///
    /// ## Why is this bad?
    /// One of the two is wrong of what users get: the file was written by hand, the server was recorded with another
    /// release of its SDK or under conditions that it does not have elsewhere, or mcp-backend misread the code. The
    /// contract in the wheel holds what the code says; what it does not list at all is taken from the recording.
    ///
    /// ## Example
    /// `mcp-live.json`:
    /// ```json
    /// {
    ///   "version": 1,
    ///   "fingerprint": "sha256:FINGERPRINT",
    ///   "scripts": [
    ///     {
    ///       "script": "weather",
    ///       "arguments": [],
    ///       "variables": [],
    ///       "python": "3.12.1",
    ///       "versions": { "mcp": "2.3.0", "pydantic": "2.12.0" },
    ///       "answers": [
    ///         {
    ///           "capabilities": ["none", "all"],
    ///           "protocol": "2025-11-25",
    ///           "server": { "name": "weather" },
    ///           "tools": [{ "name": "outlook", "inputSchema": { "type": "object" } }],
    ///           "prompts": [], "resources": [], "resourceTemplates": []
    ///         }
    ///       ]
    ///     }
    ///   ]
    /// }
    /// ```
    ///
    /// Use instead:
    /// `mcp-live.json`:
    /// ```json
    /// {
    ///   "version": 1,
    ///   "fingerprint": "sha256:FINGERPRINT",
    ///   "scripts": []
    /// }
    /// ```
    TOO013 "recording-contradicts-code" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Recorded::Fresh(recording) = subject.recorded() else { return };
    // what is read of a module that is no Python is a guess
    if subject.offered().is_none() {
        return;
    }
    let found = recording.contradictions(&subject.contract_of_code());
    for entry in found.chunk_by(|one, other| (one.subject, &one.name) == (other.subject, &other.name)) {
        report.extend(entry.split_first().map(|(first, others)| finding(*subject, first, others.len())));
    }
}

/// The finding for what contradicts in one entry, told by the first difference.
fn finding(subject: Subject<'_>, first: &Difference, others: usize) -> Diagnostic {
    let what = match first.subject {
        "server" => "the server".to_owned(),
        kind => format!("{kind} `{}`", first.name),
    };
    let message = match first.kind {
        "missing" => format!("the code lists {what}, and the recorded answer does not"),
        "extra" => format!("the recorded answer lists {what}, and the code does not"),
        _ => format!("of {what} at `{}`, {}", first.path, first.message),
    };
    let more = if others > 0 { format!(" (and {others} more)") } else { String::new() };
    let file = RelPath::new(LIVE_FILE);
    let finding = match subject.source_of(first.subject, &first.name) {
        Some(place) => RULE.at(place, message + &more).related(Location::whole(&file), "the recorded answer"),
        None => RULE.at(&file, message + &more),
    };
    finding.help(format!(
        "record it anew with `{LIVE_COMMAND}`; until then the contract in the wheel holds what the code says"
    ))
}
