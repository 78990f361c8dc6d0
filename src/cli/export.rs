//! `mcp-backend export`: what the channels beside the package index want, from the same facts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use lexopt::Arg::{Long, Short, Value};

use super::arguments::{ProjectArguments, unexpected};
use super::marked_file::{MarkedFile, WantedSection};
use super::several::{Form, ProjectPlace};
use super::{Command, CommandOutput, Failure, Terminal, vendor};
use crate::analysis::Analysis;
use crate::archive::Fate;
use crate::backend::{self, Check, Request};
use crate::diagnostic::Report;
use crate::export::{INSTALL_START, MissingInput, Vendored, marked_install_section};
use crate::project::Channel;
use crate::registry_files;
use crate::release::{self, Exported, Written};
use crate::render::{Format, render};
use crate::text::RelPath;
use crate::tree;

pub(super) static COMMAND: Command = Command {
    name: "export",
    summary: "Make what a channel wants: registry, clients, bundles, containers",
    usage: "[CHANNEL [PATH...] [--workspace]] [-o DIR] [--force] [--vendor PLATFORM]\n       mcp-backend export client-config [PATH] --check [FILE]\n       mcp-backend export client-config [PATH] --write [FILE]\n\n\
            \x20 CHANNEL             one of those that `mcp-backend export` lists\n\
            \x20 --workspace         for all members of the workspace, or all projects below PATH\n\
            \x20 -o, --out-dir DIR   where the files go; default: `exports` in the project; of several projects,\n\
            \x20                     each has its own path below DIR\n\
            \x20 --force             write over files that were edited\n\
            \x20 --vendor PLATFORM   mcpb: with the wheels of all that the lock holds for linux-x86_64,\n\
            \x20                     linux-aarch64, macos-arm64, macos-x86_64 or windows-x86_64; it\n\
            \x20                     needs the network\n\
            \x20 --python VERSION    the Python of these wheels; default: the one that runs this\n\
            \x20 --check             tell whether FILE, or else the readme, holds the current section on how to install\n\
            \x20 --write             put it between the lines of the file that mark it\n",
    run,
};

/// The folder of the exports, in the project.
pub(super) const FOLDER: &str = "exports";

fn run(mut parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let (mut channel, mut asked) = (None, ProjectArguments::default());
    let (mut out, mut forced) = (None, false);
    let (mut platform, mut python, mut wheels) = (None, None, None);
    let (mut check, mut write, mut file) = (false, false, None);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('o') | Long("out-dir") => out = Some(PathBuf::from(parser.value()?)),
            Long("force") => forced = true,
            Long("vendor") => platform = Some(parser.value()?.to_string_lossy().into_owned()),
            Long("python") => python = Some(parser.value()?.to_string_lossy().into_owned()),
            // the folder of the wheels, which is filled by Python
            Long("wheels") => wheels = Some(PathBuf::from(parser.value()?)),
            Long("check") => check = true,
            Long("write") => write = true,
            Value(name) if channel.is_none() => channel = Some(called(&name.to_string_lossy())?),
            Value(value) if (check || write) && file.is_none() && !Path::new(&value).is_dir() => {
                file = Some(PathBuf::from(value));
            }
            Long("workspace") => asked.take_workspace(),
            Value(value) => asked.take(value),
            other => return Err(unexpected(other)),
        }
    }
    let Some(channel) = channel else {
        return Ok(CommandOutput::done(list()));
    };
    if check || write {
        return match (channel, out, forced) {
            (Channel::ClientConfig, None, false) if check != write => {
                section(&asked.project()?, file.as_deref(), write, terminal)
            }
            (Channel::ClientConfig, None, false) => {
                Err(Failure::Usage("`--check` and `--write` exclude each other".to_owned()))
            }
            _ => Err(Failure::Usage(
                "`--check` and `--write` go with `client-config`, and no other option".to_owned(),
            )),
        };
    }
    if asked.are_several() {
        if platform.is_some() {
            return Err(Failure::Usage("`--vendor` is for one project".to_owned()));
        }
        let work = |place: &ProjectPlace| {
            let out = out.as_ref().map_or_else(|| place.root.join(FOLDER), |out| place.path.on_disk(out));
            written(place, &out, &[channel], forced, None, terminal)
        };
        return Ok(asked.projects()?.of_this_backend().answer(Form::Lines, true, work));
    }
    let root = asked.project()?;
    let out = out.unwrap_or_else(|| root.join(FOLDER));
    let vendored = match (platform, python, wheels) {
        (None, None, None) => None,
        (Some(platform), Some(python), Some(wheels)) if channel == Channel::Mcpb => {
            Some(vendor::vendored(&platform, python, &wheels)?)
        }
        (Some(_), ..) if channel != Channel::Mcpb => {
            return Err(Failure::Usage(format!("`--vendor` is for `mcpb`, and not for `{channel}`")));
        }
        _ => {
            let fault =
                "`--vendor PLATFORM` is run by Python: `python -m mcp_backend export mcpb --vendor PLATFORM`";
            return Err(Failure::Usage(fault.to_owned()));
        }
    };
    written(&ProjectPlace::alone(root), &out, &[channel], forced, vendored, terminal)
}

