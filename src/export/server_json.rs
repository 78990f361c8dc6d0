//! `server.json`, by which the MCP registry lists a server.
//!
//! The format of 2025-12-11 (modelcontextprotocol/static), and the registry's own rules (modelcontextprotocol/registry,
//! `internal/validators`): `spec/server_json.rs` reads what is written here.

use serde_json::{Map, Value, json};

use super::containerfile::image;
use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, npm};
use crate::project::{EnvVariable, Remote, RemoteInput};
use crate::sdk::Transport;
use crate::spec::server_json::schema;
use crate::text::Spanned;

const CHANNEL: Channel = Channel::ServerJson;
/// The longest description that the registry takes, in characters.
const LONGEST: usize = 100;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Exports, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let mut lacks: Vec<MissingInput> = publication.without_server_name().into_iter().collect();
    lacks.extend(publication.without_script());
    lacks.extend(without_address(publication));
    lacks.extend(publication.without_semver());
    lacks.extend(unlike_its_script(publication));
    lacks.extend(badly_described(publication));
    for lack in packages(publication).into_iter().flat_map(|kind| without_package(publication, kind)) {
        if !lacks.contains(&lack) {
            lacks.push(lack);
        }
    }
    lacks
}

/// What is missing to name the package of a kind, and to make it.
fn without_package(publication: &Publication<'_>, kind: &str) -> Vec<MissingInput> {
    let missing = |what: &str, remedy: &str| Some(MissingInput::missing(what, remedy));
    let (channel, own) = match kind {
        "pypi" => return Vec::new(),
        "mcpb" => {
            let remedy = "set `release-url` in `[tool.mcp-backend.export.server-json]`";
            let what = "needs the address of the release that holds the bundle";
            (Channel::Mcpb, release_url(publication).map_or_else(|| missing(what, remedy), |_| None))
        }
        "oci" => {
            let remedy = "set `image` in `[tool.mcp-backend.export.containerfile]`";
            let what = "needs the reference of the container's image";
            (Channel::Containerfile, image(publication).map_or_else(|| missing(what, remedy), |_| None))
        }
        "npm" => (Channel::Npm, None),
        _ => {
            let set = publication.project.settings.exports.texts(CHANNEL, "packages").unwrap_or_default();
            let place = set.iter().find(|word| word.value == kind).map(|word| word.span);
            let what = format!("knows no packages of the kind `{kind}`");
            return vec![MissingInput {
                what,
                remedy: "write `pypi`, `mcpb`, `oci` or `npm`".to_owned(),
                place,
            }];
        }
    };
    own.into_iter().chain(channel.lacks(publication)).collect()
}

/// Where the assets of this release lie, without a slash at its end.
pub(super) fn release_url(publication: &Publication<'_>) -> Option<String> {
    let version = publication.version.to_string();
    if let Some(set) = publication.setting(CHANNEL, "release-url") {
        return Some(set.value.trim_end_matches('/').replace("{version}", &version));
    }
    let repository = publication.repository()?;
    match repository.source? {
        "github" => Some(format!("{}/releases/download/v{version}", repository.url)),
        _ => Some(format!("{}/-/releases/v{version}/downloads", repository.url)),
    }
}

/// Clients run `uvx IDENTIFIER@VERSION`, and no other script can be told to them.
fn unlike_its_script(publication: &Publication<'_>) -> Option<MissingInput> {
    let script = publication.script.filter(|_| !publication.starts_by_its_name())?;
    let name = publication.name;
    Some(MissingInput::missing(
        format!("needs a script called `{name}`, and the server's is `{script}`: clients run `uvx {name}`"),
        format!("add `{name}` to `[project.scripts]`, with what `{script}` names"),
    ))
}

pub(super) fn badly_described(publication: &Publication<'_>) -> Option<MissingInput> {
    let set = publication.setting(CHANNEL, "description");
    let length = description(publication).chars().count();
    let remedy = format!(
        "set `description` in `[tool.mcp-backend.export.{CHANNEL}]`, in at most {LONGEST} characters"
    );
    let place = set.or(publication.project.description.as_ref()).map(|text| text.span);
    let what = match length {
        0 => "needs a description".to_owned(),
        _ if length > LONGEST => {
            format!("takes a description of {LONGEST} characters, and this one has {length}")
        }
        _ => return None,
    };
    Some(MissingInput { what, remedy, place })
}

