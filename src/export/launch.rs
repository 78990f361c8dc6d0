//! How a client starts the server, or where it reaches it.

use super::Publication;
use super::containerfile::image;
use super::server_json::release_url;
use crate::project::{EnvVariable, Remote, RemoteInput};
use crate::sdk::Transport;
use crate::spec::name;
use crate::spec::wheel_name::ArtifactNames;
use crate::text::literal::command;

/// A way by which clients get the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// uv gets the release from its index.
    Uvx,
    /// The script was installed before.
    Installed,
    /// uv gets the wheel from the release at the forge.
    Wheel,
    /// Docker runs the image.
    Docker,
    /// It is served over HTTP.
    Remote,
}

/// A server as clients are told of it.
pub(super) struct Launch<'a> {
    /// What clients know it by.
    pub(super) id: String,
    pub(super) title: &'a str,
    pub(super) description: &'a str,
    pub(super) start: Start,
    /// The variables that are set, or of an address its headers: each with its value.
    pub(super) given: Vec<(String, Vec<Piece>)>,
}

/// What a client does to have the server.
pub(super) enum Start {
    /// It starts a program with these arguments, of which the last ones, so many, are the server's own.
    Program { name: String, arguments: Vec<String>, own: usize },
    /// It reaches the server at an address.
    Address { url: Vec<Piece>, by_events: bool },
}

/// A part of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// What the user gives.
    Asked(Question),
}

/// A value that the user gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Question {
    pub(super) name: String,
    pub(super) description: String,
    pub(super) is_secret: bool,
    /// The variable of the environment that holds it.
    pub(super) variable: String,
}

impl Way {
    /// Every way, in the order in which they are told.
    pub(super) const ALL: [Self; 5] = [Self::Uvx, Self::Installed, Self::Wheel, Self::Docker, Self::Remote];

    /// The word for it in `start`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Uvx => "uvx",
            Self::Installed => "installed",
            Self::Wheel => "wheel",
            Self::Docker => "docker",
            Self::Remote => "remote",
        }
    }

    /// The heading of what is told of it, among several.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Uvx => "With uv",
            Self::Installed => "Installed",
            Self::Wheel => "With uv, from the release",
            Self::Docker => "With Docker",
            Self::Remote => "Over HTTP",
        }
    }

    /// What has to be there before a client starts the server.
    pub(super) fn about(self, publication: &Publication<'_>) -> String {
        const UV: &str = "[uv](https://docs.astral.sh/uv/getting-started/installation/)";
        const PATH: &str = "A client with windows of its own may not find";
        match self {
            Self::Uvx | Self::Wheel => format!(
                "Clients start the server with {UV}, which has to be installed. {PATH} `uvx`: write its whole path \
                 then, as `which uvx` tells it, on Windows `where uvx`."
            ),
            Self::Installed => {
                let mut install = publication.from_index();
                install.push(publication.requirement(false));
                let install = command(&install);
                let script = publication.script.unwrap_or(publication.name);
                format!(
                    "Install the server with {UV} first: `uv tool install {install}`. {PATH} `{script}`: write its \
                     whole path then, as `which {script}` tells it, on Windows `where {script}`."
                )
            }
            Self::Docker => {
                "Clients start the server with [Docker](https://docs.docker.com/get-started/get-docker/), \
                 which has to be running."
                    .to_owned()
            }
            Self::Remote => "Clients reach the server over HTTP, and nothing has to be installed.".to_owned(),
        }
    }
}

impl<'a> Launch<'a> {
    /// The launch of `script` in this way, of this release or of any when it is not `pinned`.
    pub(super) fn new(publication: &Publication<'a>, script: Option<&str>, way: Way, pinned: bool) -> Self {
        if let (Way::Remote, Some(remote)) = (way, remote(publication)) {
            return Self::of_remote(publication, remote);
        }
        let is_main = script == publication.script;
        let own: Vec<String> =
            publication.arguments.iter().filter(|_| is_main).map(|&argument| argument.to_owned()).collect();
        let (program, arguments, own) = match way {
            Way::Uvx => ("uvx", publication.uvx_of(script, pinned), own),
            Way::Installed | Way::Remote => (script.unwrap_or(publication.name), Vec::new(), own),
            Way::Wheel => ("uvx", wheel(publication, script), own),
            // the image gives the server its arguments itself
            Way::Docker => ("docker", docker(publication, script.filter(|_| !is_main), pinned), Vec::new()),
        };
        let id = if is_main { publication.name } else { script.unwrap_or(publication.name) };
        let (name, last) = (program.to_owned(), own.len());
        Self {
            id: name::normalize(id),
            title: publication.title,
            description: publication.description,
            start: Start::Program { name, own: last, arguments: arguments.into_iter().chain(own).collect() },
            given: publication.variables.iter().filter_map(given).collect(),
        }
    }

    fn of_remote(publication: &Publication<'a>, remote: &Remote) -> Self {
        let id = name::normalize(publication.name);
        let header =
            |header: &RemoteInput| Some((header.name.value.clone(), header_value(&id, remote, header)?));
        Self {
            title: publication.title,
            description: publication.description,
            start: Start::Address {
                url: template(&id, remote, &remote.url.value),
                by_events: remote.transport == Transport::Sse,
            },
            given: remote.headers.iter().filter_map(header).collect(),
            id,
        }
    }

