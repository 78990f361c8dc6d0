//! What the program calls on the SDKs' objects while it starts.

use std::rc::Rc;

use super::dialect::{Dialect, Majors};
use crate::evaluation::{Arguments, CodeLocation, ExternalCall, Host, Instance, PathCondition, Run, Value};
use crate::syntax;

/// What the program registered, and on which servers.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) majors: Majors,
    pub(super) servers: Vec<Served>,
    /// Places that offer something of which the text does not tell what.
    pub(super) unknown: Vec<(CodeLocation, String)>,
    /// The commands of a command-line application, by what they were registered on.
    pub(super) commands: Vec<(Value, Value)>,
}

/// One server object.
#[derive(Debug)]
pub(super) struct Served {
    pub(super) object: Rc<Instance>,
    pub(super) dialect: Dialect,
    /// Whether it is the low-level `Server`.
    pub(super) is_lowlevel: bool,
    /// With which arguments its SDK's class was called.
    pub(super) arguments: Arguments,
    pub(super) registered: Vec<Registered>,
    /// Other servers whose primitives it lists too: their object, the prefix, and what that depends on.
    pub(super) mounts: Vec<(Value, Option<Value>, PathCondition)>,
    /// The handlers of a low-level server, by method.
    pub(super) handlers: Vec<(String, Value)>,
    /// Names that were taken away again, or may have been.
    pub(super) removed: Vec<Value>,
    /// What each of its starts depends on.
    pub(super) runs: Vec<PathCondition>,
    /// Whether another server lists it.
    pub(super) is_mounted: bool,
    /// What the project puts between the server and those who ask for its lists.
    pub(super) middleware: Vec<Value>,
    /// Whether something may change the names and schemas of its tools.
    pub(super) transformed: bool,
}

/// What is registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Tool,
    Prompt,
    Resource,
}

/// One registration.
#[derive(Clone, Debug)]
pub(super) struct Registered {
    pub(super) kind: Kind,
    /// The function, or an object of the SDK that was made from one.
    pub(super) what: Value,
    /// Whether another configuration registers something else in its place.
    pub(super) varies: bool,
    /// The other arguments of the registration: `name`, `description`.
    pub(super) arguments: Arguments,
    pub(super) place: CodeLocation,
    /// What it depends on.
    pub(super) doubts: PathCondition,
}

impl Served {
    /// Whether nothing was registered on it.
    pub(super) fn is_empty(&self) -> bool {
        let given = self.arguments.named.iter().any(|(name, _)| name.starts_with("on_list_"));
        self.registered.is_empty() && self.handlers.is_empty() && self.mounts.is_empty() && !given
    }
}

impl Registry {
    pub(super) fn new(majors: Majors) -> Self {
        Self { majors, servers: Vec::new(), unknown: Vec::new(), commands: Vec::new() }
    }

    pub(super) fn tell_unknown(&mut self, place: &CodeLocation, what: &str) {
        if !self.unknown.iter().any(|(known, _)| known == place) {
            self.unknown.push((place.clone(), what.to_owned()));
        }
    }
}

/// The place of the server behind a value among the registry's: the object itself, or what `mcp._mcp_server` and its
/// like stand for.
pub(super) fn server_of(run: &mut Run<'_, Registry>, value: &Value) -> Option<usize> {
    match value {
        Value::Member(member) => {
            let inner = ["_mcp_server", "_lowlevel_server", "_tool_manager", "server", "mcp_server"];
            inner.contains(&&*member.1).then(|| server_of(run, &member.0)).flatten()
        }
        Value::Object(object) => {
            if let Some(known) = run.host.servers.iter().position(|server| server.object.id == object.id) {
                return Some(known);
            }
            let path = class_path(run, &object.class)?;
            run.hear();
            let dialect = Dialect::of_class(&path, run.host.majors);
            run.host.servers.push(Served {
                object: object.clone(),
                dialect,
                is_lowlevel: path.ends_with(".Server"),
                arguments: object.arguments.clone(),
                registered: Vec::new(),
                mounts: Vec::new(),
                handlers: Vec::new(),
                removed: Vec::new(),
                runs: Vec::new(),
                is_mounted: false,
                middleware: object.arguments.named("middleware").cloned().into_iter().collect(),
                transformed: object.arguments.named("transforms").is_some(),
            });
            let server = run.host.servers.len() - 1;
            // else the project's own constructor says what it gives
            if !matches!(run.inherited(&object.class, "__init__"), Some(Value::Function(_))) {
                given(run, server, &object.arguments, &object.place);
            }
            Some(server)
        }
        _ => None,
    }
}

