//! No report shows a secret, whatever its format and whichever rule points at the line: logs of builds are public.

use mcp_backend::diagnostic::Report;
use mcp_backend::render::{Format, TerminalStyle, render};

use crate::healthy;

const KEY: &str = "d94f2a7b06e85c13a1f9047ec3b8265d";
const LITERAL: &str = "R4hQ9xTc2WvM6pLz8KgY1nBd";
const PASSWORD: &str = "4Kw9zTn3XbHs";
const PRIVATE: &str = "MC4CAQAwBQYDK2VwBCIEIHq7dR2mWc5vLz9TxKf0Bn3JsYpG8eQaUo4iVtXhM6Cy";

fn report() -> Report {
    let mut files = healthy::files();
    let project = files["pyproject.toml"].clone();
    let settings = format!(
        "[tool.mcp-backend]\nodd = \"fc-{KEY}\"\n\n[[tool.uv.index]]\nurl = \"https://r:{PASSWORD}@packages.weather-cloud.net\"\n"
    );
    files.insert("pyproject.toml".to_owned(), format!("{project}\n{settings}"));
    let code = format!(
        "A = \"fc-{KEY}\"\nAPI_KEY = \"{LITERAL}\"\nB = \"redis://:{PASSWORD}@weather-cloud.net\"\n\
         C = \"\"\"-----BEGIN PRIVATE KEY-----\n{PRIVATE}\n-----END PRIVATE KEY-----\"\"\"\n"
    );
    files.insert("src/weather/client.py".to_owned(), code);
    // a file that nobody parses
    files.insert("src/weather/settings.json".to_owned(), format!("{{\"key\": \"fc-{KEY}\"}}\n"));
    healthy::report(&files)
}

#[test]
fn no_format_shows_a_secret() {
    let report = report();
    let codes: Vec<&str> = report.diagnostics().iter().map(|finding| finding.card.code).collect();
    for code in ["SEC001", "SEC002", "SEC003", "SEC005", "SEC006", "MET016"] {
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
    }
    for name in Format::NAMES {
        let format: Format = name.parse().expect("a name of a format");
        let text = render(&report, format, TerminalStyle::default());
        for secret in [KEY, LITERAL, PASSWORD, PRIVATE] {
            assert!(!text.contains(&secret[secret.len() - 8..]), "{name} shows `{secret}`:\n{text}");
        }
    }
}

#[test]
fn an_excerpt_shows_stars_in_its_place() {
    let text = render(&report(), Format::Full, TerminalStyle::default());
    for line in [
        format!("A = \"fc-{}\"", "*".repeat(KEY.len())),
        format!("API_KEY = \"{}\"", "*".repeat(LITERAL.len())),
        format!("odd = \"fc-{}\"", "*".repeat(KEY.len())),
        "C = \"\"\"-----BEGIN PRIVATE KEY-----".to_owned(),
    ] {
        assert!(text.contains(&line), "{line}\n{text}");
    }
}
