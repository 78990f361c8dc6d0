//! What the project looks like on each channel: one model of it (`Publication`), and an emitter for each foreign format.
//!
//! Emitters are pure: the same publication gives the same bytes. Nothing here writes, and nothing judges the project; what
//! a channel needs and the project does not tell is a [`MissingInput`].

mod bundle_lock;
mod client_config;
mod client_entry;
mod clients;
mod container_service;
mod containerfile;
mod deeplink;
mod docker_catalog;
mod env_example;
mod homebrew;
mod install_script;
mod launch;
mod materials;
mod mcpb;
mod npm;
mod publication;
mod reached;
mod release_workflow;
mod sbom;
mod server_card;
mod server_json;
mod spdx;
mod tool_docs;
mod vendored;

use sha2::{Digest as _, Sha256};

use crate::plan::{Entry, Plan};
use crate::project::Channel;
use crate::text::{Span, hex};

pub use client_config::{
    START as INSTALL_START, marked_section as marked_install_section, section as install_section,
};
pub use publication::{Publication, Repository};
pub use reached::Reached;
pub use sbom::documents as bills_of_materials;
pub use vendored::Vendored;

/// How the files of a channel are made.
struct Emitter {
    needs: Needs,
    lacks: fn(&Publication<'_>) -> Vec<MissingInput>,
    make: fn(&Publication<'_>, &Artifacts) -> Vec<Export>,
}

/// What an export is made from beside the publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The wheel.
    Wheel,
    /// What other channels made, when `server.json` names it.
    Exports,
}

/// The channel that has to be made before `channels`, and is not among them: `server.json` names the bundle by its digest.
pub fn behind(channels: &[Channel], publication: &Publication<'_>) -> Option<Channel> {
    let named = server_json::packages(publication);
    let listed = channels.iter().any(|channel| channel.needs() == Needs::Exports);
    (listed && named.contains(&"mcpb") && !channels.contains(&Channel::Mcpb)).then_some(Channel::Mcpb)
}

/// What a channel needs and the project does not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingInput {
    /// What is missing or cannot be, a phrase that follows the channel's name: `needs the server's name`.
    pub what: String,
    /// How to mend it.
    pub remedy: String,
    /// Where in `pyproject.toml` the fault stands; none where something is missing.
    pub place: Option<Span>,
}

/// What a channel makes; paths are relative to the folder of the exports, with `/`.
#[derive(Debug, PartialEq, Eq)]
pub enum Export {
    /// A file.
    File(Entry),
    /// A zip archive, its path as the plan's file name.
    Bundle(Plan),
}

/// What was built before the exports are made.
#[derive(Debug, Default)]
pub struct Artifacts {
    /// The wheel's file name and its bytes.
    pub wheel: Option<(String, Vec<u8>)>,
    /// The bundles that other channels made: file name and SHA-256 in hexadecimal digits.
    pub bundles: Vec<(String, String)>,
    /// What a bundle is to hold of what the server requires.
    pub vendored: Option<Vendored>,
}

impl Channel {
    fn emitter(self) -> &'static Emitter {
        match self {
            Self::ClientConfig => &client_config::EMITTER,
            Self::Containerfile => &containerfile::EMITTER,
            Self::DockerCatalog => &docker_catalog::EMITTER,
            Self::EnvExample => &env_example::EMITTER,
            Self::Homebrew => &homebrew::EMITTER,
            Self::InstallScript => &install_script::EMITTER,
            Self::Mcpb => &mcpb::EMITTER,
            Self::Npm => &npm::EMITTER,
            Self::ReleaseWorkflow => &release_workflow::EMITTER,
            Self::Sbom => &sbom::EMITTER,
            Self::ServerCard => &server_card::EMITTER,
            Self::ServerJson => &server_json::EMITTER,
            Self::ToolDocs => &tool_docs::EMITTER,
        }
    }

    /// What has to be made before.
    pub fn needs(self) -> Needs {
        self.emitter().needs
    }

    /// What it needs and the project does not tell.
    pub fn lacks(self, publication: &Publication<'_>) -> Vec<MissingInput> {
        (self.emitter().lacks)(publication)
    }

    /// What is made for it; only where nothing lacks.
    pub fn make(self, publication: &Publication<'_>, artifacts: &Artifacts) -> Vec<Export> {
        (self.emitter().make)(publication, artifacts)
    }
}

impl MissingInput {
    fn missing(what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into(), place: None }
    }

    fn at(place: Span, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { what: what.into(), remedy: remedy.into(), place: Some(place) }
    }
}

impl Export {
    fn text(path: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        Self::File(Entry::bytes(path.into(), text))
    }

    /// A file of JSON: two blanks a storey, a line feed at its end.
    fn json(path: impl Into<String>, value: &serde_json::Value) -> Self {
        Self::text(path, serde_json::to_string_pretty(value).expect("JSON is JSON") + "\n")
    }
}

/// Whether the text is no more than letters, digits and what stands in paths and names.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_.-".contains(&byte))
}

/// The text on one line, without what a terminal or a parser may take for more than a letter.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        word.chars()
            .filter(|c| !c.is_control() && !matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}'))
            .collect()
    });
    words.filter(|word: &String| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The SHA-256 in hexadecimal digits.
fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text as a string of TOML.
    pub(super) fn toml(text: &str) -> String {
        toml::Value::String(text.to_owned()).to_string()
    }

    /// The same without what most values of a project cannot hold.
    pub(super) fn toml_line(text: &str) -> String {
        let held = |c: &char| crate::spec::control::find_control(&c.to_string()).is_none();
        toml(&text.chars().filter(held).collect::<String>())
    }

    /// What a channel makes of a server whose `[project]` goes on with `rest`.
    pub(super) fn exported(channel: Channel, rest: &str) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().expect("a folder");
        let head = "[project]\nname = \"weather\"\nversion = \"1.0\"\nscripts = { weather = \"a:b\" }\n";
        let project = crate::project::read(format!("{head}{rest}").into_bytes());
        assert!(project.is_readable(), "{rest}");
        let tree = crate::tree::walk(folder.path(), &[]).expect("walked");
        let primitives = crate::server::Primitives::default();
        let version = crate::spec::version::parse("1.0").expect("a version");
        let publication = Publication::new(&project, &tree, Some(version), &primitives);
        let made = channel.make(&publication, &Artifacts::default());
        let file = |export| match export {
            Export::File(Entry { path, content: crate::plan::Content::Bytes(bytes), .. }) => {
                (path, String::from_utf8(bytes).expect("a text"))
            }
            other => panic!("{other:?} is no text"),
        };
        made.into_iter().map(file).collect()
    }

    #[test]
    fn texts_are_put_on_one_line() {
        assert_eq!(one_line(" a\n b\u{2028}c\u{7}\u{feff} \u{85}\td "), "a b c d");
    }
}
