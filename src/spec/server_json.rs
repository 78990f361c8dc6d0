//! `server.json`: what the MCP registry knows of a server.
//!
//! The format of 2025-12-11 (modelcontextprotocol/static, `schemas/2025-12-11/server.schema.json`, MIT) and what the
//! registry's own validators refuse beyond it (modelcontextprotocol/registry, `internal/validators`, MIT). Of a file in
//! another format only the names and versions are read. What needs the network is not asked.

use std::net::IpAddr;
use std::ops::Range;

use super::json::{JsonNode, JsonValue};
use super::shape::{
    self, Shape, ShapeFault, ShapeFaultKind, ShapeMember, TEXT, TEXTS, URI, Wrong, is_placeholder, may, must,
};

/// The newest format that is known, by its date.
pub const NEWEST: &str = "2025-12-11";

/// What `$schema` names for that format.
pub fn schema() -> String {
    format!("https://static.modelcontextprotocol.io/schemas/{NEWEST}/server.schema.json")
}

/// A `server.json`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerJson {
    /// The whole file.
    pub root: JsonNode,
}

/// One of its packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Package<'j> {
    /// The index that it is on: `pypi`.
    pub registry: &'j str,
    /// What it is called there.
    pub identifier: &'j JsonNode,
    /// Which version.
    pub version: Option<&'j JsonNode>,
    /// All that is said of it.
    pub whole: &'j JsonNode,
}

impl ServerJson {
    /// The file of this content; none when it is another file of that name.
    pub fn new(root: JsonNode) -> Option<Self> {
        let qualified = root.get("name").and_then(JsonNode::text).is_some_and(|name| name.contains('/'));
        let lists = ["packages", "remotes"].iter().any(|list| root.get(list).is_some());
        let server = Self { root };
        (server.date().is_some() || qualified && lists).then_some(server)
    }

    /// The date of its format, as `$schema` tells it.
    pub fn date(&self) -> Option<&str> {
        let schema = self.root.get("$schema")?.text()?.strip_suffix("/server.schema.json")?;
        let date = schema.rsplit('/').next()?;
        let digits =
            date.len() == NEWEST.len() && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        digits.then_some(date)
    }

    /// The server's name: `io.github.you/weather`.
    pub fn name(&self) -> Option<&JsonNode> {
        self.root.get("name").filter(|name| name.text().is_some())
    }

    /// The server's own version.
    pub fn version(&self) -> Option<&JsonNode> {
        self.root.get("version").filter(|version| version.text().is_some())
    }

    /// The packages that name an index and an identifier, in whichever format.
    pub fn packages(&self) -> impl Iterator<Item = Package<'_>> {
        let packages = self.root.get("packages").map(JsonNode::items).unwrap_or_default();
        packages.iter().filter_map(|package| {
            let keys = ["registryType", "registry_type", "registry_name"];
            let registry = keys.iter().find_map(|key| package.get(key)?.text())?;
            let identifier = package.get("identifier").or_else(|| package.get("name"))?;
            identifier.text()?;
            let version = package.get("version").filter(|version| version.text().is_some());
            Some(Package { registry, identifier, version, whole: package })
        })
    }

    /// What the registry would refuse; nothing for a file of another format than the newest.
    pub fn faults(&self) -> Vec<ShapeFault> {
        if self.date() != Some(NEWEST) {
            return Vec::new();
        }
        let mut faults = shape::check(&self.root, &SERVER);
        if let Some(repository) = self.root.get("repository") {
            faults.extend(repository_fault(repository));
        }
        for (index, package) in
            self.root.get("packages").map(JsonNode::items).unwrap_or_default().iter().enumerate()
        {
            faults.extend(package_faults(package, &format!("packages[{index}]")));
        }
        for (index, remote) in
            self.root.get("remotes").map(JsonNode::items).unwrap_or_default().iter().enumerate()
        {
            let declared: Vec<&str> = remote.get("variables").map(names_of).unwrap_or_default();
            faults.extend(unfilled(remote, &format!("remotes[{index}]"), &declared));
        }
        faults
    }
}

