//! What one server offers: what is registered on it and on those that it mounts, and what code of the project makes of that
//! before clients get it.
//!
//! ```text
//! registered, mounted -> the server's own `list_tools` -> middleware, innermost first -> a handler in its place
//! ```
//!
//! Each step gets the entries as a list of objects ([`listed_object`](super::listed_object)) and answers with one. Where the
//! text does not tell what a step answers, the entries stay, each of them in doubt.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use super::draft::{Draft, computed, function};
use super::listed_object;
use super::lowlevel;
use super::primitive::Code;
use super::registration::{Registered, names, unwrapped, wrapping};
use super::registry::{NEXT, Registry, Served, server_of, with_role};
use super::{schema, signature};
use crate::evaluation::{Arguments, CodeLocation, Instance, ListValue, PathCondition, Run, Value};
use crate::sdk::{self, Dialect, PrimitiveKind, Role, Sdk, Wrapping};

/// So deep may servers be mounted on each other.
const DEPTH: usize = 8;

/// All of a tool that code may change without another name.
const CHANGEABLE: [&str; 5] = ["annotations", "description", "inputSchema", "outputSchema", "title"];

/// The server, and the handler if one answers, that lists an entry: of two under one name it lists but one.
pub(super) type Lister = (usize, Option<usize>);

/// An entry of a server.
pub(super) struct Offered {
    pub(super) kind: PrimitiveKind,
    pub(super) dialect: Dialect,
    pub(super) draft: Draft,
    pub(super) lister: Option<Lister>,
    /// The object that code of the project has of it.
    object: Option<Rc<OnceCell<Rc<Instance>>>>,
}

/// Where a server is mounted: its names stand behind prefixes, and all of it under a condition.
#[derive(Clone, Default)]
pub(super) struct Mounting {
    prefixes: Vec<Arc<str>>,
    there: PathCondition,
}

impl Mounting {
    fn named(&self, name: &str) -> String {
        self.prefixes.iter().map(|prefix| format!("{prefix}_")).chain([name.to_owned()]).collect()
    }
}

/// All that clients get of a server.
pub(super) fn offered(
    run: &mut Run<'_, Registry>,
    server: usize,
    mounting: &Mounting,
    depth: usize,
) -> Vec<Offered> {
    let mut all = registered(run, server, mounting, depth);
    match rewritten(run, server) {
        Rewritten::No => {}
        Rewritten::As(drafts) => {
            replace(run, &mut all, PrimitiveKind::Tool, drafts, (server, None), mounting);
        }
        Rewritten::Unknown => {
            let place = run.host.servers[server].object.place.clone();
            run.host.tell_unknown(&place, "what is made of the tools before they are listed");
            doubt(run, &mut all, PrimitiveKind::Tool);
        }
    }
    let handlers = lowlevel::handlers(&run.host.servers[server]);
    for (at, (kind, handler)) in handlers.into_iter().enumerate() {
        match lowlevel::answers(run, kind, &handler) {
            Some(drafts) => replace(run, &mut all, kind, drafts, (server, Some(at)), mounting),
            None => doubt(run, &mut all, kind),
        }
    }
    all
}

/// The objects that code of the project gets of what a server lists so far, with what each depends on.
pub(super) fn objects(
    run: &mut Run<'_, Registry>,
    server: usize,
    kind: PrimitiveKind,
) -> Vec<(Value, PathCondition)> {
    let all = registered(run, server, &Mounting::default(), 0);
    let of_kind = all.into_iter().filter(|one| one.kind == kind);
    of_kind.map(|one| (Value::Object(object(run, &one)), one.draft.there)).collect()
}

/// The object of an entry, which is the same whenever code asks for it.
fn object(run: &mut Run<'_, Registry>, one: &Offered) -> Rc<Instance> {
    if let Some(known) = one.object.as_ref().and_then(|cell| cell.get()) {
        return known.clone();
    }
    let made = listed_object::object(run, one.kind, &one.draft);
    run.host.objects.keep(&made, &one.draft);
    if let Some(cell) = &one.object {
        // it was empty above
        let _ = cell.set(made.clone());
    }
    made
}

