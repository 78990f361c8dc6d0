use crate::diagnostic::{Diagnostic, Level};
use crate::program::{Reachability, ResolvedFileUse};
use crate::rule::{Subject, declare_rule};
use crate::syntax::{Access, Call, FileUse, Guard, Guards, Module, StaticValue};
use crate::text::RelPath;
use crate::tree::SourceFile;

declare_rule! {
    /// ## What it does
    /// Checks that the wheel holds the files and folders that the server reads from its own place: from `__file__`, as in
    /// `Path(__file__).parent / "cities.json"`, or by `importlib.resources.files("weather")`, `pkgutil.get_data` and their
    /// kin; also the folders of `PackageLoader`, `FileSystemLoader`, `Jinja2Templates` and `StaticFiles`.
    ///
    /// It is an error where a script surely reads the file at its start. It is a warning where the read stands in what a
    /// client calls, under a condition, behind a `return`, or where a caller catches the failure; where other code is
    /// handed the folder and may make the file; and for a missing folder that the project does not hold either. What the
    /// program itself makes, hands to other code, looks for or reads under `except OSError` is left alone, and so is what
    /// `data` puts into the environment.
    ///
    /// A path from the folder in which the server is started, such as `open("data/cities.json")`, is a warning where that
    /// file lies in the project.
    ///
    /// ## Why is this bad?
    /// In the checkout the file is there. Installed, the server ends with `FileNotFoundError`.
    ///
    /// Remedy: by hand, since the code that reads the file changes with its place.
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
    FIL008 "data-file-not-shipped" Error(Start) Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    if !subject.layout.complete() {
        return;
    }
    let reads = |facts: &Module| facts.files().iter().any(|file| file.access.reads());
    if subject.program.iter().any(|(_, facts)| reads(facts)) {
        let touches = subject.program.touches();
        report.extend(touches.iter().filter_map(|touch| missing(subject, &touches, touch)));
    }
    for (name, facts) in subject.program.iter() {
        let Some(path) = subject.program.path(name) else { continue };
        for call in facts.calls().iter().filter(|call| runs(subject, name, call.body, &call.guards)) {
            report.extend(relative(subject, facts, path, call));
        }
    }
}

/// Whether the code runs under nothing but the functions around it, for a script or a client.
fn runs(subject: &Subject<'_>, module: &str, body: usize, guards: &Guards) -> bool {
    guards.all().iter().all(|guard| matches!(guard, Guard::Function | Guard::VariableHandled))
        && subject.program.reach_of(module, body) >= Reachability::Called
}

/// How sure it is that somebody misses the file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Doubt {
    /// A script fails at its start.
    None,
    /// The read may not happen, or its failure may not matter.
    Read,
    /// Something else in the program may make the file.
    Made,
}

