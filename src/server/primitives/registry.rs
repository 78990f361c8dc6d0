//! What the program calls on the SDKs' objects while it starts.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value as Json;

use super::begun::Start;
use super::listed_object::{self, ListedObjects, field_value};
use super::openapi::{self, Made};
use super::registration::{Registered, names, wrapped};
use crate::evaluation::{
    Arguments, CodeLocation, DictValue, ExternalCall, Host, Instance, ListValue, PathCondition, Run, Value,
};
use crate::sdk::{self, Dialect, InstalledSdks, PrimitiveKind, Role, StartResult};

/// What a call of a member of a model gives as JSON, if that is its schema.
type Published = fn(&mut Run<'_, Registry>, &Value) -> Option<Value>;

/// The objects that a server gives of what it lists so far, with what each depends on.
type Listed = fn(&mut Run<'_, Registry>, usize, PrimitiveKind) -> Vec<(Value, PathCondition)>;

/// What middleware calls to get the answer of what lies behind it.
pub(super) const NEXT: &str = "mcp.server.call_next";

/// What the program registered, and on which servers.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) sdks: InstalledSdks,
    /// What a model publishes of itself, where the text tells all of it.
    published: Published,
    listed: Listed,
    /// What is known of the objects that code of the project has of entries.
    pub(super) objects: ListedObjects,
    /// The schemas of what tools give, as `fastmcp` keeps them, by what equal types have in common.
    pub(super) adapted: HashMap<String, Json>,
    pub(super) servers: Vec<Served>,
    /// Places that offer something of which the text does not tell what.
    pub(super) unknown: Vec<(CodeLocation, String)>,
    /// The commands of a command-line application, by what they were registered on.
    pub(super) commands: Vec<(Value, Value)>,
    /// What was called to serve.
    pub(super) starts: Vec<Start>,
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
    /// The handlers of a low-level server, by what they list.
    pub(super) handlers: Vec<(PrimitiveKind, Value)>,
    /// What each of its starts depends on.
    pub(super) runs: Vec<PathCondition>,
    /// What its settings were set to after it was made, and when.
    pub(super) settings: Vec<(Arc<str>, Value, PathCondition)>,
    /// What it was told to say of itself when it was started, instead of what its constructor was given.
    pub(super) introduction: Option<Rc<Instance>>,
    /// What the project puts between the server and those who ask for its lists.
    pub(super) middleware: Vec<Value>,
    /// Whether something may change the names and schemas of its tools.
    pub(super) transformed: bool,
    /// Whether it may keep some of what is registered from its lists.
    pub(super) hides: bool,
}

impl Served {
    /// Whether nothing was registered on it.
    pub(super) fn is_empty(&self) -> bool {
        let lists = |keyword: &str| matches!(sdk::keyword_role(keyword), Some(Role::Lists(_)));
        let given = self.arguments.named.iter().any(|(keyword, _)| lists(keyword));
        self.registered.is_empty() && self.handlers.is_empty() && self.mounts.is_empty() && !given
    }
}

impl Registry {
    pub(super) fn new(sdks: InstalledSdks, published: Published, listed: Listed) -> Self {
        Self {
            sdks,
            published,
            listed,
            objects: ListedObjects::default(),
            adapted: HashMap::new(),
            servers: Vec::new(),
            unknown: Vec::new(),
            commands: Vec::new(),
            starts: Vec::new(),
        }
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
        Value::Member(member) if sdk::is_part(&member.1) => server_of(run, &member.0),
        Value::Object(object) => {
            if let Some(known) = run.host.servers.iter().position(|server| server.object.id == object.id) {
                return Some(known);
            }
            let (dialect, is_lowlevel) = class_of(run, &object.class)?;
            run.note_effect();
            run.host.servers.push(Served {
                object: object.clone(),
                dialect,
                is_lowlevel,
                arguments: object.arguments.clone(),
                registered: Vec::new(),
                mounts: Vec::new(),
                handlers: Vec::new(),
                runs: Vec::new(),
                settings: Vec::new(),
                introduction: None,
                middleware: with_role(&object.arguments, Role::Intercepts).cloned().collect(),
                hides: false,
                transformed: with_role(&object.arguments, Role::Transforms).next().is_some(),
            });
            let server = run.host.servers.len() - 1;
            // else the project's own constructor says what it gives
            if !matches!(object.class.inherited("__init__"), Some(Value::Function(_))) {
                given(run, server, &object.arguments, &object.place);
            }
            Some(server)
        }
        _ => None,
    }
}

/// The SDK's server class behind a class: whose it is, and whether it is the low-level one.
fn class_of(run: &mut Run<'_, Registry>, class: &Value) -> Option<(Dialect, bool)> {
    let sdks = run.host.sdks;
    let known = |class: &Value| {
        let path = class.path()?;
        sdk::server_class(&path).map(|class| (class.dialect(sdks), class.is_low_level))
    };
    match class {
        Value::Class(_) => class.foreign_bases().iter().find_map(known),
        _ => known(class),
    }
}

/// What the keywords of the role give.
pub(super) fn with_role(arguments: &Arguments, role: Role) -> impl Iterator<Item = &Value> {
    let given = arguments.named.iter().filter(move |(keyword, _)| sdk::keyword_role(keyword) == Some(role));
    given.map(|(_, value)| value)
}

impl Host for Registry {
    fn attribute(&self, object: &Instance, name: &str) -> Option<Value> {
        self.objects.attribute(object, name)
    }

    fn is_own(&self, value: &Value) -> bool {
        match value {
            Value::Object(object) => self.servers.iter().any(|server| server.object.id == object.id),
            Value::Member(member) => self.is_own(&member.0),
            Value::Method(method) => self.is_own(&method.0),
            Value::Default(value, _) => self.is_own(value),
            Value::Partial(partial) => self.is_own(&partial.called),
            _ => false,
        }
    }

    fn call(run: &mut Run<'_, Self>, call: &ExternalCall<'_>) -> Option<Value> {
        match call.callee {
            Value::Foreign(path) => foreign(run, call, path),
            Value::Member(member) if matches!(member.0, Value::Class(_)) => inherited(run, call, member),
            Value::Member(member) if set(run, member, call.arguments) => None,
            Value::Member(member) => match server_of(run, &member.0) {
                Some(server) => on_server(run, server, &member.1, call),
                None => on_table(run, &member.0, &member.1, call)
                    .or_else(|| on_entry(run, &member.0, &member.1, call))
                    .or_else(|| of_model(run, call))
                    .or_else(|| on_other(run, &member.0, &member.1, call)),
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

/// Keeps what a setting of a server is set to; false where the call does something else.
fn set(run: &mut Run<'_, Registry>, (owner, method): &(Value, Arc<str>), arguments: &Arguments) -> bool {
    let (Value::Member(part), [Value::Text(name), value]) = (owner, &*arguments.positional) else {
        return false;
    };
    if &**method != "__setattr__" || &*part.1 != "settings" {
        return false;
    }
    let Some(server) = server_of(run, &part.0) else { return false };
    let setting = (name.clone(), value.clone(), run.condition());
    run.host.servers[server].settings.push(setting);
    true
}

/// A call of something outside by its path.
fn foreign(run: &mut Run<'_, Registry>, call: &ExternalCall<'_>, path: &str) -> Option<Value> {
    if let Some(class) = sdk::server_class(path) {
        let object = run.object(call.callee.clone(), call.arguments.clone(), call.place.clone());
        let value = Value::Object(object);
        server_of(run, &value);
        if let Some(what) = class.generated {
            generate(run, &value, what, call);
        }
        return Some(value);
    }
    if let Some(key) = sdk::marker(path) {
        let first = call.arguments.positional.first().map(|first| first.without_default().0);
        return Some(match first {
            None | Some(Value::Text(_) | Value::None) => {
                let object = run.object(call.callee.clone(), keyed(call.arguments, key), call.place.clone());
                Value::Object(object)
            }
            Some(function) => marked(run, function, Arguments::default(), call.place),
        });
    }
    if let Some(start) = Start::of_a_path(run, path, call) {
        run.host.starts.push(start);
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
    None
}

/// A call of what a class of the project has of an SDK's: `from_openapi`, or the schema of a model.
fn inherited(
    run: &mut Run<'_, Registry>,
    call: &ExternalCall<'_>,
    member: &(Value, Arc<str>),
) -> Option<Value> {
    let bases = member.0.foreign_bases();
    let paths = bases.iter().filter_map(Value::path).map(|path| format!("{path}.{}", member.1));
    let generated: Vec<&str> = paths.filter_map(|path| sdk::server_class(&path)?.generated).collect();
    let Some(what) = generated.first() else { return of_model(run, call) };
    let object = run.object(member.0.clone(), call.arguments.clone(), call.place.clone());
    let value = Value::Object(object);
    generate(run, &value, what, call);
    Some(value)
}

/// Takes in what an SDK makes a server of that is no code of the program.
fn generate(run: &mut Run<'_, Registry>, server: &Value, what: &str, call: &ExternalCall<'_>) {
    match server_of(run, server) {
        Some(server) if what == sdk::OPENAPI => openapi::offer(run, server, call.arguments, call.place),
        _ => run.host.tell_unknown(call.place, what),
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
    Value::Object(run.object(Value::foreign(sdk::FROM_FUNCTION), all, place.clone()))
}

/// A method of a server.
fn on_server(
    run: &mut Run<'_, Registry>,
    server: usize,
    method: &str,
    call: &ExternalCall<'_>,
) -> Option<Value> {
    let arguments = call.arguments;
    run.note_effect();
    if method == "__setattr__"
        && let [Value::Text(name), value] = &*arguments.positional
        && let Some(kind) = sdk::table_of(name)
    {
        remove_all(run, server, kind);
        let object = Value::Object(run.host.servers[server].object.clone());
        let table = object.member(name).member(&"update".into());
        let place = call.place.clone();
        return Some(run.call(&table, Arguments::positional([value.clone()]), &place));
    }
    if method == "__init__" {
        run.host.servers[server].arguments = arguments.clone();
        given(run, server, arguments, call.place);
        return Some(Value::None);
    }
    if let Some(listed) = listed(run, server, method, call) {
        return Some(listed);
    }
    match sdk::role(method)? {
        Role::Decorates(kind) => return Some(decorator(run, server, kind, call)),
        Role::Adds(kind) => return Some(add(run, server, kind, method, call)),
        Role::Mounts => mount(run, server, arguments, call.place),
        Role::Removes(kind) => remove(run, server, kind, arguments),
        Role::Hides => run.host.servers[server].hides = true,
        Role::Intercepts => run.host.servers[server].middleware.extend(arguments.iter().cloned()),
        Role::Transforms => run.host.servers[server].transformed = true,
        Role::Provides => match arguments.get(0, "provider") {
            Some(provider) => provide(run, server, &provider.clone(), call.place),
            None => run.host.tell_unknown(call.place, "what a provider brings"),
        },
        Role::Lists(_) if arguments.iter().next().is_none() => {
            let object = Value::Object(run.host.servers[server].object.clone());
            let member = Value::Member(Rc::new((object, method.into())));
            return Some(Value::Object(run.object(member, Arguments::default(), call.place.clone())));
        }
        Role::Starts(starter) => {
            if starter.result != StartResult::Streams {
                begins(run, server);
                let is_low = run.host.servers[server].is_lowlevel;
                let begun = Start::of_a_server(run, server, starter, call).filter(|_| !is_low);
                let introduction = arguments.iter().find_map(introduction);
                run.host.servers[server].introduction = introduction;
                let (start, app) = begun?;
                run.host.starts.push(start);
                return app;
            }
            return None;
        }
        Role::Introduces => {
            begins(run, server);
            return None;
        }
        Role::Lists(_) | Role::Answers | Role::Wraps | Role::Duplicates => return None,
    }
    Some(Value::None)
}

/// A method of the table in which a server holds what is registered, such as `mcp._tool_manager._tools`.
fn on_table(
    run: &mut Run<'_, Registry>,
    owner: &Value,
    method: &str,
    call: &ExternalCall<'_>,
) -> Option<Value> {
    let Value::Member(table) = owner else { return None };
    let kind = sdk::table_of(&table.1)?;
    let server = server_of(run, &table.0)?;
    run.note_effect();
    let (arguments, first) = (call.arguments, call.arguments.positional.first());
    match method {
        "__setitem__" => enter(run, server, kind, first?, arguments.positional.get(1)?, call.place),
        "__delitem__" | "pop" => {
            let key = Arguments::positional(first.cloned());
            remove(run, server, kind, &key);
            return Some(Value::Unknown);
        }
        "clear" => remove_all(run, server, kind),
        "values" | "items" | "keys" | "copy" | "get" | "__getitem__" => {
            let table = by_name((run.host.listed)(run, server, kind));
            return Some(if method == "copy" { table } else { run.method_of(&table, method, arguments) });
        }
        "update" => match first? {
            Value::Dict(more) if !more.open.get() => {
                for (key, what, _) in more.items.borrow().iter() {
                    enter(run, server, kind, key, what, call.place);
                }
            }
            _ => run.host.tell_unknown(call.place, "what is put into the table of a server"),
        },
        _ => return None,
    }
    Some(Value::None)
}

/// What a call gives that asks a server of the project, or a part of it, for what it lists; none where it is no such call.
fn listed(
    run: &mut Run<'_, Registry>,
    server: usize,
    method: &str,
    call: &ExternalCall<'_>,
) -> Option<Value> {
    let Value::Member(member) = call.callee else { return None };
    let beneath = matches!(&member.0, Value::Member(part) if sdk::is_low_level_part(&part.1));
    if beneath || run.host.servers[server].is_lowlevel {
        return None;
    }
    let kind = match (method, sdk::role(method)) {
        ("get_tool" | "get_tools", _) => PrimitiveKind::Tool,
        (_, Some(Role::Lists(kind))) => kind,
        _ if sdk::TOOL_LISTERS.contains(&method) => PrimitiveKind::Tool,
        _ => return None,
    };
    // that of templates is another list
    if method == "list_resource_templates" {
        return None;
    }
    let items = (run.host.listed)(run, server, kind);
    Some(match method {
        "get_tool" => run.method_of(&by_name(items), "get", call.arguments),
        "get_tools" if run.host.servers[server].dialect == Dialect::Fastmcp2 => by_name(items),
        "_handle_list_tools" => {
            listed_object::result(run, Value::List(Rc::new(ListValue::from(items))), call.place)
        }
        _ => Value::List(Rc::new(ListValue::from(items))),
    })
}

/// A dict of the objects, by their names.
fn by_name(items: Vec<(Value, PathCondition)>) -> Value {
    let dict = DictValue::default();
    for (value, condition) in items {
        let Value::Object(object) = &value else { continue };
        let name = field_value(object, "name").unwrap_or(Value::Unknown);
        dict.items.borrow_mut().push((name, value, condition));
    }
    Value::Dict(Rc::new(dict))
}

/// A method of an entry that a server lists.
fn on_entry(
    run: &mut Run<'_, Registry>,
    owner: &Value,
    method: &str,
    call: &ExternalCall<'_>,
) -> Option<Value> {
    let Value::Object(object) = owner else { return None };
    if !matches!(method, "model_copy" | "copy") || !sdk::is_listed(&object.class.path()?) {
        return None;
    }
    listed_object::copy(run, |host| &mut host.objects, object, call.arguments.named("update"))
}

/// The schema of a model, which code may change before it is listed.
fn of_model(run: &mut Run<'_, Registry>, call: &ExternalCall<'_>) -> Option<Value> {
    let plain = call.arguments.iter().next().is_none() && !call.arguments.open;
    let published = run.host.published;
    if plain { published(run, call.callee) } else { None }
}

/// Registers what is put into the table of a server under a name.
fn enter(
    run: &mut Run<'_, Registry>,
    server: usize,
    kind: PrimitiveKind,
    key: &Value,
    what: &Value,
    place: &CodeLocation,
) {
    let named = matches!(what, Value::Object(object) if object.arguments.named("name").is_some());
    let mut arguments = Arguments::default();
    if !named {
        arguments.named.push(("name".into(), key.clone()));
    }
    remove(run, server, kind, &Arguments::positional([key.clone()]));
    register(run, server, kind, what, arguments, place, None);
}

/// Takes away all that is registered of a kind.
fn remove_all(run: &mut Run<'_, Registry>, server: usize, kind: PrimitiveKind) {
    take(run, server, |_, one| Some(one.kind == kind));
}

/// What a server that is started is told to say of itself.
fn introduction(value: &Value) -> Option<Rc<Instance>> {
    match value {
        Value::Object(object) if object.class.path()?.ends_with(".InitializationOptions") => {
            Some(object.clone())
        }
        _ => None,
    }
}

/// The server is started, or an application made of it.
fn begins(run: &mut Run<'_, Registry>, server: usize) {
    let condition = run.condition();
    run.host.servers[server].runs.push(condition);
}

/// `mcp.add_tool(function, name=...)`.
fn add(
    run: &mut Run<'_, Registry>,
    server: usize,
    kind: PrimitiveKind,
    method: &str,
    call: &ExternalCall<'_>,
) -> Value {
    let mut rest = call.arguments.clone();
    let keyword = method.strip_prefix("add_").unwrap_or(method);
    let what = rest.get(0, "fn").or_else(|| rest.named(keyword)).cloned().unwrap_or(Value::Unknown);
    if !rest.positional.is_empty() {
        rest.positional.remove(0);
    }
    register(run, server, kind, &what, rest, call.place, None);
    what
}

/// `@mcp.tool`, `@mcp.tool(...)`, `mcp.tool(function)`.
fn decorator(
    run: &mut Run<'_, Registry>,
    server: usize,
    kind: PrimitiveKind,
    call: &ExternalCall<'_>,
) -> Value {
    let mut rest = call.arguments.clone();
    let function = match rest.positional.first().map(|first| first.without_default().0) {
        None | Some(Value::Text(_) | Value::None) => false,
        // a name, unless that is given beside it
        Some(Value::Unknown | Value::Object(_)) => rest.named("name").is_some(),
        Some(_) => kind != PrimitiveKind::Resource,
    };
    if function || call.decorates {
        let what = if rest.positional.is_empty() { Value::Unknown } else { rest.positional.remove(0) };
        register(run, server, kind, &what, rest, call.place, None);
        return what;
    }
    let object = Value::Object(run.host.servers[server].object.clone());
    let member = Value::Member(Rc::new((object, kind.decorator().into())));
    Value::Object(run.object(member, rest, call.place.clone()))
}

/// A call of what a call of an SDK's method gave: `mcp.tool(...)(function)`.
fn on_made(run: &mut Run<'_, Registry>, made: &Rc<Instance>, call: &ExternalCall<'_>) -> Option<Value> {
    let Value::Member(member) = &made.class else {
        if made.class.path().as_deref() == Some(NEXT) {
            return made.fields.borrow().get("answer").cloned();
        }
        if made.class.path().is_some_and(|path| sdk::marker(&path).is_some()) {
            let function = call.arguments.get(0, "fn")?;
            return Some(marked(run, function, made.arguments.clone(), call.place));
        }
        return command(run, call.callee, call.place);
    };
    let what = call.arguments.get(0, "fn")?.clone();
    if let Some(server) = server_of(run, &member.0) {
        match sdk::role(&member.1)? {
            Role::Decorates(kind) => {
                let place = if call.decorates { call.place } else { &made.place };
                register(run, server, kind, &what, made.arguments.clone(), place, None);
            }
            Role::Lists(kind) => run.host.servers[server].handlers.push((kind, what.clone())),
            _ => return None,
        }
        return Some(what);
    }
    if matches!(&*member.1, "command" | "callback") {
        run.host.commands.push((member.0.clone(), what));
    }
    let is_tool = sdk::role(&member.1) == Some(Role::Decorates(PrimitiveKind::Tool));
    if call.decorates && is_tool && matches!(member.0, Value::Unknown) {
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
    openapi::switched(run, owner, name);
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

/// Runs the commands of a command line that are registered on `owner`, if there are any.
pub(super) fn command(run: &mut Run<'_, Registry>, owner: &Value, place: &CodeLocation) -> Option<Value> {
    let commands = run.host.commands.iter().filter(|(known, _)| known.is(owner));
    let commands: Vec<Value> = commands.map(|(_, command)| command.clone()).collect();
    for command in &commands {
        let arguments = run.command_arguments(command, place);
        run.call(command, arguments, place);
    }
    (!commands.is_empty()).then_some(Value::None)
}

/// Registers something; `made` are its schemas where the SDK made it of a document.
pub(super) fn register(
    run: &mut Run<'_, Registry>,
    server: usize,
    kind: PrimitiveKind,
    what: &Value,
    arguments: Arguments,
    place: &CodeLocation,
    made: Option<Rc<Made>>,
) {
    if let Value::Default(presumed, by) = what
        && !presumed.others().is_empty()
    {
        run.each_way(presumed, by, |run, what| {
            register(run, server, kind, what, arguments.clone(), place, None);
            Value::None
        });
        return;
    }
    let (what, by) = what.without_default();
    let what = one_of_alike(what).unwrap_or(what);
    if let Value::Either(values) = what {
        for value in values.iter() {
            run.perhaps(|run| register(run, server, kind, value, arguments.clone(), place, None));
        }
        return;
    }
    let condition = run.condition();
    let registered = Registered {
        kind,
        what: what.clone(),
        varies: by.is_some(),
        arguments,
        place: place.clone(),
        condition,
        made,
        object: Rc::default(),
    };
    run.host.servers[server].registered.push(registered);
}

/// One of several wrappers around one function, which all are listed alike; none where it is anything else.
fn one_of_alike(what: &Value) -> Option<&Value> {
    let Value::Either(values) = what else { return None };
    let inner = wrapped(values.first()?)?;
    let alike = |value: &Value| wrapped(value).is_some_and(|other| Rc::ptr_eq(&inner, &other));
    values.iter().all(alike).then(|| &values[0])
}

/// Takes away what is registered under a name; where the text does not tell which, that may be anything.
fn remove(run: &mut Run<'_, Registry>, server: usize, kind: PrimitiveKind, arguments: &Arguments) {
    let given = arguments.iter().next();
    let gone = given.and_then(Value::as_text);
    let is_plain = matches!(given, Some(Value::Text(_)));
    take(run, server, |run, one| {
        if one.kind != kind {
            return Some(false);
        }
        match (&gone, names(run, one)) {
            (Some(gone), Some(names)) if names.all.contains(gone) => {
                (is_plain && names.all.len() == 1 && !names.varies).then_some(true)
            }
            (Some(_), Some(_)) => Some(false),
            _ => None,
        }
    });
}

/// Takes away what `is_taken`, or perhaps is, as far as the code at hand runs.
fn take(
    run: &mut Run<'_, Registry>,
    server: usize,
    mut is_taken: impl FnMut(&mut Run<'_, Registry>, &Registered) -> Option<bool>,
) {
    let taking = run.taking();
    let before = std::mem::take(&mut run.host.servers[server].registered);
    let mut after = Vec::new();
    for one in before {
        let is_taken = is_taken(run, &one);
        let condition = run.left_of(one.condition.clone(), &taking, is_taken);
        after.extend(condition.map(|condition| Registered { condition, ..one }));
    }
    run.host.servers[server].registered = after;
}

/// Takes in what the constructor of a server is given to offer.
fn given(run: &mut Run<'_, Registry>, server: usize, arguments: &Arguments, place: &CodeLocation) {
    let mut is_unknown = arguments.open;
    for (keyword, value) in &arguments.named {
        match sdk::keyword_role(keyword) {
            Some(Role::Adds(kind)) if !matches!(value, Value::None) => match run.items(value) {
                Some(items) => {
                    for (item, _) in items {
                        register(run, server, kind, &item, Arguments::default(), place, None);
                    }
                }
                None => is_unknown = true,
            },
            Some(Role::Provides) if !matches!(value, Value::None) => match run.items(value) {
                Some(items) => {
                    for (provider, condition) in items {
                        run.under(&condition, |run| provide(run, server, &provider, place));
                    }
                }
                None => is_unknown = true,
            },
            _ => {}
        }
    }
    if is_unknown {
        run.host.tell_unknown(place, "what the constructor is given to offer");
    }
}

/// Takes in what a provider brings.
fn provide(run: &mut Run<'_, Registry>, server: usize, provider: &Value, place: &CodeLocation) {
    match provider {
        Value::Object(object) if object.class.path().is_some_and(|path| sdk::reads_document(&path)) => {
            openapi::offer(run, server, &object.arguments, &object.place);
        }
        _ => run.host.tell_unknown(place, "what a provider brings"),
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
        Some(_) => {
            let condition = run.condition();
            let prefix = prefix.filter(|prefix| !matches!(prefix, Value::None));
            run.host.servers[server].mounts.push((mounted, prefix, condition));
        }
        None => run.host.tell_unknown(place, "the tools of a mounted server"),
    }
}
