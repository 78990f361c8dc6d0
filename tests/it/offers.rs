//! What servers offer, told in `tests/offers/*.md`.
//!
//! A heading begins a case: the healthy little server with some files changed, as in `tests/rules`. `Requires` and a
//! requirement in backticks takes the place of its dependencies. The last block of a case, fenced as `offer`, holds what
//! is read from it, a line each: a tool with its parameters (`?` behind what may be left out), a prompt, a resource, a
//! place that is unknown; where it stands; whether it is conditional, of which scripts alone it is, and in which fields it
//! is partial.

use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
use mcp_backend::server::{Primitive, Primitives};

use crate::healthy::{self, Files};

#[test]
fn every_offer_is_read() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut files: Vec<_> = fs::read_dir("tests/offers").expect("the cases lie there").collect();
    files.sort_by_key(|entry| entry.as_ref().map(fs::DirEntry::path).ok());
    for entry in files {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("the cases are text");
        let told = retold(&text);
        if told != text && update {
            fs::write(&path, &told).expect("the cases can be written");
        } else if told != text {
            let lines = text.lines().zip(told.lines()).find(|(left, right)| left != right);
            wrong.push(format!("{}: {lines:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}\n(`UPDATE=1` rewrites them)", wrong.join("\n"));
}

/// What is read of the little server with this module, and the folder that it lies in.
fn analysed(server: &str) -> (tempfile::TempDir, Analysis) {
    let mut files = healthy::files();
    files.insert("src/weather/server.py".to_owned(), server.to_owned());
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::for_a_build(folder.path()).expect("the project can be read");
    (folder, analysis)
}

#[test]
fn a_tuple_in_a_literal_is_what_it_holds() {
    let server = r#"
from typing import Literal

from mcp.server import MCPServer

mcp = MCPServer("weather")
UNITS = {"celsius": "C", "kelvin": "K"}


@mcp.tool()
def forecast(unit: Literal[tuple(UNITS)], days: Literal[(1, 2)], city: Literal[tuple(["Ulm"])]) -> str: ...


def main():
    mcp.run()
"#;
    let (_folder, analysis) = analysed(server);
    let schema = &analysis.primitives().tools[0].listed["inputSchema"]["properties"];
    assert_eq!(schema["unit"]["enum"], serde_json::json!(["celsius", "kelvin"]), "{schema}");
    assert_eq!(schema["days"]["enum"], serde_json::json!([1, 2]), "{schema}");
    assert_eq!(schema["city"]["const"], "Ulm", "{schema}");
}

/// Pydantic warns that a default has no effect on the arm of a union, or on an item, and writes it.
#[test]
fn a_default_within_a_type_is_listed() {
    let server = r#"
from typing import Annotated

from mcp.server import MCPServer
from pydantic import Field

mcp = MCPServer("weather")


@mcp.tool()
def forecast(
    city: Annotated[str, Field(default="Ulm", description="which")] | None = None,
    days: list[Annotated[int, Field(default=3)]] = [],
): ...


def main():
    mcp.run()
"#;
    let (_folder, analysis) = analysed(server);
    let properties = &analysis.primitives().tools[0].listed["inputSchema"]["properties"];
    let arm = serde_json::json!({"default": "Ulm", "description": "which", "type": "string"});
    assert_eq!(properties["city"]["anyOf"][0], arm, "{properties}");
    assert_eq!(properties["days"]["items"]["default"], 3, "{properties}");
}

/// `fastmcp` keeps an adapter for each type, and to Python unions are equal whatever the order of their arms.
#[test]
fn of_equal_types_the_first_is_kept() {
    let server = r#"
from fastmcp import FastMCP

mcp = FastMCP("weather")


@mcp.tool
def first(city: str) -> dict | str: ...


@mcp.tool
def second(city: str) -> str | dict: ...


def main():
    mcp.run()
"#;
    let (_folder, analysis) = analysed(server);
    let tools = &analysis.primitives().tools;
    let arms = tools.iter().map(|tool| &tool.listed["outputSchema"]["properties"]["result"]["anyOf"]);
    for arms in arms {
        assert_eq!([&arms[0]["type"], &arms[1]["type"]], ["object", "string"], "{arms}");
    }
}

#[test]
fn the_line_ends_of_a_file_are_in_no_description() {
    let server = r#"
from mcp.server import MCPServer

mcp = MCPServer("weather")


@mcp.tool()
def forecast(city: str) -> str:
    """Tell the weather.

    Of tomorrow."""


def main():
    mcp.run()
"#;
    let mut files = healthy::files();
    files.insert("src/weather/server.py".to_owned(), server.replace('\n', "\r\n"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::for_a_build(folder.path()).expect("the project can be read");
    let listed = &analysis.primitives().tools[0].listed;
    let description = listed["description"].as_str().expect("a text");
    assert!(
        description.starts_with("Tell the weather.\n\n") && !description.contains('\r'),
        "{description:?}"
    );
}

#[test]
fn a_computed_field_is_described_by_its_docstring() {
    // `mcp` publishes the schema of what is validated, which has none
    let server = r#"
from fastmcp import FastMCP
from pydantic import BaseModel, computed_field

mcp = FastMCP("weather")


class Forecast(BaseModel):
    city: str

    @computed_field
    @property
    def days(self) -> int:
        """How many
            days.
        """
        return 1


@mcp.tool()
def forecast(city: str) -> Forecast: ...


def main():
    mcp.run()
"#;
    let mut files = healthy::files();
    require(&mut files, "fastmcp>=4.1,<5");
    files.insert("src/weather/server.py".to_owned(), server.to_owned());
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    let analysis = Analysis::for_a_build(folder.path()).expect("the project can be read");
    let schema = &analysis.primitives().tools[0].listed["outputSchema"];
    let days = serde_json::json!({
        "type": "integer", "description": "How many\ndays.", "readOnly": true,
    });
    assert_eq!(schema["properties"]["days"], days, "{schema}");
}

/// The same text with each `offer` block as it is really read.
fn retold(text: &str) -> String {
    let (mut told, mut files, mut path) = (String::new(), healthy::files(), None);
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("## ") {
            files = healthy::files();
        }
        if let Some(requirement) = line.strip_prefix("Requires `").and_then(|rest| rest.strip_suffix("`.")) {
            require(&mut files, requirement);
        }
        told += &format!("{line}\n");
        if let Some(info) = line.strip_prefix("```") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if info == "offer" {
                told += &offer(&files);
            } else {
                let text: String = block.iter().map(|line| format!("{line}\n")).collect();
                told += &text;
                let named = path.take().unwrap_or_else(|| "src/weather/server.py".to_owned());
                files.insert(named, healthy::text(info, text));
            }
            told += "```\n";
        }
        if let Some(named) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            path = Some(named.to_owned());
        }
    }
    told
}

fn require(files: &mut Files, requirement: &str) {
    let project = files.get_mut("pyproject.toml").expect("the project has one");
    *project = project.replace("\"mcp>=2.3,<3\"", &format!("\"{requirement}\""));
}

fn offer(files: &Files) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), files);
    let analysis = Analysis::for_a_build(Path::new(folder.path())).expect("the project can be read");
    lines(analysis.primitives())
}

