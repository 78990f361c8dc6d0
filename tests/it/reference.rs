//! What the pages of `docs` say that are made from the code: the rules and the index of them, the reference of the
//! settings, and the JSON Schema of these.

use std::fs;

use mcp_backend::diagnostic::{Card, Enforcement, Level};
use mcp_backend::docs;
use mcp_backend::project::{
    Channel, REMOTE_INPUT_KEYS, REMOTE_KEYS, SCHEMES, SETTINGS, Setting, SettingType, VARIABLE_KEYS,
};
use mcp_backend::rule::Rule;
use mcp_backend::rules;
use serde_json::{Map, Value, json};

use crate::literate;
use crate::tidy::anchor;

/// The index of the pages in `docs/rules`, by family.
pub(crate) fn index() -> String {
    rules::FAMILIES
        .iter()
        .map(|(family, rules)| section(family, rules))
        .fold(INDEX_HEAD.to_owned(), |a, b| a + &b)
}

/// The rules of a family, called by what their codes begin with.
fn section(family: &str, rules: &[&Rule]) -> String {
    let prefix = rules.first().map_or("", |rule| &rule.card.code[..3]);
    let rows: String = rules.iter().map(|rule| row(&rule.card)).collect();
    let title = family.replace('_', " ");
    format!("\n## {prefix}: {title}\n\n| rule | what it does | level | stops |\n|---|---|---|---|\n{rows}")
}

fn row(card: &Card) -> String {
    let Card { code, name, .. } = card;
    let stopped = match (card.level, card.reach) {
        (Level::Error, Enforcement::Structural) => "every build",
        (Level::Error, Enforcement::Author) => "the author's build",
        (Level::Warning, _) if card.harm.is_some() => "the author's build, where its page says so",
        (Level::Warning, _) if card.strict => "the author's build under `strict`",
        (Level::Warning, _) => "nothing",
    };
    let purpose = card.summary().replace('|', "\\|");
    format!("| [{code}]({code}.md) {name} | {purpose} | {} | {stopped} |\n", docs::level(card))
}

/// The page of a rule: what it says of itself, the story of it if one is told, and what its findings say.
pub(crate) fn page(card: &Card) -> String {
    let items: String =
        literate::messages(card).iter().map(|message| format!("- {}\n", escaped(message))).collect();
    format!("{}{}\n## Messages\n{items}", docs::page(card), story(card).unwrap_or_default())
}

/// A link to where `docs/mistakes.md` tells of what the rule finds.
fn story(card: &Card) -> Option<String> {
    let told = fs::read_to_string("docs/mistakes.md").expect("the stories are there");
    let story = told.split("\n## ").skip(1).find(|story| story.contains(&format!("error[{}]", card.code)))?;
    let place = anchor(story.lines().next()?);
    Some(format!("\n[What your users see without us](../mistakes.md#{place}), and what we print.\n"))
}

/// The text as Markdown that shows it: what stands in backticks is as it is.
fn escaped(text: &str) -> String {
    let part = |(place, part): (usize, &str)| {
        let special = |c: char| place % 2 == 0 && "\\*_[]<>~|#".contains(c);
        part.chars().map(|c| if special(c) { format!("\\{c}") } else { c.to_string() }).collect::<String>()
    };
    text.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
}

/// The reference of `[tool.mcp-backend]`.
pub(crate) fn settings() -> String {
    let section = |setting: &Setting| {
        let Setting { key, shape, default, doc, example } = setting;
        let kind = words(*shape);
        let below = match shape {
            SettingType::Variables => keys(VARIABLE_KEYS),
            SettingType::Remotes => {
                format!("{}### `headers`, `variables`\n\n{}", keys(REMOTE_KEYS), keys(REMOTE_INPUT_KEYS))
            }
            SettingType::Channels => Channel::ALL.iter().copied().map(table).collect(),
            _ => String::new(),
        };
        let raised = if *key == "strict" { raised() } else { String::new() };
        format!(
            "## `{key}`\n\n*{kind}*; default: {default}\n\n{doc}\n\n```toml\n{example}\n```\n\n{below}{raised}"
        )
    };
    let sections: String = SETTINGS.iter().map(section).collect();
    format!("{SETTINGS_HEAD}\n{sections}{GLOBS}")
}

