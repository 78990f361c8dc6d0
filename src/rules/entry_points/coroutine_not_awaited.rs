use crate::diagnostic::{Diagnostic, Location};
use crate::program::{Resolution, ResolvedName};
use crate::rule::{Subject, Target, declare_rule};
use crate::syntax::{BindingKind, Call, Function, Module, Usage};

declare_rule! {
    /// ## What it does
    /// Checks that what a script calls runs the coroutines that it makes: a call of an `async def` that is a statement, is
    /// returned or goes to `sys.exit` runs nothing.
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
    let known = facts.lookup(call.body, "asyncio").is_some();
    let import = if known { "" } else { ", and add the line `import asyncio`" };
    Some(finding.help(format!("write `asyncio.run({written})`{import}")))
}
