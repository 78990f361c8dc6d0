//! What stands in `tests/data/schemas` is listed as each published SDK lists it.

use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::healthy;

/// One release: its requirement, the lines that name what is used of it, and the end of the names of its files.
struct Release {
    requirement: &'static str,
    imports: &'static str,
    name: &'static str,
}

const RELEASES: &[Release] = &[
    Release {
        requirement: "mcp==1.30.0",
        imports: "from mcp.server.fastmcp import FastMCP as Server, Context\nfrom mcp.types import ToolAnnotations",
        name: "mcp-1.30.0",
    },
    Release {
        requirement: "mcp==2.3.0",
        imports: "from mcp.server.mcpserver import MCPServer as Server, Context\nfrom mcp_types import ToolAnnotations",
        name: "mcp-2.3.0",
    },
    Release {
        requirement: "fastmcp==2.14.7",
        imports: "from fastmcp import FastMCP as Server, Context\nfrom mcp.types import ToolAnnotations",
        name: "fastmcp-2.14.7",
    },
    Release {
        requirement: "fastmcp==3.4.10",
        imports: "from fastmcp import FastMCP as Server, Context\nfrom mcp.types import ToolAnnotations",
        name: "fastmcp-3.4.10",
    },
    Release {
        requirement: "fastmcp==4.1.2",
        imports: "from fastmcp import FastMCP as Server, Context\nfrom mcp_types import ToolAnnotations",
        name: "fastmcp-4.1.2",
    },
    // it answers the same
    Release {
        requirement: "fastmcp==4.2.3",
        imports: "from fastmcp import FastMCP as Server, Context\nfrom mcp_types import ToolAnnotations",
        name: "fastmcp-4.1.2",
    },
];

/// What the SDKs refuse to list, so that its schema is marked as partial.
const REFUSED: &[(&str, &str)] = &[
    ("t_field_default", "a parameter that must be given stands behind one that need not"),
    ("t_args", "`*args`"),
    ("t_kwargs", "`**kwargs`"),
    ("t_posonly", "parameters by position alone; before release 4 an array is listed"),
    ("t_rec", "release 2 cannot lay a model out that holds itself"),
];

/// What a release lists on Python 3.12 and later alone, where pydantic knows `typing.TypedDict`.
const NEWER: &[&str] = &["t_dc", "t_ret_td"];

/// What is left partial of `types_fx.py`, and why.
const PARTIAL: &[(&str, &[&str])] = &[
    ("bytes and objects as defaults and bounds are not followed", &["p10", "t_date_ge", "u_date_ge"]),
    (
        "types that hardly anybody uses are not in the table",
        &["anystr", "bs", "hsh", "ls", "cb", "f38", "json_", "jv", "impt"],
    ),
    ("the strings below fields are not kept", &["ua"]),
    (
        "`mcp` takes the classes of pydantic apart",
        &["u_ahu", "u_au", "u_fu", "u_hu", "u_pgd", "u_red", "u_wsu", "u_sec", "u_secb"],
    ),
];

