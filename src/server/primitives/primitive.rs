//! What a server offers its clients: the primitives of the Model Context Protocol, as it would list them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::conditional::{self, Conditional};
use super::endpoint::{self, Endpoint};
use super::signature::Signature;
use super::source::Source;

/// The tools, prompts and resources of a server, in the order in which it would list them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Primitives {
    /// What the server says of itself.
    pub server: Identity,
    /// As `tools/list` would answer.
    pub tools: Vec<Primitive>,
    /// As `prompts/list` would answer.
    pub prompts: Vec<Primitive>,
    /// As `resources/list` would answer.
    pub resources: Vec<Primitive>,
    /// As `resources/templates/list` would answer.
    pub resource_templates: Vec<Primitive>,
    /// How it serves; told where that may be over HTTP.
    #[serde(skip_serializing_if = "endpoint::are_plain")]
    pub endpoints: Vec<Endpoint>,
    /// Where something is offered of which the text does not tell what.
    pub unknown: Vec<Unknown>,
}

/// What a server says of itself, as far as the text tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Its name in the protocol.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Its name for people.
    pub title: Option<String>,
    /// What it tells the model of itself.
    pub instructions: Option<String>,
    /// The fields that the text does not tell and a recorded answer does.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub recorded: Vec<String>,
}

/// One tool, prompt, resource or template.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Primitive {
    /// The entry of the list, as the specification names its fields: `name`, `description`, `inputSchema`.
    #[serde(flatten)]
    pub listed: Map<String, Value>,
    /// Where it is registered, or its function defined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// The fields of `listed` that the text does not wholly tell.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub partial: Vec<String>,
    /// The fields of `listed` that the text does not tell and a recorded answer does; all of them where it alone has the
    /// entry.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub recorded: Vec<String>,
    /// What its being listed depends on, where the server need not list it.
    #[serde(skip_serializing_if = "Option::is_none", default, deserialize_with = "conditional::read")]
    pub conditional: Option<Conditional>,
    /// The scripts whose servers list it, sorted; none where all do that start one.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub scripts: Vec<String>,
    /// What stands behind it; known only while the project itself is at hand, as are its doubles.
    #[serde(skip)]
    pub code: Code,
    /// The others that the server surely has under the same name, and that its clients do not get.
    #[serde(skip)]
    pub doubles: Vec<Double>,
}

/// What an entry is made from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Code {
    /// The text does not tell.
    #[default]
    Unknown,
    /// The fields of the entry as literals, all of them known by name.
    Literal,
    /// A function.
    Function(Signature),
}

/// Another primitive of the same kind and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Double {
    /// Where it is registered, or its function defined.
    pub source: Source,
    /// Whether every start of the server registers both.
    pub certain: bool,
}

/// A place that offers something of which the text does not tell what.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unknown {
    /// Where.
    #[serde(flatten)]
    pub source: Source,
    /// What it is, in a phrase: `tools of the OpenAPI document`.
    pub what: String,
    /// Whether a recorded answer tells what it offers.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub recorded: bool,
}

impl Primitives {
    /// The lists, in the order of the fields.
    pub(super) fn lists_mut(&mut self) -> [&mut Vec<Primitive>; 4] {
        [&mut self.tools, &mut self.prompts, &mut self.resources, &mut self.resource_templates]
    }

    /// How the server serves, where that may be over HTTP.
    pub fn endpoints_over_http(&self) -> Vec<Endpoint> {
        if endpoint::are_plain(&self.endpoints) { Vec::new() } else { self.endpoints.clone() }
    }

    /// The places that offer something of which nothing tells what.
    pub fn open(&self) -> impl Iterator<Item = &Unknown> {
        self.unknown.iter().filter(|place| !place.recorded)
    }
}

impl Primitive {
    /// The function behind it.
    pub fn signature(&self) -> Option<&Signature> {
        match &self.code {
            Code::Function(signature) => Some(signature),
            _ => None,
        }
    }

    /// A text of the entry, such as its `name`.
    pub fn text(&self, field: &str) -> Option<&str> {
        self.listed.get(field)?.as_str()
    }

    /// The field that tells it apart from others of its list, as a text.
    pub(super) fn key(&self) -> Option<&str> {
        ["uriTemplate", "uri", "name"].into_iter().find_map(|field| self.text(field))
    }

    /// Whether the server of the script lists it.
    pub fn is_of(&self, script: &str) -> bool {
        self.scripts.is_empty() || self.scripts.iter().any(|name| name == script)
    }

    /// Whether a server for whom nothing is set surely lists it.
    pub fn is_listed_by_default(&self) -> bool {
        self.conditional.as_ref().is_none_or(|conditional| conditional.default == Some(true))
    }

    /// Whether the field is wholly told.
    pub fn is_certain(&self, field: &str) -> bool {
        !self.partial.iter().any(|partial| partial == field)
    }

    /// Whether a recorded answer alone tells the field.
    pub fn is_recorded(&self, field: &str) -> bool {
        self.recorded.iter().any(|recorded| recorded == field)
    }
}
