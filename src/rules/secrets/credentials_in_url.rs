use crate::diagnostic::{Diagnostic, Level, Location};
use crate::rule::{Subject, declare_rule};
use crate::secret_scan::FileRole;
use crate::secrets::SecretKind;

declare_rule! {
    /// ## What it does
    /// Looks into every file that would ship for URLs that hold a password: `postgresql://user:password@host`. A
    /// placeholder, a password that everybody has and a host that is the machine itself or a container beside it are
    /// passed over, and so is what stands in tests. Where the host is one of a closed network (`10.0.0.3`,
    /// `db.weather.internal`), and in guides, it is a warning. No report shows the password.
    ///
    /// ## Why is this bad?
    /// Whoever installs the server can sign in with it. What is on a public index cannot be taken back.
    ///
    /// Remedy: by hand, since a password is changed where it opens something.
    ///
    /// ## Example
    /// `src/weather/store.py`:
    /// ```python
    /// URL = "postgresql://weather:7Qm2xVr9LpZt@db.weather-cloud.net/forecasts"
    /// ```
    ///
    /// Use instead:
    /// `src/weather/store.py`:
    /// ```python
    /// import os
    ///
    /// URL = os.environ["WEATHER_DATABASE_URL"]
    /// ```
    SEC005 "credentials-in-url" Error(Leak) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for leak in subject.leaks().iter().filter(|leak| leak.place != FileRole::Tests) {
        let SecretKind::Url { index: false, private } = leak.secret.kind else { continue };
        let level = if private || leak.place == FileRole::Guide { Level::Warning } else { Level::Error };
        let place = Location::span(&leak.path, leak.secret.span);
        report.push(
            RULE.card
                .at(place, "the password of a URL would ship")
                .level(level)
                .help("change it, as it may have been read, and read the URL from an environment variable"),
        );
    }
}
