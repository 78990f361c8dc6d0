//! Poetry's dependencies, extras and groups as requirements.

use super::document;
use super::statements::{Form, TomlStatement};
use super::work::{self, Work, array, quoted};
use crate::foreign::specifiers;
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::spec::version;
use crate::text::Span;

/// The comment behind a value, with a gap.
pub(super) fn remark(work: &Work<'_>, span: Span) -> String {
    let rest = work.document.source.text().get(span.range().end..).unwrap_or_default();
    let rest = rest.split('\n').next().unwrap_or_default().trim();
    if rest.starts_with('#') { format!("  {rest}") } else { String::new() }
}

/// The table of dependencies at a key as an array; the optional ones are left to the extras.
pub(super) fn dependencies(work: &mut Work<'_>, table: &str) -> String {
    let mut lines: Vec<(usize, String)> = Vec::new();
    if let Some(header) = work.document.header(table) {
        // what stands above the Python goes with it
        let python = above_python(work);
        let comments = work.document.comments(header).filter(|(at, _)| !python.contains(at));
        lines.extend(
            comments.map(|(_, one)| {
                (one.lines.start, format!("    {}\n", work.document.slice(&one.lines).trim()))
            }),
        );
    }
    for (name, node) in work.document.entries(table) {
        let python = name == "python" && table == "tool.poetry.dependencies";
        let optional =
            matches!(toml::at(&node, "optional").map(|node| &node.kind), Some(TomlKind::Bool(true)));
        if python || optional {
            continue;
        }
        match requirements(&name, &node) {
            Some(all) => {
                let remark = remark(work, node.span);
                lines.extend(
                    all.iter()
                        .map(|text| (node.span.range().start, format!("    {},{remark}\n", quoted(text)))),
                );
                work.document.carry_key(table.split('.').chain([name.as_str()]).map(str::to_owned).collect());
            }
            None => work.tell(
                node.span,
                format!(
                    "`{name}` is of Poetry's own grammar, or lies on the disk: write it as a requirement"
                ),
            ),
        }
    }
    lines.sort_by_key(|(at, _)| *at);
    let lines: String = lines.into_iter().map(|(_, line)| line).collect();
    if lines.is_empty() { "[]".to_owned() } else { format!("[\n{lines}]") }
}

/// The comments right above the Python that Poetry is told, and that pair.
pub(super) fn above_python(work: &Work<'_>) -> std::ops::Range<usize> {
    let is = |one: &TomlStatement| one.key.iter().eq(["tool", "poetry", "dependencies", "python"]);
    let at = work.document.statements.iter().position(is);
    at.map_or(0..0, |at| work.document.lead(at)..at)
}

/// A dependency as requirements; none where they cannot say it.
fn requirements(name: &str, node: &TomlNode) -> Option<Vec<String>> {
    if let TomlKind::Array(items) = &node.kind {
        let all: Option<Vec<Vec<String>>> = items.iter().map(|item| requirements(name, item)).collect();
        return all.map(|all| all.concat());
    }
    let of = |key: &str| toml::at(node, key).and_then(toml::text);
    let extras = toml::at(node, "extras").map(toml::strings).unwrap_or_default();
    let mut text = name.to_owned();
    if !extras.is_empty() {
        text += &format!("[{}]", extras.join(","));
    }
    let known = [
        "version", "extras", "optional", "python", "markers", "platform", "git", "rev", "tag", "branch",
        "url", "subdirectory",
    ];
    if document::pairs(node).any(|(key, _)| !known.contains(&key)) {
        return None;
    }
    let below = of("subdirectory").map(|folder| format!("#subdirectory={folder}")).unwrap_or_default();
    if let Some(url) = of("url") {
        text += &format!(" @ {url}{below}");
    } else if let Some(git) = of("git") {
        let at = ["rev", "tag", "branch"].iter().find_map(|key| of(key)).map(|at| format!("@{at}"));
        text += &format!(" @ git+{git}{}{below}", at.unwrap_or_default());
    } else {
        let constraint = toml::text(node).or_else(|| of("version"))?;
        if constraint.trim() != "*" {
            let found = specifiers(&constraint)?;
            version::parse_specifiers(&found).ok()?;
            text += &found;
        }
    }
    let mut markers = Vec::new();
    if let Some(python) = of("python") {
        for one in specifiers(&python)?.split(',') {
            let digit = one.find(|c: char| c.is_ascii_digit())?;
            markers.push(format!("python_version {} \"{}\"", &one[..digit].trim(), &one[digit..]));
        }
    }
    markers.extend(of("platform").map(|platform| format!("sys_platform == \"{platform}\"")));
    markers.extend(
        of("markers").map(|marker| if marker.contains(" or ") { format!("({marker})") } else { marker }),
    );
    if !markers.is_empty() {
        text += &format!(" ; {}", markers.join(" and "));
    }
    crate::spec::requirement::Requirement::parse(&text).is_ok().then_some(vec![text])
}

