//! A release on its channels: what `mcp-backend export` makes, from a project that a build would let pass.

use crate::analysis::Analysis;
use crate::archive::{self, Fate, Writing};
use crate::backend::{self, Request};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::export::{Artifacts, Export, MissingInput, Needs, Publication, Vendored, behind};
use crate::plan::Entry;
use crate::project::Channel;

/// How an export ended.
#[derive(Debug)]
pub enum Exported {
    /// The files were written, each with its SHA-256 when it is an archive; the report holds warnings at most.
    Written(Vec<Written>, Report),
    /// Nothing was written, as a build would be refused.
    Refused(Report),
    /// Nothing was written: the project does not tell what a channel needs.
    Lacking(Vec<(Channel, MissingInput)>),
    /// Nothing was written: these files were edited since, or are not ours.
    Edited(Vec<String>),
}

/// A file that was written.
#[derive(Debug)]
pub struct Written {
    /// Where, relative to the folder of the exports.
    pub path: String,
    /// What became of it.
    pub fate: Fate,
    /// The SHA-256 of an archive, in hexadecimal digits.
    pub digest: Option<String>,
}

/// Makes what `channels` want and writes it into the request's folder, over edited files only when it is `forced`; a bundle
/// holds what is `vendored`.
///
/// # Errors
/// When the disk fails.
pub fn export(
    request: &Request<'_>,
    channels: &[Channel],
    forced: bool,
    vendored: Option<Vendored>,
) -> Result<Exported, Error> {
    let analysis = Analysis::for_a_build(request.root)?;
    let report = backend::asked_for_an_artifact(&analysis, request.check);
    if report.refused() {
        return Ok(Exported::Refused(report));
    }
    let moment = backend::moment(request);
    let analysis = analysis.completed(moment.as_deref());
    let publication = Publication { moment, ..analysis.publication() };
    let lacks: Vec<_> = channels
        .iter()
        .flat_map(|channel| channel.lacks(&publication).into_iter().map(|lack| (*channel, lack)))
        .collect();
    let strangers = vendored.iter().flat_map(|vendored| vendored.strangers(&publication));
    let lacks: Vec<_> = lacks.into_iter().chain(strangers.map(|lack| (Channel::Mcpb, lack))).collect();
    if !lacks.is_empty() {
        return Ok(Exported::Lacking(lacks));
    }
    let writing = Writing {
        tree: &analysis.tree,
        epoch: backend::epoch_of(request)?,
        interrupted: request.interrupted,
    };
    let artifacts = Artifacts { vendored, ..Artifacts::default() };
    let files = made(&analysis, &publication, request, channels, &writing, artifacts)?;
    let (entries, digests): (Vec<Entry>, Vec<Option<String>>) = files.into_iter().unzip();
    let fates = archive::exports(request.out, &entries, forced)?;
    let named = entries.into_iter().zip(fates).zip(digests);
    let files: Vec<Written> =
        named.map(|((entry, fate), digest)| Written { path: entry.path, fate, digest }).collect();
    let edited = files.iter().filter(|file| file.fate == Fate::Edited && !forced);
    let edited: Vec<String> = edited.map(|file| file.path.clone()).collect();
    Ok(if edited.is_empty() { Exported::Written(files, report) } else { Exported::Edited(edited) })
}

/// The files of all channels, archives with their digest; what others are made from comes first.
fn made(
    analysis: &Analysis,
    publication: &Publication<'_>,
    request: &Request<'_>,
    channels: &[Channel],
    writing: &Writing<'_>,
    mut artifacts: Artifacts,
) -> Result<Vec<(Entry, Option<String>)>, Error> {
    let mut wanted = channels.to_vec();
    wanted.extend(behind(channels, publication));
    wanted.sort_by_key(|channel| channel.needs());
    if wanted.iter().any(|channel| channel.needs() == Needs::Wheel) {
        let bytes = archive::wheel_in_memory(&analysis.wheel, request.out, writing)?;
        artifacts.wheel = Some((analysis.wheel.file_name.clone(), bytes));
    }
    let mut files = Vec::new();
    for channel in wanted {
        let asked = channels.contains(&channel);
        for export in channel.make(publication, &artifacts) {
            let file = match export {
                Export::File(entry) => (entry, None),
                Export::Bundle(plan) => {
                    let bytes = archive::bundle_in_memory(&plan, request.out, writing)?;
                    let digest = archive::digest(&bytes);
                    artifacts.bundles.push((plan.file_name.clone(), digest.clone()));
                    (Entry::bytes(plan.file_name, bytes), Some(digest))
                }
            };
            files.extend(asked.then_some(file));
        }
    }
    Ok(files)
}
