//! The remedies of findings, carried out as they are worded.
//!
//! A help is written in a small language. `, or ` parts its alternatives, and `, and ` the steps of one; what follows a
//! step behind `,`, `;` or `:` is a remark to the reader.
//!
//! | step | what is done |
//! |---|---|
//! | write `x` | `x` stands where the finding points; a text in quotes keeps them |
//! | write `key = value`, add `key = value` under `[table]` | the table has the key; without one, the table of the finding |
//! | write `x` for `y`, rename `y` to `x` | every `y` of the file becomes `x` |
//! | write `x` for `y` in scripts and imports | so does every module `y` and what lies in it |
//! | write `x` for `y` in scripts | so does every `y` that a script names |
//! | remove its declaration | the table that the finding points into is gone |
//! | add `x` to `key` | the list of `[project]` has the item |
//! | remove it, remove the requirement, remove `key`, remove `x` from `key` | the item, the line or the file is gone |
//! | what: `mv a b` | the command is run at the project's root |
//! | add the file `path` | the file is made, with any text |
//! | add the line `x` | the file of the finding has it among its imports |
//! | add `path`: | the file is made of the lines below |
//! | add to `path`: | the file ends with the lines below |

use std::fs;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use mcp_backend::diagnostic::Diagnostic;
use mcp_backend::render::TerminalStyle;

use crate::healthy::{self, Files};

/// What one step of a help asks for.
#[derive(Debug)]
enum Step<'h> {
    Write(&'h str),
    Set { line: &'h str, table: Option<&'h str> },
    Replace { old: &'h str, new: &'h str },
    RenameModule { old: &'h str, new: &'h str },
    RenameScripts { old: &'h str, new: &'h str },
    AddTo { item: &'h str, list: &'h str },
    Remove,
    RemoveTable,
    RemoveKey(&'h str),
    RemoveFrom { item: &'h str, list: &'h str },
    Run(&'h str),
    Append { path: &'h str, lines: &'h str },
    Make { path: &'h str, lines: &'h str },
    Import(&'h str),
}

/// The projects that the remedy of a finding leaves: one of its edits, or one for each alternative of its help that the
/// language has words for.
/// A command may fail.
pub(crate) fn carried_out(files: &Files, finding: &Diagnostic) -> Vec<Result<Files, String>> {
    if !finding.edits.is_empty() {
        return vec![Ok(edited(files, finding))];
    }
    let help = finding.help.as_deref().unwrap_or_default();
    alternatives(help).into_iter().filter_map(|steps| follow(files, finding, &steps)).collect()
}

fn edited(files: &Files, finding: &Diagnostic) -> Files {
    let mut files = files.clone();
    let mut edits: Vec<_> = finding.edits.iter().collect();
    edits.sort_by_key(|edit| edit.span);
    for edit in edits.iter().rev() {
        let text = files.entry(edit.path.as_str().to_owned()).or_default();
        text.replace_range(edit.span.range(), &edit.content);
    }
    files
}

/// The alternatives of a help, those that are understood.
fn alternatives(help: &str) -> Vec<Vec<Step<'_>>> {
    let (said, lines) = help.split_once('\n').unwrap_or((help, ""));
    let mut read = Vec::new();
    for alternative in parted(said, ", or ") {
        let steps = parted(alternative, ", and ").into_iter().flat_map(|steps| parted(steps, "; then "));
        let steps: Option<Vec<_>> = steps.map(|step| Step::read(step.trim(), lines)).collect();
        match steps {
            Some(steps) => read.push(steps),
            None => read.extend(choices(alternative).into_iter().map(|choice| vec![Step::Write(choice)])),
        }
    }
    read
}

/// The pieces of `text` between separators that stand outside backticks.
fn parted<'t>(text: &'t str, separator: &str) -> Vec<&'t str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(separator) {
        if text[..at].matches('`').count().is_multiple_of(2) {
            pieces.push(&text[start..at]);
            start = at + separator.len();
        }
    }
    pieces.push(&text[start..]);
    pieces
}

