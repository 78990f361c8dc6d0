use crate::dependencies;
use crate::diagnostic::{Diagnostic, Location};
use crate::program::ClassOf;
use crate::rule::{Subject, declare_rule, offered};
use crate::server::{Code, Primitive};
use crate::syntax::{BindingKind, Function, Makes, Statement, StatementKind, Term, TermKind};

declare_rule! {
    /// ## What it does
    /// Finds tools of a low-level server of `mcp` 1 that promise an `outputSchema`, while the handler that answers calls
    /// returns nothing but lists of content.
    ///
    /// ## Why is this bad?
    /// A list is content for people. The SDK asks for structured content where a schema promises it, and answers every call
    /// of the tool with `outputSchema defined but no structured output returned`.
    ///
    /// Remedy: by hand, since only the author knows what the tool is to promise. It returns a dictionary, which the SDK shows
    /// as text, too, or both as a pair; or it promises no schema.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    /// version = "1.0.0"
    /// dependencies = ["mcp>=1.23,<2"]
    ///
    /// [project.scripts]
    /// weather = "weather.server:main"
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// import anyio
    /// from mcp import types
    /// from mcp.server.lowlevel import Server
    /// from mcp.server.stdio import stdio_server
    ///
    /// server = Server("weather")
    /// ANSWER = {"type": "object", "properties": {"rain": {"type": "number"}}, "required": ["rain"]}
    ///
    ///
    /// @server.list_tools()
    /// async def tools() -> list[types.Tool]:
    ///     nothing = {"type": "object", "properties": {}}
    ///     return [types.Tool(name="rain", description="Tells.", inputSchema=nothing, outputSchema=ANSWER)]
    ///
    ///
    /// @server.call_tool()
    /// async def call(name: str, arguments: dict) -> list[types.TextContent]:
    ///     return [types.TextContent(type="text", text="0.4")]
    ///
    ///
    /// async def serve() -> None:
    ///     async with stdio_server() as (reader, writer):
    ///         await server.run(reader, writer, server.create_initialization_options())
    ///
    ///
    /// def main() -> None:
    ///     anyio.run(serve)
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [project]
    /// name = "weather"
    /// version = "1.0.0"
    /// dependencies = ["mcp>=1.23,<2"]
    ///
    /// [project.scripts]
    /// weather = "weather.server:main"
    /// ```
    ///
    /// `src/weather/server.py`:
    /// ```python
    /// import anyio
    /// from mcp import types
    /// from mcp.server.lowlevel import Server
    /// from mcp.server.stdio import stdio_server
    ///
    /// server = Server("weather")
    /// ANSWER = {"type": "object", "properties": {"rain": {"type": "number"}}, "required": ["rain"]}
    ///
    ///
    /// @server.list_tools()
    /// async def tools() -> list[types.Tool]:
    ///     nothing = {"type": "object", "properties": {}}
    ///     return [types.Tool(name="rain", description="Tells.", inputSchema=nothing, outputSchema=ANSWER)]
    ///
    ///
    /// @server.call_tool()
    /// async def call(name: str, arguments: dict) -> dict:
    ///     return {"rain": 0.4}
    ///
    ///
    /// async def serve() -> None:
    ///     async with stdio_server() as (reader, writer):
    ///         await server.run(reader, writer, server.create_initialization_options())
    ///
    ///
    /// def main() -> None:
    ///     anyio.run(serve)
    /// ```
    TOO022 "unmet-output-schema" Error(Protocol) Author
}

/// The first minor of `mcp` 1 that knows structured content.
const STRUCTURED: u64 = 10;

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let promising: Vec<&Primitive> = subject.tools().iter().filter(|tool| promises(tool)).collect();
    if promising.is_empty() || !asks_for_structure(subject) {
        return;
    }
    let Some(handler) = handler(subject) else { return };
    for tool in promising {
        let (Some(name), Some(source)) = (tool.text("name"), &tool.source) else { continue };
        let message = format!(
            "the tool `{name}` has an `outputSchema`, and calls are answered with lists, which are no structured content"
        );
        let finding = offered::of(&RULE.card, tool, offered::place(source), message);
        let finding = finding.related(handler.clone(), "answers the calls");
        report.push(finding.help("return a dictionary, or leave out `outputSchema`"));
    }
}

/// Whether the tool surely has a schema of what it answers, and is listed by the project's own code.
fn promises(tool: &Primitive) -> bool {
    let schema = tool.listed.get("outputSchema").filter(|schema| !schema.is_null());
    schema.is_some()
        && tool.is_certain("outputSchema")
        && !tool.is_recorded("outputSchema")
        && tool.code == Code::Literal
}

/// Whether a fresh install takes an `mcp` 1 that checks what calls are answered with.
fn asks_for_structure(subject: &Subject<'_>) -> bool {
    let sdks = dependencies::read(subject.project);
    let fresh = sdks.fresh().and_then(|install| install.mcp);
    fresh.is_some_and(|mcp| {
        let release = mcp.version.release();
        release.first() == Some(&1) && release.get(1).is_some_and(|minor| *minor >= STRUCTURED)
    })
}

/// The one function that answers calls, where each of its `return`s gives a list; none where there are several, as each may
/// be of another server.
fn handler(subject: &Subject<'_>) -> Option<Location> {
    let mut found = Vec::new();
    for (module, facts) in subject.program.iter() {
        for (body, code) in facts.bodies().iter().enumerate() {
            for binding in code.scope.iter().flat_map(|(_, bindings)| bindings) {
                let BindingKind::Function(function) = &binding.kind else { continue };
                if function
                    .decorators()
                    .iter()
                    .any(|decorator| answers_calls(subject, (module, body), decorator))
                {
                    found.push((module, function));
                }
            }
        }
    }
    let [(module, function)] = found.as_slice() else { return None };
    let path = subject.program.path(module)?;
    gives_lists(function).then(|| Location::span(path, function.definition.span))
}

fn answers_calls(subject: &Subject<'_>, (module, body): (&str, usize), decorator: &Term) -> bool {
    let Some(written) = decorator.decorator_name() else { return false };
    let Some((object, "call_tool")) = written.rsplit_once('.') else { return false };
    let class = subject.program.class_of(module, body, object);
    matches!(class, Some(ClassOf::Foreign(class)) if class.starts_with("mcp.server.lowlevel") || class == "mcp.server.Server")
}

/// Whether the function returns something, and nothing but lists that are written there; others may be given what it
/// returns by decorators between.
fn gives_lists(function: &Function) -> bool {
    let mut returned = Vec::new();
    returns(&function.definition.body, &mut returned);
    let is_list = |value: &Term| match &value.kind {
        TermKind::List(_) => true,
        TermKind::Comprehension(comprehension) => comprehension.makes == Makes::List,
        _ => false,
    };
    !function.is_generator
        && function.decorators().len() == 1
        && !returned.is_empty()
        && returned.iter().all(|value| value.is_some_and(is_list))
}

/// What the `return`s of a body give.
fn returns<'s>(body: &'s [Statement], returned: &mut Vec<Option<&'s Term>>) {
    for statement in body {
        match &statement.kind {
            StatementKind::Return(value) => returned.push(value.as_ref()),
            kind => kind.blocks().into_iter().for_each(|block| returns(block, returned)),
        }
    }
}
