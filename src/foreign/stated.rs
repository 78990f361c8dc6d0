//! What a project says of itself elsewhere than in `[project]`: in Poetry's table, in `setup.cfg`, in `setup.py`, in
//! files that those name, in the metadata of an sdist or a wheel.
//!
//! It is put into the words of `[project]` and read as all projects are, so that nobody else has to know of it. What is
//! not said there is left out; no fault is told.

use std::fmt::Write as _;
use std::sync::Arc;

use super::constraint::specifiers;
use super::requirements;
use super::setup::{Said, Setup};
use super::{entries, text};
use crate::project::toml::{TomlKind, TomlNode, at, strings, text as string};
use crate::project::{FILE_NAME, Parsed, ProblemKind, Project, read};
use crate::spec::ini;
use crate::text::literal::quoted;
use crate::text::{RelPath, SourceText, Span, Spanned};
use crate::tree::SourceTree;

/// What somebody says of a project; what stands in `pyproject.toml` with its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// Its name.
    pub name: Option<Spanned<String>>,
    /// Its version.
    pub version: Option<Spanned<String>>,
    /// The Pythons that it is for.
    pub requires_python: Option<Spanned<String>>,
    /// What it requires, as requirements are written.
    pub dependencies: Vec<Spanned<String>>,
    /// Its scripts: command and reference.
    pub scripts: Vec<(Spanned<String>, String)>,
    /// The keys of `[project]` that are computed somewhere, so that what is said here need not be all.
    pub computed: Vec<&'static str>,
}

fn nowhere(text: impl Into<String>) -> Spanned<String> {
    Spanned::new(text.into(), Span::default())
}

impl Stated {
    /// What a project says in `pyproject.toml`, and in the files of setuptools.
    pub(super) fn read(root: &TomlNode, tree: &SourceTree, setup: &Setup) -> Self {
        let stated = Self::of_project(root).or(Self::of_poetry(root)).or(Self::of_files(root, tree));
        stated.or(Self::of_setup(setup, tree))
    }

    /// What METADATA or PKG-INFO says; requirements of an extra are no requirements of the project.
    pub fn of_metadata(text: &str) -> Self {
        let headers = text.lines().take_while(|line| !line.is_empty());
        let mut stated = Self::default();
        for (name, value) in headers.filter_map(|line| line.split_once(": ")) {
            let value = || value.trim().to_owned();
            match name {
                "Name" => stated.name = Some(nowhere(value())),
                "Version" => stated.version = Some(nowhere(value())),
                "Requires-Python" => stated.requires_python = Some(nowhere(value())),
                "Requires-Dist" => stated.dependencies.push(nowhere(value())),
                _ => {}
            }
        }
        let of_extra = |text: &str| text.split_once(';').is_some_and(|(_, marker)| marker.contains("extra"));
        stated.dependencies.retain(|text| !of_extra(&text.value));
        stated
    }

    /// What `entry_points.txt` says.
    pub fn of_entry_points(text: &str) -> Self {
        let values = ini::read(text).into_iter();
        let scripts = values.filter(|(group, ..)| group == "console_scripts" || group == "gui_scripts");
        Self { scripts: scripts.map(|(_, name, value)| (nowhere(name), value)).collect(), ..Self::default() }
    }

    /// What `setup()` is told.
    fn of_setup(setup: &Setup, tree: &SourceTree) -> Self {
        // a value may stand in another file
        let plain =
            |key: &str| setup.text(key).filter(|value| !value.contains([':', '\n'])).map(str::to_owned);
        let listed = setup.list("install_requires").unwrap_or_default();
        let files = listed.first().and_then(|first| first.strip_prefix("file:"));
        let files =
            files.map(|files| files.split(',').map(|file| file.trim().to_owned()).collect::<Vec<_>>());
        let dependencies = files.map_or(Some(listed), |files| requirements::of_files(tree, &files));
        let groups = setup.table("entry_points").into_iter();
        let scripts = groups
            .filter(|(group, _)| ["console_scripts", "gui_scripts"].contains(&group.as_str()))
            .flat_map(|(_, lines)| lines);
        let pair = |line: String| {
            let (name, value) = line.split_once('=')?;
            Some((nowhere(name.trim()), value.trim().to_owned()))
        };
        let computed = |key: &&str| matches!(setup.get(key), Some(Said::Computed)) || setup.unread;
        let keys =
            [("install_requires", "dependencies"), ("entry_points", "scripts"), ("scripts", "scripts")];
        let mut unknown: Vec<&'static str> =
            keys.iter().filter(|(key, _)| computed(key)).map(|(_, key)| *key).collect();
        unknown.extend(setup.get("scripts").map(|_| "scripts"));
        unknown.extend(dependencies.is_none().then_some("dependencies"));
        Self {
            name: plain("name").map(nowhere),
            version: plain("version").map(nowhere),
            requires_python: setup.text("python_requires").map(nowhere),
            dependencies: dependencies.unwrap_or_default().into_iter().map(nowhere).collect(),
            scripts: scripts.filter_map(pair).collect(),
            computed: unknown,
        }
    }

