//! FIL008.

use std::collections::BTreeSet;

use crate::diagnostic::{Diagnostic, Level, Location};
use crate::program::Reach;
use crate::rule::{Subject, declare_rule};
use crate::syntax::{Anchored, Call, FileRead, Guard, Guards, Module, Value};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Checks that the wheel holds the files that the server reads from its own place, as in
    /// `Path(__file__).parent / "cities.json"`.
    ///
    /// A path from the folder in which the server is started, such as `open("data/cities.json")`, is a warning where that
    /// file lies in the project; so is what a function reads, as its caller may be prepared. What is written, tested for or
    /// read under `except OSError` is left alone.
    ///
    /// ## Why is this bad?
    /// In the checkout the file is there. Installed, the server ends with `FileNotFoundError`.
    ///
    /// ## Example
    /// `src/weather/server.py`:
    /// ```python
    /// from pathlib import Path
    ///
    /// from mcp.server import MCPServer
    ///
    /// CITIES = (Path(__file__).parent.parent.parent / "cities.json").read_text()
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    /// `cities.json`:
    /// ```json
    /// ["Paris"]
    /// ```
    ///
    /// Use instead:
    /// `src/weather/server.py`:
    /// ```python
    /// from pathlib import Path
    ///
    /// from mcp.server import MCPServer
    ///
    /// CITIES = (Path(__file__).parent / "cities.json").read_text()
    ///
    /// mcp = MCPServer("weather")
    ///
    /// def main() -> None:
    ///     mcp.run()
    /// ```
    /// `src/weather/cities.json`:
    /// ```json
    /// ["Paris"]
    /// ```
    FIL008 "data-file-not-shipped" Error Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    if !subject.layout.complete() {
        return;
    }
    // another module may make the file that this one reads
    let certain = !subject.program.iter().any(|(_, facts)| handles_files(facts));
    for (name, facts) in subject.program.iter() {
        let Some(path) = subject.program.path(name).filter(|_| !handles_files(facts)) else { continue };
        for read in facts.reads().iter().filter(|read| runs(subject, name, read.body, &read.guards)) {
            if facts.lookup(read.body, "open").is_none() {
                // a caller may be prepared for what a function finds missing
                report.extend(missing(subject, path, read, certain && read.body == 0));
            }
        }
        for call in facts.calls().iter().filter(|call| runs(subject, name, call.body, &call.guards)) {
            report.extend(relative(subject, facts, path, call));
        }
    }
}

/// Whether the module writes files, or looks whether they are there: what it reads may be its own.
fn handles_files(facts: &Module) -> bool {
    let methods =
        ["exists(", "is_file(", "isfile(", "write_text(", "write_bytes(", "mkdir(", "makedirs(", "touch("];
    let modes = [
        "\"w\"", "'w'", "\"w+\"", "'w+'", "\"wt\"", "'wt'", "\"a+\"", "'a+'", "\"r+\"", "'r+'", "\"wb\"",
        "'wb'", "\"a\"", "'a'", "\"x\"", "'x'",
    ];
    let mut words = methods.iter().chain(&modes);
    words.any(|word| facts.source().text().contains(word))
}

/// Whether the code runs under nothing but the functions around it, for a script or a client.
fn runs(subject: &Subject<'_>, module: &str, body: usize, guards: &Guards) -> bool {
    guards.all().iter().all(|guard| *guard == Guard::Function)
        && subject.program.reach_of(module, body) >= Reach::Called
}

fn missing(subject: &Subject<'_>, module: &RelPath, read: &FileRead, certain: bool) -> Option<Diagnostic> {
    let installed = subject.layout.wheel.iter().find(|shipped| shipped.file.path == *module)?;
    let place = below(&installed.installed, &read.path);
    let shipped: BTreeSet<&str> =
        subject.layout.wheel.iter().map(|shipped| shipped.installed.as_str()).collect();
    if place.as_deref().is_some_and(|place| shipped.contains(place)) {
        return None;
    }
    let file = read.path.parts.join("/");
    let finding = RULE.card.at(
        Location::span(module, read.span),
        format!("reads `{file}`, which the wheel does not hold there"),
    );
    let here =
        below(module.as_str(), &read.path).map(RelPath::new).filter(|path| subject.tree.file(path).is_some());
    let finding = subject.of_this_backend(finding);
    match here {
        Some(path) => {
            let finding = finding
                .related(Location::whole(&path), "the file in the project")
                .help("move it into the module's folder, and read it from there");
            Some(if certain { finding } else { finding.level(Level::Warning) })
        }
        // beyond the module's own folders another distribution may have it
        None => place
            .filter(|place| place.contains('/') && subject.layout.modules.owns(&place.replace('/', ".")))
            .map(|_| finding.level(Level::Warning).help("put the file into the module's folder")),
    }
}

/// Where the path leads from the file at `from`; none where that is above everything.
fn below(from: &str, path: &Anchored) -> Option<String> {
    let parts: Vec<&str> = from.split('/').collect();
    let kept = parts.get(..parts.len().checked_sub(path.up)?)?;
    let parts: Vec<&str> = kept.iter().copied().chain(path.parts.iter().map(String::as_str)).collect();
    Some(parts.join("/"))
}

/// `open("data/cities.json")`.
fn relative(subject: &Subject<'_>, facts: &Module, module: &RelPath, call: &Call) -> Option<Diagnostic> {
    let builtin = call.path == "open" && facts.lookup(call.body, "open").is_none();
    let [file] = &*call.positional().collect::<Vec<_>>() else { return None };
    let Value::Text(text) = &file.value else { return None };
    let path = RelPath::parse(text).ok().filter(|_| builtin && call.keyword("mode").is_none())?;
    subject.tree.file(&path)?;
    let finding = RULE.card.at(
        Location::span(module, file.span),
        format!("reads `{text}` from the folder in which the server is started"),
    );
    Some(
        finding
            .level(Level::Warning)
            .help("move it into the module's folder, and begin the path at `__file__`"),
    )
}