    /// What the user is asked for, each once.
    pub(super) fn questions(&self) -> Vec<&Question> {
        let url: &[Piece] = match &self.start {
            Start::Program { .. } => &[],
            Start::Address { url, .. } => url,
        };
        let pieces = url.iter().chain(self.given.iter().flat_map(|(_, value)| value));
        let mut questions = Vec::new();
        for piece in pieces {
            if let Piece::Asked(question) = piece
                && !questions.contains(&question)
            {
                questions.push(question);
            }
        }
        questions
    }
}

/// Where the server is served: the first place that has the protocol's own transport, or else the first.
fn remote<'a>(publication: &Publication<'a>) -> Option<&'a Remote> {
    let remotes = publication.remotes;
    remotes.iter().find(|remote| remote.transport != Transport::Sse).or(remotes.first())
}

/// The value of a header; none where it need not be sent and has no value of its own.
fn header_value(id: &str, remote: &Remote, header: &RemoteInput) -> Option<Vec<Piece>> {
    if header.value.is_some() {
        return Some(template(id, remote, header.fixed()));
    }
    let is_sent = header.is_required() || header.default.is_some();
    is_sent.then(|| vec![filled(id, &header.name.value, Some(header))])
}

/// The text with what stands for the names in braces.
fn template(id: &str, remote: &Remote, text: &str) -> Vec<Piece> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, behind)) = rest.split_once('{')
        && let Some((name, after)) = behind.split_once('}')
    {
        pieces.push(Piece::Text(before.to_owned()));
        pieces.push(filled(id, name, remote.variable(name)));
        rest = after;
    }
    pieces.push(Piece::Text(rest.to_owned()));
    pieces.retain(|piece| *piece != Piece::Text(String::new()));
    pieces
}

/// What stands for a name: what is set, the default of what need not be, or else what the user says.
fn filled(id: &str, name: &str, input: Option<&RemoteInput>) -> Piece {
    let fixed = input.and_then(|input| input.value.as_ref());
    let default = input
        .filter(|input| !input.is_required() && !input.is_secret())
        .and_then(|input| input.default.as_ref());
    if let Some(text) = fixed.or(default) {
        return Piece::Text(text.value.clone());
    }
    let description = input.and_then(|input| input.description.as_ref()).map_or(name, |text| &text.value);
    let variable = variable(name);
    let prefix = format!("{}_", self::variable(id));
    Piece::Asked(Question {
        name: name.to_owned(),
        description: description.to_owned(),
        is_secret: input.is_some_and(RemoteInput::is_secret),
        variable: if variable.starts_with(&prefix) { variable } else { prefix + &variable },
    })
}

/// The text as the name of a variable of the environment.
fn variable(text: &str) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' };
    text.chars().map(letter).collect()
}

/// A variable with the value that it is set to; one that need not be set, and whose default some clients would expand, is left
/// as it is.
fn given(variable: &EnvVariable) -> Option<(String, Vec<Piece>)> {
    let name = &variable.name.value;
    let piece = if variable.is_required() {
        let description = variable.description.as_ref().map_or(name, |text| &text.value);
        Piece::Asked(Question {
            name: name.clone(),
            description: description.clone(),
            is_secret: variable.is_secret(),
            variable: name.clone(),
        })
    } else {
        Piece::Text(shown_default(variable).filter(|value| !value.contains('$'))?.to_owned())
    };
    Some((name.clone(), vec![piece]))
}

/// The default of a variable that is no secret.
pub(super) fn shown_default(variable: &EnvVariable) -> Option<&str> {
    variable.default.as_ref().filter(|_| !variable.is_secret()).map(|default| default.value.as_str())
}

/// The wheel of the release at the forge, and the script in it.
fn wheel(publication: &Publication<'_>, script: Option<&str>) -> Vec<String> {
    let version = publication.version.to_string();
    let names = ArtifactNames::new(&publication.project.module_name(), &version);
    let file = names.wheel(&publication.project.wheel_tag());
    let url = format!("{}/{file}", release_url(publication).unwrap_or_default());
    let from = match publication.extra() {
        extra if extra.is_empty() => url,
        extra => format!("{}{extra} @ {url}", publication.name),
    };
    ["--from".to_owned(), from, script.unwrap_or(publication.name).to_owned()].into()
}

/// Each variable is handed on from the client's settings; `script` is another than the image starts.
fn docker(publication: &Publication<'_>, script: Option<&str>, pinned: bool) -> Vec<String> {
    let image = image(publication).unwrap_or_default();
    let image = match image.rsplit_once(':') {
        Some((name, _)) if !pinned => format!("{name}:latest"),
        _ => image,
    };
    let variables = publication.variables.iter().flat_map(|each| ["-e".to_owned(), each.name.value.clone()]);
    let entry = script.into_iter().flat_map(|script| ["--entrypoint".to_owned(), script.to_owned()]);
    let run = ["run", "-i", "--rm"].map(str::to_owned).into_iter();
    run.chain(variables).chain(entry).chain([image]).collect()
}
