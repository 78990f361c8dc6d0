//! What an image runs, and what it builds the project from.

use std::ops::Range;

use super::command::{self, Form, Launch, Word};
use super::settings;
use crate::spec::dockerfile::{self, Instruction, Stage};
use crate::spec::fnmatch::path_matches;

/// A step in which an image builds and installs the project.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectInstall {
    /// The command, where it stands.
    pub range: Range<usize>,
    /// The command: `uv sync`.
    pub command: String,
    /// Whether it takes the Python that is there, and never another.
    pub keeps_python: bool,
    /// What was copied before from the folder that the image is built from; none where that is not known for sure.
    pub copied: Option<Vec<Copied>>,
    /// The image that the stage began with.
    pub base: String,
    /// Where that is written.
    pub base_range: Range<usize>,
}

/// A file, folder or pattern that is copied into an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// As written, relative to the folder that the image is built from.
    pub path: String,
    /// Where it is written, with its quotes.
    pub range: Range<usize>,
}

impl Copied {
    /// Whether the file at `path` is it, or lies in it.
    pub fn covers(&self, path: &str) -> bool {
        let own = self.path.trim_start_matches("./").trim_matches('/');
        let folder = || path.strip_prefix(own).is_some_and(|rest| rest.starts_with('/'));
        matches!(own, "" | "." | "*") || own == path || folder() || path_matches(own, path)
    }
}

/// The words of the command that the last of the stages runs.
pub fn started(stages: &[Stage]) -> Vec<Word> {
    start(stages).map(|(words, _)| words).unwrap_or_default()
}

fn start(stages: &[Stage]) -> Option<(Vec<Word>, Form)> {
    let instructions: Vec<&Instruction> = dockerfile::steps(stages).collect();
    let last = |keyword: &str| instructions.iter().rposition(|instruction| instruction.keyword == keyword);
    let (entry, arguments) = (last("ENTRYPOINT"), last("CMD"));
    let words = |at: usize| {
        let instruction = instructions[at];
        match instruction.items() {
            Some(items) => (items.iter().filter_map(settings::word).collect(), true),
            None => (command::words(&instruction.body, instruction.range.start), false),
        }
    };
    let form = |quoted| Form { quoted, bare: true };
    let Some(entry) = entry.filter(|at| !words(*at).0.is_empty()) else {
        let (words, quoted) = words(arguments?);
        return Some((words, form(quoted)));
    };
    let (mut all, quoted) = words(entry);
    if let Some((more, true)) = arguments.map(words).filter(|_| quoted) {
        all.extend(more);
    }
    Some((all, form(quoted)))
}

/// What the instructions start or install, and then what the image runs.
pub(super) fn launches(stages: &[Stage]) -> Vec<Launch> {
    let steps = stages.iter().flat_map(|stage| &stage.instructions).filter(|step| is_plain_run(step));
    let in_steps = steps.flat_map(|step| {
        let form = Form { quoted: false, bare: false };
        command::commands(&shell_words(step), form)
    });
    let at_start = start(stages).map(|(words, form)| command::commands(&words, form));
    in_steps.chain(at_start.into_iter().flatten()).collect()
}

fn is_plain_run(step: &Instruction) -> bool {
    step.keyword == "RUN" && !step.has_document && step.items().is_none()
}

/// The words of a `RUN` without the options of its own.
fn shell_words(step: &Instruction) -> Vec<Word> {
    let words = command::words(&step.body, step.range.start);
    let options = words.iter().take_while(|word| word.text.starts_with("--")).count();
    words[options..].to_vec()
}

/// The steps in which the project is built, in order.
pub fn project_installs(stages: &[Stage]) -> Vec<ProjectInstall> {
    let mut installs = Vec::new();
    let mut states: Vec<Context> = Vec::new();
    for stage in stages {
        let parent = stage.parent.and_then(|parent| states.get(parent).cloned());
        let mut state = parent.unwrap_or_else(|| Context {
            base: stage.base.clone(),
            base_range: stage.range.clone(),
            copied: Some(Vec::new()),
            folder: String::new(),
        });
        for step in &stage.instructions {
            state.take(step, &mut installs);
        }
        states.push(state);
    }
    installs
}

/// What a stage has come to.
#[derive(Clone)]
struct Context {
    base: String,
    base_range: Range<usize>,
    copied: Option<Vec<Copied>>,
    folder: String,
}

