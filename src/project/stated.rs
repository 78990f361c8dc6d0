//! What a project says of itself elsewhere than in `[project]`: in Poetry's table, in `setup.cfg`, in the metadata of an
//! sdist or a wheel.
//!
//! It is put into the words of `[project]` and read as all projects are, so that nobody else has to know of it. What is
//! not said there is left out; no fault is told.

use std::fmt::Write as _;

use super::toml::{Kind, Node, at, strings, text};
use super::{Project, read};
use crate::spec::ini;

/// What somebody says of a project.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// Its name.
    pub name: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// The Pythons that it is for.
    pub requires_python: Option<String>,
    /// What it requires, as requirements are written.
    pub dependencies: Vec<String>,
    /// Its scripts: command and reference.
    pub scripts: Vec<(String, String)>,
}

impl Stated {
    /// What METADATA or PKG-INFO says; requirements of an extra are no requirements of the project.
    pub fn of_metadata(text: &str) -> Self {
        let headers = text.lines().take_while(|line| !line.is_empty());
        let mut stated = Self::default();
        for (name, value) in headers.filter_map(|line| line.split_once(": ")) {
            let value = || value.trim().to_owned();
            match name {
                "Name" => stated.name = Some(value()),
                "Version" => stated.version = Some(value()),
                "Requires-Python" => stated.requires_python = Some(value()),
                "Requires-Dist" => stated.dependencies.push(value()),
                _ => {}
            }
        }
        stated
            .dependencies
            .retain(|text| !text.split_once(';').is_some_and(|(_, marker)| marker.contains("extra")));
        stated
    }

    /// What `entry_points.txt` says.
    pub fn of_entry_points(text: &str) -> Self {
        let values = ini::read(text).into_iter();
        let scripts = values.filter(|(group, ..)| group == "console_scripts" || group == "gui_scripts");
        Self { scripts: scripts.map(|(_, name, value)| (name, value)).collect(), ..Self::default() }
    }

    /// What setuptools' `setup.cfg` says.
    pub fn of_setup_cfg(text: &str) -> Self {
        let mut stated = Self::default();
        for (section, key, value) in ini::read(text) {
            let lines = || value.lines().map(str::trim).filter(|line| !line.is_empty());
            // a value may stand in another file
            let plain = || Some(value.clone()).filter(|value| !value.contains([':', '\n']));
            match (section.as_str(), key.as_str()) {
                ("metadata", "name") => stated.name = plain(),
                ("metadata", "version") => stated.version = plain(),
                ("options", "python_requires") => stated.requires_python = plain(),
                ("options", "install_requires") => stated.dependencies = lines().map(str::to_owned).collect(),
                ("options.entry_points", "console_scripts" | "gui_scripts") => {
                    let pairs = lines().filter_map(|line| line.split_once('='));
                    stated
                        .scripts
                        .extend(pairs.map(|(name, value)| (name.trim().into(), value.trim().into())));
                }
                _ => {}
            }
        }
        stated
    }

    /// What `[project]` itself says, as far as that is of the right form.
    pub(super) fn of_project(root: &Node) -> Self {
        let of = |key: &str| text(at(root, key)?);
        Self {
            name: of("project.name"),
            version: of("project.version"),
            requires_python: of("project.requires-python"),
            dependencies: at(root, "project.dependencies").map(strings).unwrap_or_default(),
            scripts: ["project.scripts", "project.gui-scripts"].map(|key| scripts(root, key)).concat(),
        }
    }

    /// What `[tool.poetry]` says.
    pub(super) fn of_poetry(root: &Node) -> Self {
        let of = |key: &str| text(at(root, key)?);
        let dependencies = entries(root, "tool.poetry.dependencies");
        let python = dependencies.iter().find(|(name, _)| *name == "python");
        let others = dependencies.iter().filter(|(name, _)| *name != "python");
        Self {
            name: of("tool.poetry.name"),
            version: of("tool.poetry.version"),
            requires_python: python.and_then(|(_, node)| specifiers(&text(node)?)),
            dependencies: others.filter_map(|(name, node)| requirement(name, node)).collect(),
            scripts: scripts(root, "tool.poetry.scripts"),
        }
    }

