//! Where what a server offers stands.

use serde::{Deserialize, Serialize};

use crate::evaluation::{CodeLocation, Host, Run};
use crate::text::Span;

/// A line of a file of the project.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The file, relative to the project, with `/`.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// What stands there; known only while the project itself is at hand.
    #[serde(skip)]
    pub span: Span,
}

/// Where something stands.
pub(super) fn source<H: Host>(run: &Run<'_, H>, place: &CodeLocation) -> Option<Source> {
    let text = run.source(&place.module)?;
    let line = text.position(place.span.start).line;
    Some(Source { path: text.path().to_string(), line, span: place.span })
}
