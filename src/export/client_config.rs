//! The configuration of each client, and the section of a readme that tells how to add the server to them.
//!
//! Nothing is written into a client's own file: these are texts to copy, and links to follow.

use super::clients::{CLIENTS, Client};
use super::launch::{Launch, Question, Way, shown_default};
use super::{
    Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, containerfile, one_line,
    server_json,
};
use crate::primitive_docs::{END, code, grid, plain};
use crate::project::EnvVariable;
use crate::spec::name;
use crate::text::{Spanned, closest, listed};

const CHANNEL: Channel = Channel::ClientConfig;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let clients: Vec<_> = CLIENTS.iter().map(|client| client.name).collect();
    let ways: Vec<_> = Way::ALL.iter().map(|way| way.name()).collect();
    let scripts: Vec<_> = publication.scripts().collect();
    let mut lacks: Vec<MissingInput> = match set(publication, "scripts") {
        _ if ways_of(publication) == [Way::Remote] => Vec::new(),
        Some(_) => without_stdio(publication).into_iter().collect(),
        None => publication.without_script().into_iter().chain(without_stdio(publication)).collect(),
    };
    for (key, noun, known) in
        [("clients", "client", clients), ("start", "start", ways), ("scripts", "script", scripts)]
    {
        lacks.extend(unknown(set(publication, key).unwrap_or_default(), noun, &known));
    }
    lacks.extend(ways_of(publication).into_iter().filter_map(|way| without(publication, way)));
    lacks
}

/// What is missing where clients start the server, who may also reach it where it is served.
fn without_stdio(publication: &Publication<'_>) -> Option<MissingInput> {
    let lack = publication.without_stdio()?;
    let remedy = format!("{}; or say by `remotes` in `[tool.mcp-backend]` where it is served", lack.remedy);
    Some(MissingInput { remedy, ..lack })
}

fn set<'a>(publication: &Publication<'a>, key: &str) -> Option<&'a [Spanned<String>]> {
    publication.project.settings.exports.texts(CHANNEL, key)
}

fn unknown(set: &[Spanned<String>], noun: &str, known: &[&str]) -> Vec<MissingInput> {
    let unknown = set.iter().filter(|word| !known.contains(&word.value.as_str())).map(|word| {
        let remedy = match closest(&word.value, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there are {}", listed(known)),
        };
        MissingInput::at(word.span, format!("knows no {noun} `{}`", word.value), remedy)
    });
    unknown.collect()
}

/// What is missing to start the server in this way.
fn without(publication: &Publication<'_>, way: Way) -> Option<MissingInput> {
    match way {
        Way::Uvx | Way::Installed => None,
        Way::Wheel => server_json::release_url(publication).is_none().then(|| {
            MissingInput::missing(
                "needs the address of the release that holds the wheel",
                "add `Source = \"https://github.com/you/weather\"` under `[project.urls]`, with your own names",
            )
        }),
        Way::Docker => containerfile::image(publication).is_none().then(|| {
            MissingInput::missing(
                "needs the reference of the container's image",
                "set `image` in `[tool.mcp-backend.export.containerfile]`",
            )
        }),
        Way::Remote => publication.remotes.is_empty().then(|| {
            MissingInput::missing(
                "needs the address at which the server is served",
                "add `remotes = [{ url = \"https://example.org/mcp\" }]` under `[tool.mcp-backend]`, with your own address",
            )
        }),
    }
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let mut files = Vec::new();
    for (at, way) in ways_of(publication).into_iter().enumerate() {
        let launches = launches(publication, way);
        let folder = if at == 0 { "clients".to_owned() } else { format!("clients/{}", way.name()) };
        let file = |client: &Client| {
            Some(Export::text(format!("{folder}/{}", client.file()), client.config(&launches)?))
        };
        files.extend(clients(publication).filter_map(file));
    }
    files.push(Export::text("clients/README.md", section(publication)));
    files
}

/// The ways by which clients get the server, the first of which is what users read first.
fn ways_of(publication: &Publication<'_>) -> Vec<Way> {
    let Some(set) = set(publication, "start") else {
        let is_remote = publication.without_stdio().is_some() && !publication.remotes.is_empty();
        return vec![if is_remote { Way::Remote } else { Way::Uvx }];
    };
    let called = |word: &Spanned<String>| Way::ALL.into_iter().find(|way| way.name() == word.value);
    set.iter().filter_map(called).collect()
}

/// The servers that clients are told of: the project's, or those of several scripts.
fn launches<'a>(publication: &Publication<'a>, way: Way) -> Vec<Launch<'a>> {
    let pinned = is_pinned(publication);
    match set(publication, "scripts") {
        Some(scripts) if way != Way::Remote => {
            scripts.iter().map(|script| Launch::new(publication, Some(&script.value), way, pinned)).collect()
        }
        _ => vec![Launch::new(publication, publication.script, way, pinned)],
    }
}

