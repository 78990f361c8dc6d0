//! What `setup.cfg` and the literal arguments in `setup.py` say, put into `[project]`.

use super::work::{self, Work, array, quoted};
use super::{Change, Refusal, setuptools};
use crate::spec::ini;
use crate::syntax::{Term, TermKind, term};
use crate::text::RelPath;

/// A value.
#[derive(Clone, Debug)]
pub(super) enum Said {
    Text(String),
    List(Vec<String>),
    Table(Vec<(String, Vec<String>)>),
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
pub(super) struct Setup {
    /// Name, value, file and line; of a name that is there twice the first counts.
    said: Vec<(String, Said, &'static str, u32)>,
}

impl Setup {
    pub(super) fn get(&self, name: &str) -> Option<&Said> {
        self.said.iter().find(|(other, ..)| other == name).map(|(_, said, ..)| said)
    }

    pub(super) fn list(&self, name: &str) -> Option<Vec<String>> {
        match self.get(name)? {
            Said::List(items) => Some(items.clone()),
            Said::Text(text) => Some(lines(text).map(str::to_owned).collect()),
            _ => None,
        }
    }

    fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Said::Text(text) => Some(text),
            _ => None,
        }
    }

    fn table(&self, name: &str) -> Vec<(String, Vec<String>)> {
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

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// Reads both files, and decides what becomes of them.
pub(super) fn read(work: &mut Work<'_>) -> Result<Setup, Refusal> {
    let mut setup = Setup::default();
    if let Some(text) = work.read("setup.cfg") {
        of_cfg(&text, &mut setup);
        let rest = without_setup(&text);
        work.changes.push(Change { path: RelPath::new("setup.cfg"), before: Some(text), after: rest });
    }
    if let Some(text) = work.read("setup.py") {
        let count = setup.said.len();
        let read = of_py(&text, &mut setup);
        let computed = setup.said[count..].iter().find(|(name, said, ..)| {
            (matches!(said, Said::Computed) && name != "long_description")
                || matches!(name.as_str(), "cmdclass" | "ext_modules" | "distclass")
        });
        match computed {
            _ if !read => work.note(
                "setup.py",
                1,
                "what it says is computed: write it into `pyproject.toml`, and remove the file",
            ),
            Some((name, _, file, line)) if name == "ext_modules" => {
                return Err(Refusal(format!(
                    "{file}:{line} compiles extension modules, which mcp-backend does not"
                )));
            }
            Some((name, _, _, line)) => {
                let (name, line) = (name.clone(), *line);
                work.note(
                    "setup.py",
                    line,
                    format!(
                        "`{name}` is computed: write its value into `pyproject.toml`, and remove the file"
                    ),
                );
            }
            None => {
                work.changes.push(Change { path: RelPath::new("setup.py"), before: Some(text), after: None });
            }
        }
    }
    Ok(setup)
}

/// The sections that setuptools reads.
fn is_ours(section: &str) -> bool {
    section == "metadata"
        || section.starts_with("options")
        || ["bdist_wheel", "egg_info", "sdist", "aliases", "build_ext"].contains(&section)
}

/// What is left of `setup.cfg` for other tools; none when that is nothing.
fn without_setup(text: &str) -> Option<String> {
    let mut keeps = true;
    let mut rest = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(name) = line.trim().strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            keeps = !is_ours(name.trim());
        }
        if keeps {
            rest += line;
        }
    }
    (!rest.trim().is_empty()).then_some(rest)
}

