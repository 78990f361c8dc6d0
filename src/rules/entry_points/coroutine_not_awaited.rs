use crate::diagnostic::{Diagnostic, Location};
use crate::program::{ClassOf, Reachability, Resolution, ResolvedName};
use crate::rule::{Subject, Target, declare_rule};
use crate::sdk::{self, StartResult};
use crate::syntax::{BindingKind, Call, Function, Module, Usage};

declare_rule! {
    /// ## What it does
    /// Checks that what a script calls runs the coroutines that it makes: a call of an `async def` that is a statement, is
    /// returned or goes to `sys.exit` runs nothing. So does `run_async()` of a server, or `run` of a low-level one, that is
    /// a statement anywhere.
    ///
    /// ## Why is this bad?
    /// The command ends at once with `coroutine 'serve' was never awaited`, and no server starts.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// async def serve() -> None:
    ///     await mcp.run_stdio_async()
    ///
    /// def main() -> None:
    ///     serve()
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// import asyncio
    ///
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// async def serve() -> None:
    ///     await mcp.run_stdio_async()
    ///
    /// def main() -> None:
    ///     asyncio.run(serve())
    /// ```
    ENT004 "coroutine-not-awaited" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut seen = Vec::new();
    for target in subject.targets().filter(Target::is_script) {
        let Resolution::Bound(found) = &target.resolution else { continue };
        let [entry] = found.as_slice() else { continue };
        let (Some(function), Some(facts)) = (plain(entry), subject.program.module(entry.module)) else {
            continue;
        };
        if function.is_async() || function.is_generator || seen.contains(&(entry.module, function.body)) {
            continue;
        }
        seen.push((entry.module, function.body));
        let calls = facts.calls().iter().filter(|call| call.body == function.body);
        report.extend(calls.filter_map(|call| lost(subject, entry.module, facts, call)));
    }
    for (module, facts) in subject.program.iter() {
        let is_statement = |call: &&Call| call.usage == Usage::Statement && !call.in_lambda;
        let statements = facts.calls().iter().filter(is_statement);
        report.extend(statements.filter_map(|call| unserved(subject, module, facts, call)));
    }
}

/// A finding where the call makes a coroutine that would start a server of an SDK, and nobody runs it.
fn unserved(subject: &Subject<'_>, module: &str, facts: &Module, call: &Call) -> Option<Diagnostic> {
    let (object, method) = call.path.rsplit_once('.')?;
    let starter = sdk::starter(method)?;
    let class = subject.program.class_of(module, call.body, object)?;
    // a class of the project may have made something else of it
    let ClassOf::Foreign(path) = &class else { return None };
    let is_coroutine = match starter.result {
        StartResult::Coroutine => sdk::server_class(path).is_some(),
        StartResult::Served => sdk::server_class(path).is_some_and(|class| class.is_low_level),
        _ => false,
    };
    let reach = subject.program.reach_under(module, call.body, &call.guards);
    if !is_coroutine || reach < Reachability::Called {
        return None;
    }
    let written = facts.source().slice(call.span);
    let place = Location::span(subject.program.path(module)?, call.span);
    let finding = RULE.at(place, format!("`{written}` makes a coroutine that never runs"));
    let finding = finding.warning_unless(reach == Reachability::Start);
    let is_async = facts.functions().any(|function| function.body == call.body && function.is_async());
    Some(finding.help(if is_async { format!("write `await {written}`") } else { run(facts, call) }))
}

/// To run the coroutine that a call makes; a name that a remedy writes has to be there.
fn run(facts: &Module, call: &Call) -> String {
    let known = facts.lookup(call.body, "asyncio").is_some();
    let import = if known { "" } else { ", and add the line `import asyncio`" };
    format!("write `asyncio.run({})`{import}", facts.source().slice(call.span))
}

/// The function behind a name, unless a decorator has a say.
fn plain<'a>(found: &ResolvedName<'a>) -> Option<&'a Function> {
    match &found.binding()?.kind {
        BindingKind::Function(function) if function.decorators().is_empty() => Some(function),
        _ => None,
    }
}

/// A finding where the call makes a coroutine that nobody runs.
fn lost(subject: &Subject<'_>, module: &str, facts: &Module, call: &Call) -> Option<Diagnostic> {
    let nowhere = match call.usage {
        Usage::Statement | Usage::Returned => true,
        Usage::Argument(outer) => facts.calls().get(outer).is_some_and(|outer| outer.path == "sys.exit"),
        _ => false,
    };
    let found = subject.program.callees(module, call.body, &call.path);
    let [callee] = found.as_slice() else { return None };
    let function =
        plain(callee).filter(|function| nowhere && function.is_async() && !function.is_generator)?;
    let path = subject.program.path(module)?;
    let written = facts.source().slice(call.span);
    let finding = RULE
        .card
        .at(Location::span(path, call.span), format!("`{written}` makes a coroutine that never runs"));
    let defined = subject.program.module(callee.module)?.bodies()[function.body].span;
    let finding = finding.related_where(subject.in_module(callee.module, defined), "it is `async def`");
    Some(finding.help(run(facts, call)))
}
