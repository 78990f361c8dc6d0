//! What a client's file holds once servers are added, the command and the link that add one: written as the table of the
//! clients says.

use serde_json::{Map, Value, json};

use super::clients::{Asks, Client, Format, Http, Link, Part, Shape, Word};
use super::deeplink::{encoded, escaped, with_query};
use super::launch::{Launch, Piece, Question, Start};
use super::one_line;
use crate::text::literal::{array, command, key, quoted, scalar};

impl Client {
    /// What its file holds once the servers are added; none where the client takes such a server by hand alone.
    pub(super) fn config(&self, launches: &[Launch<'_>]) -> Option<String> {
        let entries: Option<Vec<_>> =
            launches.iter().map(|launch| Some((launch.id.as_str(), self.entry(launch)?))).collect();
        let entries = entries?;
        Some(match self.format {
            Format::Json => self.json(launches, &entries),
            Format::Toml => {
                let tables = entries.iter().map(|(id, entry)| toml(self.servers, id, entry));
                tables.collect::<Vec<_>>().join("\n")
            }
            Format::Yaml => {
                let servers = entries
                    .iter()
                    .map(|(id, entry)| format!("  {}:\n{}", quoted(id), yaml(entry, "    ", "    ")));
                format!("{}:\n{}", self.servers, servers.collect::<String>())
            }
            Format::YamlList => {
                let id = launches.first().map_or("", |launch| &launch.id);
                let servers = entries.iter().map(|(_, entry)| yaml(entry, "  - ", "    "));
                let head = format!("name: {}\nversion: 0.0.1\nschema: v1\n", scalar(id));
                format!("{head}{}:\n{}", self.servers, servers.collect::<String>())
            }
        })
    }

    fn json(&self, launches: &[Launch<'_>], entries: &[(&str, Value)]) -> String {
        let mut config = json!({});
        let inputs: Vec<Value> =
            launches.iter().flat_map(|launch| self.inputs(launch)).fold(Vec::new(), |mut all, input| {
                if !all.contains(&input) {
                    all.push(input);
                }
                all
            });
        if !inputs.is_empty() {
            config["inputs"] = inputs.into();
        }
        let servers: Map<_, _> =
            entries.iter().map(|(id, entry)| ((*id).to_owned(), entry.clone())).collect();
        config[self.servers] = servers.into();
        serde_json::to_string_pretty(&config).expect("JSON is JSON") + "\n"
    }

    /// The address, as the user gives it where the client asks for it.
    pub(super) fn address(&self, launch: &Launch<'_>) -> Option<(&'static str, String)> {
        match (&launch.start, &self.http) {
            (Start::Address { url, .. }, Http::ByHand(place)) => Some((place, in_the_file(url))),
            _ => None,
        }
    }

    /// The command that adds the server.
    pub(super) fn command(&self, launch: &Launch<'_>) -> Option<String> {
        let [starts, reaches] = self.adds;
        let words = if matches!(launch.start, Start::Program { .. }) { starts } else { reaches };
        let words: Vec<String> = words.iter().flat_map(|word| self.words(*word, launch)).collect();
        (!words.is_empty()).then(|| command(&words))
    }

    /// The link that adds the server: the client's own, or that of a page which opens it.
    pub(super) fn link(&self, launch: &Launch<'_>, page: bool) -> Option<String> {
        let entry = self.entry(launch)?;
        Some(match self.link? {
            Link::Base64(own, other) => encoded(if page { other } else { own }, &launch.id, &entry),
            Link::Json(own, other) => {
                let query = [("name", launch.id.clone()), ("config", entry.to_string())];
                with_query(if page { other } else { own }, &query)
            }
            Link::Query(own, other) => {
                let own = format!("{own}?{}", escaped(&self.named(launch, &entry).to_string()));
                if page { with_query(other, &[("url", own)]) } else { own }
            }
            Link::Command(own, other) => {
                let Start::Program { name, arguments, .. } = &launch.start else { return None };
                let mut query = vec![("cmd", name.clone())];
                query.extend(arguments.iter().map(|word| ("arg", word.clone())));
                query.extend([("id", launch.id.clone()), ("name", launch.title.to_owned())]);
                query.push(("description", launch.description.to_owned()));
                with_query(if page { other } else { own }, &query)
            }
        })
    }

    /// The server's entry; none where the client takes such a server by hand alone.
    fn entry(&self, launch: &Launch<'_>) -> Option<Value> {
        let shape = match (&launch.start, &self.http) {
            (Start::Program { .. }, _) => self.stdio,
            (Start::Address { .. }, Http::Entry(shape)) => shape,
            (Start::Address { .. }, Http::ByHand(_)) => return None,
        };
        let told = |(key, part): &(&str, Part)| Some(((*key).to_owned(), self.part(*part, shape, launch)?));
        Some(shape.iter().filter_map(told).collect::<Map<_, _>>().into())
    }

    /// What stands behind a key of the entry; none where the key is left out.
    fn part(&self, part: Part, shape: Shape, launch: &Launch<'_>) -> Option<Value> {
        let (name, arguments, url, by_events) = match &launch.start {
            Start::Program { name, arguments, .. } => (name.as_str(), arguments.as_slice(), &[][..], false),
            Start::Address { url, by_events } => ("", &[][..], url.as_slice(), *by_events),
        };
        let some =
            |value: Value| Some(value).filter(|value| !matches!(value, Value::Object(map) if map.is_empty()));
        match part {
            Part::Text(text) => Some(text.into()),
            Part::Flag(flag) => Some(flag.into()),
            Part::Number(number) => Some(number.into()),
            Part::Nothing => Some(json!([])),
            Part::All => Some(json!(["*"])),
            Part::Id => Some(launch.id.as_str().into()),
            Part::Description => Some(one_line(launch.description).into()),
            Part::Program => Some(name.into()),
            Part::Arguments => Some(json!(arguments)),
            Part::CommandLine => {
                Some(std::iter::once(name).chain(arguments.iter().map(String::as_str)).collect())
            }
            Part::Variables | Part::Headers => some(self.values(shape, launch)),
            Part::AllVariables => Some(self.values(shape, launch)),
            Part::Secrets => Some(secrets(launch)).filter(|names| names != &json!([])),
            Part::AllSecrets => Some(secrets(launch)),
            Part::Url => Some(self.written(url).into()),
            Part::Transport(http, events) => Some(if by_events { events } else { http }.into()),
            Part::RequestHeaders => {
                some(self.values(shape, launch)).map(|headers| json!({ "headers": headers }))
            }
            Part::BearerVariable => launch
                .given
                .iter()
                .find_map(|(name, value)| bearer(name, value))
                .map(|asked| asked.variable.as_str().into()),
            Part::NamedHeaders => some(
                launch
                    .given
                    .iter()
                    .filter_map(|(name, value)| Some((name.clone(), alone(value)?.variable.as_str().into())))
                    .collect::<Map<_, _>>()
                    .into(),
            ),
        }
    }

    /// The variables or headers with their values, but for those that the entry only names.
    fn values(&self, shape: Shape, launch: &Launch<'_>) -> Value {
        let has = |part: Part| shape.iter().any(|(_, each)| *each == part);
        let is_named = |(name, value): &&(String, Vec<Piece>)| {
            (has(Part::Secrets) || has(Part::AllSecrets)) && alone(value).is_some_and(|asked| asked.is_secret)
                || has(Part::NamedHeaders) && alone(value).is_some()
                || has(Part::BearerVariable) && bearer(name, value).is_some()
        };
        let told = launch.given.iter().filter(|given| !is_named(given));
        told.map(|(name, value)| (name.clone(), self.written(value).into())).collect::<Map<_, _>>().into()
    }

    /// The value as the client reads it.
    fn written(&self, value: &[Piece]) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Asked(question) => self.asks.written(question),
        };
        value.iter().map(piece).collect()
    }