/// What is registered on a server, and on those that it mounts.
fn registered(run: &mut Run<'_, Registry>, server: usize, mounting: &Mounting, depth: usize) -> Vec<Offered> {
    if depth > DEPTH {
        return Vec::new();
    }
    let served = &run.host.servers[server];
    let (mut own, mounts, hides) = (served.registered.clone(), served.mounts.clone(), served.hides);
    // there what providers bring comes behind what is the server's own
    if matches!(served.dialect, Dialect::Fastmcp3 | Dialect::Fastmcp4) {
        own.sort_by_key(|one| one.made.is_some());
    }
    let mut mounting = mounting.clone();
    if hides {
        mounting.there = mounting.there.and(&run.new_unknown());
    }
    let mut all = Vec::new();
    for one in own {
        all.extend(entries(run, server, &one, &mounting));
    }
    for (mounted, prefix, there) in mounts {
        let Some(other) = server_of(run, &mounted) else { continue };
        let mut below = Mounting { there: mounting.there.and(&there), ..mounting.clone() };
        match prefix.as_ref().map(Value::as_text) {
            None => {}
            Some(Some(prefix)) => below.prefixes.push(prefix),
            Some(None) => {
                let place = run.host.servers[other].object.place.clone();
                run.host.tell_unknown(&place, "tools behind a computed prefix");
                continue;
            }
        }
        all.extend(offered(run, other, &below, depth + 1));
    }
    all
}

/// The entries of one registration: several where the text does not tell its name.
fn entries(
    run: &mut Run<'_, Registry>,
    server: usize,
    one: &Registered,
    mounting: &Mounting,
) -> Vec<Offered> {
    let served = &run.host.servers[server];
    let (dialect, lister) = (served.dialect, warns_of_doubles(served).then_some((server, None)));
    let (what, arguments) = unwrapped(&one.what, &one.arguments);
    let there = mounting.there.and(&one.condition).and(&enabled(run, &arguments));
    let Some(names) = names(run, one) else {
        run.host.tell_unknown(&one.place, computed(one.kind));
        return Vec::new();
    };
    // versions of one tool stand side by side
    let lister = lister.filter(|_| arguments.named("version").is_none());
    let several = names.all.len() > 1;
    let mut all = Vec::new();
    for name in names.all {
        let there = if several { there.and(&run.new_unknown()) } else { there.clone() };
        let draft = match one.object.get().cloned().filter(|_| !several) {
            Some(changed) => lowlevel::entry(run, one.kind, &changed, there).map(|mut draft| {
                rename(&mut draft, mounting);
                draft
            }),
            None => {
                let mut draft = Draft::new(&place_of(&what, &one.place), there);
                fill(run, dialect, one, &mounting.named(&name), &mut draft);
                if names.varies {
                    draft.partial.extend(key_of(&draft).map(str::to_owned));
                }
                draft.registered = arguments.clone();
                Some(draft)
            }
        };
        let object = Some(one.object.clone()).filter(|_| !several && mounting.prefixes.is_empty());
        all.extend(draft.map(|draft| Offered { kind: one.kind, dialect, draft, lister, object }));
    }
    all
}

/// Fills in what the SDK lists of a registration under a name.
fn fill(run: &mut Run<'_, Registry>, dialect: Dialect, one: &Registered, name: &str, draft: &mut Draft) {
    let (what, arguments) = unwrapped(&one.what, &one.arguments);
    if let Some(made) = &one.made {
        return made.fill(run, dialect, name, &arguments, draft);
    }
    match one.kind {
        PrimitiveKind::Tool => schema::tool(run, dialect, name, &what, &arguments, draft),
        PrimitiveKind::Prompt => schema::prompt(run, dialect, name, &what, &arguments, draft),
        PrimitiveKind::Resource => schema::resource(run, dialect, name, &what, &arguments, draft),
    }
    forget_unlisted(run, dialect, one.kind, draft);
    if let Some(signature) = signature::read(run, dialect, &one.what, &arguments, &one.place) {
        draft.code = Code::Function(signature);
    }
    let remade = is_remade(&one.what) && one.kind == PrimitiveKind::Tool;
    if one.varies || remade {
        let may_differ = |field: &&str| remade || draft.listed.contains_key(*field);
        draft.partial.extend(CHANGEABLE.into_iter().filter(may_differ).map(str::to_owned));
    }
}

