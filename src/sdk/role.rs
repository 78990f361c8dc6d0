//! What the words of the SDKs do to a server: its methods, the decorators among them, and the keywords of its class.

use super::transport::Transport;
use super::transport::Transport::{Sse, Stdio, StreamableHttp};
use PrimitiveKind::{Prompt, Resource, Tool};
use Role::{
    Adds, Answers, Decorates, Duplicates, Hides, Intercepts, Introduces, Lists, Mounts, Provides, Removes,
    Transforms, Wraps,
};
use StartResult::{Application, Coroutine, Served, Streams};
use TransportChoice::{First, Fixed, Keyword};

/// What a call does to the server that it is made on, or a keyword to the server that it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Starts it.
    Starts(Starter),
    /// Makes a primitive of the function that it decorates or is given: `@mcp.tool()`.
    Decorates(PrimitiveKind),
    /// Takes a primitive, or a function that becomes one: `mcp.add_tool(function)`.
    Adds(PrimitiveKind),
    /// Makes a primitive of a function, for a server to take later: `Tool.from_function(function)`.
    Wraps,
    /// Takes what answers a client that asks for the list of these: `@server.list_tools()`, `on_list_tools=`.
    Lists(PrimitiveKind),
    /// Takes a function that another message or request of a client runs: `@server.call_tool()`.
    Answers,
    /// Lists all that another server offers as well.
    Mounts,
    /// Takes a primitive away again, by its name.
    Removes(PrimitiveKind),
    /// Keeps some of the primitives from its lists.
    Hides,
    /// Puts something between the server and those who ask it.
    Intercepts,
    /// Changes what is told of the primitives.
    Transforms,
    /// Takes something that brings primitives of its own.
    Provides,
    /// Says what becomes of a second primitive of one name.
    Duplicates,
    /// Tells what the low-level server says of itself when it starts.
    Introduces,
}

/// What the protocol lets servers offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrimitiveKind {
    /// A tool.
    Tool,
    /// A prompt.
    Prompt,
    /// A resource, or a template of some.
    Resource,
}

/// How a call starts a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Starter {
    /// What comes of it.
    pub result: StartResult,
    /// By which transport the server serves, unless the call chooses another.
    pub transport: Transport,
    /// How it may choose.
    pub choice: TransportChoice,
}

/// What comes of a call that starts a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartResult {
    /// It serves until the server ends, in an event loop of its own; `run` of the low-level server alone is a coroutine.
    Served,
    /// A coroutine that serves when it is waited for.
    Coroutine,
    /// The streams on which a low-level server is to serve.
    Streams,
    /// An application for a web server.
    Application,
}

/// How a call chooses the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransportChoice {
    /// Not at all.
    Fixed,
    /// By the keyword `transport`.
    Keyword,
    /// By that keyword or its first argument.
    First,
}

const fn starts(result: StartResult, transport: Transport, choice: TransportChoice) -> Role {
    Role::Starts(Starter { result, transport, choice })
}

/// What is called on servers and their parts, by its last name; whether that object is a server, the caller knows.
const CALLS: [(&str, Role); 48] = [
    // what starts it
    ("run", starts(Served, Stdio, First)),
    ("run_async", starts(Coroutine, Stdio, First)),
    ("run_http_async", starts(Coroutine, StreamableHttp, Keyword)),
    ("run_sse_async", starts(Coroutine, Sse, Fixed)),
    ("run_stdio_async", starts(Coroutine, Stdio, Fixed)),
    ("run_streamable_http_async", starts(Coroutine, StreamableHttp, Fixed)),
    ("stdio_server", starts(Streams, Stdio, Fixed)),
    ("http_app", starts(Application, StreamableHttp, Keyword)),
    ("sse_app", starts(Application, Sse, Fixed)),
    ("streamable_http_app", starts(Application, StreamableHttp, Fixed)),
    ("create_initialization_options", Introduces),
    // what it offers
    ("prompt", Decorates(Prompt)),
    ("resource", Decorates(Resource)),
    ("tool", Decorates(Tool)),
    ("add_prompt", Adds(Prompt)),
    ("add_resource", Adds(Resource)),
    ("add_resource_fn", Adds(Resource)),
    ("add_template", Adds(Resource)),
    ("add_tool", Adds(Tool)),
    ("from_function", Wraps),
    ("import_server", Mounts),
    ("mount", Mounts),
    ("add_provider", Provides),
    ("disable", Hides),
    ("enable", Hides),
    ("remove_prompt", Removes(Prompt)),
    ("remove_resource", Removes(Resource)),
    ("remove_template", Removes(Resource)),
    ("remove_tool", Removes(Tool)),
    ("add_middleware", Intercepts),
    ("add_tool_transformation", Transforms),
    ("add_transform", Transforms),
    // what answers its clients
    ("list_prompts", Lists(Prompt)),
    ("list_resource_templates", Lists(Resource)),
    ("list_resources", Lists(Resource)),
    ("list_tools", Lists(Tool)),
    ("add_completion_handler", Answers),
    ("add_notification_handler", Answers),
    ("add_request_handler", Answers),
    ("call_tool", Answers),
    ("completion", Answers),
    ("custom_route", Answers),
    ("get_prompt", Answers),
    ("progress_notification", Answers),
    ("read_resource", Answers),
    ("set_logging_level", Answers),
    ("subscribe_resource", Answers),
    ("unsubscribe_resource", Answers),
];