fn of_cfg(text: &str, setup: &mut Setup) {
    for (section, key, value) in ini::read(text) {
        let at = text.lines().position(|line| line.trim_start().starts_with(&key)).unwrap_or_default();
        let line = u32::try_from(at + 1).unwrap_or(1);
        let name = key.replace('-', "_");
        let (name, said) = match section.as_str() {
            "metadata" => (alias(&name), Said::Text(value)),
            "options" => match (name.as_str(), value.trim()) {
                ("packages", "find:" | "find_namespace:") => {
                    (name, Said::Find { spaces: value.contains("name"), parts: Vec::new() })
                }
                ("package_dir", _) => {
                    let pairs = lines(&value).filter_map(|line| line.split_once('='));
                    (
                        name,
                        Said::Table(
                            pairs
                                .map(|(key, value)| (key.trim().into(), vec![value.trim().into()]))
                                .collect(),
                        ),
                    )
                }
                _ => (name, Said::Text(value)),
            },
            "options.packages.find" => {
                let found = setup.said.iter_mut().find_map(|(_, said, ..)| match said {
                    Said::Find { parts, .. } => Some(parts),
                    _ => None,
                });
                if let Some(parts) = found {
                    let split = value.split([',', '\n']).map(str::trim).filter(|item| !item.is_empty());
                    parts.push((name, split.map(str::to_owned).collect()));
                }
                continue;
            }
            "options.extras_require" | "options.entry_points" | "options.package_data" => {
                let table = section.rsplit('.').next().unwrap_or_default().to_owned();
                let items: Vec<String> = lines(&value).map(str::to_owned).collect();
                if let Some((_, Said::Table(entries), ..)) =
                    setup.said.iter_mut().find(|(name, ..)| *name == table)
                {
                    entries.push((key, items));
                    continue;
                }
                (table, Said::Table(vec![(key, items)]))
            }
            _ => continue,
        };
        setup.said.push((name, said, "setup.cfg", line));
    }
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
    let Some(end) = text.rfind(')').filter(|end| *end > start) else { return false };
    let Some(Term { kind: TermKind::Call(_, arguments), .. }) = term(&text[start..=end]) else {
        return false;
    };
    for argument in arguments {
        let Some(name) = argument.keyword else { return false };
        let offset = start + argument.value.span.range().start;
        let line = text.get(..offset).map_or(1, |above| above.matches('\n').count() + 1);
        setup.said.push((
            name.to_string(),
            said(&argument.value),
            "setup.py",
            u32::try_from(line).unwrap_or(1),
        ));
    }
    true
}