/// The names in braces that a client fills in: `tenant` of `https://{tenant}.example.org/mcp`.
pub fn template_names(text: &str) -> impl Iterator<Item = &str> {
    text.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .filter(|name| !name.is_empty())
}

/// What the registry refuses of the address of a remote whose variables are called `declared`.
pub fn remote_address(text: &str, declared: &[&str]) -> Option<Wrong> {
    remote(text).or_else(|| undeclared(text, declared))
}

/// The fault of a name in braces that is none of the variables `declared`.
pub fn undeclared(text: &str, declared: &[&str]) -> Option<Wrong> {
    let name = template_names(text).find(|name| !declared.contains(name))?;
    let what = format!("names `{{{name}}}`, and no variable is called so");
    Some(Wrong::new(what, format!("declare the variable `{name}`, or write its value")))
}

/// What is wrong with the name of a header (RFC 9110, 5.1: a token).
pub fn header_name(text: &str) -> Option<Wrong> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    (text.is_empty() || !text.chars().all(is_token))
        .then(|| Wrong::new("is no name of a header", "write letters, digits and `-` alone"))
}

/// The line by which the registry finds in a published readme that it belongs to the server `name`.
pub fn marker(name: &str, content_type: &str) -> String {
    match content_type.split(';').next().unwrap_or_default().trim() {
        "text/markdown" => format!("<!-- mcp-name: {name} -->"),
        "text/x-rst" => format!(".. mcp-name: {name}"),
        _ => format!("mcp-name: {name}"),
    }
}

/// Whether the registry finds that line in `text`: `mcp-name: ` and exactly the name, which then ends.
pub fn has_marker(text: &str, name: &str) -> bool {
    let ends = |rest: &str| {
        let goes_on = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        rest.starts_with("-->") || !rest.starts_with(goes_on)
    };
    text.match_indices("mcp-name: ")
        .any(|(at, mark)| text[at + mark.len()..].strip_prefix(name).is_some_and(ends))
}

fn wrong(range: &Range<usize>, path: &str, what: impl Into<String>, remedy: &str) -> ShapeFault {
    let kind = ShapeFaultKind::Text(Wrong::new(what, remedy));
    ShapeFault { range: range.clone(), path: path.to_owned(), kind }
}

fn repository_fault(repository: &JsonNode) -> Option<ShapeFault> {
    let field = |name: &str| repository.get(name).and_then(JsonNode::text).unwrap_or_default();
    let (url, source) = (field("url"), field("source"));
    let fault =
        |range: &Range<usize>, path: &str, what: &str, remedy: &str| Some(wrong(range, path, what, remedy));
    match (url.is_empty(), source.is_empty()) {
        (true, true) => return None,
        (true, false) => {
            return fault(&repository.range, "repository", "has a `source`, but no `url`", "add the `url`");
        }
        (false, true) => {
            return fault(
                &repository.range,
                "repository",
                "has a `url`, but no `source`",
                "add `\"source\": \"github\"`, or `gitlab`",
            );
        }
        (false, false) => {}
    }
    if is_placeholder(url) || is_placeholder(source) {
        return None;
    }
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://")).unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let (host, path) = host.split_once('/').unwrap_or((host, ""));
    let path = path.strip_suffix('/').unwrap_or(path);
    let plain =
        |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let parts = path.split('/').filter(|part| plain(part)).count();
    let whole = parts == path.split('/').count();
    let place = repository.get("url")?;
    match source {
        "github" if host != "github.com" || parts != 2 || !whole => fault(
            &place.range,
            "repository.url",
            "is not of the form `https://github.com/owner/repository`",
            "write it in that form",
        ),
        "gitlab" if host != "gitlab.com" || parts < 2 || !whole => fault(
            &place.range,
            "repository.url",
            "is not of the form `https://gitlab.com/owner/repository`",
            "write it in that form",
        ),
        "github" | "gitlab" => None,
        _ => fault(
            &repository.get("source")?.range,
            "repository.source",
            "is neither `github` nor `gitlab`",
            "remove `repository`, or name the one that mirrors it",
        ),
    }
}

