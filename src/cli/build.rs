//! `mcp-backend build`: the artifacts without a frontend.

use std::path::{Path, PathBuf};

use lexopt::Arg::{Long, Short, Value};

use super::arguments::{ProjectArgument, unexpected};
use super::{Command, CommandOutput, Failure, Terminal, export};
use crate::backend::{self, Check, Outcome, Request};
use crate::project::{self, Project};
use crate::render::{Format, render};
use crate::tree;

pub(super) static COMMAND: Command = Command {
    name: "build",
    summary: "Build the sdist and the wheel without a frontend",
    usage: "[PATH] [-o DIR] [--sdist | --wheel | --all [--export-dir DIR] [--force]]\n\n\
            \x20 -o, --out-dir DIR   where the artifacts go; default: `dist` in the project\n\
            \x20 --sdist             the sdist alone\n\
            \x20 --wheel             the wheel alone\n\
            \x20 --all               both, and the exports that `[tool.mcp-backend.export]` configures\n\
            \x20 --export-dir DIR    where the exports go; default: `exports` in the project\n\
            \x20 --force             write over exports that were edited\n",
    run,
};

fn run(mut parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut folder = ProjectArgument::default();
    let mut out = None;
    let (mut sdist, mut wheel, mut all) = (false, false, false);
    let (mut exports, mut forced) = (None, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('o') | Long("out-dir") => out = Some(PathBuf::from(parser.value()?)),
            Long("sdist") => sdist = true,
            Long("wheel") => wheel = true,
            Long("all") => all = true,
            Long("export-dir") => exports = Some(PathBuf::from(parser.value()?)),
            Long("force") => forced = true,
            Value(value) => folder.take(value)?,
            other => return Err(unexpected(other)),
        }
    }
    if all && (sdist || wheel) {
        return Err(Failure::Usage("`--all` means the sdist and the wheel too".to_owned()));
    }
    if !all && (forced || exports.is_some()) {
        return Err(Failure::Usage("`--export-dir` and `--force` go with `--all`".to_owned()));
    }
    let root = folder.project()?;
    let project = ours(&root)?;
    let out = out.unwrap_or_else(|| root.join("dist"));
    let both = sdist == wheel;
    let mut answer = CommandOutput::default();
    for (wanted, hook) in
        [(both || sdist, backend::build_sdist as Hook), (both || wheel, backend::build_wheel as Hook)]
    {
        if wanted && answer.status == 0 {
            one(&mut answer, hook, &root, &out, terminal)?;
        }
    }
    if all && answer.status == 0 {
        let out = exports.unwrap_or_else(|| root.join(export::FOLDER));
        let channels: Vec<_> = project.settings.exports.channels().map(|channel| channel.value).collect();
        let made = export::written(&root, &out, &channels, forced, None, terminal)?;
        answer.stdout += &made.stdout;
        // the findings were told when the artifacts were built
        if made.status != 0 {
            answer.stderr += &made.stderr;
        }
        answer.status = made.status;
    }
    Ok(answer)
}

/// The project, if it names this backend: a frontend would ask the one that it names.
fn ours(root: &Path) -> Result<Project, Failure> {
    let project = project::read(tree::read_first(&root.join(project::FILE_NAME))?);
    match &project.build_system.backend {
        Some(backend) if !project.build_system.is_ours() => {
            let fault = "builds this project; see what switching takes with `mcp-backend check`";
            Err(Failure::Usage(format!("`{}` {fault}", backend.value)))
        }
        _ => Ok(project),
    }
}

type Hook = fn(&Request<'_>) -> Result<Outcome, crate::error::Error>;

/// Builds one artifact; its path goes to stdout, the findings to stderr, once for both artifacts.
fn one(
    answer: &mut CommandOutput,
    hook: Hook,
    root: &Path,
    out: &Path,
    terminal: &Terminal<'_>,
) -> Result<(), Failure> {
    let epoch = backend::epoch();
    let interrupted = terminal.interrupted;
    let request = Request { root, out, check: Check::default(), epoch, metadata: None, interrupted };
    let (built, report) = match hook(&request)? {
        Outcome::Built(name, report) => (Some(name), report),
        Outcome::Refused(report) => (None, report),
    };
    if answer.stderr.is_empty() && !report.diagnostics().is_empty() {
        answer.stderr = render(&report, Format::Full, terminal.look);
    }
    match built {
        Some(name) => answer.stdout += &format!("{}\n", out.join(name).display()),
        None => answer.status = 1,
    }
    Ok(())
}
