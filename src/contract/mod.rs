//! The contract of a server: what its users and their agents rely on, as JSON; what changed between two of them, and the
//! version that the change requires; what differs in the answers of a server that runs.
//!
//! It is taken from what `server` read of the code, so that no server is started. Nothing here looks for tools, and nothing
//! judges a project: that is the rules' business. The format is ours, as the Model Context Protocol knows no list of
//! tools at rest; its entries are those of `tools/list` and its sisters.

mod arms;
mod baseline;
mod bounds;
mod change;
mod compare;
mod diff;
mod field;
mod live;
mod members;
mod node;
mod recorded;
mod schema;
mod schema_path;
mod version;

use serde::{Deserialize, Serialize};

use crate::dependencies;
use crate::environment::{self, Environment, Variable};
use crate::project::Project;
use crate::sdk::Sdk;
use crate::server::{Endpoint, Identity, Primitive, Primitives, Server};
use crate::spec::version::Version;

pub use baseline::{BaselineFault, read};
pub use change::{Bump, ChangeLevel, ChangeSubject, ContractChange, bump};
pub use diff::diff;
pub use live::{Difference, LiveAnswer, live};
pub use recorded::{
    COMMAND as LIVE_COMMAND, Conditions, LIVE_FILE, LazyRecording, Recordable, Recorded, Recording, Session,
    record,
};
pub use version::{required, suffices};

/// The released contract, as a project keeps it at its root.
pub const FILE_NAME: &str = "mcp-contract.json";

/// The version of the format: the second tells of `conditional` what it depends on.
const VERSION: u64 = 2;

/// What the users of a server rely on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Contract {
    /// The version of the format.
    version: u64,
    /// Whose it is.
    pub project: Release,
    /// The SDK that shapes the lists, when it is known.
    pub sdk: Option<Framework>,
    /// What the server says of itself.
    pub server: Identity,
    /// The names of the console scripts, in order.
    pub scripts: Vec<String>,
    /// The variables that the server reads, in order of their names.
    pub environment: Vec<Variable>,
    /// Whether it may read others.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub open_environment: bool,
    /// As `tools/list` would answer, in order of their names.
    pub tools: Vec<Primitive>,
    /// As `prompts/list` would answer, likewise.
    pub prompts: Vec<Primitive>,
    /// As `resources/list` would answer, in order of their addresses.
    pub resources: Vec<Primitive>,
    /// As `resources/templates/list` would answer, likewise.
    pub resource_templates: Vec<Primitive>,
    /// How the server serves; told where that may be over HTTP.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<Endpoint>,
    /// Where more may be offered than the text tells.
    pub unknown: Vec<ContractUnknown>,
    /// What the recorded answer was recorded under that tells what is marked `recorded`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recorded: Vec<Conditions>,
}

/// A release of a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The project's name, as written.
    pub name: String,
    /// Its version.
    pub version: Version,
}

/// An SDK and its major version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Framework {
    /// `mcp` or `fastmcp`.
    pub name: String,
    /// Its first number.
    pub major: u64,
}

/// A place where more may be offered; it has no line, as every edit above would change it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ContractUnknown {
    /// The file, relative to the project.
    pub path: String,
    /// What it is, in a phrase.
    pub what: String,
    /// Whether a recorded answer tells what it offers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recorded: bool,
}

impl Contract {
    /// The contract of a project at a version, from what was read of its server; a version that is missing is `0`, as in
    /// the metadata.
    pub fn of(
        project: &Project,
        version: Option<&Version>,
        server: &Server,
        primitives: &Primitives,
        environment: &Environment,
    ) -> Self {
        let name = project.name.as_ref().map_or_else(String::new, |name| name.value.clone());
        let version = version.cloned().unwrap_or_else(|| Version::new([0]));
        let scripts = project.scripts().filter(|(_, entry)| entry.reference.is_ok());
        let mut scripts: Vec<String> = scripts.map(|(_, entry)| entry.name.value.clone()).collect();
        let variables = environment::contract(&project.settings.env, &environment.reads);
        let unknown = primitives.unknown.iter();
        let mut unknown: Vec<ContractUnknown> = unknown
            .map(|place| ContractUnknown {
                path: place.source.path.clone(),
                what: place.what.clone(),
                recorded: place.recorded,
            })
            .collect();
        scripts.sort_unstable();
        scripts.dedup();
        unknown.sort_unstable();
        unknown.dedup();
        Self {
            version: VERSION,
            project: Release { name, version },
            sdk: framework(project, server),
            server: primitives.server.clone(),
            scripts,
            environment: variables,
            open_environment: environment.open,
            tools: schema::normal(&primitives.tools, "name"),
            prompts: schema::normal(&primitives.prompts, "name"),
            resources: schema::normal(&primitives.resources, "uri"),
            resource_templates: schema::normal(&primitives.resource_templates, "uriTemplate"),
            endpoints: primitives.endpoints_over_http(),
            unknown,
            recorded: Vec::new(),
        }
    }

    /// The same, where `recorded` says under what that was recorded which is marked so.
    #[must_use]
    pub fn recorded_under(self, recorded: Vec<Conditions>) -> Self {
        Self { recorded, ..self }
    }

    /// Whether what it has of a recorded answer was recorded under just this.
    fn is_recorded_under(&self, conditions: &Conditions) -> bool {
        let of = |known: &&Conditions| known.script == conditions.script;
        self.recorded.iter().find(of).is_some_and(|known| known.is_same(conditions))
    }

    /// Whether it tells of every variable that the server reads.
    fn tells_all_variables(&self) -> bool {
        self.unknown.is_empty() && !self.open_environment
    }

    /// Whether it promises nothing of a server, as that of a library does.
    pub fn is_empty(&self) -> bool {
        self.lists().all(|(_, _, list)| list.is_empty())
            && self.unknown.is_empty()
            && self.server == Identity::default()
    }

    /// As it is written: JSON of two blanks a storey, with a line feed behind it.
    pub fn to_json(&self) -> String {
        serde_json::to_string_pretty(self).expect("names, texts and schemas are JSON") + "\n"
    }

    /// The lists of primitives, each with what one of them is called and the field that tells them apart.
    fn lists(&self) -> impl Iterator<Item = (&'static str, &'static str, &[Primitive])> {
        let lists: [(_, _, &[Primitive]); 4] = [
            ("tool", "name", &self.tools),
            ("prompt", "name", &self.prompts),
            ("resource", "uri", &self.resources),
            ("template", "uriTemplate", &self.resource_templates),
        ];
        lists.into_iter()
    }
}

/// The SDK of the server's class, or else the one that the project requires, in the release that an install takes.
fn framework(project: &Project, server: &Server) -> Option<Framework> {
    let sdks = dependencies::read(project);
    let install = sdks.fresh()?;
    let classes = || server.objects.iter().filter_map(|object| Sdk::of_module(&object.class));
    let sdk = match (classes().max(), install.fastmcp) {
        (Some(sdk), _) => sdk,
        (None, Some(_)) => Sdk::Fastmcp,
        (None, None) => Sdk::Mcp,
    };
    let name = match sdk {
        Sdk::Mcp => "mcp",
        Sdk::Fastmcp => "fastmcp",
    };
    let major = install.release(sdk)?.version.release().first().copied()?;
    Some(Framework { name: name.to_owned(), major })
}

#[cfg(test)]
mod tests;
