//! SEC002.

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::leaks::Place;
use crate::rule::{Subject, declare_rule};
use crate::secrets::Kind;

declare_rule! {
    /// ## What it does
    /// Looks into every file that would ship for names that end in `token`, `secret`, `password` or `api_key` and get a
    /// literal: in an assignment, a key of JSON or YAML, an argument, or the default of `os.getenv`. A literal as random
    /// as keys are is an error, one that somebody may have chosen a warning. Placeholders, hashes, UUIDs and revisions
    /// are no secrets, and what stands in tests is not looked at. No report shows the literal.
    ///
    /// ## Why is this bad?
    /// Whoever installs the server can use it, and with it what it opens. What is on a public index cannot be taken
    /// back.
    ///
    /// Remedy: by hand, since a secret is revoked where it was given.
    ///
    /// ## Example
    /// `src/weather/client.py`:
    /// ```python
    /// import os
    ///
    /// API_KEY = os.getenv("WEATHER_API_KEY", "p8Zr3vKq0TnXw5LyB7sJd2Hf")
    /// ```
    ///
    /// Use instead:
    /// `src/weather/client.py`:
    /// ```python
    /// import os
    ///
    /// API_KEY = os.environ["WEATHER_API_KEY"]
    /// ```
    SEC002 "generic-secret" Error(Leak) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for leak in subject.leaks().iter().filter(|leak| leak.place != Place::Tests) {
        let Kind::Assigned { name, random } = &leak.secret.kind else { continue };
        let certain = *random && leak.place == Place::Server;
        let (level, message) = if certain {
            (Level::Error, format!("the value of `{name}` is a secret and would ship"))
        } else {
            (Level::Warning, format!("the value of `{name}` may be a secret, and would ship"))
        };
        let finding = RULE.card.at(Location::span(&leak.path, leak.secret.span), message).level(level);
        report.push(finding.help(if certain {
            "revoke it, as it may have been read, and read its successor from an environment variable"
        } else {
            "if it opens anything, revoke it and read its successor from an environment variable"
        }));
    }
}
