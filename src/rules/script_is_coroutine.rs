//! ENT003.

use crate::diagnostic::{Diagnostic, Location, Related};
use crate::program::{Found, Resolution};
use crate::rule::{Subject, Target, declare_rule};
use crate::syntax::{BindingKind, Function};
use crate::text::Span;

declare_rule! {
    /// ## What it does
    /// Checks that a script does not name an `async def`.
    ///
    /// A decorated function is left alone: the decorator may run it.
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
    ENT003 "script-is-coroutine" Error Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut told: Vec<(Vec<(&str, Span)>, Diagnostic)> = Vec::new();
    for target in subject.targets().filter(Target::is_script) {
        let Resolution::Bound(found) = &target.resolution else { continue };
        if !found.iter().all(|found| function(found).is_some_and(is_coroutine)) {
            continue;
        }
        let bound = |found: &Found<'_>| Some(found.binding()?.span);
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
    let location = Location::span(subject.project.path(), target.entry.value.span);
    Related { location, message: format!("script `{}` names it too", target.entry.name.value) }
}

fn function<'a>(found: &Found<'a>) -> Option<&'a Function> {
    match &found.binding()?.kind {
        BindingKind::Function(function) => Some(function),
        _ => None,
    }
}

fn is_coroutine(function: &Function) -> bool {
    function.is_async && function.decorators.is_empty()
}

fn finding(subject: &Subject<'_>, target: &Target<'_>, found: &[Found<'_>]) -> Diagnostic {
    let Target { entry, reference, .. } = target;
    let name = reference.attributes.last().map_or("main", String::as_str);
    let place = Location::span(subject.project.path(), entry.value.span);
    let message = format!("script `{}` names `{reference}`, which is `async def`", entry.name.value);
    let new = if name == "main" { "run" } else { "main" };
    let mut finding = RULE.card.at(place, message).help(format!(
        "add `def {new}(): asyncio.run({name}())` to `{0}` and write `{0}:{new}`",
        reference.module
    ));
    for found in found {
        if let (Some(path), Some(binding)) = (subject.program.path(found.module), found.binding()) {
            finding =
                finding.related(Location::span(path, binding.span), "the coroutine function".to_owned());
        }
    }
    finding
}
