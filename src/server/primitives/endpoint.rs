//! How a server is reached: by which transport, and where over HTTP.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::conditional::Conditional;
use crate::sdk::Transport;
use crate::text::Span;

/// One way in which a server is reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// By which transport; none where the text does not tell.
    #[serde(rename = "type")]
    pub transport: Option<Transport>,
    /// What it depends on, where the server need not serve so.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub conditional: Option<Conditional>,
    /// The address at which it listens, over HTTP.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub host: Option<Told<String>>,
    /// The port.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub port: Option<Told<u16>>,
    /// The path.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub path: Option<Told<String>>,
    /// The scripts that serve so, sorted; none where all do that start a server.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub scripts: Vec<String>,
    /// The calls that start it, by module and place; known only while the project itself is at hand.
    #[serde(skip)]
    pub places: Vec<(Arc<str>, Span)>,
}

/// What something is where nobody sets it, and by what it is set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told<T> {
    /// The value; none where the text does not tell.
    pub value: Option<T>,
    /// What may change it: options (`--port`), variables (`env:PORT`).
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub by: Vec<String>,
}

/// Whether no more is to be said than that a server serves over stdio.
pub(super) fn are_plain(endpoints: &[Endpoint]) -> bool {
    endpoints.iter().all(|one| one.transport == Some(Transport::Stdio))
}

impl Endpoint {
    /// One by the transport, of which nothing else is known.
    pub fn by(transport: Transport) -> Self {
        Self { transport: Some(transport), ..Self::default() }
    }

    /// Whether it is the stdin and stdout of the server.
    pub fn is_stdio(&self) -> bool {
        self.transport == Some(Transport::Stdio)
    }

    /// Whether the script serves so.
    pub fn is_of(&self, script: &str) -> bool {
        self.scripts.is_empty() || self.scripts.iter().any(|name| name == script)
    }

    /// Whether it is so where nobody sets anything; none where the text does not tell.
    pub fn by_default(&self) -> Option<bool> {
        self.conditional.as_ref().map_or(Some(true), |conditional| conditional.default)
    }
}
