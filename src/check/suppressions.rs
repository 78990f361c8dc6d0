//! What the project silences: comments on a line, and globs of files.

use crate::diagnostic::{Diagnostic, Suppression};
use crate::project::FileIgnore;
use crate::rule::Subject;
use crate::rules;
use crate::text::{SourceText, Spanned};

/// The comments and the settings that silence, and which comments did.
pub(super) struct Suppressions<'a> {
    comments: Vec<Comment<'a>>,
    ignores: &'a [FileIgnore],
}

struct Comment<'a> {
    source: &'a SourceText,
    suppression: &'a Suppression,
    line: u32,
    rules: &'a [Spanned<String>],
    /// Which of the rules it silenced.
    used: Vec<bool>,
    /// Whether all rules looked at its file: what no entry point reaches is only looked through.
    whole: bool,
}

impl<'a> Suppressions<'a> {
    /// All that silences in the project; a comment with a fault silences nothing.
    pub(super) fn of(subject: Subject<'a>) -> Self {
        let comment = |(source, suppression): (&'a SourceText, &'a Suppression), whole| {
            let rules = suppression.rules.as_deref().ok()?;
            let line = source.position(suppression.span.start).line;
            Some(Comment { source, suppression, line, rules, used: vec![false; rules.len()], whole })
        };
        let rest = subject
            .program
            .rest()
            .flat_map(|(_, module)| module.suppressions().iter().map(|one| (&**module.source(), one)));
        let whole = subject.suppressions().filter_map(|found| comment(found, true));
        let comments = whole.chain(rest.filter_map(|found| comment(found, false))).collect();
        Self { comments, ignores: &subject.project.settings.file_ignores }
    }

    /// Whether the finding is silenced; remembers the comments that do it.
    pub(super) fn covers(&mut self, finding: &Diagnostic) -> bool {
        let mut covered = false;
        for comment in self.comments.iter_mut().filter(|comment| comment.stands_at(finding)) {
            for (rule, used) in comment.rules.iter().zip(&mut comment.used) {
                let silences = finding.card.answers_to(&rule.value);
                *used |= silences;
                covered |= silences;
            }
        }
        covered || self.ignores.iter().any(|ignore| ignores(ignore, finding))
    }

    /// The findings about comments, or words of them, that silenced nothing although their rules were asked.
    pub(super) fn idle(&self, asked: impl Fn(&str) -> bool) -> Vec<Diagnostic> {
        let itself = |word: &str| rules::LAST.card.answers_to(word);
        let mut findings = Vec::new();
        for comment in self.comments.iter().filter(|comment| comment.whole) {
            let Comment { source, suppression, rules, used, .. } = comment;
            let idle = |index: &usize| {
                let word = &rules[*index].value;
                !used[*index] && asked(word) && !itself(word)
            };
            let unused: Vec<usize> = (0..rules.len()).filter(idle).collect();
            findings.extend(rules::idle(source, suppression, rules, &unused));
        }
        findings
    }
}

impl Comment<'_> {
    /// Whether the comment stands on the first or last line of what the finding marks.
    fn stands_at(&self, finding: &Diagnostic) -> bool {
        let Some(span) = finding.primary.span else { return false };
        finding.primary.path == *self.source.path()
            && [span.start, span.end.saturating_sub(1).max(span.start)]
                .iter()
                .any(|at| self.source.position(*at).line == self.line)
    }
}

fn ignores(ignore: &FileIgnore, finding: &Diagnostic) -> bool {
    let matches =
        |path: &str| ignore.glob.value.as_ref().is_ok_and(|glob| glob.matches_file_or_folder_of(path));
    matches(finding.primary.path.as_str())
        && ignore.rules.iter().any(|rule| finding.card.answers_to(&rule.value))
}
