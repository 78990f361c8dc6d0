use crate::diagnostic::Diagnostic;
use crate::layout::SRC;
use crate::project::Project;
use crate::rule::{Subject, declare_rule};
use crate::spec::glob::Glob;
use crate::text::RelPath;
use crate::tree::{SourceTree, junk, junk_at};

declare_rule! {
    /// ## What it does
    /// Checks that each glob and each `data` folder of `[tool.mcp-backend]` matches a file.
    ///
    /// A pattern that excludes what never ships, such as `**/__pycache__` or `.env`, is left alone.
    ///
    /// ## Why is this bad?
    /// The files that the author wants in are not in, or those that are to stay out are in: most often the path does not
    /// begin at the project's root.
    ///
    /// ## Example
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// wheel-exclude = ["weather/drafts.md"]
    /// ```
    ///
    /// Use instead:
    /// `pyproject.toml`:
    /// ```toml
    /// [tool.mcp-backend]
    /// wheel-exclude = ["src/weather/drafts.md"]
    /// ```
    /// `src/weather/drafts.md`:
    /// ```text
    /// Snow.
    /// ```
    FIL017 "pattern-without-match" Warning Author
}

fn check(subject: &Subject<'_>, report: &mut Vec<Diagnostic>) {
    let Subject { project, tree, .. } = *subject;
    for (key, glob) in project.settings.globs() {
        let Ok(pattern) = &glob.value else { continue };
        // what matches nothing may lie with the module that is not yet at its place
        if key.starts_with("wheel") && !subject.layout.complete() {
            continue;
        }
        let idle = key.ends_with("exclude") && is_of_junk(pattern);
        if !idle && !matches_any(tree, key, pattern) {
            let beneath = if key.starts_with("wheel") { format!(" under `{SRC}`") } else { String::new() };
            let message = format!("`{key}`: `{}` matches no file{beneath}", pattern.as_str());
            report.push(RULE.at(project.at(glob.span), message).help(remedy(subject, key, pattern)));
        }
    }
    for ignore in &project.settings.file_ignores {
        let Ok(pattern) = &ignore.glob.value else { continue };
        if !matches_anything(tree, pattern) {
            let place = project.at(ignore.glob.span);
            let message =
                format!("`per-file-ignores`: `{}` matches no file that is looked at", pattern.as_str());
            report.push(RULE.at(place, message).help(remedy(subject, "per-file-ignores", pattern)));
        }
    }
    for data in &project.settings.data {
        let folder = &data.folder.value;
        if tree.below(folder).is_empty() {
            let what =
                if tree.has_folder(folder) { "holds no files" } else { "is not a folder of the project" };
            let help = match tree.file(folder) {
                Some(_) => "name the folder that holds the file".to_owned(),
                None => format!("put the files into `{folder}`, or remove the line"),
            };
            let message = format!("`data.{}`: `{folder}` {what}", data.scheme);
            report.push(RULE.at(project.at(data.folder.span), message).help(help));
        }
    }
}

fn matches_any(tree: &SourceTree, key: &str, pattern: &Glob) -> bool {
    let src = RelPath::new(SRC);
    let files = if key.starts_with("wheel") { tree.below(&src) } else { tree.files() };
    files.iter().any(|file| pattern.matches_file_or_folder_of(file.path.as_str()))
}

/// Whether the pattern matches anything that a finding may be about: a file, a folder, or what is passed over.
fn matches_anything(tree: &SourceTree, pattern: &Glob) -> bool {
    let files = tree.files().iter().map(|file| &file.path);
    let others = tree.folders().chain(tree.junk().iter().map(|(path, _)| path));
    let faults = tree.faults().iter().map(|fault| &fault.path);
    files.chain(others).chain(faults).any(|path| pattern.matches_file_or_folder_of(path.as_str()))
}

/// Whether the pattern names what is never shipped, and so may come and go.
fn is_of_junk(pattern: &Glob) -> bool {
    let first = pattern.literal_folder().split('/').next().unwrap_or_default();
    let names = pattern.as_str().split('/').map(sample);
    let of_a_build = junk_at(&RelPath::new(first)).is_some();
    of_a_build || names.into_iter().any(|name| junk(&name).is_some() || name.starts_with(".env"))
}

/// A name that a part of a pattern matches: `x.pyc` for `*.py[co]`.
fn sample(part: &str) -> String {
    let mut name = String::new();
    for (index, piece) in part.split(['[', ']']).enumerate() {
        let length =
            if index % 2 == 1 { piece.chars().next().map_or(0, char::len_utf8) } else { piece.len() };
        name.push_str(&piece[..length]);
    }
    name.replace(['*', '?'], "x")
}

/// Whether the setting has the pattern already.
fn is_said(project: &Project, key: &str, text: &str) -> bool {
    let ignores = project.settings.file_ignores.iter().map(|ignore| ("per-file-ignores", &ignore.glob));
    let mut all = project.settings.globs().chain(ignores);
    all.any(|(other, glob)| other == key && project.written(glob.span) == text)
}

/// Whether the pattern matches the file of a module that an entry point names.
fn is_started(subject: &Subject<'_>, text: &str) -> bool {
    let Ok(glob) = Glob::parse(text) else { return false };
    let entries = subject.program.entry_points().iter().map(|entry| entry.module.as_str());
    let mut files = entries.filter_map(|module| subject.program.path(module));
    files.any(|path| glob.matches_file_or_folder_of(path.as_str()))
}

/// The same pattern below the folder where it matches.
fn remedy(subject: &Subject<'_>, key: &str, pattern: &Glob) -> String {
    let Subject { project, tree, .. } = *subject;
    let below = [SRC.to_owned(), format!("{SRC}/{}", project.module_name())];
    let moved = below.iter().map(|folder| format!("{folder}/{}", pattern.as_str()));
    let matching = |text: &String| Glob::parse(text).is_ok_and(|glob| matches_any(tree, key, &glob));
    match moved.into_iter().find(matching) {
        Some(text) if is_said(project, key, &text) => format!("remove it, as `{text}` is there"),
        Some(text) if key == "wheel-exclude" && is_started(subject, &text) => {
            format!("remove it: a script starts what `{text}` would leave out")
        }
        Some(text) => format!("write `{text}`"),
        None if key == "wheel-include" && matches_any(tree, "sdist-include", pattern) => {
            format!(
                "move it to `{}`: the wheel takes from `{SRC}` alone, and from the folders of `data`",
                below[1]
            )
        }
        None => "write the path from the project's root, or remove it".to_owned(),
    }
}