    fn words(&self, word: Word, launch: &Launch<'_>) -> Vec<String> {
        let pairs = |option: &str, between: &str| {
            let pair = |(name, value): &(String, Vec<Piece>)| {
                [option.to_owned(), format!("{name}{between}{}", in_the_file(value))]
            };
            launch.given.iter().flat_map(pair).collect()
        };
        match (word, &launch.start) {
            (Word::Is(words), _) => words.split(' ').map(str::to_owned).collect(),
            (Word::Id, _) => vec![launch.id.clone()],
            (Word::Variables(option), _) => pairs(option, "="),
            (Word::Headers(option), _) => pairs(option, ": "),
            (Word::Json, _) => {
                let entry = self.entry(launch).unwrap_or_default();
                vec![self.named(launch, &entry).to_string()]
            }
            (Word::Start, Start::Program { name, arguments, .. }) => {
                std::iter::once(name.clone()).chain(arguments.iter().cloned()).collect()
            }
            (Word::GuardedStart, Start::Program { name, arguments, own }) => {
                let (before, behind) = arguments.split_at(arguments.len() - own);
                let guard = behind.iter().any(|word| word.starts_with('-')).then(|| "--".to_owned());
                let words = std::iter::once(name).chain(before).cloned().chain(guard);
                words.chain(behind.iter().cloned()).collect()
            }
            (Word::Url, Start::Address { url, .. }) => vec![in_the_file(url)],
            (Word::Transport(http, events), Start::Address { by_events, .. }) => {
                vec![if *by_events { events } else { http }.to_owned()]
            }
            _ => Vec::new(),
        }
    }