impl Context {
    fn take(&mut self, step: &Instruction, installs: &mut Vec<ProjectInstall>) {
        match step.keyword.as_str() {
            "WORKDIR" => step.body.trim().trim_end_matches('/').clone_into(&mut self.folder),
            "COPY" | "ADD" => match copied(step) {
                Some(more) => self.copied.iter_mut().for_each(|all| all.extend(more.iter().cloned())),
                None => self.copied = None,
            },
            "RUN" if is_plain_run(step) => {
                let words = shell_words(step);
                for (at, command, keeps_python) in builds(&words, &self.folder) {
                    installs.push(ProjectInstall {
                        range: words[at].range.start..words[at].range.end,
                        command,
                        keeps_python,
                        copied: self.bound(step),
                        base: self.base.clone(),
                        base_range: self.base_range.clone(),
                    });
                }
                if writes_project(step) {
                    self.copied = None;
                }
            }
            "RUN" => self.copied = None,
            _ => {}
        }
    }

    /// What a step sees, with what it binds for itself: `--mount=type=bind,source=uv.lock,target=uv.lock`.
    fn bound(&self, step: &Instruction) -> Option<Vec<Copied>> {
        let mut seen = self.copied.clone().filter(|_| !writes_project(step))?;
        let words = command::words(&step.body, step.range.start);
        for word in words.iter().take_while(|word| word.text.starts_with("--")) {
            let Some(mount) = word.text.strip_prefix("--mount=") else { continue };
            let pairs: Vec<(&str, &str)> = mount.split(',').filter_map(|pair| pair.split_once('=')).collect();
            let value =
                |keys: &[&str]| pairs.iter().find(|(key, _)| keys.contains(key)).map(|(_, value)| *value);
            if value(&["type"]).is_some_and(|kind| kind != "bind") {
                continue;
            }
            if value(&["from"]).is_some() {
                return None;
            }
            let path = value(&["source", "src"]).unwrap_or(".").to_owned();
            seen.push(Copied { path, range: word.range.clone() });
        }
        Some(seen)
    }
}

/// Whether a step may make or change files of the project itself.
fn writes_project(step: &Instruction) -> bool {
    let words = shell_words(step);
    let programs = ["touch", "git", "curl", "wget", "mv", "cp", "tar", "unzip", ">", "sed", "rsync"];
    let files = ["pyproject.toml", "README", "LICENSE"];
    words.iter().any(|word| {
        programs.contains(&word.text.as_str()) || files.iter().any(|file| word.text.contains(file))
    })
}

/// What an instruction copies from the folder that the image is built from; none where that is not told.
fn copied(step: &Instruction) -> Option<Vec<Copied>> {
    let words = step.words();
    let flags: Vec<_> = words.iter().take_while(|word| word.text.starts_with("--")).collect();
    let target = words.last()?;
    if flags.iter().any(|flag| flag.text.starts_with("--from=")) {
        // programs and environments are no files of the project
        let is_apart = |text: &str| {
            ["/bin", "/usr", "/opt", "/root", ".venv", "/uv"].iter().any(|part| text.contains(part))
        };
        let apart = words.iter().skip(flags.len()).all(|word| is_apart(&word.text)) || is_apart(&target.text);
        return apart.then(Vec::new);
    }
    if step.has_document || flags.iter().any(|flag| flag.text.starts_with("--exclude")) {
        return None;
    }
    let all: Vec<Copied> = match step.items() {
        Some(items) => items
            .iter()
            .filter_map(|item| Some(Copied { path: item.text()?.to_owned(), range: item.range.clone() }))
            .collect(),
        None => {
            let words = words.iter().skip(flags.len());
            words.map(|word| Copied { path: word.text.clone(), range: word.range.clone() }).collect()
        }
    };
    let (_, sources) = all.split_last()?;
    let is_told = sources.iter().all(|source| !source.path.contains('$') && !source.path.contains("://"));
    is_told.then(|| sources.to_vec())
}

/// The commands among `words` that build the project: where each begins, what it is, and whether it keeps the Python.
fn builds(words: &[Word], folder: &str) -> Vec<(usize, String, bool)> {
    let mut found = Vec::new();
    let mut at = 0;
    for part in words.split(|word| ["&&", "||", ";", "|"].contains(&word.text.as_str())) {
        let texts: Vec<&str> = part.iter().map(|word| word.text.as_str()).collect();
        if texts.first() == Some(&"cd") {
            return found;
        }
        found.extend(build(&texts, folder).map(|(command, keeps)| (at, command.to_owned(), keeps)));
        at += part.len() + 1;
    }
    found
}