/// The names of an object's members.
fn names_of(object: &JsonNode) -> Vec<&str> {
    match &object.value {
        JsonValue::Object(members) => members.iter().map(|member| member.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// The fault of an address with a name in braces that is none of those `declared`.
fn unfilled(holder: &JsonNode, path: &str, declared: &[&str]) -> Option<ShapeFault> {
    let url = holder.get("url")?;
    let text = url.text().filter(|text| !is_placeholder(text))?;
    let Wrong { what, remedy } = undeclared(text, declared)?;
    Some(wrong(&url.range, &format!("{path}.url"), what, &remedy))
}

/// What an address of the package may name: its variables and its arguments.
fn declared_by(package: &JsonNode) -> Vec<&str> {
    let lists = ["environmentVariables", "runtimeArguments", "packageArguments"];
    let inputs = lists.iter().flat_map(|list| package.get(list).map(JsonNode::items).unwrap_or_default());
    inputs
        .flat_map(|input| ["name", "valueHint"].map(|key| input.get(key).and_then(JsonNode::text)))
        .flatten()
        .collect()
}

/// What the members of a package say against one another.
fn package_faults(package: &JsonNode, path: &str) -> Vec<ShapeFault> {
    let mut faults = Vec::new();
    let registry = package.get("registryType").and_then(JsonNode::text).unwrap_or_default();
    let whole = || package.get("registryType").map_or(&package.range, |node| &node.range).clone();
    let mut lacks = |key: &'static str, keys: &[&str]| {
        if keys.contains(&registry) && package.get(key).is_none() {
            let kind = ShapeFaultKind::Missing(key);
            faults.push(ShapeFault { range: whole(), path: path.to_owned(), kind });
        }
    };
    lacks("version", &["pypi", "npm"]);
    lacks("fileSha256", &["mcpb"]);
    let mut refuses = |key: &str, keys: &[&str]| {
        if let Some(node) = package.get(key).filter(|_| keys.contains(&registry)) {
            faults.push(wrong(
                &node.range,
                &format!("{path}.{key}"),
                format!("is not for a package on `{registry}`"),
                "remove it",
            ));
        }
    };
    refuses("fileSha256", &["pypi", "npm", "oci"]);
    refuses("version", &["oci"]);
    refuses("registryBaseUrl", &["oci"]);
    let transport = package.get("transport");
    let of_stdio = transport.and_then(|transport| transport.get("type")?.text()) == Some("stdio");
    let url = transport.and_then(|transport| transport.get("url")).filter(|url| url.text() != Some(""));
    if let Some(url) = url.filter(|_| of_stdio) {
        faults.push(wrong(&url.range, &format!("{path}.transport.url"), "is not for `stdio`", "remove it"));
    }
    let path_of_it = format!("{path}.transport");
    let over_http = transport.filter(|_| !of_stdio);
    faults.extend(over_http.and_then(|transport| unfilled(transport, &path_of_it, &declared_by(package))));
    let given = |argument: &JsonNode, key: &str| {
        argument.get(key).is_some_and(|node| !matches!(node.value, JsonValue::Null))
    };
    for list in ["runtimeArguments", "packageArguments"] {
        for (index, argument) in package.get(list).map(JsonNode::items).unwrap_or_default().iter().enumerate()
        {
            let positional = argument.get("type").and_then(JsonNode::text) == Some("positional");
            if positional && !given(argument, "value") && !given(argument, "valueHint") {
                let text = "has neither a `value` nor a `valueHint`";
                faults.push(wrong(
                    &argument.range,
                    &format!("{path}.{list}[{index}]"),
                    text,
                    "add one of them",
                ));
            }
        }
    }
    faults
}

fn length(text: &str, most: usize) -> Option<Wrong> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Some(Wrong::new("is empty", "write it"));
    }
    (length > most).then(|| {
        Wrong::new(
            format!("has {length} characters, and at most {most} are allowed"),
            format!("shorten it to {most}"),
        )
    })
}

