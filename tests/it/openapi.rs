//! What `fastmcp` makes of OpenAPI documents is listed as each of its releases lists it.
//!
//! `tests/data/schemas/openapi_fx.py` makes the servers, `run_openapi.py` recorded what each release lists of them.

use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
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
