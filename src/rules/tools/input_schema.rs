use std::mem::{Discriminant, discriminant};

use crate::diagnostic::Diagnostic;
use crate::rule::{Subject, declare_rule, offered};
use crate::server::Primitive;
use crate::spec::tool_schema::{self, SchemaFault};

declare_rule! {
    /// ## What it does
    /// Finds input schemas that a client cannot use: one that is not of type `object`, has `anyOf`, `oneOf` or `allOf` at
    /// its top, or a `$ref` that leads nowhere. As a warning it tells of types that are none, of keywords of a wrong form, of
    /// required names that are no properties, and of properties whose names an API refuses.
    ///
    /// Only what the text wholly tells is judged: in most servers the literals of a low-level one.
    ///
    /// ## Why is this bad?
    /// The protocol demands `"type": "object"`, and clients that check it drop all tools of the server for one without. The
    /// APIs of Anthropic and `OpenAI` refuse each request that such a schema is part of, so that the user's session ends at its
    /// first message, whatever tool it asks for.
    ///
    /// Remedy: by hand, since only the author knows what the tool takes.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// import anyio
    /// from mcp.server import Server
    /// from mcp.server.stdio import stdio_server
    /// from mcp.types import CallToolResult, ListToolsResult, TextContent, Tool
    ///
    ///
    /// async def list_tools(ctx, params) -> ListToolsResult:
    ///     schema = {"properties": {"city": {"type": "string"}}}
    ///     forecast = Tool(name="forecast", description="Tell tomorrow's weather in a city.", input_schema=schema)
    ///     return ListToolsResult(tools=[forecast])
    ///
    ///
    /// async def call_tool(ctx, params) -> CallToolResult:
    ///     return CallToolResult(content=[TextContent(type="text", text="Rain.")])
    ///
    ///
    /// server = Server("weather", on_list_tools=list_tools, on_call_tool=call_tool)
    ///
    ///
    /// async def serve() -> None:
    ///     async with stdio_server() as (read, write):
    ///         await server.run(read, write, server.create_initialization_options())
    ///
    ///
    /// def main() -> None:
    ///     anyio.run(serve)
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// import anyio
    /// from mcp.server import Server
    /// from mcp.server.stdio import stdio_server
    /// from mcp.types import CallToolResult, ListToolsResult, TextContent, Tool
    ///
    ///
    /// async def list_tools(ctx, params) -> ListToolsResult:
    ///     schema = {"type": "object", "properties": {"city": {"type": "string"}}}
    ///     forecast = Tool(name="forecast", description="Tell tomorrow's weather in a city.", input_schema=schema)
    ///     return ListToolsResult(tools=[forecast])
    ///
    ///
    /// async def call_tool(ctx, params) -> CallToolResult:
    ///     return CallToolResult(content=[TextContent(type="text", text="Rain.")])
    ///
    ///
    /// server = Server("weather", on_list_tools=list_tools, on_call_tool=call_tool)
    ///
    ///
    /// async def serve() -> None:
    ///     async with stdio_server() as (read, write):
    ///         await server.run(read, write, server.create_initialization_options())
    ///
    ///
    /// def main() -> None:
    ///     anyio.run(serve)
    /// ```
    TOO016 "input-schema" Error(Protocol) Author
}

/// The longest name of a property that the API of Anthropic takes.
const LONGEST: usize = 64;

/// What is wrong with a schema.
enum Fault {
    /// By the standard, or at its top.
    Schema(SchemaFault),
    /// A property has a name that an API refuses.
    Name(String),
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut found: Vec<(&Primitive, Fault)> = Vec::new();
    for tool in subject
        .tools()
        .iter()
        .filter(|tool| tool.is_certain("inputSchema") && !tool.is_recorded("inputSchema"))
    {
        found.extend(faults(tool).into_iter().map(|fault| (tool, fault)));
    }
    let mut kinds: Vec<(bool, Option<Discriminant<SchemaFault>>)> = Vec::new();
    for (tool, fault) in &found {
        let kind = (tool.is_listed_by_default(), fault.kind());
        if !kinds.contains(&kind) {
            let alike =
                |(other, one): &&(&Primitive, Fault)| (other.is_listed_by_default(), one.kind()) == kind;
            kinds.push(kind);
            report.extend(finding(tool, fault, found.iter().filter(alike).count()));
        }
    }
}

