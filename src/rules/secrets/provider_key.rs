use crate::diagnostic::{Diagnostic, Level};
use crate::knowledge::providers::{Grade, KeyFormat};
use crate::rule::{Subject, declare_rule};
use crate::secret_scan::FileRole;
use crate::secrets::SecretKind;

const REVOKE: &str =
    "revoke it, as it may have been read, and read its successor from an environment variable";
const IF_REAL: &str =
    "if it was ever real, revoke it; write one that nobody takes for real, such as `test-key`";
const IF_NOT_FOR_ALL: &str =
    "if not everybody may use it, revoke it and read its successor from an environment variable";

declare_rule! {
    /// ## What it does
    /// Looks into every file that would ship for keys that show by their form whose they are: `ghp_...` is GitHub's,
    /// `sk-ant-...` Anthropic's, and so are addresses that take a message from whoever knows them, such as those of
    /// Slack, Discord and Microsoft Teams. A form is known by its beginning, its alphabet, its length and, where it has
    /// one, its checksum; a placeholder is no key, and neither is what a provider calls publishable. A key that may be
    /// meant for everybody, as those for web pages are, or that opens a playground alone is a warning. So is one in
    /// tests, where it may be made up, and in guides, unless it has a checksum that holds; and one whose checksum or mark
    /// is not the provider's. No report shows more than the key's beginning.
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
        let SecretKind::Provider(provider) = leak.secret.kind else { continue };
        // a checksum is nothing that somebody types
        let sound = provider.body.starts_with('c');
        let made_up = leak.place == FileRole::Tests || (leak.place == FileRole::Guide && !sound);
        let (level, help) = match (provider.grade, made_up) {
            (Grade::Public, _) | (Grade::Unproven, true) => continue,
            (Grade::Unproven, false) | (Grade::Secret, true) => (Level::Warning, IF_REAL),
            (Grade::Publishable, _) => (Level::Warning, IF_NOT_FOR_ALL),
            (Grade::Secret, false) => (Level::Error, REVOKE),
        };
        let (name, beginning) = (provider.name, beginning(provider));
        let message = match provider.grade {
            Grade::Unproven => {
                format!("what looks like a key of {name}, and lacks its mark, would ship: `{beginning}****`")
            }
            _ => format!("a key of {name} would ship: `{beginning}****`"),
        };
        report.push(RULE.at((&leak.path, leak.secret.span), message).level(level).help(help));
    }
}

fn beginning(provider: &KeyFormat) -> String {
    let stars = if provider.before.is_some() { "****" } else { "" };
    format!("{stars}{}", provider.prefix.replace('|', ""))
}
