//! Reads what a module does to its `__all__`.

use super::expression::{dotted, plain_texts, value};
use super::walk::Walk;
use super::{BindingKind, DunderAll, Flow, Spanned, Term};

impl<'a> Walk<'a> {
    /// `__all__ = right`, already bound.
    pub(super) fn set_exports(&mut self, right: &Term) {
        let names = plain_texts(right).filter(|_| self.exports_are_certain());
        let first = self.frames[0].scope.bindings("__all__").len() == 1;
        self.facts.exports = names.filter(|_| first).map_or(DunderAll::Unknown, DunderAll::Names);
    }

    fn exports_are_certain(&self) -> bool {
        self.frames.len() == 1 && self.flow == Flow::Always
    }

    /// `__all__ += names`.
    pub(super) fn add_exports(&mut self, names: Option<Vec<Spanned<String>>>) {
        let certain = self.exports_are_certain();
        match (&mut self.facts.exports, names) {
            (DunderAll::Names(all), Some(names)) if certain => all.extend(names),
            (exports, _) => *exports = DunderAll::Unknown,
        }
    }

    /// `__all__.extend([...])` and `__all__.append("...")`.
    pub(super) fn extends_exports(&mut self, term: &'a Term) -> bool {
        let Some((callee, [argument])) = term.as_call() else { return false };
        let names = match dotted(callee).as_deref() {
            Some("__all__.extend") => plain_texts(&argument.value),
            Some("__all__.append") => match value(&argument.value) {
                BindingKind::Text(name) => Some(vec![name]),
                _ => None,
            },
            _ => return false,
        };
        self.add_exports(names);
        true
    }
}
