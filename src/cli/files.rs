//! `mcp-backend files`: exactly what the archives would hold.

use lexopt::Arg::{Long, Value};
use serde::Serialize;

use super::arguments::{ProjectArgument, unexpected, word};
use super::{Command, CommandOutput, Failure, Terminal};
use crate::analysis::Analysis;
use crate::backend;
use crate::plan::{self, Content, Plan};

pub(super) static COMMAND: Command = Command {
    name: "files",
    summary: "List the files that the artifacts would hold",
    usage: "[PATH] [--sdist] [--wheel] [--editable] [--format text|json]\n\n\
            \x20 --sdist, --wheel, --editable   only these; default: sdist and wheel\n\
            \x20 --format FORMAT                text (default) or json\n",
    run,
};

#[derive(Serialize)]
struct Listing {
    version: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    wheel: Option<Artifact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sdist: Option<Artifact>,
    #[serde(skip_serializing_if = "Option::is_none")]
    editable: Option<Artifact>,
}

#[derive(Serialize)]
struct Artifact {
    name: String,
    files: Vec<File>,
}

#[derive(Serialize)]
struct File {
    path: String,
    /// The file of the project; none for what the build makes.
    source: Option<String>,
    /// In bytes; none for RECORD, which is known only when all else is written.
    size: Option<u64>,
}

fn run(mut parser: lexopt::Parser, _: &Terminal<'_>) -> Result<CommandOutput, Failure> {
    let mut folder = ProjectArgument::default();
    let (mut sdist, mut wheel, mut editable, mut json) = (false, false, false, false);
    while let Some(argument) = parser.next()? {
        match argument {
            Long("sdist") => sdist = true,
            Long("wheel") => wheel = true,
            Long("editable") => editable = true,
            Long("format") => json = is_json(&word(&mut parser)?)?,
            Value(value) => folder.take(value)?,
            other => return Err(unexpected(other)),
        }
    }
    let analysis = Analysis::for_a_look(&folder.project()?)?;
    let neither = !(sdist || wheel || editable);
    let moment = backend::moment_of(backend::epoch().as_deref());
    let analysis = if wheel || sdist || neither { analysis.completed(moment.as_deref()) } else { analysis };
    let editable = editable.then(|| plan::editable(&analysis.materials())).transpose();
    let editable =
        editable.map_err(|_| Failure::Usage("the project's path is not one line of UTF-8".to_owned()))?;
    let registry_files = Listing {
        version: 1,
        wheel: (wheel || neither).then(|| artifact(&analysis.wheel)),
        sdist: (sdist || neither).then(|| artifact(&analysis.sdist)),
        editable: editable.as_ref().map(artifact),
    };
    let stdout = if json { to_json(&registry_files) } else { to_text(&registry_files) };
    Ok(CommandOutput::done(stdout))
}

fn is_json(name: &str) -> Result<bool, Failure> {
    match name {
        "json" => Ok(true),
        "text" => Ok(false),
        _ => Err(Failure::Usage(format!("`{name}` is no format; write `text` or `json`"))),
    }
}

fn artifact(plan: &Plan) -> Artifact {
    let file = |entry: &plan::Entry| File {
        path: entry.path.clone(),
        source: match &entry.content {
            Content::File { path, .. } => Some(path.to_string()),
            Content::Bytes(_) | Content::Record => None,
        },
        size: entry.size(),
    };
    Artifact { name: plan.file_name.clone(), files: plan.entries.iter().map(file).collect() }
}

fn to_json(registry_files: &Listing) -> String {
    serde_json::to_string_pretty(registry_files).expect("strings and numbers are JSON") + "\n"
}

fn to_text(registry_files: &Listing) -> String {
    let artifacts =
        [&registry_files.sdist, &registry_files.wheel, &registry_files.editable].into_iter().flatten();
    let blocks: Vec<String> = artifacts
        .map(|artifact| {
            let lines = artifact.files.iter().map(|file| format!("  {}\n", file.path));
            format!("{}\n{}", artifact.name, lines.collect::<String>())
        })
        .collect();
    blocks.join("\n")
}
