//! Whether what a program does leads to a server over stdio.
//!
//! The search goes forwards from a call: along its body, and from the end of that to whoever ran it.
//!
//! ```python
//! def banner(quiet):
//!     if quiet:
//!         return
//!     print("weather")         # 1. nothing here serves; the body is left by its end
//!
//! def main():
//!     banner(False)            # 2. ... back to the caller, behind whose call
//!     mcp.run()                # 3. ... a server runs: it leads to serving
//!     banner(True)             # from here on there is no server: `run` returns when it is over
//! ```
//!
//! What excludes each other is known by [`Site`]: a `print` in one arm of an `if` does not lead to a `run` in the other,
//! and one behind `sys.exit()` leads nowhere. A body is left in three ways ([`Way`]), and each has its own continuation:
//! a return goes on behind the call, an exception to who catches it, the end of the program nowhere. Who runs a body is
//! asked of `program` ([`Caller`]); where nobody is known to, somebody may, so that it may lead there.
//!
//! Each body is left at most once in each way, so the search ends.

use std::collections::{BTreeMap, BTreeSet};

use super::transports::{Chosen, WEB_SERVER, chosen};
use crate::program::{BodyKey, Caller, Held, Program, Reachability, is_group};
use crate::sdk::{self, StartResult, Transport};
use crate::syntax::{BindingKind, Call, Guard, Module, Site, Usage, Way};

/// The calls that run a server over stdio until it ends, by the bodies that they stand in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Serving {
    calls: BTreeMap<BodyKey, Vec<usize>>,
    /// Where something is given a function that does.
    held: Vec<Held>,
    /// One of the commands of the command line does.
    by_command: bool,
    /// Calls behind which nothing follows: they never return, or serve otherwise.
    last: BTreeMap<BodyKey, Vec<usize>>,
}

impl Serving {
    /// All that comes to one of the calls `direct`, by module and number.
    pub(super) fn find(program: &Program, direct: Vec<BodyKey>) -> Self {
        let mut serving = Self::default();
        let mut pending = direct;
        let mut bodies = BTreeSet::new();
        while let Some((module, number)) = pending.pop() {
            let Some(facts) = program.module(&module) else { continue };
            let body = facts.runner(facts.calls()[number].body);
            let key = (module, body);
            let calls = serving.calls.entry(key.clone()).or_default();
            if !calls.contains(&number) {
                calls.push(number);
            }
            if body > 0 && bodies.insert(key.clone()) {
                for caller in program.callers(&key.0, body) {
                    match caller {
                        Caller::Call(module, number) => pending.push((module.clone(), *number)),
                        Caller::Holder(held) => serving.held.push(held.clone()),
                        _ => {}
                    }
                }
            }
        }
        serving.by_command = program.commands().any(|body| serving.calls.contains_key(body));
        serving.find_last(program);
        serving
    }

    fn find_last(&mut self, program: &Program) {
        for (name, facts) in program.iter() {
            let mut add = |module: &str, number: usize| {
                let Some(facts) = program.module(module) else { return };
                let body = facts.runner(facts.calls()[number].body);
                self.last.entry((module.to_owned(), body)).or_default().push(number);
            };
            for (number, _) in
                facts.calls().iter().enumerate().filter(|(_, call)| serves_elsewhere(facts, call))
            {
                add(name, number);
            }
            for (body, _) in facts.bodies().iter().enumerate().filter(|(_, body)| body.fails) {
                for caller in program.callers(name, body) {
                    match caller {
                        Caller::Call(module, number) if is_sole(program, module, *number) => {
                            add(module, *number);
                        }
                        _ => {}
                    }
                }
            }
        }
    }
}

/// A search for what comes after a place in the program.
pub(super) struct Search<'a> {
    pub(super) program: &'a Program,
    entries: &'a [(usize, bool)],
    pub(super) serving: &'a Serving,
    seen: BTreeSet<(BodyKey, Way)>,
}

impl<'a> Search<'a> {
    pub(super) fn new(program: &'a Program, entries: &'a [(usize, bool)], serving: &'a Serving) -> Self {
        Self { program, entries, serving, seen: BTreeSet::new() }
    }

