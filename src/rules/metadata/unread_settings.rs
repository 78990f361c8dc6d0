use crate::diagnostic::{Diagnostic, Location};
use crate::foreign::Setup;
use crate::migration;
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::rule::{Subject, declare_rule};
use crate::text::{RelPath, Span, closest, listed};

declare_rule! {
    /// ## What it does
    /// Finds settings that nothing reads: tables that are meant for this backend and called otherwise, and, in a project
    /// that this backend builds, what another one was told in `pyproject.toml`, `setup.py`, `setup.cfg` or `MANIFEST.in`.
    ///
    /// What a tool reads beside the build, such as `tool.hatch.envs` or the groups of Poetry, is none of it.
    ///
    /// ## Why is this bad?
    /// What was kept out of the wheel is in it, and what was put in is missing, without a word.
    ///
    /// Remedy: by hand, since only the packager knows what of it still holds.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.hatch.build.targets.wheel]
    /// exclude = ["src/weather/internal"]
    /// ```
    /// `src/weather/internal/notes.txt`:
    /// ```text
    /// What customers told.
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// wheel-exclude = ["src/weather/internal"]
    /// ```
    /// `src/weather/internal/notes.txt`:
    /// ```text
    /// What customers told.
    /// ```
    MET028 "unread-settings" Warning Author Strict
}

/// The table of this backend.
const OWN: &str = "mcp-backend";

/// What is left of a table or file of another backend.
struct Left {
    place: Location,
    /// The table or file.
    of: String,
    /// The keys in it.
    keys: Vec<String>,
    backend: &'static str,
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let (root, _) = toml::parse(subject.project.source.text());
    report.extend(misnamed(subject, &root));
    if !subject.project.build_system.is_ours() {
        return;
    }
    let mut left = tables(subject, &root);
    left.extend(setup(subject));
    left.extend(manifest(subject));
    for Left { place, of, keys, backend } in left {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let what = if keys.is_empty() { format!("`{of}`") } else { format!("{} in `{of}`", listed(&keys)) };
        let message = format!("only {backend} reads {what}, and it does not build this project");
        let help = "say in `[tool.mcp-backend]` what of it still holds, and remove it";
        report.push(RULE.at(place, message).help(help));
    }
}

/// Tables that look like this backend's.
fn misnamed(subject: &Subject<'_>, root: &TomlNode) -> Vec<Diagnostic> {
    let is_ours = subject.project.build_system.is_ours();
    let meant = |name: &str| {
        let folded: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
        let alike = folded.eq_ignore_ascii_case("mcpbackend");
        name != OWN && (alike || is_ours && closest(name, [OWN]).is_some())
    };
    let mut found: Vec<(Span, String)> = Vec::new();
    for (table, node) in toml::entries(root) {
        if meant(&table.value) || table.value == OWN {
            found.push((table.span, format!("[{}]", table.value)));
        }
        let is_tool = table.value == "tool";
        if is_tool || closest(&table.value, ["tool"]).is_some() {
            let names = toml::entries(node).iter().map(|(name, _)| name);
            let wrong = names.filter(|name| meant(&name.value) || !is_tool && name.value == OWN);
            found.extend(wrong.map(|name| (name.span, format!("{}.{}", table.value, name.value))));
        }
    }
    let is_there = toml::at(root, "tool").is_some_and(|tool| toml::at(tool, OWN).is_some());
    let finding = |(span, name): (Span, String)| {
        let right = if name.starts_with('[') { "[tool.mcp-backend]" } else { "tool.mcp-backend" };
        let help = if is_there {
            "move what it says to `[tool.mcp-backend]`".to_owned()
        } else {
            format!("rename `{name}` to `{right}`")
        };
        RULE.card.at(subject.project.at(span), format!("nobody reads `{name}`")).help(help)
    };
    found.into_iter().map(finding).collect()
}

/// What the tables of other backends say.
fn tables(subject: &Subject<'_>, root: &TomlNode) -> Vec<Left> {
    let mut all = Vec::new();
    for (backend, tables) in migration::tables() {
        for table in tables {
            let Some(node) = toml::at(root, table) else { continue };
            let mut left = Vec::new();
            leaves(node, table, &mut left);
            for (of, key, span) in left {
                if is_read_elsewhere(subject, &of, &key) {
                    continue;
                }
                match all.iter_mut().find(|left: &&mut Left| left.of == of) {
                    Some(left) => left.keys.push(key),
                    None => all.push(Left { place: subject.project.at(span), of, keys: vec![key], backend }),
                }
            }
        }
    }
    for left in &mut all {
        left.of = format!("[{}]", left.of);
    }
    all
}

/// The values in a table and in those below it: table, key and the place of the key.
fn leaves(node: &TomlNode, table: &str, found: &mut Vec<(String, String, Span)>) {
    for (key, node) in toml::entries(node) {
        match &node.kind {
            TomlKind::Table(_) => leaves(node, &format!("{table}.{}", key.value), found),
            _ => found.push((table.to_owned(), key.value.clone(), key.span)),
        }
    }
}

/// Whether Poetry reads it where it is no backend, to keep an environment.
fn is_read_elsewhere(subject: &Subject<'_>, table: &str, key: &str) -> bool {
    let Some(rest) = table.strip_prefix("tool.poetry") else { return false };
    let first = rest.trim_start_matches('.').split('.').next().filter(|part| !part.is_empty());
    match first.unwrap_or(key) {
        "group" | "dev-dependencies" | "source" | "package-mode" | "requires-poetry" | "requires-plugins"
        | "build-constraints" => true,
        // they say how to lock what `[project]` requires
        "dependencies" | "extras" => subject.project.has("dependencies"),
        _ => false,
    }
}

/// What `setup.py` and `setup.cfg` tell setuptools.
fn setup(subject: &Subject<'_>) -> Vec<Left> {
    let mut all: Vec<Left> = Vec::new();
    for (key, _, file, _) in Setup::read(subject.tree).said {
        match all.iter_mut().find(|left| left.of == file) {
            Some(left) => left.keys.push(key),
            None => all.push(Left {
                place: Location::whole(&RelPath::new(file)),
                of: file.to_owned(),
                keys: vec![key],
                backend: "setuptools",
            }),
        }
    }
    all
}

/// What `MANIFEST.in` tells setuptools.
fn manifest(subject: &Subject<'_>) -> Option<Left> {
    let path = RelPath::new("MANIFEST.in");
    let text = subject.tree.text(&path)?;
    let says = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let left = || Left {
        place: Location::whole(&path),
        of: path.to_string(),
        keys: Vec::new(),
        backend: "setuptools",
    };
    text.lines().any(says).then(left)
}
