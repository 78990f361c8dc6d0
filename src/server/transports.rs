//! The transports by which a script serves, where the text tells every one.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::program::{Program, Reachability, ScriptTarget};
use crate::sdk::{self, StartResult, Starter, TRANSPORT, Transport, TransportChoice};
use crate::spec::entry_points::Reference;
use crate::syntax::{Argument, Binding, BindingKind, Call, StaticValue, is_either};
use crate::text::Span;

/// What the text of a call that starts a server tells of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Chosen {
    /// It is this one.
    Is(Transport),
    /// It names one that no SDK has, and so raises.
    None,
    /// It is not told.
    Unknown,
}

/// The transports by which the script behind `reference` may serve, in alphabetical order; none where one is not told.
pub fn transports(program: &Program, reference: &Reference) -> Vec<Transport> {
    let all = entry(program, reference).and_then(|entry| reached(program, entry)).unwrap_or_default();
    all.into_iter().collect()
}

/// Whether the script behind `reference` may start a server by another call than those `known`, each in its module.
pub fn starts_otherwise(program: &Program, reference: &Reference, known: &[(Arc<str>, Span)]) -> bool {
    let Some(entry) = entry(program, reference) else { return true };
    let is_known =
        |name: &str, call: &Call| known.iter().any(|(module, at)| **module == *name && *at == call.span);
    program.unread().next().is_some()
        || starts(program, entry).iter().any(|start| !is_known(start.module, start.call))
}

fn entry(program: &Program, reference: &Reference) -> Option<usize> {
    let names =
        |entry: &ScriptTarget| entry.module == reference.module && entry.attributes == reference.attributes;
    program.entry_points().iter().position(names)
}

/// A call that starts a server, as an entry reaches it.
struct ReachedStart<'p> {
    module: &'p str,
    call: &'p Call,
    is_server: bool,
    chosen: Chosen,
}

fn starts(program: &Program, entry: usize) -> Vec<ReachedStart<'_>> {
    let calls = program.iter().flat_map(|(name, module)| module.calls().iter().map(move |call| (name, call)));
    let begun = calls.filter_map(|(module, call)| {
        let (is_server, chosen) = start(program, module, call)?;
        Some(ReachedStart { module, call, is_server, chosen })
    });
    let starts = |one: &ReachedStart<'_>| {
        let ReachedStart { module, call, is_server, .. } = one;
        // `run` of something else
        (*is_server || super::starts_server(&call.path))
            && program.reach_from_under(entry, module, call.body, &call.guards) > Reachability::No
            && !is_handed_streams(program, module, call)
    };
    begun.filter(starts).collect()
}

fn reached(program: &Program, entry: usize) -> Option<BTreeSet<Transport>> {
    let mut found = BTreeSet::new();
    for start in starts(program, entry) {
        found.insert(match start.chosen {
            _ if start.call.path == WEB_SERVER => of_an_app(program)?,
            Chosen::Is(transport) if start.is_server => transport,
            _ => return None,
        });
    }
    program.unread().next().is_none().then_some(found)
}

/// What a call that may start a server tells of the transport, and whether it surely is a server that it starts.
pub(super) fn start(program: &Program, module: &str, call: &Call) -> Option<(bool, Chosen)> {
    let (object, method) = call.path.rsplit_once('.').unwrap_or(("", &call.path));
    let starter = starter(method);
    if !starter.is_some_and(|starter| starter.choice == TransportChoice::Fixed)
        && let Some(handed) = hands_on(program, module, call)
    {
        return Some((true, handed));
    }
    let starter = starter?;
    let first = call.positional().next();
    let is_server = starter.choice != TransportChoice::First || is_server(program, module, call.body, object);
    // of something else the word alone tells
    let word = |argument: &Argument| matches!(argument.value, StaticValue::Text(_));
    let told = is_server || choice(starter, call, first).is_some_and(word);
    Some((is_server, if told { chosen(starter, call, first) } else { Chosen::Unknown }))
}

/// How a call of this name starts a server, or would if it were one's.
fn starter(name: &str) -> Option<Starter> {
    sdk::starter(name).filter(|starter| starter.result != StartResult::Application)
}

