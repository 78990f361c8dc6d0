//! What several commands read from their arguments.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt as _};

use super::Failure;
use super::several::Several;
use crate::analysis;
use crate::project::FILE_NAME;
use crate::render::harmless;
use crate::tree;
use crate::workspace::{self, Workspace, WorkspaceFault};

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

    /// The folder of a project: what was given, or else the nearest at the current folder or above it.
    pub(super) fn project(self) -> Result<PathBuf, Failure> {
        project_at(&self.0.unwrap_or_else(|| PathBuf::from(".")))
    }
}

/// The projects that a command is asked about: one, or several by their paths, or all of a workspace.
#[derive(Default)]
pub(super) struct ProjectArguments {
    paths: Vec<PathBuf>,
    workspace: bool,
}

impl ProjectArguments {
    /// Takes a positional argument.
    pub(super) fn take(&mut self, value: std::ffi::OsString) {
        self.paths.push(PathBuf::from(value));
    }

    /// Takes `--workspace`.
    pub(super) fn take_workspace(&mut self) {
        self.workspace = true;
    }

    /// Whether the answer is one for several projects: it is by what is asked, however many there are.
    pub(super) fn are_several(&self) -> bool {
        self.workspace || self.paths.len() > 1
    }

    /// What was given, where it is one, or else the current folder.
    pub(super) fn path(self) -> PathBuf {
        self.paths.into_iter().next().unwrap_or_else(|| PathBuf::from("."))
    }

    /// What was given, be it a project or an archive, or else the nearest project.
    pub(super) fn server(self) -> PathBuf {
        let path = self.path();
        if is_unpacked_wheel(&path) { path } else { nearest(&path).unwrap_or(path) }
    }

    /// The one project, as [`ProjectArgument::project`] finds it.
    pub(super) fn project(self) -> Result<PathBuf, Failure> {
        project_at(&self.path())
    }

    /// All projects: each path, or those of the workspace around or below it.
    pub(super) fn projects(self) -> Result<Several, Failure> {
        let paths = if self.paths.is_empty() { vec![PathBuf::from(".")] } else { self.paths };
        let (mut folders, mut roots) = (Vec::new(), Vec::new());
        let (mut notices, mut status) = (String::new(), 0);
        for path in &paths {
            let found = if self.workspace { members(path) } else { one(path) };
            match found {
                Ok(Found { projects, root, told, worst }) => {
                    folders.extend(projects);
                    roots.extend(root);
                    notices += &told;
                    status = status.max(worst);
                }
                Err(failure) => {
                    notices += &format!("error: {failure}\n");
                    status = 2;
                }
            }
        }
        let mut seen = BTreeSet::new();
        folders.retain(|folder| seen.insert(folder.clone()));
        if folders.is_empty() && status == 0 {
            let place = paths.first().map(|path| path.display().to_string()).unwrap_or_default();
            return Err(Failure::Usage(format!("there is no project in or below `{place}`")));
        }
        let root = (paths.len() == 1).then(|| roots.into_iter().next()).flatten();
        Ok(Several { notices, status, ..Several::of(folders, root) })
    }
}

/// What a path stands for.
struct Found {
    /// By their real paths.
    projects: Vec<PathBuf>,
    root: Option<PathBuf>,
    told: String,
    worst: u8,
}

/// The project at a path, or the nearest above it.
fn one(path: &Path) -> Result<Found, Failure> {
    let folder = project_at(path)?;
    Ok(Found { projects: vec![tree::real(&folder)?], root: None, told: String::new(), worst: 0 })
}

/// The members of the workspace at a path, and what is wrong with it.
fn members(path: &Path) -> Result<Found, Failure> {
    let folder = if analysis::is_described_by(path) { path.parent().unwrap_or(path) } else { path };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Workspace { root, members, faults } = Workspace::around(folder)?;
    let word = |fault: &WorkspaceFault| if fault.is_certain() { "error" } else { "warning" };
    let line = |fault: &WorkspaceFault| {
        let text = harmless::line(&format!("{fault}"));
        format!("{}: in the workspace `{}`, {text}\nhelp: {}\n", word(fault), root.display(), fault.remedy())
    };
    let worst = u8::from(faults.iter().any(WorkspaceFault::is_certain));
    Ok(Found { told: faults.iter().map(line).collect(), projects: members, root: Some(root), worst })
}

/// The folder of the project at a path, or the nearest above it.
fn project_at(path: &Path) -> Result<PathBuf, Failure> {
    match path.is_file() {
        true if analysis::is_described_by(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            Ok(folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf))
        }
        true => Err(Failure::Usage(format!(
            "`{}` is a file; name the folder of its project, which is read as a whole",
            path.display()
        ))),
        false => match nearest(path) {
            Some(folder) => Ok(folder),
            None if path.is_dir() => Err(Failure::Usage(nothing_in(path))),
            None => Err(Failure::Usage(format!("`{}` is not there", path.display()))),
        },
    }
}

/// The folder, when it holds a project, or else the nearest above it that does, as uv and cargo look for theirs: one
/// whose `pyproject.toml` only sets up tools is passed by.
pub(super) fn nearest(path: &Path) -> Option<PathBuf> {
    if analysis::holds_a_project(path) {
        return Some(path.to_path_buf());
    }
    let real = std::fs::canonicalize(path).ok().filter(|real| real.is_dir())?;
    let steps = real.ancestors().position(workspace::is_project)?;
    let way: PathBuf = vec![".."; steps].iter().collect();
    Some(if path == Path::new(".") { way } else { path.join(way) })
}

/// Whether a wheel was unpacked into the folder, which may lie in a project.
fn is_unpacked_wheel(folder: &Path) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.file_name()).any(|name| name.to_string_lossy().ends_with(".dist-info"))
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
             `mcp-backend migrate {name}` makes a project of it"
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
