//! A [`Report`] as text: one output format a file.
//!
//! Nothing here prints, looks at the environment or says whether a build was refused; that is the caller's. What
//! goes to people is made harmless first (`harmless`): file names and file contents may hold anything.

mod concise;
pub mod diff;
mod excerpt;
mod full;
mod github;
pub mod harmless;
mod json;
mod sarif;

use std::str::FromStr;

use crate::diagnostic::{Location, Report};
use crate::text::{Position, RelPath};

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people: excerpts, marks and remedies.
    Full,
    /// One line a finding.
    Concise,
    /// The stable format for tools.
    Json,
    /// Workflow commands, which GitHub shows beside the changed lines.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
}

/// A name that no format has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not one of {}", Format::NAMES.join(", "))]
pub struct UnknownFormat;

impl Format {
    /// What users call the formats.
    pub const NAMES: [&'static str; 5] = ["full", "concise", "json", "github", "sarif"];
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, UnknownFormat> {
        match name {
            "full" => Ok(Self::Full),
            "concise" => Ok(Self::Concise),
            "json" => Ok(Self::Json),
            "github" => Ok(Self::Github),
            "sarif" => Ok(Self::Sarif),
            _ => Err(UnknownFormat),
        }
    }
}

/// What the terminal can show; only [`Format::Full`] asks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalStyle {
    /// With ANSI colours.
    pub color: bool,
    /// With lines drawn in Unicode.
    pub unicode: bool,
    /// With the codes of rules as links to their pages, by the escape OSC 8.
    pub links: bool,
    /// How many columns it has, if it is one.
    pub width: Option<usize>,
}

/// Writes `report` in `format`; each line ends with a newline.
pub fn render(report: &Report, format: Format, look: TerminalStyle) -> String {
    match format {
        Format::Full => full::render(report, look),
        Format::Concise => concise::render(report),
        Format::Json => json::render(report),
        Format::Github => github::render(report),
        Format::Sarif => sarif::render(report),
    }
}

/// Start and end of the place, when it is a stretch of a text that was read.
fn stretch(report: &Report, location: &Location) -> Option<(Position, Position)> {
    let known = location.span.is_some() && report.source(&location.path).is_some();
    known.then(|| report.positions(&location.path, location.span))
}

/// The path as written; the project's root is `.`.
fn path(path: &RelPath) -> &str {
    if path.as_str().is_empty() { "." } else { path.as_str() }
}

/// `path:line:column`, or the path alone.
fn place(report: &Report, location: &Location) -> String {
    let path = harmless::line(path(&location.path));
    match stretch(report, location) {
        Some((Position { line, column }, _)) => format!("{path}:{line}:{column}"),
        None => path,
    }
}

#[cfg(test)]
mod tests;
