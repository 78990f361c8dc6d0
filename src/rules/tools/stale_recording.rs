use crate::contract::{LIVE_COMMAND, LIVE_FILE, Recorded};
use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Looks for a recorded answer, `mcp-live.json`, that was recorded from another state of the project: from other code,
    /// other data beside it, other requirements or other scripts. Comments, the layout of the code and the version are no
    /// difference. One that cannot be read is told too. [The page on the contract](../contract.md#the-recorded-answer)
    /// tells what it is for.
    ///
    /// Where every build is to have one that holds, make it an error: `stale-recording = "error"` under
    /// `[tool.mcp-backend.rules]`.
    ///
    /// ## Why is this bad?
    /// A build leaves it aside, so that the contract in the wheel no longer tells what the code alone does not: tools that
    /// users have, and that programs which read the contract do not see.
    ///
    /// ## Example
    /// `mcp-live.json`:
    /// ```json
    /// {
    ///   "version": 1,
    ///   "fingerprint": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
    ///   "scripts": []
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
    TOO012 "stale-recording" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let (message, command) = match subject.recorded() {
        Recorded::Absent | Recorded::Fresh(_) => return,
        Recorded::Broken(reason) => {
            (format!("the recorded answer cannot be read: {reason}"), LIVE_COMMAND.to_owned())
        }
        Recorded::Stale(recording) => {
            ("the answer was recorded from another state of the project".to_owned(), recording.command())
        }
    };
    let finding = RULE.at(&RelPath::new(LIVE_FILE), message);
    report.push(finding.help(format!("record it anew with `{command}`, or remove it")));
}