/// What may be written, where there is a choice: write `a`, `b` or `c`.
fn choices(said: &str) -> Vec<&str> {
    let Some(rest) = said.strip_prefix("write `") else { return Vec::new() };
    let words: Vec<_> = rest.split('`').collect();
    let between = words.iter().skip(1).step_by(2).all(|word| matches!(*word, ", " | " or " | ""));
    if between { words.into_iter().step_by(2).filter(|word| !word.is_empty()).collect() } else { Vec::new() }
}

impl<'h> Step<'h> {
    fn read(said: &'h str, lines: &'h str) -> Option<Self> {
        let (words, quoted) = shape(said);
        let words = words.strip_prefix("then ").unwrap_or(&words);
        let one = || quoted.first().copied();
        let two = || Some((one()?, quoted.get(1).copied()?));
        if let Some(command) = quoted.iter().find(|quoted| is_command(quoted)) {
            return (words.contains(": _") || words.starts_with("run _")).then_some(Self::Run(command));
        }
        let spoken = |pattern: &str| {
            words
                .strip_prefix(pattern)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([',', ';', ':']))
        };
        if spoken("write _ for _ in scripts and imports") {
            return two().map(|(new, old)| Self::RenameModule { old, new });
        }
        if spoken("write _ for _ in scripts") {
            return two().map(|(new, old)| Self::RenameScripts { old, new });
        }
        if spoken("write _ for _") {
            return two().map(|(new, old)| Self::Replace { old, new });
        }
        if spoken("rename _ to _") {
            return two().map(|(old, new)| Self::Replace { old, new });
        }
        if spoken("write _ under _") || spoken("add _ under _") {
            return two().map(|(line, table)| Self::Set { line, table: Some(table) });
        }
        if spoken("add the line _") {
            return one().map(Self::Import);
        }
        if spoken("add the file _") {
            return one().map(|path| Self::Make { path, lines: "A text." });
        }
        if words == "add _:" && !lines.is_empty() {
            return one().map(|path| Self::Make { path, lines });
        }
        if words == "add to _:" {
            return one().map(|path| Self::Append { path, lines });
        }
        if spoken("add _ to _") {
            return two()
                .filter(|(_, list)| !list.starts_with('['))
                .map(|(item, list)| Self::AddTo { item, list });
        }
        if spoken("remove its declaration") {
            return Some(Self::RemoveTable);
        }
        if spoken("remove _ from _") {
            return two().map(|(item, list)| Self::RemoveFrom { item, list });
        }
        if spoken("remove _") {
            return one().map(Self::RemoveKey);
        }
        if ["remove it", "remove the classifier", "remove the requirement"].iter().any(|it| spoken(it)) {
            return Some(Self::Remove);
        }
        if spoken("add _") || spoken("write _") {
            let said = one()?;
            return match said.split_once(" = ") {
                Some((key, _)) if is_key(key) => Some(Self::Set { line: said, table: None }),
                _ => words.starts_with("write").then_some(Self::Write(said)),
            };
        }
        None
    }
}

/// What is said with `_` for each text in backticks, and those texts.
fn shape(said: &str) -> (String, Vec<&str>) {
    let mut words = String::new();
    let mut quoted = Vec::new();
    for (index, piece) in said.split('`').enumerate() {
        if index % 2 == 0 {
            words.push_str(piece);
        } else {
            words.push('_');
            quoted.push(piece);
        }
    }
    (words, quoted)
}

fn is_key(text: &str) -> bool {
    text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
}

fn is_command(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    text.contains(' ') && ["git", "mv", "mkdir", "touch", "rm", "mcp-backend"].contains(&first)
}

