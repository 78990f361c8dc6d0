//! The recorded answer: what the project's servers listed when they ran, kept beside the code as `mcp-live.json`.
//!
//! A build reads it and runs nothing. It counts as long as what it was recorded from is what the project holds
//! (`fingerprint`); then it fills what the text does not tell (`fill`). `record` makes one from what servers answered.

mod fill;
mod fingerprint;
mod mask;
mod record;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Contract;
use super::baseline::sound;
use super::live::{Difference, LiveAnswer, Sides, compare};
use crate::layout::Layout;
use crate::project::Project;
use crate::server::{Identity, Primitive, Primitives};
use crate::text::{RelPath, literal};
use crate::tree::SourceTree;

pub use record::{Session, record};

/// The recorded answer, as a project keeps it at its root.
pub const LIVE_FILE: &str = "mcp-live.json";

/// The command that writes it.
pub const COMMAND: &str = "mcp-backend contract --live";

/// The version of the format.
const VERSION: u64 = 1;

/// The largest one, in bytes.
const LARGEST: usize = 16 << 20;

/// What the servers of a project answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recording {
    version: u64,
    /// What it was recorded from.
    fingerprint: String,
    /// By script, in order of their names.
    scripts: Vec<RecordedScript>,
}

/// What the server of one script answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct RecordedScript {
    #[serde(flatten)]
    conditions: Conditions,
    /// The answers that differ, each with the clients that get it.
    answers: Vec<RecordedAnswer>,
}

/// What a server was recorded under.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Conditions {
    /// The console script.
    pub script: String,
    /// What it was started with.
    pub arguments: Vec<String>,
    /// The names of the variables that were set for it.
    pub variables: Vec<String>,
    /// The names of those that it does not start without, for which values were made up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub made_up: Vec<String>,
    /// The version of Python.
    pub python: String,
    /// The versions of the distributions that shape the lists: `fastmcp`, `mcp`, `pydantic`.
    pub versions: BTreeMap<String, String>,
}

impl Conditions {
    /// Whether it is asked for the same in the same way.
    pub(super) fn is_alike(&self, other: &Self) -> bool {
        (&self.script, &self.arguments, &self.variables)
            == (&other.script, &other.arguments, &other.variables)
    }

    /// Whether the same versions of the SDKs answer it, too.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.is_alike(other) && self.versions == other.versions
    }
}

/// What a kind of client says that it can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Capabilities {
    /// Nothing.
    None,
    /// All that the protocol knows of.
    All,
}

/// One answer, in the words of the protocol.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedAnswer {
    /// The clients that get it.
    capabilities: Vec<Capabilities>,
    protocol: String,
    server: RecordedEntry,
    tools: Vec<RecordedEntry>,
    prompts: Vec<RecordedEntry>,
    resources: Vec<RecordedEntry>,
    resource_templates: Vec<RecordedEntry>,
}

/// What a server says of itself, or an entry of a list.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct RecordedEntry {
    #[serde(flatten)]
    listed: Map<String, Value>,
    /// The fields that another start may answer otherwise; an entry that need not be listed has the one that tells it
    /// apart among them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    partial: Vec<String>,
}

/// What becomes of the recorded answer of a project.
#[derive(Debug, PartialEq)]
pub enum Recorded {
    /// The project keeps none.
    Absent,
    /// It cannot be read; why, as a phrase.
    Broken(String),
    /// The project is not what it was recorded from.
    Stale(Recording),
    /// It is.
    Fresh(Recording),
}

/// The project as it is recorded and built.
#[derive(Clone, Copy, Debug)]
pub struct Recordable<'a> {
    /// `pyproject.toml`.
    pub project: &'a Project,
    /// The files on the disk.
    pub tree: &'a SourceTree,
    /// Which of them ship.
    pub layout: &'a Layout,
}

impl Recordable<'_> {
    /// What a recording tells that it was recorded from.
    pub fn fingerprint(self) -> String {
        fingerprint::of(self)
    }
}

/// The recorded answer of a project and the lists that it fills, once they were asked for.
#[derive(Debug, Default)]
pub struct LazyRecording {
    recorded: OnceLock<Recorded>,
    filled: OnceLock<Primitives>,
}

impl LazyRecording {
    /// What becomes of the recorded answer.
    pub fn get(&self, of: Recordable<'_>) -> &Recorded {
        self.recorded.get_or_init(|| read(of))
    }

