//! All findings of one run.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Diagnostic, Level};
use crate::text::{Position, RelPath, SourceText, Span};

/// The findings, in order of path, position and code, those of a change of the backend last, with the texts that they
/// point into.
#[derive(Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
    sources: BTreeMap<RelPath, Arc<SourceText>>,
    base: RelPath,
    left_out: usize,
    projects: Vec<ProjectVerdict>,
}

/// What became of one of several projects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectVerdict {
    /// Its folder, from where all paths of the report start.
    pub path: RelPath,
    /// How many findings stand at level error.
    pub errors: usize,
    /// How many at level warning.
    pub warnings: usize,
    /// Why there is no report of it.
    pub failure: Option<String>,
}

impl Report {
    /// The findings sorted, each once; `sources` are the texts that they may point into.
    pub fn new(mut diagnostics: Vec<Diagnostic>, sources: impl IntoIterator<Item = Arc<SourceText>>) -> Self {
        Self::sort(&mut diagnostics);
        let sources = sources.into_iter().map(|source| (source.path().clone(), source)).collect();
        Self { diagnostics, sources, base: RelPath::root(), left_out: 0, projects: Vec::new() }
    }

    /// The same of a project that lies at `base` in its repository.
    #[must_use]
    pub fn below(self, base: RelPath) -> Self {
        Self { base, ..self }
    }

    /// The reports of several projects as one, in which a path starts where those of the projects do; in place of a report
    /// may stand why there is none.
    pub fn joined(reports: impl IntoIterator<Item = (RelPath, Result<Self, String>)>) -> Self {
        let (mut all, mut sources, mut projects) = (Vec::new(), Vec::new(), Vec::new());
        for (path, report) in reports {
            let verdict =
                |errors, warnings, failure| ProjectVerdict { path: path.clone(), errors, warnings, failure };
            match report {
                Err(failure) => projects.push(verdict(0, 0, Some(failure))),
                Ok(report) => {
                    projects.push(verdict(report.count(Level::Error), report.count(Level::Warning), None));
                    let Self { diagnostics, sources: texts, .. } = report.starting_at(&path);
                    all.extend(diagnostics);
                    sources.extend(texts.into_values());
                }
            }
        }
        Self { projects, ..Self::new(all, sources) }
    }

    /// The same with every path told from where the project lies at `folder`.
    #[must_use]
    pub fn starting_at(self, folder: &RelPath) -> Self {
        if folder.as_str().is_empty() {
            return self;
        }
        let placed = |path: &RelPath| folder.join_path(path);
        let finding = |mut finding: Diagnostic| {
            finding.primary.path = placed(&finding.primary.path);
            for related in &mut finding.related {
                related.location.path = placed(&related.location.path);
            }
            for edit in &mut finding.edits {
                edit.path = placed(&edit.path);
            }
            finding
        };
        let text = |(path, text): (RelPath, Arc<SourceText>)| {
            let path = placed(&path);
            (path.clone(), Arc::new(SourceText::new(path, text.text().to_owned())))
        };
        let diagnostics = self.diagnostics.into_iter().map(finding).collect();
        Self { diagnostics, sources: self.sources.into_iter().map(text).collect(), ..self }
    }

    /// What became of each project, where the report is of several.
    pub fn projects(&self) -> &[ProjectVerdict] {
        &self.projects
    }

    /// Puts findings in the order of a report, each once.
    pub fn sort(diagnostics: &mut Vec<Diagnostic>) {
        let compare = |left: &Diagnostic, right: &Diagnostic| {
            let first = left.of_switching.cmp(&right.of_switching);
            let place = first.then_with(|| left.primary.cmp(&right.primary));
            let place = place.then_with(|| left.card.code.cmp(right.card.code));
            place.then_with(|| left.message.cmp(&right.message))
        };
        diagnostics.sort_by(compare);
        diagnostics.dedup_by(|later, kept| compare(later, kept).is_eq());
    }

    /// The report, of which so many warnings are not shown.
    #[must_use]
    pub fn leaving_out(self, left_out: usize) -> Self {
        Self { left_out, ..self }
    }

    /// How many more warnings there are.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    /// `path` of the project as its repository knows it.
    pub fn in_repository(&self, path: &RelPath) -> RelPath {
        self.base.join_path(path)
    }

    /// The findings in order.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// The text at `path`, when a reader took it in.
    pub fn source(&self, path: &RelPath) -> Option<&Arc<SourceText>> {
        self.sources.get(path)
    }

    /// Start and end of `span` in the text at `path`; 1:1 for a file as a whole.
    pub fn positions(&self, path: &RelPath, span: Option<Span>) -> (Position, Position) {
        let first = Position { line: 1, column: 1 };
        match (self.source(path), span) {
            (Some(source), Some(span)) => (source.position(span.start), source.position(span.end)),
            _ => (first, first),
        }
    }

    /// How many findings stand at `level`.
    pub fn count(&self, level: Level) -> usize {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.level == level).count()
    }

    /// Whether a finding at level error stands.
    pub fn refused(&self) -> bool {
        self.count(Level::Error) > 0
    }
}
