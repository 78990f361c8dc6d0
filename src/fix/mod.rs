//! What `check --fix` and `--diff` do: the edits of the findings, applied round by round until nothing changes.
//!
//! All of it happens on drafts: the project is read anew with the drafts in place of its files, and `archive` writes
//! only the last of them.

mod edits;

use std::collections::BTreeMap;
use std::path::Path;

use crate::archive;
use crate::check::{self, Selection, Strictness};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::render::diff;
use crate::survey::Survey;
use crate::text::RelPath;
use crate::tree::{Drafts, SourceTree};
use edits::Before;

/// More rounds than edits that wait for one another ever need.
const ROUNDS: usize = 20;

/// What the safe edits of a project's findings make of it.
#[derive(Debug)]
pub struct Fix {
    tree: SourceTree,
    /// What each changed file held before.
    before: BTreeMap<RelPath, Before>,
    after: Drafts,
    /// How many findings the edits mend.
    pub fixed: usize,
    /// The findings that are left.
    pub report: Report,
}

/// Reads the project at `root` and decides what the edits of its findings come to; writes nothing.
///
/// Edits that meet others wait for the next round. A round that would leave a file which can no longer be read is
/// given up.
///
/// # Errors
/// When the disk fails, or no `pyproject.toml` is there.
pub fn fix(root: &Path, strictness: Strictness, selection: &Selection) -> Result<Fix, Error> {
    let mut survey = Survey::read(root)?;
    let mut report = check::run(&survey.subject(), strictness, selection);
    let mut fix = Fix {
        tree: SourceTree::default(),
        before: BTreeMap::new(),
        after: Drafts::new(),
        fixed: 0,
        report: Report::default(),
    };
    for _ in 0..ROUNDS {
        let round = edits::apply(report.diagnostics(), |path| text(&survey.tree, &report, path));
        if round.fixed == 0 {
            break;
        }
        let mut drafts = fix.after.clone();
        drafts.extend(round.texts.iter().map(|(path, change)| (path.clone(), change.after.clone())));
        let next = Survey::of_drafts(root, &drafts)?;
        if unreadable(&next) > unreadable(&survey) {
            break;
        }
        for (path, change) in round.texts {
            fix.before.entry(path).or_insert(change.before);
        }
        fix.after = drafts;
        fix.fixed += round.fixed;
        survey = next;
        report = check::run(&survey.subject(), strictness, selection);
    }
    Ok(Fix { tree: survey.tree.without_lists(), report, ..fix })
}

/// What stands at `path`, when it may be edited.
fn text(tree: &SourceTree, report: &Report, path: &RelPath) -> Option<Before> {
    if tree.file(path).is_none() {
        return tree.is_vacant(path).then_some(Before::Vacant);
    }
    // what is of another encoding would come back as other bytes; of the right one, the stars of secrets keep the length
    let text = String::from_utf8(tree.read(path).ok()?).ok()?;
    report.source(path).is_none_or(|source| source.text().len() == text.len()).then_some(Before::Text(text))
}

/// How many files of the project cannot be read, so that edits that break one are noticed.
fn unreadable(survey: &Survey) -> usize {
    let modules = survey.program.iter().chain(survey.program.rest());
    let modules = modules.filter(|(_, module)| !module.faults().is_empty()).count();
    usize::from(!survey.project.is_readable()) + modules + survey.program.unread().count()
}

impl Fix {
    /// How many files change.
    pub fn changed(&self) -> usize {
        self.changes().count()
    }

    /// The changes as a unified diff; empty when there are none.
    pub fn diff(&self) -> String {
        self.changes().map(|(path, before, after)| diff::unified(path.as_str(), before, after)).collect()
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
