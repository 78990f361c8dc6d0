//! The recorded answer as users meet it: made of what servers answered, and in what a build makes of it.

use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
use mcp_backend::backend::{self, Check, Outcome, Request};
use mcp_backend::cli::live;
use mcp_backend::contract::{Contract, LIVE_FILE, Recorded};
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::healthy::{self, Files};

/// A server with a tool whose name, and another whose default the text does not tell.
const OPEN: &str = r#""""The server."""

import os

from mcp.server import MCPServer

mcp = MCPServer("weather")


@mcp.tool()
def forecast(city: str, days: int = len(os.sep)) -> str:
    """Tell tomorrow's weather in a city."""
    return f"Rain in {city}."


for name in os.listdir("."):
    mcp.tool(name=name)(forecast)


def main() -> None:
    """Serve on stdio."""
    mcp.run()
"#;

/// The project with that server.
fn open(more: &[(&str, &str)]) -> (TempDir, Files) {
    let mut files = healthy::files();
    files.insert("src/weather/server.py".to_owned(), OPEN.to_owned());
    files.insert("src/weather/data.json".to_owned(), "{}\n".to_owned());
    files.extend(more.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let folder = tempfile::tempdir().expect("a folder");
    healthy::lay(folder.path(), &files);
    (folder, files)
}

fn tool(name: &str, days: i64) -> Value {
    json!({
        "name": name,
        "description": "Tell tomorrow's weather in a city.",
        "inputSchema": {
            "type": "object",
            "properties": { "city": { "type": "string" }, "days": { "type": "integer", "default": days } },
            "required": ["city"],
        },
        "outputSchema": {
            "type": "object", "properties": { "result": { "type": "string" } }, "required": ["result"],
        },
    })
}

/// What was asked of the server and answered: at each of its starts these tools, and what is of this machine.
fn session(starts: &[(&str, Value)], stands: &Value) -> String {
    let start = |(capabilities, tools): &(&str, Value)| {
        json!({
            "capabilities": capabilities, "protocol": "2025-11-25",
            "server": { "name": "weather", "version": "1.0.0", "instructions": "Ask in /home/me." },
            "tools": tools, "prompts": [], "resources": [], "resourceTemplates": [],
        })
    };
    json!({
        "stands": stands,
        "scripts": [{
            "script": "weather", "arguments": ["--key", "q8Zt7LwPx2Rk9VbN4mYc6HsD", "/home/me/data"],
            "variables": ["WEATHER_KEY"], "madeUp": [], "python": "3.12.1", "versions": { "mcp": "2.3.0" },
            "starts": starts.iter().map(start).collect::<Vec<_>>(),
        }],
    })
    .to_string()
}

/// Keeps what the same answer at every start comes to.
fn record(root: &Path, tools: &Value) -> String {
    let starts = ["none", "none", "all", "all"].map(|capabilities| (capabilities, tools.clone()));
    kept(root, &session(&starts, &json!([["/home/me", "<user>"]])))
}

fn kept(root: &Path, session: &str) -> String {
    let kept = live::record(root, session, false).expect("it can be kept");
    assert!(kept.passes, "{kept:?}");
    fs::read_to_string(root.join(LIVE_FILE)).expect("it is there")
}

fn answers(text: &str) -> Vec<Value> {
    let whole: Value = serde_json::from_str(text).expect("JSON");
    whole["scripts"][0]["answers"].as_array().expect("a list").clone()
}

fn contract(root: &Path) -> Value {
    let analysis = Analysis::for_a_look(root).expect("the project can be read");
    let text = analysis.subject().contract().to_json();
    Contract::parse(text.as_bytes()).expect("it can be read again");
    serde_json::from_str(&text).expect("JSON")
}

fn is_fresh(root: &Path) -> bool {
    let analysis = Analysis::for_a_look(root).expect("the project can be read");
    matches!(analysis.subject().recorded(), Recorded::Fresh(_))
}

#[test]
fn what_the_code_does_not_tell_comes_from_the_recording() {
    let (folder, _) = open(&[]);
    record(folder.path(), &json!([tool("forecast", 1), tool("rain", 1)]));
    let contract = contract(folder.path());
    let [forecast, rain] = contract["tools"].as_array().expect("a list").as_slice() else {
        panic!("{contract:#}")
    };
    assert_eq!(forecast["inputSchema"]["properties"]["days"]["default"], 1);
    assert_eq!((&forecast["recorded"], forecast.get("partial")), (&json!(["inputSchema"]), None));
    assert_eq!(rain["recorded"], json!(["name", "description", "inputSchema", "outputSchema"]));
    assert_eq!(contract["unknown"][0]["recorded"], true);
    assert_eq!(contract["recorded"][0]["variables"], json!(["WEATHER_KEY"]));
    assert_eq!(contract["server"]["recorded"], Value::Null);
}

#[test]
fn each_script_keeps_the_list_that_was_recorded_of_it() {
    let files = healthy::files();
    let two = files["pyproject.toml"]
        .replace("[project.scripts]", "[project.scripts]\nadmin = \"weather.server:admin\"");
    let server = OPEN.to_owned() + "\n\ndef admin():\n    mcp.add_tool(main)\n    mcp.run()\n";
    let (folder, _) = open(&[("pyproject.toml", &two), ("src/weather/server.py", &server)]);
    let script = |script: &str, tools: Value| {
        let whole = session(&[("none", tools.clone()), ("none", tools)], &json!([]));
        let mut one = serde_json::from_str::<Value>(&whole).expect("JSON")["scripts"][0].clone();
        one["script"] = json!(script);
        one
    };
    let scripts = [
        script("admin", json!([tool("forecast", 1), tool("main", 1), tool("rain", 1)])),
        script("weather", json!([tool("forecast", 1), tool("snow", 1)])),
    ];
    kept(folder.path(), &json!({ "stands": [], "scripts": scripts }).to_string());
    let contract = contract(folder.path());
    let tools = contract["tools"].as_array().expect("a list").iter();
    let told: Vec<_> = tools.map(|tool| (tool["name"].clone(), tool["scripts"].clone())).collect();
    let (admin, weather) = (json!(["admin"]), json!(["weather"]));
    let expected = [("forecast", Value::Null), ("main", admin.clone()), ("rain", admin), ("snow", weather)];
    assert_eq!(told, expected.map(|(name, scripts)| (json!(name), scripts)));
}

#[test]
fn no_secret_and_no_place_of_the_machine_is_kept() {
    let (folder, _) = open(&[]);
    let text = record(folder.path(), &json!([tool("/home/me/rain", 1)]));
    assert!(!text.contains("/home/me") && !text.contains("q8Zt7LwPx2Rk9VbN4mYc6HsD"), "{text}");
    let [answer] = answers(&text).try_into().expect("one answer");
    assert_eq!(answer["server"]["partial"], json!(["instructions"]));
    // that of the project, of which each release has another
    assert_eq!(answer["server"].get("version"), None);
    assert_eq!(answer["capabilities"], json!(["none", "all"]));
}

#[test]
fn what_two_starts_say_otherwise_is_marked_and_left_out() {
    let (folder, _) = open(&[]);
    let with = |units: Value, description: &str| {
        let mut tool = tool("rain", 1);
        tool["inputSchema"]["properties"]["units"] = json!({ "enum": units });
        tool["description"] = json!(description);
        json!([tool])
    };
    let [one, other] =
        [(json!(["c", "f"]), "at 1"), (json!(["f", "c"]), "at 2")].map(|(units, words)| with(units, words));
    let recorded = |one: &Value, other: &Value| {
        kept(folder.path(), &session(&[("none", one.clone()), ("none", other.clone())], &json!([])))
    };
    let text = recorded(&one, &other);
    let tool = &answers(&text)[0]["tools"][0];
    assert_eq!(tool["partial"], json!(["description", "inputSchema"]));
    assert_eq!(tool["inputSchema"]["properties"]["units"]["enum"], json!(["c", "f"]));
    assert_eq!(tool.get("description"), None);
    assert_eq!(recorded(&other, &one), text);
    // and an entry that one of them does not list
    let text = recorded(&json!([]), &one);
    assert_eq!(answers(&text)[0]["tools"][0]["partial"], json!(["name"]));
    let listed = contract(folder.path())["tools"][1].clone();
    assert_eq!((&listed["name"], &listed["conditional"]), (&json!("rain"), &json!({ "by": [] })));
}

#[test]
fn clients_that_are_told_otherwise_have_answers_of_their_own() {
    let (folder, _) = open(&[]);
    let [few, more] = [json!([tool("rain", 1)]), json!([tool("rain", 1), tool("ask", 1)])];
    let starts = [("none", few.clone()), ("none", few), ("all", more.clone()), ("all", more)];
    let text = kept(folder.path(), &session(&starts, &json!([])));
    let clients: Vec<Value> =
        answers(&text).into_iter().map(|answer| answer["capabilities"].clone()).collect();
    assert_eq!(clients, [json!(["none"]), json!(["all"])]);
    let contract = contract(folder.path());
    let of = |name: &str| {
        let tools = contract["tools"].as_array().expect("a list");
        tools.iter().find(|tool| tool["name"] == name).expect("it is listed").clone()
    };
    assert_eq!(of("rain").get("conditional"), None);
    assert_eq!(of("ask")["conditional"], json!({ "by": ["client"] }));
}

#[test]
fn it_holds_as_long_as_the_code_does_what_it_did() {
    let pyproject = &healthy::files()["pyproject.toml"];
    let (folder, files) = open(&[]);
    record(folder.path(), &json!([tool("forecast", 1)]));
    let try_with = |path: &str, text: &str| {
        fs::write(folder.path().join(path), text).expect("it can be written");
        let fresh = is_fresh(folder.path());
        match files.get(path) {
            Some(before) => fs::write(folder.path().join(path), before).expect("it can be written"),
            None => fs::remove_file(folder.path().join(path)).expect("it can be removed"),
        }
        fresh
    };
    for (path, text) in [
        ("src/weather/server.py", OPEN.replace("mcp = ", "# the server\nmcp   =   ")),
        ("src/weather/server.py", OPEN.replace('\n', "\r\n")),
        ("src/weather/__init__.py", "\"\"\"Tells the weather.\"\"\"\n\n__version__ = \"2.0.0\"\n".to_owned()),
        ("src/weather/py.typed", String::new()),
        ("src/weather/data.json", "{}\r\n".to_owned()),
        ("tests/test_server.py", "import weather\n".to_owned()),
        ("README.md", "# weather\n\nMore.\n".to_owned()),
        ("pyproject.toml", pyproject.replace("version = \"1.0.0\"", "version = \"2.0.0\"")),
        ("pyproject.toml", pyproject.replace("mcp>=2.3,<3", "MCP >=2.3, <3")),
        ("pyproject.toml", pyproject.replace("Tells the weather", "Tells it")),
    ] {
        fs::create_dir_all(folder.path().join("tests")).expect("it can be made");
        assert!(try_with(path, &text), "{path}: {text}");
    }
    for (path, text) in [
        ("src/weather/server.py", OPEN.replace("tomorrow's", "today's")),
        ("src/weather/server.py", OPEN.replace("len(os.sep)", "2")),
        ("src/weather/more.py", "TOOLS = []\n".to_owned()),
        ("src/weather/data.json", "{\"a\": 1}\n".to_owned()),
        ("pyproject.toml", pyproject.replace("mcp>=2.3,<3", "mcp>=2.4,<3")),
        ("pyproject.toml", pyproject.replace("\"mcp>=2.3,<3\"", "\"mcp>=2.3,<3\", \"httpx\"")),
        (
            "pyproject.toml",
            pyproject.replace("weather = \"weather.server:main\"", "other = \"weather.server:main\""),
        ),
    ] {
        assert!(!try_with(path, &text), "{path}: {text}");
    }
    assert!(is_fresh(folder.path()));
}

#[test]
fn the_tree_and_the_sdist_give_the_same_wheel() {
    let exclude = "\n[tool.mcp-backend]\nsdist-exclude = [\"*.json\"]\nbuild-info = true\n";
    let pyproject = healthy::files()["pyproject.toml"].clone() + exclude;
    let (folder, _) = open(&[("pyproject.toml", &pyproject)]);
    record(folder.path(), &json!([tool("forecast", 1), tool("rain", 1)]));
    let out = tempfile::tempdir().expect("a folder");
    let build = |hook: fn(&Request<'_>) -> Result<Outcome, mcp_backend::error::Error>, root: &Path| {
        let out = out.path();
        let request =
            Request { root, out, check: Check::Off, epoch: None, metadata: None, interrupted: &|| false };
        match hook(&request).expect("the disk works") {
            Outcome::Built(name, _) => fs::read(out.join(name)).expect("it was built"),
            Outcome::Refused(report) => panic!("{:?}", healthy::lines(&report)),
        }
    };
    let from_tree = build(backend::build_wheel, folder.path());
    let sdist = build(backend::build_sdist, folder.path());
    let unpacked = tempfile::tempdir().expect("a folder");
    tar::Archive::new(flate2::read::GzDecoder::new(&*sdist)).unpack(unpacked.path()).expect("an sdist");
    assert!(from_tree == build(backend::build_wheel, &unpacked.path().join("weather-1.0.0")));
}

#[test]
fn a_recording_is_held_against_what_the_project_keeps() {
    let (folder, _) = open(&[]);
    let root = folder.path();
    let tools = json!([tool("forecast", 1)]);
    let starts = ["none", "all"].map(|capabilities| (capabilities, tools.clone()));
    let told = session(&starts, &json!([]));
    let check = |told: &str| {
        let kept = live::record(root, told, true).expect("it can be read");
        (kept.passes, kept.message)
    };
    assert_eq!(check(&told), (false, "the project keeps no `mcp-live.json`".to_owned()));
    kept(root, &told);
    assert_eq!(check(&told), (true, "`mcp-live.json` is what the servers answer".to_owned()));
    assert_eq!(
        check(&told.replace("2.3.0", "2.4.0")),
        (true, "`mcp-live.json` is what the servers answer, but for versions".to_owned())
    );
    assert_eq!(
        check(&told.replace("forecast", "outlook")),
        (false, "`mcp-live.json` is not what the servers answer".to_owned())
    );
    fs::write(root.join("src/weather/server.py"), OPEN.replace("len(os.sep)", "1"))
        .expect("it can be written");
    assert_eq!(
        check(&told),
        (false, "`mcp-live.json` was recorded from another state of the project".to_owned())
    );
    fs::write(root.join(LIVE_FILE), "{").expect("it can be written");
    let (passes, message) = check(&told);
    assert!(!passes && message.starts_with("`mcp-live.json` cannot be read: "), "{message}");
}

/// Some JSON, of the words that a recording has among others.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop_oneof![
        "name|partial|tools|inputSchema|answers|properties|\\$ref|conditional|source|recorded",
        "[a-z]{0,3}"
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        word.clone().prop_map(Value::from)
    ];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn whatever_stands_there_a_build_goes_on(tools in any_json(), server in any_json(), whole in any_json()) {
        let recording = json!({
            "version": 1, "fingerprint": "sha256:FINGERPRINT",
            "scripts": [{ "script": "weather", "answers": [{
                "capabilities": ["all"], "protocol": "", "server": server, "tools": [{ "name": "rain", "inputSchema": tools }],
                "prompts": [], "resources": [], "resourceTemplates": [],
            }] }],
        });
        for text in [recording.to_string(), whole.to_string()] {
            let (folder, _) = open(&[(LIVE_FILE, &text)]);
            let contract = contract(folder.path());
            prop_assert!(contract["tools"].is_array());
        }
    }
}
