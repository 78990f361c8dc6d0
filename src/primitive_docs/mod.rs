//! What a server offers, written for its readers: a table for people, JSON for programs, the section of a readme,
//! and what it costs a model.
//!
//! Nothing here extracts anything (`server` does) or touches a file. Types are shown in one compact form, made from
//! JSON Schema 2020-12 as the specification of MCP uses it.

mod budget;
mod endpoints;
mod lines;
mod markdown;
mod parameters;
mod prose;
mod section;
mod table;
mod types;

use serde::Serialize;

use crate::server::{Primitive, Primitives};

pub use budget::{budget, budget_json};
pub use markdown::markdown;
pub use prose::{code, grid, plain};
pub use section::{END, NoSection, START, Section};
pub use table::table;

/// Writes one object, indented: the stable format for other programs, version 2.
pub fn json(primitives: &Primitives) -> String {
    #[derive(Serialize)]
    struct Document<'a> {
        version: u32,
        #[serde(flatten)]
        primitives: &'a Primitives,
    }
    let document = Document { version: 2, primitives };
    serde_json::to_string_pretty(&document).expect("texts, numbers and JSON itself are JSON") + "\n"
}

/// The lists with what one of their entries is called, in the order in which they are shown.
fn groups(primitives: &Primitives) -> [(&'static str, &[Primitive]); 4] {
    [
        ("tool", &primitives.tools),
        ("prompt", &primitives.prompts),
        ("resource", &primitives.resources),
        ("resource template", &primitives.resource_templates),
    ]
}

/// The heading above a list: `Resource templates`.
fn heading(noun: &str) -> String {
    let (first, rest) = noun.split_at(1);
    format!("{}{rest}s", first.to_uppercase())
}

/// What an entry is called; a resource without a name by its URI.
fn title(primitive: &Primitive) -> &str {
    primitive.text("name").or_else(|| uri(primitive)).unwrap_or("…")
}

fn uri(primitive: &Primitive) -> Option<&str> {
    primitive.text("uri").or_else(|| primitive.text("uriTemplate"))
}

#[cfg(test)]
mod tests;
