use crate::diagnostic::{Diagnostic, Location};
use crate::program::{Caller, ClassOf, Program, Reachability};
use crate::rule::{Subject, declare_rule};
use crate::sdk::{self, Sdk, StartResult};
use crate::server;
use crate::syntax::{Argument, Binding, BindingKind, Call, Module, StaticValue, Usage};

declare_rule! {
    /// ## What it does
    /// Finds what starts an event loop of its own within a running one: `run()` of a `FastMCP` or `MCPServer`,
    /// `asyncio.run`, `anyio.run` and `uvicorn.run` in an `async def`, or in a function that only such call.
    ///
    /// What does not surely run when a script starts is a warning. What is awaited, or given to `asyncio.run`, is a matter of
    /// `asyncio-run-of-sync`.
    ///
    /// ## Why is this bad?
    /// A thread has one event loop. The second raises `RuntimeError`, and the server does not start.
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
    ///
    /// async def serve() -> None:
    ///     mcp.run()
    ///
    ///
    /// def main() -> None:
    ///     asyncio.run(serve())
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
    ///
    /// async def serve() -> None:
    ///     await mcp.run_stdio_async()
    ///
    ///
    /// def main() -> None:
    ///     asyncio.run(serve())
    /// ```
    ENT016 "run-in-loop" Error(Start) Author
}

/// What starts an event loop and waits for it to end.
const LOOPS: [&str; 7] = [
    "anyio.run",
    "asyncio.get_event_loop().run_until_complete",
    "asyncio.new_event_loop().run_until_complete",
    "asyncio.Runner().run",
    "asyncio.run",
    "trio.run",
    "uvicorn.run",
];

/// What lets loops run within each other.
const NESTING: &str = "nest_asyncio";

/// So far callers are followed.
const STEPS: usize = 8;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let program = subject.program;
    let imports = program.iter().flat_map(|(_, facts)| facts.imports());
    if imports.map(|import| &import.module.value.name).any(|name| name.starts_with(NESTING)) {
        return;
    }
    for (module, facts) in program.iter() {
        let starting = facts.calls().iter().filter(|call| starts_a_loop(program, module, facts, call));
        report.extend(starting.filter_map(|call| finding(subject, module, facts, call)));
    }
}

fn finding(subject: &Subject<'_>, module: &str, facts: &Module, call: &Call) -> Option<Diagnostic> {
    let reach = subject.program.reach_under(module, call.body, &call.guards);
    let is_prepared = call.site.caught().errors || asks_for_the_loop(facts, call.body);
    if reach < Reachability::Called || is_prepared || !in_loop(subject.program, module, call.body, STEPS) {
        return None;
    }
    let written = facts.source().slice(call.name);
    let message = format!("`{written}` starts an event loop within the one that runs already");
    let finding = RULE.at(Location::span(subject.program.path(module)?, call.span), message);
    let finding = finding.warning_unless(reach == Reachability::Start);
    Some(match remedy(subject.program, module, facts, call) {
        Some(help) if is_async(facts, call.body) => finding.help(help),
        Some(help) => {
            finding.help(format!("make the function around it `async def`, {help}, and await the function"))
        }
        None => finding.help("call it where no event loop runs"),
    })
}

/// Whether the code of a body asks whether a loop runs.
fn asks_for_the_loop(facts: &Module, body: usize) -> bool {
    let asking = ["_get_running_loop", "current_async_library", "get_running_loop", "is_running"];
    let asks = |call: &Call| call.path.rsplit('.').next().is_some_and(|name| asking.contains(&name));
    facts.calls().iter().any(|call| call.body == body && asks(call))
}

/// Whether the call starts a loop, and nothing is told of it elsewhere.
fn starts_a_loop(program: &Program, module: &str, facts: &Module, call: &Call) -> bool {
    let is_told = match call.usage {
        Usage::Awaited => true,
        Usage::Argument(outer) => facts.calls().get(outer).is_some_and(|outer| outer.path == "asyncio.run"),
        _ => false,
    };
    !is_told && !call.in_lambda && (LOOPS.contains(&&*call.path) || served(program, module, call).is_some())
}

/// The class of the SDK's server that the call starts by `run`.
fn served(program: &Program, module: &str, call: &Call) -> Option<Sdk> {
    let (object, method) = call.path.rsplit_once('.')?;
    sdk::starter(method).filter(|starter| starter.result == StartResult::Served)?;
    let class = program.class_of(module, call.body, object)?;
    // a class of the project may have made `run` a coroutine
    let ClassOf::Foreign(path) = &class else { return None };
    server::runs_by_itself(program, &class).then(|| Sdk::of_module(path)).flatten()
}

/// Whether the code of a body only ever runs within an event loop.
fn in_loop(program: &Program, module: &str, body: usize, steps: usize) -> bool {
    let Some((steps, facts)) = steps.checked_sub(1).zip(program.module(module)) else { return false };
    if is_async(facts, body) {
        return true;
    }
    let callers = program.callers(module, body);
    !callers.is_empty()
        && callers.iter().all(|caller| match caller {
            Caller::Call(module, number) => {
                let call = program.module(module).and_then(|facts| facts.calls().get(*number));
                call.is_some_and(|call| {
                    calls(program, (module, call), body) && in_loop(program, module, call.body, steps)
                })
            }
            _ => false,
        })
}

fn is_async(facts: &Module, body: usize) -> bool {
    facts.functions().any(|function| function.body == body && function.is_async())
}

/// Whether the call runs the body there and then: it may also be given to something that runs it in a thread.
fn calls(program: &Program, (module, call): (&str, &Call), body: usize) -> bool {
    let found = program.callees(module, call.body, &call.path);
    let runs = |binding: &Binding| match &binding.kind {
        BindingKind::Function(function) => function.body == body,
        _ => false,
    };
    !call.in_lambda && found.iter().any(|one| one.binding().is_some_and(runs))
}

/// What to await instead.
pub(super) fn remedy(program: &Program, module: &str, facts: &Module, call: &Call) -> Option<String> {
    let written = facts.source().slice(call.name);
    let Some(sdk) = served(program, module, call) else {
        let [Argument { value: StaticValue::Call(_), span, .. }] = &*call.arguments else { return None };
        let is_awaitable = call.path != "uvicorn.run";
        return is_awaitable.then(|| format!("write `await {}`", facts.source().slice(*span)));
    };
    let object = written.rsplit_once('.')?.0;
    let given = facts.source().slice(call.span).strip_prefix(written)?;
    if sdk == Sdk::Fastmcp {
        return Some(format!("write `await {object}.run_async{given}`"));
    }
    let chosen =
        call.keyword(sdk::TRANSPORT).or_else(|| call.positional().next()).map(|argument| &argument.value);
    let method = match chosen {
        None => "run_stdio_async",
        Some(StaticValue::Text(word)) => match sdk::Transport::read(word)? {
            sdk::Transport::Stdio => "run_stdio_async",
            sdk::Transport::Sse => "run_sse_async",
            sdk::Transport::StreamableHttp => "run_streamable_http_async",
        },
        Some(_) => return None,
    };
    (call.arguments.len() < 2).then(|| format!("write `await {object}.{method}()`"))
}
