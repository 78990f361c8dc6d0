//! The wire of a server over stdio: what the process writes to its stdout, a client reads as JSON-RPC.
//!
//! Whether a `print` does harm depends on when it runs. The rungs of [`Exposure`], from below:
//!
//! ```python
//! def report():                # No: `show` is another script, and serves nothing
//!     print("3 entries")
//!
//! def debug(message):          # Perhaps: nobody is seen to call it
//!     print(message)
//!
//! def main():
//!     print("starting")        # Before: every start comes past it, and then serves
//!     mcp.run()
//!     print("bye")             # No: nothing is served any more
//!
//! @mcp.tool()
//! def forecast(city: str) -> str:
//!     print(city)              # Serving: whenever a client calls
//! ```
//!
//! Two questions make a rung: how surely the code runs (`program::reach`: from which scripts, in which phase), and
//! whether a server over stdio still comes after it (`course`). Two more make the level: from `mcp` 2.0 on the SDK keeps
//! stdout to itself while it serves ([`StdioServing::may_miss`]), and what Python buffers arrives late ([`Arrival`]).

use std::sync::OnceLock;

use super::course::{Search, Serving, reach_of_any, serves_clients};
use super::transports::{Chosen, start};
use crate::program::{BodyKey, Program, Reachability};
use crate::sdk::{self, StartResult, Transport};
use crate::syntax::{Argument, Call, Guard, Module, StaticValue, Usage};

/// The entries of a program that start a server over stdio.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StdioServing {
    /// Each with whether it is seen to do so, not only to name what does.
    entries: Vec<(usize, bool)>,
    /// The SDK keeps the wire for itself while it serves: from `mcp` 2.0 on, stdout is stderr then, and stdin empty.
    diverts: bool,
    /// Something of the project's own may lead stdout elsewhere: a decorator or a context around what it is given.
    muffled: bool,
    /// The calls that start it, by module and number.
    starts: Vec<BodyKey>,
    serving: OnceLock<Serving>,
}

/// How surely code runs while the stdout of its process is the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exposure {
    /// It does not: no server over stdio comes after it, as far as the text tells.
    No,
    /// Nothing that the text shows calls it, or only under a condition before anything is served.
    Perhaps,
    /// Whenever the server starts, before it serves.
    Before,
    /// While it serves.
    Serving,
}

/// When what a call does comes to the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// At once.
    AtOnce,
    /// While the server serves, should the SDK not keep the wire to itself.
    Later,
    /// When the buffer of Python's stdout is full, or the process ends.
    Buffered,
}

/// Finds the entries that start a server over stdio.
pub(super) fn find(program: &Program, diverts: bool) -> StdioServing {
    let stdio = names_stdio(program);
    let mut starts: Vec<BodyKey> = Vec::new();
    let mut entries: Vec<(usize, bool)> = Vec::new();
    for (name, module) in program.iter() {
        for (number, call) in module.calls().iter().enumerate() {
            let certain =
                starts_stdio(program, name, call).or_else(|| serves_streams(module, call).then_some(true));
            if !certain.is_some_and(|certain| certain || stdio) || call.guards.contain(Guard::OtherTransport)
            {
                continue;
            }
            let reach = |entry: usize| program.reach_from_under(entry, name, call.body, &call.guards);
            let coming: Vec<_> = program
                .entries()
                .map(|entry| (entry, reach(entry)))
                .filter(|(_, reach)| *reach > Reachability::No)
                .collect();
            if !coming.is_empty() {
                starts.push((name.to_owned(), number));
            }
            for (entry, reach) in coming {
                match entries.iter_mut().find(|(known, _)| *known == entry) {
                    Some((_, seen)) => *seen |= reach > Reachability::Maybe,
                    None => entries.push((entry, reach > Reachability::Maybe)),
                }
            }
        }
    }
    let muffled = program.iter().any(|(_, module)| muffles(module));
    StdioServing { entries, diverts, muffled, starts, serving: OnceLock::new() }
}

/// Whether the module redirects stdout for code that stands elsewhere: in a generator that is a context, round a
/// function that it was given, or on a stack of contexts.
fn muffles(module: &Module) -> bool {
    module.calls().iter().any(|call| {
        if call.path.rsplit('.').next() != Some("redirect_stdout") {
            return false;
        }
        let generates =
            module.functions().any(|function| function.body == call.body && function.is_generator);
        let outer = module.bodies()[call.body].parent;
        let given = |inner: &Call| {
            let name = inner.path.split('.').next().unwrap_or_default();
            inner.body == call.body
                && inner.guards.contain(Guard::Redirected)
                && outer.is_some_and(|outer| !module.bodies()[outer].scope.bindings(name).is_empty())
        };
        generates
            || call.usage != Usage::Other
            || outer.is_some_and(|outer| outer > 0) && module.calls().iter().any(given)
    })
}

