//! `mcp-backend build`: the artifacts without a frontend.

use std::path::{Path, PathBuf};

use lexopt::Arg::{Long, Short, Value};

use super::arguments::{ProjectArguments, unexpected};
use super::several::{Form, ProjectPlace};
use super::{Command, CommandOutput, Failure, Terminal, export};
use crate::backend::{self, Check, Outcome, Request};
use crate::project::{self, Project};
use crate::render::{Format, render};
use crate::tree;

pub(super) static COMMAND: Command = Command {
    name: "build",
    summary: "Build the sdist and the wheel without a frontend",
    usage: "[PATH...] [--workspace] [-o DIR] [--sdist | --wheel | --all [--export-dir DIR] [--force]]\n\n\
            \x20 --workspace         all members of the workspace, or all projects below PATH\n\
            \x20 -o, --out-dir DIR   where the artifacts go; default: `dist` in the project, with `--workspace` in\n\
            \x20                     the workspace\n\
            \x20 --sdist             the sdist alone\n\
            \x20 --wheel             the wheel alone\n\
            \x20 --all               both, and the exports that `[tool.mcp-backend.export]` configures\n\
            \x20 --export-dir DIR    where the exports go; default: `exports` in the project\n\
            \x20 --force             write over exports that were edited\n",
    run,
};

fn run(mut parser: lexopt::Parser, terminal: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut asked = ProjectArguments::default();
    let mut wish = Wish::default();
    let (mut sdist, mut wheel) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('o') | Long("out-dir") => wish.out = Some(PathBuf::from(parser.value()?)),
            Long("sdist") => sdist = true,
            Long("wheel") => wheel = true,
            Long("all") => wish.all = true,
            Long("export-dir") => wish.exports = Some(PathBuf::from(parser.value()?)),
            Long("force") => wish.forced = true,
            Long("workspace") => asked.take_workspace(),
            Value(value) => asked.take(value),
            other => return Err(unexpected(other)),
        }
    }
    if wish.all && (sdist || wheel) {
        return Err(Failure::Usage("`--all` means the sdist and the wheel too".to_owned()));
    }
    if !wish.all && (wish.forced || wish.exports.is_some()) {
        return Err(Failure::Usage("`--export-dir` and `--force` go with `--all`".to_owned()));
    }
    wish.hooks.extend((sdist || !wheel).then_some(backend::build_sdist as Hook));
    wish.hooks.extend((wheel || !sdist).then_some(backend::build_wheel as Hook));
    if !asked.are_several() {
        let place = ProjectPlace::alone(asked.project()?);
        let out = place.root.join("dist");
        return built(&place, &out, &wish, terminal);
    }
    let several = asked.projects()?.of_this_backend();
    let is_shared = several.root.is_some() || wish.out.is_some();
    let several = if is_shared { several.apart() } else { several };
    let out = several.root.as_ref().map(|root| root.join("dist"));
    let work = |place: &ProjectPlace| {
        let wish = Wish {
            exports: wish.exports.as_ref().map(|exports| place.path.on_disk(exports)),
            ..wish.clone()
        };
        built(place, &out.clone().unwrap_or_else(|| place.root.join("dist")), &wish, terminal)
    };
    Ok(several.answer(Form::Lines, true, work))
}

/// What is to be built.
#[derive(Clone, Default)]
struct Wish {
    out: Option<PathBuf>,
    /// What builds it, in order.
    hooks: Vec<Hook>,
    all: bool,
    exports: Option<PathBuf>,
    forced: bool,
}

/// Builds what is wanted of one project, into `out` where nothing else is asked for.
fn built(
    place: &ProjectPlace,
    out: &Path,
    wish: &Wish,
    terminal: &Terminal<'_>,
) -> Result<CommandOutput, Failure> {
    let root = &place.root;
    let project = ours(root)?;
    let out = wish.out.as_deref().unwrap_or(out);
    let mut answer = CommandOutput::default();
    for hook in &wish.hooks {
        if answer.status == 0 {
            one(&mut answer, *hook, place, out, terminal)?;
        }
    }
    if wish.all && answer.status == 0 {
        let out = wish.exports.clone().unwrap_or_else(|| root.join(export::FOLDER));
        let channels: Vec<_> = project.settings.exports.channels().map(|channel| channel.value).collect();
        let made = export::written(place, &out, &channels, wish.forced, None, terminal)?;
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
    place: &ProjectPlace,
    out: &Path,
    terminal: &Terminal<'_>,
) -> Result<(), Failure> {
    let epoch = backend::epoch();
    let interrupted = terminal.interrupted;
    let request =
        Request { root: &place.root, out, check: Check::default(), epoch, metadata: None, interrupted };
    let (built, report) = match hook(&request)? {
        Outcome::Built(name, report) => (Some(name), report),
        Outcome::Refused(report) => (None, report),
    };
    if answer.stderr.is_empty() && !report.diagnostics().is_empty() {
        answer.stderr = render(&report.starting_at(&place.path), Format::Full, terminal.look);
    }
    match built {
        Some(name) => answer.stdout += &format!("{}\n", out.join(name).display()),
        None => answer.status = 1,
    }
    Ok(())
}