/// Compares the section of `file`, or else of the readme, that tells how to install the server, or puts it there.
fn section(
    root: &Path,
    file: Option<&Path>,
    write: bool,
    terminal: &Terminal<'_>,
) -> Result<CommandOutput, Failure> {
    let analysis = Analysis::read(root)?;
    let report = backend::asked_for_an_artifact(&analysis, Check::default());
    let publication = analysis.publication();
    let lacks = Channel::ClientConfig.lacks(&publication);
    if !lacks.is_empty() {
        // the finding of the same knows its place
        let told = report.refused().then(|| render(&report, Format::Full, terminal.look));
        let lacks = lacks.into_iter().map(|lack| lacking(&(Channel::ClientConfig, lack)));
        return Ok(refused(told.unwrap_or_else(|| lacks.collect())));
    }
    let path = match file {
        Some(file) => inside(root, file)?,
        None => match analysis.registry_files.readme.as_ref().filter(|readme| readme.is_markdown()) {
            Some(readme) => readme.source.path().clone(),
            None => {
                return Err(Failure::Usage(
                    "`pyproject.toml` names no readme in Markdown; name the file".to_owned(),
                ));
            }
        },
    };
    let bytes = analysis.tree.read(&path)?;
    let text = String::from_utf8_lossy(&bytes);
    let marked = MarkedFile {
        root: analysis.tree.root(),
        path: &path,
        text: &text,
        code: registry_files::code_blocks(&text),
    };
    let wanted = WantedSection {
        first: INSTALL_START,
        text: marked_install_section(&publication),
        fault: "does not tell how to install the server now",
        command: format!("mcp-backend export client-config --write {path}"),
    };
    marked.renewed(&wanted, write, |_, _| String::new())
}

/// The path of a file of the project, from its root.
fn inside(root: &Path, file: &Path) -> Result<RelPath, Failure> {
    let (folder, file_at) = (tree::real(root)?, tree::real(file)?);
    let path = file_at.strip_prefix(&folder).ok().and_then(Path::to_str);
    path.map(|path| RelPath::new(path.replace('\\', "/")))
        .ok_or_else(|| Failure::Usage(format!("`{}` is no file of the project", file.display())))
}

fn called(name: &str) -> Result<Channel, Failure> {
    Channel::called(name).ok_or_else(|| {
        let known: Vec<_> = Channel::ALL.iter().map(|channel| format!("`{channel}`")).collect();
        Failure::Usage(format!("`{name}` is no channel; there are {}", known.join(", ")))
    })
}

fn list() -> String {
    let width = Channel::ALL.iter().map(|channel| channel.name().len()).max().unwrap_or_default();
    Channel::ALL.iter().map(|channel| format!("{:width$}  {}\n", channel.name(), channel.summary())).collect()
}

/// Exports to `channels` and tells how it went.
pub(super) fn written(
    place: &ProjectPlace,
    out: &Path,
    channels: &[Channel],
    forced: bool,
    vendored: Option<Vendored>,
    terminal: &Terminal<'_>,
) -> Result<CommandOutput, Failure> {
    let (epoch, interrupted) = (backend::epoch(), terminal.interrupted);
    let root = &place.root;
    let request = Request { root, out, check: Check::default(), epoch, metadata: None, interrupted };
    let shown = |report: Report| render(&report.starting_at(&place.path), Format::Full, terminal.look);
    Ok(match release::export(&request, channels, forced, vendored)? {
        Exported::Written(files, report) => {
            let stderr = if report.diagnostics().is_empty() { String::new() } else { shown(report) };
            CommandOutput { stdout: files.iter().map(|file| line(out, file)).collect(), stderr, status: 0 }
        }
        Exported::Refused(report) => refused(shown(report)),
        Exported::Lacking(lacks) => refused(lacks.iter().map(lacking).collect()),
        Exported::Edited(paths) => refused(edited(out, &paths)),
    })
}

fn refused(stderr: String) -> CommandOutput {
    CommandOutput { status: 1, stderr, ..CommandOutput::default() }
}

/// The path of a file that was written; of an archive its digest too.
fn line(out: &Path, file: &Written) -> String {
    let mut line = out.join(&file.path).display().to_string();
    if file.fate == Fate::Kept {
        line += " (unchanged)";
    }
    if let Some(digest) = &file.digest {
        let _ = write!(line, "\n  sha256 {digest}");
    }
    line + "\n"
}

fn lacking((channel, lack): &(Channel, MissingInput)) -> String {
    format!("error: `{channel}` {}\nhelp: {}\n", lack.what, lack.remedy)
}

fn edited(out: &Path, paths: &[String]) -> String {
    let line = |path: &String| {
        format!("error: `{}` was edited, or not made by this command\n", out.join(path).display())
    };
    let lines: String = paths.iter().map(line).collect();
    lines
        + "help: nothing was written; keep your changes elsewhere and repeat with `--force`, or export to another folder with `-o`\n"
}