fn description<'a>(publication: &Publication<'a>) -> &'a str {
    let set = publication.setting(CHANNEL, "description");
    set.map_or(publication.description, |text| &text.value)
}

/// Where clients are told to get the server from.
pub(super) fn packages<'a>(publication: &Publication<'a>) -> Vec<&'a str> {
    let set = publication.project.settings.exports.texts(CHANNEL, "packages");
    set.map_or_else(|| vec!["pypi"], |kinds| kinds.iter().map(|kind| kind.value.as_str()).collect())
}

fn make(publication: &Publication<'_>, artifacts: &Artifacts) -> Vec<Export> {
    vec![Export::json("server.json", &document(publication, artifacts))]
}

fn document(publication: &Publication<'_>, artifacts: &Artifacts) -> Value {
    let mut server = introduction(publication, &schema());
    let kinds = packages(publication).into_iter();
    let packages = kinds.filter_map(|kind| package(publication, artifacts, kind)).collect();
    server.insert("packages".to_owned(), packages);
    if !publication.remotes.is_empty() {
        server.insert("remotes".to_owned(), publication.remotes.iter().map(remote).collect());
    }
    Value::Object(server)
}

/// What `server.json` and a server card, each of a schema of its own, say of the server alike.
pub(super) fn introduction(publication: &Publication<'_>, schema: &str) -> Map<String, Value> {
    let mut server = Map::new();
    let mut put = |key: &str, value: Value| server.insert(key.to_owned(), value);
    put("$schema", schema.into());
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
    server
}

/// The package of a kind, as the registry's rules for it have it; an address of the index itself would break the install
/// by `uvx`, so none is named.
fn package(publication: &Publication<'_>, artifacts: &Artifacts, kind: &str) -> Option<Value> {
    let version = &publication.version;
    let mut package = match kind {
        "pypi" => {
            json!({ "identifier": publication.script, "version": version.to_string(), "runtimeHint": "uvx" })
        }
        "npm" => {
            json!({ "identifier": npm::package(publication), "version": publication.semver().ok(), "runtimeHint": "npx" })
        }
        // an image has its tag in its name
        "oci" => {
            json!({ "identifier": image(publication)?, "runtimeHint": "docker" })
        }
        "mcpb" => {
            let (bundle, digest) = artifacts.bundles.first()?;
            json!({ "identifier": format!("{}/{bundle}", release_url(publication)?), "fileSha256": digest })
        }
        _ => return None,
    };
    package["registryType"] = kind.into();
    package["transport"] = transport(publication, kind);
    // what is told of a container's port is told from outside
    if let Some(port) = (kind == "oci").then(|| port(publication)).flatten() {
        package["runtimeArguments"] =
            json!([{ "type": "named", "name": "-p", "value": format!("{port}:{port}") }]);
    }
    // the wrapper, the image and the bundle give the server its arguments themselves; none is `named` here, as clients
    // join name and value in ways of their own, `--name value` and `--name=value`, and a positional one in none
    if kind == "pypi" && !publication.arguments.is_empty() {
        let argument = |argument: &&str| json!({ "type": "positional", "value": argument });
        package["packageArguments"] = publication.arguments.iter().map(argument).collect();
    }
    // clients start `uvx --with weather[locked]==1.0 weather@1.0`, as an identifier has no extras; uvx takes `--with=` too
    if kind == "pypi" && publication.lock.is_some() {
        let with = json!({ "type": "named", "name": "--with", "value": publication.requirement(true) });
        package["runtimeArguments"] = json!([with]);
    }
    if !publication.variables.is_empty() {
        package["environmentVariables"] = publication.variables.iter().map(variable).collect();
    }
    Some(package)
}

/// How a client reaches what it started: on its user's own machine.
fn transport(publication: &Publication<'_>, kind: &str) -> Value {
    let Some(endpoint) = publication.reached.over_http() else { return json!({ "type": "stdio" }) };
    let name = endpoint.transport.map(Transport::name);
    let path = endpoint.path.as_ref().and_then(|told| told.value.as_deref()).unwrap_or_default();
    let port = match variable_of_port(publication).filter(|_| kind != "oci") {
        Some(variable) => format!("{{{variable}}}"),
        None => port(publication).map(|port| port.to_string()).unwrap_or_default(),
    };
    json!({ "type": name, "url": format!("http://127.0.0.1:{port}{path}") })
}