#[test]
fn each_sdk_lists_the_functions_as_it_does() {
    let mut wrong = Vec::new();
    for release in RELEASES {
        let newest = Path::new("tests/data/schemas").join(format!("{}-py313.json", release.name));
        let newest =
            if newest.exists() { format!("{}-py313", release.name) } else { release.name.to_owned() };
        let golden: Map<String, Value> =
            serde_json::from_str(&data(&format!("{newest}.json"))).expect("JSON");
        assert_eq!(golden.len(), 51);
        let all = listed(release, "tools_fx.py", EACH);
        let tools = all["tools"].as_array().cloned().unwrap_or_default();
        assert_eq!(tools.len(), golden.len(), "{}", release.name);
        for (name, wanted) in &golden {
            let tool = named(&tools, name);
            let partial = tool.get("partial");
            if partial.is_some() && REFUSED.iter().any(|(refused, _)| refused == name) {
                assert_eq!(partial, Some(&json!(["inputSchema"])), "{} {name}", release.name);
            } else if wanted.get("ERR").is_none() || !NEWER.contains(&name.as_str()) {
                compare(&format!("{} {name}", release.name), &tool, wanted, &[], &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_sdk_lists_types_as_it_does_or_they_are_partial() {
    let mut wrong = Vec::new();
    for release in RELEASES.iter().filter(|release| ["mcp-2.3.0", "fastmcp-4.1.2"].contains(&release.name)) {
        let golden: Map<String, Value> =
            serde_json::from_str(&data(&format!("types-{}.json", release.name))).expect("JSON");
        let all = listed(release, "types_fx.py", EACH);
        let tools = all["tools"].as_array().cloned().unwrap_or_default();
        assert_eq!(tools.len(), golden.len(), "{}", release.name);
        for (name, wanted) in golden.iter().filter(|(_, wanted)| wanted.get("ERR").is_none()) {
            let tool = named(&tools, name);
            let partial: Vec<&str> =
                tool["partial"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let bare = name.split_once('_').map_or(name.as_str(), |(_, bare)| bare);
            let known =
                PARTIAL.iter().any(|(_, names)| names.contains(&name.as_str()) || names.contains(&bare));
            if !partial.is_empty() && !known {
                wrong.push(format!("{} {name} is partial", release.name));
            }
            compare(&format!("{} {name}", release.name), &tool, wanted, &partial, &mut wrong);
        }
    }
    // an empty tuple, of which release 4 lists nothing
    wrong.retain(|line| !line.starts_with("fastmcp-4.1.2 u_tup0"));
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn each_sdk_lists_prompts_resources_and_texts_as_it_does() {
    let mut wrong = Vec::new();
    for release in RELEASES {
        let golden: Value =
            serde_json::from_str(&data(&format!("forms-{}.json", release.name))).expect("JSON");
        let is_fastmcp = if release.name.starts_with("fastmcp") { "True" } else { "False" };
        let all = listed(
            release,
            "forms_fx.py",
            &format!("functions.register(server, Context, ToolAnnotations, {is_fastmcp})\n"),
        );
        for (list, key) in [
            ("tools", "name"),
            ("prompts", "name"),
            ("resources", "uri"),
            ("resourceTemplates", "uriTemplate"),
        ] {
            let (made, wanted) =
                (all[list].as_array().expect("a list"), golden[list].as_array().expect("a list"));
            assert_eq!(made.len(), wanted.len(), "{} {list}", release.name);
            for wanted in wanted {
                let made = made.iter().find(|made| made[key] == wanted[key]).expect("an entry of each name");
                compare(&format!("{} {list} {}", release.name, wanted[key]), made, wanted, &[], &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_function_with_any_annotation_is_listed(
        annotation in r"(int|str|M|E|list|dict|Annotated|Optional|Union|Literal|Field\(ge=1\)|None|\.\.\.|'x'|\[|\]|\(|\)|,|\|){0,14}"
    ) {
        let server = format!(
            "import enum\nfrom typing import *\nfrom typing import Annotated, Literal, Optional, Union\n\
             from pydantic import BaseModel, Field\nfrom mcp.server import MCPServer\n\nmcp = MCPServer('x')\n\n\
             class E(enum.Enum):\n    A = 1\n\nclass M(BaseModel):\n    m: \"M | None\" = None\n    \
             a: \"{annotation}\"\n\n@mcp.tool()\ndef made(a: M, b: \"{annotation}\" = 1) -> \"{annotation}\":\n    \
             pass\n\ndef main():\n    mcp.run()\n"
        );
        let mut files = healthy::files();
        files.insert("src/weather/server.py".to_owned(), server);
        let folder = tempfile::tempdir().expect("a folder");
        healthy::lay(folder.path(), &files);
        let analysis = Analysis::for_a_build(folder.path()).expect("a project");
        prop_assert_eq!(analysis.primitives().tools.len(), 1);
    }
}

/// Registers all functions.
const EACH: &str = "for function in functions.ALL:\n    server.tool()(function)\n";

fn data(name: &str) -> String {
    fs::read_to_string(Path::new("tests/data/schemas").join(name)).expect("a file of the data")
}

fn named(tools: &[Value], name: &str) -> Value {
    tools.iter().find(|tool| tool["name"] == *name).expect("a tool of each function").clone()
}

/// Notes a difference between what is made and what is wanted, in all fields that are certain.
fn compare(what: &str, made: &Value, wanted: &Value, partial: &[&str], wrong: &mut Vec<String>) {
    if partial.is_empty() && made.get("partial").is_some() {
        wrong.push(format!("{what} is partial: {}", made["partial"]));
    }
    let (mut made, mut wanted) = (normal(made), normal(wanted));
    for field in partial {
        for one in [&mut made, &mut wanted] {
            one.as_object_mut().expect("an object").remove(*field);
        }
    }
    if made != wanted {
        wrong.push(format!("{what}\n  lists {wanted}\n  made  {made}"));
    }
}

/// What a server lists that registers functions of a file.
fn listed(release: &Release, functions: &str, registers: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let project = format!(
        "[build-system]\nrequires = [\"mcp-backend\"]\nbuild-backend = \"mcp_backend\"\n\n[project]\nname = \"fx\"\n\
         version = \"1\"\ndependencies = [\"{}\"]\n\n[project.scripts]\nfx = \"fx.server:main\"\n",
        release.requirement
    );
    let server = format!(
        "{}\nfrom . import functions\n\nserver = Server(\"x\")\n{registers}\n\ndef main():\n    server.run()\n",
        release.imports
    );
    let files = [
        ("pyproject.toml", project),
        ("src/fx/__init__.py", String::new()),
        ("src/fx/functions.py", data(functions)),
        ("src/fx/server.py", server),
    ];
    let files = files.into_iter().map(|(path, text)| (path.to_owned(), text)).collect();
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::for_a_build(folder.path()).expect("a project");
    let all = serde_json::to_value(analysis.primitives()).expect("JSON");
    assert_eq!(all["unknown"], json!([]));
    all
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
