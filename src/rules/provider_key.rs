//! SEC001.

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::knowledge::providers::{Grade, Provider};
use crate::leaks::Place;
use crate::rule::{Subject, declare_rule};
use crate::secrets::Kind;

declare_rule! {
    /// ## What it does
    /// Looks into every file that would ship for keys that show by their form whose they are: `ghp_...` is GitHub's,
    /// `sk-ant-...` Anthropic's. A form is known by its beginning, its alphabet, its length and, where it has one, its
    /// checksum; a placeholder is no key. A key that may be meant for everybody, as those for web pages are, is a
    /// warning, and so is one in tests, where it may be made up, and in guides, unless it has a checksum that holds.
    /// No report shows more than the key's beginning.
    ///
    /// ## Why is this bad?
    /// Whoever installs the server has the key, and programs that read everything that is published find it within
    /// minutes. What is on a public index cannot be taken back.
    ///
    /// Remedy: by hand, since a secret is revoked where it was given.
    ///
    /// ## Example
    /// `src/weather/client.py`:
    /// ```python
    /// KEY = "fc-8b1e5f0c7d294a36b0e1f7c2d95a4e83"
    /// ```
    ///
    /// Use instead:
    /// `src/weather/client.py`:
    /// ```python
    /// import os
    ///
    /// KEY = os.environ["FIRECRAWL_API_KEY"]
    /// ```
    SEC001 "provider-key" Error(Leak) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for leak in subject.leaks() {
        let Kind::Provider(provider) = leak.secret.kind else { continue };
        let public = provider.grade == Grade::Publishable;
        // a checksum is nothing that somebody types
        let sound = provider.body.starts_with('c');
        let made_up = leak.place == Place::Tests || (leak.place == Place::Guide && !sound);
        let level = if public || made_up { Level::Warning } else { Level::Error };
        let message = format!("a key of {} would ship: `{}****`", provider.name, beginning(provider));
        let finding = RULE.card.at(Location::span(&leak.path, leak.secret.span), message).level(level);
        report.push(finding.help(match (public, made_up) {
            (true, _) => {
                "if not everybody may use it, revoke it and read its successor from an environment variable"
            }
            (_, true) => {
                "if it was ever real, revoke it; write one that nobody takes for real, such as `test-key`"
            }
            _ => "revoke it, as it may have been read, and read its successor from an environment variable",
        }));
    }
}

fn beginning(provider: &Provider) -> String {
    let stars = if provider.before.is_some() { "****" } else { "" };
    format!("{stars}{}", provider.prefix.replace('|', ""))
}
