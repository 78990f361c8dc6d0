//! The hooks of PEP 517 and PEP 660 as plain functions: read, plan, check, write.

use std::borrow::Cow;
use std::path::Path;

use crate::analysis::Analysis;
use crate::archive::{self, Epoch, Writing};
use crate::check::{self, Strictness};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::plan::{self, Content, Entry, Plan};
use crate::tree::SourceTree;

/// What the caller wants built.
pub struct Request<'a> {
    /// The project's root.
    pub root: &'a Path,
    /// The folder that the artifact goes into.
    pub out: &'a Path,
    /// What `-C check=` says.
    pub check: Check,
    /// What the environment's `SOURCE_DATE_EPOCH` says.
    pub epoch: Option<String>,
    /// The `.dist-info` that the frontend got from `prepare_metadata`, to be held to.
    pub metadata: Option<&'a Path>,
    /// Whether the user wants to stop.
    pub interrupted: &'a (dyn Fn() -> bool + Sync),
}

/// What `-C check=` can say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Check {
    /// `off`: the structural rules alone.
    Off,
    /// `warn`: the others are shown and refuse nothing.
    Warn,
    /// `error`: as usual.
    #[default]
    Error,
    /// `strict`: warnings of the rules that are listed for it refuse too.
    Strict,
}

impl Check {
    /// Reads the setting's value; none when it is none of the four words.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "off" => Self::Off,
            "warn" => Self::Warn,
            "error" => Self::Error,
            "strict" => Self::Strict,
            _ => return None,
        })
    }
}

/// How a build ended.
#[derive(Debug)]
pub enum Outcome {
    /// The artifact of this name was written; the report holds warnings at most.
    Built(String, Report),
    /// Nothing was written.
    Refused(Report),
}

/// Builds the wheel (PEP 517 `build_wheel`).
///
/// # Errors
/// When the disk fails, or `request.metadata` is not what this build makes.
pub fn build_wheel(request: &Request<'_>) -> Result<Outcome, Error> {
    let analysis = Analysis::for_a_build(request.root)?;
    let report = asked_for_an_artifact(&analysis, request.check);
    let (plan, tree) = analysis.into_wheel(moment(request).as_deref());
    write(request, report, &plan, &tree, archive::wheel)
}

/// Builds the sdist (PEP 517 `build_sdist`).
///
/// # Errors
/// When the disk fails.
pub fn build_sdist(request: &Request<'_>) -> Result<Outcome, Error> {
    let analysis = Analysis::for_a_build(request.root)?;
    let report = asked_for_an_artifact(&analysis, request.check);
    let (plan, tree) = analysis.into_sdist(moment(request).as_deref());
    write(request, report, &plan, &tree, archive::sdist)
}

/// Builds the editable wheel (PEP 660 `build_editable`).
///
/// # Errors
/// When the disk fails, or the project's path cannot stand in a `.pth` file.
pub fn build_editable(request: &Request<'_>) -> Result<Outcome, Error> {
    let analysis = Analysis::for_a_build(request.root)?;
    let plan = editable_plan(request, &analysis)?;
    let report = asked(&analysis, editable(request.check));
    write(request, report, &plan, &analysis.tree, archive::wheel)
}

fn editable_plan(request: &Request<'_>, analysis: &Analysis) -> Result<Plan, Error> {
    plan::editable(&analysis.materials()).map_err(|_| Error::Usage {
        path: request.root.to_path_buf(),
        fault: "a path that is not one line of UTF-8 cannot be installed editable".to_owned(),
    })
}

/// Writes the wheel's `.dist-info`, all but RECORD (PEP 517 `prepare_metadata_for_build_wheel`, and PEP 660's).
///
/// # Errors
/// When the disk fails, or no editable could be built.
pub fn prepare_metadata(request: &Request<'_>, for_editable: bool) -> Result<Outcome, Error> {
    let analysis = Analysis::for_a_build(request.root)?;
    if for_editable {
        editable_plan(request, &analysis)?;
    }
    let strictness =
        if for_editable { editable(request.check) } else { author_or_consumer(&analysis, request.check) };
    let report = asked(&analysis, strictness);
    // what an editable install offers changes with every edit
    let (mut entries, tree) = if for_editable {
        (plan::editable_dist_info(&analysis.materials()), analysis.tree)
    } else {
        let (wheel, tree) = analysis.into_wheel(moment(request).as_deref());
        (wheel.entries, tree)
    };
    let record = entries.last().and_then(|entry| entry.path.strip_suffix("/RECORD"));
    let folder = record.unwrap_or_default().to_owned();
    entries.retain(|entry| entry.content != Content::Record && within(&entry.path, &folder));
    let plan = Plan { file_name: folder, entries };
    write(request, report, &plan, &tree, archive::folder)
}

