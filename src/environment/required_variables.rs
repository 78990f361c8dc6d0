//! Which variables a module gives up without, though it asks for them softly: `if not key: raise ...`.

use std::collections::BTreeSet;

use super::Search;
use crate::syntax::{BindingKind, Flow, Module};
use crate::text::Span;

/// A place that asks for a variable.
pub(super) struct ReadSite {
    /// The whole expression.
    pub(super) whole: Span,
    /// The name in it.
    pub(super) span: Span,
    /// The body that it stands in.
    pub(super) body: usize,
    /// The variable.
    pub(super) name: String,
    /// Whether something else holds without the variable.
    pub(super) falls_back: bool,
}

/// The variables among `sites` without which every script gives up at its start.
pub(super) fn names(
    search: &Search<'_>,
    module: &str,
    facts: &Module,
    sites: &[ReadSite],
) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let sure = sites.iter().any(|site| !site.falls_back);
    for demand in facts.demands().iter().filter(|_| sure) {
        let wanted: Vec<&ReadSite> =
            demand.wanted.iter().filter_map(|span| site(facts, sites, demand.body, *span)).collect();
        if !wanted.is_empty() && search.ends_the_start(module, demand.body, &demand.guards) {
            names.extend(wanted.iter().map(|site| site.name.clone()));
        }
    }
    names
}

/// The site whose value the expression at `span` is.
fn site<'s>(facts: &Module, sites: &'s [ReadSite], body: usize, span: Span) -> Option<&'s ReadSite> {
    let surely = |site: &&ReadSite| !site.falls_back;
    if let Some(site) = sites.iter().find(|site| site.whole == span) {
        return Some(site).filter(surely);
    }
    let (at, bindings) = facts.lookup(body, facts.source().slice(span))?;
    let [binding] = bindings else { return None };
    if binding.flow != Flow::Always || !matches!(binding.kind, BindingKind::Call(_)) {
        return None;
    }
    // `key = os.getenv("X")`
    let follows = |site: &&ReadSite| {
        site.body == at && binding.span.end < site.whole.start && {
            let between = facts.source().slice(Span { start: binding.span.end, end: site.whole.start });
            let (annotation, right) = between.split_once('=').unwrap_or(("", "?"));
            right.trim().is_empty() && !annotation.contains(['\n', ';', ')'])
        }
    };
    sites.iter().find(follows).filter(surely)
}
