//! A migration while it is decided, and what all backends have in common.

use std::collections::BTreeMap;

use super::document::Document;
use super::placed::Placed;
use super::sources::Sources;
use super::statements::{Form, TomlStatement};
use super::tag_settings::TagSettings;
use super::version_literal::VersionLiteral;
use super::{Backend, FileRewrite, GitState, Note};
pub(super) use crate::foreign::plain;
use crate::foreign::{self, Open};
use crate::project::{FILE_NAME, own_requirement, toml};
use crate::spec::glob::Glob;
use crate::spec::name;
use crate::spec::requirement::Requirement;
pub(super) use crate::text::literal::{key, quoted};
use crate::text::{RelPath, Span};
use crate::tree::SourceTree;

pub(super) struct Work<'a> {
    pub(super) tree: &'a SourceTree,
    pub(super) document: Document,
    pub(super) repository: &'a GitState,
    /// The project's name where `[project]` does not say it yet.
    pub(super) named: Option<String>,
    /// What the wheel installs.
    pub(super) sources: Sources,
    /// What of that is not known.
    pub(super) open: Vec<Open>,
    /// What the old backend was told to leave out, as far as a glob says it.
    pub(super) excluded: Vec<Glob>,
    /// Globs by setting, as the project lies now.
    pub(super) globs: BTreeMap<&'static str, Vec<String>>,
    /// Scheme and folder.
    pub(super) data: Vec<(String, String)>,
    pub(super) changes: Vec<FileRewrite>,
    pub(super) notes: Vec<Note>,
    /// A version that stands in the code.
    pub(super) literal: Option<VersionLiteral>,
    /// The keys of `[project]` that were dynamic and no longer are.
    settled: Vec<(String, String)>,
    /// The file that the version stays in, dynamic: the code says it where our backend reads it too.
    pub(super) stays_in: Option<String>,
    /// How our backend asks the repository's tags, where the version stays theirs.
    pub(super) from_tags: Option<TagSettings>,
}

/// What to do about settings without a counterpart, by what their keys hold.
const REMEDIES: &[(&str, &str)] = &[
    ("force-include", ": what the server reads belongs into the module's folder"),
    ("shared-data", ": `data` installs whole folders"),
    ("shared-scripts", ": `data` installs whole folders"),
    ("data-files", ": `data` installs whole folders"),
    ("script-files", ": `data` installs whole folders"),
    ("wheel-data", ": `data` installs whole folders"),
    (".hooks.", ": mcp-backend runs no code at build time"),
];

/// An array of strings, on lines of their own where they are many.
pub(super) fn array(items: &[String]) -> String {
    let all: Vec<String> = items.iter().map(|item| quoted(item)).collect();
    let line = format!("[{}]", all.join(", "));
    if line.len() <= 88 { line } else { format!("[\n    {},\n]", all.join(",\n    ")) }
}

impl<'a> Work<'a> {
    pub(super) fn new(
        tree: &'a SourceTree,
        document: Document,
        backend: &Backend,
        repository: &'a GitState,
    ) -> Self {
        let foreign = foreign::of_backend(document.root.clone(), tree, Some(backend.tool));
        Self {
            tree,
            document,
            repository,
            named: None,
            sources: Sources::of(&foreign.wheel, tree),
            open: foreign.open,
            excluded: Vec::new(),
            globs: BTreeMap::new(),
            data: Vec::new(),
            changes: Vec::new(),
            notes: Vec::new(),
            literal: None,
            stays_in: None,
            from_tags: None,
            settled: Vec::new(),
        }
    }

    /// The text of a file of the project, whose path is as written.
    pub(super) fn read(&self, path: &str) -> Option<String> {
        foreign::text(self.tree, path)
    }

    /// The project's name.
    pub(super) fn name(&self) -> Option<String> {
        self.document.text("project.name").or_else(|| self.named.clone())
    }

    /// The name as its module would bear it.
    pub(super) fn module(&self) -> String {
        let name = self.name().unwrap_or_default();
        if name::is_valid(&name) {
            name::escaped(&name)
        } else {
            name.to_lowercase().replace(['-', '.'], "_")
        }
    }

    /// Tells what is left by hand in `pyproject.toml`.
    pub(super) fn tell(&mut self, span: Span, what: impl Into<String>) {
        let line = self.document.line(span);
        self.note(FILE_NAME, line, what);
    }

    /// Tells what is left by hand in a file.
    pub(super) fn note(&mut self, path: &str, line: u32, what: impl Into<String>) {
        self.notes.push(Note { path: RelPath::new(path), line, what: what.into() });
    }

    /// Carries the globs of a setting.
    pub(super) fn glob(&mut self, setting: &'static str, glob: String) {
        let globs = self.globs.entry(setting).or_default();
        if !globs.contains(&glob) {
            globs.push(glob);
        }
    }

