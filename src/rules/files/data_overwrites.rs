use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Location};
use crate::project::EntryPoint;
use crate::rule::{Subject, declare_rule};
use crate::text::RelPath;

declare_rule! {
    /// ## What it does
    /// Looks for files that the setting [`data`](../configuration.md) installs over others of the same wheel: over a
    /// module's own, of `purelib` and `platlib` alike, or over the command that a script of the project becomes.
    ///
    /// ## Why is this bad?
    /// One of the two is gone after the install, and installers differ in which. What was tested is not what users get.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// data = { purelib = "extra" }
    /// ```
    ///
    /// `extra/weather/server.py`:
    /// ```python
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// data = { purelib = "extra" }
    /// ```
    ///
    /// `extra/weather_shared/tides.py`:
    /// ```python
    /// ```
    FIL023 "data-overwrites" Warning Author Strict
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let mut libraries: HashMap<&str, &RelPath> = HashMap::new();
    for shipped in &subject.layout.wheel {
        libraries.insert(&shipped.installed, &shipped.file.path);
    }
    let mut commands: HashMap<String, &RelPath> = HashMap::new();
    for shipped in &subject.layout.data {
        let path = &shipped.file.path;
        if let Some(installed) = library(&shipped.installed)
            && let Some(other) = libraries.insert(installed, path)
        {
            report.push(over_a_file(path, other, installed));
        }
        if let Some(command) = command(&shipped.installed) {
            if let Some(entry) = entry_called(subject, &command) {
                let place = subject.project.at(entry.name.span);
                report.push(over_a_script(path, &entry.name.value, place));
            } else if let Some(other) = commands.insert(command, path) {
                report.push(over_a_file(path, other, path.name()));
            }
        }
    }
}

/// The path among the libraries: almost everywhere both schemes are one folder.
fn library(installed: &str) -> Option<&str> {
    ["purelib/", "platlib/"].iter().find_map(|scheme| installed.strip_prefix(scheme))
}

/// The name of the command that the file becomes; systems that take no notice of case are asked too.
fn command(installed: &str) -> Option<String> {
    let folders = ["scripts/", "data/bin/", "data/Scripts/"];
    let name = folders.iter().find_map(|folder| installed.strip_prefix(folder))?;
    (!name.contains('/')).then(|| name.to_lowercase().trim_end_matches(".exe").to_owned())
}

fn entry_called<'a>(subject: &Subject<'a>, command: &str) -> Option<&'a EntryPoint> {
    subject.project.scripts().map(|(_, entry)| entry).find(|entry| entry.name.value.to_lowercase() == command)
}

fn over_a_file(path: &RelPath, other: &RelPath, installed: &str) -> Diagnostic {
    let message = format!("`{path}` and `{other}` are both installed as `{installed}`");
    RULE.at(path, message).related(other, "the other").help("remove it, or rename it")
}

fn over_a_script(path: &RelPath, name: &str, place: Location) -> Diagnostic {
    let message = format!("`{path}` and the command of the script `{name}` are installed at one place");
    RULE.at(path, message).related(place, "the script").help("remove it, or rename it")
}