    /// What is said here, and where nothing is, what `other` says.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            name: self.name.or(other.name),
            version: self.version.or(other.version),
            requires_python: self.requires_python.or(other.requires_python),
            dependencies: if self.dependencies.is_empty() { other.dependencies } else { self.dependencies },
            scripts: if self.scripts.is_empty() { other.scripts } else { self.scripts },
        }
    }

    /// The project whose `pyproject.toml` says just this.
    pub fn project(&self) -> Project {
        let mut text = "[project]\n".to_owned();
        let texts =
            [("name", &self.name), ("version", &self.version), ("requires-python", &self.requires_python)];
        for (key, value) in texts {
            text.extend(value.iter().map(|value| format!("{key} = {}\n", quoted(value))));
        }
        let dependencies: Vec<String> = self.dependencies.iter().map(|value| quoted(value)).collect();
        let _ = write!(text, "dependencies = [{}]\n[project.scripts]\n", dependencies.join(", "));
        text.extend(
            self.scripts.iter().map(|(name, value)| format!("{} = {}\n", quoted(name), quoted(value))),
        );
        read(text.into_bytes())
    }
}

/// A string of TOML, which writes as JSON does what it cannot hold, but for one character.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

/// The entries of the table at `key`.
fn entries<'n>(root: &'n Node, key: &str) -> Vec<(&'n str, &'n Node)> {
    match at(root, key).map(|node| &node.kind) {
        Some(Kind::Table(entries)) => {
            entries.iter().map(|(name, node)| (name.value.as_str(), node)).collect()
        }
        _ => Vec::new(),
    }
}

/// The scripts in the table at `key`; Poetry writes some as tables.
fn scripts(root: &Node, key: &str) -> Vec<(String, String)> {
    let script = |(name, node): (&str, &Node)| {
        Some((name.to_owned(), text(node).or_else(|| text(at(node, "reference")?))?))
    };
    entries(root, key).into_iter().filter_map(script).collect()
}

/// A dependency of Poetry's as a requirement; none for an optional one.
fn requirement(name: &str, node: &Node) -> Option<String> {
    let version = text(node).or_else(|| text(at(node, "version")?));
    if at(node, "optional").is_some() {
        return None;
    }
    let extras = at(node, "extras").map(strings).unwrap_or_default();
    let extras = if extras.is_empty() { String::new() } else { format!("[{}]", extras.join(",")) };
    let versions = version.and_then(|version| specifiers(&version)).unwrap_or_default();
    Some(format!("{name}{extras}{versions}"))
}

/// Poetry's constraint as version specifiers; none where it admits all, or is none that they can say.
pub fn specifiers(constraint: &str) -> Option<String> {
    if constraint.contains('|') {
        return None;
    }
    let parts: Option<Vec<String>> = constraint.split(',').map(|part| specifier(part.trim())).collect();
    parts.map(|parts| parts.join(",")).filter(|text| !text.is_empty())
}

