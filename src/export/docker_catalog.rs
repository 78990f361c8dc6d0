//! What Docker's catalogue of servers wants in `servers/<name>`: `tools.json`, and a draft of `server.yaml`.
//!
//! docker/mcp-registry (CONTRIBUTING.md, `cmd/validate`). With a `tools.json` the catalogue does not start the server to
//! ask for its tools, which fails for one that needs settings; so it is made only where the code tells them all.

use serde_json::{Map, Value, json};

use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, one_line};
use crate::project::EnvVariable;
use crate::server::Primitive;
use crate::spec::name;
use crate::text::cleaned;
use crate::text::literal::scalar;

const CHANNEL: Channel = Channel::DockerCatalog;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Nothing, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let set = |key: &str| format!("set `{key}` in `[tool.mcp-backend.export.{CHANNEL}]`");
    let mut lacks: Vec<MissingInput> = publication.without_description().into_iter().collect();
    if publication.repository().is_none_or(|repository| repository.source != Some("github")) {
        let remedy = "add `Source = \"https://github.com/you/weather\"` to `[project.urls]`";
        lacks.push(MissingInput::missing("needs a repository at GitHub", remedy));
    }
    if publication.setting(CHANNEL, "category").is_none() {
        let remedy = set("category") + ", such as `productivity` or `devops`";
        lacks.push(MissingInput::missing("needs a category", remedy));
    }
    lacks.extend(publication.without_stdio());
    if title(publication).is_empty() {
        let what = "needs a title without the words `MCP` and `Server`";
        lacks.push(MissingInput::missing(what, set("title")));
    }
    lacks
}

fn make(publication: &Publication<'_>, _: &Artifacts) -> Vec<Export> {
    let draft = Export::text("docker/server.yaml", draft(publication));
    if !is_complete(publication) {
        return vec![draft];
    }
    let tools = publication.tools().map(tool).collect();
    vec![Export::json("docker/tools.json", &tools), draft]
}

/// Whether the code tells all tools, and all that the catalogue shows of them.
fn is_complete(publication: &Publication<'_>) -> bool {
    let told = |tool: &Primitive| {
        ["name", "description", "inputSchema"].iter().all(|field| tool.is_certain(field))
            && tool.text("name").is_some()
    };
    publication.primitives.unknown.is_empty() && publication.tools().all(told)
}

fn tool(tool: &Primitive) -> Value {
    let schema = tool.listed.get("inputSchema");
    let required = schema.and_then(|schema| schema.get("required")?.as_array());
    let properties = schema.and_then(|schema| schema.get("properties")?.as_object()).into_iter().flatten();
    let arguments = properties.map(|(name, property)| {
        let demanded = required.is_some_and(|all| all.iter().any(|one| one == name));
        argument(name, property, schema, demanded)
    });
    let arguments: Vec<Value> = arguments.collect();
    let mut listed = Map::new();
    listed.insert("name".to_owned(), tool.text("name").into());
    listed.insert("description".to_owned(), cleaned(tool.text("description").unwrap_or_default()).into());
    if !arguments.is_empty() {
        listed.insert("arguments".to_owned(), arguments.into());
    }
    if let Some(annotations) = tool.listed.get("annotations").filter(|value| value.is_object()) {
        listed.insert("annotations".to_owned(), annotations.clone());
    }
    Value::Object(listed)
}

fn argument(name: &str, property: &Value, schema: Option<&Value>, required: bool) -> Value {
    let shape = shape(property, schema);
    let mut argument = json!({ "name": name, "type": type_of(shape) });
    if let Some(items) = shape.get("items") {
        argument["items"] = json!({ "type": type_of(self::shape(items, schema)) });
    }
    let told = [property, shape].into_iter().find_map(|one| one.get("description")?.as_str());
    // an argument without a description is refused
    let told = told.map(cleaned).filter(|text| !text.is_empty());
    argument["desc"] = told.unwrap_or_else(|| name.replace('_', " ")).into();
    if !required {
        argument["optional"] = true.into();
    }
    argument
}

