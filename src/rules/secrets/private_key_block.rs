use crate::diagnostic::{Diagnostic, Level, Location};
use crate::rule::{Subject, declare_rule};
use crate::secret_scan::FileRole;
use crate::secrets::SecretKind;

declare_rule! {
    /// ## What it does
    /// Looks into every file that would ship for private keys between `-----BEGIN` and `-----END`, on lines of their own
    /// or in a string. In tests and guides it is a warning, as they may be made up; one that is encrypted, or cut short,
    /// is none. No report shows the key.
    ///
    /// ## Why is this bad?
    /// Whoever installs the server can sign, decrypt or log in with it. What is on a public index cannot be taken back.
    ///
    /// Remedy: by hand, since a key is replaced wherever it is trusted.
    ///
    /// ## Example
    /// `src/weather/keys.py`:
    /// ```python
    /// KEY = """-----BEGIN PRIVATE KEY-----
    /// MC4CAQAwBQYDK2VwBCIEIBx3sY0kZ9vQn5TfLw2Jm7RcUaHd8PgXeVo4iNyKtB6E
    /// -----END PRIVATE KEY-----"""
    /// ```
    ///
    /// Use instead:
    /// `src/weather/keys.py`:
    /// ```python
    /// import os
    /// from pathlib import Path
    ///
    /// KEY = Path(os.environ["WEATHER_KEY_FILE"]).read_text()
    /// ```
    SEC003 "private-key-block" Error(Leak) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for leak in subject.leaks() {
        let SecretKind::PrivateKey = leak.secret.kind else { continue };
        let level = if leak.place == FileRole::Server { Level::Error } else { Level::Warning };
        let place = Location::span(&leak.path, leak.secret.span);
        report.push(
            RULE.card
                .at(place, "a private key would ship")
                .level(level)
                .help("replace it wherever it is trusted, and read its successor from a file that an environment variable names"),
        );
    }
}
