//! What `check --fix` and `--diff` do: the edits of the findings, applied round by round until nothing changes.
//!
//! All of it happens on drafts: the project is read anew with the drafts in place of its files, and `archive` writes
//! only the last of them.

mod edits;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::analysis::Analysis;
use crate::archive;
use crate::check::{self, Selection, Strictness};
use crate::diagnostic::{Diagnostic, Level, Report};
use crate::error::Error;
use crate::render::diff;
use crate::text::RelPath;
use crate::tree::{SourceTree, TextOverlay};
use edits::Before;

/// More rounds than edits that wait for one another ever need.
const ROUNDS: usize = 20;

/// What the safe edits of a project's findings make of it.
#[derive(Debug)]
pub struct Fix {
    tree: SourceTree,
    /// What each changed file held before.
    before: BTreeMap<RelPath, Before>,
    after: TextOverlay,
    /// How many findings the edits mend.
    pub fixed: usize,
    /// The findings that are left.
    pub report: Report,
}

/// Reads the project at `root` and decides what the edits of its findings come to; writes nothing.
///
/// Edits that meet others wait for the next round. Those that in the end would leave an error which was not there are left
/// out, and so is a round that leaves a file which can no longer be read.
///
/// # Errors
/// When the disk fails, or no `pyproject.toml` is there.
pub fn fix(root: &Path, strictness: Strictness, selection: &Selection) -> Result<Fix, Error> {
    fix_drafts(root, &TextOverlay::new(), strictness, selection)
}

/// The same for the project as it would be with `drafts` in place of its files.
///
/// # Errors
/// As for [`fix`].
pub fn fix_drafts(
    root: &Path,
    drafts: &TextOverlay,
    strictness: Strictness,
    selection: &Selection,
) -> Result<Fix, Error> {
    let before = errors(&Analysis::of_drafts(root, drafts)?);
    let rounds = |harmful: &HashSet<Mark>| rounds(root, drafts, strictness, selection, harmful);
    let mut harmful = HashSet::new();
    loop {
        let done = rounds(&harmful)?;
        let worse = done.errors_beside(&before);
        if worse == 0 {
            return Ok(done.fix());
        }
        let mut least = (worse, None);
        for mark in &done.applied {
            let without = harmful.iter().chain([mark]).cloned().collect();
            let worse = rounds(&without)?.errors_beside(&before);
            if worse < least.0 {
                least = (worse, Some(mark));
            }
        }
        match least.1 {
            Some(mark) => harmful.extend([mark.clone()]),
            None => harmful.extend(done.applied),
        }
    }
}