/// The transport by which a server serves that the call is given to start: `anyio.run(mcp.run_async, "stdio")`.
fn hands_on(program: &Program, module: &str, call: &Call) -> Option<Chosen> {
    let (at, starter) = call.arguments.iter().enumerate().find_map(|(at, argument)| {
        let StaticValue::Name(name) = &argument.value else { return None };
        let (object, method) = name.rsplit_once('.')?;
        let starter = starter(method)?;
        let fixed = starter.choice == TransportChoice::Fixed;
        (fixed || is_server(program, module, call.body, object)).then_some((at, starter))
    })?;
    // `Thread(target=mcp.run, kwargs=...)`
    let hidden = ["args", "kwargs"].iter().any(|name| call.keyword(name).is_some());
    let first = call.arguments.get(at + 1).filter(|next| next.keyword.is_none());
    let is_told = starter.choice == TransportChoice::Fixed || !hidden;
    Some(if is_told { chosen(starter, call, first) } else { Chosen::Unknown })
}

/// Which transport `call` chooses, where `first` is what it gives the method that starts the server so by position.
pub(super) fn chosen(starter: Starter, call: &Call, first: Option<&Argument>) -> Chosen {
    match choice(starter, call, first).map(|argument| &argument.value) {
        Some(StaticValue::Text(word)) => Transport::read(word).map_or(Chosen::None, Chosen::Is),
        None if call.is_open() && starter.choice != TransportChoice::Fixed => Chosen::Unknown,
        None | Some(StaticValue::None) => Chosen::Is(starter.transport),
        Some(_) => Chosen::Unknown,
    }
}

/// The argument by which the call chooses.
fn choice<'c>(starter: Starter, call: &'c Call, first: Option<&'c Argument>) -> Option<&'c Argument> {
    match starter.choice {
        TransportChoice::Fixed => None,
        TransportChoice::Keyword => call.keyword(TRANSPORT),
        TransportChoice::First => call.keyword(TRANSPORT).or(first),
    }
}

/// Whether `object` is a server that starts by itself.
fn is_server(program: &Program, module: &str, body: usize, object: &str) -> bool {
    match program.class_of(module, body, object) {
        Some(class) => super::runs_by_itself(program, &class),
        None => is_either_server(program, module, body, object),
    }
}

/// Whether a name stands for a server that starts by itself, of whichever SDK was there to be imported.
fn is_either_server(program: &Program, module: &str, body: usize, name: &str) -> bool {
    let bound = |name: &str| program.module(module)?.lookup(body, name).map(|(_, bindings)| bindings);
    let is_low_level = |binding: &Binding| match &binding.kind {
        BindingKind::From { module, name } => {
            let path = format!("{}.{name}", module.name);
            sdk::server_class(&path).map(|class| class.is_low_level)
        }
        _ => None,
    };
    let made = bound(name).and_then(<[_]>::last).map(|binding| &binding.kind);
    let Some(BindingKind::Call(made)) = made else { return false };
    bound(made).is_some_and(|bindings| {
        is_either(bindings) && bindings.iter().all(|binding| is_low_level(binding) == Some(false))
    })
}

/// Whether it is `run` of the low-level server, which serves what another call opened.
fn is_handed_streams(program: &Program, module: &str, call: &Call) -> bool {
    let Some((object, "run")) = call.path.rsplit_once('.') else { return false };
    let (whole, part) = object.rsplit_once('.').unwrap_or(("", object));
    let is_server = |object: &str, low: bool| {
        let class = program.class_of(module, call.body, object);
        class.is_some_and(|class| {
            super::sdk_class(program, &class).is_some_and(|class| class.is_low_level == low)
        })
    };
    is_server(object, true) || sdk::is_low_level_part(part) && is_server(whole, false)
}

/// What serves an application until the program ends.
pub(super) const WEB_SERVER: &str = "uvicorn.run";

/// The transport of the application that the program makes for a web server, where it makes those of one.
fn of_an_app(program: &Program) -> Option<Transport> {
    let calls = program.iter().flat_map(|(_, module)| module.calls());
    let made: BTreeSet<Chosen> = calls
        .filter_map(|call| {
            let starter = sdk::starter(call.path.rsplit_once('.')?.1)?;
            let makes = starter.result == StartResult::Application;
            makes.then(|| chosen(starter, call, None))
        })
        .collect();
    match (made.first(), made.len()) {
        (Some(Chosen::Is(transport)), 1) => Some(*transport),
        _ => None,
    }
}