/// The path of the SDK's server class behind a class.
fn class_path(run: &mut Run<'_, Registry>, class: &Value) -> Option<String> {
    match class {
        Value::Class(_) => {
            run.foreign_bases(class).iter().find_map(|base| syntax::server_class(&base.path()?))
        }
        _ => syntax::server_class(&class.path()?),
    }
}

/// Whether code of the project may change the tools that the SDK would list.
pub(super) fn rewrites(run: &mut Run<'_, Registry>, server: usize) -> bool {
    let served = &run.host.servers[server];
    let (class, middleware) = (served.object.class.clone(), served.middleware.clone());
    let mut layers: Vec<Value> = Vec::new();
    for value in middleware {
        match run.items(&value) {
            Some(items) => layers.extend(items.into_iter().map(|(item, _)| item)),
            None => layers.push(value),
        }
    }
    let own = |run: &mut Run<'_, Registry>, class: &Value, names: &[&str]| {
        names.iter().any(|name| matches!(run.inherited(class, name), Some(Value::Function(_))))
    };
    run.host.servers[server].transformed
        || own(run, &class, &["list_tools", "_list_tools", "get_tools"])
        || layers.iter().any(|layer| match layer.settled().0 {
            Value::Object(object) => own(run, &object.class, &["on_list_tools", "on_message", "on_request"]),
            _ => false,
        })
}

impl Host for Registry {
    fn call(run: &mut Run<'_, Self>, call: &ExternalCall<'_>) -> Option<Value> {
        match call.callee {
            Value::Foreign(path) => foreign(run, call, path),
            Value::Member(member) => match server_of(run, &member.0) {
                Some(server) => on_server(run, server, &member.1, call),
                None => on_other(run, &member.0, &member.1, call),
            },
            Value::Object(made) => on_made(run, made, call),
            Value::Unknown => {
                handed_on(run, call, "a function that the text does not tell");
                None
            }
            _ => None,
        }
    }
}

/// A call of something outside by its path.
fn foreign(run: &mut Run<'_, Registry>, call: &ExternalCall<'_>, path: &str) -> Option<Value> {
    if syntax::server_class(path).is_some() {
        let object = run.object(call.callee.clone(), call.arguments.clone(), call.place.clone());
        let value = Value::Object(object);
        server_of(run, &value);
        if let Some(what) = generated(path) {
            run.host.tell_unknown(call.place, what);
        }
        return Some(value);
    }
    if let Some(key) = marks(path) {
        let first = call.arguments.positional.first().map(|first| first.settled().0);
        return Some(match first {
            None | Some(Value::Text(_) | Value::None) => {
                let object = run.object(call.callee.clone(), keyed(call.arguments, key), call.place.clone());
                Value::Object(object)
            }
            Some(function) => marked(run, function, Arguments::default(), call.place),
        });
    }
    if matches!(path, "typer.run" | "fire.Fire" | "uvloop.run" | "anyio.from_thread.run") {
        let called = call.arguments.positional.first()?;
        return Some(run.call(called, Arguments::default(), call.place));
    }
    // a package that registers its own tools
    let speaks = ["asyncio.", "logging.", "uvicorn.", "starlette.", "builtins."];
    if !speaks.iter().any(|known| path.starts_with(known)) {
        handed_on(run, call, &format!("`{path}`"));
    }
    if path.starts_with("fastmcp.") && path.ends_with(".create_proxy") {
        run.host.tell_unknown(call.place, "the tools of another server");
    }
    None
}

/// What the first argument says of a function that the decorator at `path` marks, to be registered later: `fastmcp`'s
/// `@tool(name=...)` for `add_tool`.
fn marks(path: &str) -> Option<&'static str> {
    let (module, name) = path.strip_prefix("fastmcp.")?.split_once('.')?;
    match (module, name.strip_prefix("function_").unwrap_or(name)) {
        ("tools", "tool" | "tool.tool") | ("prompts", "prompt" | "prompt.prompt") => Some("name"),
        ("resources", "resource" | "resource.resource") => Some("uri"),
        _ => None,
    }
}

/// The arguments, all of them by name.
fn keyed(arguments: &Arguments, key: &str) -> Arguments {
    let mut all = arguments.clone();
    if !all.positional.is_empty() {
        all.named.push((key.into(), all.positional.remove(0)));
    }
    all
}

/// The function with what it is registered as, in the form of an object that the SDK makes of one.
fn marked(
    run: &mut Run<'_, Registry>,
    function: &Value,
    arguments: Arguments,
    place: &CodeLocation,
) -> Value {
    let mut all = arguments;
    all.positional.insert(0, function.clone());
    Value::Object(run.object(Value::foreign("fastmcp.from_function"), all, place.clone()))
}

