use crate::diagnostic::{Diagnostic, Level};
use crate::rule::{Subject, declare_rule};
use crate::secrets::SecretKind;

declare_rule! {
    /// ## What it does
    /// Looks for passwords in the URLs of package indexes and sources: `[[tool.uv.index]]`, `[tool.uv.sources]`,
    /// `[[tool.poetry.source]]`, `[[tool.pdm.source]]`, and `--index-url` of pip. At a host of a closed network it is a
    /// warning. No report shows the password.
    ///
    /// ## Why is this bad?
    /// `pyproject.toml` is in every sdist. Whoever downloads it can read the index, or publish to it.
    ///
    /// Remedy: by hand, since a password is changed where it opens something.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    /// version = "1.0.0"
    ///
    /// [[tool.uv.index]]
    /// name = "company"
    /// url = "https://reader:7Qm2xVr9LpZt@packages.weather-cloud.net/simple"
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    /// version = "1.0.0"
    ///
    /// [[tool.uv.index]]
    /// name = "company"
    /// url = "https://packages.weather-cloud.net/simple"
    /// ```
    SEC006 "index-credentials" Error(Leak) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for leak in subject.leaks() {
        let SecretKind::Url { index: true, private } = leak.secret.kind else { continue };
        let level = if private { Level::Warning } else { Level::Error };
        report.push(RULE.at((&leak.path, leak.secret.span), "the password of a package index would ship").level(level).help(
            "change it, as it may have been read; `UV_INDEX_<NAME>_PASSWORD`, a keyring or `.netrc` keeps it out of the file",
        ));
    }
}