fn is_pinned(publication: &Publication<'_>) -> bool {
    publication.project.settings.exports.is_set(CHANNEL, "pin")
}

/// The clients that are wanted, in the order of the table.
fn clients(publication: &Publication<'_>) -> impl Iterator<Item = &'static Client> {
    let wanted = set(publication, "clients");
    let is_wanted = move |client: &&Client| {
        wanted.is_none_or(|wanted| wanted.iter().any(|word| word.value == client.name))
    };
    CLIENTS.iter().filter(is_wanted)
}

/// The line that begins the section, where a readme has it to be renewed.
pub const START: &str = "<!-- mcp-backend: install -->";

/// The section with the lines that mark it.
pub fn marked_section(publication: &Publication<'_>) -> String {
    format!("{START}\n\n{}\n{END}\n", section(publication))
}

/// The section of a readme that tells how to add the server to each client, from its heading on.
pub fn section(publication: &Publication<'_>) -> String {
    let mut blocks = vec!["## Install".to_owned()];
    let ways = ways_of(publication);
    for way in &ways {
        if ways.len() > 1 {
            blocks.push(format!("### {}", way.title()));
        }
        blocks.extend(told(publication, *way));
    }
    if ways != [Way::Remote] {
        blocks.extend(variables(publication.variables));
    }
    blocks.join("\n\n") + "\n"
}

/// What is told of one way.
fn told(publication: &Publication<'_>, way: Way) -> Vec<String> {
    let launches = launches(publication, way);
    let buttons = launches.iter().flat_map(|launch| {
        let name = (launches.len() > 1).then_some(launch.id.as_str());
        clients(publication).filter_map(move |client| button(client, launch, name))
    });
    let buttons: Vec<_> = buttons.collect();
    let mut blocks = Vec::new();
    if !buttons.is_empty() {
        blocks.push(buttons.join("\n"));
    }
    blocks.push(way.about(publication));
    blocks.extend(clients(publication).map(|client| block(client, &launches)));
    if way == Way::Remote {
        blocks.extend(launches.first().and_then(asked));
    }
    if way == Way::Uvx && !is_pinned(publication) {
        let cached = name::normalize(publication.name);
        blocks.push(format!(
            "uv keeps the release that it got first; after `uv cache clean {cached}` the next start gets the newest."
        ));
    }
    blocks
}

/// What the user gives to reach the server.
fn asked(launch: &Launch<'_>) -> Option<String> {
    let questions = launch.questions();
    let row = |question: &&Question| {
        [code(&question.name), code(&question.variable), plain(&one_line(&question.description))]
    };
    let head = ["Value", "Variable", "Description"].map(str::to_owned);
    (!questions.is_empty()).then(|| {
        format!(
            "These values are yours. Put them wherever a name stands in `<>`, and never into a file that others read; \
             clients that take them from their environment know the variables.\n\n{}",
            grid(std::iter::once(head).chain(questions.iter().map(row)))
        )
    })
}

/// A picture that installs when it is clicked; of several servers it names this one.
fn button(client: &Client, launch: &Launch<'_>, name: Option<&str>) -> Option<String> {
    let link = client.link(launch, true)?;
    let what = name.map_or_else(String::new, |name| format!(" {name}"));
    Some(format!("[![Install{what} in {}]({})]({link})", client.title, client.badge))
}

/// A block of code; no run of backticks in it can end it.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

/// What to write where for one client.
fn block(client: &Client, launches: &[Launch<'_>]) -> String {
    let mut parts = vec![format!("<details>\n<summary>{}</summary>", client.title)];
    let commands: Vec<_> = launches.iter().filter_map(|launch| client.command(launch)).collect();
    if !commands.is_empty() {
        parts.push(fenced("sh", &commands.join("\n")));
    }
    let or = if parts.len() > 1 { "Or in" } else { "In" };
    if let Some(config) = client.config(launches) {
        parts.push(format!("{or} {}:", places(client)));
        parts.push(fenced(client.language(), &config));
    }
    for (place, address) in launches.iter().filter_map(|launch| client.address(launch)) {
        parts.push(format!("In {place}, with this address:"));
        parts.push(fenced("text", &address));
    }
    let links: Vec<_> = launches.iter().filter_map(|launch| client.link(launch, false)).collect();
    if !links.is_empty() {
        let what = if links.len() == 1 { "this link" } else { "these links" };
        parts.push(format!("Or open {what}:\n\n{}", fenced("text", &links.join("\n"))));
    }
    parts.push("</details>".to_owned());
    parts.join("\n\n")
}

/// Where its file lies.
fn places(client: &Client) -> String {
    let places = client.places.iter().map(|(when, path)| {
        let path = if path.contains(['*', '`']) { (*path).to_owned() } else { code(path) };
        if client.places.len() == 1 && *when == "everywhere" { path } else { format!("{path} ({when})") }
    });
    places.collect::<Vec<_>>().join(", ")
}

/// What the server reads of its environment.
fn variables(variables: &[EnvVariable]) -> Option<String> {
    let row = |variable: &EnvVariable| {
        let description = variable.description.as_ref().map_or("", |text| &text.value);
        [
            code(&variable.name.value),
            if variable.is_required() { "yes" } else { "no" }.to_owned(),
            shown_default(variable).map(code).unwrap_or_default(),
            plain(&one_line(description)),
        ]
    };
    let head = ["Variable", "Required", "Default", "Description"].map(str::to_owned);
    (!variables.is_empty()).then(|| {
        format!(
            "It reads these variables of its environment. Put your own value wherever a name stands in `<>`, and never \
             into a file that others read.\n\n{}",
            grid(std::iter::once(head).chain(variables.iter().map(row)))
        )
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::export::Export;
    use crate::plan::Content;
    use crate::project;
    use crate::server::Primitives;

    /// The files of a project that is told of in these texts.
    fn files(title: &str, description: &str, argument: &str, default: &str) -> Vec<(String, String)> {
        let variable = |name: &str, required: bool| {
            let mut variable = toml::Table::new();
            variable.insert("name".to_owned(), name.into());
            variable.insert("description".to_owned(), description.into());
            variable.insert("default".to_owned(), default.into());
            variable.insert("required".to_owned(), required.into());
            variable
        };
        let mut settings = toml::Table::new();
        settings.insert("title".to_owned(), title.into());
        settings.insert("arguments".to_owned(), toml::Value::from(vec![argument]));
        settings.insert("env".to_owned(), vec![variable("A", true), variable("B", false)].into());
        let text = format!(
            "project = {{ name = \"weather\", version = \"1\", scripts = {{ weather = \"a:b\" }}, description = {} }}\n\
             [tool.mcp-backend]\n{settings}",
            toml::Value::from(description)
        );
        let project = project::read(text.into_bytes());
        let folder = tempfile::tempdir().expect("a folder");
        let tree = crate::tree::walk(folder.path(), &[]).expect("walked");
        let primitives = Primitives::default();
        let publication = Publication::new(&project, &tree, None, &primitives);
        assert!(CHANNEL.lacks(&publication).is_empty());
        let files =
            CHANNEL.make(&publication, &Artifacts::default()).into_iter().map(|export| match export {
                Export::File(entry) => match entry.content {
                    Content::Bytes(bytes) => (entry.path, String::from_utf8(bytes).expect("UTF-8")),
                    _ => unreachable!("it is made here"),
                },
                Export::Bundle(_) => unreachable!("it is a file"),
            });
        files.collect()
    }

    /// The lines that are no code.
    fn prose(text: &str) -> Vec<&str> {
        let mut fence: Option<String> = None;
        let mut lines = Vec::new();
        for line in text.lines() {
            let ticks: String = line.chars().take_while(|c| *c == '`').collect();
            match &fence {
                Some(open) if line == open => fence = None,
                None if ticks.len() >= 3 => fence = Some(ticks),
                None => lines.push(line),
                Some(_) => {}
            }
        }
        assert_eq!(fence, None, "a block of code does not end");
        lines
    }

    const HOSTILE: &str = "(`{1,4}|[\"'\\\\$#{}|<>&\n]|</details>|[a-z ]|\u{2028}|\u{85}|\u{e9}){0,8}";

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]
        #[test]
        fn no_text_breaks_out_of_its_place(
            title in HOSTILE, description in HOSTILE, argument in HOSTILE, default in HOSTILE,
        ) {
            let plain = files("a", "b", "c", "d");
            for ((path, text), (_, same)) in files(&title, &description, &argument, &default).iter().zip(&plain) {
                if path.ends_with(".json") {
                    let read: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
                    prop_assert!(read.is_object());
                } else if path.ends_with(".toml") {
                    let read: toml::Table = toml::from_str(text).expect("it is TOML");
                    let servers = read["mcp_servers"].as_table().expect("a table");
                    prop_assert_eq!(servers.keys().collect::<Vec<_>>(), ["weather"]);
                } else if path.ends_with(".yaml") {
                    prop_assert_eq!(text.lines().count(), same.lines().count());
                } else {
                    let tags = prose(text).into_iter().filter(|line| ["<details>", "</details>"].contains(line));
                    prop_assert_eq!(tags.count(), 2 * CLIENTS.len());
                    prop_assert_eq!(prose(text).len(), prose(same).len());
                }
            }
        }
    }
}
