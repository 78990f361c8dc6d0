//! Files beside `pyproject.toml` that name the old places or run the old backend: told, never edited.

use super::work::Work;
use super::{Move, modules};
use crate::project::FILE_NAME;
use crate::text::{RelPath, Span, has_word};

/// Suffixes of files that people write by hand.
const READ: &[&str] = &[
    "py", "toml", "cfg", "ini", "yml", "yaml", "sh", "md", "rst", "txt", "json", "mk", "in", "ps1", "bat",
    "tf", "nix",
];

/// Names of files without such a suffix.
const NAMED: &[&str] = &[
    "Makefile", "Dockerfile", "Containerfile", "Procfile", "Justfile", "justfile", ".dockerignore",
    ".gitignore", ".coveragerc", "CODEOWNERS",
];

/// Files that tell what was, or are written by tools.
const PASSED: &[&str] = &["CHANGELOG.md", "CHANGES.md", "HISTORY.md", "PKG-INFO", "package-lock.json"];

/// Tells each file that names an old place, but for the spans of `pyproject.toml` that were edited, or runs a command.
pub(super) fn tell(work: &mut Work<'_>, moves: &[Move], commands: &[&str], edited: &[Span]) {
    let changed: Vec<RelPath> = work.changes.iter().map(|change| change.path.clone()).collect();
    let files: Vec<RelPath> = work.tree.files().iter().map(|file| file.path.clone()).collect();
    for path in files.iter().filter(|path| is_read(path) && !changed.contains(path)) {
        let Some(text) = work.tree.text(path) else { continue };
        // what is told, and the lines that tell it
        let mut found: Vec<(String, Vec<u32>)> = Vec::new();
        let mut start = 0;
        for (line, number) in text.split_inclusive('\n').zip(1..) {
            let span = Span::new(start, start + line.len());
            start += line.len();
            for what in of_line(work, path, line, span, moves, commands, edited) {
                match found.iter_mut().find(|(other, _)| *other == what) {
                    Some((_, lines)) => lines.push(number),
                    None => found.push((what, vec![number])),
                }
            }
        }
        for (what, lines) in found {
            let more = match lines.len() - 1 {
                0 => String::new(),
                1 => ", and on one more line".to_owned(),
                more => format!(", and on {more} more lines"),
            };
            work.note(path.as_str(), lines[0], what + &more);
        }
    }
}

/// What is to be told of a line.
fn of_line(
    work: &Work<'_>,
    path: &RelPath,
    line: &str,
    span: Span,
    moves: &[Move],
    commands: &[&str],
    edited: &[Span],
) -> Vec<String> {
    if modules::moved(path, moves) != *path {
        let leaves = path.name().ends_with(".py") && climbs(line) >= path.parts().count();
        let what = "leaves the module's folder by a relative path, which is another after the move";
        return if leaves { vec![what.to_owned()] } else { Vec::new() };
    }
    let own = path.as_str() == FILE_NAME;
    let done = own
        && (edited.iter().any(|edit| edit.start >= span.start && edit.end <= span.end)
            || work.document.goes(span));
    let named = moves.iter().filter(|_| !done).find(|step| names(work, line, path, step));
    let named = named.map(|Move { from, to }| format!("names `{from}`, which is `{to}` now"));
    let run = commands.iter().find(|command| line.contains(**command) && !own);
    let run = run.map(|command| format!("runs `{}`: {}", command.trim(), instead(command)));
    named.into_iter().chain(run).collect()
}

/// What does with any backend what the command of one does.
fn instead(command: &str) -> &'static str {
    match command.trim().rsplit(' ').next() {
        Some("install") => "`uv sync` or `pip install .` installs with any backend",
        Some("publish") => "`uv publish` or `twine upload` uploads what any backend built",
        Some("run") => "`uv run` runs with any backend",
        Some("version") => "the version stands in `pyproject.toml` or in the module, and is raised there",
        _ => "`uv build` or `python -m build` builds with any backend",
    }
}

fn is_read(path: &RelPath) -> bool {
    let name = path.name();
    let suffix = name.rsplit_once('.').map(|(_, suffix)| suffix);
    let named = NAMED
        .iter()
        .any(|named| name == *named || name.strip_prefix(named).is_some_and(|rest| rest.starts_with('.')));
    !PASSED.contains(&name)
        && (named || name.starts_with("Dockerfile") || suffix.is_some_and(|suffix| READ.contains(&suffix)))
}

/// Whether a line names what moves: its path with what follows, or the bare name where only a path can stand.
fn names(work: &Work<'_>, line: &str, path: &RelPath, step: &Move) -> bool {
    let old = step.from.as_str();
    let folder = work.tree.has_folder(&step.from);
    let python = path.name().ends_with(".py");
    let inside = |c: char| c.is_alphanumeric() || "_-./*[]".contains(c);
    line.match_indices(old).any(|(at, _)| {
        let before = line[..at].strip_suffix("./").unwrap_or(&line[..at]);
        let after = &line[at + old.len()..];
        let apart = !before.ends_with(|c: char| c.is_alphanumeric() || "_-./@:$}".contains(c));
        if !apart {
            return false;
        }
        if python && !before.ends_with(['"', '\'']) {
            return false;
        }
        if let Some(rest) = after.strip_prefix('/').filter(|_| folder) {
            let rest = rest.split(|c| !inside(c)).next().unwrap_or_default().trim_end_matches(['.', '/']);
            let literal = rest.split('*').next().unwrap_or_default().trim_end_matches('/');
            let there = step.from.join(literal);
            return literal.is_empty()
                || rest.contains('*')
                || work.tree.file(&there).is_some()
                || work.tree.has_folder(&there);
        }
        let ends = !after.starts_with(|c: char| c.is_alphanumeric() || "_-./".contains(c))
            || after.starts_with(". ");
        let only = |word: &str| line.trim_start().starts_with(word);
        let quote = before.ends_with(['"', '\'']);
        let joined = quote
            && (before.trim_end_matches(['"', '\'']).trim_end().ends_with('/')
                || has_word(line, "Path")
                || line.contains("path.join"));
        ends && (!folder || only("COPY ") || only("ADD ") || (python && joined))
    })
}

/// How many folders up from its own file a line of Python goes, as far as it says so.
fn climbs(line: &str) -> usize {
    if !line.contains("__file__") {
        return 0;
    }
    let parents = line.matches(".parent").count() - line.matches(".parents").count();
    let indexed = line
        .split(".parents[")
        .nth(1)
        .and_then(|rest| rest.split(']').next()?.parse::<usize>().ok())
        .map_or(0, |index| index.saturating_add(1));
    let up = line.matches("dirname(").count() + line.matches("\"..\"").count() + line.matches("../").count();
    (parents + up).max(indexed)
}