/// The port at which it serves over HTTP.
fn port(publication: &Publication<'_>) -> Option<u16> {
    publication.reached.over_http()?.port.as_ref()?.value
}

/// The declared variable that sets the port, which clients ask their users for.
fn variable_of_port<'p>(publication: &Publication<'p>) -> Option<&'p str> {
    let told = publication.reached.over_http()?.port.as_ref()?;
    let is_read = |name: &str| told.by.iter().any(|cause| cause.strip_prefix("env:") == Some(name));
    publication.variables.iter().map(|variable| variable.name.value.as_str()).find(|name| is_read(name))
}

/// What is missing to say where a server over HTTP is reached.
fn without_address(publication: &Publication<'_>) -> Option<MissingInput> {
    let endpoint = publication.reached.over_http()?;
    let is_told = port(publication).is_some() || variable_of_port(publication).is_some();
    let path = endpoint.path.as_ref().and_then(|told| told.value.as_ref());
    let lacking = match (is_told, path) {
        (true, Some(_)) => return None,
        (false, Some(_)) => "port",
        (true, None) => "path",
        (false, None) => "port and the path",
    };
    let what =
        format!("needs the {lacking} at which the server is reached over HTTP, which its code does not tell");
    Some(MissingInput::missing(
        what,
        "write it where the server is started, such as `mcp.run(port=8000)`, and the path likewise",
    ))
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

/// A place where the server is served.
pub(super) fn remote(remote: &Remote) -> Value {
    let mut told = json!({ "type": remote.transport.name(), "url": remote.url.value });
    if !remote.headers.is_empty() {
        told["headers"] = remote.headers.iter().map(|header| with_name(remote, header)).collect();
    }
    put_variables(&mut told, remote.of_its_address());
    told
}

fn with_name(remote: &Remote, header: &RemoteInput) -> Value {
    let mut told = json!({ "name": header.name.value });
    told.as_object_mut().expect("it was made so").extend(input(header));
    put_variables(&mut told, remote.of_header(header));
    told
}

fn put_variables<'r>(told: &mut Value, variables: impl Iterator<Item = &'r RemoteInput>) {
    let variables: Map<String, Value> =
        variables.map(|variable| (variable.name.value.clone(), input(variable).into())).collect();
    if !variables.is_empty() {
        told["variables"] = variables.into();
    }
}

/// What is told of a header or variable beside its name; the default of a secret is a secret.
fn input(input: &RemoteInput) -> Map<String, Value> {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| json!(text.value));
    let choices: Vec<&str> = input.choices.iter().map(|choice| choice.value.as_str()).collect();
    let all = [
        ("description", text(&input.description)),
        ("isRequired", input.is_required().then(|| true.into())),
        ("isSecret", input.is_secret().then(|| true.into())),
        ("value", text(&input.value)),
        ("default", text(&input.default).filter(|_| !input.is_secret())),
        ("choices", (!choices.is_empty()).then(|| json!(choices))),
    ];
    all.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::Primitives;
    use crate::spec::json;
    use crate::spec::server_json::ServerJson;

    const PROJECT: &str = r#"
[project]
name = "weather"
version = "1.2.0rc1"
description = "Tells the weather"
urls.Source = "https://github.com/you/weather"
authors = [{ name = "Ada" }]
scripts.weather = "weather:main"

