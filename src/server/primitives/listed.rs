//! What was registered, as the server's SDK lists it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::draft::{Draft, computed, function};
use super::primitive::{Code, Conditional, Double, Identity, Primitive, Primitives, Source, Unknown};
use super::registration::{Registered, names, unwrapped, wrapping};
use super::registry::{Registry, Served, rewrites, server_of, with_role};
use super::{lowlevel, schema, signature};
use crate::evaluation::{Arguments, CodeLocation, PathCondition, Run, Value};
use crate::sdk::{Dialect, PrimitiveKind, Role, Wrapping};

/// The primitives of the servers that were started; of all, where none was.
pub(super) fn primitives(run: &mut Run<'_, Registry>) -> Primitives {
    for server in 0..run.host.servers.len() {
        lifespan(run, server);
    }
    let mut listing = Listing::default();
    let mounts = run.host.servers.iter().flat_map(|server| &server.mounts);
    let mounts: Vec<Value> = mounts.map(|(mounted, ..)| mounted.clone()).collect();
    let mounted: BTreeSet<usize> = mounts.iter().filter_map(|one| server_of(run, one)).collect();
    let runs = run.host.servers.iter().any(|server| !server.runs.is_empty());
    for server in 0..run.host.servers.len() {
        let served = &run.host.servers[server];
        if if runs { !served.runs.is_empty() } else { !mounted.contains(&server) } {
            if listing.made.server == Identity::default() {
                listing.made.server = identity(served);
            }
            listing.given = certain(&served.runs);
            listing.collect(run, server, &[], &PathCondition::default(), 0);
        }
    }
    let mut made = listing.made;
    for (place, what) in std::mem::take(&mut run.host.unknown) {
        made.unknown.extend(source(run, &place).map(|source| Unknown { source, what, recorded: false }));
    }
    if run.is_exhausted()
        && let Some(first) = run.host.servers.first()
    {
        let what = "all that comes after more steps than are followed".to_owned();
        made.unknown.extend(source(run, &first.object.place).map(|source| Unknown {
            source,
            what,
            recorded: false,
        }));
    }
    made.unknown.sort();
    made.unknown.dedup();
    made
}

/// Follows what the server does before it serves.
fn lifespan(run: &mut Run<'_, Registry>, server: usize) {
    let served = &run.host.servers[server];
    let object = Value::Object(served.object.clone());
    let place = served.object.place.clone();
    if let Some(lifespan) = served.arguments.named("lifespan").cloned() {
        run.call(&lifespan, Arguments::positional([object]), &place);
    }
}

/// What the server says of itself.
fn identity(served: &Served) -> Identity {
    let text = |position: usize, name: &str| {
        let given = served.arguments.get(position, name)?;
        given.as_text().map(|text| text.to_string())
    };
    let positional = if served.is_lowlevel || served.dialect.is_fastmcp() { usize::MAX } else { 1 };
    Identity {
        name: text(0, "name"),
        version: text(usize::MAX, "version"),
        title: text(usize::MAX, "title"),
        instructions: text(positional, "instructions"),
        recorded: Vec::new(),
    }
}

/// Where something stands.
fn source(run: &Run<'_, Registry>, place: &CodeLocation) -> Option<Source> {
    let text = run.source(&place.module)?;
    let line = text.position(place.span.start).line;
    Some(Source { path: text.path().to_string(), line, span: place.span })
}

/// The lists as they grow.
#[derive(Default)]
struct Listing {
    made: Primitives,
    /// The names and URIs that stand already, what listed them, and when.
    names: BTreeMap<(u8, String), (Option<Lister>, PathCondition)>,
    /// What holds whenever the server runs.
    given: PathCondition,
    /// Whether code of the project may change the tools that the server at hand lists, in all that they say.
    rewritten: bool,
}

/// What all starts of a server depend on.
fn certain(starts: &[PathCondition]) -> PathCondition {
    let Some((first, rest)) = starts.split_first() else { return PathCondition::default() };
    rest.iter().fold(first.clone(), |all, start| all.common(start))
}

/// The server, and the handler if one answers, that lists an entry: of two under one name it lists but one.
type Lister = (usize, Option<usize>);

