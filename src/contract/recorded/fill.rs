//! What the code tells of a server, with what its recorded answer tells beside it.
//!
//! What the code tells for certain stays. What it does not is taken from the recording and named in `recorded`: fields of
//! an entry, and entries whole.

use std::collections::{BTreeMap, BTreeSet};

use super::{Capabilities, RecordedAnswer, RecordedEntry, Recording};
use crate::server::{Conditional, Identity, Primitive, Primitives};

/// The lists of a protocol, with the field that tells their entries apart.
const KEYS: [&str; 4] = ["name", "name", "uri", "uriTemplate"];

/// What a listing depends on that is made for what the client is able to.
const CLIENT: &str = "client";

impl Recording {
    /// The lists of the code, filled.
    pub(super) fn fill(&self, told: &Primitives) -> Primitives {
        let lists = [&told.tools, &told.prompts, &told.resources, &told.resource_templates];
        let mut at = 0..;
        let [tools, prompts, resources, resource_templates] = lists.map(|list| {
            let at = at.next().unwrap_or_default();
            self.joined(list, at)
        });
        let mut unknown = told.unknown.clone();
        for place in &mut unknown {
            place.recorded = true;
        }
        let server = self.identity(&told.server);
        let endpoints = told.endpoints.clone();
        Primitives { server, tools, prompts, resources, resource_templates, endpoints, unknown }
    }

    /// What the servers say of themselves, where the code does not tell and all say the same.
    fn identity(&self, told: &Identity) -> Identity {
        let said: Vec<Identity> = self.answers().map(|(_, answer)| answer.server.identity()).collect();
        let mut made = told.clone();
        let Some((first, others)) = said.split_first() else { return made };
        let mut fill = |name: &str, field: fn(&mut Identity) -> &mut Option<String>| {
            let mut first = first.clone();
            let value = field(&mut first).clone();
            let agree = others.iter().all(|other| *field(&mut other.clone()) == value);
            if agree && value.is_some() && field(&mut made).is_none() {
                *field(&mut made) = value;
                made.recorded.push(name.to_owned());
            }
        };
        fill("name", |server| &mut server.name);
        fill("version", |server| &mut server.version);
        fill("title", |server| &mut server.title);
        fill("instructions", |server| &mut server.instructions);
        made
    }

    /// The entries of the list with this number that the code tells, filled, then those that the recording alone has.
    fn joined(&self, told: &[Primitive], list: usize) -> Vec<Primitive> {
        let key = KEYS[list];
        let mut live: BTreeMap<&[String], Vec<Live>> = BTreeMap::new();
        for entry in told {
            live.entry(&entry.scripts).or_insert_with(|| self.entries(list, |script| entry.is_of(script)));
        }
        let named = |entry: &Primitive| {
            let name = entry.listed.get(key);
            live.get(&*entry.scripts)?.iter().find(|live| live.entry.listed.get(key) == name)
        };
        // an entry under a name that the code does not tell is one of those that the recording has
        let stays = |entry: &&Primitive| {
            entry.is_certain(key) || entry.conditional.is_some() || named(entry).is_some()
        };
        let filled =
            |entry: &Primitive| named(entry).map_or_else(|| entry.clone(), |live| filled(entry, &live.entry));
        let mut made: Vec<Primitive> = told.iter().filter(stays).map(filled).collect();
        let is_new =
            |live: &Live| told.iter().all(|entry| entry.listed.get(key) != live.entry.listed.get(key));
        let new = self.entries(list, |_| true).into_iter().filter(is_new);
        made.extend(new.map(|live| added(live, key, self.scripts.len())));
        made
    }

