//! Poetry: <https://python-poetry.org/docs/pyproject/>, with a `[project]` table or with its own alone.

use super::document;
use super::poetry_requirements::{above_python, dependencies, extras, groups, remark};
use super::statements::Form;
use super::tag_plugin::POETRY_DYNAMIC;
use super::work::{self, Work, quoted};
use super::{Backend, Refusal, globs};
use crate::foreign::{self, specifiers};
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::spec::license;

pub(super) static BACKEND: Backend = Backend {
    tool: &foreign::POETRY,
    requires: &["poetry-core", "poetry", "poetry-dynamic-versioning", "setuptools", "wheel"],
    tables: &["tool.poetry", "tool.poetry-dynamic-versioning"],
    void: &[
        "tool.poetry.package-mode",
        "tool.poetry.requires-poetry",
        "tool.poetry.packages",
        "tool.poetry.include",
        "tool.poetry.exclude",
    ],
    commands: &["poetry build", "poetry publish", "poetry install", "poetry run", "poetry version"],
    carry,
};

/// Keys of `[tool.poetry]` that `[project]` has with the same meaning.
const SAME: &[&str] = &["name", "version", "description", "keywords", "classifiers", "readme"];

fn carry(work: &mut Work<'_>) -> Result<(), Refusal> {
    if work.document.at("tool.poetry.build").is_some() {
        return Err(Refusal(
            "the project runs a script at build time (`tool.poetry.build`), which mcp-backend does not"
                .to_owned(),
        ));
    }
    work.named = work.document.text("tool.poetry.name");
    version(work);
    if work.document.at("project").is_some() {
        dynamic(work);
        groups(work, None);
    } else {
        project(work)?;
    }
    sdist(work);
    let excluded = work.patterns("tool.poetry.exclude", globs::rooted).unwrap_or_default();
    work.sdist_exclude(&excluded);
    work.excluded = excluded;
    Ok(())
}

/// A version that a plugin takes from the repository.
fn version(work: &mut Work<'_>) {
    let key = "tool.poetry-dynamic-versioning";
    let Some(span) = work.document.at(key).map(|node| node.span) else { return };
    work.version_from_tags(span, &POETRY_DYNAMIC);
    if work.is_settled("version") {
        work.document.carry(key);
        work.document.carry("tool.poetry.version");
    }
}

/// What `[project]` leaves to Poetry.
fn dynamic(work: &mut Work<'_>) {
    for (key, node) in work.document.entries("tool.poetry") {
        let dynamic = work.is_dynamic(&key);
        let same =
            SAME.contains(&key.as_str()) && matches!(node.kind, TomlKind::String(_) | TomlKind::Array(_));
        let value = match (&node.kind, &toml::strings(&node)[..]) {
            (TomlKind::Array(_), [one]) if key == "readme" => quoted(one),
            (TomlKind::Array(_), _) if key == "readme" => continue,
            _ => work.document.source.slice(node.span).to_owned(),
        };
        if dynamic && same && !work.is_settled(&key) {
            work.settle(&key, value);
        }
        // beside `[project]` it says nothing more
        if (dynamic && same)
            || ((same || ["authors", "maintainers", "license"].contains(&key.as_str()))
                && work.document.at(&format!("project.{key}")).is_some())
        {
            work.document.carry(&format!("tool.poetry.{key}"));
        }
    }
    if work.is_dynamic("requires-python")
        && let Some(value) =
            work.document.text("tool.poetry.dependencies.python").and_then(|text| specifiers(&text))
    {
        work.settle("requires-python", quoted(&value));
        work.document.carry("tool.poetry.dependencies.python");
    }
    if work.is_dynamic("dependencies") {
        let items = dependencies(work, "tool.poetry.dependencies");
        work.settle("dependencies", items);
    }
    // nothing but a classifier for each Python and the licence
    if work.is_dynamic("classifiers") && !work.is_settled("classifiers") {
        work.settle("classifiers", "[]".to_owned());
    }
}

/// Writes `[project]` and the tables below it in the place of `[tool.poetry]`.
fn project(work: &mut Work<'_>) -> Result<(), Refusal> {
    let Some(header) = work.document.header("tool.poetry") else {
        return Err(Refusal(
            "neither a table `[project]` nor a table `[tool.poetry]` stands in `pyproject.toml`".to_owned(),
        ));
    };
    let lead = work.document.lead(header);
    let place = work.document.statements[lead].lines.start;
    let mut text: String = (lead..header)
        .map(|at| work.document.slice(&work.document.statements[at].lines).to_owned())
        .collect();
    text += "[project]\n";
    let below = work.document.below(header);
    // what follows the last pair may be of the next table
    let end = below.iter().rposition(|one| one.form == Form::Pair).map_or(0, |last| last + 1);
    let below: Vec<(Form, Vec<String>, String)> = below[..end]
        .iter()
        .map(|one| (one.form, one.key.clone(), work.document.slice(&one.lines).to_owned()))
        .collect();
    let mut urls = String::new();
    for (form, key, lines) in below {
        let [_, _, name] = &key[..] else {
            text += if form == Form::Comment { &lines } else { "" };
            continue;
        };
        let dotted = format!("tool.poetry.{name}");
        let Some(node) = work.document.at(&dotted).cloned() else { continue };
        match field(work, name, &node, &lines) {
            Some(Field::Line(line)) => text += &line,
            Some(Field::Url(line)) => urls += &line,
            None => continue,
        }
        work.document.carry(&dotted);
    }
    if work.from_tags.is_some() {
        text += "dynamic = [\"version\"]\n";
    } else if work.is_settled("version") {
        text += &format!("version = {}\n", work.settled("version"));
    }
    let python = work.document.at("tool.poetry.dependencies.python").cloned();
    if let Some(node) = python {
        match toml::text(&node).and_then(|text| specifiers(&text)) {
            Some(value) => {
                for at in above_python(work) {
                    text += work.document.slice(&work.document.statements[at].lines);
                }
                text += &format!("requires-python = {}{}\n", quoted(&value), remark(work, node.span));
                work.document.carry("tool.poetry.dependencies.python");
            }
            None => {
                work.tell(node.span, "write `requires-python`: this constraint is of Poetry's own grammar");
            }
        }
    }
    text += &format!("dependencies = {}\n", dependencies(work, "tool.poetry.dependencies"));
    text += &section(work, "urls", "[project.urls]\n", &urls, |_, _| None);
    text += &section(work, "scripts", "[project.scripts]\n", "", |_, node| {
        let reference = toml::at(node, "reference")
            .and_then(toml::text)
            .filter(|_| toml::at(node, "type").and_then(toml::text).is_none_or(|kind| kind == "console"));
        reference.map(|reference| quoted(&reference))
    });
    text += &extras(work);
    for (group, node) in work.document.entries("tool.poetry.plugins") {
        let lines: String = document::pairs(&node)
            .filter_map(|(name, node)| {
                Some(format!("{} = {}\n", work::key(name), quoted(&toml::text(node)?)))
            })
            .collect();
        text += &format!("\n[project.entry-points.{}]\n{lines}", work::key(&group));
        work.document.carry_key(["tool", "poetry", "plugins", &group].map(str::to_owned).to_vec());
    }
    groups(work, Some(&mut text));
    work.document.insert(place, &format!("{text}\n"));
    Ok(())
}

