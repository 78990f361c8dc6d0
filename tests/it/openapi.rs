//! What `fastmcp` makes of OpenAPI documents is listed as each of its releases lists it.
//!
//! `tests/data/schemas/openapi_fx.py` makes the servers, `run_openapi.py` recorded what each release lists of them.

use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::healthy;

/// Each release, and where it has what maps operations.
const RELEASES: [(&str, &str); 3] = [
    ("2.14.7", "from fastmcp.server import openapi as kit"),
    ("3.4.10", "from fastmcp.server.providers import openapi as kit"),
    ("4.1.2", "from fastmcp.server.providers import openapi as kit"),
];

const LISTS: [(&str, &str); 3] =
    [("tools", "name"), ("resources", "uri"), ("resourceTemplates", "uriTemplate")];

fn data(name: &str) -> String {
    fs::read_to_string(Path::new("tests/data/schemas").join(name)).expect("a file of the data")
}

/// What a server is read to offer that `lines` make.
fn offered(release: &str, files: &[(&str, &str)], lines: &str) -> Value {
    let folder = tempfile::tempdir().expect("a folder");
    let project = format!(
        "[build-system]\nrequires = [\"mcp-backend\"]\nbuild-backend = \"mcp_backend\"\n\n[project]\nname = \"fx\"\n\
         version = \"1\"\ndependencies = [\"fastmcp=={release}\"]\n\n[project.scripts]\nfx = \"fx.server:main\"\n"
    );
    let server = format!("from fastmcp import FastMCP\n{lines}\n\ndef main():\n    server.run()\n");
    let own = [("pyproject.toml", &*project), ("src/fx/__init__.py", ""), ("src/fx/server.py", &*server)];
    let all = own.iter().chain(files).map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    healthy::lay(folder.path(), &all);
    let analysis = Analysis::for_a_build(folder.path()).expect("a project");
    serde_json::to_value(analysis.primitives()).expect("JSON")
}

/// A value in which `1` and `1.0` are one number.
fn normal(value: &Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(items) => items.iter().map(normal).collect(),
        Value::Object(object) => object.iter().map(|(key, value)| (key.clone(), normal(value))).collect(),
        other => other.clone(),
    }
}

#[test]
fn each_release_lists_documents_as_it_does() {
    let mut wrong = Vec::new();
    let functions = data("openapi_fx.py");
    for (release, import) in RELEASES {
        let golden: Map<String, Value> =
            serde_json::from_str(&data(&format!("openapi-fastmcp-{release}.json"))).expect("JSON");
        for (case, wanted) in &golden {
            let lines = format!(
                "import httpx\n{import}\nfrom . import functions\n\nserver = functions.{case}(FastMCP, httpx.AsyncClient(), kit)\n"
            );
            let made = offered(release, &[("src/fx/functions.py", &functions)], &lines);
            if made["unknown"] != json!([]) {
                wrong.push(format!("{release} {case}: {}", made["unknown"]));
            }
            for (list, key) in LISTS {
                compare(&format!("{release} {case}"), &made[list], &wanted[list], key, &mut wrong);
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ\n{}", wrong.len(), wrong.join("\n"));
}

fn compare(what: &str, made: &Value, wanted: &Value, key: &str, wrong: &mut Vec<String>) {
    let (made, wanted) = (made.as_array().expect("a list"), wanted.as_array().expect("a list"));
    let names = |list: &[Value]| list.iter().map(|entry| entry[key].to_string()).collect::<Vec<_>>();
    if names(made) != names(wanted) {
        wrong.push(format!("{what}\n  lists {:?}\n  made  {:?}", names(wanted), names(made)));
    }
    for wanted in wanted {
        let Some(made) = made.iter().find(|made| made[key] == wanted[key]) else { continue };
        let mut made = normal(made);
        made.as_object_mut().expect("an object").remove("source");
        // what release 2 changes of definitions while it converts others is not followed
        if what.starts_with("2.")
            && made.as_object_mut().expect("an object").remove("partial") == Some(json!(["inputSchema"]))
        {
            continue;
        }
        let wanted = normal(wanted);
        for (field, value) in wanted.as_object().expect("an object") {
            if made.get(field) != Some(value) {
                let own = made.get(field).unwrap_or(&Value::Null);
                wrong.push(format!("{what} {} {field}\n  lists {value}\n  made  {own}", wanted[key]));
            }
        }
        for (field, value) in made.as_object().expect("an object") {
            if wanted.get(field).is_none() {
                wrong.push(format!("{what} {} has {field}: {value}", wanted[key]));
            }
        }
    }
}

/// A document of a few operations and schemas that refer to each other, and to themselves.
fn documents() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({"$ref": "#/components/schemas/A"})),
        Just(json!({"$ref": "#/components/schemas/B"})),
        Just(json!({"$ref": "#/components/schemas/A/properties/x"})),
        Just(json!({"$ref": "#/paths/~1a/get"})),
        Just(json!({"$ref": "other.json#/A"})),
        Just(json!({"type": "string", "nullable": true, "enum": ["a", null]})),
        Just(json!({"type": "integer", "minimum": "5", "writeOnly": true})),
        Just(json!({"type": ["string", "null"]})),
        Just(
            json!({"discriminator": {"propertyName": "x", "mapping": {"a": "A", "b": "#/components/schemas/B"}}})
        ),
        Just(json!(null)),
        Just(json!([])),
    ];
    let schema = leaf.prop_recursive(4, 24, 3, |inner| {
        let key = prop_oneof![
            Just("allOf"),
            Just("anyOf"),
            Just("oneOf"),
            Just("items"),
            Just("not"),
            Just("additionalProperties"),
            Just("prefixItems"),
            Just("patternProperties"),
            Just("properties"),
            Just("$defs"),
        ];
        (key, prop::collection::vec(inner, 1..3), any::<bool>()).prop_map(|(key, inner, is_list)| {
            let named: Map<String, Value> =
                ["x", "y", "z"].into_iter().map(str::to_owned).zip(inner.iter().cloned()).collect();
            match (key, is_list) {
                ("properties" | "$defs" | "patternProperties", _) => {
                    json!({key: named, "required": ["x"], "type": "object"})
                }
                ("allOf" | "anyOf" | "oneOf" | "prefixItems", _) | (_, true) => {
                    json!({key: inner, "description": "d"})
                }
                _ => json!({key: inner[0], "title": "T"}),
            }
        })
    });
    let version = prop_oneof![Just("3.0.3"), Just("3.1.0"), Just("2.0")];
    (version, schema.clone(), schema.clone(), schema.clone(), schema).prop_map(|(version, a, b, body, parameter)| {
        json!({
            "openapi": version, "info": {"title": "t", "version": "1"},
            "paths": {"/a/{x}": {"post": {
                "operationId": "a",
                "parameters": [{"name": "x", "in": "path", "required": true, "schema": parameter}],
                "requestBody": {"content": {"application/json": {"schema": body}}},
                "responses": {"200": {"description": "d", "content": {"application/json": {"schema": b}}}},
            }}},
            "components": {"schemas": {"A": a, "B": b}},
        })
    })
}

