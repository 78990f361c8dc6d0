//! The configuration of each client, and the section of a readme that tells how to add the server to them.
//!
//! Nothing is written into a client's own file: these are texts to copy, and links to follow.

use super::clients::{CLIENTS, Client, ServerCommand, shown_default};
use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, one_line};
use crate::primitive_docs::{code, grid, plain};
use crate::project::EnvVariable;
use crate::text::{closest, listed};

const CHANNEL: Channel = Channel::ClientConfig;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let set = publication.project.settings.exports.texts(CHANNEL, "clients").unwrap_or_default();
    let known: Vec<_> = CLIENTS.iter().map(|client| client.name).collect();
    let unknown = set.iter().filter(|word| !known.contains(&word.value.as_str())).map(|word| {
        let remedy = match closest(&word.value, known.iter().copied()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("there are {}", listed(&known)),
        };
        MissingInput::at(word.span, format!("knows no client `{}`", word.value), remedy)
    });
    publication.without_start().chain(unknown).collect()
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let start = start(publication);
    let mut files: Vec<_> = clients(publication)
        .map(|client| Export::text(format!("clients/{}", client.file()), client.config(&start)))
        .collect();
    files.push(Export::text("clients/README.md", section(publication)));
    files
}

fn start<'a>(publication: &Publication<'a>) -> ServerCommand<'a> {
    ServerCommand::new(publication, publication.project.settings.exports.is_set(CHANNEL, "pin"))
}

/// The clients that are wanted, in the order of the table.
fn clients(publication: &Publication<'_>) -> impl Iterator<Item = &'static Client> {
    let wanted = publication.project.settings.exports.texts(CHANNEL, "clients");
    let is_wanted = move |client: &&Client| {
        wanted.is_none_or(|wanted| wanted.iter().any(|word| word.value == client.name))
    };
    CLIENTS.iter().filter(is_wanted)
}

/// The section of a readme that tells how to add the server to each client, from its heading on.
pub fn section(publication: &Publication<'_>) -> String {
    let start = start(publication);
    let mut blocks = vec!["## Install".to_owned()];
    let buttons: Vec<_> = clients(publication).filter_map(|client| button(client, &start)).collect();
    if !buttons.is_empty() {
        blocks.push(buttons.join("\n"));
    }
    blocks.push(
        "Clients start the server with [uv](https://docs.astral.sh/uv/getting-started/installation/), which has to be \
         installed. A client with windows of its own may not find `uvx`: write its whole path then, as `which uvx` \
         tells it, on Windows `where uvx`."
            .to_owned(),
    );
    blocks.extend(clients(publication).map(|client| block(client, &start)));
    if !publication.project.settings.exports.is_set(CHANNEL, "pin") {
        blocks.push(format!(
            "uv keeps the release that it got first; after `uv cache clean {}` the next start gets the newest.",
            start.id
        ));
    }
    blocks.extend(variables(publication.variables));
    blocks.join("\n\n") + "\n"
}

/// A picture that installs when it is clicked.
fn button(client: &Client, start: &ServerCommand<'_>) -> Option<String> {
    let link = client.link(start, true)?;
    Some(format!("[![Install in {}]({})]({link})", client.title, client.badge))
}

/// A block of code; no run of backticks in it can end it.
fn fenced(language: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}", text.trim_end())
}

/// What to write where for one client.
fn block(client: &Client, start: &ServerCommand<'_>) -> String {
    let mut parts = vec![format!("<details>\n<summary>{}</summary>", client.title)];
    if let Some(command) = client.command(start) {
        parts.push(fenced("sh", &command));
    }
    let places = client.places.iter().map(|(when, path)| {
        let path = if path.contains(['*', '`']) { (*path).to_owned() } else { code(path) };
        if client.places.len() == 1 && *when == "everywhere" { path } else { format!("{path} ({when})") }
    });
    let places: Vec<_> = places.collect();
    let or = if parts.len() > 1 { "Or in" } else { "In" };
    parts.push(format!("{or} {}:", places.join(", ")));
    parts.push(fenced(client.language(), &client.config(start)));
    if let Some(link) = client.link(start, false) {
        parts.push(format!("Or open this link:\n\n{}", fenced("text", &link)));
    }
    parts.push("</details>".to_owned());
    parts.join("\n\n")
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