/// The rules whose warnings `strict` makes errors of.
fn raised() -> String {
    let strict = rules::ALL.iter().map(|rule| &rule.card).filter(|card| card.strict);
    let item = |Card { code, name, .. }: &Card| format!("- [{code}](rules/{code}.md) {name}\n");
    strict.map(item).chain(["\n".to_owned()]).collect()
}

/// The reference of a channel's table.
fn table(channel: Channel) -> String {
    format!("### `export.{channel}`\n\n{}\n\n{}", channel.doc(), keys(channel.settings()))
}

/// The reference of a table's keys, an item each.
fn keys(settings: &[Setting]) -> String {
    let row = |setting: &Setting| {
        let Setting { key, shape, default, doc, example } = setting;
        format!("- `{key}` (*{}*; default: {default}): {doc} `{example}`\n", words(*shape))
    };
    let rows: String = settings.iter().map(row).collect();
    if rows.is_empty() { rows } else { rows + "\n" }
}

/// The JSON Schema of `[tool.mcp-backend]`, in the form that `SchemaStore` takes for a part of `pyproject.toml`.
pub(crate) fn schema() -> String {
    let codes = rules::ALL.iter().map(|rule| rule.card.code);
    let names = rules::ALL.iter().map(|rule| rule.card.name);
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://json.schemastore.org/partial-mcp-backend.json",
        "title": "mcp-backend",
        "description": "The settings of mcp-backend, the build backend for MCP servers.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties(SETTINGS),
        "definitions": {
            "glob": {
                "description": "A path from the project's root, with `/`; `*`, `?`, `[...]` and `**` are special.",
                "type": "string",
                "minLength": 1,
                "pattern": "^[^/\\\\{}!,][^\\\\{}!,]*$",
            },
            "variable": {
                "description": "A variable of the environment that the server reads.",
                "type": "object",
                "required": ["name"],
                "additionalProperties": false,
                "properties": properties(VARIABLE_KEYS),
            },
            "remote": {
                "description": "A place where the server is served over HTTP.",
                "type": "object",
                "required": ["url"],
                "additionalProperties": false,
                "properties": properties(REMOTE_KEYS),
            },
            "input": {
                "description": "What a client fills into the address of a remote, or sends to it.",
                "type": "object",
                "additionalProperties": false,
                "properties": properties(REMOTE_INPUT_KEYS),
            },
            "level": { "enum": ["off", "warning", "error"] },
            "rule": {
                "description": "A rule by code or name, or a family by the beginning of its codes.",
                "anyOf": [
                    { "enum": codes.chain(names).collect::<Vec<_>>() },
                    { "type": "string", "pattern": "^[A-Z]{3}[0-9]{0,2}$" },
                ],
            },
        },
    });
    format!("{schema:#}\n")
}

fn properties(settings: &[Setting]) -> Map<String, Value> {
    let property = |setting: &Setting| {
        let mut schema = shaped(setting.shape);
        schema["description"] = json!(setting.doc);
        (setting.key.to_owned(), schema)
    };
    settings.iter().map(property).collect()
}

fn channel(channel: Channel) -> (String, Value) {
    let schema = json!({
        "description": channel.doc(),
        "type": "object",
        "additionalProperties": false,
        "properties": properties(channel.settings()),
    });
    (channel.to_string(), schema)
}

/// The type as users read it.
fn words(shape: SettingType) -> &'static str {
    match shape {
        SettingType::Text | SettingType::VariableName => "string",
        SettingType::RemoteTransport => "`streamable-http` or `sse`",
        SettingType::Texts => "string or array of strings",
        SettingType::Flag => "`true` or `false`",
        SettingType::Globs => "array of globs",
        SettingType::Folders => "table of folders",
        SettingType::Levels => "table of `off`, `warning` or `error`",
        SettingType::Distributions => "table of distributions",
        SettingType::RulesByGlob => "table of globs, each with an array of rules",
        SettingType::Variables | SettingType::Remotes => "array of tables",
        SettingType::RemoteInputs => "array of tables, or table of tables or strings",
        SettingType::Channels => "table of channels, each a table",
    }
}

