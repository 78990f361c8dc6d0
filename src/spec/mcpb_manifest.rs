//! `manifest.json` of an MCPB bundle.
//!
//! The formats 0.3 and 0.4 (npm `@anthropic-ai/mcpb` 2.1.2, `mcpb-manifest-v0.3.schema.json` and `-v0.4`, MIT), which
//! admit no other members than they know. Of a manifest in another format nothing is said.

use super::json::{JsonNode, JsonValue};
use super::shape::{self, Shape, ShapeFault, TEXT, TEXTS, URI, Wrong, may, must};

/// A bundle's manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The whole file.
    pub root: JsonNode,
}

impl Manifest {
    /// The file of this content; none when it is another file of that name, such as a browser extension's.
    pub fn new(root: JsonNode) -> Option<Self> {
        let server = root.get("server").is_some_and(|server| matches!(server.value, JsonValue::Object(_)));
        let manifest = Self { root };
        (server && manifest.format().is_some()).then_some(manifest)
    }

    /// Its format, as `manifest_version` tells it, or in old ones `dxt_version`.
    pub fn format(&self) -> Option<&str> {
        ["manifest_version", "dxt_version"].iter().find_map(|key| self.root.get(key)?.text())
    }

    /// The bundle's version.
    pub fn version(&self) -> Option<&JsonNode> {
        self.root.get("version").filter(|version| version.text().is_some())
    }

    /// What `mcpb validate` would refuse.
    pub fn faults(&self) -> Vec<ShapeFault> {
        match self.format() {
            Some("0.3") => shape::check(&self.root, &V3),
            Some("0.4") => shape::check(&self.root, &V4),
            _ => Vec::new(),
        }
    }
}

/// `^\d+x\d+$`
fn size(text: &str) -> Option<Wrong> {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let well = text.split_once('x').is_some_and(|(width, height)| number(width) && number(height));
    (!well).then(|| Wrong::new("is not of the form `48x48`", "write width and height in that form"))
}

fn email(text: &str) -> Option<Wrong> {
    (!text.contains('@')).then(|| Wrong::new("is no mail address", "write one, or remove it"))
}

const STRINGS: Shape = Shape::Map(&TEXT);

const COMMAND: Shape = Shape::Closed(&[
    must("command", TEXT),
    may("args", TEXTS),
    may("env", STRINGS),
    may(
        "platform_overrides",
        Shape::Map(&Shape::Closed(&[may("command", TEXT), may("args", TEXTS), may("env", STRINGS)])),
    ),
]);

const SETTING: Shape = Shape::Closed(&[
    must("type", Shape::Word(&["string", "number", "boolean", "directory", "file"])),
    must("title", TEXT),
    must("description", TEXT),
    may("required", Shape::Bool),
    may("default", Shape::Plain),
    may("multiple", Shape::Bool),
    may("sensitive", Shape::Bool),
    may("min", Shape::Number),
    may("max", Shape::Number),
]);

