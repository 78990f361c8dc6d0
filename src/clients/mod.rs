//! What clients make of a tool that the server lists: which of them refuse it, leave it out or cut it, and for what.
//!
//! The facts are `knowledge::clients`; here a tool is held to them. Pure: an entry of a list in, objections out.

mod schema;
mod words;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::knowledge::clients::{Criterion, Fact, facts};
use crate::server::Primitive;

pub use crate::knowledge::clients::{Effect, PROFILES, Profile};
pub use schema::ToolFault;

/// Something of a tool that clients refuse.
#[derive(Debug)]
pub struct Objection {
    /// What it is of.
    pub part: Part,
    /// What is wrong with it, for a sentence about the part.
    pub fault: ToolFault,
    /// Who does what with it, in order of the profiles.
    pub by: Vec<(&'static Profile, Effect)>,
}

/// What of a tool is refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The description.
    Description,
    /// Its name, behind that of the server.
    Name,
    /// A parameter, or what lies within one, as in `days.items`.
    Parameter(String),
}

/// What clients refuse of a tool, of a server that may be called so; what is not wholly told is left out.
pub fn objections(tool: &Primitive, server: Option<&str>) -> Vec<Objection> {
    let mut found: BTreeMap<(Part, ToolFault), Vec<(&'static Profile, Effect)>> = BTreeMap::new();
    let mut add = |part: Part, fault: ToolFault, fact: &Fact| {
        let by = found.entry((part, fault)).or_default();
        if by.iter().all(|(profile, _)| *profile != fact.profile) {
            by.push((fact.profile, fact.effect));
        }
    };
    for fact in facts() {
        if let Some(fault) = text_fault(tool, server, fact.check) {
            let part = if matches!(fault, ToolFault::LongName(_)) { Part::Name } else { Part::Description };
            add(part, fault, fact);
        }
    }
    if let Some(input) = tool.listed.get("inputSchema").filter(|_| tool.is_certain("inputSchema")) {
        schema::parameters(input, &mut |path, schema| {
            for fact in facts() {
                if let Some(fault) = schema::fault(schema, fact.check) {
                    add(Part::Parameter(path.to_owned()), fault, fact);
                }
            }
        });
    }
    let objection = |((part, fault), mut by): ((Part, ToolFault), Vec<(&'static Profile, Effect)>)| {
        by.sort_unstable();
        Objection { part, fault, by }
    };
    found.into_iter().map(objection).collect()
}

/// What is wrong with the name or the description.
fn text_fault(tool: &Primitive, server: Option<&str>, check: Criterion) -> Option<ToolFault> {
    match check {
        Criterion::Description(most) => {
            let length = tool.text("description").filter(|_| tool.is_certain("description"))?.chars().count();
            (length > most).then_some(ToolFault::LongDescription)
        }
        Criterion::FullName(template, most) => {
            let (server, name) = (server?, tool.text("name").filter(|_| tool.is_certain("name"))?);
            let full = template.replace("{server}", server).replace("{tool}", name);
            // the name alone is another rule's
            (full.chars().count() > most && name.chars().count() <= most).then_some(ToolFault::LongName(most))
        }
        _ => None,
    }
}

/// What clients refuse of tools as a server lists them, a JSON array: those of these profiles, or what two of all do.
///
/// # Errors
/// When the text is no list of objects.
pub fn told_of_listed(
    tools: &str,
    server: Option<&str>,
    profiles: &[String],
) -> Result<Vec<String>, serde_json::Error> {
    let listed: Vec<Map<String, Value>> = serde_json::from_str(tools)?;
    let chosen = called(&profiles.iter().map(String::as_str).collect::<Vec<_>>());
    let mut told = Vec::new();
    for listed in listed {
        let tool = Primitive { listed, ..Primitive::default() };
        for objection in objections(&tool, server) {
            let by = objection.told(&chosen);
            if !by.is_empty() {
                told.push(objection.message(&tool, &by));
            }
        }
    }
    Ok(told)
}

/// The profiles of these names.
pub fn called(names: &[&str]) -> Vec<&'static Profile> {
    PROFILES.iter().filter(|profile| names.contains(&profile.name)).collect()
}

/// How many tools a server may list at most, by who refuses more than so many.
pub fn most_tools() -> impl Iterator<Item = (&'static Profile, usize)> {
    facts().iter().filter_map(|fact| match fact.check {
        Criterion::Tools(most) => Some((fact.profile, most)),
        _ => None,
    })
}

/// An estimate of the tokens that a model reads for a tool: its name, description and parameters, as clients send them.
///
/// A word of English and a run of punctuation are about a token each; held to two vocabularies that are public, over the
/// tools of published servers, half are within 5 % and nine of ten within 15 %.
pub fn tokens(tool: &Primitive) -> usize {
    let sent =
        ["name", "description", "inputSchema"].map(|field| tool.listed.get(field).unwrap_or(&Value::Null));
    let text = sent.map(Value::to_string).join("");
    let (mut words, mut marks, mut digits, mut others) = (0, 0, 0, 0);
    let mut before = ' ';
    for character in text.chars() {
        let is_mark =
            |one: char| one.is_ascii() && !one.is_ascii_alphanumeric() && !one.is_ascii_whitespace();
        match character {
            'A'..='Z' => words += 1,
            'a'..='z' => words += usize::from(!before.is_ascii_alphabetic()),
            '0'..='9' => digits += usize::from(!before.is_ascii_digit()),
            _ if !character.is_ascii() => others += 1,
            _ => marks += usize::from(is_mark(character) && !is_mark(before)),
        }
        before = character;
    }
    // the names of the three fields are eight, and the rest is counted in hundredths
    8 + (83 * words + 125 * marks + 150 * digits + 70 * others).div_ceil(100)
}
