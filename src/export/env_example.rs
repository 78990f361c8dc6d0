//! `.env.example`: the variables that the project declares, to be copied and filled in.
//!
//! The format is what the readers of such files agree on: `NAME=value` lines, `#` before a comment, double quotes around a
//! value with other signs than those of words.

use super::{Artifacts, Emitter, Export, MissingInput, Needs, Publication};
use crate::project::EnvVariable;
use crate::text::literal::quoted;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let declares_none = publication.project.settings.env.is_empty();
    let lack = || MissingInput {
        what: "needs the variables that the server reads".to_owned(),
        remedy: "declare each under `[[tool.mcp-backend.env]]`".to_owned(),
        place: None,
    };
    declares_none.then(lack).into_iter().collect()
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let blocks: Vec<String> = publication.project.settings.env.iter().map(block).collect();
    vec![Export::text(".env.example", blocks.join("\n"))]
}

/// What a variable is for, and its line; one that may be missing and has no default is a comment, as a blank value is not
/// the same as none.
fn block(variable: &EnvVariable) -> String {
    let description = variable.description.as_ref().map(|text| text.value.as_str()).unwrap_or_default();
    let marks = [(variable.is_required(), "required"), (variable.is_secret(), "secret")];
    let marks: Vec<&str> = marks.into_iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| mark).collect();
    let marks = if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) };
    let about = format!("{}{marks}", description.trim_end());
    let about: String = about.trim().lines().map(|line| format!("# {}\n", line.trim())).collect();
    let default = variable.default.as_ref().filter(|_| !variable.is_secret());
    let sign = if variable.is_required() || default.is_some() { "" } else { "# " };
    let value = default.map(|default| written(&default.value)).unwrap_or_default();
    format!("{about}{sign}{}={value}\n", variable.name.value)
}

/// A value as it stands behind `=`.
fn written(value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@,+%".contains(c);
    if value.chars().all(is_plain) { value.to_owned() } else { quoted(value).replace('$', "\\$") }
}
