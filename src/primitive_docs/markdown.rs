//! The section of a readme ([GitHub Flavored Markdown](https://github.github.com/gfm/), whose tables PyPI renders too).
//!
//! No line numbers stand here: they would make the section stale with every edit of the code.

use super::parameters::{ParameterDoc, parameters};
use super::prose::{code, grid, paragraphs, plain};
use super::section::{END, START};
use super::{groups, heading, title, uri};
use crate::server::{Conditional, Primitive, Primitives};

/// Writes the section with the lines that mark it.
pub fn markdown(primitives: &Primitives) -> String {
    let mut blocks = vec![START.to_owned()];
    for (noun, entries) in groups(primitives) {
        if !entries.is_empty() {
            blocks.push(format!("## {}", heading(noun)));
            blocks.extend(entries.iter().flat_map(entry));
        }
    }
    if blocks.len() == 1 && primitives.open().next().is_none() {
        blocks.push("No tools, prompts or resources.".to_owned());
    }
    blocks.extend(unknown(primitives));
    blocks.push(END.to_owned());
    blocks.join("\n\n") + "\n"
}

/// The scripts whose servers list an entry, where others do not.
fn listed_by(scripts: &[String]) -> Option<String> {
    let names: Vec<String> = scripts.iter().map(|script| code(script)).collect();
    (!names.is_empty()).then(|| format!("*Listed by {}.*", names.join(", ")))
}

/// What the listing of an entry depends on.
fn depends(conditional: &Conditional) -> String {
    let what = match conditional.default {
        Some(true) => "Listed by default; depends on the configuration",
        Some(false) => "Not listed by default; depends on the configuration",
        None => "Depends on the configuration",
    };
    let by: Vec<String> = conditional.by.iter().map(|cause| code(cause)).collect();
    if by.is_empty() { format!("*{what}.*") } else { format!("*{what}: {}.*", by.join(", ")) }
}

/// The blocks of an entry: its heading, what it does, what it takes.
fn entry(entry: &Primitive) -> Vec<String> {
    let mut blocks = vec![format!("### {}", code(title(entry)))];
    blocks.extend(listed_by(&entry.scripts));
    blocks.extend(entry.conditional.as_ref().map(depends));
    blocks.extend(entry.text("description").map(paragraphs).filter(|text| !text.is_empty()));
    if let Some(uri) = uri(entry) {
        let kind = entry.text("mimeType").map(|kind| format!(" ({})", code(kind))).unwrap_or_default();
        blocks.push(format!("URI: {}{kind}", code(uri)));
    }
    let taken = parameters(entry);
    if !taken.is_empty() {
        blocks.push(if entry.listed.contains_key("inputSchema") {
            of_tool(&taken)
        } else {
            of_prompt(&taken)
        });
    }
    if !entry.is_certain("inputSchema") || !entry.is_certain("arguments") {
        blocks.push("*Not all that it takes is known before it runs.*".to_owned());
    }
    blocks
}

fn of_tool(parameters: &[ParameterDoc<'_>]) -> String {
    let row = |parameter: &ParameterDoc<'_>| {
        let default = parameter.default.map(|default| code(&default.to_string())).unwrap_or_default();
        let kind = if parameter.kind.is_empty() { String::new() } else { code(&parameter.kind) };
        [code(parameter.name), kind, needed(parameter), default, described(parameter)]
    };
    let head = ["Parameter", "Type", "Required", "Default", "Description"].map(str::to_owned);
    grid(std::iter::once(head).chain(parameters.iter().map(row)))
}

fn of_prompt(arguments: &[ParameterDoc<'_>]) -> String {
    let row = |argument: &ParameterDoc<'_>| [code(argument.name), needed(argument), described(argument)];
    let head = ["Argument", "Required", "Description"].map(str::to_owned);
    grid(std::iter::once(head).chain(arguments.iter().map(row)))
}

fn needed(parameter: &ParameterDoc<'_>) -> String {
    if parameter.required { "yes" } else { "no" }.to_owned()
}

fn described(parameter: &ParameterDoc<'_>) -> String {
    let words: Vec<_> = parameter.description.unwrap_or_default().split_whitespace().collect();
    plain(&words.join(" "))
}

/// What the server may list beside the entries.
fn unknown(primitives: &Primitives) -> Option<String> {
    let mut whats: Vec<_> = primitives.open().map(|unknown| plain(&unknown.what)).collect();
    whats.sort();
    whats.dedup();
    (!whats.is_empty()).then(|| format!("Known only when the server runs: {}.", whats.join("; ")))
}
