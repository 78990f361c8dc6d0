//! How a server is reached, in a line for each way.

use crate::sdk::Transport;
use crate::server::{Conditional, Endpoint, Primitives, Told};
use crate::text::in_words;

/// The ways, where one of them may be over HTTP.
pub(super) fn lines(primitives: &Primitives) -> Vec<String> {
    primitives.endpoints_over_http().iter().map(line).collect()
}

fn line(endpoint: &Endpoint) -> String {
    let name = endpoint.transport.map_or("a transport that the text does not tell", Transport::name);
    let scripts = match &*endpoint.scripts {
        [] => String::new(),
        scripts => format!(" by {}", words(scripts)),
    };
    let unless = endpoint.conditional.as_ref().map(dependence).unwrap_or_default();
    format!("{name}{}{}{unless}{scripts}", place(endpoint), set(endpoint))
}

/// Where it is over HTTP: `127.0.0.1:8000/mcp`.
fn place(endpoint: &Endpoint) -> String {
    let Some(port) = &endpoint.port else { return String::new() };
    let unknown = || "…".to_owned();
    let text = |told: &Option<Told<String>>| {
        told.as_ref().and_then(|told| told.value.clone()).unwrap_or_else(unknown)
    };
    let port = port.value.map_or_else(unknown, |port| port.to_string());
    format!(" at {}:{port}{}", text(&endpoint.host), text(&endpoint.path))
}

/// What sets that.
fn set(endpoint: &Endpoint) -> String {
    let texts = [&endpoint.host, &endpoint.path].into_iter().flatten().flat_map(|told| &told.by);
    let mut by: Vec<String> = texts.chain(endpoint.port.iter().flat_map(|told| &told.by)).cloned().collect();
    by.sort_unstable();
    by.dedup();
    if by.is_empty() { String::new() } else { format!(" (set by {})", words(&by)) }
}

fn dependence(conditional: &Conditional) -> String {
    let by = words(&conditional.by);
    match (conditional.default, &*conditional.by) {
        (Some(true), [_, ..]) => format!(", unless {by} says otherwise"),
        (Some(false), [_, ..]) => format!(", where {by} says so"),
        (None, [_, ..]) => format!(", which depends on {by}"),
        (_, []) => ", in some configurations".to_owned(),
    }
}

fn words(causes: &[String]) -> String {
    let plain: Vec<String> =
        causes.iter().map(|cause| format!("`{}`", cause.trim_start_matches("env:"))).collect();
    in_words(&plain.iter().map(String::as_str).collect::<Vec<_>>())
}