fn missing(
    subject: &Subject<'_>,
    touches: &[ResolvedFileUse<'_>],
    touch: &ResolvedFileUse<'_>,
) -> Option<Diagnostic> {
    let read = touch.file.filter(|_| touch.access.reads() && !touch.place.open)?;
    let module = subject.program.path(touch.module)?;
    let folder = matches!(touch.access, Access::ReadFolder { .. });
    let here = touch.place.project.as_deref().and_then(|path| RelPath::parse(path).ok())?;
    let installed = touch.place.installed.as_deref();
    if installed.is_some_and(|place| ships(subject, place, folder)) || is_data(subject, &here, folder) {
        return None;
    }
    let doubt = happens(subject, touch, read)?.max(doubt_of_others(touches, touch, folder)?);
    let doubt = if subject.program.unread().next().is_some() { doubt.max(Doubt::Made) } else { doubt };
    let (text, what) = match (read.path.parts.join("/"), folder) {
        (text, _) if text.is_empty() => (here.to_string(), ""),
        (text, true) => (text, "the folder "),
        (text, false) => (text, ""),
    };
    let finding =
        RULE.at((module, read.span), format!("reads {what}`{text}`, which the wheel does not hold there"));
    let found = if folder { subject.tree.below(&here).first() } else { subject.tree.file(&here) };
    let (finding, certain) = match found {
        Some(file) => (in_the_project(subject, finding, &here, file, folder), doubt == Doubt::None),
        // beyond the module's own folders another distribution may have it
        None if doubt == Doubt::Made || !installed.is_some_and(|place| is_own(subject, place)) => {
            return None;
        }
        None => {
            let what = if folder { "folder" } else { "file" };
            let finding = finding.help(format!("put the {what} into the module's folder"));
            (finding, doubt == Doubt::None && !folder)
        }
    };
    Some(finding.warning_unless(certain))
}

fn in_the_project(
    subject: &Subject<'_>,
    finding: Diagnostic,
    here: &RelPath,
    file: &SourceFile,
    folder: bool,
) -> Diagnostic {
    let what = if folder { "a file of the folder in the project" } else { "the file in the project" };
    let finding = finding.related(&file.path, what);
    if !folder && subject.tree.holds_secret(file) {
        return finding.help("take what is secret from the environment of the server");
    }
    let roots = &subject.layout.roots;
    if roots.iter().any(|root| root.package && here.below(&root.path).is_some()) {
        return finding.help("let `wheel-include` name it");
    }
    finding.help("move it into the module's folder, and read it from there")
}

fn ships(subject: &Subject<'_>, place: &str, folder: bool) -> bool {
    let mut shipped = subject.layout.wheel.iter().map(|shipped| shipped.installed.as_str());
    shipped.any(|installed| if folder { is_below(installed, place) } else { installed == place })
}

/// Whether a scheme folder of the wheel holds a file of that name: where that will lie, the text does not tell.
fn is_data(subject: &Subject<'_>, here: &RelPath, folder: bool) -> bool {
    let named = |installed: &str| {
        let mut parts = installed.split('/').rev();
        if folder { parts.skip(1).any(|part| part == here.name()) } else { parts.next() == Some(here.name()) }
    };
    subject.layout.data.iter().any(|shipped| named(&shipped.installed))
}

/// Whether only this project installs what lies there.
fn is_own(subject: &Subject<'_>, place: &str) -> bool {
    let mut roots = subject.layout.roots.iter().filter(|root| root.package);
    roots.any(|root| is_below(place, &root.name.replace('.', "/")))
}

/// How sure it is that the read happens and that nobody is prepared for its failure; none where somebody is, or nothing
/// leads there.
fn happens(subject: &Subject<'_>, touch: &ResolvedFileUse<'_>, read: &FileUse) -> Option<Doubt> {
    let program = subject.program;
    let facts = program.module(touch.module)?;
    let guards = read.guards.all();
    if facts.lookup(read.body, "open").is_some()
        || !guards
            .iter()
            .all(|guard| matches!(guard, Guard::Function | Guard::Condition | Guard::VariableHandled))
        || program.reach_of(touch.module, read.body) < Reachability::Called
    {
        return None;
    }
    let fails = matches!(touch.access, Access::Read { fails: true } | Access::ReadFolder { fails: true });
    let certain =
        fails && !guards.contains(&Guard::Condition) && program.starts_unprepared(touch.module, read.body);
    Some(if certain { Doubt::None } else { Doubt::Read })
}

/// How sure it is that nothing else makes the file; none where something makes it, or looks whether it is there.
fn doubt_of_others(
    touches: &[ResolvedFileUse<'_>],
    read: &ResolvedFileUse<'_>,
    folder: bool,
) -> Option<Doubt> {
    let path = read.place.project.as_deref()?;
    let mut doubt = Doubt::None;
    for other in touches.iter().filter(|other| !other.access.reads()) {
        let Some(other_path) = other.place.project.as_deref() else { continue };
        let open = other.place.open;
        let settles = matches!(other.access, Access::Make | Access::Test) && !open;
        let fills = folder && other.access == Access::Make;
        if !open && path == other_path
            || settles && is_below(path, other_path)
            || fills && (is_below(other_path, path) || open && path == other_path)
        {
            return None;
        }
        let hides = other.access != Access::Test;
        if hides && (is_below(path, other_path) || folder && open && path == other_path) {
            doubt = Doubt::Made;
        }
    }
    Some(doubt)
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// `open("data/cities.json")`.
fn relative(subject: &Subject<'_>, facts: &Module, module: &RelPath, call: &Call) -> Option<Diagnostic> {
    let builtin = call.path == "open" && facts.lookup(call.body, "open").is_none();
    let [file] = &*call.positional().collect::<Vec<_>>() else { return None };
    let StaticValue::Text(text) = &file.value else { return None };
    let path = RelPath::parse(text).ok().filter(|_| builtin && call.keyword("mode").is_none())?;
    subject.tree.file(&path).filter(|_| !is_named_otherwise(subject, text))?;
    let finding = RULE
        .at((module, file.span), format!("reads `{text}` from the folder in which the server is started"));
    Some(
        finding
            .level(Level::Warning)
            .help("move it into the module's folder, and begin the path at `__file__`"),
    )
}

/// Whether the program hands this path, or a folder of it, to anything but a plain `open`: it may make the file.
fn is_named_otherwise(subject: &Subject<'_>, path: &str) -> bool {
    let mut calls = subject.program.iter().flat_map(|(_, facts)| facts.calls());
    calls.any(|call| {
        let last = call.path.rsplit('.').next().unwrap_or_default();
        let folders = matches!(last, "Path" | "exists" | "isdir" | "makedirs" | "mkdir");
        let mode = call.keyword("mode").or_else(|| call.positional().nth(1)).map(|mode| &mode.value);
        let only_reads =
            |mode: &StaticValue| matches!(mode, StaticValue::Text(mode) if !mode.contains(['w', 'a', 'x', '+']));
        let reads = call.path == "open" && mode.is_none_or(only_reads);
        let names = |value: &StaticValue| match value {
            StaticValue::Text(text) => text == path || folders && is_below(path, text.trim_end_matches('/')),
            _ => false,
        };
        !reads && call.arguments.iter().any(|argument| names(&argument.value))
    })
}
