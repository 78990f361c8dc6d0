//! `mcp-backend contract --live`, after the servers answered: what was recorded is kept in the project, or held against
//! what it keeps. Starting them needs the SDK's client, and so stands in Python: `mcp_backend/_verify`.

use std::path::{Path, PathBuf};

use super::Failure;
use super::arguments::{ProjectArgument, ProjectArguments};
use crate::analysis::Analysis;
use crate::archive;
use crate::contract::{self, LIVE_FILE, Recorded, Recording};
use crate::render::diff::unified;
use crate::text::RelPath;

/// So many lines of a difference are shown.
const SHOWN: usize = 40;

/// What keeping or checking a recording comes to: a failure where it fails `--check`.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Whether the project keeps what its servers answer.
    pub passes: bool,
    /// That in a phrase.
    pub message: String,
    /// Lines that show it.
    pub details: Vec<String>,
}

/// The project that a folder lies in, as for the other commands.
///
/// # Errors
/// When there is none; why, as a phrase.
pub fn project(path: Option<PathBuf>) -> Result<PathBuf, String> {
    let mut folder = ProjectArgument::default();
    path.map_or(Ok(()), |path| folder.take(path.into())).map_err(|fault| fault.to_string())?;
    folder.project().map_err(|fault| fault.to_string())
}

/// The projects that this backend builds, of several paths or of the workspaces around them; with what is to be told of
/// them, and the status that it comes to.
///
/// # Errors
/// When there is none; why, as a phrase.
pub fn projects(paths: Vec<PathBuf>, workspace: bool) -> Result<(Vec<PathBuf>, String, u8), String> {
    let mut asked = ProjectArguments::default();
    for path in paths {
        asked.take(path.into());
    }
    if workspace {
        asked.take_workspace();
    }
    let several = asked.projects().map_err(|fault| fault.to_string())?.of_this_backend();
    let roots = several.projects.into_iter().map(|place| place.root).collect();
    Ok((roots, several.notices, several.status))
}

/// Keeps what the servers of the project at `root` answered, or with `check` holds it against what the project keeps.
///
/// # Errors
/// When the answers are none, or the disk fails; why, as a phrase.
pub fn record(root: &Path, session: &str, check: bool) -> Result<Kept, String> {
    let session = serde_json::from_str(session).map_err(|fault| format!("they cannot be kept: {fault}"))?;
    kept(root, session, check).map_err(|fault| fault.to_string())
}

fn kept(root: &Path, session: contract::Session, check: bool) -> Result<Kept, Failure> {
    let analysis = Analysis::for_a_look(root)?;
    let version = analysis.metadata.version.as_ref().map(ToString::to_string);
    let recording = contract::record(analysis.recordable(), version.as_deref(), session);
    let (path, after) = (RelPath::new(LIVE_FILE), recording.to_json());
    let before = analysis.tree.file(&path).map(|_| analysis.tree.read(&path)).transpose()?;
    if check {
        return Ok(checked(analysis.subject().recorded(), &recording));
    }
    let done = |message: String| Kept { passes: true, message, details: Vec::new() };
    if before.as_deref() == Some(after.as_bytes()) {
        return Ok(done(format!("nothing changes in `{LIVE_FILE}`")));
    }
    archive::replace(analysis.tree.root(), &path, before.as_deref(), after.as_bytes())?;
    Ok(done(format!("wrote `{LIVE_FILE}`")))
}

/// Holds what the project keeps against what its servers answer now.
fn checked(kept: &Recorded, now: &Recording) -> Kept {
    let refused = |message: String| Kept { message, ..Kept::default() };
    let (kept, fault) = match kept {
        Recorded::Absent => return refused(format!("the project keeps no `{LIVE_FILE}`")),
        Recorded::Broken(reason) => return refused(format!("`{LIVE_FILE}` cannot be read: {reason}")),
        Recorded::Stale(kept) => (kept, "was recorded from another state of the project"),
        Recorded::Fresh(kept) => (kept, "is not what the servers answer"),
    };
    let (passes, message) = match kept {
        kept if kept == now => (true, "is what the servers answer"),
        kept if kept.answers_like(now) => (true, "is what the servers answer, but for versions"),
        _ => (false, fault),
    };
    let details = unified(LIVE_FILE, Some(&kept.to_json()), &now.to_json());
    let details = details.lines().take(SHOWN).map(str::to_owned).collect();
    Kept { passes, message: format!("`{LIVE_FILE}` {message}"), details }
}