/// By what a finding is known again in another round, where its place has moved.
type Mark = (&'static str, RelPath, String);

fn mark(finding: &Diagnostic) -> Mark {
    (finding.card.code, finding.primary.path.clone(), finding.message.clone())
}

/// A project after some rounds of edits.
struct Done {
    analysis: Analysis,
    report: Report,
    before: BTreeMap<RelPath, Before>,
    drafts: TextOverlay,
    /// The findings whose edits were taken.
    applied: Vec<Mark>,
}

/// Applies the edits of all findings but the harmful ones until nothing changes.
fn rounds(
    root: &Path,
    drafts: &TextOverlay,
    strictness: Strictness,
    selection: &Selection,
    harmful: &HashSet<Mark>,
) -> Result<Done, Error> {
    let analysis = Analysis::of_drafts(root, drafts)?;
    let report = check::run(&analysis.subject(), strictness, selection);
    let mut done =
        Done { analysis, report, before: BTreeMap::new(), drafts: drafts.clone(), applied: Vec::new() };
    for _ in 0..ROUNDS {
        let findings = done.report.diagnostics().iter().filter(|finding| !harmful.contains(&mark(finding)));
        let round = edits::apply(findings, |path| text(&done.analysis.tree, &done.report, path));
        if round.fixed.is_empty() {
            break;
        }
        let mut drafts = done.drafts.clone();
        drafts.extend(round.texts.iter().map(|(path, change)| (path.clone(), change.after.clone())));
        let next = Analysis::of_drafts(root, &drafts)?;
        if unreadable(&next) > unreadable(&done.analysis) {
            break;
        }
        done.applied.extend(round.fixed.into_iter().map(mark));
        for (path, change) in round.texts {
            done.before.entry(path).or_insert(change.before);
        }
        done.drafts = drafts;
        done.analysis = next;
        done.report = check::run(&done.analysis.subject(), strictness, selection);
    }
    Ok(done)
}

impl Done {
    /// How many errors are there beside those of `before`.
    fn errors_beside(&self, before: &BTreeMap<&'static str, usize>) -> usize {
        if self.applied.is_empty() {
            return 0;
        }
        let more =
            |(code, count): (&&str, &usize)| count.saturating_sub(before.get(*code).copied().unwrap_or(0));
        errors(&self.analysis).iter().map(more).sum()
    }

    fn fix(self) -> Fix {
        Fix {
            tree: self.analysis.tree.without_lists(),
            before: self.before,
            after: self.drafts,
            fixed: self.applied.len(),
            report: self.report,
        }
    }
}

/// How many errors each rule finds, whether it is selected or not.
fn errors(analysis: &Analysis) -> BTreeMap<&'static str, usize> {
    let report = check::run(&analysis.subject(), Strictness::Full, &Selection::default());
    let mut errors = BTreeMap::new();
    for finding in report.diagnostics().iter().filter(|finding| finding.level == Level::Error) {
        *errors.entry(finding.card.code).or_default() += 1;
    }
    errors
}

/// What stands at `path`, when it may be edited.
fn text(tree: &SourceTree, report: &Report, path: &RelPath) -> Option<Before> {
    if tree.file(path).is_none() {
        return tree.is_vacant(path).then_some(Before::Vacant);
    }
    // what is of another encoding would come back as other bytes; of the right one, the stars of secrets keep the length
    let text = tree.text(path)?;
    report.source(path).is_none_or(|source| source.text().len() == text.len()).then_some(Before::Text(text))
}

/// How many files of the project cannot be read, so that edits that break one are noticed.
fn unreadable(analysis: &Analysis) -> usize {
    let modules = analysis.program.iter().chain(analysis.program.rest());
    let modules = modules.filter(|(_, module)| !module.faults().is_empty()).count();
    usize::from(!analysis.project.is_readable()) + modules + analysis.program.unread().count()
}

impl Fix {
    /// How many files change.
    pub fn changed(&self) -> usize {
        self.changes().count()
    }

    /// The text of a file as the edits leave it, where they change it.
    pub fn text(&self, path: &RelPath) -> Option<&str> {
        self.changes().find(|(other, ..)| *other == path).map(|(.., after)| after)
    }

    /// The changes as a unified diff; empty when there are none.
    pub fn diff(&self) -> String {
        self.diff_from(&RelPath::root())
    }

    /// The same with the paths told from where the project lies at `folder`.
    pub fn diff_from(&self, folder: &RelPath) -> String {
        let unified = |(path, before, after): (&RelPath, Option<&str>, &str)| {
            diff::unified(folder.join_path(path).as_str(), before, after)
        };
        self.changes().map(unified).collect()
    }

    /// Writes the changed files, each in one step.
    ///
    /// # Errors
    /// When the disk refuses, a file changed meanwhile, or one lies outside the project.
    pub fn write(&self) -> Result<(), Error> {
        self.changes().try_for_each(|(path, before, after)| {
            archive::replace(self.tree.root(), path, before.map(str::as_bytes), after.as_bytes())
        })
    }

    fn changes(&self) -> impl Iterator<Item = (&RelPath, Option<&str>, &str)> {
        self.after.iter().filter_map(|(path, after)| {
            let before = match self.before.get(path)? {
                Before::Text(text) => Some(text.as_str()),
                Before::Vacant => None,
            };
            (before != Some(after.as_str())).then_some((path, before, after.as_str()))
        })
    }
}