/// What is wrong with the name of a server in the registry: `io.github.you/weather`.
pub fn name(text: &str) -> Option<Wrong> {
    let ends = |part: &str| {
        let end = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        part.len() >= 2 && end(part.chars().next()) && end(part.chars().next_back())
    };
    let inner = |part: &str, more: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    let well = text
        .split_once('/')
        .is_some_and(|(space, name)| ends(space) && ends(name) && inner(space, ".-") && inner(name, "._-"));
    if well {
        length(text, 200)
    } else {
        Some(Wrong::new(
            "is not of the form `io.github.you/weather`",
            "write the namespace that is yours in front",
        ))
    }
}

const ONE: &str = "write the version of this release";

/// A version and no range of versions.
fn version(text: &str) -> Option<Wrong> {
    if text == "latest" {
        return Some(Wrong::new("is `latest`, and must be one version", ONE));
    }
    let parts = || text.split('.');
    let numeric =
        parts().next().is_some_and(|part| part.trim_start_matches('v').bytes().all(|b| b.is_ascii_digit()));
    let open = numeric && parts().skip(1).any(|part| ["x", "X", "*"].contains(&part));
    let range =
        text.starts_with(['^', '~', '>', '<', '=']) || text.contains(" - ") || text.contains("||") || open;
    if range { Some(Wrong::new("is a range, and must be one version", ONE)) } else { short_version(text) }
}

fn short_version(text: &str) -> Option<Wrong> {
    (text.chars().count() > 255).then(|| Wrong::new("has more than 255 characters", "shorten it"))
}

fn description(text: &str) -> Option<Wrong> {
    length(text, 100)
}

fn icon_address(text: &str) -> Option<Wrong> {
    https(text).or_else(|| length(text, 255))
}

fn https(text: &str) -> Option<Wrong> {
    (!text.starts_with("https://"))
        .then(|| Wrong::new("is no address that begins with `https://`", "write the whole address"))
}

/// `^https?://[^\s]+$`, or a template that a client fills in.
fn endpoint(text: &str) -> Option<Wrong> {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).unwrap_or_default();
    let well = text.starts_with('{') || !rest.is_empty() && !rest.contains(char::is_whitespace);
    (!well).then(|| {
        Wrong::new("is no address that begins with `https://` or `http://`", "write the whole address")
    })
}

/// Where everybody reaches the server: over TLS, and on another machine than their own.
fn remote(text: &str) -> Option<Wrong> {
    let text = &filled_in(text);
    if let Some(wrong) = https(text) {
        return Some(wrong);
    }
    let rest = text.trim_start_matches("https://");
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    if host.is_empty() || text.contains(char::is_whitespace) {
        return Some(Wrong::new("is no address", "write the whole address"));
    }
    let own = host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback() || address.is_unspecified());
    let own =
        own || host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost");
    own.then(|| {
        Wrong::new(
            format!("leads to `{host}`, each user's own machine"),
            "write the public address, which begins with `https://`",
        )
    })
}

/// The address as the registry judges it: with a word for each name in braces.
fn filled_in(text: &str) -> String {
    let mut filled = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}').filter(|(name, _)| !name.is_empty()) else { break };
        filled += before;
        filled += if ["protocol", "scheme"].contains(&name) { "http" } else { "placeholder" };
        rest = behind;
    }
    filled + rest
}

fn identifier(text: &str) -> Option<Wrong> {
    text.contains(' ').then(|| Wrong::new("holds a blank", "remove it"))
}

/// `^[a-f0-9]{64}$`
fn sha256(text: &str) -> Option<Wrong> {
    let well = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (!well).then(|| Wrong::new("is not 64 hexadecimal digits in lower case", "write the SHA-256 of the file"))
}

/// `^(\d+x\d+|any)$`
fn size(text: &str) -> Option<Wrong> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let well =
        text == "any" || text.split_once('x').is_some_and(|(width, height)| number(width) && number(height));
    (!well).then(|| {
        Wrong::new("is neither `any` nor of the form `48x48`", "write width and height in that form")
    })
}

