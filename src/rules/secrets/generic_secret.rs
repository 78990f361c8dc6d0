use std::time::{SystemTime, UNIX_EPOCH};

use crate::diagnostic::{Diagnostic, Level};
use crate::rule::{Subject, declare_rule};
use crate::secret_scan::FileRole;
use crate::secrets::SecretKind;

const REVOKE: &str =
    "revoke it, as it may have been read, and read its successor from an environment variable";
const IF_IT_OPENS: &str =
    "if it opens anything, revoke it and read its successor from an environment variable";

declare_rule! {
    /// ## What it does
    /// Looks into every file that would ship for names that end in a word such as `token`, `secret`, `password` or
    /// `api_key` and get a literal: in an assignment, a key of JSON or YAML, an argument, a parameter of a URL, or as what
    /// holds where `os.getenv` or a field has no value; and for what a header says to be let in, such as `Bearer ...`. A
    /// literal as random as keys are is an error; one that looks like a hash or a UUID, or that somebody may have chosen,
    /// a warning. Names are read by their words: a `next_page_token` opens nothing, and `NEXTCLOUD_PASSWORD` does.
    ///
    /// Of a signed web token is read what stands in it: one that is over, or that is given to everybody, as those of the
    /// role `anon` are, is none. One of the `service_role`, or one that such a name gets, is an error, any other a warning.
    ///
    /// Placeholders, values of names such as `token_hash`, addresses on public ledgers and what stands in tests are no
    /// secrets. No report shows the literal.
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
    for leak in subject.leaks().iter().filter(|leak| leak.place != FileRole::Tests) {
        let Some((what, certain)) = told(&leak.secret.kind) else { continue };
        let (level, message, help) = if certain && leak.place == FileRole::Server {
            (Level::Error, format!("{what} is a secret and would ship"), REVOKE)
        } else {
            (Level::Warning, format!("{what} may be a secret, and would ship"), IF_IT_OPENS)
        };
        report.push(RULE.at((&leak.path, leak.secret.span), message).level(level).help(help));
    }
}

/// What a secret is called, and whether it is certain that it is one.
fn told(kind: &SecretKind) -> Option<(String, bool)> {
    match kind {
        SecretKind::Assigned { name, random } => Some((format!("the value of `{name}`"), *random)),
        SecretKind::WebToken { expires, .. } if expires.is_some_and(is_past) => None,
        SecretKind::WebToken { service: true, .. } => {
            Some(("a web token of `service_role`".to_owned(), true))
        }
        SecretKind::WebToken { name: Some(name), .. } => Some((format!("the web token of `{name}`"), true)),
        SecretKind::WebToken { name: None, .. } => Some(("a web token".to_owned(), false)),
        SecretKind::Provider(_) | SecretKind::PrivateKey | SecretKind::Url { .. } => None,
    }
}

/// Whether the second since 1970 is over.
fn is_past(second: u64) -> bool {
    SystemTime::now().duration_since(UNIX_EPOCH).is_ok_and(|now| now.as_secs() > second)
}