    /// What `[project]` itself says, as far as that is of the right form.
    fn of_project(root: &TomlNode) -> Self {
        Self {
            name: at(root, "project.name").and_then(placed),
            version: at(root, "project.version").and_then(placed),
            requires_python: at(root, "project.requires-python").and_then(placed),
            dependencies: all_placed(at(root, "project.dependencies")),
            scripts: ["project.scripts", "project.gui-scripts"].map(|key| scripts(root, key)).concat(),
            computed: Vec::new(),
        }
    }

    /// What `[tool.poetry]` says.
    fn of_poetry(root: &TomlNode) -> Self {
        let dependencies: Vec<(&str, &TomlNode)> = entries(at(root, "tool.poetry.dependencies")).collect();
        let python = dependencies.iter().find(|(name, _)| *name == "python");
        let others = dependencies.iter().filter(|(name, _)| *name != "python");
        let python = python.and_then(|(_, node)| Some(Spanned::new(specifiers(&string(node)?)?, node.span)));
        let required =
            |(name, node): &(&str, &TomlNode)| Some(Spanned::new(requirement(name, node)?, node.span));
        Self {
            name: at(root, "tool.poetry.name").and_then(placed),
            version: at(root, "tool.poetry.version").and_then(placed),
            requires_python: python,
            dependencies: others.filter_map(required).collect(),
            scripts: scripts(root, "tool.poetry.scripts"),
            computed: Vec::new(),
        }
    }

    /// The requirements in files that setuptools or a plugin of Hatch is told of.
    fn of_files(root: &TomlNode, tree: &SourceTree) -> Self {
        let keys =
            ["tool.setuptools.dynamic.dependencies.file", "tool.hatch.metadata.hooks.requirements_txt.files"];
        let files = keys.iter().find_map(|key| at(root, key)).map(strings);
        let found = files.and_then(|files| requirements::of_files(tree, &files)).unwrap_or_default();
        Self { dependencies: found.into_iter().map(nowhere).collect(), ..Self::default() }
    }

