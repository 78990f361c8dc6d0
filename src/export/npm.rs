//! A package for npm, by which `npx NAME` starts the server: a little program that hands over to uv or pipx.
//!
//! `package.json` and its rules for names (npm 11; `validate-npm-package-name`). The server itself stays on the Python
//! index, so that the release has to be there first.

use serde_json::{Map, Value, json};

use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, one_line};
use crate::primitive_docs::plain;
use crate::project::EnvVariable;
use crate::text::literal::quoted;
use crate::text::{Spanned, filled};

const CHANNEL: Channel = Channel::Npm;
/// The longest name that npm takes.
const LONGEST: usize = 214;
const LAUNCHER: &str = include_str!("template/npm_launcher.js");
/// The modules of Node's own, which no package may be called like.
const CORE: &str = " assert buffer child_process cluster console constants crypto dgram dns domain events favicon.ico fs \
                    http http2 https inspector module net node_modules os path perf_hooks process punycode querystring \
                    readline repl stream string_decoder sys test timers tls tty url util v8 vm wasi worker_threads zlib ";

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let mut lacks: Vec<MissingInput> = publication.without_start().collect();
    lacks.extend(publication.without_semver());
    let set = publication.setting(CHANNEL, "name");
    let wrong = package(publication).filter(|name| !is_valid(name));
    lacks.extend(wrong.map(|name| MissingInput {
        what: format!("takes no package called `{name}`"),
        remedy: format!(
            "set `name` in `[tool.mcp-backend.export.{CHANNEL}]`: lower-case letters, digits, `-`, `_` and `.`, with \
             `@you/` before it at most, and no name of Node's own"
        ),
        place: set.map(|name| name.span),
    }));
    lacks
}

/// The package's name.
pub(super) fn package<'a>(publication: &Publication<'a>) -> Option<&'a str> {
    let set: Option<&Spanned<String>> = publication.setting(CHANNEL, "name");
    set.map(|name| name.value.as_str()).or(publication.script)
}

fn is_valid(name: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let part = |part: &str| !part.is_empty() && !part.starts_with(['.', '_', '-']) && part.chars().all(inner);
    let fits = match name.strip_prefix('@') {
        Some(scoped) => scoped.split_once('/').is_some_and(|(scope, name)| part(scope) && part(name)),
        None => part(name) && !CORE.contains(&format!(" {name} ")),
    };
    fits && name.len() <= LONGEST
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let script = publication.script.unwrap_or_default();
    let mut launcher = Export::text(format!("npm/bin/{script}.js"), launcher(publication));
    if let Export::File(entry) = &mut launcher {
        entry.executable = true;
    }
    let mut files = vec![
        Export::json("npm/package.json", &manifest(publication)),
        launcher,
        Export::text("npm/README.md", readme(publication)),
    ];
    let license =
        ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING"].into_iter().find_map(|name| {
            let file = publication.tree.files().iter().find(|file| file.path.as_str() == name)?;
            Some(Export::text(format!("npm/{name}"), publication.tree.read(&file.path).ok()?))
        });
    files.extend(license);
    files
}

fn manifest(publication: &Publication<'_>) -> Value {
    let mut manifest = Map::new();
    let mut put = |key: &str, value: Value| manifest.insert(key.to_owned(), value);
    let script = publication.script.unwrap_or_default();
    put("name", package(publication).unwrap_or_default().into());
    put("version", publication.semver().unwrap_or_default().into());
    if !publication.description.is_empty() {
        put("description", publication.description.into());
    }
    if let Some(name) = publication.server_name {
        put("mcpName", name.value.as_str().into());
    }
    let keywords = &publication.project.keywords;
    if !keywords.is_empty() {
        put("keywords", keywords.iter().map(|keyword| keyword.value.as_str()).collect());
    }
    if let Some(page) = publication.homepage() {
        put("homepage", page.into());
    }
    if let Some(page) = publication.issues() {
        put("bugs", json!({ "url": page }));
    }
    if let Some(repository) = publication.repository() {
        put("repository", json!({ "type": "git", "url": format!("git+{}.git", repository.url) }));
    }
    if let Some(license) = publication.license() {
        put("license", license.into());
    }
    if let Some((name, email)) = publication.author() {
        put(
            "author",
            email.map_or_else(|| json!({ "name": name }), |email| json!({ "name": name, "email": email })),
        );
    }
    put("type", "commonjs".into());
    put("bin", json!({ script: format!("bin/{script}.js") }));
    put("files", json!(["bin"]));
    put("engines", json!({ "node": ">=18" }));
    put("publishConfig", published(publication));
    Value::Object(manifest)
}

/// How npm publishes: a name with a scope is private otherwise, and a pre-release has to be no one's `latest` (npm 11).
fn published(publication: &Publication<'_>) -> Value {
    let mut config = json!({ "access": "public" });
    if publication.version.any_prerelease() {
        config["tag"] = "next".into();
    }
    config
}

/// The program, with the commands that start this release.
fn launcher(publication: &Publication<'_>) -> String {
    let (script, release) = (publication.script.unwrap_or_default(), publication.requirement(true));
    let mut pipx = vec!["run".to_owned()];
    pipx.extend(
        publication
            .private_index()
            .into_iter()
            .flat_map(|index| ["--index-url".to_owned(), index.url.clone()]),
    );
    pipx.extend(["--spec".to_owned(), release, script.to_owned()]);
    pipx.extend(publication.arguments.iter().map(|&argument| argument.to_owned()));
    let ways = json!([["uvx", publication.uvx(true)], ["pipx", pipx]]);
    filled(LAUNCHER, &[("WAYS", ways.to_string()), ("NAME", quoted(publication.name))])
}

fn readme(publication: &Publication<'_>) -> String {
    let package = package(publication).unwrap_or_default();
    let config = json!({ "mcpServers": { publication.script.unwrap_or_default(): {
        "command": "npx", "args": ["-y", package],
    } } });
    let config = serde_json::to_string_pretty(&config).expect("JSON is JSON");
    let item = |variable: &EnvVariable| {
        let told = variable.description.as_ref().map(|text| format!(": {}", plain(&one_line(&text.value))));
        let required = if variable.is_required() { " (required)" } else { "" };
        format!("- `{}`{required}{}\n", variable.name.value, told.unwrap_or_default())
    };
    let variables = match publication.variables {
        [] => String::new(),
        some => format!("\nIt reads from its environment:\n\n{}", some.iter().map(item).collect::<String>()),
    };
    let description = plain(&one_line(publication.description));
    let description = if description.is_empty() { description } else { format!("{description}\n\n") };
    format!(
        "# {}\n\n{description}An MCP server, written in Python. This package starts release {} of `{}` with \
         [uv](https://docs.astral.sh/uv/) or\n[pipx](https://pipx.pypa.io/), whichever is there; one of them has to \
         be.\n\n```json\n{config}\n```\n{variables}",
        plain(&one_line(publication.title)),
        publication.version,
        publication.name,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_to_the_rules_of_npm() {
        for name in ["weather", "@you/weather", "weather-2.0_x", "@you/http"] {
            assert!(is_valid(name), "{name}");
        }
        let long = "a".repeat(LONGEST + 1);
        let wrong = [
            "", "Weather", "_weather", ".weather", "-weather", "we ather", "wéather", "you/weather", "@you",
            "@/weather",
        ];
        for name in wrong.into_iter().chain(["@you/", "@you/a/b", "http", "node_modules", "~weather", &long])
        {
            assert!(!is_valid(name), "{name}");
        }
    }
}