    /// Whether something is told of a line already.
    pub(super) fn is_told(&self, path: &str, line: u32) -> bool {
        self.notes.iter().any(|note| note.path.as_str() == path && note.line == line)
    }

    /// Whether `[project]` leaves a key to the backend.
    pub(super) fn is_dynamic(&self, key: &str) -> bool {
        self.document.strings("project.dynamic").is_some_and(|keys| keys.iter().any(|other| other == key))
    }

    /// Writes a key into `[project]` that was dynamic; `value` is TOML.
    pub(super) fn settle(&mut self, key: &str, value: String) {
        if !self.settled.iter().any(|(other, _)| other == key) {
            self.settled.push((key.to_owned(), value));
        }
    }

    /// Whether a key was settled.
    pub(super) fn is_settled(&self, key: &str) -> bool {
        (key == "version" && (self.literal.is_some() || self.from_tags.is_some()))
            || self.settled.iter().any(|(other, _)| other == key)
    }

    /// The value of a settled key, which is written by who asks.
    pub(super) fn settled(&mut self, key: &str) -> String {
        let at = self.settled.iter().position(|(other, _)| other == key);
        at.map(|at| self.settled.remove(at).1).unwrap_or_default()
    }

    /// Writes the settled keys and takes them out of `dynamic`; what nobody fills in is told.
    fn write_settled(&mut self) {
        let settled = std::mem::take(&mut self.settled);
        let mut lines: String =
            settled.iter().map(|(name, value)| format!("{} = {value}\n", key(name))).collect();
        let node = self.document.at("project.dynamic").cloned();
        let gone: Vec<String> = node.as_ref().map(toml::strings).unwrap_or_default();
        let kept: Vec<String> =
            gone.iter().filter(|key| !settled.iter().any(|(other, _)| other == *key)).cloned().collect();
        if let Some(node) = &node {
            for left in &kept {
                let line = self.document.line(node.span);
                let told = |note: &Note| note.line == line && note.what.contains("version");
                if left == "version"
                    && (self.stays_in.is_some() || self.from_tags.is_some() || self.notes.iter().any(told))
                {
                    continue;
                }
                self.tell(node.span, format!("`{left}` is dynamic, and mcp-backend fills in nothing but the readme's marker: write it into `[project]`"));
            }
            if kept.is_empty() {
                self.document.carry("project.dynamic");
                let place =
                    self.document.statements.iter().find(|one| one.key.iter().eq(["project", "dynamic"]));
                if let Some(place) = place.map(|place| place.lines.start) {
                    self.document.insert(place, &std::mem::take(&mut lines));
                }
            } else if kept.len() < gone.len() {
                self.document.replace(node.span, array(&kept));
            }
        }
        if !lines.is_empty()
            && let Some(header) = self.document.header("project")
        {
            let end = self.document.end_of(header);
            self.document.insert(end, &lines);
        }
    }

    /// Tells what the old backend was told and no setting of ours says.
    pub(super) fn leftovers(&mut self, backend: &Backend, placed: &mut Placed) {
        match self.literal.take() {
            Some(literal) if placed.is_main(&literal) => self.stays_in = Some(literal.path),
            Some(literal) => self.write_literal(&literal),
            None => {}
        }
        self.write_settled();
        for table in backend.tables {
            for (key, path, line) in self.document.left(table) {
                if self.is_told(path.as_str(), line) {
                    continue;
                }
                let remedy =
                    REMEDIES.iter().find(|(part, _)| key.contains(part)).map_or("", |(_, remedy)| remedy);
                let what = format!("`{key}` has no counterpart{remedy}; it is left where it stands");
                self.note(path.as_str(), line, what);
            }
        }
    }

    /// Names our backend.
    pub(super) fn build_system(&mut self, backend: &Backend) {
        const BACKEND: &str = "\"mcp_backend\"";
        let own = format!("[\"{}\"]", own_requirement());
        let requires = self.document.at("build-system.requires").cloned();
        for item in requires.iter().flat_map(toml::strings) {
            let known = Requirement::parse(&item).is_ok_and(|one| {
                let name = name::normalize(&one.name);
                backend.requires.contains(&name.as_str())
            });
            if let (false, Some(node)) = (known, &requires) {
                self.tell(
                    node.span,
                    format!("the build required `{item}`; mcp-backend runs no code at build time"),
                );
            }
        }
        let named = self.document.at("build-system.build-backend").cloned();
        if let Some(node) = &requires {
            self.document.replace(node.span, own.clone());
        }
        if let Some(node) = &named {
            self.document.replace(node.span, BACKEND.to_owned());
        }
        let mut lines = String::new();
        if requires.is_none() {
            lines += &format!("requires = {own}\n");
        }
        if named.is_none() {
            lines += &format!("build-backend = {BACKEND}\n");
        }
        if lines.is_empty() {
            return;
        }
        if let Some(header) = self.document.header("build-system") {
            let at = self.document.end_of(header);
            return self.document.insert(at, &lines);
        }
        let statements = &self.document.statements;
        let first = statements.iter().position(|one| one.form == Form::Header).unwrap_or(statements.len());
        let lead = statements.get(self.document.lead(first));
        let at = lead.map_or(self.document.source.text().len(), |one| one.lines.start);
        self.document.insert_first(at, &format!("[build-system]\n{lines}\n"));
    }