impl Listing {
    /// Adds all that a server lists, its names behind the prefixes.
    fn collect(
        &mut self,
        run: &mut Run<'_, Registry>,
        server: usize,
        prefixes: &[Arc<str>],
        there: &PathCondition,
        depth: usize,
    ) {
        if depth > 8 {
            return;
        }
        let served = &run.host.servers[server];
        let (dialect, registered) = (served.dialect, served.registered.clone());
        let hides = served.hides;
        let (handlers, mounts) = (lowlevel::handlers(served), served.mounts.clone());
        let lister = warns_of_doubles(served).then_some((server, None));
        let above = self.rewritten;
        if rewrites(run, server) {
            self.rewritten = true;
            let place = run.host.servers[server].object.place.clone();
            run.host.tell_unknown(&place, "what is made of the tools before they are listed");
        }
        let shown = if hides { there.and(&run.new_unknown()) } else { there.clone() };
        for one in registered {
            self.registered(run, dialect, &one, prefixes, &shown, lister);
        }
        for (at, (kind, handler)) in handlers.into_iter().enumerate() {
            let given = self.given.clone();
            for draft in lowlevel::answers(run, kind, &handler, &given) {
                self.add(run, kind, dialect, draft, Some((server, Some(at))));
            }
        }
        for (mounted, prefix, mounting) in mounts {
            let Some(other) = server_of(run, &mounted) else { continue };
            let mut all = prefixes.to_vec();
            match &prefix {
                None => {}
                Some(prefix) => match prefix.as_text() {
                    Some(prefix) => all.push(prefix),
                    None => {
                        let place = run.host.servers[other].object.place.clone();
                        run.host.tell_unknown(&place, "tools behind a computed prefix");
                        continue;
                    }
                },
            }
            let Some(there) = shown.and(&mounting).beyond(&self.given) else { continue };
            self.collect(run, other, &all, &there, depth + 1);
        }
        self.rewritten = above;
    }

    fn registered(
        &mut self,
        run: &mut Run<'_, Registry>,
        dialect: Dialect,
        one: &Registered,
        prefixes: &[Arc<str>],
        shown: &PathCondition,
        lister: Option<Lister>,
    ) {
        let (what, arguments) = unwrapped(&one.what, &one.arguments);
        let enabled = enabled(run, &arguments);
        let Some(there) = shown.and(&one.condition).and(&enabled).beyond(&self.given) else { return };
        let Some(names) = names(run, one) else {
            run.host.tell_unknown(&one.place, computed(one.kind));
            return;
        };
        let several = names.all.len() > 1;
        for name in names.all {
            let full: String =
                prefixes.iter().map(|prefix| format!("{prefix}_")).chain([name.to_string()]).collect();
            // versions of one tool stand side by side
            let lister = lister.filter(|_| arguments.named("version").is_none());
            let there = if several { there.and(&run.new_unknown()) } else { there.clone() };
            let mut draft = Draft::new(&place_of(&what, &one.place), there);
            match one.kind {
                PrimitiveKind::Tool => schema::tool(run, dialect, &full, &what, &arguments, &mut draft),
                PrimitiveKind::Prompt => schema::prompt(run, dialect, &full, &what, &arguments, &mut draft),
                PrimitiveKind::Resource => {
                    schema::resource(run, dialect, &full, &what, &arguments, &mut draft);
                }
            }
            if names.varies {
                let keys = ["name", "uri", "uriTemplate"];
                let key = if one.kind == PrimitiveKind::Resource { &keys[1..] } else { &keys[..1] };
                let key = key.iter().filter(|key| draft.listed.contains_key(**key));
                draft.partial.extend(key.map(ToString::to_string));
            }
            if one.kind != PrimitiveKind::Resource
                && let Some(signature) = signature::read(run, dialect, &one.what, &arguments)
            {
                draft.code = Code::Function(signature);
            }
            let rewritten = (self.rewritten || is_remade(&one.what)) && one.kind == PrimitiveKind::Tool;
            if one.varies || rewritten {
                let fields = ["annotations", "description", "inputSchema", "outputSchema", "title"];
                let may_differ = |field: &&str| rewritten || draft.listed.contains_key(*field);
                draft.partial.extend(fields.into_iter().filter(may_differ).map(str::to_owned));
            }
            self.add(run, one.kind, dialect, draft, lister);
        }
    }

