//! The transports by which a script serves, where the text tells every one.

use std::collections::BTreeSet;

use crate::program::{Program, Reachability};
use crate::spec::entry_points::Reference;
use crate::syntax::{Call, StaticValue};

/// The transports by which the script behind `reference` may serve, in alphabetical order; none where one is not told.
pub fn transports(program: &Program, reference: &Reference) -> Vec<&'static str> {
    let entry = program
        .entry_points()
        .iter()
        .position(|entry| entry.module == reference.module && entry.attributes == reference.attributes);
    let all = entry.and_then(|entry| reached(program, entry)).unwrap_or_default();
    all.into_iter().collect()
}

fn reached(program: &Program, entry: usize) -> Option<BTreeSet<&'static str>> {
    let mut found = BTreeSet::new();
    for (name, module) in program.iter() {
        for call in module.calls().iter().filter(|call| super::starts_server(&call.path)) {
            let is_reached =
                program.reach_from_under(entry, name, call.body, &call.guards) > Reachability::No;
            if is_reached && !is_handed_streams(program, name, call) {
                found.insert(transport(program, name, call)?);
            }
        }
    }
    program.unread().next().is_none().then_some(found)
}

/// Whether it is `run` of the low-level server, which serves what another call opened.
fn is_handed_streams(program: &Program, module: &str, call: &Call) -> bool {
    let Some((object, "run")) = call.path.rsplit_once('.') else { return false };
    let class = program.class_of(module, call.body, object);
    class.is_some_and(|class| {
        super::sdk_class(program, &class).is_some() && !super::runs_by_itself(program, &class)
    })
}

fn transport(program: &Program, module: &str, call: &Call) -> Option<&'static str> {
    let (object, method) = call.path.rsplit_once('.').unwrap_or(("", &call.path));
    let written = call.keyword("transport");
    match method {
        "run" if object == "uvicorn" => of_an_app(program),
        "stdio_server" | "run_stdio_async" => Some("stdio"),
        "run_sse_async" => Some("sse"),
        "run_streamable_http_async" | "run_http_async" => Some("streamable-http"),
        "run" | "run_async" => {
            let class = program.class_of(module, call.body, object);
            class.filter(|class| super::runs_by_itself(program, class))?;
            match written.or_else(|| call.positional().next()).map(|argument| &argument.value) {
                Some(StaticValue::Text(text)) => match text.as_str() {
                    "stdio" => Some("stdio"),
                    "sse" => Some("sse"),
                    "http" | "streamable-http" => Some("streamable-http"),
                    _ => None,
                },
                Some(StaticValue::None) => Some("stdio"),
                Some(_) => None,
                None => (!call.is_open()).then_some("stdio"),
            }
        }
        _ => None,
    }
}

/// The transport of the application that the program makes for a web server, where it makes those of one.
fn of_an_app(program: &Program) -> Option<&'static str> {
    let calls = program.iter().flat_map(|(_, module)| module.calls());
    let made: BTreeSet<_> = calls
        .filter_map(|call| match call.path.rsplit_once('.')?.1 {
            "streamable_http_app" => Some("streamable-http"),
            "sse_app" => Some("sse"),
            "http_app" if call.keyword("transport").is_none() => Some("streamable-http"),
            _ => None,
        })
        .collect();
    made.first().copied().filter(|_| made.len() == 1)
}