/// What a constructor makes tools of that the text does not hold.
fn generated(path: &str) -> Option<&'static str> {
    Some(match path.rsplit('.').next()? {
        "from_openapi" | "FastMCPOpenAPI" => "the tools of an OpenAPI document",
        "from_fastapi" => "the tools of a FastAPI application",
        "as_proxy" | "from_client" | "FastMCPProxy" => "the tools of another server",
        _ => return None,
    })
}

/// A method of a server.
fn on_server(
    run: &mut Run<'_, Registry>,
    server: usize,
    method: &str,
    call: &ExternalCall<'_>,
) -> Option<Value> {
    let arguments = call.arguments;
    run.hear();
    match method {
        "__init__" => {
            run.host.servers[server].arguments = arguments.clone();
            given(run, server, arguments, call.place);
            Some(Value::None)
        }
        "tool" | "prompt" | "resource" => Some(decorator(run, server, kind(method)?, call)),
        "add_tool" | "add_prompt" | "add_resource" | "add_template" | "add_resource_fn" => {
            let what = arguments.get(0, "fn").or_else(|| arguments.named(&method["add_".len()..]));
            let what = what.cloned().unwrap_or(Value::Unknown);
            let kind = kind(method.strip_prefix("add_")?).unwrap_or(Kind::Resource);
            let mut rest = arguments.clone();
            if !rest.positional.is_empty() {
                rest.positional.remove(0);
            }
            register(run, server, kind, &what, rest, call.place);
            Some(what)
        }
        "mount" | "import_server" => {
            mount(run, server, arguments, call.place);
            Some(Value::None)
        }
        "remove_tool" | "disable" => {
            let name = arguments.get(0, "name").cloned().unwrap_or(Value::Unknown);
            run.host.servers[server].removed.push(name);
            Some(Value::None)
        }
        "add_middleware" => {
            run.host.servers[server].middleware.extend(arguments.iter().cloned());
            Some(Value::None)
        }
        "add_tool_transformation" | "add_transform" => {
            run.host.servers[server].transformed = true;
            Some(Value::None)
        }
        "add_provider" => {
            run.host.tell_unknown(call.place, "what a provider brings");
            Some(Value::None)
        }
        "list_tools" | "list_prompts" | "list_resources" | "list_resource_templates"
            if arguments.iter().next().is_none() =>
        {
            let member = Value::Member(Rc::new((
                Value::Object(run.host.servers[server].object.clone()),
                method.into(),
            )));
            Some(Value::Object(run.object(member, Arguments::default(), call.place.clone())))
        }
        _ if starts(method) => {
            let doubts = run.doubts();
            run.host.servers[server].runs.push(doubts);
            None
        }
        _ => None,
    }
}

fn kind(method: &str) -> Option<Kind> {
    Some(match method {
        "tool" => Kind::Tool,
        "prompt" => Kind::Prompt,
        "resource" | "template" | "resource_fn" => Kind::Resource,
        _ => return None,
    })
}

/// Whether a method of that name starts the server, or makes an application of it.
fn starts(method: &str) -> bool {
    method == "run"
        || method.starts_with("run_")
        || matches!(method, "http_app" | "sse_app" | "streamable_http_app" | "create_initialization_options")
}

/// `@mcp.tool`, `@mcp.tool(...)`, `mcp.tool(function)`.
fn decorator(run: &mut Run<'_, Registry>, server: usize, kind: Kind, call: &ExternalCall<'_>) -> Value {
    let mut rest = call.arguments.clone();
    let function = match rest.positional.first().map(|first| first.settled().0) {
        None | Some(Value::Text(_) | Value::None) => false,
        // a name, unless that is given beside it
        Some(Value::Unknown | Value::Object(_)) => rest.named("name").is_some(),
        Some(_) => kind != Kind::Resource,
    };
    if function || call.decorates {
        let what = if rest.positional.is_empty() { Value::Unknown } else { rest.positional.remove(0) };
        register(run, server, kind, &what, rest, call.place);
        return what;
    }
    let object = Value::Object(run.host.servers[server].object.clone());
    let method = match kind {
        Kind::Tool => "tool",
        Kind::Prompt => "prompt",
        Kind::Resource => "resource",
    };
    let member = Value::Member(Rc::new((object, method.into())));
    Value::Object(run.object(member, rest, call.place.clone()))
}

