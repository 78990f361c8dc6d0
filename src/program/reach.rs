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

use super::invocation::{is_command, is_group, registers, runs_its_arguments, runs_to_its_end};
use super::{Program, Resolution, ResolvedName};
use crate::layout::with_parents;
use crate::syntax::{BindingKind, Call, Guard, Guards, Import, Imported, Module, StaticValue, Term, Usage};

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
    /// How the program comes to import the module called `module`.
    pub fn reach(&self, module: &str) -> Reachability {
        self.reach_of(module, 0)
    }

    /// How many entries the program has.
    pub fn entries(&self) -> std::ops::Range<usize> {
        0..self.reaches.len()
    }

    /// How the program comes to run the body of `module` with this number; the body of a class runs with what is around
    /// it.
    pub fn reach_of(&self, module: &str, body: usize) -> Reachability {
        self.entries().map(|entry| self.reach_from(entry, module, body)).max().unwrap_or_default()
    }

    /// How the entry with this number comes to run the body of `module` with this number.
    pub fn reach_from(&self, entry: usize, module: &str, body: usize) -> Reachability {
        let reaches = self.reaches.get(entry).and_then(|reaches| reaches.get(module));
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

/// Follows the entries through `program`.
pub(super) fn trace(program: &Program, follow: Follow) -> Vec<Reaches> {
    program.entries.iter().map(|entry| trace_one(program, entry, follow)).collect()
}

fn trace_one(program: &Program, entry: &ScriptTarget, follow: Follow) -> Reaches {
    let mut trace = Trace { program, sure: follow, reaches: BTreeMap::new(), pending: Vec::new() };
    trace.import(&entry.module, Reachability::Start);
    let attributes: Vec<&str> = entry.attributes.iter().map(String::as_str).collect();
    if let Resolution::Bound(found) = program.resolve(&entry.module, &attributes) {
        trace.run(&found, Reachability::Start);
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

    /// An import runs the module and the packages that hold it.
    fn import(&mut self, name: &str, reach: Reachability) {
        for name in with_parents(name) {
            if let Some((name, _)) = self.program.parsed.get_key_value(name) {
                self.raise(name, 0, reach);
            }
        }
    }

    fn follow(&mut self, module: &'a str, body: usize, reach: Reachability) {
        let Some(facts) = self.program.module(module) else { return };
        let here = |at: usize| facts.runner(at) == body;
        for import in facts.imports().iter().filter(|import| here(import.body)) {
            self.imports(module, import, reach);
        }
        for call in facts.calls().iter().filter(|call| here(call.body)) {
            let reach = self.within(module, &call.guards, reach);
            self.call(module, call, reach);
        }
        for named in facts.uses().iter().filter(|named| here(named.body)) {
            let found = self.program.callees(module, named.body, &named.path);
            self.run(&found, within(module, &named.guards, reach).min(Reachability::Maybe));
        }
        self.decorated(module, facts, body, reach);
    }

    /// How code under `guards` is reached.
    fn within(&self, module: &str, guards: &Guards, reach: Reachability) -> Reachability {
        let reach = within(module, guards, reach);
        let caught = matches!(self.sure, Follow::Unless(guard) if guards.inner().contains(&guard));
        if caught { reach.min(Reachability::Called) } else { reach }
    }

    fn imports(&mut self, module: &str, import: &Import, reach: Reachability) {
        let Some(base) = self.program.absolute(module, &import.module.value) else { return };
        let reach = match self.within(module, &import.guards, reach) {
            // should it fail, something else takes its place
            reach if import.under(Guard::Handled) => reach.min(Reachability::Maybe),
            reach if import.guards.always() => reach,
            reach => reach.min(Reachability::Maybe),
        };
        self.import(&base, reach);
        if let Imported::Names(names) = &import.names {
            for name in names {
                self.import(&format!("{base}.{}", name.name.value), reach);
            }
        }
    }

    fn call(&mut self, module: &str, call: &Call, reach: Reachability) {
        let found = self.program.callees(module, call.body, &call.path);
        // what it prints does not go where it is known to go
        let muffled = call.guards.inner().contains(&Guard::Redirected);
        let reach = if muffled { reach.min(Reachability::Called) } else { reach };
        self.run(&found, reach);
        if call.usage == Usage::Decorator && !registers(&call.path) {
            return;
        }
        let reach = match () {
            () if registers(&call.path) => served(reach),
            () if runs_at_once(module, self.program, call) => reach,
            () if runs_its_arguments(&call.path) => reach.min(Reachability::Called),
            () => return,
        };
        for argument in &call.arguments {
            if let StaticValue::Name(name) = &argument.value {
                let found = self.program.callees(module, call.body, name);
                self.run(&found, reach);
            }
        }
    }

    /// The functions that decorators in the body hand to a server or to something else.
    fn decorated(&mut self, module: &'a str, facts: &'a Module, body: usize, reach: Reachability) {
        let registers = |decorator: &Term| decorator.decorator_name().is_some_and(|name| registers(&name));
        let here = |at: usize| facts.bodies()[at].parent.is_some_and(|parent| facts.runner(parent) == body);
        for function in facts.functions().filter(|function| here(function.body)) {
            let reach = match function.decorators() {
                [] => continue,
                decorators if decorators.iter().any(registers) => served(reach),
                decorators if decorators.iter().any(|one| is_command(one) || is_group(one)) => {
                    if self.sure == Follow::Commands { reach } else { reach.min(Reachability::Called) }
                }
                _ => reach.min(Reachability::Maybe),
            };
            self.raise(module, function.body, reach);
        }
    }

    /// What is found is called.
    fn run(&mut self, found: &[ResolvedName<'a>], reach: Reachability) {
        // of several that it may be, none is certain
        let reach = if found.len() == 1 { reach } else { reach.min(Reachability::Called) };
        for one in found {
            match one.binding().map(|binding| &binding.kind) {
                Some(BindingKind::Function(function)) => self.raise(one.module, function.body, reach),
                Some(BindingKind::Class(class)) => {
                    for (name, bindings) in class.body.iter() {
                        let made = matches!(name, "__init__" | "__new__" | "__post_init__");
                        let reach = if made { reach } else { reach.min(Reachability::Maybe) };
                        for binding in bindings {
                            if let BindingKind::Function(function) = &binding.kind {
                                self.raise(one.module, function.body, reach);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether code of `module` under `guards` runs in no start of the program.
pub(super) fn never_runs(module: &str, guards: &Guards) -> bool {
    let inner = guards.inner();
    let never = [Guard::Never, Guard::TypeChecking].iter().any(|guard| inner.contains(guard));
    never || !is_run(module) && inner.contains(&Guard::Main)
}

/// Nobody imports `__main__`, so it is run.
fn is_run(module: &str) -> bool {
    module.rsplit('.').next() == Some("__main__")
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

/// Whether the call surely calls the functions that it is given: `anyio.run(serve)`, `anyio.run(partial(serve, 1))`.
fn runs_at_once(module: &str, program: &Program, call: &Call) -> bool {
    let around = || match call.usage {
        Usage::Argument(outer) => program.module(module).and_then(|facts| facts.calls().get(outer)),
        _ => None,
    };
    runs_to_its_end(&call.path)
        || call.path == "functools.partial" && around().is_some_and(|outer| runs_to_its_end(&outer.path))
}
