//! What several commands read from their arguments.

use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt as _};

use super::Failure;
use crate::analysis;
use crate::project::FILE_NAME;

/// The project's folder, given once at most and in any place.
#[derive(Default)]
pub(super) struct ProjectArgument(Option<PathBuf>);

impl ProjectArgument {
    /// Takes a positional argument.
    pub(super) fn take(&mut self, value: std::ffi::OsString) -> Result<(), Failure> {
        match self.0.replace(PathBuf::from(value)) {
            None => Ok(()),
            Some(first) => {
                Err(Failure::Usage(format!("two folders given; `{}` is the first", first.display())))
            }
        }
    }

    /// What was given, or else the current folder.
    pub(super) fn path(self) -> PathBuf {
        self.0.unwrap_or_else(|| PathBuf::from("."))
    }

    /// What was given, be it a project or an archive, or else the nearest project.
    pub(super) fn server(self) -> PathBuf {
        let path = self.path();
        nearest(&path).unwrap_or(path)
    }

    /// The folder of a project: what was given, or else the nearest at the current folder or above it, as git and uv
    /// look for theirs.
    pub(super) fn project(self) -> Result<PathBuf, Failure> {
        let path = self.path();
        match path.is_file() {
            true if analysis::is_described_by(&path) => {
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                Ok(folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf))
            }
            true => Err(Failure::Usage(format!(
                "`{}` is a file; name the folder of its project, which is read as a whole",
                path.display()
            ))),
            false => match nearest(&path) {
                Some(folder) => Ok(folder),
                None if path.is_dir() => Err(Failure::Usage(nothing_in(&path))),
                None => Err(Failure::Usage(format!("`{}` is not there", path.display()))),
            },
        }
    }
}

/// The folder, when it holds a project; of the current one also the nearest above it in the same repository.
fn nearest(path: &Path) -> Option<PathBuf> {
    if path != Path::new(".") {
        return analysis::holds_a_project(path).then(|| path.to_path_buf());
    }
    let here = std::env::current_dir().ok()?;
    let root = here.ancestors().position(|folder| folder.join(".git").exists());
    let mut folders = here.ancestors().take(root.map_or(usize::MAX, |root| root + 1));
    match folders.position(analysis::holds_a_project)? {
        0 => Some(path.to_path_buf()),
        steps => Some(vec![".."; steps].iter().collect()),
    }
}

/// What to do where no project is.
fn nothing_in(folder: &Path) -> String {
    let place = if folder == Path::new(".") {
        format!("there is no `{FILE_NAME}` here or in a folder above")
    } else {
        format!("there is no `{FILE_NAME}` in `{}`", folder.display())
    };
    match script(folder) {
        Some(name) => format!(
            "{place}; `{name}` is a script that says what it requires (PEP 723): `uv run {name}` runs it, and \
             `mcp-backend new NAME` begins a project to put it in"
        ),
        None => format!("{place}; `mcp-backend new NAME` begins a project"),
    }
}

/// The first script in the folder with a block of its own requirements.
fn script(folder: &Path) -> Option<String> {
    let entries = std::fs::read_dir(folder).ok()?.filter_map(Result::ok);
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    let says_so = |name: &String| {
        let text = std::fs::read_to_string(folder.join(name));
        text.is_ok_and(|text| text.lines().any(|line| line.trim_end() == "# /// script"))
    };
    names.into_iter().filter(|name| name.ends_with(".py")).find(says_so)
}

/// The value of the option just read.
pub(super) fn word(parser: &mut Parser) -> Result<String, Failure> {
    Ok(parser.value()?.string()?)
}

/// The value of the option just read, split at commas.
pub(super) fn words(parser: &mut Parser) -> Result<Vec<String>, Failure> {
    Ok(word(parser)?.split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect())
}

/// An option that the command does not know.
pub(super) fn unexpected(argument: Arg<'_>) -> Failure {
    Failure::Arguments(argument.unexpected())
}