/// The keywords of the server classes.
const KEYWORDS: [(&str, Role); 17] = [
    ("middleware", Intercepts),
    ("on_duplicate", Duplicates),
    ("on_duplicate_prompts", Duplicates),
    ("on_duplicate_resources", Duplicates),
    ("on_duplicate_tools", Duplicates),
    ("on_list_prompts", Lists(Prompt)),
    ("on_list_resource_templates", Lists(Resource)),
    ("on_list_resources", Lists(Resource)),
    ("on_list_tools", Lists(Tool)),
    ("prompts", Adds(Prompt)),
    ("providers", Provides),
    ("resources", Adds(Resource)),
    ("tools", Adds(Tool)),
    ("transforms", Transforms),
    ("warn_on_duplicate_prompts", Duplicates),
    ("warn_on_duplicate_resources", Duplicates),
    ("warn_on_duplicate_tools", Duplicates),
];

/// The keyword of the server classes that chooses what is logged.
pub const LOG_LEVEL: &str = "log_level";

/// The decorators that stand alone and mark a function, for `add_tool` and its like to take: the package, the name, and
/// what the first argument says.
const MARKERS: [(&str, &str, &str); 3] =
    [("prompts", "prompt", "name"), ("resources", "resource", "uri"), ("tools", "tool", "name")];

/// The methods by which a server lists its tools, in the order in which they call each other: a class of the project that
/// has one of them lists what it likes.
pub const TOOL_LISTERS: [&str; 6] = [
    "_handle_list_tools", "_list_tools_mcp", "_list_tools_middleware", "list_tools", "_list_tools",
    "get_tools",
];

/// The methods through which middleware sees the list of tools, innermost first.
pub const TOOL_INTERCEPTORS: [&str; 4] = ["on_list_tools", "on_request", "on_message", "__call__"];

fn find(table: &[(&str, Role)], name: &str) -> Option<Role> {
    table.iter().find(|(known, _)| *known == name).map(|(_, role)| *role)
}

/// What a call of this name, without the object that it is called on, does to a server.
pub fn role(name: &str) -> Option<Role> {
    find(&CALLS, name)
}

/// What the keyword gives the server that a call of its class makes.
pub fn keyword_role(keyword: &str) -> Option<Role> {
    find(&KEYWORDS, keyword)
}

/// How a call of this name starts a server.
pub fn starter(name: &str) -> Option<Starter> {
    match role(name) {
        Some(Role::Starts(starter)) => Some(starter),
        _ => None,
    }
}

/// Whether a call of this name hands functions to a server, which calls them for its clients.
pub fn registers(name: &str) -> bool {
    matches!(role(name), Some(Adds(_) | Answers | Decorates(_) | Lists(_) | Wraps))
}

/// What the first argument says of a function that the decorator at `path` marks, to be registered later: `name` of
/// `fastmcp`'s `@tool(...)` for `add_tool`.
pub fn marker(path: &str) -> Option<&'static str> {
    let (package, rest) = path.strip_prefix("fastmcp.")?.split_once('.')?;
    let (module, name) = rest.split_once('.').unwrap_or(("", rest));
    let home = ["", name].contains(&module.strip_prefix("function_").unwrap_or(module));
    MARKERS.iter().find(|(known, mark, _)| home && (*known, *mark) == (package, name)).map(|(.., key)| *key)
}

impl PrimitiveKind {
    /// The decorator of a server that makes one.
    pub fn decorator(self) -> &'static str {
        match self {
            Tool => "tool",
            Prompt => "prompt",
            Resource => "resource",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_there_once() {
        for (table, find) in [(&CALLS[..], role as fn(&str) -> Option<Role>), (&KEYWORDS[..], keyword_role)] {
            for (word, expected) in table {
                assert_eq!(find(word), Some(*expected), "{word}");
            }
        }
        for kind in [Tool, Prompt, Resource] {
            assert_eq!(role(kind.decorator()), Some(Decorates(kind)));
        }
    }

    #[test]
    fn knows_what_marks_a_function() {
        for (path, expected) in [
            ("fastmcp.tools.tool", Some("name")),
            ("fastmcp.tools.tool.tool", Some("name")),
            ("fastmcp.tools.function_tool.tool", Some("name")),
            ("fastmcp.resources.resource", Some("uri")),
            ("fastmcp.tools.Tool", None),
            ("fastmcp.prompts.tool", None),
            ("mcp.tools.tool", None),
        ] {
            assert_eq!(marker(path), expected, "{path}");
        }
    }
}
