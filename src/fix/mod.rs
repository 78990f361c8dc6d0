//! What `check --fix` and `--diff` do: the edits of the findings, applied round by round until nothing changes.
//!
//! All of it happens on drafts: the project is read anew with the drafts in place of its files, and `archive` writes
//! only the last of them.

mod edits;

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use crate::archive;
use crate::check::{self, Selection, Strictness};
use crate::diagnostic::{Diagnostic, Level, Report};
use crate::error::Error;
use crate::render::diff;
use crate::survey::Survey;
use crate::text::RelPath;
use crate::tree::{Drafts, SourceTree};
use edits::{Before, Round};

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
/// Edits that meet others wait for the next round. Those that would leave an error which was not there, or a file which can
/// no longer be read, are left out.
///
/// # Errors
/// When the disk fails, or no `pyproject.toml` is there.
pub fn fix(root: &Path, selection: &Selection) -> Result<Fix, Error> {
    let mut now = State::read(root, selection, Drafts::new())?;
    let (mut before, mut fixed) = (BTreeMap::new(), 0);
    let mut harmful = HashSet::new();
    for _ in 0..ROUNDS {
        let round = now.round(|finding| !harmful.contains(&mark(finding)));
        if round.fixed == 0 {
            break;
        }
        let next = State::read(root, selection, now.drafted(&round))?;
        if next.is_worse_than(&now) {
            let found = now.harmful(root, selection, &harmful)?;
            if found.is_empty() {
                break;
            }
            harmful.extend(found);
            continue;
        }
        for (path, change) in round.texts {
            before.entry(path).or_insert(change.before);
        }
        fixed += round.fixed;
        now = next;
    }
    let State { survey, report, drafts } = now;
    Ok(Fix { tree: survey.tree.without_lists(), before, after: drafts, fixed, report })
}

/// A project with the edits so far.
struct State {
    survey: Survey,
    report: Report,
    drafts: Drafts,
}

impl State {
    fn read(root: &Path, selection: &Selection, drafts: Drafts) -> Result<Self, Error> {
        let survey = if drafts.is_empty() { Survey::read(root)? } else { Survey::of_drafts(root, &drafts)? };
        let report = check::run(&survey.subject(), Strictness::Full, selection);
        Ok(Self { survey, report, drafts })
    }

    /// The edits of the findings that are wanted, as far as they fit beside one another.
    fn round(&self, wanted: impl Fn(&Diagnostic) -> bool) -> Round {
        let findings = self.report.diagnostics().iter().filter(|finding| wanted(finding));
        edits::apply(findings, |path| text(&self.survey.tree, &self.report, path))
    }

    fn drafted(&self, round: &Round) -> Drafts {
        let mut drafts = self.drafts.clone();
        drafts.extend(round.texts.iter().map(|(path, change)| (path.clone(), change.after.clone())));
        drafts
    }

    /// Whether something is wrong that was not before: a file that cannot be read, or an error, whether its rule is
    /// selected or not.
    fn is_worse_than(&self, before: &Self) -> bool {
        let (old, new) = (before.errors(), self.errors());
        unreadable(&self.survey) > unreadable(&before.survey)
            || new.iter().any(|(code, count)| old.get(code).is_none_or(|old| old < count))
    }

    /// How many errors each rule finds.
    fn errors(&self) -> BTreeMap<&'static str, usize> {
        let report = check::run(&self.survey.subject(), Strictness::Full, &Selection::default());
        let mut errors = BTreeMap::new();
        for finding in report.diagnostics().iter().filter(|finding| finding.level == Level::Error) {
            *errors.entry(finding.card.code).or_default() += 1;
        }
        errors
    }

    /// The findings whose edits make the project worse by themselves.
    fn harmful(&self, root: &Path, selection: &Selection, known: &HashSet<Mark>) -> Result<Vec<Mark>, Error> {
        let mut found = Vec::new();
        let edited = self.report.diagnostics().iter().filter(|finding| !finding.edits.is_empty());
        for mark in edited.map(mark).filter(|mark| !known.contains(mark)) {
            let alone = self.round(|finding| self::mark(finding) == mark);
            if alone.fixed > 0 && Self::read(root, selection, self.drafted(&alone))?.is_worse_than(self) {
                found.push(mark);
            }
        }
        Ok(found)
    }
}

/// By what a finding is known again in the next round, when its place has moved.
type Mark = (&'static str, RelPath, String);

fn mark(finding: &Diagnostic) -> Mark {
    (finding.card.code, finding.primary.path.clone(), finding.message.clone())
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
