use crate::diagnostic::{Diagnostic, Related};
use crate::program::{ClassOf, Resolution, ResolvedName};
use crate::rule::{Subject, Target, declare_rule};
use crate::sdk::{self, StartResult};
use crate::server;
use crate::syntax::{BindingKind, Function, Term};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that a script does not name an `async def`.
    ///
    /// A decorated function is left alone, as the decorator may run it; those of `click` do not.
    ///
    /// ## Why is this bad?
    /// The command calls the function, which makes a coroutine and runs nothing: it ends at once with `coroutine
    /// 'main' was never awaited`, and the client sees a server that closes the connection.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from mcp.server import MCPServer
    ///
    /// mcp = MCPServer("weather")
    ///
    /// async def main() -> None:
    ///     await mcp.run_stdio_async()
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
    ENT003 "script-is-coroutine" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut told: Vec<(Vec<(&str, Span)>, Diagnostic)> = Vec::new();
    for target in subject.targets().filter(Target::is_script) {
        if let Some(run) = coroutine_of_server(subject, &target) {
            report.push(run);
            continue;
        }
        let Resolution::Bound(found) = &target.resolution else { continue };
        if !found.iter().all(|found| is_coroutine(subject, found)) {
            continue;
        }
        let bound = |found: &ResolvedName<'_>| Some(found.binding()?.span);
        let same = found.iter().filter_map(|found| Some((found.module, bound(found)?))).collect();
        match told.iter_mut().find(|(other, _)| *other == same) {
            Some((_, first)) => first.related.push(as_well(subject, &target)),
            None => told.push((same, finding(subject, &target, found))),
        }
    }
    report.extend(told.into_iter().map(|(_, finding)| finding));
}

/// A further script that names the same function.
fn as_well(subject: &Subject<'_>, target: &Target<'_>) -> Related {
    let location = subject.project.at(target.entry.value.span);
    Related { location, message: format!("script `{}` names it too", target.entry.name.value) }
}

fn function<'a>(found: &ResolvedName<'a>) -> Option<&'a Function> {
    match &found.binding()?.kind {
        BindingKind::Function(function) => Some(function),
        _ => None,
    }
}

/// Whether what is found is `async def`, and no decorator runs it.
fn is_coroutine(subject: &Subject<'_>, found: &ResolvedName<'_>) -> bool {
    let Some(facts) = subject.program.module(found.module) else { return false };
    let passes_on = |decorator: &Term| {
        let call = facts.calls().iter().find(|call| call.span == decorator.span).map(|call| &call.path);
        let path =
            call.or_else(|| facts.uses().iter().find(|one| one.span == decorator.span).map(|one| &one.path));
        path.is_some_and(|path| CLICK.contains(&path.as_str()))
    };
    function(found).is_some_and(|function| function.is_async() && function.decorators().iter().all(passes_on))
}

/// The decorators of `click` for one command: it calls the function and drops what that returns.
const CLICK: [&str; 6] = [
    "click.argument", "click.command", "click.option", "click.pass_context", "click.pass_obj",
    "click.version_option",
];

/// A finding where the script names a coroutine method of a server object: `weather.server:mcp.run_async`.
fn coroutine_of_server(subject: &Subject<'_>, target: &Target<'_>) -> Option<Diagnostic> {
    let Target { entry, reference, .. } = target;
    let [object, method] = reference.attributes.as_slice() else { return None };
    let class = subject.program.class_of(&reference.module, 0, object)?;
    let foreign = matches!(class, ClassOf::Foreign(_)) && server::runs_by_itself(subject.program, &class);
    let waits = sdk::starter(method).is_some_and(|starter| starter.result == StartResult::Coroutine);
    if !(foreign && waits) {
        return None;
    }
    let place = subject.project.at(entry.value.span);
    let message = format!("script `{}` names `{reference}`, which is `async def`", entry.name.value);
    Some(RULE.at(place, message).help(format!("write `{}:{object}.run`", reference.module)))
}

fn finding(subject: &Subject<'_>, target: &Target<'_>, found: &[ResolvedName<'_>]) -> Diagnostic {
    let Target { entry, reference, .. } = target;
    let name = reference.attributes.last().map_or("main", String::as_str);
    let message = format!("script `{}` names `{reference}`, which is `async def`", entry.name.value);
    let new = free_name(subject, &reference.module, name);
    let decorated = found.iter().filter_map(function).any(|function| !function.decorators().is_empty());
    let help = if decorated {
        format!("make `{name}` a `def`, which calls `asyncio.run` with what it awaits now")
    } else {
        let start = format!("write `{}:{new}`", reference.module);
        match subject.program.path(&reference.module) {
            Some(path) => format!(
                "{start}, and add to `{path}`:\nimport asyncio\n\n\ndef {new}() -> None:\n    asyncio.run({name}())"
            ),
            None => format!("{start}, and define it there: it calls `asyncio.run({name}())`"),
        }
    };
    let mut finding = RULE.at(subject.project.at(entry.value.span), message).help(help);
    for found in found {
        let defined = found.binding().and_then(|binding| subject.in_module(found.module, binding.span));
        finding = finding.related_where(defined, "the coroutine function");
    }
    finding
}

/// What a function that runs `name` may be called: by no name that the module or another remedy has.
fn free_name(subject: &Subject<'_>, module: &str, name: &str) -> String {
    let facts = subject.program.module(module);
    let is_free = |name: &str| facts.is_none_or(|facts| facts.scope().bindings(name).is_empty());
    let usual = if name == "main" { "run" } else { "main" };
    let is_only = subject.project.scripts().count() == 1 || name == "main";
    if is_only && is_free(usual) { usual.to_owned() } else { format!("run_{name}") }
}