    /// What is said here, and where nothing is, what `other` says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        let computed = [self.computed, other.computed].concat();
        Self {
            name: self.name.or(other.name),
            version: self.version.or(other.version),
            requires_python: self.requires_python.or(other.requires_python),
            dependencies: if self.dependencies.is_empty() { other.dependencies } else { self.dependencies },
            scripts: if self.scripts.is_empty() { other.scripts } else { self.scripts },
            computed,
        }
    }

    /// The project whose `pyproject.toml` says just this.
    pub fn project(&self) -> Project {
        let mut text = "[project]\n".to_owned();
        let texts =
            [("name", &self.name), ("version", &self.version), ("requires-python", &self.requires_python)];
        for (key, value) in texts {
            text.extend(value.iter().map(|value| format!("{key} = {}\n", quoted(&value.value))));
        }
        let dependencies: Vec<String> = self.dependencies.iter().map(|value| quoted(&value.value)).collect();
        let _ = write!(text, "dependencies = [{}]\n[project.scripts]\n", dependencies.join(", "));
        text.extend(
            self.scripts.iter().map(|(name, value)| format!("{} = {}\n", quoted(&name.value), quoted(value))),
        );
        read(text.into_bytes())
    }

    /// The project with what `[project]` leaves to others filled in; each value stands where it is written in
    /// `pyproject.toml`, or at the file's start.
    pub(super) fn fill(&self, mut project: Project, tree: &SourceTree) -> Project {
        let bare = !project.has_table();
        let left = |project: &Project, key: &str| bare || project.is_dynamic(key);
        let stated = self.project();
        if bare {
            let place =
                |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.span).unwrap_or_default();
            project.name = stated.name.map(|name| Spanned::new(name.value, place(&self.name)));
            project.version = stated.version.map(|version| Parsed { span: place(&self.version), ..version });
        }
        if left(&project, "requires-python") && project.requires_python.is_none() {
            project.requires_python = stated.requires_python;
            let place = self.requires_python.as_ref().map(|python| python.span).unwrap_or_default();
            if let Some(python) = &mut project.requires_python {
                python.text.span = place;
            }
        }
        if left(&project, "dependencies") && project.dependencies.is_empty() {
            project.dependencies = stated.dependencies;
            for (at, one) in project.dependencies.iter_mut().enumerate() {
                one.span = self.dependencies.get(at).map(|one| one.span).unwrap_or_default();
            }
        }
        if (left(&project, "scripts") || left(&project, "entry-points")) && project.scripts().next().is_none()
        {
            self.fill_scripts(&mut project, stated.entry_points);
        }
        project.elsewhere = bare || ["dependencies", "scripts"].iter().any(|key| project.is_dynamic(key));
        let unsaid = self.computed.iter().filter(|_| bare).map(|key| nowhere(*key));
        project.dynamic.extend(unsaid);
        self.place(project, tree)
    }

    fn fill_scripts(&self, project: &mut Project, groups: Vec<crate::project::EntryPointGroup>) {
        for mut group in groups {
            for entry in &mut group.entries {
                let own = self.scripts.iter().find(|(name, _)| name.value == entry.name.value);
                let place = own.map(|(name, _)| name.span).unwrap_or_default();
                (entry.name.span, entry.value.span) = (place, place);
            }
            group.name.span = Span::default();
            project.entry_points.push(group);
        }
    }

    /// Takes the file that tells of the project for its own, where there is no `pyproject.toml`.
    fn place(&self, mut project: Project, tree: &SourceTree) -> Project {
        let setup =
            ["setup.cfg", "setup.py"].into_iter().filter(|name| tree.file(&RelPath::new(*name)).is_some());
        let setup: Vec<&str> = setup.collect();
        if self.name.is_some() || (!setup.is_empty() && !project.has_table()) {
            project.problems.retain(|problem| problem.kind != ProblemKind::Missing { key: "project" });
        }
        if tree.file(&RelPath::new(FILE_NAME)).is_none()
            && let Some(name) = setup.last()
        {
            let text = text(tree, name).unwrap_or_default();
            project.source = Arc::new(SourceText::new(RelPath::new(*name), text));
        }
        project
    }
}

/// The text of a node and where it stands.
fn placed(node: &TomlNode) -> Option<Spanned<String>> {
    Some(Spanned::new(string(node)?, node.span))
}

fn all_placed(node: Option<&TomlNode>) -> Vec<Spanned<String>> {
    match node.map(|node| &node.kind) {
        Some(TomlKind::Array(items)) => items.iter().filter_map(placed).collect(),
        _ => Vec::new(),
    }
}

/// The scripts in the table at `key`; Poetry writes some as tables.
fn scripts(root: &TomlNode, key: &str) -> Vec<(Spanned<String>, String)> {
    let script = |(name, node): (&str, &TomlNode)| {
        let reference = string(node).or_else(|| string(at(node, "reference")?))?;
        Some((Spanned::new(name.to_owned(), node.span), reference))
    };
    let is_file = |node: &TomlNode| at(node, "type").and_then(string).is_some_and(|kind| kind == "file");
    entries(at(root, key)).filter(|(_, node)| !is_file(node)).filter_map(script).collect()
}

