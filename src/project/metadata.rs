//! `[project]`, `[build-system]` and `[dependency-groups]` (pyproject.toml specification, PEP 639, 735, 794).

use std::sync::Arc;

use super::problem::ProblemKind;
use super::reader::{Entries, Reader, get};
use super::toml::{TomlKind, TomlNode};
use super::{
    BuildSystem, DependencyGroups, Extra, License, Parsed, Project, ReadmeField, ReadmeSource,
    RequiresPython, entry_points, people,
};
use crate::spec::dependency_groups::Item;
use crate::spec::glob::{Glob, GlobFault};
use crate::spec::license::{self as spdx};
use crate::spec::requirement::{Requirement, RequirementFault};
use crate::spec::version;
use crate::text::{SourceText, Span, Spanned};

/// The keys of `[project]` in the order of the specification.
pub const PROJECT_KEYS: &[&str] = &[
    "name", "version", "description", "readme", "requires-python", "license", "license-files", "authors",
    "maintainers", "keywords", "classifiers", "urls", "scripts", "gui-scripts", "entry-points",
    "dependencies", "optional-dependencies", "import-names", "import-namespaces", "dynamic",
];

/// Reads `[project]`; the other tables are left empty.
pub(super) fn project(reader: &mut Reader, root: &Entries, source: Arc<SourceText>) -> Project {
    let found = root.iter().find(|(key, _)| key.value == "project");
    let span = found.map_or_else(Span::default, |(_, node)| node.span);
    let entries = match found {
        Some((_, node)) => reader.table("project", node),
        None => {
            without_table(reader, span, root);
            &[]
        }
    };
    reader.only("project", entries, PROJECT_KEYS);
    let mut fields = Fields { reader, entries };
    let project = Project {
        source,
        span,
        name: fields.line("name"),
        version: fields.line("version").map(|text| parsed(&text, version::parse)),
        description: fields.line("description"),
        readme: fields.read("readme", readme),
        requires_python: fields.line("requires-python").map(|text| {
            let specifiers = version::parse_specifiers(&text.value);
            RequiresPython { text, specifiers }
        }),
        license: fields.read("license", license),
        license_files: fields.read("license-files", |reader, key, node| Some(globs(reader, key, node))),
        authors: fields.list("authors", people::read),
        maintainers: fields.list("maintainers", people::read),
        keywords: fields.list("keywords", Reader::lines),
        classifiers: fields.list("classifiers", Reader::lines),
        urls: fields.list("urls", Reader::pairs),
        entry_points: entry_points::read(fields.reader, entries),
        dependencies: fields.list("dependencies", requirements),
        optional_dependencies: fields.list("optional-dependencies", extras),
        import_names: fields.read("import-names", |reader, key, node| Some(import_names(reader, key, node))),
        import_namespaces: fields
            .read("import-namespaces", |reader, key, node| Some(import_names(reader, key, node))),
        dynamic: fields.list("dynamic", Reader::lines),
        keys: entries.iter().map(|(key, _)| key.clone()).collect(),
        build_system: BuildSystem::default(),
        dependency_groups: DependencyGroups::default(),
        settings: super::Settings::default(),
        tool_targets: Vec::new(),
        indexes: Vec::new(),
        cache_keys: None,
        suppressions: Vec::new(),
        problems: Vec::new(),
        elsewhere: false,
    };
    missing(reader, &project, found.is_some());
    project
}

/// Records that there is no `[project]`, or what stands in its place.
fn without_table(reader: &mut Reader, span: Span, root: &Entries) {
    let tool = get(root, "tool").map(|node| &node.kind);
    let poetry = match tool {
        Some(TomlKind::Table(tools)) => get(tools, "poetry"),
        _ => None,
    };
    match poetry {
        Some(node) => reader.record(node.span, ProblemKind::PoetryTable),
        None => reader.record(span, ProblemKind::Missing { key: "project" }),
    }
}

/// Records the two keys that `[project]` must have; `version` may be dynamic.
fn missing(reader: &mut Reader, project: &Project, table: bool) {
    let has = |key: &str| project.keys.iter().any(|name| name.value == key);
    if table && !has("name") {
        reader.record(project.span, ProblemKind::Missing { key: "project.name" });
    }
    if table && !has("version") && !project.is_dynamic("version") {
        reader.record(project.span, ProblemKind::Missing { key: "project.version" });
    }
}

/// `[project]` while its fields are read.
struct Fields<'r, 'n> {
    reader: &'r mut Reader,
    entries: &'n Entries,
}

impl Fields<'_, '_> {
    fn read<T>(
        &mut self,
        key: &str,
        read: impl FnOnce(&mut Reader, &str, &TomlNode) -> Option<T>,
    ) -> Option<T> {
        let node = get(self.entries, key)?;
        read(self.reader, &format!("project.{key}"), node)
    }

    fn line(&mut self, key: &str) -> Option<Spanned<String>> {
        self.read(key, Reader::line)
    }

    fn list<T>(&mut self, key: &str, read: impl FnOnce(&mut Reader, &str, &TomlNode) -> Vec<T>) -> Vec<T> {
        self.read(key, |reader, key, node| Some(read(reader, key, node))).unwrap_or_default()
    }
}