    /// What the server offers: what its code tells, with what a fresh recording tells beside it.
    pub fn fill<'p>(&'p self, of: Recordable<'_>, told: &'p Primitives) -> &'p Primitives {
        match self.get(of) {
            Recorded::Fresh(recording) => self.filled.get_or_init(|| recording.fill(told)),
            _ => told,
        }
    }

    /// What a fresh recording was recorded under.
    pub fn conditions(&self, of: Recordable<'_>) -> Vec<Conditions> {
        match self.get(of) {
            Recorded::Fresh(recording) => recording.conditions().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

fn read(of: Recordable<'_>) -> Recorded {
    let path = RelPath::new(LIVE_FILE);
    let Some(file) = of.tree.file(&path) else { return Recorded::Absent };
    if file.size > LARGEST as u64 {
        return Recorded::Broken("it is larger than any recorded answer".to_owned());
    }
    let bytes = of.tree.read(&path).map_err(|fault| fault.to_string());
    match bytes.and_then(|bytes| Recording::parse(&bytes)) {
        Err(reason) => Recorded::Broken(reason),
        Ok(recording) if recording.fingerprint == of.fingerprint() => Recorded::Fresh(recording),
        Ok(recording) => Recorded::Stale(recording),
    }
}

impl Recording {
    /// Reads a recorded answer.
    ///
    /// # Errors
    /// When the text is none, or one of a later format; the reason as a phrase.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        #[derive(Deserialize)]
        struct Format {
            version: u64,
        }
        if bytes.len() > LARGEST {
            return Err("it is larger than any recorded answer".to_owned());
        }
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let Format { version } = serde_json::from_slice(bytes).map_err(|fault| fault.to_string())?;
        if version != VERSION {
            return Err(format!("its format is {version}, and this release of mcp-backend knows {VERSION}"));
        }
        let recording: Self = serde_json::from_slice(bytes).map_err(|fault| fault.to_string())?;
        for (kind, key, entry) in recording.answers().flat_map(|(_, answer)| answer.entries()) {
            sound(&entry.primitive(), key).map_err(|fault| format!("a {kind} {fault}"))?;
        }
        Ok(recording)
    }

    /// As it is written: JSON of two blanks a storey, with a line feed behind it.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names, texts and schemas are JSON") + "\n"
    }

    /// What each script was recorded under.
    pub fn conditions(&self) -> impl Iterator<Item = &Conditions> {
        self.scripts.iter().map(|script| &script.conditions)
    }

    /// The command that records it anew, with the variables and arguments of now.
    pub fn command(&self) -> String {
        let mut command = COMMAND.to_owned();
        let variables: BTreeSet<&String> = self.conditions().flat_map(|script| &script.variables).collect();
        for name in variables {
            command += &format!(" --env {}", literal::shell(name));
        }
        if let Some(script) = self.conditions().find(|script| !script.arguments.is_empty()) {
            command += &format!(" -- {}", literal::command(&script.arguments));
        }
        command
    }

    /// Whether another was recorded from the same and tells the same, perhaps by other versions of Python and the SDKs.
    pub fn answers_like(&self, other: &Self) -> bool {
        let bare = |recording: &Self| {
            let mut bare = recording.clone();
            for script in &mut bare.scripts {
                (script.conditions.python, script.conditions.versions) = Default::default();
                script.answers.iter_mut().for_each(|answer| answer.protocol.clear());
            }
            bare
        };
        bare(self) == bare(other)
    }

    /// What the recording says otherwise than a contract that was read from the code alone, where that is certain.
    pub fn contradictions(&self, contract: &Contract) -> Vec<Difference> {
        // nothing is certain of a server that the code does not show
        if contract.is_empty() {
            return Vec::new();
        }
        let sides = Sides { told: "the code", listed: "the recorded answer" };
        let answers: Vec<LiveAnswer> =
            self.answers().map(|(conditions, answer)| answer.live(conditions)).collect();
        let mut found = compare(contract, &answers, sides);
        found.retain(|one| one.fails && (one.subject != "server" || self.tells_of_server(&one.path)));
        found
    }

    /// Whether it holds what the servers say of themselves in the field behind the `/`; a version need not be kept.
    fn tells_of_server(&self, path: &str) -> bool {
        let field = path.trim_start_matches('/');
        let tells = |server: &RecordedEntry| server.listed.contains_key(field) && server.is_certain(field);
        self.answers().any(|(_, answer)| tells(&answer.server))
    }

    fn answers(&self) -> impl Iterator<Item = (&Conditions, &RecordedAnswer)> {
        self.scripts
            .iter()
            .flat_map(|script| script.answers.iter().map(|answer| (&script.conditions, answer)))
    }
}

impl RecordedAnswer {
    /// The lists, each with the field that tells its entries apart.
    fn lists(&self) -> [(&'static str, &'static str, &[RecordedEntry]); 4] {
        [
            ("tool", "name", &self.tools),
            ("prompt", "name", &self.prompts),
            ("resource", "uri", &self.resources),
            ("template", "uriTemplate", &self.resource_templates),
        ]
    }

    fn entries(&self) -> impl Iterator<Item = (&'static str, &'static str, &RecordedEntry)> {
        let lists = self.lists().into_iter();
        lists.flat_map(|(kind, key, list)| list.iter().map(move |entry| (kind, key, entry)))
    }

    /// In the form in which answers are compared.
    fn live(&self, conditions: &Conditions) -> LiveAnswer {
        let [tools, prompts, resources, resource_templates] =
            self.lists().map(|(_, _, list)| list.iter().map(RecordedEntry::primitive).collect());
        LiveAnswer {
            conditions: conditions.clone(),
            server: self.server.identity(),
            tools,
            prompts,
            resources,
            resource_templates,
        }
    }
}

impl RecordedEntry {
    fn primitive(&self) -> Primitive {
        Primitive { listed: self.listed.clone(), partial: self.partial.clone(), ..Primitive::default() }
    }

    /// Whether every start answers the field so.
    fn is_certain(&self, field: &str) -> bool {
        !self.partial.iter().any(|partial| partial == field)
    }

    /// What a server says of itself, as far as every start says so.
    fn identity(&self) -> Identity {
        let text = |field: &str| {
            let value = self.listed.get(field).filter(|_| self.is_certain(field))?;
            value.as_str().map(str::to_owned)
        };
        Identity {
            name: text("name"),
            version: text("version"),
            title: text("title"),
            instructions: text("instructions"),
            recorded: Vec::new(),
        }
    }
}