/// The schema of a setting's type.
fn shaped(shape: SettingType) -> Value {
    let text = json!({ "type": "string" });
    let listed = |items: Value| json!({ "type": "array", "items": items });
    let table = |names: Value, values: Value| json!({ "type": "object", "propertyNames": names, "additionalProperties": values });
    let part = |name: &str| json!({ "$ref": format!("#/definitions/{name}") });
    match shape {
        SettingType::Text => text,
        SettingType::Texts => {
            let mut several = listed(text.clone());
            several["minItems"] = json!(1);
            json!({ "oneOf": [text, several] })
        }
        SettingType::Globs => listed(part("glob")),
        SettingType::Folders => table(json!({ "enum": SCHEMES }), text),
        SettingType::Levels => table(part("rule"), part("level")),
        SettingType::Distributions => json!({ "type": "object", "additionalProperties": text }),
        SettingType::RulesByGlob => table(part("glob"), listed(part("rule"))),
        SettingType::Variables => listed(part("variable")),
        SettingType::Remotes => listed(part("remote")),
        SettingType::RemoteInputs => json!({ "oneOf": [
            { "type": "array", "items": { "allOf": [part("input"), { "required": ["name"] }] } },
            { "type": "object", "additionalProperties": { "oneOf": [part("input"), text] } },
        ] }),
        SettingType::RemoteTransport => {
            json!({ "enum": ["sse", "streamable-http"], "default": "streamable-http" })
        }
        SettingType::VariableName => json!({ "type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }),
        SettingType::Flag => json!({ "type": "boolean", "default": false }),
        SettingType::Channels => json!({
            "type": "object",
            "additionalProperties": false,
            "properties": Channel::ALL.iter().copied().map(channel).collect::<Map<_, _>>(),
        }),
    }
}

const INDEX_HEAD: &str = "\
# Rules

An error is harm: with this very release an install, a start, the protocol or an upload fails for users, a secret leaks, a
standard's MUST is broken in what is written, or the layout is not the enforced one. Each rule at level error says which. All
else is a warning; [`strict`](../configuration.md#strict) makes errors of the warnings of some rules. What the text of a
project does not decide is no finding.
";

const SETTINGS_HEAD: &str = "\
# Settings

All stand in `[tool.mcp-backend]` of `pyproject.toml`; none must. What ships when nothing is set: [files.md](files.md).
A key that is not listed here stops the build, with the one that was probably meant ([MET016](rules/MET016.md)).
Editors read the same from a JSON Schema: [mcp-backend.schema.json](mcp-backend.schema.json).
";

/// What `spec/glob.rs` reads, in users' words.
const GLOBS: &str = "\
## Globs

`license-files` in `[project]` and every setting above that takes globs read one grammar, that of the packaging standards
([glob patterns](https://packaging.python.org/en/latest/specifications/glob-patterns/), PEP 639). A glob is a path from the
project's root, with `/` between its parts on every system.

| in a glob | what it stands for |
|---|---|
| letters, digits, blanks, `_`, `-`, `.` | themselves; case counts |
| `?` | one character of a name |
| `*` | any part of a name, an empty one too; hidden files are no exception |
| `[abc]`, `[a-z]` | one of these characters |
| `**` | any number of folders, or none; as the last part, all that lies below. It stands alone between two `/` |

Nothing else is special and nothing else is allowed: `!`, `{a,b}`, `..`, `\\` and a `/` at either end are refused where they
stand ([MET022](rules/MET022.md)). In a setting, a glob that matches a folder means all in it; in `license-files` it has to
match the files. One that matches nothing is told ([FIL017](rules/FIL017.md)); in `license-files` it stops the build, as
PEP 639 demands ([MET024](rules/MET024.md)).

| glob | matches | but not |
|---|---|---|
| `docs` | `docs/index.md`, `docs/img/map.png` | `src/docs/index.md` |
| `*.md` | `README.md` | `docs/index.md` |
| `**/*.md` | `README.md`, `docs/index.md` | `docs/index.mdx` |
| `src/weather/**/tests` | all in `src/weather/tests/` and `src/weather/web/tests/` | `tests/test_server.py` |
| `LICEN[CS]E*` | `LICENSE`, `LICENCE.txt` | `legal/LICENSE` |
";