/// The project after the steps; none where one of them cannot be taken.
fn follow(files: &Files, finding: &Diagnostic, steps: &[Step<'_>]) -> Option<Result<Files, String>> {
    let mut files = files.clone();
    for step in steps {
        if let Step::Run(command) = step {
            match run(&files, command) {
                Ok(after) => files = after,
                Err(why) => return Some(Err(why)),
            }
        } else if finding.primary.span.is_none() && matches!(step, Step::Write(_) | Step::Remove) {
            step.on_file(&mut files, finding.primary.path.as_str())?;
        } else {
            step.on_files(&mut files)
                .or_else(|| step.on_settings(&mut files, finding))
                .or_else(|| step.at_place(&mut files, finding))?;
        }
    }
    Some(Ok(files))
}

impl Step<'_> {
    /// What is done to the file or folder that the finding is of as a whole.
    fn on_file(&self, files: &mut Files, path: &str) -> Option<()> {
        let count = files.len();
        if matches!(self, Self::Remove) {
            files.retain(|file, _| !lies_in(file, path));
        }
        (files.len() < count).then_some(())
    }

    /// What is done to files that the step names, or to all.
    fn on_files(&self, files: &mut Files) -> Option<()> {
        match self {
            Self::Make { path, lines } => drop(files.insert((*path).to_owned(), format!("{lines}\n"))),
            Self::Append { path, lines } => {
                let text = files.entry((*path).to_owned()).or_default();
                *text = format!("{text}\n{lines}\n");
            }
            Self::RenameModule { old, new } => {
                for (_, text) in files.iter_mut().filter(|(path, _)| names_modules(path)) {
                    *text = with_module(text, old, new);
                }
            }
            _ => return None,
        }
        Some(())
    }

    /// What is done to the keys of `pyproject.toml`.
    fn on_settings(&self, files: &mut Files, finding: &Diagnostic) -> Option<()> {
        let text = files.get_mut("pyproject.toml")?;
        match self {
            Self::RenameScripts { old, new } => *text = with_module(text, old, new),
            Self::Set { line, table } => {
                let is_here = finding.primary.path.as_str() == "pyproject.toml" && table.is_none();
                let place = finding.primary.span.filter(|_| is_here);
                set(text, table.unwrap_or("[project]"), place.map(|span| span.range().start), line);
            }
            Self::AddTo { item, list } => add(text, list, item)?,
            Self::RemoveFrom { item: gone, list } => {
                let found = statement(text, header(text, table_of(list))?, list)?;
                let at = text[found.clone()].find(&format!("\"{gone}\"")).map(|at| found.start + at)?;
                let alone = !text[found.clone()].contains('[');
                let range = if alone { found } else { item(text, at..at + gone.len() + 2) };
                text.replace_range(range, "");
            }
            _ => return None,
        }
        Some(())
    }

    /// What is done where the finding points.
    fn at_place(&self, files: &mut Files, finding: &Diagnostic) -> Option<()> {
        let path = finding.primary.path.as_str();
        let is_toml = path.ends_with(".toml");
        let range = finding.primary.span?.range();
        let text = files.get_mut(path)?;
        match self {
            Self::Replace { old, new } => *text = text.replace(old, new),
            Self::Write(new) => {
                let range = if is_toml { whole_string(text, range) } else { range };
                let new = quoted_like(&text[range.clone()], new);
                text.replace_range(range, &new);
            }
            Self::Remove => {
                let range = if is_toml { item(text, range) } else { line(text, range) };
                text.replace_range(range, "");
            }
            Self::RemoveTable => {
                let start = text[..range.start].rfind("[[")?;
                let end = text[range.start..].find("\n[").map_or(text.len(), |at| range.start + at + 1);
                text.replace_range(start..end, "");
            }
            Self::Import(line) => {
                let is_import = |line: &&str| {
                    (line.starts_with("import ") || line.starts_with("from ")) && !line.contains("__future__")
                };
                let first = text.lines().find(is_import).and_then(|first| text.find(first));
                text.insert_str(first.unwrap_or(0), &format!("{line}\n"));
            }
            Self::RemoveKey(key) => {
                let found = statement(text, table(text, range.start), key)?;
                text.replace_range(found, "");
            }
            _ => return None,
        }
        Some(())
    }
}

fn lies_in(file: &str, path: &str) -> bool {
    file.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// `new` in quotes, where it takes the place of a text in quotes.
fn quoted_like(old: &str, new: &str) -> String {
    let quote = if new.contains('"') { '\'' } else { '"' };
    let bare = new.starts_with(['"', '\'', '{', '[']) || !old.starts_with(['"', '\'']);
    if bare { new.to_owned() } else { format!("{quote}{new}{quote}") }
}

/// The string that `range` lies in, with its quotes; what lies in none is left as it is.
fn whole_string(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |feed| feed + 1);
    let mut open: Option<(usize, char)> = None;
    for (at, letter) in text[start..range.start].char_indices() {
        match open {
            Some((_, quote)) if quote == letter => open = None,
            None if matches!(letter, '"' | '\'') => open = Some((start + at, letter)),
            _ => {}
        }
    }
    match open.and_then(|(at, quote)| Some(at..range.end + text[range.end..].find(quote)? + 1)) {
        Some(whole) if !text[range.clone()].starts_with(['"', '\'']) => whole,
        _ => range,
    }
}