/// Leaves out what the release of the SDK does not list yet.
fn forget_unlisted(run: &Run<'_, Registry>, dialect: Dialect, kind: PrimitiveKind, draft: &mut Draft) {
    let kind = match kind {
        PrimitiveKind::Tool => "Tool",
        PrimitiveKind::Prompt => "Prompt",
        PrimitiveKind::Resource if draft.listed.contains_key("uriTemplate") => "ResourceTemplate",
        PrimitiveKind::Resource => "Resource",
    };
    let sdks = run.host.sdks;
    let (sdk, release) =
        if dialect.is_fastmcp() { (Sdk::Fastmcp, sdks.fastmcp) } else { (Sdk::Mcp, sdks.mcp) };
    let lists = |field: &str| release.lists(sdk, kind, field);
    draft.listed.retain(|field, _| lists(field));
    draft.partial.retain(|field| lists(field));
}

/// What is told instead of the entries of a kind.
fn replace(
    run: &mut Run<'_, Registry>,
    all: &mut Vec<Offered>,
    kind: PrimitiveKind,
    drafts: Vec<Draft>,
    lister: Lister,
    mounting: &Mounting,
) {
    // resources and their templates are two lists
    if kind != PrimitiveKind::Resource {
        all.retain(|one| one.kind != kind);
    }
    let dialect = run.host.servers[lister.0].dialect;
    let lister = Some(lister);
    all.extend(drafts.into_iter().map(|mut draft| {
        rename(&mut draft, mounting);
        draft.there = mounting.there.and(&draft.there);
        Offered { kind, dialect, draft, lister, object: None }
    }));
}

/// Marks that code of the project may keep the entries from the list, or change all that they say.
fn doubt(run: &mut Run<'_, Registry>, all: &mut [Offered], kind: PrimitiveKind) {
    for one in all.iter_mut().filter(|one| one.kind == kind) {
        one.draft.there = one.draft.there.and(&run.new_unknown());
        one.draft.partial.extend(CHANGEABLE.map(str::to_owned));
    }
}

/// Puts the prefixes before the name.
fn rename(draft: &mut Draft, mounting: &Mounting) {
    if let Some(name) =
        draft.listed.get("name").and_then(|name| name.as_str()).filter(|_| !mounting.prefixes.is_empty())
    {
        let name = mounting.named(name);
        draft.listed.insert("name".to_owned(), name.into());
    }
}

/// What code of the project makes of the tools before they are listed.
enum Rewritten {
    /// There is none, or it leaves them as they are.
    No,
    /// These are listed instead.
    As(Vec<Draft>),
    /// The text does not tell.
    Unknown,
}

fn rewritten(run: &mut Run<'_, Registry>, server: usize) -> Rewritten {
    if run.host.servers[server].transformed {
        return Rewritten::Unknown;
    }
    let own = overridden(run, server);
    let Some(answer) = through_middleware(run, server, own) else { return Rewritten::No };
    let Some(items) = run.items(&lowlevel::within_result(&answer)) else { return Rewritten::Unknown };
    let mut drafts = Vec::new();
    for (item, condition) in items {
        let Value::Object(object) = &item else { return Rewritten::Unknown };
        let known = object.class.path().is_some_and(|path| sdk::is_listed(&path));
        let draft = if known { lowlevel::entry(run, PrimitiveKind::Tool, object, condition) } else { None };
        let Some(draft) = draft else { return Rewritten::Unknown };
        drafts.push(draft);
    }
    Rewritten::As(drafts)
}

/// What the server's own method lists, where its class has one.
fn overridden(run: &mut Run<'_, Registry>, server: usize) -> Option<Value> {
    let object = run.host.servers[server].object.clone();
    let name = sdk::TOOL_LISTERS.into_iter().find(|name| is_own(&object.class, name))?;
    let (place, value) = (object.place.clone(), Value::Object(object));
    let method = run.attribute(&value, &name.into());
    Some(run.call(&method, Arguments::default(), &place))
}

