//! What was registered, as the server's SDK lists it.

use std::collections::{BTreeMap, BTreeSet};

use super::conditional::Conditional;
use super::offered::{Lister, Mounting, Offered, key_of, offered};
use super::primitive::{Double, Identity, Primitive, Primitives, Unknown};
use super::registry::{Registry, Served, server_of};
use super::serving;
use super::source::{Source, source};
use crate::evaluation::{Arguments, CodeLocation, PathCondition, Run, Value};
use crate::sdk::{self, Dialect, PrimitiveKind, Role};
use crate::syntax::{Function, Module, Term};

/// What the servers list that are started where the code at hand runs, with `true`; what those list that are made and
/// mounted nowhere, where none is started; none where none is made. What is not known of these lists is told in them.
pub(super) fn listing(run: &mut Run<'_, Registry>) -> Option<(bool, Primitives)> {
    for server in 0..run.host.servers.len() {
        lifespan(run, server);
    }
    let here = run.condition();
    let starts =
        |served: &Served| served.runs.iter().filter(|start| !start.contradicts(&here)).cloned().collect();
    let starts: Vec<Vec<PathCondition>> = run.host.servers.iter().map(starts).collect();
    let runs = starts.iter().any(|starts| !starts.is_empty());
    let mounted = mounted(run);
    let known = run.host.unknown.len();
    let mut listing = Listing::default();
    for (server, starts) in starts.iter().enumerate() {
        if if runs { !starts.is_empty() } else { !mounted.contains(&server) } {
            if listing.made.server == Identity::default() {
                listing.made.server = identity(&run.host.servers[server]);
            }
            listing.collect(run, server, &certain(&here, starts));
        }
    }
    let told = run.host.unknown.split_off(known);
    listing.made.unknown = placed(run, told);
    listing.made.endpoints = serving::reached(&run.host, &here);
    (!run.host.servers.is_empty()).then_some((runs, listing.made))
}

/// The servers that others list.
fn mounted(run: &mut Run<'_, Registry>) -> BTreeSet<usize> {
    let mounts = run.host.servers.iter().flat_map(|server| &server.mounts);
    let mounts: Vec<Value> = mounts.map(|(mounted, ..)| mounted.clone()).collect();
    mounts.iter().filter_map(|one| server_of(run, one)).collect()
}

/// Where more may be listed than the text tells, once everything was followed.
pub(super) fn unknown(run: &mut Run<'_, Registry>) -> Vec<Unknown> {
    seems_empty(run);
    if run.is_exhausted()
        && let Some(first) = run.host.servers.first()
    {
        let place = first.object.place.clone();
        run.host.unknown.push((place, "all that comes after more steps than are followed".to_owned()));
    }
    let told = std::mem::take(&mut run.host.unknown);
    placed(run, told)
}

fn placed(run: &Run<'_, Registry>, told: Vec<(CodeLocation, String)>) -> Vec<Unknown> {
    let unknown = |(place, what): (CodeLocation, String)| {
        source(run, &place).map(|source| Unknown { source, what, recorded: false })
    };
    told.into_iter().filter_map(unknown).collect()
}

/// Tells that what is registered is not known, where none of it is and the program has code that registers.
fn seems_empty(run: &mut Run<'_, Registry>) {
    let Some(first) = run.host.servers.first().filter(|_| run.host.unknown.is_empty()) else { return };
    let place = first.object.place.clone();
    let program = run.program;
    let nothing = run.host.servers.iter().all(Served::is_empty);
    if nothing && program.iter().any(|(_, module)| registers(module)) {
        run.host.tell_unknown(&place, "what is registered on the server");
    }
}

/// Whether code of the module, reached or not, registers something on a server.
fn registers(module: &Module) -> bool {
    let is_word = |path: &str| {
        let name = path.rsplit_once('.').map(|(_, name)| name);
        matches!(name.and_then(sdk::role), Some(Role::Adds(_) | Role::Decorates(_) | Role::Lists(_)))
    };
    let decorates = |term: &Term| term.decorator_name().is_some_and(|name| is_word(&name));
    let decorated = |function: &Function| function.decorators().iter().any(decorates);
    module.calls().iter().any(|call| is_word(&call.path)) || module.functions().any(decorated)
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
        let told = served.introduction.as_ref().and_then(|told| {
            let keyword = if name == "instructions" { name.to_owned() } else { format!("server_{name}") };
            told.arguments.named(&keyword)
        });
        let given = told.or_else(|| served.arguments.get(position, name))?;
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

/// The lists as they grow.
#[derive(Default)]
struct Listing {
    made: Primitives,
    /// The names and URIs that stand already, what listed them, and when.
    names: BTreeMap<(u8, String), (Option<Lister>, PathCondition)>,
}

/// What all starts of a server depend on, of those `here`.
fn certain(here: &PathCondition, starts: &[PathCondition]) -> PathCondition {
    let Some((first, rest)) = starts.split_first() else { return here.clone() };
    rest.iter().fold(first.clone(), |all, start| all.common(start))
}

impl Listing {
    /// Adds all that a server lists.
    fn collect(&mut self, run: &mut Run<'_, Registry>, server: usize, given: &PathCondition) {
        for mut one in offered(run, server, &Mounting::default(), 0) {
            // what never holds while the server runs is not there
            if let Some(there) = one.draft.there.beyond(given) {
                one.draft.there = there;
                self.add(run, one);
            }
        }
    }

    fn add(&mut self, run: &mut Run<'_, Registry>, one: Offered) {
        let Offered { kind, dialect, mut draft, lister, .. } = one;
        // the parser knows no character by its name
        let unknown =
            draft.listed.iter().filter(|(_, value)| value.to_string().contains(char::REPLACEMENT_CHARACTER));
        draft.partial.extend(unknown.map(|(field, _)| field.clone()));
        let template = draft.listed.contains_key("uriTemplate");
        let key = key_of(&draft).and_then(|key| draft.listed[key].as_str());
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
            conditional: Conditional::of(&draft.there),
            listed: draft.listed,
            code: draft.code,
            scripts: Vec::new(),
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
        known.conditional = Conditional::of(&there);
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
    // each command is a process of its own
    let certain = run.host.commands.len() < 2;
    let takes_away = |text: &str| text.contains("remove_tool") || text.contains("._tools");
    if run.program.iter().any(|(_, module)| takes_away(module.source().text())) {
        return None;
    }
    (*kept != source && (certain || kept.path == source.path)).then_some(Double { source, certain })
}