    fn add(
        &mut self,
        run: &mut Run<'_, Registry>,
        kind: PrimitiveKind,
        dialect: Dialect,
        mut draft: Draft,
        lister: Option<Lister>,
    ) {
        // the parser knows no character by its name
        let unknown =
            draft.listed.iter().filter(|(_, value)| value.to_string().contains(char::REPLACEMENT_CHARACTER));
        draft.partial.extend(unknown.map(|(field, _)| field.clone()));
        let template = draft.listed.contains_key("uriTemplate");
        let key = ["uriTemplate", "uri", "name"].iter().find_map(|key| draft.listed.get(*key)?.as_str());
        let Some(key) = key.map(str::to_owned) else { return };
        let (number, list) = match kind {
            PrimitiveKind::Tool => (0, &mut self.made.tools),
            PrimitiveKind::Prompt => (1, &mut self.made.prompts),
            PrimitiveKind::Resource if template => (2, &mut self.made.resource_templates),
            PrimitiveKind::Resource => (3, &mut self.made.resources),
        };
        let entry = Primitive {
            source: source(run, &draft.place),
            partial: draft.partial.into_iter().collect(),
            recorded: Vec::new(),
            conditional: conditional(&draft.there),
            listed: draft.listed,
            code: draft.code,
            doubles: Vec::new(),
        };
        let Some((before, known_there)) = self.names.get(&(number, key.clone())).cloned() else {
            self.names.insert((number, key), (lister, draft.there));
            list.push(entry);
            return;
        };
        let same = |known: &&mut Primitive| {
            ["uriTemplate", "uri", "name"].iter().any(|field| known.text(field) == Some(&key))
        };
        let Some(known) = list.iter_mut().find(same) else { return };
        let clash = lister.is_some() && before == lister && known_there.is_empty() && draft.there.is_empty();
        let replaces = replaces(dialect, &known_there, &draft.there);
        // the other one is listed where this one is not, or instead of it
        let over = if dialect.is_fastmcp() { &draft.there } else { &known_there };
        let there = known_there.or(&draft.there).unwrap_or_else(|| run.either(&known_there, &draft.there));
        let mut lost = entry;
        if replaces {
            std::mem::swap(known, &mut lost);
        }
        if clash {
            known.doubles.append(&mut lost.doubles);
            known.doubles.extend(double(run, known.source.as_ref(), lost.source));
        } else if !over.is_empty() {
            differ(known, &lost);
        }
        known.conditional = conditional(&there);
        let lister = if replaces { lister } else { before };
        self.names.insert((number, key), (lister, there));
    }
}

/// Whether a later entry is told instead of an earlier one under the same name: `mcp` keeps the first, `fastmcp` the last,
/// and what is not there by default gives way.
fn replaces(dialect: Dialect, earlier: &PathCondition, later: &PathCondition) -> bool {
    match (earlier.by_default(), later.by_default()) {
        (Some(true), Some(true)) => dialect.is_fastmcp(),
        (Some(true), _) => false,
        (_, Some(true)) => true,
        _ => dialect.is_fastmcp(),
    }
}

/// Marks the fields in which another configuration lists something else under the name.
fn differ(told: &mut Primitive, other: &Primitive) {
    let fields: BTreeSet<&String> = told.listed.keys().chain(other.listed.keys()).collect();
    let differs = |field: &&&String| told.listed.get(**field) != other.listed.get(**field);
    let partial = fields.iter().filter(differs).map(ToString::to_string);
    let all: BTreeSet<String> = told.partial.iter().chain(&other.partial).cloned().chain(partial).collect();
    told.partial = all.into_iter().collect();
}

/// What lost its name to the entry at `kept`; none where it is the same, registered again, or
/// may have been taken away before.
fn double(run: &Run<'_, Registry>, kept: Option<&Source>, lost: Option<Source>) -> Option<Double> {
    let (kept, source) = (kept?, lost?);
    // each script is a process of its own, and so is each command
    let mut entries = run.program.entry_points().iter();
    let single = entries.next().is_none_or(|first| {
        entries.all(|entry| (&entry.module, &entry.attributes) == (&first.module, &first.attributes))
    });
    let certain = single && run.host.commands.len() < 2;
    let takes_away = |text: &str| text.contains("remove_tool") || text.contains("._tools");
    if run.program.iter().any(|(_, module)| takes_away(module.source().text())) {
        return None;
    }
    (*kept != source && (certain || kept.path == source.path)).then_some(Double { source, certain })
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

/// What is told of what an entry depends on.
fn conditional(there: &PathCondition) -> Option<Conditional> {
    let by = || there.causes().iter().map(ToString::to_string).collect();
    (!there.is_empty()).then(|| Conditional { default: there.by_default(), by: by() })
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