    /// Whether a server over stdio may serve when the call has been made, or while it is.
    pub(super) fn leads(&mut self, module: &str, call: &Call) -> bool {
        let Some(facts) = self.program.module(module) else { return true };
        let body = facts.runner(call.body);
        reach_of_any(self.program, self.entries, module, body) == Reachability::Serving
            || self.comes_to_held(module, body, (call.span.start, &call.site))
            || self.goes_on(module, facts, body, (call.span.start, &call.site))
    }

    /// Whether a function that serves is given to something behind a place in a body.
    fn comes_to_held(&self, module: &str, body: usize, (at, site): (u32, &Site)) -> bool {
        let here = self.serving.held.iter().filter(|held| held.module == module && held.body == body);
        here.into_iter().any(|held| site.leads_to(at, &held.site, held.at))
    }

    /// Whether what follows the run of a function comes to a server, which something was given there. What is given one
    /// that serves beside runs one of them.
    fn goes_on_from(&mut self, held: &Held, way: Way) -> bool {
        let alternative = |other: &Held| other.module == held.module && other.body == held.body;
        if way == Way::Quit || held.body == 0 && self.serving.held.iter().any(alternative) {
            return false;
        }
        let Some(facts) = self.program.module(&held.module) else { return true };
        self.goes_on(&held.module, facts, held.body, (held.at, &held.site))
    }

    /// Whether what follows a place in a body comes to a server.
    fn goes_on(&mut self, module: &str, facts: &Module, body: usize, from: (u32, &Site)) -> bool {
        let (at, site) = from;
        let stop = self.stop(module, facts, body, from);
        let before_it = |place: u32| stop.is_none_or(|stop| place <= stop);
        let key = (module.to_owned(), body);
        let serving =
            self.serving.calls.get(&key).into_iter().flatten().map(|number| &facts.calls()[*number]);
        let comes_to = |call: &Call| {
            let after = site.leads_to(at, &call.site, call.span.start) && before_it(call.span.start);
            // what runs beside is not over with its call
            after || !waits(facts, call) && call.site.leads_to(call.span.start, site, at)
        };
        if serving.into_iter().any(comes_to) || self.starts_commands(module, facts, body, from) {
            return true;
        }
        let exits = facts.exits().iter().filter(|exit| exit.body == body);
        let mut ways: BTreeSet<Way> = exits
            .filter(|exit| site.leads_to(at, &exit.site, exit.at) && before_it(exit.at))
            .map(|exit| exit.way)
            .collect();
        if site.falls_through() && stop.is_none() {
            ways.insert(Way::Return);
        }
        if stop.is_some() {
            ways.insert(Way::Quit);
        }
        ways.into_iter().any(|way| self.leaves(module, body, way))
    }

    /// Where control surely ends in a call behind the place.
    fn stop(&self, module: &str, facts: &Module, body: usize, (at, site): (u32, &Site)) -> Option<u32> {
        let last = self.serving.last.get(&(module.to_owned(), body)).into_iter().flatten();
        let calls = last.map(|number| &facts.calls()[*number]);
        let behind = calls.filter(|call| {
            site.leads_to(at, &call.site, call.span.start) && call.site.is_on_the_way_from(site)
        });
        behind.map(|call| call.span.start).min()
    }

    /// Whether what follows hands over to the command line, of which one command serves.
    fn starts_commands(&self, module: &str, facts: &Module, body: usize, (at, site): (u32, &Site)) -> bool {
        let hands_over = |call: &Call| {
            let found = self.program.callees(module, call.body, &call.path);
            found.iter().any(|one| match one.binding().map(|binding| &binding.kind) {
                Some(BindingKind::Call(path)) => path.ends_with("Typer") || path.ends_with("Group"),
                Some(BindingKind::Function(function)) => function.decorators().iter().any(is_group),
                _ => false,
            })
        };
        let mut behind = facts
            .calls()
            .iter()
            .filter(|call| facts.runner(call.body) == body && site.leads_to(at, &call.site, call.span.start));
        self.serving.by_command && behind.any(hands_over)
    }

    /// Whether who ran a body that is left in this way comes to a server.
    fn leaves(&mut self, module: &str, body: usize, way: Way) -> bool {
        if !self.seen.insert(((module.to_owned(), body), way)) {
            return false;
        }
        if body == 0 {
            return way != Way::Quit && !self.is_run(module);
        }
        let callers: Vec<Caller> = self.program.callers(module, body).into_iter().cloned().collect();
        callers.is_empty() || callers.iter().any(|caller| self.returns_to(caller, way))
    }

