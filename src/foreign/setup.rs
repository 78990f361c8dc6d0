//! What `setup.cfg` and the literal arguments in `setup.py` say.

use super::text;
use crate::spec::ini;
use crate::syntax::{Term, TermKind, term};
use crate::tree::SourceTree;

/// A value.
#[derive(Clone, Debug)]
pub(crate) enum Said {
    Text(String),
    List(Vec<String>),
    Table(Vec<(String, Vec<String>)>),
    Flag(bool),
    /// `find_packages(...)` or `find:`.
    Find {
        spaces: bool,
        parts: Vec<(String, Vec<String>)>,
    },
    /// Nothing that the text tells.
    Computed,
}

/// The arguments of `setup()`, wherever they are written.
#[derive(Debug, Default)]
pub(crate) struct Setup {
    /// Name, value, file and line; of a name that is there twice the first counts.
    pub(crate) said: Vec<(String, Said, &'static str, u32)>,
    /// Whether there is a `setup.py` whose call of `setup` cannot be read.
    pub(crate) unread: bool,
}

impl Setup {
    /// Reads both files of a project; either may be missing.
    pub(crate) fn read(tree: &SourceTree) -> Self {
        let mut setup = Self::default();
        if let Some(text) = text(tree, "setup.cfg") {
            of_cfg(&text, &mut setup);
        }
        if let Some(text) = text(tree, "setup.py") {
            setup.unread = !of_py(&text, &mut setup);
        }
        setup
    }

    /// What the two files say that is computed, or changes what a build does.
    pub(crate) fn computed(&self) -> impl Iterator<Item = &(String, Said, &'static str, u32)> {
        self.said.iter().filter(|(name, said, ..)| {
            (matches!(said, Said::Computed) && name != "long_description")
                || ["cmdclass", "ext_modules", "distclass"].contains(&name.as_str())
        })
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Said> {
        self.said.iter().find(|(other, ..)| other == name).map(|(_, said, ..)| said)
    }

    pub(crate) fn list(&self, name: &str) -> Option<Vec<String>> {
        match self.get(name)? {
            Said::List(items) => Some(items.clone()),
            Said::Text(text) => Some(lines(text).map(str::to_owned).collect()),
            _ => None,
        }
    }

    /// The place of a name.
    pub(crate) fn place(&self, name: &str) -> Option<(&'static str, u32)> {
        self.said.iter().find(|(other, ..)| other == name).map(|(_, _, file, line)| (*file, *line))
    }

    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Said::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether a flag is set; none where it is not told.
    pub(crate) fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)? {
            Said::Flag(flag) => Some(*flag),
            Said::Text(text) => {
                Some(["true", "1", "yes", "on"].contains(&text.trim().to_lowercase().as_str()))
            }
            _ => None,
        }
    }

    pub(crate) fn table(&self, name: &str) -> Vec<(String, Vec<String>)> {
        match self.get(name) {
            Some(Said::Table(table)) => table.clone(),
            Some(Said::Text(text)) => lines(text)
                .filter_map(|line| line.split_once('='))
                .map(|(key, value)| (key.trim().into(), vec![value.trim().into()]))
                .collect(),
            _ => Vec::new(),
        }
    }
}

pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

fn of_cfg(text: &str, setup: &mut Setup) {
    // how packages are found is said of what `packages` says, wherever it stands
    let last = |section: &str| section == "options.packages.find";
    let (find, rest): (Vec<_>, Vec<_>) = ini::read(text).into_iter().partition(|(section, ..)| last(section));
    for (section, key, value) in rest.into_iter().chain(find) {
        let at = text.lines().position(|line| line.trim_start().starts_with(&key)).unwrap_or_default();
        let line = u32::try_from(at + 1).unwrap_or(1);
        let name = key.replace('-', "_");
        let (name, said) = match (section.as_str(), name.as_str()) {
            ("metadata" | "options", _) => {
                let name = alias(&name);
                let said = of_key(&name, value);
                (name, said)
            }
            ("options.packages.find", _) => {
                let found = setup.said.iter_mut().find_map(|(_, said, ..)| match said {
                    Said::Find { parts, .. } => Some(parts),
                    _ => None,
                });
                if let Some(parts) = found {
                    parts.push((name, parted(&value, ',')));
                }
                continue;
            }
            (section, _) => {
                let Some(table) = section.strip_prefix("options.").map(|name| name.replace('-', "_")) else {
                    continue;
                };
                let items = match table.as_str() {
                    _ if value.starts_with("file:") => vec![value],
                    "extras_require" => required(&value),
                    "entry_points" => lines(&value).map(str::to_owned).collect(),
                    _ => parted(&value, ','),
                };
                if let Some((_, Said::Table(entries), ..)) =
                    setup.said.iter_mut().find(|(name, ..)| *name == table)
                {
                    entries.push((key, items));
                    continue;
                }
                (table, Said::Table(vec![(key, items)]))
            }
        };
        setup.said.push((name, said, "setup.cfg", line));
    }
}

