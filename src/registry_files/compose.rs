//! A compose file: what its services run that are built from the project's own folder.
//!
//! The [reference](https://docs.docker.com/reference/compose-file/services/): `command` takes the place of the image's `CMD`,
//! `entrypoint` that of its `ENTRYPOINT`.

use super::command::{self, Form, Launch, Word};
use crate::spec::data::Datum;
use crate::spec::yaml;

/// A service that is built here.
struct Service<'d> {
    name: &'d str,
    whole: &'d Datum,
}

/// What its services start, where the image that they are built from has an entry point of its own or none.
pub(super) fn launches(text: &str, has_entry: bool) -> Vec<Launch> {
    let Some(root) = yaml::read(text) else { return Vec::new() };
    let mut launches = Vec::new();
    for service in services(&root) {
        let entry =
            service.whole.get("entrypoint").and_then(|entry| words(text, service.name, "entrypoint", entry));
        let own = service.whole.get("command").and_then(|own| words(text, service.name, "command", own));
        // behind an entry point stand its arguments
        let is_open = has_entry && entry.is_none();
        let all: Vec<Word> = entry.into_iter().chain(own).flatten().collect();
        launches.extend(command::commands(&all, Form { quoted: false, bare: !is_open }));
    }
    launches
}

/// Whether a service that is built here shows a port to others.
pub(super) fn publishes(text: &str) -> bool {
    yaml::read(text)
        .is_some_and(|root| services(&root).iter().any(|service| service.whole.get("ports").is_some()))
}

fn services(root: &Datum) -> Vec<Service<'_>> {
    let Some(Datum::Map(all)) = root.get("services") else { return Vec::new() };
    let is_here = |build: &Datum| match build {
        Datum::Text(folder) => matches!(folder.as_str(), "." | "./"),
        build => match build.get("context") {
            Some(Datum::Text(folder)) => matches!(folder.as_str(), "." | "./"),
            _ => false,
        },
    };
    all.iter()
        .filter_map(|(name, whole)| {
            let Datum::Text(name) = name else { return None };
            whole.get("build").is_some_and(is_here).then_some(Service { name, whole })
        })
        .collect()
}

/// The words of a command, each at its place behind the key of the service.
fn words(text: &str, service: &str, key: &str, value: &Datum) -> Option<Vec<Word>> {
    let at = text.find(&format!("{service}:"))?;
    let at = at + text[at..].find(&format!("{key}:"))? + key.len() + 1;
    match value {
        Datum::Text(line) => {
            let start = at + text[at..].find(line.as_str())?;
            Some(command::words(line, start))
        }
        Datum::List(items) => {
            let mut from = at;
            let place = |item: &Datum| {
                let Datum::Text(word) = item else { return None };
                let start = from + text[from..].find(word.as_str())?;
                from = start + word.len();
                Some(Word { text: word.clone(), range: start..from })
            };
            items.iter().map(place).collect()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_services_run() {
        for (text, has_entry, expected) in [
            ("services:\n  a:\n    build: .\n    command: weather --x\n", false, Some("weather")),
            ("services:\n  a:\n    build: .\n    command: weather --x\n", true, None),
            (
                "services:\n  a:\n    build: {context: ./}\n    entrypoint: [uv, run]\n    command: [\"weather\"]\n",
                true,
                Some("weather"),
            ),
            ("services:\n  a:\n    build: .\n    command:\n      - weather\n", false, Some("weather")),
            ("services:\n  a:\n    image: x\n    command: weather\n", false, None),
            ("services:\n  a:\n    build: ../b\n    command: weather\n", false, None),
            ("services: [", false, None),
        ] {
            let found = launches(text, has_entry);
            let word = match &found[..] {
                [Launch::Script(word)] => Some(&text[word.range.clone()]),
                _ => None,
            };
            assert_eq!(word, expected, "{text}");
        }
    }
}