fn names_modules(path: &str) -> bool {
    path == "pyproject.toml" || path.ends_with(".py")
}

/// The text with another name for a module, where an import, a script or `module-name` begins with it.
fn with_module(text: &str, old: &str, new: &str) -> String {
    let line = |line: &str| {
        let word = |letter: char| letter.is_alphanumeric() || "._-/".contains(letter);
        let mut told = String::new();
        let mut rest = line;
        while let Some(at) = rest.find(old) {
            let before = format!("{told}{}", &rest[..at]);
            let after = &rest[at + old.len()..];
            let whole =
                !before.ends_with(word) && after.starts_with([':', '.', ' ', ',', '"', '\'', ')', '\n']);
            told = before + if whole { new } else { old };
            rest = after;
        }
        told + rest
    };
    let told = |text: &str| {
        let start = text.trim_start();
        let names = start.starts_with("import ") || start.starts_with("from ");
        let value = text.split_once(" = ").is_some_and(|(_, value)| value.contains(':'));
        if names || value && start.starts_with(|letter: char| letter.is_ascii_lowercase()) {
            line(text)
        } else {
            text.to_owned()
        }
    };
    text.split_inclusive('\n').map(told).collect()
}

/// The item of a list, or the key and its value, that `range` lies in, with the comma or the line that goes with it.
fn item(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |feed| feed + 1);
    let head = text[start..range.start].trim_start();
    let list = text[..range.start].rfind('[').is_some_and(|open| !text[open..range.start].contains(']'));
    if head.is_empty() && !text[range.clone()].starts_with(['"', '\'']) || !list {
        return line(text, range);
    }
    let quoted = text[range.clone()].starts_with(['"', '\'']);
    let left =
        if quoted { range.start } else { text[..range.start].rfind(['"', '\'']).unwrap_or(range.start) };
    let right = if quoted {
        range.end
    } else {
        range.end + text[range.end..].find(&text[left..=left]).map_or(0, |at| at + 1)
    };
    let after = text[right..].trim_start();
    match after.strip_prefix(',') {
        Some(rest) => left..text.len() - rest.trim_start_matches(' ').len(),
        None => text[..left].trim_end().trim_end_matches(',').len()..right,
    }
}

/// The whole lines of `range`; in TOML to the end of the value.
fn line(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text[..range.start].rfind('\n').map_or(0, |feed| feed + 1);
    let end = range.end + text[range.end..].find('\n').map_or(text.len() - range.end, |feed| feed + 1);
    let whole = text[start..].match_indices('\n').map(|(at, _)| start + at + 1).filter(|at| *at >= end);
    let whole = whole.take(40).find(|at| text[start..*at].parse::<toml::Table>().is_ok());
    start..whole.unwrap_or(end)
}

/// Where the lines of the table begin that `place` lies in.
fn table(text: &str, place: usize) -> usize {
    let heads =
        text.match_indices('[').map(|(at, _)| at).filter(|at| *at == 0 || text[..*at].ends_with('\n'));
    // a finding of a table points at its header
    let head = heads.take_while(|at| *at <= place).last();
    head.map_or(0, |at| at + text[at..].find('\n').map_or(text.len() - at, |feed| feed + 1))
}

/// Where the lines below a header begin.
fn header(text: &str, header: &str) -> Option<usize> {
    let head = format!("{header}\n");
    let at =
        text.match_indices(&head).map(|(at, _)| at).find(|at| *at == 0 || text[..*at].ends_with('\n'))?;
    Some(at + head.len())
}