    /// The list with this number over all answers of these scripts, each entry once.
    fn entries(&self, list: usize, is_of: impl Fn(&str) -> bool) -> Vec<Live> {
        let key = KEYS[list];
        let mut found: Vec<Live> = Vec::new();
        for script in self.scripts.iter().filter(|script| is_of(&script.conditions.script)) {
            let name = &script.conditions.script;
            let lists = |answer: &RecordedAnswer| answer.lists()[list].2.to_vec();
            for entry in script.answers.iter().flat_map(lists) {
                let same = |live: &&mut Live| live.entry.listed.get(key) == entry.listed.get(key);
                match found.iter_mut().find(same) {
                    Some(live) => {
                        live.entry.weaken(&entry);
                        live.scripts.insert(name.clone());
                    }
                    None => {
                        let conditional = script.conditional(list, &entry, key);
                        found.push(Live { entry, conditional, scripts: BTreeSet::from([name.clone()]) });
                    }
                }
            }
        }
        found
    }
}

impl super::RecordedScript {
    /// What the listing of an entry depends on: the client, or what no start tells.
    fn conditional(&self, list: usize, entry: &RecordedEntry, key: &str) -> Option<Conditional> {
        let is_for_all = self.lists_for_all(list, entry, key);
        let by = if is_for_all { Vec::new() } else { vec![CLIENT.to_owned()] };
        let always = is_for_all && entry.is_certain(key);
        (!always).then_some(Conditional { default: None, by })
    }

    /// Whether all clients are listed the entry.
    fn lists_for_all(&self, list: usize, entry: &RecordedEntry, key: &str) -> bool {
        let lists = |answer: &&RecordedAnswer| {
            answer.lists()[list].2.iter().any(|other| other.listed.get(key) == entry.listed.get(key))
        };
        let clients = |answer: &RecordedAnswer| answer.capabilities.clone();
        let listed: Vec<Capabilities> = self.answers.iter().filter(lists).flat_map(clients).collect();
        let all: Vec<Capabilities> = self.answers.iter().flat_map(clients).collect();
        listed.len() == all.len()
    }
}

impl RecordedEntry {
    /// Marks what another answer says otherwise.
    fn weaken(&mut self, other: &Self) {
        let fields = self.listed.keys().chain(other.listed.keys()).chain(&other.partial);
        let differs =
            |field: &&String| !other.is_certain(field) || self.listed.get(*field) != other.listed.get(*field);
        let more: Vec<String> = fields.filter(differs).cloned().collect();
        self.partial.extend(more);
        self.partial.sort_unstable();
        self.partial.dedup();
    }
}

/// An entry over all answers.
struct Live {
    entry: RecordedEntry,
    /// What its listing depends on, where it is not listed at every start and for every client.
    conditional: Option<Conditional>,
    /// The scripts whose servers list it.
    scripts: BTreeSet<String>,
}

/// An entry that the code tells in part; what of it is missing may come from what is not told.
fn filled(told: &Primitive, live: &RecordedEntry) -> Primitive {
    let mut made = told.clone();
    if told.partial.is_empty() {
        return made;
    }
    let is_missing = |field: &&String| !told.listed.contains_key(*field) && told.is_certain(field);
    let missing = live.listed.keys().filter(is_missing);
    for field in told.partial.iter().chain(missing) {
        match live.listed.get(field) {
            Some(value) => drop(made.listed.insert(field.clone(), value.clone())),
            None if live.is_certain(field) => drop(made.listed.shift_remove(field)),
            // each start says something else
            None => continue,
        }
        made.recorded.push(field.clone());
        made.partial.retain(|partial| partial != field || !live.is_certain(field));
    }
    made
}

/// An entry that the code does not tell, of a recording of so many scripts.
fn added(live: Live, key: &str, scripts: usize) -> Primitive {
    let Live { entry, conditional, scripts: its } = live;
    Primitive {
        partial: entry.partial.into_iter().filter(|field| field != key).collect(),
        recorded: entry.listed.keys().cloned().collect(),
        scripts: if its.len() == scripts { Vec::new() } else { its.into_iter().collect() },
        listed: entry.listed,
        conditional,
        ..Primitive::default()
    }
}