/// What the middleware makes of an answer, or of what is registered; none where there is no middleware of the project's.
fn through_middleware(
    run: &mut Run<'_, Registry>,
    server: usize,
    mut answer: Option<Value>,
) -> Option<Value> {
    let place = run.host.servers[server].object.place.clone();
    for layer in layers(run, server).into_iter().rev() {
        let methods: Vec<Value> = match layer.without_default().0 {
            value @ Value::Object(object) => {
                let own = sdk::TOOL_INTERCEPTORS.into_iter().filter(|name| is_own(&object.class, name));
                own.map(|name| run.attribute(value, &name.into())).collect()
            }
            function @ (Value::Function(_) | Value::Method(_)) => vec![function.clone()],
            _ => Vec::new(),
        };
        for method in methods {
            let inner = match answer.take() {
                Some(answer) => answer,
                None => Value::List(Rc::new(ListValue::from(objects(run, server, PrimitiveKind::Tool)))),
            };
            let given = [context(run, &place), next(run, server, inner, &place)];
            answer = Some(run.call(&method, Arguments::positional(given), &place));
        }
    }
    answer
}

/// The middleware of a server, outermost first.
fn layers(run: &mut Run<'_, Registry>, server: usize) -> Vec<Value> {
    let mut layers = Vec::new();
    for value in run.host.servers[server].middleware.clone() {
        match run.items(&value) {
            Some(items) => layers.extend(items.into_iter().map(|(item, _)| item)),
            None => layers.push(value),
        }
    }
    layers
}

/// What middleware is told of a request for the list of tools.
fn context(run: &mut Run<'_, Registry>, place: &CodeLocation) -> Value {
    let context = run.object(Value::foreign("mcp.server.Request"), Arguments::default(), place.clone());
    context.fields.borrow_mut().insert("method".into(), Value::text("tools/list"));
    Value::Object(context)
}

/// What middleware calls to get the answer of what lies behind it.
fn next(run: &mut Run<'_, Registry>, server: usize, answer: Value, place: &CodeLocation) -> Value {
    let answer = match (&answer, run.host.servers[server].dialect.is_fastmcp()) {
        (Value::List(_), false) => listed_object::result(run, answer, place),
        _ => answer,
    };
    let next = run.object(Value::foreign(NEXT), Arguments::default(), place.clone());
    next.fields.borrow_mut().insert("answer".into(), answer);
    Value::Object(next)
}

fn is_own(class: &Value, name: &str) -> bool {
    matches!(class.inherited(name), Some(Value::Function(_)))
}

/// Whether a second primitive of one name is a mistake: the server was not told what to do about it.
fn warns_of_doubles(served: &Served) -> bool {
    let warns = |given: &Value| match given {
        Value::Text(word) => matches!(&**word, "error" | "warn"),
        Value::None | Value::Bool(true) => true,
        _ => false,
    };
    !served.arguments.open && with_role(&served.arguments, Role::Duplicates).all(warns)
}

/// What `enabled=...` makes its being listed depend on; code may enable it yet.
fn enabled(run: &mut Run<'_, Registry>, arguments: &Arguments) -> PathCondition {
    match arguments.named("enabled") {
        Some(enabled) if enabled.truth() != Some(true) => run.test_of(enabled).into(),
        _ => PathCondition::default(),
    }
}

/// The field that tells an entry apart.
pub(super) fn key_of(draft: &Draft) -> Option<&'static str> {
    ["uriTemplate", "uri", "name"].into_iter().find(|key| draft.listed.contains_key(*key))
}

/// Whether it is a tool made of another one, with parameters of its own.
fn is_remade(what: &Value) -> bool {
    matches!(what, Value::Object(object) if wrapping(object) == Some(Wrapping::Remakes))
}

/// Where the function of a registration is defined; else where it is registered.
fn place_of(what: &Value, registered: &CodeLocation) -> CodeLocation {
    match function(what) {
        Some(function) => CodeLocation { module: function.module.clone(), span: function.definition.span },
        None => registered.clone(),
    }
}