fn said(value: &Term) -> Said {
    let strings = |items: &[Term]| -> Option<Vec<String>> { items.iter().map(string).collect() };
    match &value.kind {
        TermKind::Text(text) => Said::Text(text.to_string()),
        TermKind::Bool(_) | TermKind::None => Said::Text(String::new()),
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
            let (TermKind::Name(name) | TermKind::Attribute(_, name)) = &called.kind else {
                return Said::Computed;
            };
            if !["find_packages", "find_namespace_packages"].contains(&&**name) {
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

/// Writes `[project]` where it is missing, and what it leaves open where it is there.
pub(super) fn project(work: &mut Work<'_>, setup: &Setup) {
    work.named = setup.text("name").map(str::to_owned);
    let has = work.document.at("project").is_some();
    told(work, setup);
    let mut fields = fields(work, setup);
    if !has && let Some(literal) = work.literal.take() {
        work.write_literal(&literal);
    }
    if !has && work.is_settled("version") {
        let version = work.settled("version");
        fields.insert(1.min(fields.len()), ("version".to_owned(), version));
    }
    if has {
        for (key, value) in fields {
            if work.is_dynamic(&key) {
                work.settle(&key, value);
            }
        }
        return;
    }
    let (tables, plain): (Vec<_>, Vec<_>) =
        fields.into_iter().partition(|(_, value)| value.starts_with('\n'));
    let mut text = "[project]\n".to_owned();
    text.extend(plain.iter().map(|(key, value)| format!("{key} = {value}\n")));
    text.extend(tables.iter().map(|(key, value)| format!("\n[project.{key}]{value}")));
    let end = work.document.source.text().len();
    let gap = if end == 0 || work.document.source.text().ends_with("\n\n") { "" } else { "\n" };
    work.document.insert(end, &format!("{gap}{text}"));
}

/// What of `setup()` has no counterpart.
fn told(work: &mut Work<'_>, setup: &Setup) {
    const KNOWN: &[&str] = &[
        "name",
        "version",
        "description",
        "long_description",
        "long_description_content_type",
        "author",
        "author_email",
        "maintainer",
        "maintainer_email",
        "url",
        "download_url",
        "project_urls",
        "license",
        "license_files",
        "classifiers",
        "keywords",
        "python_requires",
        "install_requires",
        "extras_require",
        "entry_points",
        "packages",
        "package_dir",
        "py_modules",
        "package_data",
        "include_package_data",
        "zip_safe",
        "platforms",
        "cmdclass",
    ];
    let unknown = setup
        .said
        .iter()
        .filter(|(name, said, ..)| !KNOWN.contains(&name.as_str()) && !matches!(said, Said::Computed));
    for (name, _, file, line) in unknown {
        work.note(
            file,
            *line,
            format!("`{name}` has no counterpart in `pyproject.toml`; the file no longer says it"),
        );
    }
}

fn fields(work: &mut Work<'_>, setup: &Setup) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    let mut put = |key: &str, value: String| fields.push((key.to_owned(), value));
    if let Some(name) = setup.text("name") {
        put("name", quoted(name));
    }
    match setup.text("version").map(|text| (text, text.split_once(':'))) {
        Some((_, Some(("attr", attr)))) => {
            setuptools::version_of(work, attr);
        }
        Some((_, Some(("file", file)))) => {
            work.version_file(file.trim());
        }
        Some((text, _)) => put("version", quoted(text)),
        None => {}
    }
    if let Some(text) = setup.text("description").filter(|text| !text.is_empty()) {
        put("description", quoted(text));
    }
    let readme = setup.text("long_description").and_then(|text| text.strip_prefix("file:")).map(str::trim);
    match readme.filter(|file| !file.contains([',', '\n'])) {
        Some(file) => put("readme", quoted(file)),
        None if setup.get("long_description").is_some() => {
            let files = ["README.md", "README.rst", "README.txt"];
            if let Some(file) = files.into_iter().find(|file| work.read(file).is_some()) {
                put("readme", quoted(file));
            }
        }
        None => {}
    }
    if let Some(text) = setup.text("python_requires") {
        put("requires-python", quoted(text));
    }
    if let Some(text) = setup.text("license").filter(|text| !text.is_empty()) {
        let valid = crate::spec::license::parse(text).is_ok();
        put("license", if valid { quoted(text) } else { format!("{{ text = {} }}", quoted(text)) });
    }
    if let Some(files) = setup.list("license_files") {
        put("license-files", array(&files));
    }
    for (key, name, mail) in
        [("authors", "author", "author_email"), ("maintainers", "maintainer", "maintainer_email")]
    {
        let parts = [("name", setup.text(name)), ("email", setup.text(mail))];
        let parts: Vec<String> =
            parts.iter().filter_map(|(key, text)| Some(format!("{key} = {}", quoted((*text)?)))).collect();
        if !parts.is_empty() {
            put(key, format!("[{{ {} }}]", parts.join(", ")));
        }
    }
    let keywords = match setup.get("keywords") {
        Some(Said::Text(text)) => text
            .split([',', '\n'])
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect(),
        Some(Said::List(items)) => items.clone(),
        _ => Vec::new(),
    };
    for (key, items) in [
        ("keywords", Some(keywords)),
        ("classifiers", setup.list("classifiers")),
        ("dependencies", setup.list("install_requires")),
    ] {
        if let Some(items) = items.filter(|items| !items.is_empty()) {
            put(key, array(&items));
        }
    }
    tables(setup, &mut put);
    fields
}

/// The fields that are tables.
fn tables(setup: &Setup, put: &mut impl FnMut(&str, String)) {
    let mut urls = setup.table("project_urls");
    let home = [("Homepage", "url"), ("Download", "download_url")];
    urls.splice(
        0..0,
        home.iter().filter_map(|(label, key)| Some(((*label).to_owned(), vec![setup.text(key)?.to_owned()]))),
    );
    let line = |(name, values): (String, Vec<String>)| {
        format!("{} = {}\n", work::key(&name), quoted(&values.concat()))
    };
    let table = |entries: Vec<(String, Vec<String>)>| {
        format!("\n{}", entries.into_iter().map(line).collect::<String>())
    };
    if !urls.is_empty() {
        put("urls", table(urls));
    }
    for (group, entries) in setup.table("entry_points") {
        let key = match group.as_str() {
            "console_scripts" => "scripts".to_owned(),
            "gui_scripts" => "gui-scripts".to_owned(),
            other => format!("entry-points.{}", work::key(other)),
        };
        let pairs = entries.iter().filter_map(|entry| entry.split_once('='));
        put(
            &key,
            table(
                pairs.map(|(name, value)| (name.trim().to_owned(), vec![value.trim().to_owned()])).collect(),
            ),
        );
    }
    let extras = setup.table("extras_require");
    if !extras.is_empty() {
        let lines: String =
            extras.iter().map(|(name, items)| format!("{} = {}\n", work::key(name), array(items))).collect();
        put("optional-dependencies", format!("\n{lines}"));
    }
}