/// A manifest whose server has one of these types.
macro_rules! manifest {
    ($types:expr) => {
        Shape::Closed(&[
            may("$schema", TEXT),
            may("dxt_version", TEXT),
            may("manifest_version", TEXT),
            must("name", TEXT),
            may("display_name", TEXT),
            must("version", TEXT),
            must("description", TEXT),
            may("long_description", TEXT),
            must(
                "author",
                Shape::Closed(&[must("name", TEXT), may("email", Shape::Text(&[email])), may("url", URI)]),
            ),
            may("repository", Shape::Closed(&[must("type", TEXT), must("url", URI)])),
            may("homepage", URI),
            may("documentation", URI),
            may("support", URI),
            may("icon", TEXT),
            may(
                "icons",
                Shape::List(&Shape::Closed(&[
                    must("src", TEXT),
                    must("size", Shape::Text(&[size])),
                    may("theme", TEXT),
                ])),
            ),
            may("screenshots", TEXTS),
            may("localization", Shape::Closed(&[must("resources", TEXT), must("default_locale", TEXT)])),
            must(
                "server",
                Shape::Closed(&[
                    must("type", Shape::Word($types)),
                    must("entry_point", TEXT),
                    must("mcp_config", COMMAND),
                ]),
            ),
            may("tools", Shape::List(&Shape::Closed(&[must("name", TEXT), may("description", TEXT)]))),
            may("tools_generated", Shape::Bool),
            may(
                "prompts",
                Shape::List(&Shape::Closed(&[
                    must("name", TEXT),
                    may("description", TEXT),
                    may("arguments", TEXTS),
                    must("text", TEXT),
                ])),
            ),
            may("prompts_generated", Shape::Bool),
            may("keywords", TEXTS),
            may("license", TEXT),
            may("privacy_policies", Shape::List(&URI)),
            may(
                "compatibility",
                Shape::Closed(&[
                    may("claude_desktop", TEXT),
                    may("platforms", Shape::List(&Shape::Word(&["darwin", "win32", "linux"]))),
                    may("runtimes", Shape::Closed(&[may("python", TEXT), may("node", TEXT)])),
                ]),
            ),
            may("user_config", Shape::Map(&SETTING)),
            may("_meta", Shape::Map(&Shape::Map(&Shape::Any))),
        ])
    };
}

const V3: Shape = manifest!(&["python", "node", "binary"]);
const V4: Shape = manifest!(&["python", "node", "binary", "uv"]);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::json::parse;

    const SOUND: &str = r#"{
  "manifest_version": "0.4",
  "name": "weather",
  "version": "1.0.0",
  "description": "Tells the weather",
  "author": { "name": "Ada", "email": "ada@example.org" },
  "server": {
    "type": "uv",
    "entry_point": "src/server.py",
    "mcp_config": { "command": "uv", "args": ["run", "weather"], "env": { "KEY": "${user_config.key}" } }
  },
  "tools": [{ "name": "forecast" }],
  "user_config": { "key": { "type": "string", "title": "Key", "description": "A key", "default": ["a"] } },
  "_meta": { "org.example": {} }
}"#;

    fn faults(text: &str) -> Vec<String> {
        let manifest = Manifest::new(parse(text).expect("it is JSON")).expect("it is a bundle's");
        manifest.faults().iter().map(|fault| format!("{} {}", fault.path, fault.kind)).collect()
    }

    #[test]
    fn holds_the_manifest_to_its_format() {
        assert_eq!(faults(SOUND), Vec::<String>::new());
        for (from, to, fault) in [
            ("\"forecast\"", "\"forecast\", \"inputSchema\": {}", "tools[0].inputSchema is not known"),
            ("\"author\": { \"name\": \"Ada\"", "\"author\": { \"who\": \"Ada\"", "author lacks `name`"),
            ("\"0.4\"", "\"0.3\"", "server.type is none of `python`, `node`, `binary`"),
            (
                "\"default\": [\"a\"]",
                "\"default\": null",
                "user_config.key.default is not a string, a number, a boolean or a list of strings",
            ),
            ("ada@example.org", "ada", "author.email is no mail address"),
        ] {
            let changed = SOUND.replacen(from, to, 1);
            assert_ne!(changed, SOUND, "{from}");
            assert_eq!(faults(&changed)[0], fault, "{from} -> {to}");
        }
        assert_eq!(
            faults(&SOUND.replace("0.4", "0.2").replace("\"tools\"", "\"tolos\"")),
            Vec::<String>::new()
        );
    }

    #[test]
    fn other_manifests_are_none() {
        for other in ["{\"manifest_version\": 3, \"server\": {}}", "{\"name\": \"app\"}", "[]"] {
            assert_eq!(Manifest::new(parse(other).expect("it is JSON")), None, "{other}");
        }
    }
}
