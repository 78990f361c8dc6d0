//! A healthy little MCP server, which every case changes a little, and the check of the result.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mcp_backend::analysis::Analysis;
use mcp_backend::check::{self, Selection, Strictness};
use mcp_backend::contract::LIVE_FILE;
use mcp_backend::diagnostic::Report;
use mcp_backend::render::{Format, TerminalStyle, render};

/// Files by path.
pub(crate) type Files = BTreeMap<String, String>;

/// A project in which no rule finds anything.
pub(crate) fn files() -> Files {
    let files = [
        (
            "pyproject.toml",
            r#"[build-system]
requires = ["mcp-backend"]
build-backend = "mcp_backend"

[project]
name = "weather"
version = "1.0.0"
description = "Tells the weather"
readme = "README.md"
requires-python = ">=3.10"
license = "MIT"
license-files = ["LICENSE"]
authors = [{ name = "Ada Example", email = "ada@example.org" }]
dependencies = ["mcp>=2.3,<3"]

[project.urls]
Homepage = "https://example.org/weather"

[project.scripts]
weather = "weather.server:main"
"#,
        ),
        ("README.md", "# weather\n\nTells the weather.\n"),
        ("LICENSE", "MIT License\n"),
        ("src/weather/__init__.py", "\"\"\"Tells the weather.\"\"\"\n\n__version__ = \"1.0.0\"\n"),
        (
            "src/weather/server.py",
            r#""""The server."""

from mcp.server import MCPServer

mcp = MCPServer("weather")


@mcp.tool()
def forecast(city: str) -> str:
    """Tell tomorrow's weather in a city."""
    return f"Rain in {city}."


def main() -> None:
    """Serve on stdio."""
    mcp.run()
"#,
        ),
    ];
    files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect()
}

/// What the text of a file begins with that is a link; the target follows.
pub(crate) const LINK: &str = "\0link to ";

/// What the text of a file begins with that is only large; the number of its bytes follows, all of them zero.
const SIZE: &str = "\0bytes: ";

/// What the text of a file begins with that is no text; its bytes follow as pairs of hexadecimal digits.
const HEX: &str = "\0hex: ";

/// The text of the file that a block holds, by what it is fenced as: `link` and its target, `size` and a number of
/// bytes, `hex` and the bytes themselves, or the text itself.
pub(crate) fn text(fence: &str, block: String) -> String {
    match fence {
        "link" => format!("{LINK}{block}"),
        "size" => format!("{SIZE}{block}"),
        "hex" => format!("{HEX}{block}"),
        _ => block,
    }
}

/// What stands for the fingerprint of the project in its recorded answer.
const FINGERPRINT: &str = "sha256:FINGERPRINT";

/// Writes `files` below `root`.
pub(crate) fn lay(root: &Path, files: &Files) {
    written(root, files);
    if let Some(recording) = files.get(LIVE_FILE).filter(|text| text.contains(FINGERPRINT)) {
        let analysis = Analysis::for_a_look(root).expect("the project can be read");
        let recording = recording.replace(FINGERPRINT, &analysis.recordable().fingerprint());
        fs::write(root.join(LIVE_FILE), recording).expect("the file can be written");
    }
}

/// A folder of its own with `files`.
pub(crate) fn laid(files: &Files) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    lay(folder.path(), files);
    folder
}

fn written(root: &Path, files: &Files) {
    for (path, text) in files {
        let place = root.join(path);
        fs::create_dir_all(place.parent().expect("a file lies in a folder")).expect("the folder can be made");
        if let Some(target) = text.strip_prefix(LINK) {
            link(target.trim_end(), &place);
        } else if let Some(size) = text.strip_prefix(SIZE) {
            let file = fs::File::create(place).expect("the file can be written");
            file.set_len(size.trim_end().parse().expect("a number of bytes")).expect("it can be so large");
        } else if let Some(digits) = text.strip_prefix(HEX) {
            let bytes = digits.split_whitespace().map(|pair| u8::from_str_radix(pair, 16).expect("a byte"));
            fs::write(place, bytes.collect::<Vec<_>>()).expect("the file can be written");
        } else {
            fs::write(place, text).expect("the file can be written");
        }
    }
}

#[cfg(unix)]
fn link(target: &str, place: &Path) {
    std::os::unix::fs::symlink(target, place).expect("the link can be made");
}

#[cfg(not(unix))]
fn link(_: &str, place: &Path) {
    panic!("{} is a link", place.display());
}

/// What the rules find in a project of these files.
pub(crate) fn report(files: &Files) -> Report {
    let folder = tempfile::tempdir().expect("a temporary folder");
    lay(folder.path(), files);
    let analysis = Analysis::read(folder.path()).expect("the project can be read");
    check::run(&analysis.subject(), Strictness::Full, &Selection::default())
}

/// The findings, a line each: `path:line:column: level[CODE] message`.
pub(crate) fn lines(report: &Report) -> Vec<String> {
    render(report, Format::Concise, TerminalStyle::default()).lines().map(str::to_owned).collect()
}

#[test]
fn the_healthy_server_is_clean() {
    assert_eq!(lines(&report(&files())), Vec::<String>::new());
}