const SERVER: Shape = Shape::Object(&[
    may("$schema", URI),
    must("name", Shape::Text(&[name])),
    must("description", Shape::Text(&[description])),
    must("version", Shape::Text(&[version])),
    may("title", Shape::Text(&[description])),
    may(
        "repository",
        Shape::Object(&[may("url", TEXT), may("source", TEXT), may("subfolder", TEXT), may("id", TEXT)]),
    ),
    may("websiteUrl", Shape::Text(&[https])),
    may("icons", Shape::List(&ICON)),
    may("packages", Shape::List(&PACKAGE)),
    may("remotes", Shape::List(&REMOTE)),
    may(
        "_meta",
        Shape::Object(&[may("io.modelcontextprotocol.registry/publisher-provided", Shape::Map(&Shape::Any))]),
    ),
]);

const ICON: Shape = Shape::Object(&[
    must("src", Shape::Text(&[icon_address])),
    may("mimeType", Shape::Word(&["image/png", "image/jpeg", "image/jpg", "image/svg+xml", "image/webp"])),
    may("sizes", Shape::List(&Shape::Text(&[size]))),
    may("theme", Shape::Word(&["light", "dark"])),
]);

const PACKAGE: Shape = Shape::Object(&[
    must("registryType", TEXT),
    must("identifier", Shape::Text(&[identifier])),
    may("version", Shape::Text(&[version])),
    may("registryBaseUrl", URI),
    may("fileSha256", Shape::Text(&[sha256])),
    may("runtimeHint", TEXT),
    must(
        "transport",
        Shape::ByType(&[
            ("stdio", Shape::Any),
            ("streamable-http", Shape::Object(ADDRESS)),
            ("sse", Shape::Object(ADDRESS)),
        ]),
    ),
    may("runtimeArguments", Shape::List(&ARGUMENT)),
    may("packageArguments", Shape::List(&ARGUMENT)),
    may("environmentVariables", Shape::List(&NAMED)),
]);

const ADDRESS: &[ShapeMember] = &[must("url", Shape::Text(&[endpoint])), may("headers", Shape::List(&NAMED))];

const REMOTE_ADDRESS: &[ShapeMember] = &[
    must("url", Shape::Text(&[remote])),
    may("headers", Shape::List(&NAMED)),
    may("variables", Shape::Map(&INPUT)),
];

const REMOTE: Shape = Shape::ByType(&[
    ("streamable-http", Shape::Object(REMOTE_ADDRESS)),
    ("sse", Shape::Object(REMOTE_ADDRESS)),
]);

const FORMAT: Shape = Shape::Word(&["string", "number", "boolean", "filepath"]);

/// What every input has; the longer lists begin with it.
macro_rules! input {
    ($($more:expr),* $(,)?) => {
        Shape::Object(&[
            may("description", TEXT),
            may("isRequired", Shape::Bool),
            may("format", FORMAT),
            may("value", TEXT),
            may("isSecret", Shape::Bool),
            may("default", TEXT),
            may("placeholder", TEXT),
            may("choices", TEXTS),
            $($more),*
        ])
    };
}