fn lines(offered: &Primitives) -> String {
    let mut told = String::new();
    for (kind, list) in [
        ("tool", &offered.tools),
        ("prompt", &offered.prompts),
        ("resource", &offered.resources),
        ("template", &offered.resource_templates),
    ] {
        for entry in list {
            told += &format!("{kind} {}\n", line(entry));
        }
    }
    for unknown in &offered.unknown {
        told += &format!("unknown {}:{}: {}\n", unknown.source.path, unknown.source.line, unknown.what);
    }
    told
}

fn line(entry: &Primitive) -> String {
    let name = ["uri", "uriTemplate", "name"].iter().find_map(|field| entry.text(field)).unwrap_or_default();
    let source = entry.source.as_ref().expect("an entry stands somewhere");
    let mut line = format!("{name}{} {}:{}", parameters(entry), source.path, source.line);
    if let Some(conditional) = &entry.conditional {
        let default = match conditional.default {
            Some(true) => " listed",
            Some(false) => " unlisted",
            None => "",
        };
        line += &format!(" conditional{default}");
        if !conditional.by.is_empty() {
            line += &format!(" by {}", conditional.by.join(", "));
        }
    }
    if !entry.scripts.is_empty() {
        line += &format!(" of {}", entry.scripts.join(", "));
    }
    if !entry.partial.is_empty() {
        line += &format!(" partial: {}", entry.partial.join(", "));
    }
    line
}

fn parameters(entry: &Primitive) -> String {
    let Some(schema) = entry.listed.get("inputSchema") else { return String::new() };
    let required: Vec<&str> =
        schema["required"].as_array().into_iter().flatten().filter_map(|one| one.as_str()).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    let names: Vec<String> = properties
        .map(|(name, _)| if required.contains(&name.as_str()) { name.clone() } else { format!("{name}?") })
        .collect();
    format!("({})", names.join(", "))
}