/// A dependency of Poetry's as a requirement; none for an optional one.
fn requirement(name: &str, node: &TomlNode) -> Option<String> {
    let version = string(node).or_else(|| string(at(node, "version")?));
    if at(node, "optional").is_some_and(super::is_true) {
        return None;
    }
    let extras = at(node, "extras").map(strings).unwrap_or_default();
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    let versions = version.and_then(|version| specifiers(&version)).unwrap_or_default();
    Some(format!("{name}{extras}{versions}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::TextOverlay;

    fn scripts(project: &Project) -> Vec<(&str, &str)> {
        project
            .scripts()
            .map(|(_, script)| (script.name.value.as_str(), script.value.value.as_str()))
            .collect()
    }

    fn requirements(project: &Project) -> Vec<&str> {
        project.dependencies.iter().filter_map(|one| Some(one.value.as_ref().ok()?.text.as_str())).collect()
    }

    /// The project that the files describe.
    fn described(files: &[(&str, &str)]) -> Project {
        let drafts: TextOverlay =
            files.iter().map(|(path, text)| (RelPath::new(*path), (*text).to_owned())).collect();
        let written = drafts.get(&RelPath::new(FILE_NAME)).cloned().unwrap_or_default();
        let tree = SourceTree::default().with_drafts(&drafts);
        let written = read(written.into_bytes());
        let foreign = crate::foreign::read(&written, &tree).expect("it is of another backend");
        foreign.project(written, &tree)
    }

    #[test]
    fn reads_metadata() {
        let text = "Metadata-Version: 2.1\nName: a\"b\\c\nName: weather\nVersion: 1.0\nRequires-Python: >=3.11\n\
                    Requires-Dist: mcp[cli] >=1.2 ; python_version < \"4\"\nRequires-Dist: x ; extra == 'dev'\n\n\
                    Requires-Dist: y\n";
        let entries = Stated::of_entry_points("[other]\na = b:c\n[console_scripts]\nw = weather.a:main\n");
        let project = Stated::of_metadata(text).or(entries).project();
        assert!(project.problems.is_empty(), "{:?}", project.problems);
        assert_eq!(project.name.as_ref().map(|name| name.value.as_str()), Some("weather"));
        assert_eq!(project.static_version().map(ToString::to_string).as_deref(), Some("1.0"));
        assert_eq!(requirements(&project), ["mcp[cli] >=1.2 ; python_version < \"4\""]);
        assert_eq!(scripts(&project), [("w", "weather.a:main")]);
    }

    #[test]
    fn reads_setup_cfg() {
        let text = "[metadata]\nname = weather\nversion = attr: weather.__version__\n[options]\ninstall_requires =\n  \
                    mcp>=1.2\n  httpx\n[options.entry_points]\nconsole_scripts =\n  w = weather.a:main\n";
        let project = described(&[("setup.cfg", text)]);
        assert_eq!(project.name.as_ref().map(|name| name.value.as_str()), Some("weather"));
        assert!(project.version.is_none());
        assert_eq!(requirements(&project), ["mcp>=1.2", "httpx"]);
        assert_eq!(scripts(&project), [("w", "weather.a:main")]);
    }

    #[test]
    fn reads_poetry() {
        let text = "[tool.poetry]\nname = 'weather'\nversion = '1.0'\n[tool.poetry.dependencies]\npython = '^3.10'\n\
                    mcp = { version = '^1.2.3', extras = ['cli', 'ws'] }\nhttpx = '*'\nodd = '1 || 2'\n\
                    dev = { version = '1', optional = true }\nhere = { path = '../here' }\n[tool.poetry.scripts]\n\
                    w = 'weather.a:main'\nv = { reference = 'weather.b:main', type = 'console' }\n";
        let build = "[build-system]\nbuild-backend = 'poetry.core.masonry.api'\n";
        let project = described(&[("pyproject.toml", &format!("{build}{text}"))]);
        assert_eq!(requirements(&project), ["mcp[cli,ws]>=1.2.3,<2", "httpx", "odd", "here"]);
        assert_eq!(scripts(&project), [("w", "weather.a:main"), ("v", "weather.b:main")]);
        let python = project.requires_python.as_ref().map(|python| python.text.value.as_str());
        assert_eq!(python, Some(">=3.10,<4"));
    }

    #[test]
    fn a_table_that_leaves_nothing_open_is_all_that_counts() {
        for (dynamic, expected) in [("", vec![]), ("dynamic = ['dependencies']\n", vec!["mcp<2"])] {
            let text = format!("[project]\nname = 'weather'\n{dynamic}");
            let project = described(&[
                ("pyproject.toml", &text),
                ("setup.py", "setup(name='x', install_requires=['mcp<2'])\n"),
            ]);
            assert_eq!(requirements(&project), expected);
            assert_eq!(project.module_name(), "weather");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_stated_is_toml(text in r"(Name|Requires-Dist|x|: |;|\PC|[\x00-\x1f\x7f]){0,12}") {
            let stated = Stated::of_metadata(&text).or(Stated {
                name: Some(nowhere(text.clone())),
                dependencies: vec![nowhere(text.clone())],
                scripts: vec![(nowhere(text.clone()), text.clone())],
                ..Stated::default()
            });
            proptest::prop_assert!(stated.project().is_readable());
        }
    }
}
