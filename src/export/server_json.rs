//! `server.json`, by which the MCP registry lists a server.
//!
//! The format of 2025-12-11 (modelcontextprotocol/static), and the registry's own rules (modelcontextprotocol/registry,
//! `internal/validators`): `spec/server_json.rs` reads what is written here.

use serde_json::{Map, Value, json};

use super::{Artifacts, Channel, Export, Lack, Needs, Publication};
use crate::project::EnvVariable;
use crate::spec::server_json::NEWEST;

const NAME: &str = "server-json";
/// The longest description that the registry takes, in characters.
const LONGEST: usize = 100;

pub(super) const CHANNEL: Channel =
    Channel { name: NAME, summary: "`server.json` for the MCP registry", needs: Needs::Exports, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<Lack> {
    let mut lacks: Vec<Lack> = publication.without_server_name().into_iter().collect();
    lacks.extend(publication.without_script());
    lacks.extend(publication.without_semver());
    lacks.extend(unlike_its_script(publication));
    lacks.extend(badly_described(publication));
    lacks
}

/// Clients run `uvx IDENTIFIER@VERSION`, and no other script can be told to them.
fn unlike_its_script(publication: &Publication<'_>) -> Option<Lack> {
    let script = publication.script.filter(|_| !publication.starts_by_its_name())?;
    let name = publication.name;
    Some(Lack::missing(
        format!("needs a script called `{name}`, and the server's is `{script}`: clients run `uvx {name}`"),
        format!("add `{name}` to `[project.scripts]`, with what `{script}` names"),
    ))
}

fn badly_described(publication: &Publication<'_>) -> Option<Lack> {
    let set = publication.project.settings.exports.text(NAME, "description");
    let length = description(publication).chars().count();
    let remedy =
        format!("set `description` in `[tool.mcp-backend.export.{NAME}]`, in at most {LONGEST} characters");
    let place = set.or(publication.project.description.as_ref()).map(|text| text.span);
    let what = match length {
        0 => "needs a description".to_owned(),
        _ if length > LONGEST => {
            format!("takes a description of {LONGEST} characters, and this one has {length}")
        }
        _ => return None,
    };
    Some(Lack { what, remedy, place })
}

fn description<'a>(publication: &Publication<'a>) -> &'a str {
    let set = publication.project.settings.exports.text(NAME, "description");
    set.map_or(publication.description, |text| &text.value)
}

/// Where clients are told to get the server from.
pub(super) fn packages<'a>(publication: &Publication<'a>) -> Vec<&'a str> {
    let set = publication.project.settings.exports.texts(NAME, "packages");
    set.map_or_else(|| vec!["pypi"], |kinds| kinds.iter().map(|kind| kind.value.as_str()).collect())
}

fn make(publication: &Publication<'_>, artifacts: &Artifacts) -> Vec<Export> {
    vec![Export::json("server.json", &document(publication, artifacts))]
}

fn document(publication: &Publication<'_>, _artifacts: &Artifacts) -> Value {
    let mut server = Map::new();
    let mut put = |key: &str, value: Value| server.insert(key.to_owned(), value);
    put(
        "$schema",
        format!("https://static.modelcontextprotocol.io/schemas/{NEWEST}/server.schema.json").into(),
    );
    put("name", publication.server_name.map_or("", |name| &name.value).into());
    put("title", publication.title.chars().take(LONGEST).collect::<String>().into());
    put("description", description(publication).into());
    if let Some(repository) = publication.repository()
        && let Some(source) = repository.source
    {
        put("repository", json!({ "url": repository.url, "source": source }));
    }
    if let Some(page) = publication.homepage().filter(|page| page.starts_with("https://")) {
        put("websiteUrl", page.into());
    }
    put("version", publication.semver().unwrap_or_default().into());
    put("packages", json!([on_pypi(publication)]));
    Value::Object(server)
}

/// The package on PyPI; an index of its own would break its install, so none is named.
fn on_pypi(publication: &Publication<'_>) -> Value {
    let mut package = json!({
        "registryType": "pypi",
        "identifier": publication.script,
        "version": publication.version.to_string(),
        "runtimeHint": "uvx",
        "transport": { "type": "stdio" },
    });
    with_inputs(publication, &mut package);
    package
}

/// The arguments and variables that a client gives the server.
fn with_inputs(publication: &Publication<'_>, package: &mut Value) {
    let argument = |argument: &&str| json!({ "type": "positional", "value": argument });
    if !publication.arguments.is_empty() {
        package["packageArguments"] = publication.arguments.iter().map(argument).collect();
    }
    if !publication.variables.is_empty() {
        package["environmentVariables"] = publication.variables.iter().map(variable).collect();
    }
}

/// A variable; without a description clients would not ask for its value.
fn variable(variable: &EnvVariable) -> Value {
    let name = &variable.name.value;
    let description = variable.description.as_ref().map_or(name, |text| &text.value);
    let mut input = json!({ "name": name, "description": description });
    if variable.is_required() {
        input["isRequired"] = true.into();
    }
    if variable.is_secret() {
        input["isSecret"] = true.into();
    }
    // the default of a secret is a secret
    if let Some(default) = variable.default.as_ref().filter(|_| !variable.is_secret()) {
        input["default"] = default.value.as_str().into();
    }
    input
}