/// What is offered of a document that lies beside the server.
fn of_file(release: &str, name: &str, text: &str) -> Value {
    let lines = format!(
        "import httpx, json, yaml\nfrom pathlib import Path\n\ntext = (Path(__file__).parent / '{name}').read_text()\n\
         spec = {} \nserver = FastMCP.from_openapi(spec, httpx.AsyncClient())\n",
        if name.ends_with("json") { "json.loads(text)" } else { "yaml.safe_load(text)" }
    );
    offered(release, &[(&format!("src/fx/{name}"), text)], &lines)
}

/// Whether a server whose document may be anything is told of: its tools, or that they are unknown.
fn is_told(made: &Value) -> bool {
    made["unknown"] != json!([]) || made["tools"] != json!([])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_document_is_listed_or_told_as_unknown(document in documents(), release in 0..3_usize) {
        let made = of_file(RELEASES[release].0, "api.json", &document.to_string());
        prop_assert!(is_told(&made), "{document}");
    }

    #[test]
    fn any_file_is_read_or_told_as_unknown(text in "[a-z0-9{}\\[\\]:,*&<> \n'\"#%!|-]{0,80}") {
        for name in ["api.json", "api.yaml"] {
            prop_assert!(is_told(&of_file("3.4.10", name, &text)), "{name} {text}");
        }
    }
}

#[test]
fn what_grows_beyond_measure_is_told_as_unknown() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..14 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    let deep = "{\"a\":".repeat(5000) + "1" + &"}".repeat(5000);
    for (name, text) in
        [("api.yaml", &bomb), ("api.json", &deep), ("api.yaml", &deep), ("api.yaml", &"- ".repeat(50_000))]
    {
        let made = of_file("3.4.10", name, text);
        assert_eq!(made["unknown"][0]["what"], "the tools of an OpenAPI document");
    }
    // each definition holds the next one twice
    let mut schemas = Map::new();
    for level in 0..60 {
        let next = json!({"$ref": format!("#/components/schemas/S{}", level + 1)});
        schemas.insert(format!("S{level}"), json!({"type": "object", "properties": {"a": next, "b": next}}));
    }
    schemas.insert("S60".to_owned(), json!({"type": "string"}));
    let document = json!({
        "openapi": "3.1.0", "info": {"title": "t", "version": "1"},
        "paths": {"/a": {"get": {"operationId": "a", "parameters": [
            {"name": "x", "in": "query", "schema": {"$ref": "#/components/schemas/S0"}},
        ]}}},
        "components": {"schemas": schemas},
    });
    let made = of_file("3.4.10", "api.json", &document.to_string());
    // as fastmcp does, which lays out no more than 100,000 values
    assert!(made["tools"][0]["inputSchema"]["$defs"]["S59"].is_object(), "{made}");
}