/// The schema behind a reference, and of several the first that is more than `null`.
fn shape<'a>(schema: &'a Value, root: Option<&'a Value>) -> &'a Value {
    let mut at = schema;
    for _ in 0..10 {
        let reference = at.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
        let target = reference.and_then(|path| root?.pointer(path));
        let arms = ["anyOf", "oneOf"].iter().find_map(|key| at.get(key)?.as_array());
        let arm =
            arms.and_then(|arms| arms.iter().find(|arm| arm.get("type").is_none_or(|kind| kind != "null")));
        match target.or(arm) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

fn type_of(schema: &Value) -> String {
    let named = match schema.get("type") {
        Some(Value::String(kind)) => Some(kind.clone()),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").map(str::to_owned)
        }
        _ => None,
    };
    let values = || schema.get("const").or_else(|| schema.get("enum")?.get(0));
    let of_value = || match values()? {
        Value::Bool(_) => Some("boolean"),
        Value::Number(number) => Some(if number.is_f64() { "number" } else { "integer" }),
        Value::String(_) => Some("string"),
        _ => None,
    };
    let known = named.or_else(|| of_value().map(str::to_owned));
    known.unwrap_or_else(|| if schema.get("properties").is_some() { "object" } else { "string" }.to_owned())
}

/// The title as the catalogue wants it: every word but `and` and `for` with a capital, none of them `MCP` or `Server`.
fn title(publication: &Publication<'_>) -> String {
    let set = publication.setting(CHANNEL, "title").map_or(publication.title, |title| &title.value);
    let words = set.split(|c: char| c.is_whitespace() || c.is_control() || "-_".contains(c));
    let words = words.filter(|word| !word.is_empty()).map(|word| match word {
        "and" | "for" => word.to_owned(),
        _ => word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect(),
    });
    let wanted = |word: &String| {
        !word.contains("MCP")
            && !word.contains("Server")
            && !["mcp", "server"].contains(&&*word.to_lowercase())
    };
    words.filter(wanted).collect::<Vec<_>>().join(" ")
}

fn draft(publication: &Publication<'_>) -> String {
    let name = name::normalize(publication.name);
    let setting = |key: &str| publication.setting(CHANNEL, key).map_or("", |text| &text.value);
    let beside = if is_complete(publication) { "with `tools.json` " } else { "" };
    let mut text = format!(
        "# A draft for `servers/{name}` of docker/mcp-registry, where it goes {beside}once the commit is filled in.\n"
    );
    if !is_complete(publication) {
        text +=
            "# The code does not tell all tools, so that the catalogue has to start the server and ask it.\n";
    }
    text += &format!(
        "name: {}\nimage: mcp/{name}\ntype: server\nmeta:\n  category: {}\n",
        scalar(&name),
        scalar(setting("category"))
    );
    let set = publication.project.settings.exports.texts(CHANNEL, "tags");
    let tags = set.unwrap_or(&publication.project.keywords);
    if !tags.is_empty() {
        text += "  tags:\n";
        text.extend(tags.iter().map(|tag| format!("    - {}\n", scalar(&tag.value))));
    }
    text += &format!(
        "about:\n  title: {}\n  description: |-\n    {}\n",
        scalar(&title(publication)),
        one_line(publication.description)
    );
    let source = publication.repository().map_or("", |repository| repository.url);
    text +=
        &format!("source:\n  project: {}\n  commit: FILL-IN-THE-COMMIT-OF-THIS-RELEASE\n", scalar(source));
    text + &config(publication, &name)
}

/// What the catalogue asks its users for.
fn config(publication: &Publication<'_>, name: &str) -> String {
    let (secrets, plain): (Vec<_>, Vec<_>) = publication.variables.iter().partition(|one| one.is_secret());
    if publication.variables.is_empty() {
        return String::new();
    }
    let mut text = "config:\n".to_owned();
    let key = |variable: &EnvVariable| variable.name.value.to_lowercase();
    if !secrets.is_empty() {
        text += "  secrets:\n";
        text.extend(secrets.iter().map(|one| {
            let variable = &one.name.value;
            format!(
                "    - name: {name}.{}\n      env: {}\n      example: <{variable}>\n",
                key(one),
                scalar(variable)
            )
        }));
    }
    if plain.is_empty() {
        return text;
    }
    text += "  env:\n";
    for one in &plain {
        let example = one.default.as_ref().map_or("", |default| &default.value);
        text += &format!("    - name: {}\n      example: {}\n", scalar(&one.name.value), scalar(example));
        text += &format!("      value: \"{{{{{name}.{}}}}}\"\n", key(one));
    }
    text += "  parameters:\n    type: object\n    properties:\n";
    for one in &plain {
        text += &format!("      {}:\n        type: string\n", scalar(&key(one)));
        if let Some(description) = &one.description {
            text += &format!("        description: |-\n          {}\n", one_line(&description.value));
        }
        if let Some(default) = &one.default {
            text += &format!("        default: {}\n", scalar(&default.value));
        }
    }
    let required: Vec<_> = plain.iter().filter(|one| one.is_required()).collect();
    if !required.is_empty() {
        text += "    required:\n";
        text.extend(required.iter().map(|one| format!("      - {}\n", scalar(&key(one)))));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::tests::{exported, toml, toml_line};

    const QUIET: &str = "quiet";

    fn draft_of(text: &str) -> String {
        let (line, text) = (toml_line(text), toml(text));
        let project = format!(
            "description = {line}\nkeywords = [{line}]\n\
             urls = {{ Source = \"https://github.com/you/weather\" }}\n\
             [tool.mcp-backend]\nenv = [{{ name = \"A\", description = {text}, default = {text} }}]\n\
             export = {{ docker-catalog = {{ category = {line} }} }}\n"
        );
        exported(CHANNEL, &project).remove(1).1
    }

    /// The lines, as YAML of any version breaks them.
    fn lines(text: &str) -> Vec<&str> {
        text.split(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']).collect()
    }

    proptest::proptest! {
        #[test]
        fn no_text_breaks_out_of_its_place(text in r#"([\PC\n\r\t\x{7f}\x{85}\x{2028}\x{feff}]|[\-:#'"{}\[\]&*!|>%@`]){1,30}"#) {
            // without a letter a description is none
            let (quiet, draft) = (draft_of(QUIET), draft_of(&format!("q{text}")));
            let (quiet, lines) = (lines(&quiet), lines(&draft));
            proptest::prop_assert_eq!(quiet.len(), lines.len(), "{}", draft);
            for (quiet, line) in quiet.into_iter().zip(lines) {
                let Some((before, _)) = quiet.split_once(QUIET) else {
                    proptest::prop_assert_eq!(quiet, line);
                    continue;
                };
                let value = line.strip_prefix(before);
                proptest::prop_assert!(value.is_some(), "{}", line);
                let value = value.unwrap_or_default();
                let is_key = before.trim_end().ends_with([':', '-']);
                let plain = value.chars().all(|c| c.is_ascii_alphanumeric() || "_-./".contains(c));
                let is_string = serde_json::from_str::<String>(value).is_ok();
                proptest::prop_assert!(!is_key || plain || is_string, "{}", line);
            }
        }
    }
}
