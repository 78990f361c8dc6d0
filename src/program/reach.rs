//! Which code runs: what the console scripts call, and what that calls in turn.
//!
//! Every body of code (a module's, a function's) gets a rung of one ladder, by the surest way that leads to it:
//!
//! | rung | `def f` is on it where |
//! |---|---|
//! | [`Reachability::Start`] | the script calls `f()`, with nothing around the call that may not hold |
//! | [`Reachability::Serving`] | `@mcp.tool()` stands over it: clients call it, whenever they like |
//! | [`Reachability::Called`] | `if fast: f()`, or it is one of several functions behind a name |
//! | [`Reachability::Maybe`] | `x = f`: it is named, and may be called by somebody |
//! | [`Reachability::No`] | nobody names it, or only under `if False` |
//!
//! An edge cannot raise: a call in a body on some rung leads at most to that rung, and the guards around the call (see
//! [`Guard`]) lower it: a condition makes `Called` of `Start`, `TYPE_CHECKING` makes `No` of anything. Where several edges
//! meet, the highest counts. So rungs only ever rise, each body is followed at most once for each rung, and the search
//! ends.
//!
//! It is cheap and total: no values, no budget, an answer for each body. Which *values* code works with is asked of
//! `evaluation`, which is exact and bounded.

use std::collections::BTreeMap;

use super::call_graph::{CallGraph, Decoration, Edge, How, draw, is_run, is_sure, never_runs};
use super::{Program, Resolution};
use crate::layout::with_parents;
use crate::syntax::{Guard, Guards};

/// How a program comes to run a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reachability {
    /// Nothing that the text shows leads to it.
    #[default]
    No,
    /// It is named somewhere, or imported where that may not happen or may fail.
    Maybe,
    /// A script comes to call it under some condition.
    Called,
    /// A client comes to call it, perhaps under a condition.
    Serving,
    /// Whenever a script starts.
    Start,
}

/// What a script calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptTarget {
    /// The module.
    pub module: String,
    /// What it names there, one attribute after the other; none when the module is run itself.
    pub attributes: Vec<String>,
}

/// How each body of each module is reached from one entry.
type Reaches = BTreeMap<String, Vec<Reachability>>;

impl Program {
    /// What leads from one of its bodies to another.
    pub(super) fn call_graph(&self) -> &CallGraph {
        self.call_graph.get_or_init(|| draw(self))
    }

    /// How the program comes to import the module called `module`.
    pub fn reach(&self, module: &str) -> Reachability {
        self.reach_of(module, 0)
    }

    /// How many entries the program has.
    pub fn entries(&self) -> std::ops::Range<usize> {
        0..self.entries.len()
    }

    /// How the program comes to run the body of `module` with this number; the body of a class runs with what is around
    /// it.
    pub fn reach_of(&self, module: &str, body: usize) -> Reachability {
        self.entries().map(|entry| self.reach_from(entry, module, body)).max().unwrap_or_default()
    }

    /// How the entry with this number comes to run the body of `module` with this number.
    pub fn reach_from(&self, entry: usize, module: &str, body: usize) -> Reachability {
        let reaches = self.reaches.get_or_init(|| trace_apart(self));
        let reaches = reaches.get(entry).and_then(|reaches| reaches.get(module));
        let body = self.module(module).map_or(body, |facts| facts.runner(body));
        reaches.and_then(|bodies| bodies.get(body)).copied().unwrap_or_default()
    }

    /// Whether a script runs the body at its start, and nobody on the way there is prepared for a missing file.
    pub fn starts_unprepared(&self, module: &str, body: usize) -> bool {
        let reaches = self.unprepared.get_or_init(|| trace(self, Follow::Unless(Guard::FileHandled)));
        let body = self.module(module).map_or(body, |facts| facts.runner(body));
        let mut found = reaches.iter().filter_map(|reaches| reaches.get(module)?.get(body));
        found.any(|reach| *reach == Reachability::Start)
    }

    /// Whether every script runs the body at its start, and nobody on the way there is prepared for a missing variable
    /// of the environment.
    pub fn starts_unprovided(&self, module: &str, body: usize) -> bool {
        let reaches = self.unprovided.get_or_init(|| trace(self, Follow::Unless(Guard::VariableHandled)));
        let body = self.module(module).map_or(body, |facts| facts.runner(body));
        let starts = |reaches: &Reaches| {
            reaches.get(module).and_then(|bodies| bodies.get(body)) == Some(&Reachability::Start)
        };
        !reaches.is_empty() && reaches.iter().all(starts)
    }

    /// Whether a script or a command of its command line runs code under `guards` in that body as soon as it is asked for.
    pub fn starts_on_command(&self, module: &str, body: usize, guards: &Guards) -> bool {
        let reaches = self.commanded.get_or_init(|| trace(self, Follow::Commands));
        let body = self.module(module).map_or(body, |facts| facts.runner(body));
        let found = reaches.iter().filter_map(|reaches| reaches.get(module)?.get(body));
        found.max().is_some_and(|reach| within(module, guards, *reach) == Reachability::Start)
    }

