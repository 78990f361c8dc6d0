//! What a report may show of the files.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
use crate::rule::Subject;
use crate::secrets;
use crate::text::{RelPath, SourceText};

/// The texts that the findings point into, with stars for the secrets in them: reports stand in public logs.
pub(super) fn redacted(subject: &Subject<'_>, findings: &[Diagnostic]) -> Vec<Arc<SourceText>> {
    let mut paths = BTreeSet::new();
    for finding in findings {
        let others = finding.related.iter().map(|related| &related.location);
        let places = others.chain([&finding.primary]).filter(|place| place.span.is_some());
        paths.extend(places.map(|place| &place.path).chain(finding.edits.iter().map(|edit| &edit.path)));
    }
    let python = subject.program.sources();
    let parsed = python.chain([&subject.project.source]).chain(subject.registry_files.sources());
    let read: HashMap<&RelPath, &Arc<SourceText>> = parsed.map(|source| (source.path(), source)).collect();
    let text = |path: &RelPath| match read.get(path) {
        Some(source) => Some(Arc::clone(source)),
        None => {
            let text = subject.tree.text_lossy(path)?;
            Some(Arc::new(SourceText::new(path.clone(), text)))
        }
    };
    let sources = paths.into_iter().filter_map(text);
    let masked = |source: Arc<SourceText>| {
        let known = subject.program.secrets(source.path()).map(Cow::Borrowed);
        let secrets = known.unwrap_or_else(|| secrets::scan(source.text().as_bytes()).into());
        match &*secrets {
            [] => source,
            secrets => {
                Arc::new(SourceText::new(source.path().clone(), secrets::masked(source.text(), secrets)))
            }
        }
    };
    sources.map(masked).collect()
}
