//! A recording from what servers answered at several starts.
//!
//! What the starts say otherwise is marked and left out, so that recording anew what did not change gives the same file.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::mask::Mask;
use super::{
    Capabilities, Conditions, Recordable, RecordedAnswer, RecordedEntry, RecordedScript, Recording, VERSION,
};

/// What was asked and answered.
#[derive(Debug, Deserialize)]
pub struct Session {
    /// What is of this machine alone, each with what stands for it.
    stands: Vec<(String, String)>,
    scripts: Vec<ScriptSession>,
}

#[derive(Debug, Deserialize)]
struct ScriptSession {
    #[serde(flatten)]
    conditions: Conditions,
    starts: Vec<Start>,
}

/// One start of a server: as it wrote its answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Start {
    capabilities: Capabilities,
    protocol: String,
    server: Map<String, Value>,
    tools: Vec<Map<String, Value>>,
    prompts: Vec<Map<String, Value>>,
    resources: Vec<Map<String, Value>>,
    resource_templates: Vec<Map<String, Value>>,
}

/// The recording of a project as it is at a version, from what its servers answered.
pub fn record(of: Recordable<'_>, version: Option<&str>, session: Session) -> Recording {
    let mask = Mask::new(session.stands, version);
    let mut scripts: Vec<RecordedScript> = session
        .scripts
        .into_iter()
        .map(|script| {
            let arguments = mask.words(&script.conditions.arguments);
            let conditions = Conditions { arguments, ..script.conditions };
            let versions: Vec<&str> =
                conditions.versions.values().map(String::as_str).chain(version).collect();
            let starts = script.starts.into_iter().map(|start| start.answer(&mask, &versions));
            let answers = answers(starts.collect());
            RecordedScript { conditions, answers }
        })
        .collect();
    scripts.sort_by(|one, other| one.conditions.script.cmp(&other.conditions.script));
    Recording { version: VERSION, fingerprint: of.fingerprint(), scripts }
}

impl Start {
    /// As it is kept; a version is no part of it that is the project's, of which each release has another, or an SDK's.
    fn answer(self, mask: &Mask, versions: &[&str]) -> RecordedAnswer {
        let entries = |list: Vec<Map<String, Value>>| list.into_iter().map(|said| mask.entry(said)).collect();
        let mut server = self.server;
        server.retain(|field, said| {
            ["instructions", "name", "title", "version"].contains(&field.as_str())
                && said
                    .as_str()
                    .is_some_and(|said| !said.is_empty() && (field != "version" || !versions.contains(&said)))
        });
        RecordedAnswer {
            capabilities: vec![self.capabilities],
            protocol: self.protocol,
            server: mask.entry(server),
            tools: entries(self.tools),
            prompts: entries(self.prompts),
            resources: entries(self.resources),
            resource_templates: entries(self.resource_templates),
        }
    }
}

/// The answers of several starts: one for each kind of client, and one for all that are told the same.
fn answers(starts: Vec<RecordedAnswer>) -> Vec<RecordedAnswer> {
    let mut by_client: Vec<RecordedAnswer> = Vec::new();
    for start in starts {
        match by_client.iter_mut().find(|answer| answer.capabilities == start.capabilities) {
            Some(answer) => answer.meet(&start),
            None => by_client.push(start),
        }
    }
    let mut made: Vec<RecordedAnswer> = Vec::new();
    for answer in by_client {
        let same = |known: &&mut RecordedAnswer| {
            RecordedAnswer { capabilities: known.capabilities.clone(), ..answer.clone() } == **known
        };
        match made.iter_mut().find(same) {
            Some(known) => known.capabilities.extend(answer.capabilities),
            None => made.push(answer),
        }
    }
    made
}

impl RecordedAnswer {
    /// Keeps what another start says too.
    fn meet(&mut self, other: &Self) {
        self.server.meet(&other.server);
        meet(&mut self.tools, &other.tools, "name");
        meet(&mut self.prompts, &other.prompts, "name");
        meet(&mut self.resources, &other.resources, "uri");
        meet(&mut self.resource_templates, &other.resource_templates, "uriTemplate");
    }
}

/// Keeps of a list what another start lists too; what but one of them lists is marked.
fn meet(list: &mut Vec<RecordedEntry>, other: &[RecordedEntry], key: &str) {
    for entry in list.iter_mut() {
        match other.iter().find(|one| one.listed.get(key) == entry.listed.get(key)) {
            Some(same) => entry.meet(same),
            None => entry.mark(key),
        }
    }
    let known = list.len();
    for entry in other {
        if list[..known].iter().all(|one| one.listed.get(key) != entry.listed.get(key)) {
            let mut entry = entry.clone();
            entry.mark(key);
            list.push(entry);
        }
    }
}

impl RecordedEntry {
    fn meet(&mut self, other: &Self) {
        let only = other.listed.keys().filter(|field| !self.listed.contains_key(*field));
        let mut marks: Vec<String> = only.chain(&other.partial).cloned().collect();
        self.listed.retain(|field, value| {
            let same = other.listed.get(field);
            if same == Some(value) {
                return true;
            }
            marks.push(field.clone());
            let common = same.and_then(|same| common(value, same));
            common.map(|common| *value = common).is_some()
        });
        for field in marks {
            self.mark(&field);
        }
    }

    fn mark(&mut self, field: &str) {
        if let Err(at) = self.partial.binary_search_by(|known| known.as_str().cmp(field)) {
            self.partial.insert(at, field.to_owned());
        }
    }
}

/// What two values have in common: lists that differ in their order alone are put in one.
fn common(one: &Value, other: &Value) -> Option<Value> {
    match (one, other) {
        (one, other) if one == other => Some(one.clone()),
        (Value::Object(one), Value::Object(other)) => {
            let members =
                one.iter().filter_map(|(key, value)| Some((key.clone(), common(value, other.get(key)?)?)));
            Some(Value::Object(members.collect()))
        }
        (Value::Array(one), Value::Array(other)) => {
            let [one, other] = [one, other].map(|items| {
                let mut items = items.clone();
                items.sort_by_cached_key(Value::to_string);
                items
            });
            (one == other).then_some(Value::Array(one))
        }
        _ => None,
    }
}