/// Whether the text of some module holds the literal `"stdio"`: as a default, a choice, a case.
fn names_stdio(program: &Program) -> bool {
    let literals = ['"', '\''].map(|quote| format!("{quote}{}{quote}", Transport::Stdio.name()));
    let literal = |module: &Module| literals.iter().any(|literal| module.source().text().contains(literal));
    program.iter().any(|(_, module)| literal(module))
}

/// Whether the call starts a server over stdio: surely, or by a transport that the text does not tell.
fn starts_stdio(program: &Program, module: &str, call: &Call) -> Option<bool> {
    match start(program, module, call)? {
        (_, Chosen::Is(Transport::Stdio)) => Some(true),
        (true, Chosen::Unknown) => Some(false),
        _ => None,
    }
}

/// Whether the call stands in a `lambda` that something is given, as a sink of logs is.
fn is_for_later(facts: &Module, call: &Call) -> bool {
    let around = |argument: &Argument| {
        let Argument { span, value, .. } = argument;
        *value == StaticValue::Lambda && span.start <= call.span.start && call.span.end <= span.end
    };
    facts.calls().iter().any(|outer| outer.arguments.iter().any(around))
}

/// Whether the call serves what `stdio_server()` opened in the same body: `server.run(reader, writer, ...)`.
fn serves_streams(module: &Module, call: &Call) -> bool {
    let opens_streams = |path: &str| {
        let starter = path.rsplit('.').next().and_then(sdk::starter);
        starter.is_some_and(|starter| starter.result == StartResult::Streams)
    };
    let opens = |other: &Call| other.body == call.body && opens_streams(&other.path);
    call.path.ends_with(".run") && call.positional().nth(1).is_some() && module.calls().iter().any(opens)
}

impl StdioServing {
    /// How surely a call of `module` is made while the stdout of its process is the wire, or will be.
    pub fn exposure(&self, program: &Program, module: &str, call: &Call) -> Exposure {
        let is_apart = |guard: &Guard| {
            matches!(guard, Guard::Never | Guard::OtherTransport | Guard::Redirected | Guard::TypeChecking)
        };
        let off = || program.module(module).is_some_and(|facts| facts.is_switched_off(call.span));
        if call.guards.all().iter().any(is_apart) || off() {
            return Exposure::No;
        }
        let exposure = self.reached(program, module, call);
        let serving = || self.serving.get_or_init(|| Serving::find(program, self.starts.clone()));
        let leads = || Search::new(program, &self.entries, serving()).leads(module, call);
        if exposure > Exposure::No && leads() { exposure } else { Exposure::No }
    }

    fn reached(&self, program: &Program, module: &str, call: &Call) -> Exposure {
        let reach =
            |(entry, _): &(usize, bool)| program.reach_from_under(*entry, module, call.body, &call.guards);
        let sure = self.entries.iter().filter(|(_, seen)| *seen).map(reach).max().unwrap_or_default();
        match sure {
            Reachability::Serving if self.diverts => return Exposure::No,
            Reachability::Serving => return Exposure::Serving,
            Reachability::Start => {
                let later = || program.module(module).is_some_and(|facts| is_for_later(facts, call));
                let serving = !self.diverts && (later() || serves_clients(program, module, call.body));
                return if serving { Exposure::Serving } else { Exposure::Before };
            }
            Reachability::No | Reachability::Maybe | Reachability::Called => {}
        }
        let comes = |body: usize| reach_of_any(program, &self.entries, module, body) > Reachability::No;
        // of a function that nobody is seen to call, its module is imported
        let named = self.entries.iter().any(|entry| reach(entry) > Reachability::No);
        if named || !call.guards.contain(Guard::Main) && comes(0) { Exposure::Perhaps } else { Exposure::No }
    }

    /// Whether what is known to be written may not reach a client, or only when it is over.
    pub fn may_miss(&self, exposure: Exposure, arrival: Arrival) -> bool {
        self.muffled
            || match (exposure, arrival) {
                (Exposure::Serving, _) | (Exposure::Before, Arrival::AtOnce) => false,
                (Exposure::Before, Arrival::Later) => self.diverts,
                _ => true,
            }
    }

    /// Whether children that the server starts may take over its wire.
    pub fn is_open_to_children(&self) -> bool {
        !self.entries.is_empty() && !self.diverts
    }

    /// Whether the program puts something else in the place of stdout as a whole, or of what prints to it:
    /// `sys.stdout = sys.stderr`.
    pub fn is_redirected(program: &Program) -> bool {
        let stdout = |path: &str| matches!(path, "sys.stdout" | "builtins.print");
        let sets = |module: &Module| module.uses().iter().any(|one| one.stored && stdout(&one.path));
        program
            .iter()
            .any(|(_, module)| sets(module) || module.calls().iter().any(|call| call.path == "os.dup2"))
    }
}