    /// Writes `[tool.mcp-backend]` where the first table of the old backend goes, or at the end; what it holds already
    /// is written anew in its place.
    pub(super) fn settings(&mut self, placed: &Placed, backend: &Backend) {
        let values = self.values(placed);
        self.set("mcp-backend", values, backend);
    }

    /// Sets keys of a table below `tool`.
    pub(super) fn set(&mut self, table: &str, values: Vec<(&'static str, String)>, backend: &Backend) {
        let mut pairs = Vec::new();
        for (key, value) in values {
            match self.document.at(&format!("tool.{table}.{key}")).map(|node| node.span) {
                Some(span) => self.document.replace(span, value),
                None => pairs.push(format!("{key} = {value}")),
            }
        }
        if pairs.is_empty() {
            return;
        }
        let lines: String = pairs.iter().map(|pair| format!("{pair}\n")).collect();
        if let Some(header) = self.document.header(&format!("tool.{table}")) {
            let at = self.document.end_of(header);
            return self.document.insert(at, &lines);
        }
        if self.document.at(&format!("tool.{table}")).is_some() {
            return self.add_inline(table, &pairs);
        }
        let end = self.document.source.text().len();
        let lines = format!("[tool.{table}]\n{lines}");
        match self.document.first_gone(backend.tables, self.last_project()) {
            Some(at) => self.document.insert(at, &format!("{lines}\n")),
            None => {
                let gap = if self.document.ends_blank(backend.tables) { "" } else { "\n" };
                self.document.insert(end, &format!("{gap}{lines}"));
            }
        }
    }

    /// Adds settings to a table without a header: to the braces, or behind a dotted key of it.
    fn add_inline(&mut self, table: &str, pairs: &[String]) {
        let own = ["tool", table];
        let of_table = |one: &&TomlStatement| one.form == Form::Pair && one.key.iter().take(2).eq(own.iter());
        let Some(place) = self.document.statements.iter().find(of_table) else { return };
        let (whole, range) = (place.key.len() == own.len(), place.lines.clone());
        let written = self.document.slice(&range);
        if let (true, Some(close)) = (whole, written.rfind('}')) {
            let inside = written[..close].trim_end();
            let gap = if inside.ends_with('{') { " " } else { ", " };
            let end = range.start + inside.len();
            return self.document.insert(end, &format!("{gap}{}", pairs.join(", ")));
        }
        let prefix = written.split('=').next().unwrap_or_default();
        let prefix = prefix.rsplit_once('.').map_or("", |(prefix, _)| prefix).to_owned();
        let lines: String = pairs.iter().map(|pair| format!("{prefix}.{pair}\n")).collect();
        self.document.insert(range.end, &lines);
    }

    /// The settings and their values as TOML, with what is set already.
    fn values(&self, placed: &Placed) -> Vec<(&'static str, String)> {
        let mut values = Vec::new();
        if let Some(names) = &placed.names {
            values.push(("module-name", if let [one] = &names[..] { quoted(one) } else { array(names) }));
        }
        for (setting, globs) in &self.globs {
            let set = self.document.strings(&format!("tool.mcp-backend.{setting}")).unwrap_or_default();
            let new = globs.iter().filter(|glob| !set.contains(glob));
            let all: Vec<String> = set.iter().chain(new).cloned().collect();
            values.push((setting, array(&all)));
        }
        values.extend(self.from_tags.iter().flat_map(TagSettings::values));
        // what is set by hand counts
        if !self.data.is_empty() && self.document.at("tool.mcp-backend.data").is_none() {
            let pairs: Vec<String> =
                self.data.iter().map(|(scheme, folder)| format!("{scheme} = {}", quoted(folder))).collect();
            values.push(("data", format!("{{ {} }}", pairs.join(", "))));
        }
        values
    }

    /// Where the tables of `[project]` end.
    fn last_project(&self) -> usize {
        let own = |one: &&TomlStatement| one.key.first().is_some_and(|part| part == "project");
        self.document.statements.iter().filter(own).map(|one| one.lines.end).max().unwrap_or_default()
    }
}
