//! `mcp-backend build`: the artifacts without a frontend.

use std::path::{Path, PathBuf};

use lexopt::Arg::{Long, Short, Value};

use super::arguments::{Place, unexpected};
use super::{Answer, Call, Command, Failure};
use crate::backend::{self, Check, Outcome, Request};
use crate::project;
use crate::render::{Format, render};
use crate::tree;

pub(super) static COMMAND: Command = Command {
    name: "build",
    summary: "Build the sdist and the wheel without a frontend",
    usage: "[PATH] [-o DIR] [--sdist] [--wheel]\n\n\
            \x20 -o, --out-dir DIR   where the artifacts go; default: `dist` in the project\n\
            \x20 --sdist             the sdist alone\n\
            \x20 --wheel             the wheel alone\n",
    run,
};

fn run(mut parser: lexopt::Parser, call: &Call<'_>) -> Result<Answer, Failure> {
    let mut place = Place::default();
    let mut out = None;
    let (mut sdist, mut wheel) = (false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('o') | Long("out-dir") => out = Some(PathBuf::from(parser.value()?)),
            Long("sdist") => sdist = true,
            Long("wheel") => wheel = true,
            Value(value) => place.take(value)?,
            other => return Err(unexpected(other)),
        }
    }
    let root = place.path();
    ours(&root)?;
    let out = out.unwrap_or_else(|| root.join("dist"));
    let both = sdist == wheel;
    let mut answer = Answer::default();
    for (wanted, hook) in
        [(both || sdist, backend::build_sdist as Hook), (both || wheel, backend::build_wheel as Hook)]
    {
        if wanted && answer.status == 0 {
            one(&mut answer, hook, &root, &out, call)?;
        }
    }
    Ok(answer)
}

/// Whether the project names this backend: a frontend would ask the one that it names.
fn ours(root: &Path) -> Result<(), Failure> {
    let build_system = project::read(tree::read_first(&root.join(project::FILE_NAME))?).build_system;
    match &build_system.backend {
        Some(backend) if !build_system.is_ours() => {
            let fault = "builds this project; see what switching takes with `mcp-backend check`";
            Err(Failure::Usage(format!("`{}` {fault}", backend.value)))
        }
        _ => Ok(()),
    }
}

type Hook = fn(&Request<'_>) -> Result<Outcome, crate::error::Error>;

/// Builds one artifact; its path goes to stdout, the findings to stderr, once for both artifacts.
fn one(answer: &mut Answer, hook: Hook, root: &Path, out: &Path, call: &Call<'_>) -> Result<(), Failure> {
    let epoch = backend::epoch();
    let interrupted = call.interrupted;
    let request = Request { root, out, check: Check::default(), epoch, metadata: None, interrupted };
    let (built, report) = match hook(&request)? {
        Outcome::Built(name, report) => (Some(name), report),
        Outcome::Refused(report) => (None, report),
    };
    if answer.stderr.is_empty() && !report.diagnostics().is_empty() {
        answer.stderr = render(&report, Format::Full, call.look);
    }
    match built {
        Some(name) => answer.stdout += &format!("{}\n", out.join(name).display()),
        None => answer.status = 1,
    }
    Ok(())
}