const INPUT: Shape = input!();
const NAMED: Shape = input!(must("name", TEXT), may("variables", Shape::Map(&INPUT)));
const ARGUMENT: Shape = Shape::ByType(&[
    (
        "positional",
        input!(may("valueHint", TEXT), may("isRepeated", Shape::Bool), may("variables", Shape::Map(&INPUT))),
    ),
    (
        "named",
        input!(must("name", TEXT), may("isRepeated", Shape::Bool), may("variables", Shape::Map(&INPUT))),
    ),
]);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::spec::json::parse;

    const SOUND: &str = r#"{
  "$schema": "https://example.org/schemas/2025-12-11/server.schema.json",
  "name": "io.github.you/weather",
  "description": "Tells the weather",
  "repository": { "url": "https://github.com/you/weather.git", "source": "github" },
  "version": "1.0.0",
  "packages": [
    {
      "registryType": "pypi",
      "identifier": "weather",
      "version": "$VERSION",
      "transport": { "type": "stdio" },
      "packageArguments": [{ "type": "named", "name": "--port", "default": "80", "format": "number" }],
      "environmentVariables": [{ "name": "KEY", "isSecret": true }]
    }
  ],
  "remotes": [{ "type": "sse", "url": "https://{base}/sse", "variables": { "base": {}, "scheme": {}, "tenant": {} } }]
}"#;

    fn faults(text: &str) -> Vec<String> {
        let server = ServerJson::new(parse(text).expect("it is JSON")).expect("it is a server's");
        server.faults().iter().map(|fault| format!("{} {}", fault.path, fault.kind)).collect()
    }

    #[test]
    fn a_sound_file_has_no_fault() {
        assert_eq!(faults(SOUND), Vec::<String>::new());
    }

    #[test]
    fn addresses_that_others_reach_are_right() {
        for url in [
            "https://example.org",
            "https://localhost.example.org/mcp",
            "https://{tenant}.example.org/mcp",
            "$URL",
        ] {
            assert_eq!(faults(&SOUND.replace("https://{base}/sse", url)), Vec::<String>::new(), "{url}");
        }
    }

    #[test]
    fn each_change_has_its_fault() {
        for (from, to, fault) in [
            ("io.github.you/weather", "weather", "name is not of the form `io.github.you/weather`"),
            (
                "io.github.you/weather",
                "io.github.you/weather-",
                "name is not of the form `io.github.you/weather`",
            ),
            (
                "Tells the weather",
                &"x".repeat(101),
                "description has 101 characters, and at most 100 are allowed",
            ),
            ("\"description\": \"Tells the weather\",", "", " lacks `description`"),
            ("\"1.0.0\"", "\"latest\"", "version is `latest`, and must be one version"),
            ("\"1.0.0\"", "\"1.x\"", "version is a range, and must be one version"),
            ("\"1.0.0\"", "1.0", "version is not a string"),
            ("\"$VERSION\"", "\">=1\"", "packages[0].version is a range, and must be one version"),
            ("\"version\": \"$VERSION\",", "", "packages[0] lacks `version`"),
            ("\"transport\": { \"type\": \"stdio\" },", "", "packages[0] lacks `transport`"),
            (
                "\"stdio\" }",
                "\"http\" }",
                "packages[0].transport.type is none of `stdio`, `streamable-http`, `sse`",
            ),
            ("\"stdio\" }", "\"stdio\", \"url\": \"x\" }", "packages[0].transport.url is not for `stdio`"),
            (
                "\"default\": \"80\"",
                "\"default\": 80",
                "packages[0].packageArguments[0].default is not a string",
            ),
            ("\"name\": \"--port\", ", "", "packages[0].packageArguments[0] lacks `name`"),
            (
                "\"type\": \"named\", \"name\": \"--port\"",
                "\"type\": \"positional\"",
                "packages[0].packageArguments[0] has neither a `value` nor a `valueHint`",
            ),
            (
                "\"isSecret\": true",
                "\"isSecret\": \"true\"",
                "packages[0].environmentVariables[0].isSecret is not `true` or `false`",
            ),
            ("\"github\"", "\"git\"", "repository.source is neither `github` nor `gitlab`"),
            (
                "you/weather.git",
                "you",
                "repository.url is not of the form `https://github.com/owner/repository`",
            ),
            (
                "https://{base}/sse",
                "example.org/sse",
                "remotes[0].url is no address that begins with `https://`",
            ),
            (
                "https://{base}/sse",
                "http://example.org/sse",
                "remotes[0].url is no address that begins with `https://`",
            ),
            (
                "https://{base}/sse",
                "https://localhost:8443/sse",
                "remotes[0].url leads to `localhost`, each user's own machine",
            ),
            (
                "https://{base}/sse",
                "https://mcp.localhost",
                "remotes[0].url leads to `mcp.localhost`, each user's own machine",
            ),
            (
                "https://{base}/sse",
                "https://127.0.0.2/sse",
                "remotes[0].url leads to `127.0.0.2`, each user's own machine",
            ),
            (
                "https://{base}/sse",
                "https://[::1]:8000/sse",
                "remotes[0].url leads to `::1`, each user's own machine",
            ),
            (
                "https://{base}/sse",
                "https://0.0.0.0/sse",
                "remotes[0].url leads to `0.0.0.0`, each user's own machine",
            ),
            ("https://{base}/sse", "https:///sse", "remotes[0].url is no address"),
            (
                "\"identifier\": \"weather\"",
                "\"identifier\": \"weather\", \"fileSha256\": \"$SUM\"",
                "packages[0].fileSha256 is not for a package on `pypi`",
            ),
        ] {
            let changed = SOUND.replacen(from, to, 1);
            assert_ne!(changed, SOUND, "{from}");
            assert_eq!(faults(&changed), [fault], "{from} -> {to}");
        }
    }

    #[test]
    fn each_name_in_an_address_is_declared() {
        for (from, to, fault) in [
            ("https://{base}/sse", "{base}/sse", "remotes[0].url is no address that begins with `https://`"),
            ("https://{base}", "{scheme}://a", "remotes[0].url is no address that begins with `https://`"),
            ("//{base}/", "//{bse}/", "remotes[0].url names `{bse}`, and no variable is called so"),
            (
                "//{base}/",
                "//{base}.localhost/",
                "remotes[0].url leads to `placeholder.localhost`, each user's own machine",
            ),
            (
                "\"stdio\" }",
                "\"sse\", \"url\": \"http://127.0.0.1:{PORT}/sse\" }",
                "packages[0].transport.url names `{PORT}`, and no variable is called so",
            ),
        ] {
            assert_eq!(faults(&SOUND.replacen(from, to, 1)), [fault], "{from} -> {to}");
        }
    }

    #[test]
    fn other_formats_are_read_but_not_judged() {
        let old = SOUND
            .replace("2025-12-11", "2025-07-09")
            .replace("registryType", "registry_type")
            .replace("1.0.0", "latest");
        assert_eq!(faults(&old), Vec::<String>::new());
        let server = ServerJson::new(parse(&old).expect("it is JSON")).expect("it is a server's");
        let packages: Vec<_> =
            server.packages().map(|package| (package.registry, package.identifier.text())).collect();
        assert_eq!(packages, [("pypi", Some("weather"))]);
        assert_eq!(server.date(), Some("2025-07-09"));
        for other in
            ["{}", "{\"name\": \"web\", \"packages\": []}", "[]", "{\"name\": \"a/b\", \"port\": 80}"]
        {
            assert_eq!(ServerJson::new(parse(other).expect("it is JSON")), None, "{other}");
        }
    }

    #[test]
    fn the_marker_is_the_whole_name() {
        for (text, found) in [
            ("<!-- mcp-name: io.github.you/weather -->", true),
            ("<!-- mcp-name: io.github.you/weather-->", true),
            ("x\n.. mcp-name: io.github.you/weather", true),
            ("a mcp-name: io.github.you/weather, b", true),
            ("mcp-name: io.github.you/weather-x mcp-name: io.github.you/weather", true),
            ("mcp-name: io.github.you/weather-x", false),
            ("mcp-name:  io.github.you/weather", false),
            ("mcp-name:io.github.you/weather", false),
            ("mcp-name: io.github.You/weather", false),
            ("io.github.you/weather", false),
        ] {
            assert_eq!(has_marker(text, "io.github.you/weather"), found, "{text}");
        }
        for content_type in ["text/markdown; charset=UTF-8", "text/x-rst", "text/plain"] {
            assert!(has_marker(&marker("a/b", content_type), "a/b"));
        }
    }

    proptest! {
        #[test]
        fn survives_any_change(at in 0..SOUND.len(), cut in 0..40_usize, put in "(\"a\"|1|null|\\[\\]|\\{\\}|,|é){0,2}") {
            let mut text = SOUND.to_owned();
            let end = (at + cut).min(text.len());
            text.replace_range(at..end, &put);
            if let Some(server) = parse(&text).ok().and_then(ServerJson::new) {
                let _ = (server.faults(), server.packages().count());
            }
        }
    }
}