    /// Whether the module is what a script runs.
    fn is_run(&self, module: &str) -> bool {
        self.program.entry_points().iter().any(|entry| entry.module == module && entry.attributes.is_empty())
    }

    fn returns_to(&mut self, caller: &Caller, way: Way) -> bool {
        match caller {
            Caller::Script | Caller::Command => false,
            Caller::Group => way == Way::Return && self.serving.by_command,
            Caller::Server => true,
            Caller::Unknown => way != Way::Quit,
            Caller::Holder(held) => self.goes_on_from(held, way),
            Caller::Call(module, number) => {
                let Some(facts) = self.program.module(module) else { return true };
                let call = &facts.calls()[*number];
                let body = facts.runner(call.body);
                match reach_of_any(self.program, self.entries, module, body) {
                    // another script does
                    Reachability::No => false,
                    Reachability::Serving => true,
                    // where the file is run by its path, nothing follows
                    _ if call.guards.contain(Guard::Main) => false,
                    _ if way == Way::Return || call.site.caught().stops(way) => {
                        self.goes_on(module, facts, body, (call.span.start, &call.site))
                    }
                    _ => self.leaves(module, body, way),
                }
            }
        }
    }
}

/// Whether what a call runs is certain.
fn is_sole(program: &Program, module: &str, number: usize) -> bool {
    let call = program.module(module).map(|facts| &facts.calls()[number]);
    call.is_some_and(|call| program.callees(module, call.body, &call.path).len() == 1)
}

/// Whether a server runs the body for its clients, by itself or from a handler.
pub(super) fn serves_clients(program: &Program, module: &str, body: usize) -> bool {
    let mut pending = vec![(module.to_owned(), body)];
    let mut seen = BTreeSet::new();
    while let Some((module, body)) = pending.pop() {
        for caller in program.callers(&module, body) {
            match caller {
                Caller::Server => return true,
                Caller::Call(module, number) => {
                    let Some(facts) = program.module(module) else { continue };
                    let key = (module.clone(), facts.runner(facts.calls()[*number].body));
                    if seen.insert(key.clone()) {
                        pending.push(key);
                    }
                }
                _ => {}
            }
        }
    }
    false
}

/// How entries, each with whether it is seen to start a server, come to run the body of `module` with this number.
pub(super) fn reach_of_any(
    program: &Program,
    entries: &[(usize, bool)],
    module: &str,
    body: usize,
) -> Reachability {
    entries.iter().map(|(entry, _)| program.reach_from(*entry, module, body)).max().unwrap_or_default()
}

/// Whether what the call runs is over when the call is.
pub(super) fn waits(facts: &Module, call: &Call) -> bool {
    let beside =
        ["Process", "Thread", "create_task", "ensure_future", "run_in_executor", "start_soon", "submit"];
    let is_beside = |call: &Call| call.path.rsplit('.').next().is_some_and(|name| beside.contains(&name));
    match call.usage {
        _ if is_beside(call) => false,
        Usage::Argument(outer) => {
            let outer = &facts.calls()[outer].path;
            runs(outer) || matches!(outer.as_str(), "sys.exit" | "exit" | "functools.partial")
        }
        _ => true,
    }
}

/// Whether the call serves by another transport until the program is ended.
pub(super) fn serves_elsewhere(facts: &Module, call: &Call) -> bool {
    let name = call.path.rsplit('.').next().unwrap_or_default();
    let Some(starter) = sdk::starter(name) else { return false };
    let serves = matches!(starter.result, StartResult::Served | StartResult::Coroutine);
    let elsewhere = match chosen(starter, call, call.positional().next()) {
        Chosen::Is(transport) => transport != Transport::Stdio,
        Chosen::Unknown => starter.transport != Transport::Stdio,
        Chosen::None => false,
    };
    serves && (call.path == WEB_SERVER || elsewhere) && waits(facts, call)
}

/// Whether a call by this path runs what it is given to its end.
fn runs(path: &str) -> bool {
    let name = path.rsplit('.').next();
    matches!(name, Some("run" | "run_until_complete")) && path != "subprocess.run"
}
