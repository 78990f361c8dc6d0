//! The transports by which a script serves, where the text tells every one.

use std::collections::BTreeSet;

use crate::program::{Program, Reach};
use crate::sdk::{self, StartResult, Starter, TRANSPORT, Transport, TransportChoice};
use crate::spec::entry_points::Reference;
use crate::syntax::{Argument, Call, Value};

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

/// The names of the transports by which the script behind `reference` may serve, in alphabetical order; none where one is
/// not told.
pub fn transports(program: &Program, reference: &Reference) -> Vec<&'static str> {
    let entry = program
        .entry_points()
        .iter()
        .position(|entry| entry.module == reference.module && entry.attributes == reference.attributes);
    let all = entry.and_then(|entry| reached(program, entry)).unwrap_or_default();
    all.into_iter().map(Transport::name).collect()
}

/// Which transport `call` chooses, where `first` is what it gives the method that starts the server so by position.
pub(super) fn chosen(starter: Starter, call: &Call, first: Option<&Argument>) -> Chosen {
    let choice = match starter.choice {
        TransportChoice::Fixed => return Chosen::Is(starter.transport),
        TransportChoice::Keyword => call.keyword(TRANSPORT),
        TransportChoice::First => call.keyword(TRANSPORT).or(first),
    };
    match choice.map(|argument| &argument.value) {
        Some(Value::Text(word)) => Transport::read(word).map_or(Chosen::None, Chosen::Is),
        None if call.is_open() => Chosen::Unknown,
        None | Some(Value::None) => Chosen::Is(starter.transport),
        Some(_) => Chosen::Unknown,
    }
}

fn reached(program: &Program, entry: usize) -> Option<BTreeSet<Transport>> {
    let mut found = BTreeSet::new();
    for (name, module) in program.iter() {
        for call in module.calls().iter().filter(|call| super::starts_server(&call.path)) {
            let is_reached = program.reach_from_under(entry, name, call.body, &call.guards) > Reach::No;
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
    let (whole, part) = object.rsplit_once('.').unwrap_or(("", object));
    let is_server = |object: &str, low: bool| {
        let class = program.class_of(module, call.body, object);
        class.is_some_and(|class| {
            super::sdk_class(program, &class).is_some_and(|class| class.is_low_level == low)
        })
    };
    is_server(object, true) || sdk::is_low_level_part(part) && is_server(whole, false)
}

fn transport(program: &Program, module: &str, call: &Call) -> Option<Transport> {
    let (object, method) = call.path.rsplit_once('.').unwrap_or(("", &call.path));
    let starter = sdk::starter(method)?;
    if call.path == WEB_SERVER {
        return of_an_app(program);
    }
    if starter.choice == TransportChoice::First {
        let class = program.class_of(module, call.body, object);
        class.filter(|class| super::runs_by_itself(program, class))?;
    }
    match chosen(starter, call, call.positional().next()) {
        Chosen::Is(transport) => Some(transport),
        Chosen::None | Chosen::Unknown => None,
    }
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
