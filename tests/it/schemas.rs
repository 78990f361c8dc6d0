//! The functions of `tests/data/schemas/tools_fx.py` are listed as each published SDK lists them.

use std::fs;
use std::path::Path;

use mcp_backend::survey::Survey;
use serde_json::{Map, Value, json};

/// The releases: requirement, the lines that make a server, and the file that holds what it lists.
const RELEASES: &[(&str, &str, &str)] = &[
    ("mcp==1.30.0", "from mcp.server.fastmcp import FastMCP as Server", "mcp-1.30.0"),
    ("mcp==2.3.0", "from mcp.server.mcpserver import MCPServer as Server", "mcp-2.3.0-py313"),
    ("fastmcp==2.14.7", "from fastmcp import FastMCP as Server", "fastmcp-2.14.7"),
    ("fastmcp==3.4.10", "from fastmcp import FastMCP as Server", "fastmcp-3.4.10"),
    ("fastmcp==4.1.2", "from fastmcp import FastMCP as Server", "fastmcp-4.1.2-py313"),
];

/// What the SDKs refuse to list, so that its schema is marked as partial.
const REFUSED: &[(&str, &str)] = &[
    ("t_field_default", "a parameter that must be given stands behind one that need not"),
    ("t_args", "`*args`"),
    ("t_kwargs", "`**kwargs`"),
    ("t_posonly", "parameters by position alone; before release 4 an array is listed"),
    ("t_rec", "release 2 cannot lay a model out that holds itself"),
];

/// What a release lists on Python 3.12 and later alone, where `typing.TypedDict` is known to pydantic.
const NEWER: &[&str] = &["t_dc", "t_ret_td"];

#[test]
fn each_sdk_lists_the_functions_as_it_does() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/schemas");
    let functions = fs::read_to_string(data.join("tools_fx.py")).expect("the functions");
    let mut wrong = Vec::new();
    for (requirement, import, golden) in RELEASES {
        let golden = fs::read_to_string(data.join(format!("{golden}.json"))).expect("what the release lists");
        let golden: Map<String, Value> = serde_json::from_str(&golden).expect("JSON");
        assert_eq!(golden.len(), 51);
        let listed = listed(requirement, import, &functions);
        assert_eq!(listed.len(), golden.len(), "{requirement}");
        for (name, wanted) in &golden {
            let tool = listed.iter().find(|tool| tool["name"] == **name).expect("a tool of each function");
            let partial = tool.get("partial");
            let refused = REFUSED.iter().any(|(refused, _)| refused == name);
            if let (Some(partial), true) = (partial, refused) {
                assert_eq!(partial, &json!(["inputSchema"]), "{requirement} {name}");
                continue;
            }
            if wanted.get("ERR").is_some() && NEWER.contains(&name.as_str()) {
                continue;
            }
            let (made, wanted) = (normal(tool), normal(wanted));
            if made != wanted || partial.is_some() {
                wrong.push(format!(
                    "{requirement} {name}\n  lists {wanted}\n  made  {made}\n  partial {partial:?}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

/// What a server lists that registers all the functions.
fn listed(requirement: &str, import: &str, functions: &str) -> Vec<Value> {
    let folder = tempfile::tempdir().expect("a folder");
    let package = folder.path().join("src/fx");
    fs::create_dir_all(&package).expect("a package");
    let project = format!(
        "[build-system]\nrequires = [\"mcp-backend\"]\nbuild-backend = \"mcp_backend\"\n\n[project]\nname = \"fx\"\n\
         version = \"1\"\ndependencies = [\"{requirement}\"]\n\n[project.scripts]\nfx = \"fx.server:main\"\n"
    );
    let server = format!(
        "{import}\nfrom .tools_fx import ALL\n\nserver = Server(\"x\")\nfor function in ALL:\n    \
         server.tool()(function)\n\n\ndef main():\n    server.run()\n"
    );
    for (path, text) in [
        (folder.path().join("pyproject.toml"), project.as_str()),
        (package.join("__init__.py"), ""),
        (package.join("tools_fx.py"), functions),
        (package.join("server.py"), &server),
    ] {
        fs::write(path, text).expect("a file");
    }
    let survey = Survey::for_a_build(folder.path()).expect("a project");
    let all = serde_json::to_value(survey.primitives()).expect("JSON");
    assert_eq!(all["unknown"], json!([]));
    all["tools"].as_array().cloned().unwrap_or_default()
}

/// An entry without what says nothing: titles, indentation, where definitions stand.
fn normal(entry: &Value) -> Value {
    let mut entry = entry.clone();
    let object = entry.as_object_mut().expect("an object");
    object.remove("source");
    object.remove("partial");
    for (key, value) in object.iter_mut() {
        if key.ends_with("Schema") {
            let definitions = value.get("$defs").cloned().unwrap_or_default();
            *value = schema(value, &definitions, &mut Vec::new());
        } else if let Value::String(text) = value {
            *text = cleaned(text);
        }
    }
    entry
}

fn schema(value: &Value, definitions: &Value, within: &mut Vec<String>) -> Value {
    match value {
        Value::Object(object) => {
            if let Some(name) = object.get("$ref").and_then(|name| name.as_str()?.strip_prefix("#/$defs/"))
                && !within.iter().any(|known| known == name)
            {
                within.push(name.to_owned());
                let mut made = schema(&definitions[name], definitions, within);
                within.pop();
                let siblings: Map<String, Value> = object
                    .iter()
                    .filter(|(key, _)| *key != "$ref")
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                let siblings = schema(&siblings.into(), definitions, within);
                made.as_object_mut()
                    .expect("a schema")
                    .extend(siblings.as_object().cloned().unwrap_or_default());
                return made;
            }
            let mut made = Map::new();
            for (key, value) in object {
                let value = match key.as_str() {
                    "title" if value.is_string() => continue,
                    "$defs" => continue,
                    "description" => value
                        .as_str()
                        .map_or_else(|| schema(value, definitions, within), |text| cleaned(text).into()),
                    "properties" => value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .map(|(name, value)| (name.clone(), schema(value, definitions, within)))
                        .collect(),
                    _ => schema(value, definitions, within),
                };
                made.insert(key.clone(), value);
            }
            made.sort_keys();
            made.into()
        }
        Value::Array(items) => items.iter().map(|item| schema(item, definitions, within)).collect(),
        Value::Number(number) => json!(number.as_f64()),
        other => other.clone(),
    }
}

/// A text without indentation, as `inspect.cleandoc` leaves it.
fn cleaned(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.join("\n").trim().to_owned()
}
