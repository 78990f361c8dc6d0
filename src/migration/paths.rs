//! The settings of other tools in `pyproject.toml` that name the old places: edited where that is certain.

use super::work::{self, Work, quoted};
use super::{Move, elsewhere};
use crate::layout::SRC;
use crate::project::toml::{self, TomlKind, TomlNode};
use crate::text::{RelPath, Span};

/// Keys whose strings are paths or globs from the project's root.
const LISTS: &[&str] = &[
    "tool.ruff.include",
    "tool.ruff.extend-include",
    "tool.ruff.exclude",
    "tool.ruff.extend-exclude",
    "tool.ruff.format.exclude",
    "tool.ruff.lint.exclude",
    "tool.pytest.ini_options.testpaths",
    "tool.coverage.run.source",
    "tool.coverage.run.include",
    "tool.coverage.run.omit",
    "tool.coverage.report.include",
    "tool.coverage.report.omit",
    "tool.coverage.paths.source",
    "tool.mypy.files",
    "tool.pyright.include",
    "tool.pyright.exclude",
    "tool.pyright.ignore",
    "tool.pyright.strict",
    "tool.basedpyright.include",
    "tool.basedpyright.exclude",
    "tool.ty.src.include",
    "tool.bandit.exclude_dirs",
    "tool.vulture.paths",
    "tool.pylint.main.source-roots",
    "tool.commitizen.version_files",
    "tool.semantic_release.version_variables",
];

/// Keys whose strings are folders that imports are looked for in.
const ROOTS: &[&str] = &[
    "tool.ruff.src",
    "tool.pytest.ini_options.pythonpath",
    "tool.mypy.mypy_path",
    "tool.pyright.extraPaths",
    "tool.isort.src_paths",
    "tool.basedpyright.extraPaths",
];

/// Tables whose keys are globs.
const TABLES: &[&str] = &[
    "tool.ruff.lint.per-file-ignores",
    "tool.ruff.per-file-ignores",
    "tool.ruff.lint.extend-per-file-ignores",
];

/// Edits what names the old places for certain, and tells all else that names them or the old backend.
pub(super) fn follow(work: &mut Work<'_>, moves: &[Move], commands: &[&str]) {
    let mut edited = Vec::new();
    for key in LISTS {
        let Some(node) = work.document.at(key).cloned() else { continue };
        let items = match &node.kind {
            TomlKind::Array(items) => items.clone(),
            _ => vec![node],
        };
        for item in items {
            edit(work, &item, moves, &mut edited);
        }
    }
    for key in ROOTS {
        roots(work, key, moves, &mut edited);
    }
    for table in TABLES {
        for (text, span) in keys(work, table) {
            if let Some(new) = renamed(&text, moves) {
                edited.push(span);
                work.document.replace(span, quoted(&new));
            }
        }
    }
    elsewhere::tell(work, moves, commands, &edited);
}

/// The keys of a table with their places.
fn keys(work: &Work<'_>, table: &str) -> Vec<(String, Span)> {
    match work.document.at(table).map(|node| &node.kind) {
        Some(TomlKind::Table(entries)) => {
            entries.iter().map(|(key, _)| (key.value.clone(), key.span)).collect()
        }
        _ => Vec::new(),
    }
}

fn edit(work: &mut Work<'_>, item: &TomlNode, moves: &[Move], edited: &mut Vec<Span>) {
    if let Some(new) = toml::text(item).and_then(|text| renamed(&text, moves)) {
        edited.push(item.span);
        work.document.replace(item.span, quoted(&new));
    }
}

/// A path or glob as it is after the moves; none where it names nothing that moves.
pub(super) fn renamed(text: &str, moves: &[Move]) -> Option<String> {
    let (dot, plain) = text.strip_prefix("./").map_or(("", text), |plain| ("./", plain));
    moves.iter().find_map(|Move { from, to }| {
        let rest = plain.strip_prefix(from.as_str())?;
        (rest.is_empty() || rest.starts_with(['/', ':'])).then(|| format!("{dot}{to}{rest}"))
    })
}

/// Where modules lay beside `pyproject.toml` and were looked for there, they are looked for in `src` too.
fn roots(work: &mut Work<'_>, key: &str, moves: &[Move], edited: &mut Vec<Span>) {
    let flat =
        moves.iter().any(|step| step.from.parent() == RelPath::root() && step.to.parent().as_str() == SRC);
    let Some(node) = work.document.at(key).cloned().filter(|_| flat) else { return };
    if let TomlKind::Array(items) = &node.kind {
        for item in items {
            edit(work, item, moves, edited);
        }
    }
    let all = toml::strings(&node);
    if all.iter().any(|text| work::plain(text) == SRC) {
        return;
    }
    match &node.kind {
        TomlKind::Array(items) => {
            let here = items
                .iter()
                .find(|item| toml::text(item).is_some_and(|text| [".", "./", ""].contains(&text.as_str())));
            if let Some(here) = here {
                let text = work.document.source.slice(here.span).to_owned();
                work.document.replace(here.span, format!("{text}, {}", quoted(SRC)));
            }
        }
        TomlKind::String(text) if text == "." => {
            let (span, value) = (node.span, if key.ends_with("pythonpath") { ". src" } else { ".:src" });
            work.document.replace(span, quoted(value));
        }
        _ => {}
    }
}