[tool.mcp-backend]
mcp-name = "io.github.you/weather"
arguments = ["serve"]
env = [
    { name = "KEY", description = "Key of the forecast", required = true, secret = true, default = "hush" },
    { name = "UNITS", default = "metric" },
]
"#;

    fn on<T>(settings: &str, tell: impl FnOnce(&Publication<'_>) -> T) -> T {
        let folder = tempfile::tempdir().expect("a folder");
        let project = crate::project::read(format!("{PROJECT}{settings}").into_bytes());
        assert!(project.problems.is_empty(), "{:?}", project.problems);
        let tree = crate::tree::walk(folder.path(), &[]).expect("walked");
        let version = project.static_version().cloned();
        let primitives = Primitives::default();
        tell(&Publication::new(&project, &tree, version, &primitives))
    }

    fn exported(publication: &Publication<'_>) -> Value {
        let bundles = vec![("weather-1.2.0rc1.mcpb".to_owned(), "0".repeat(64))];
        document(publication, &Artifacts { bundles, ..Artifacts::default() })
    }

    #[test]
    fn says_what_clients_need_and_no_secret() {
        let document = on("", exported);
        assert_eq!(document["version"], "1.2.0-rc.1");
        assert_eq!(
            document["repository"],
            json!({ "url": "https://github.com/you/weather", "source": "github" })
        );
        let package = json!({
            "identifier": "weather",
            "version": "1.2.0rc1",
            "runtimeHint": "uvx",
            "registryType": "pypi",
            "transport": { "type": "stdio" },
            "packageArguments": [{ "type": "positional", "value": "serve" }],
            "environmentVariables": [
                { "name": "KEY", "description": "Key of the forecast", "isRequired": true, "isSecret": true },
                { "name": "UNITS", "description": "UNITS", "default": "metric" },
            ],
        });
        assert_eq!(document["packages"], json!([package]));
        assert!(!document.to_string().contains("hush"));
    }

    #[test]
    fn every_kind_of_package_is_one_to_the_registry() {
        let settings = "[tool.mcp-backend.export.server-json]\npackages = [\"pypi\", \"npm\", \"oci\", \"mcpb\"]\n\
                        [tool.mcp-backend.export.containerfile]\nimage = \"ghcr.io/you/weather\"\n";
        let document = on(settings, |publication| {
            assert_eq!(lacks(publication), []);
            exported(publication)
        });
        let text = document.to_string();
        let server = ServerJson::new(json::parse(&text).expect("JSON")).expect("a server");
        assert_eq!(server.faults(), []);
        let identifiers: Vec<_> =
            document["packages"].as_array().expect("a list").iter().map(|one| &one["identifier"]).collect();
        let bundle = "https://github.com/you/weather/releases/download/v1.2.0rc1/weather-1.2.0rc1.mcpb";
        assert_eq!(identifiers, ["weather", "weather", "ghcr.io/you/weather:1.2.0rc1", bundle]);
    }

    #[test]
    fn remotes_are_some_to_the_registry() {
        let settings = r#"
[[tool.mcp-backend.remotes]]
url = "https://{region}.weather.example/mcp"
headers = [{ name = "Authorization", value = "Bearer {token}", required = true, secret = true, default = "hush" }]

[tool.mcp-backend.remotes.variables]
region = { default = "eu", choices = ["eu", "us"] }
token = { description = "Your key", required = true, secret = true }

[[tool.mcp-backend.remotes]]
url = "https://weather.example/sse"
transport = "sse"
headers = { "X-Kind" = "plain" }
"#;
        let document = on(settings, exported);
        let server = ServerJson::new(json::parse(&document.to_string()).expect("JSON")).expect("a server");
        assert_eq!(server.faults(), []);
        let token = json!({ "description": "Your key", "isRequired": true, "isSecret": true });
        let header = json!({
            "name": "Authorization", "isRequired": true, "isSecret": true, "value": "Bearer {token}",
            "variables": { "token": token },
        });
        let first = json!({
            "type": "streamable-http", "url": "https://{region}.weather.example/mcp", "headers": [header],
            "variables": { "region": { "default": "eu", "choices": ["eu", "us"] } },
        });
        let second = json!({
            "type": "sse", "url": "https://weather.example/sse",
            "headers": [{ "name": "X-Kind", "value": "plain" }],
        });
        assert_eq!(document["remotes"], json!([first, second]));
    }

    #[test]
    fn tells_what_is_missing() {
        let table = "[tool.mcp-backend.export.server-json]\n";
        let cases = [
            (format!("{table}packages = [\"pip\"]"), "knows no packages of the kind `pip`"),
            (format!("{table}packages = \"oci\""), "needs the reference of the container's image"),
            (
                format!("{table}description = \"{}\"", "x".repeat(101)),
                "takes a description of 100 characters, and this one has 101",
            ),
        ];
        for (settings, what) in cases {
            let told = on(&settings, lacks);
            assert_eq!(told.iter().map(|lack| lack.what.as_str()).collect::<Vec<_>>(), [what]);
            assert!(told[0].place.is_some() || settings.contains("oci"), "{settings}");
        }
    }
}