/// A call of what a call of an SDK's method gave: `mcp.tool(...)(function)`.
fn on_made(run: &mut Run<'_, Registry>, made: &Rc<Instance>, call: &ExternalCall<'_>) -> Option<Value> {
    let Value::Member(member) = &made.class else {
        if made.class.path().is_some_and(|path| marks(&path).is_some()) {
            let function = call.arguments.get(0, "fn")?;
            return Some(marked(run, function, made.arguments.clone(), call.place));
        }
        return application(run, call);
    };
    let what = call.arguments.get(0, "fn")?.clone();
    if let Some(server) = server_of(run, &member.0) {
        match &*member.1 {
            "tool" | "prompt" | "resource" => {
                let place = if call.decorates { call.place } else { &made.place };
                register(run, server, kind(&member.1)?, &what, made.arguments.clone(), place);
            }
            handler if handler.starts_with("list_") => {
                run.host.servers[server].handlers.push((handler.to_owned(), what.clone()));
            }
            _ => return None,
        }
        return Some(what);
    }
    if matches!(&*member.1, "command" | "callback") {
        run.host.commands.push((member.0.clone(), what));
    }
    if call.decorates && &*member.1 == "tool" && matches!(member.0, Value::Unknown) {
        run.host.tell_unknown(call.place, "a tool of a server that the text does not tell");
    }
    handed_on(run, call, "a function that the text does not tell");
    None
}

/// A call of a member of something that is no server.
fn on_other(
    run: &mut Run<'_, Registry>,
    owner: &Value,
    name: &str,
    call: &ExternalCall<'_>,
) -> Option<Value> {
    if matches!(owner, Value::Object(_) | Value::Unknown) {
        handed_on(run, call, &format!("`{name}`"));
    }
    if call.decorates && matches!(name, "command" | "callback") {
        let what = call.arguments.positional.first()?.clone();
        run.host.commands.push((owner.clone(), what));
    }
    None
}

/// Tells that code outside of the project, called `name`, may register on a server that it is handed.
fn handed_on(run: &mut Run<'_, Registry>, call: &ExternalCall<'_>, name: &str) {
    if call.decorates {
        return;
    }
    for value in call.arguments.positional.clone() {
        if matches!(value, Value::Object(_)) && server_of(run, &value).is_some() {
            run.host.tell_unknown(call.place, &format!("what {name} registers"));
        }
    }
}

/// A call of a command-line application runs its commands.
fn application(run: &mut Run<'_, Registry>, call: &ExternalCall<'_>) -> Option<Value> {
    let commands: Vec<Value> = run
        .host
        .commands
        .iter()
        .filter(|(owner, _)| owner.is(call.callee))
        .map(|(_, command)| command.clone())
        .collect();
    for command in &commands {
        let arguments = run.command_arguments(command, call.place);
        run.call(command, arguments, call.place);
    }
    (!commands.is_empty()).then_some(Value::None)
}

fn register(
    run: &mut Run<'_, Registry>,
    server: usize,
    kind: Kind,
    what: &Value,
    arguments: Arguments,
    place: &CodeLocation,
) {
    let (what, varies) = what.settled();
    if let Value::Either(values) = what {
        for value in values.iter() {
            run.perhaps(|run| register(run, server, kind, value, arguments.clone(), place));
        }
        return;
    }
    let doubts = run.doubts();
    let registered = Registered { kind, what: what.clone(), varies, arguments, place: place.clone(), doubts };
    run.host.servers[server].registered.push(registered);
}

/// Takes in what the constructor of a server is given to offer.
fn given(run: &mut Run<'_, Registry>, server: usize, arguments: &Arguments, place: &CodeLocation) {
    for (key, kind) in [("tools", Kind::Tool), ("prompts", Kind::Prompt), ("resources", Kind::Resource)] {
        let Some(value) = arguments.named(key).filter(|value| !matches!(value, Value::None)) else {
            continue;
        };
        match run.items(value) {
            Some(items) => {
                for (item, _) in items {
                    register(run, server, kind, &item, Arguments::default(), place);
                }
            }
            None => run.host.tell_unknown(place, "what the constructor is given to offer"),
        }
    }
    if arguments.open || arguments.named("providers").is_some() {
        run.host.tell_unknown(place, "what the constructor is given to offer");
    }
}

fn mount(run: &mut Run<'_, Registry>, server: usize, arguments: &Arguments, place: &CodeLocation) {
    // once the prefix came first
    let mut given = arguments.positional.iter();
    let first = given.next();
    let (mounted, prefix) = match first {
        Some(Value::Text(_)) => (given.next().or_else(|| arguments.named("server")), first),
        _ => (first.or_else(|| arguments.named("server")), given.next()),
    };
    let prefix =
        prefix.or_else(|| arguments.named("namespace")).or_else(|| arguments.named("prefix")).cloned();
    if arguments.named("tool_names").is_some() {
        run.host.tell_unknown(place, "the names of mounted tools");
    }
    let Some(mounted) = mounted.cloned() else { return };
    match server_of(run, &mounted) {
        Some(other) => {
            let doubts = run.doubts();
            run.host.servers[other].is_mounted = true;
            let prefix = prefix.filter(|prefix| !matches!(prefix, Value::None));
            run.host.servers[server].mounts.push((mounted, prefix, doubts));
        }
        None => run.host.tell_unknown(place, "the tools of a mounted server"),
    }
}
