//! The strict reader of core metadata: a finished artifact is checked with it before anybody else reads it.

use std::collections::BTreeSet;
use std::ops::Range;

use thiserror::Error;

use crate::spec::control::find_control;

/// Where metadata cannot be read, and why.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{kind}")]
pub struct MetadataFault {
    /// The line.
    pub range: Range<usize>,
    /// Why.
    pub kind: MetadataFaultKind,
}

/// Why a line of metadata cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum MetadataFaultKind {
    /// It is no `Name: value`.
    #[error("the line is no header")]
    NoHeader,
    /// It continues a header, but none stands before it.
    #[error("the line continues no header")]
    NoHeaderBefore,
    /// It holds a control character, which some readers take for the end of the line.
    #[error("the line holds a control character")]
    Control,
    /// The last header has no line end.
    #[error("the last line has no end")]
    NoEnd,
}

/// How often a field may stand, and since which version it exists.
struct Field {
    name: &'static str,
    many: bool,
    since: &'static str,
}

const fn one(name: &'static str, since: &'static str) -> Field {
    Field { name, many: false, since }
}

const fn many(name: &'static str, since: &'static str) -> Field {
    Field { name, many: true, since }
}

const VERSIONS: [&str; 9] = ["1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5", "2.6"];

const FIELDS: &[Field] = &[
    one("Metadata-Version", "1.0"),
    one("Name", "1.0"),
    one("Version", "1.0"),
    many("Dynamic", "2.2"),
    many("Platform", "1.0"),
    many("Supported-Platform", "1.1"),
    one("Summary", "1.0"),
    one("Description", "1.0"),
    one("Description-Content-Type", "2.1"),
    one("Keywords", "1.0"),
    one("Home-page", "1.0"),
    one("Download-URL", "1.1"),
    one("Author", "1.0"),
    one("Author-email", "1.0"),
    one("Maintainer", "1.2"),
    one("Maintainer-email", "1.2"),
    one("License", "1.0"),
    one("License-Expression", "2.4"),
    many("License-File", "2.4"),
    many("Classifier", "1.1"),
    many("Requires-Dist", "1.2"),
    one("Requires-Python", "1.2"),
    many("Requires-External", "1.2"),
    many("Project-URL", "1.2"),
    many("Provides-Extra", "2.1"),
    many("Provides-Dist", "1.2"),
    many("Obsoletes-Dist", "1.2"),
    many("Import-Name", "2.5"),
    many("Import-Namespace", "2.5"),
];

/// Reads the headers in order, and the body as `Description`; continued lines keep their indentation.
///
/// # Errors
/// Names the first line that is no header.
pub fn parse(text: &str) -> Result<Vec<(String, String)>, MetadataFault> {
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let rest = &text[start..];
        let fault = |length, kind| MetadataFault { range: start..start + length, kind };
        let length = rest.find('\n').ok_or_else(|| fault(rest.len(), MetadataFaultKind::NoEnd))?;
        let (line, after) = (&rest[..length], &rest[length + 1..]);
        if line.is_empty() {
            if !after.is_empty() {
                headers.push(("Description".to_owned(), after.to_owned()));
            }
            break;
        }
        read_line(line, &mut headers).map_err(|kind| fault(length, kind))?;
        start += length + 1;
    }
    Ok(headers)
}

fn read_line(line: &str, headers: &mut Vec<(String, String)>) -> Result<(), MetadataFaultKind> {
    if find_control(line).is_some() {
        return Err(MetadataFaultKind::Control);
    }
    if line.starts_with([' ', '\t']) {
        let (_, value) = headers.last_mut().ok_or(MetadataFaultKind::NoHeaderBefore)?;
        value.push('\n');
        value.push_str(line);
        return Ok(());
    }
    let (name, value) = line.split_once(':').ok_or(MetadataFaultKind::NoHeader)?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(MetadataFaultKind::NoHeader);
    }
    headers.push((name.to_owned(), value.trim_start_matches([' ', '\t']).to_owned()));
    Ok(())
}

/// The label under which readers gather a `Project-URL`, or one whose label is `text`: it ends at the first comma.
pub fn label_as_read(text: &str) -> &str {
    text.split(',').next().unwrap_or_default().trim()
}

/// Checks that `text` can be read whole: every header known, of its version, filled and given as often as it may be.
///
/// # Errors
/// Says in words what is wrong first.
pub fn check(text: &str) -> Result<(), String> {
    let headers =
        parse(text).map_err(|fault| format!("{fault}: `{}`", text[fault.range.clone()].escape_debug()))?;
    let value_of = |name: &str| {
        headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    };
    for name in ["Metadata-Version", "Name", "Version"] {
        value_of(name).ok_or_else(|| format!("`{name}` is missing"))?;
    }
    let version = value_of("Metadata-Version").unwrap_or_default();
    let age = |version: &str| VERSIONS.iter().position(|known| *known == version);
    let age_of_text =
        age(version).ok_or_else(|| format!("`{version}` is no version of the core metadata"))?;
    let (mut seen, mut labels) = (BTreeSet::new(), BTreeSet::new());
    for (name, value) in &headers {
        let field = FIELDS
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name))
            .ok_or_else(|| format!("`{name}` is no field of the core metadata"))?;
        if age(field.since) > Some(age_of_text) {
            return Err(format!("`{name}` does not exist in version {version}"));
        }
        if !seen.insert(field.name) && !field.many {
            return Err(format!("`{name}` is given twice"));
        }
        if value.trim().is_empty() && !matches!(field.name, "Import-Name" | "Description") {
            return Err(format!("`{name}` is empty"));
        }
        if field.name == "Project-URL" && !labels.insert(label_as_read(value)) {
            return Err(format!("the label of `{value}` is given twice"));
        }
    }
    Ok(())
}