    /// How the program comes to run code under `guards` in that body.
    pub fn reach_under(&self, module: &str, body: usize, guards: &Guards) -> Reachability {
        within(module, guards, self.reach_of(module, body))
    }

    /// How the entry with this number comes to run code under `guards` in that body.
    pub fn reach_from_under(&self, entry: usize, module: &str, body: usize, guards: &Guards) -> Reachability {
        within(module, guards, self.reach_from(entry, module, body))
    }
}

/// What is taken to be sure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// What every start does.
    Starts,
    /// Not what stands under this guard.
    Unless(Guard),
    /// The commands of the command line too.
    Commands,
}

/// Follows the entries through `program` on a stack that is high enough for hostile texts; on this one where there is none.
fn trace_apart(program: &Program) -> Vec<Reaches> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(super::STACK);
        let started = thread.spawn_scoped(scope, || trace(program, Follow::Starts));
        let traced = started.ok().and_then(|thread| thread.join().ok());
        traced.unwrap_or_else(|| trace(program, Follow::Starts))
    })
}

/// Follows the entries through `program`.
pub(super) fn trace(program: &Program, follow: Follow) -> Vec<Reaches> {
    program.entries.iter().map(|entry| trace_one(program, entry, follow)).collect()
}

fn trace_one<'a>(program: &'a Program, entry: &'a ScriptTarget, follow: Follow) -> Reaches {
    let mut trace = Trace { program, sure: follow, reaches: BTreeMap::new(), pending: Vec::new() };
    for module in with_parents(&entry.module) {
        trace.raise(module, 0, Reachability::Start);
    }
    let attributes: Vec<&str> = entry.attributes.iter().map(String::as_str).collect();
    if let Resolution::Bound(found) = program.resolve(&entry.module, &attributes) {
        let reach = if found.len() == 1 { Reachability::Start } else { Reachability::Called };
        for one in found {
            for (body, runs) in one.bodies() {
                trace.raise(one.module, body, if runs { reach } else { Reachability::Maybe });
            }
        }
    }
    while let Some((module, body, reach)) = trace.pending.pop() {
        trace.follow(module, body, reach);
    }
    trace.reaches
}

struct Trace<'a> {
    program: &'a Program,
    sure: Follow,
    reaches: BTreeMap<String, Vec<Reachability>>,
    pending: Vec<(&'a str, usize, Reachability)>,
}

impl<'a> Trace<'a> {
    fn raise(&mut self, module: &'a str, body: usize, reach: Reachability) {
        let Some(facts) = self.program.module(module) else { return };
        let bodies = self.reaches.entry(module.to_owned()).or_default();
        bodies.resize(facts.bodies().len(), Reachability::No);
        if let Some(known) = bodies.get_mut(body).filter(|known| **known < reach) {
            *known = reach;
            self.pending.push((module, body, reach));
        }
    }

    fn follow(&mut self, module: &'a str, body: usize, reach: Reachability) {
        for edge in self.program.call_graph().from(module, body) {
            let reach = self.along(module, edge, reach);
            self.raise(&edge.to.0, edge.to.1, reach);
        }
    }

    /// How a body is reached that an edge leads to from one that is reached like that.
    fn along(&self, module: &str, edge: &Edge, reach: Reachability) -> Reachability {
        let here = self.within(module, &edge.guards, reach);
        // what it prints does not go where it is known to go
        let muffled = edge.guards.inner().contains(&Guard::Redirected);
        let called = if muffled { here.min(Reachability::Called) } else { here };
        let there = match &edge.how {
            How::Imports if is_sure(&edge.guards) => here,
            How::Calls(_) | How::Runs(_, true) => called,
            How::Runs(_, false) => called.min(Reachability::Called),
            How::Serves => served(called),
            How::Decorates(Decoration { serves: true, .. }) => served(reach),
            How::Decorates(Decoration { command, group, .. }) if *command || *group => match self.sure {
                Follow::Commands => reach,
                _ => reach.min(Reachability::Called),
            },
            // should an import fail, something else takes its place
            How::Imports | How::Hands(_) | How::Names | How::Decorates(_) => here.min(Reachability::Maybe),
        };
        // of several that it may be, none is certain
        if edge.sole { there } else { there.min(Reachability::Called) }
    }

    /// How code under `guards` is reached.
    fn within(&self, module: &str, guards: &Guards, reach: Reachability) -> Reachability {
        let reach = within(module, guards, reach);
        let caught = matches!(self.sure, Follow::Unless(guard) if guards.inner().contains(&guard));
        if caught { reach.min(Reachability::Called) } else { reach }
    }
}

/// How code of `module` under `guards` is reached, in a body that is reached like that.
fn within(module: &str, guards: &Guards, reach: Reachability) -> Reachability {
    if never_runs(module, guards) {
        return Reachability::No;
    }
    let inner = guards.inner();
    let always = guards.always() || is_run(module) && inner.iter().all(|guard| *guard == Guard::Main);
    match reach {
        Reachability::Start if !always => Reachability::Called,
        reach => reach,
    }
}

/// How a function is reached that code reached like that hands to a server.
fn served(reach: Reachability) -> Reachability {
    if reach >= Reachability::Called { Reachability::Serving } else { reach }
}