/// `[project.optional-dependencies]`.
pub(super) fn extras(work: &mut Work<'_>) -> String {
    let table = "tool.poetry.dependencies";
    let optional = work.document.entries(table);
    let mut lines = String::new();
    for (extra, node) in work.document.entries("tool.poetry.extras") {
        let names = toml::strings(&node);
        let of = |name: &String| {
            let (key, node) = optional
                .iter()
                .find(|(key, _)| crate::spec::name::normalize(key) == crate::spec::name::normalize(name))?;
            Some((key.clone(), requirements(key, node)?))
        };
        let found: Option<Vec<_>> = names.iter().map(of).collect();
        let Some(found) = found else {
            work.tell(
                node.span,
                format!("the extra `{extra}` lists what is no dependency or of Poetry's own grammar"),
            );
            continue;
        };
        let all: Vec<String> = found.iter().flat_map(|(_, all)| all.clone()).collect();
        lines += &format!("{} = {}{}\n", work::key(&extra), array(&all), remark(work, node.span));
        for (key, _) in found {
            work.document.carry_key(table.split('.').chain([key.as_str()]).map(str::to_owned).collect());
        }
        work.document.carry_key(["tool", "poetry", "extras", &extra].map(str::to_owned).to_vec());
    }
    if lines.is_empty() { lines } else { format!("\n[project.optional-dependencies]\n{lines}") }
}

/// `[dependency-groups]`, at the end of `text` or in the table that is there.
pub(super) fn groups(work: &mut Work<'_>, text: Option<&mut String>) {
    let mut tables: Vec<(String, String)> = work
        .document
        .entries("tool.poetry.group")
        .iter()
        .map(|(name, _)| (name.clone(), format!("tool.poetry.group.{name}")))
        .collect();
    if work.document.at("tool.poetry.dev-dependencies").is_some() {
        tables.push(("dev".to_owned(), String::new()));
    }
    let mut lines = String::new();
    for (name, table) in tables {
        let key = if table.is_empty() {
            "tool.poetry.dev-dependencies".to_owned()
        } else {
            format!("{table}.dependencies")
        };
        lines += &format!("{} = {}\n", work::key(&name), dependencies(work, &key));
        // every group is optional to a frontend
        work.document.carry(&format!("{table}.optional"));
    }
    if lines.is_empty() {
        return;
    }
    match (work.document.header("dependency-groups"), text) {
        (Some(header), _) => {
            let end = work.document.end_of(header);
            work.document.insert(end, &lines);
        }
        (None, Some(text)) => *text += &format!("\n[dependency-groups]\n{lines}"),
        (None, None) => {
            let at = work.document.statements.iter().find(|one| {
                one.form == Form::Header && one.key.starts_with(&["tool".to_owned(), "poetry".to_owned()])
            });
            let at = at.map_or(work.document.source.text().len(), |one| one.lines.start);
            work.document.insert(at, &format!("[dependency-groups]\n{lines}\n"));
        }
    }
}