/// The lines of a key in the table whose lines begin at `start`.
fn statement(text: &str, start: usize, key: &str) -> Option<Range<usize>> {
    let end = text[start..].find("\n[").map_or(text.len(), |at| start + at + 1);
    let lines = text[start..end].match_indices(key).map(|(at, _)| start + at);
    let at = lines.into_iter().find(|at| {
        (*at == 0 || text[..*at].ends_with('\n'))
            && text[*at + key.len()..].trim_start().starts_with(['=', '.'])
    })?;
    Some(line(text, at..at + key.len()))
}

/// Gives the table a key, in place of the one that is there.
fn set(text: &mut String, name: &str, place: Option<usize>, line: &str) {
    let key = line.split(" = ").next().unwrap_or_default();
    let start = match place.map(|place| table(text, place)).or_else(|| header(text, name)) {
        Some(start) => start,
        None => {
            *text = format!("{}\n\n{name}\n", text.trim_end());
            text.len()
        }
    };
    // what was a table is a line now
    if let Some(lines) = header(text, &format!("[project.{key}]")) {
        let head = text[..lines].trim_end().rfind('\n').map_or(0, |feed| feed + 1);
        let end = text[lines..].find("\n[").map_or(text.len(), |at| lines + at + 1);
        text.replace_range(head..end, "");
    }
    match statement(text, start, key) {
        Some(found) => text.replace_range(found, &format!("{line}\n")),
        None => text.insert_str(start, &format!("{line}\n")),
    }
}

/// The table that has a key of this name.
fn table_of(key: &str) -> &'static str {
    match key {
        "dev" => "[dependency-groups]",
        "module-name" | "wheel-include" | "wheel-exclude" | "sdist-include" | "sdist-exclude" => {
            "[tool.mcp-backend]"
        }
        _ => "[project]",
    }
}

/// Adds an item to a list, which may not be there yet.
fn add(text: &mut String, list: &str, item: &str) -> Option<()> {
    let list = list.strip_prefix("dependency-groups.").unwrap_or(list);
    let start = header(text, table_of(list)).unwrap_or_else(|| {
        *text = format!("{}\n\n{}\n", text.trim_end(), table_of(list));
        text.len()
    });
    let item = if item.starts_with(['"', '\'', '{']) { item.to_owned() } else { format!("\"{item}\"") };
    let Some(found) = statement(text, start, list) else {
        text.insert_str(start, &format!("{list} = [{item}]\n"));
        return Some(());
    };
    let close = found.start + text[found].rfind(']')?;
    let before = text[..close].trim_end();
    let comma = if before.ends_with(['[', ',']) { "" } else { ", " };
    let at = before.len();
    text.replace_range(at..close, &format!("{comma}{item}"));
    Some(())
}

/// The project after a command at its root; a test's project is no repository, so `git mv` is `mv`.
fn run(files: &Files, command: &str) -> Result<Files, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), files);
    if let Some(words) = command.strip_prefix("mcp-backend ") {
        let place = folder.path().to_str().expect("UTF-8");
        let words: Vec<_> = words.split(' ').chain([place]).map(str::to_owned).collect();
        let answer = mcp_backend::cli::run(&words, TerminalStyle::default(), &|| false);
        if answer.status != 0 {
            return Err(format!("`{command}` fails: {}", answer.stderr));
        }
    } else {
        let command = command.replace("git mv", "mv");
        let mut shell = Command::new("sh");
        let done = shell.args(["-ec", &command]).current_dir(folder.path()).output().expect("sh is there");
        if !done.status.success() {
            return Err(format!("`{command}` fails: {}", String::from_utf8_lossy(&done.stderr)));
        }
    }
    let mut left = Files::new();
    collect(folder.path(), folder.path(), &mut left);
    Ok(left)
}

fn collect(root: &Path, folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let place = entry.expect("an entry").path();
        let name =
            place.strip_prefix(root).expect("below the root").to_str().expect("UTF-8").replace('\\', "/");
        if let Ok(target) = fs::read_link(&place) {
            files.insert(name, format!("{}{}\n", healthy::LINK, target.display()));
        } else if place.is_dir() {
            collect(root, &place, files);
        } else {
            let text = fs::read(&place).expect("the file can be read");
            files.insert(name, String::from_utf8_lossy(&text).into_owned());
        }
    }
}