fn faults(tool: &Primitive) -> Vec<Fault> {
    let Some(schema) = tool.listed.get("inputSchema").and_then(|schema| schema.as_object()) else {
        return Vec::new();
    };
    let properties = schema.get("properties").and_then(|properties| properties.as_object());
    let names = properties.into_iter().flat_map(|properties| properties.keys());
    let refused = names.filter(|name| !is_taken(name)).cloned().map(Fault::Name);
    tool_schema::faults(schema).into_iter().map(Fault::Schema).chain(refused).collect()
}

/// Whether the API of Anthropic takes a property of this name.
fn is_taken(name: &str) -> bool {
    let is_plain = |one: char| one.is_ascii_alphanumeric() || matches!(one, '_' | '.' | '-');
    (1..=LONGEST).contains(&name.len()) && name.chars().all(is_plain)
}

/// One finding for all faults of a kind, at the first.
fn finding(tool: &Primitive, fault: &Fault, count: usize) -> Option<Diagnostic> {
    let more = if count > 1 { format!(" (and {} more)", count - 1) } else { String::new() };
    let said = match fault {
        Fault::Schema(fault) => fault.to_string(),
        Fault::Name(name) => format!("has the property `{name}`, a name that APIs refuse"),
    };
    let message = format!("the input schema of the tool `{}` {said}{more}", tool.text("name")?);
    let finding = offered::of(&RULE.card, tool, offered::place(tool.source.as_ref()?), message);
    Some(finding.warning_unless(fault.is_harm()).help(fault.help()))
}

impl Fault {
    fn kind(&self) -> Option<Discriminant<SchemaFault>> {
        match self {
            Self::Schema(fault) => Some(discriminant(fault)),
            Self::Name(_) => None,
        }
    }

    /// Whether no tool of the server can be used with it.
    fn is_harm(&self) -> bool {
        use SchemaFault::{Combined, NoObject, Reference};
        matches!(self, Self::Schema(NoObject(_) | Combined(_) | Reference { .. }))
    }

    fn help(&self) -> String {
        match self {
            Self::Name(_) => {
                format!("name it with at most {LONGEST} of `a-z`, `A-Z`, `0-9`, `_`, `.` and `-`")
            }
            Self::Schema(SchemaFault::NoObject(None)) => {
                "add `\"type\": \"object\"` to the schema".to_owned()
            }
            Self::Schema(SchemaFault::NoObject(Some(_))) => {
                "make it an object with one property, as in `{\"type\": \"object\", \"properties\": {...}}`"
                    .to_owned()
            }
            Self::Schema(SchemaFault::Combined(_)) => {
                "list all properties in one object, and check in the tool what they need of each other"
                    .to_owned()
            }
            Self::Schema(SchemaFault::Reference { .. }) => {
                "define it under `$defs`, or write the schema there".to_owned()
            }
            Self::Schema(SchemaFault::Type { word, .. }) => match tool_schema::meant(word) {
                Some(meant) => format!("the type is called `{meant}`"),
                None => "choose among `array`, `boolean`, `integer`, `null`, `number`, `object`, `string`"
                    .to_owned(),
            },
            Self::Schema(SchemaFault::Form { keyword: "required", .. }) => {
                "list the names of required properties in `required` beside `properties`".to_owned()
            }
            Self::Schema(SchemaFault::Form { wanted, .. }) => format!("give it {wanted}"),
            Self::Schema(SchemaFault::Required { .. }) => {
                "add it to `properties`, or do not require it".to_owned()
            }
        }
    }
}