enum Field {
    Line(String),
    Url(String),
}

/// What becomes of a key of `[tool.poetry]`, whose lines are given.
fn field(work: &mut Work<'_>, name: &str, node: &TomlNode, lines: &str) -> Option<Field> {
    let people = |all: Vec<String>| {
        let one = |text: &String| match text.trim().strip_suffix('>').and_then(|text| text.split_once('<')) {
            Some((name, mail)) if name.trim().is_empty() => format!("{{ email = {} }}", quoted(mail.trim())),
            Some((name, mail)) => {
                format!("{{ name = {}, email = {} }}", quoted(name.trim()), quoted(mail.trim()))
            }
            None => format!("{{ name = {} }}", quoted(text.trim())),
        };
        let all: Vec<String> = all.iter().map(one).collect();
        let line = format!("[{}]", all.join(", "));
        if line.len() <= 88 { line } else { format!("[\n    {},\n]", all.join(",\n    ")) }
    };
    Some(match (name, &node.kind) {
        ("version", _) if work.is_settled("version") => Field::Line(String::new()),
        ("readme", TomlKind::Array(items)) => {
            let [one] = &items[..] else { return None };
            Field::Line(format!("readme = {}\n", quoted(&toml::text(one)?)))
        }
        (name, TomlKind::String(_) | TomlKind::Array(_)) if SAME.contains(&name) => {
            Field::Line(lines.to_owned())
        }
        ("license", TomlKind::String(text)) if license::parse(text).is_ok() => Field::Line(lines.to_owned()),
        ("license", TomlKind::String(text)) => {
            Field::Line(format!("license = {{ text = {} }}\n", quoted(text)))
        }
        ("authors" | "maintainers", TomlKind::Array(_)) => {
            Field::Line(format!("{name} = {}\n", people(toml::strings(node))))
        }
        ("homepage", TomlKind::String(url)) => Field::Url(format!("Homepage = {}\n", quoted(url))),
        ("repository", TomlKind::String(url)) => Field::Url(format!("Repository = {}\n", quoted(url))),
        ("documentation", TomlKind::String(url)) => Field::Url(format!("Documentation = {}\n", quoted(url))),
        _ => return None,
    })
}

/// A table of strings whose lines are taken as they are; `other` writes a value that is none.
fn section(
    work: &mut Work<'_>,
    name: &str,
    head: &str,
    first: &str,
    other: impl Fn(&str, &TomlNode) -> Option<String>,
) -> String {
    let table = format!("tool.poetry.{name}");
    let mut lines = first.to_owned();
    if let Some(header) = work.document.header(&table) {
        lines.extend(work.document.comments(header).map(|(_, one)| work.document.slice(&one.lines)));
    }
    for (key, node) in work.document.entries(&table) {
        let value = match &node.kind {
            TomlKind::String(_) => work.document.source.slice(node.span).to_owned(),
            _ => match other(&key, &node) {
                Some(value) => value,
                None => continue,
            },
        };
        lines += &format!("{} = {value}{}\n", work::key(&key), remark(work, node.span));
        work.document.carry_key(["tool", "poetry", name, &key].map(str::to_owned).to_vec());
    }
    if lines.is_empty() { lines } else { format!("\n{head}{lines}") }
}

/// What `packages` and `include` have for the sdist; `include` is for nothing else, unless it says otherwise.
fn sdist(work: &mut Work<'_>) {
    for (table, usual) in [("packages", false), ("include", true)] {
        let items = work.document.at(&format!("tool.poetry.{table}")).map(|node| node.kind.clone());
        let Some(TomlKind::Array(items)) = items else { continue };
        for item in &items {
            let of = |key: &str| toml::at(item, key).and_then(toml::text).unwrap_or_default();
            let path = toml::text(item).unwrap_or_else(|| of("path") + &of("include"));
            let formats = toml::at(item, "format").map(toml::strings);
            let wanted = formats.map_or(usual, |formats| formats.iter().any(|format| format == "sdist"));
            if wanted {
                let glob = globs::rooted(&work::plain(&format!("{}/{path}", of("from"))));
                work.sdist_include(glob.as_slice());
            }
        }
    }
}