fn parsed<T, F>(text: &Spanned<String>, parse: impl FnOnce(&str) -> Result<T, F>) -> Parsed<T, F> {
    Spanned::new(parse(&text.value), text.span)
}

fn requirements(
    reader: &mut Reader,
    key: &str,
    node: &TomlNode,
) -> Vec<Parsed<Requirement, RequirementFault>> {
    reader.lines(key, node).into_iter().map(|text| parsed(&text, Requirement::parse)).collect()
}

fn extras(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<Extra> {
    let mut extras = Vec::new();
    for (name, node) in reader.table(key, node) {
        let requirements = requirements(reader, &format!("{key}.{}", name.value), node);
        if reader.clean(key, name) {
            extras.push(Extra { name: name.clone(), requirements });
        }
    }
    extras
}

/// An array of glob patterns.
pub(super) fn globs(reader: &mut Reader, key: &str, node: &TomlNode) -> Vec<Parsed<Glob, GlobFault>> {
    reader.lines(key, node).into_iter().map(|text| parsed(&text, Glob::parse)).collect()
}

fn import_names(reader: &mut Reader, key: &str, node: &TomlNode) -> Spanned<Vec<Spanned<String>>> {
    Spanned::new(reader.lines(key, node), node.span)
}

fn readme(reader: &mut Reader, key: &str, node: &TomlNode) -> Option<ReadmeField> {
    let span = node.span;
    if matches!(node.kind, TomlKind::String(_)) {
        let file = reader.line(key, node)?;
        return Some(ReadmeField { source: ReadmeSource::File(file), content_type: None, span });
    }
    let TomlKind::Table(entries) = &node.kind else {
        reader.wrong_type(key, "a string or a table", node);
        return None;
    };
    reader.only(key, entries, &["file", "text", "content-type"]);
    let content_type = match get(entries, "content-type") {
        Some(node) => Some(reader.line("project.readme.content-type", node)?),
        None => {
            reader.record(span, ProblemKind::Missing { key: "project.readme.content-type" });
            None
        }
    };
    let source = one_of(reader, "project.readme", entries, span)?;
    Some(ReadmeField { source, content_type, span })
}

/// The `file` or `text` of a table that must hold exactly one of them.
fn one_of(reader: &mut Reader, table: &'static str, entries: &Entries, span: Span) -> Option<ReadmeSource> {
    match (get(entries, "file"), get(entries, "text")) {
        (Some(node), None) => reader.line(&format!("{table}.file"), node).map(ReadmeSource::File),
        (None, Some(node)) => reader.text(&format!("{table}.text"), node).map(ReadmeSource::Text),
        (file, _) => {
            reader.record(span, ProblemKind::OneOf { table, keys: ["file", "text"], both: file.is_some() });
            None
        }
    }
}

fn license(reader: &mut Reader, key: &str, node: &TomlNode) -> Option<License> {
    if matches!(node.kind, TomlKind::String(_)) {
        let text = reader.line(key, node)?;
        return Some(License::Expression(parsed(&text, spdx::parse)));
    }
    let TomlKind::Table(entries) = &node.kind else {
        reader.wrong_type(key, "a string", node);
        return None;
    };
    reader.only(key, entries, &["file", "text"]);
    Some(match one_of(reader, "project.license", entries, node.span)? {
        ReadmeSource::File(file) => License::File(file),
        ReadmeSource::Text(text) => License::Text(text),
    })
}

/// Reads `[build-system]` (PEP 517, 518).
pub(super) fn build_system(reader: &mut Reader, root: &Entries) -> BuildSystem {
    let Some(node) = get(root, "build-system") else { return BuildSystem::default() };
    let entries = reader.table("build-system", node);
    reader.only("build-system", entries, &["requires", "build-backend", "backend-path"]);
    BuildSystem {
        span: Some(node.span),
        requires: get(entries, "requires")
            .map(|node| reader.lines("build-system.requires", node))
            .unwrap_or_default(),
        backend: get(entries, "build-backend")
            .and_then(|node| reader.line("build-system.build-backend", node)),
    }
}

/// Reads `[dependency-groups]` (PEP 735).
pub(super) fn dependency_groups(reader: &mut Reader, root: &Entries) -> DependencyGroups {
    let mut read = DependencyGroups::default();
    let Some(node) = get(root, "dependency-groups") else { return read };
    for (name, node) in reader.table("dependency-groups", node) {
        let key = format!("dependency-groups.{}", name.value);
        let mut items = Vec::new();
        let mut places = Vec::new();
        for item in reader.array(&key, "an array", node) {
            if let Some(read) = group_item(reader, &key, item) {
                items.push(read);
                places.push(item.span);
            }
        }
        read.groups.push((name.value.clone(), items));
        read.places.push((name.span, places));
    }
    read
}

fn group_item(reader: &mut Reader, key: &str, item: &TomlNode) -> Option<Item> {
    match &item.kind {
        TomlKind::String(_) => reader.line(key, item).map(|text| Item::Requirement(text.value)),
        TomlKind::Table(entries) if get(entries, "include-group").is_some() => {
            reader.only(key, entries, &["include-group"]);
            get(entries, "include-group")
                .and_then(|node| reader.line(key, node))
                .map(|text| Item::Include(text.value))
        }
        _ => {
            reader.wrong_type(key, "a requirement or `{ include-group = \"...\" }`", item);
            None
        }
    }
}