fn build(words: &[&str], folder: &str) -> Option<(&'static str, bool)> {
    let own = |word: &&str| {
        let path = word.split('[').next().unwrap_or_default();
        matches!(path, "." | "./") || !folder.is_empty() && path.trim_end_matches('/') == folder
    };
    let none = |flags: &[&str], words: &[&str]| !words.iter().any(|word| flags.contains(word));
    match words {
        ["pip" | "pip3", "install", rest @ ..] => rest.iter().any(own).then_some(("pip install", true)),
        ["python" | "python3", "-m", "pip", "install", rest @ ..] => {
            rest.iter().any(own).then_some(("pip install", true))
        }
        ["uv", "pip", "install", rest @ ..] => {
            rest.iter().any(own).then_some(("uv pip install", rest.contains(&"--system")))
        }
        ["uv", "sync", rest @ ..] => {
            let apart = [
                "--no-install-project", "--no-install-workspace", "--only-dev", "--only-group", "--package",
                "--project", "--directory",
            ];
            none(&apart, rest).then_some(("uv sync", false))
        }
        ["uv", "build"] | ["uv", "build", "--wheel"] => Some(("uv build", false)),
        ["python" | "python3", "-m", "build", rest @ ..] if rest.iter().all(|word| word.starts_with('-')) => {
            Some(("python -m build", false))
        }
        ["poetry", "install", rest @ ..] => {
            none(&["--no-root", "--only", "--only=main", "--directory", "-C"], rest)
                .then_some(("poetry install", true))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installs(text: &str) -> Vec<ProjectInstall> {
        project_installs(&dockerfile::stages(text))
    }

    #[test]
    fn knows_what_was_copied_before_the_project_is_built() {
        for (text, expected) in [
            ("COPY . .\nRUN pip install .", Some("uv.lock README.md")),
            ("COPY pyproject.toml uv.lock ./\nRUN uv sync", Some("uv.lock")),
            ("COPY [\"pyproject.toml\", \"README*\", \"/app/\"]\nRUN uv sync", Some("README.md")),
            ("RUN --mount=type=bind,source=uv.lock,target=uv.lock uv sync", Some("uv.lock")),
            ("RUN --mount=type=bind,target=/src uv sync", Some("uv.lock README.md")),
            ("COPY --from=x /app /app\nRUN uv sync", None),
            ("COPY --from=x /uv /uvx /bin/\nRUN uv sync", Some("")),
            ("RUN git clone x .\nRUN uv sync", None),
            ("COPY $FILES ./\nRUN uv sync", None),
        ] {
            let found = installs(&format!("FROM python:3.12\n{text}\n"));
            let [install] = &found[..] else { panic!("{text}: {found:?}") };
            let seen = install.copied.as_ref().map(|copied| {
                let of = |path: &&str| copied.iter().any(|one| one.covers(path));
                ["uv.lock", "README.md"].into_iter().filter(of).collect::<Vec<_>>().join(" ")
            });
            assert_eq!(seen.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn tells_what_builds_the_project() {
        for (text, expected) in [
            ("pip install --no-cache-dir .", &["pip install"][..]),
            ("pip install -r requirements.txt && pip install -e '.[all]'", &["pip install"]),
            ("uv sync --frozen --no-install-project", &[]),
            ("uv sync --frozen", &["uv sync"]),
            ("uv pip install --system /app", &["uv pip install"]),
            ("pip install weather", &[]),
            ("cd sub && pip install .", &[]),
            ("pip install build && python -m build --wheel", &["python -m build"]),
            ("poetry install --no-root", &[]),
        ] {
            let found = installs(&format!("FROM x\nWORKDIR /app/\nRUN {text}\n"));
            let found: Vec<_> = found.iter().map(|install| install.command.as_str()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn tells_what_an_image_runs() {
        for (text, expected) in [
            ("ENTRYPOINT [\"uv\", \"run\"]\nCMD [\"weather\"]", "uv run weather"),
            ("CMD weather --port 80", "weather --port 80"),
            ("ENTRYPOINT []\nCMD [\"weather\"]", "weather"),
            ("ENTRYPOINT weather\nCMD [\"--x\"]", "weather"),
            ("CMD [\"a\"]\nFROM y\nCMD [\"b\"]", "b"),
        ] {
            let stages = dockerfile::stages(&format!("FROM x\n{text}\n"));
            let words: Vec<_> = started(&stages).into_iter().map(|word| word.text).collect();
            assert_eq!(words.join(" "), expected, "{text}");
        }
    }
}
