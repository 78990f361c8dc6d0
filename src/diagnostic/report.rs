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
}

impl Report {
    /// The findings sorted, each once; `sources` are the texts that they may point into.
    pub fn new(mut diagnostics: Vec<Diagnostic>, sources: impl IntoIterator<Item = Arc<SourceText>>) -> Self {
        Self::sort(&mut diagnostics);
        let sources = sources.into_iter().map(|source| (source.path().clone(), source)).collect();
        Self { diagnostics, sources, base: RelPath::root(), left_out: 0 }
    }

    /// The same of a project that lies at `base` in its repository.
    #[must_use]
    pub fn below(self, base: RelPath) -> Self {
        Self { base, ..self }
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
        if path.as_str().is_empty() { self.base.clone() } else { self.base.join(path.as_str()) }
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
