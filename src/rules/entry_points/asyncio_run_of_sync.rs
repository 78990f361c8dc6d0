use super::run_in_loop;
use crate::diagnostic::{Diagnostic, Location};
use crate::program::{ClassOf, Reachability};
use crate::rule::{Subject, declare_rule};
use crate::sdk::{self, StartResult};
use crate::server;
use crate::syntax::{BindingKind, Call, Function, Module, ScopeKind, Usage};

declare_rule! {
    /// ## What it does
    /// Checks that `asyncio.run` and `await` are given something to wait for: not `run()` of a `FastMCP` or `MCPServer`,
    /// which runs its own event loop, nor a function that returns nothing.
    ///
    /// ## Why is this bad?
    /// `run()` starts a second event loop inside the first, which asyncio refuses, or returns `None` when the server has
    /// ended: the command ends with a `RuntimeError`, `ValueError` or `TypeError`.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// import asyncio
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     asyncio.run(mcp.run())
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    ENT005 "asyncio-run-of-sync" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    for (module, facts) in subject.program.iter() {
        let Some(path) = subject.program.path(module) else { continue };
        for call in facts.calls() {
            let Some(waiter) = waiter(facts, call) else { continue };
            if subject.program.reach_under(module, call.body, &call.guards) < Reachability::Called {
                continue;
            }
            let Some(remedy) = sync(subject, module, call) else { continue };
            let written = facts.source().slice(call.span);
            let place = Location::span(path, call.span);
            let finding = RULE.at(place, format!("`{waiter}` of `{written}`, which is not awaitable"));
            let whole = format!("write `{written}` for `{}`", waited(facts, call));
            let awaited = run_in_loop::remedy(subject.program, module, facts, call);
            report.push(match (remedy, call.usage, awaited) {
                // whoever waits for it runs a loop already
                (Remedy::OwnLoop, Usage::Awaited, Some(awaited)) => {
                    finding.help(format!("{awaited} for `{}`", waited(facts, call)))
                }
                (Remedy::OwnLoop, ..) => finding.help(format!("{whole}: it runs an event loop of its own")),
                (Remedy::Plain, ..) => finding.help(whole),
            });
        }
    }
}

/// What waits for the value of the call.
fn waiter(facts: &Module, call: &Call) -> Option<&'static str> {
    match call.usage {
        Usage::Awaited => Some("await"),
        Usage::Argument(outer)
            if facts.calls().get(outer).is_some_and(|outer| outer.path == "asyncio.run") =>
        {
            Some("asyncio.run")
        }
        _ => None,
    }
}

/// The call or `await` that waits for the call, as it is written.
fn waited(facts: &Module, call: &Call) -> String {
    let written = facts.source().slice(call.span);
    match call.usage {
        Usage::Argument(outer) => facts.source().slice(facts.calls()[outer].span).to_owned(),
        _ => format!("await {written}"),
    }
}

enum Remedy {
    OwnLoop,
    Plain,
}

/// What to write instead, when the call surely returns nothing that can be awaited.
fn sync(subject: &Subject<'_>, module: &str, call: &Call) -> Option<Remedy> {
    let serves =
        |method: &str| sdk::starter(method).is_some_and(|starter| starter.result == StartResult::Served);
    if let Some((object, _)) = call.path.rsplit_once('.').filter(|(_, method)| serves(method)) {
        let class = subject.program.class_of(module, call.body, object);
        // a class of the project's own may have made `run` a coroutine
        if class.is_some_and(|class| {
            matches!(class, ClassOf::Foreign(_)) && server::runs_by_itself(subject.program, &class)
        }) {
            return Some(Remedy::OwnLoop);
        }
    }
    let found = subject.program.callees(module, call.body, &call.path);
    let [callee] = found.as_slice() else { return None };
    match &callee.binding()?.kind {
        BindingKind::Function(function) => {
            let nothing = !function.is_async() && !function.is_generator && !function.returns_value;
            let certain =
                function.decorators().is_empty() && !is_overridden(subject, callee.module, function);
            (nothing && certain).then_some(Remedy::Plain)
        }
        _ => None,
    }
}

/// Whether the object may be of a class that has a coroutine in the place of the method.
fn is_overridden(subject: &Subject<'_>, module: &str, function: &Function) -> bool {
    let method = |facts: &Module, function: &Function| {
        let body = &facts.bodies()[function.body];
        let inside = body.parent.is_some_and(|parent| facts.bodies()[parent].place == ScopeKind::Class);
        inside.then(|| body.name.clone())
    };
    let Some(name) = subject.program.module(module).and_then(|facts| method(facts, function)) else {
        return false;
    };
    let overrides = |facts: &Module| {
        facts.functions().any(|other| other.is_async() && method(facts, other).as_ref() == Some(&name))
    };
    function.definition.is_stub() || subject.program.iter().any(|(_, facts)| overrides(facts))
}