/// What the value of a key of `[metadata]` or `[options]` says.
fn of_key(name: &str, value: String) -> Said {
    match (name, value.trim()) {
        ("packages", "find:" | "find_namespace:") => {
            Said::Find { spaces: value.contains("name"), parts: Vec::new() }
        }
        ("package_dir", _) => {
            let pairs = lines(&value).filter_map(|line| line.split_once('='));
            Said::Table(pairs.map(|(key, value)| (key.trim().into(), vec![value.trim().into()])).collect())
        }
        _ if value.starts_with("file:") => Said::Text(value),
        ("install_requires", _) => Said::List(required(&value)),
        ("packages" | "py_modules" | "license_files" | "classifiers" | "scripts", _) => {
            Said::List(parted(&value, ','))
        }
        _ => Said::Text(value),
    }
}

/// The items of a list: a line each, or all in one line with gaps between them.
fn parted(value: &str, gap: char) -> Vec<String> {
    let several = value.contains('\n');
    let items = value.split(if several { '\n' } else { gap }).map(str::trim);
    items.filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

/// The requirements of a list, without the comments behind them.
fn required(value: &str) -> Vec<String> {
    let plain = |item: &String| item.split(" #").next().unwrap_or_default().trim().to_owned();
    parted(value, ';').iter().map(plain).collect()
}

/// The names in `[metadata]` that `setup()` has otherwise.
fn alias(name: &str) -> String {
    match name {
        "home_page" => "url",
        "summary" => "description",
        "classifier" => "classifiers",
        "license_file" => "license_files",
        other => other,
    }
    .to_owned()
}

/// Whether the call of `setup` could be read.
fn of_py(text: &str, setup: &mut Setup) -> bool {
    let call = text.match_indices("setup(").find(|(at, _)| {
        let line = text[..*at].rsplit('\n').next().unwrap_or_default();
        line.trim().is_empty() || line.trim() == "setuptools."
    });
    let Some((start, _)) = call else { return false };
    let Some(arguments) = arguments(&text[start..]) else { return false };
    for argument in arguments {
        let Some(name) = argument.keyword else { return false };
        let offset = start + argument.value.span.range().start;
        let line = text.get(..offset).map_or(1, |above| above.matches('\n').count() + 1);
        let said = match (&*name, said(&argument.value)) {
            ("entry_points", Said::Text(text)) => entry_points(&text),
            (_, said) => said,
        };
        setup.said.push((name.to_string(), said, "setup.py", u32::try_from(line).unwrap_or(1)));
    }
    true
}

/// The arguments of the call that a text begins with.
fn arguments(text: &str) -> Option<Vec<crate::syntax::Given>> {
    /// More brackets than that close no call of a person.
    const MOST: usize = 400;
    let ends = text.match_indices(')').map(|(at, _)| at).filter(|at| {
        let rest = text[at + 1..].lines().next().unwrap_or_default().trim_start();
        rest.is_empty() || rest.starts_with(['#', ';'])
    });
    ends.take(MOST).find_map(|end| match term(&text[..=end])?.kind {
        TermKind::Call(_, arguments) => Some(arguments),
        _ => None,
    })
}

/// Entry points that are written as the file that holds them.
fn entry_points(text: &str) -> Said {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (group, key, value) in ini::read(text) {
        let entry = format!("{key} = {value}");
        match groups.iter_mut().find(|(other, _)| *other == group) {
            Some((_, entries)) => entries.push(entry),
            None => groups.push((group, vec![entry])),
        }
    }
    Said::Table(groups)
}

fn said(value: &Term) -> Said {
    let strings = |items: &[Term]| -> Option<Vec<String>> { items.iter().map(string).collect() };
    match &value.kind {
        TermKind::Text(text) => Said::Text(text.to_string()),
        TermKind::Bool(flag) => Said::Flag(*flag),
        TermKind::None => Said::Text(String::new()),
        TermKind::List(items) | TermKind::Tuple(items) => strings(items).map_or(Said::Computed, Said::List),
        TermKind::Dict(entries) => {
            let entry = |(key, value): &(Option<Term>, Term)| {
                let key = string(key.as_ref()?)?;
                let values = match &value.kind {
                    TermKind::List(items) | TermKind::Tuple(items) => strings(items)?,
                    _ => vec![string(value)?],
                };
                Some((key, values))
            };
            entries.iter().map(entry).collect::<Option<_>>().map_or(Said::Computed, Said::Table)
        }
        TermKind::Call(called, arguments) => {
            let name = called.as_name().or(called.as_attribute().map(|(_, name)| name));
            let Some(name) = name else { return Said::Computed };
            if !["find_packages", "find_namespace_packages"].contains(&name) {
                return Said::Computed;
            }
            let part = |given: &crate::syntax::Given| {
                let name = given.keyword.as_deref().unwrap_or("where").to_owned();
                match said(&given.value) {
                    Said::Text(text) => Some((name, vec![text])),
                    Said::List(items) => Some((name, items)),
                    _ => None,
                }
            };
            let parts: Option<Vec<_>> = arguments.iter().map(part).collect();
            parts.map_or(Said::Computed, |parts| Said::Find { spaces: name.contains("space"), parts })
        }
        _ => Said::Computed,
    }
}

fn string(value: &Term) -> Option<String> {
    match &value.kind {
        TermKind::Text(text) => Some(text.to_string()),
        _ => None,
    }
}