    /// The entry with its name and its inputs, as VS Code takes it from outside.
    fn named(&self, launch: &Launch<'_>, entry: &Value) -> Value {
        let mut named = json!({ "name": launch.id });
        for (key, value) in entry.as_object().into_iter().flatten() {
            named[key] = value.clone();
        }
        let inputs: Vec<_> = self.inputs(launch).collect();
        if !inputs.is_empty() {
            named["inputs"] = inputs.into();
        }
        named
    }

    /// What the client asks for when the server is first started.
    fn inputs(&self, launch: &Launch<'_>) -> impl Iterator<Item = Value> {
        let asked = launch.questions().into_iter().filter(|_| self.asks == Asks::ByInput);
        asked.map(|question| {
            let (id, description) = (&question.name, &question.description);
            let mut input = json!({ "type": "promptString", "id": id, "description": description });
            if question.is_secret {
                input["password"] = true.into();
            }
            input
        })
    }
}

impl Asks {
    /// What stands in the place of the value.
    fn written(self, question: &Question) -> String {
        match self {
            Self::InTheFile | Self::ByName => format!("<{}>", question.name),
            Self::ByExpansion(before, behind) => format!("{before}{}{behind}", question.variable),
            Self::ByInput => format!("${{input:{}}}", question.name),
        }
    }
}

/// The value of a command, in which nothing is expanded.
fn in_the_file(value: &[Piece]) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text) => text.clone(),
        Piece::Asked(question) => Asks::InTheFile.written(question),
    };
    value.iter().map(piece).collect()
}

/// The question that is all of the value.
fn alone(value: &[Piece]) -> Option<&Question> {
    match value {
        [Piece::Asked(question)] => Some(question),
        _ => None,
    }
}

/// The token of `Authorization: Bearer TOKEN`.
fn bearer<'v>(header: &str, value: &'v [Piece]) -> Option<&'v Question> {
    match value {
        [Piece::Text(scheme), Piece::Asked(question)]
            if header.eq_ignore_ascii_case("authorization") && scheme == "Bearer " =>
        {
            Some(question)
        }
        _ => None,
    }
}

/// The names of the secrets that the server does not start without.
fn secrets(launch: &Launch<'_>) -> Value {
    let names = launch.given.iter().filter(|(_, value)| alone(value).is_some_and(|asked| asked.is_secret));
    names.map(|(name, _)| name.as_str()).collect()
}

/// A table of TOML.
fn toml(servers: &str, id: &str, entry: &Value) -> String {
    let line = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::Object(map) => {
                let pairs =
                    map.iter().map(|(name, value)| format!("{} = {}", key(name), flow(value, quoted)));
                format!("{{ {} }}", pairs.collect::<Vec<_>>().join(", "))
            }
            other => flow(other, quoted),
        };
        format!("{name} = {value}\n")
    };
    let lines = entry.as_object().into_iter().flatten().map(line);
    format!("[{servers}.{}]\n{}", key(id), lines.collect::<String>())
}

/// The lines of a mapping of YAML, the first behind `first` and all others behind `blanks`.
fn yaml(entry: &Value, first: &str, blanks: &str) -> String {
    let line = |(at, (name, value)): (usize, (&String, &Value))| {
        format!("{}{name}: {}\n", if at == 0 { first } else { blanks }, flow(value, scalar))
    };
    entry.as_object().into_iter().flatten().enumerate().map(line).collect()
}

/// A value on one line, with its own text in this form; texts within it are in quotes.
fn flow(value: &Value, text: fn(&str) -> String) -> String {
    match value {
        Value::String(value) => text(value),
        Value::Array(items) => array(&items.iter().filter_map(Value::as_str).collect::<Vec<_>>()),
        Value::Object(map) => {
            let pairs = map.iter().map(|(name, value)| format!("{}: {}", quoted(name), flow(value, quoted)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}