fn within(path: &str, folder: &str) -> bool {
    path.split('/').next() == Some(folder)
}

/// The time that the request's `SOURCE_DATE_EPOCH` sets; one that is no time is told when it comes to writing.
pub(crate) fn moment(request: &Request<'_>) -> Option<String> {
    moment_of(request.epoch.as_deref())
}

/// The time that `SOURCE_DATE_EPOCH` sets, as RFC 3339 writes it.
pub(crate) fn moment_of(epoch: Option<&str>) -> Option<String> {
    Some(Epoch::from_setting(Some(epoch?)).ok()?.timestamp())
}

/// What the environment's `SOURCE_DATE_EPOCH` says; what is not text keeps its place, to be refused as no number.
pub fn epoch() -> Option<String> {
    std::env::var_os("SOURCE_DATE_EPOCH").map(|value| value.to_string_lossy().into_owned())
}

/// What the rules say of a wheel or an sdist of the project.
pub(crate) fn asked_for_an_artifact(analysis: &Analysis, check: Check) -> Report {
    asked(analysis, author_or_consumer(analysis, check))
}

/// The time that the request's artifacts bear.
///
/// # Errors
/// When the setting is none.
pub(crate) fn epoch_of(request: &Request<'_>) -> Result<Epoch, Error> {
    Epoch::from_setting(request.epoch.as_deref()).map_err(|fault| Error::Usage {
        path: request.root.to_path_buf(),
        fault: format!("`SOURCE_DATE_EPOCH`: {fault}"),
    })
}

fn author_or_consumer(analysis: &Analysis, check: Check) -> Strictness {
    match check {
        Check::Off => Strictness::Structural,
        _ if analysis.is_for_a_consumer() => Strictness::Structural,
        Check::Warn => Strictness::Warn,
        Check::Error => Strictness::Full,
        Check::Strict => Strictness::Strict,
    }
}

fn editable(check: Check) -> Strictness {
    if check == Check::Off { Strictness::Structural } else { Strictness::Warn }
}

fn asked(analysis: &Analysis, strictness: Strictness) -> Report {
    check::brief(&analysis.subject(), strictness)
}

/// Writes what the rules let pass.
fn write(
    request: &Request<'_>,
    report: Report,
    plan: &Plan,
    tree: &SourceTree,
    writer: impl FnOnce(&Plan, &Path, &Writing<'_>) -> Result<(), Error>,
) -> Result<Outcome, Error> {
    if report.refused() {
        return Ok(Outcome::Refused(report));
    }
    if let Some(metadata) = request.metadata {
        held_to(metadata, &plan.entries, tree)?;
    }
    let epoch = epoch_of(request)?;
    writer(plan, request.out, &Writing { tree, epoch, interrupted: request.interrupted })?;
    Ok(Outcome::Built(plan.file_name.clone(), report))
}

/// Whether the metadata that the frontend was given before is what the wheel will hold: PEP 517 has the wheel's
/// `.dist-info` be the same.
fn held_to(metadata: &Path, entries: &[Entry], tree: &SourceTree) -> Result<(), Error> {
    // the files that may be there or not without a word in the others
    const OPTIONAL: [&str; 2] = ["entry_points.txt", "mcp/contract.json"];
    let differs = |name: &str| {
        let fault = format!("`{name}` in the prepared metadata is not what this build makes");
        Error::Usage { path: metadata.to_path_buf(), fault }
    };
    let mut strays: Vec<&str> = OPTIONAL.into_iter().filter(|name| metadata.join(name).exists()).collect();
    for entry in entries {
        let Some((folder, name)) = entry.path.split_once('/') else { continue };
        if !folder.ends_with(".dist-info") {
            continue;
        }
        strays.retain(|stray| *stray != name);
        let bytes = match &entry.content {
            Content::Bytes(bytes) => Cow::Borrowed(bytes),
            Content::File { path, .. } => Cow::Owned(tree.read(path)?),
            Content::Record => continue,
        };
        if crate::tree::read_first(&metadata.join(name)).ok().as_ref() != Some(&*bytes) {
            return Err(differs(name));
        }
    }
    strays.first().map_or(Ok(()), |stray| Err(differs(stray)))
}