/// `^1.2` as `>=1.2,<2`, `~1.2` as `>=1.2,<1.3`, `1.2` as `==1.2`; nothing for `*`.
fn specifier(part: &str) -> Option<String> {
    let first = part.chars().next()?;
    let version = part.trim_start_matches(['^', '~']).trim();
    let numbers = || -> Option<Vec<u64>> { version.split('.').map(|number| number.parse().ok()).collect() };
    // the number that a release must keep is the first that is not zero, or the last but one
    let kept = match first {
        '*' => return Some(String::new()),
        '^' => numbers()?.iter().position(|number| *number > 0).unwrap_or(numbers()?.len() - 1),
        '~' if !part.starts_with("~=") => 1.min(numbers()?.len() - 1),
        _ if first.is_ascii_digit() => return Some(format!("=={part}")),
        _ => return Some(part.to_owned()),
    };
    let mut next = numbers()?;
    next.truncate(kept + 1);
    next[kept] = next[kept].checked_add(1)?;
    let next: Vec<String> = next.iter().map(u64::to_string).collect();
    Some(format!(">={version},<{}", next.join(".")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Foreign;

    fn scripts(project: &Project) -> Vec<(&str, &str)> {
        project
            .scripts()
            .map(|(_, script)| (script.name.value.as_str(), script.value.value.as_str()))
            .collect()
    }

    fn requirements(project: &Project) -> Vec<&str> {
        project.dependencies.iter().filter_map(|one| Some(one.value.as_ref().ok()?.text.as_str())).collect()
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
        let stated = Stated::of_setup_cfg(text);
        assert_eq!((stated.name.as_deref(), stated.version.as_deref()), (Some("weather"), None));
        assert_eq!(stated.dependencies, ["mcp>=1.2", "httpx"]);
        assert_eq!(stated.scripts, [("w".to_owned(), "weather.a:main".to_owned())]);
    }

    #[test]
    fn reads_poetry() {
        let text = "[tool.poetry]\nname = 'weather'\nversion = '1.0'\n[tool.poetry.dependencies]\npython = '^3.10'\n\
                    mcp = { version = '^1.2.3', extras = ['cli', 'ws'] }\nhttpx = '*'\nodd = '1 || 2'\n\
                    dev = { version = '1', optional = true }\nhere = { path = '../here' }\n[tool.poetry.scripts]\n\
                    w = 'weather.a:main'\nv = { reference = 'weather.b:main', type = 'console' }\n";
        let project = Foreign::read(text).project(read(text.into()), Stated::default());
        assert_eq!(requirements(&project), ["mcp[cli,ws]>=1.2.3,<2", "httpx", "odd", "here"]);
        assert_eq!(scripts(&project), [("w", "weather.a:main"), ("v", "weather.b:main")]);
        let python = project.requires_python.as_ref().map(|python| python.text.value.as_str());
        assert_eq!(python, Some(">=3.10,<4"));
    }

    #[test]
    fn puts_poetrys_constraints_into_specifiers() {
        for (constraint, expected) in [
            ("^1.2.3", ">=1.2.3,<2"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0.0", ">=0.0,<0.1"),
            ("^0", ">=0,<1"),
            ("~1.2.3", ">=1.2.3,<1.3"),
            ("~1.2", ">=1.2,<1.3"),
            ("~1", ">=1,<2"),
            ("~=1.2", "~=1.2"),
            (">=1.2, <2", ">=1.2,<2"),
            ("1.2", "==1.2"),
            ("1.*", "==1.*"),
            ("*", ""),
            ("^1.0b1", ""),
            ("^18446744073709551615", ""),
            ("1 || 2", ""),
            ("", ""),
        ] {
            assert_eq!(specifiers(constraint).unwrap_or_default(), expected, "{constraint}");
        }
    }

    #[test]
    fn a_table_that_leaves_nothing_open_is_all_that_counts() {
        let elsewhere = || Stated { dependencies: vec!["mcp<2".to_owned()], ..Stated::default() };
        for (dynamic, expected) in [("", vec![]), ("dynamic = ['dependencies']\n", vec!["mcp<2"])] {
            let text = format!("[project]\nname = 'weather'\n{dynamic}");
            let project = Foreign::read(&text).project(read(text.clone().into_bytes()), elsewhere());
            assert_eq!(requirements(&project), expected);
            assert_eq!(project.module_name(), "weather");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_stated_is_toml(text in r"(Name|Requires-Dist|x|: |;|\PC|[\x00-\x1f\x7f]){0,12}") {
            let stated = Stated::of_metadata(&text).or(Stated::of_setup_cfg(&text)).or(Stated {
                name: Some(text.clone()),
                dependencies: vec![text.clone()],
                scripts: vec![(text.clone(), text.clone())],
                ..Stated::default()
            });
            proptest::prop_assert!(stated.project().is_readable());
        }

        #[test]
        fn never_panics(text in r"([\^~*,.|=<>0-9 ]|é|\PC){0,10}") {
            specifiers(&text);
        }
    }
}
