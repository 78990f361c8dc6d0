//! What a file asks a mapping of another module for, by a key: `os.environ["X"]`, `"X" in os.environ`; and where it gives
//! up because something is not there.

use super::expression::{Pending, dotted};
use super::guard::exits;
use super::walk::{ScopeKind, Walk};
use super::{CompareOp, Guard, Guards, Statement, StaticValue, Term, TermKind};
use crate::text::{Span, Spanned};

/// A mapping that an import made known, asked by a key.
#[derive(Clone, Debug)]
pub struct Lookup {
    /// The path of the mapping: `os.environ`.
    pub path: String,
    /// The key, and where it stands.
    pub key: Spanned<StaticValue>,
    /// What is asked.
    pub kind: LookupKind,
    /// The whole expression.
    pub span: Span,
    /// The body that it stands in.
    pub body: usize,
    /// What it stands under.
    pub guards: Guards,
}

/// What a mapping is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookupKind {
    /// The value, and it fails without one.
    Item,
    /// To hold a value, or none any longer.
    Store,
    /// Whether the key is there.
    Membership,
}

/// A name in the body of a class that has an annotation.
#[derive(Clone, Debug)]
pub struct Field {
    /// The name.
    pub name: Spanned<String>,
    /// Its annotation.
    pub annotation: Span,
    /// What it is set to.
    pub value: Option<Spanned<StaticValue>>,
    /// The body of the class.
    pub body: usize,
}

/// Where the code gives up for want of something: `if not key: raise ...`, `assert key`.
#[derive(Clone, Debug)]
pub struct Precondition {
    /// The expressions that must give something, each of them.
    pub wanted: Vec<Span>,
    /// What ends it: the last statement of the block, or the test of an `assert`.
    pub end: Span,
    /// The body that it stands in.
    pub body: usize,
    /// What it stands under.
    pub guards: Guards,
}

impl<'a> Walk<'a> {
    /// Takes in `mapping[key]` and `key in mapping`.
    pub(super) fn look_up(&mut self, next: &Pending<'a>) {
        let (mapping, key, kind) = match &next.term.kind {
            TermKind::Subscript(mapping, key) if next.stored => (mapping, key, LookupKind::Store),
            TermKind::Subscript(mapping, key) => (mapping, key, LookupKind::Item),
            TermKind::Compare(key, CompareOp::In | CompareOp::NotIn, mapping) => {
                (mapping, key, LookupKind::Membership)
            }
            _ => return,
        };
        let Some(name) = dotted(mapping) else { return };
        let Some(path) = self.qualified(&name).filter(|path| path.ends_with("environ")) else { return };
        self.asked_roots.push(self.root(&name));
        let body = self.frame().body;
        // a `lambda` runs later, and a body that may have returned goes on under a condition
        let later = next.lambda || self.frame().returned_early;
        let guards = self.here(later);
        let key = Spanned::new(self.value(key), key.span);
        let span = next.term.span;
        self.facts.lookups.push(Lookup { path, key, kind, span, body, guards });
    }

    /// The guards of the code at hand, with a condition more where it may not come to it.
    fn here(&mut self, perhaps: bool) -> Guards {
        if !perhaps {
            return self.guards();
        }
        let mut guards = self.guards.clone();
        guards.push(Guard::Condition);
        Guards::new(&guards)
    }

    /// Takes in `name: annotation = value` in a class.
    pub(super) fn field(&mut self, target: &'a Term, annotation: &Term, right: Option<&Term>) {
        let Some(name) = target.as_name().filter(|_| self.frame().place == ScopeKind::Class) else { return };
        let value = right.map(|right| Spanned::new(self.value(right), right.span));
        let (name, body) = (Spanned::new(name.to_owned(), target.span), self.frame().body);
        self.facts.fields.push(Field { name, annotation: annotation.span, value, body });
    }

    /// Takes in `if test: raise ...`.
    pub(super) fn gives_up(&mut self, test: &'a Term, body: &'a [Statement]) {
        if let Some(last) = body.last().filter(|last| exits(last)) {
            self.demand(lacks(test).unwrap_or_default(), last.span);
        }
    }

    /// Takes in `assert test`.
    pub(super) fn asserts(&mut self, test: &'a Term) {
        self.demand(has(test).unwrap_or_default(), test.span);
    }

    fn demand(&mut self, wanted: Vec<&'a Term>, end: Span) {
        let wanted: Vec<Span> = wanted.into_iter().map(|one| one.span).collect();
        if wanted.is_empty() {
            return;
        }
        let body = self.frame().body;
        let perhaps = self.frame().returned_early;
        let guards = self.here(perhaps);
        self.facts.demands.push(Precondition { wanted, end, body, guards });
    }
}

/// The expressions of which each must give something where `test` is false; none when the test asks something else.
fn lacks(test: &Term) -> Option<Vec<&Term>> {
    match &test.kind {
        TermKind::Not(operand) => has(operand),
        TermKind::Any(several) => Some(several.iter().filter_map(lacks_one).collect()),
        _ => lacks_one(test).map(|one| vec![one]),
    }
}

fn lacks_one(test: &Term) -> Option<&Term> {
    match &test.kind {
        TermKind::Not(operand) => plain(operand),
        TermKind::Compare(left, op, right) => match (op, &right.kind) {
            (CompareOp::Is | CompareOp::Equal, TermKind::None) => plain(left),
            (CompareOp::Equal, TermKind::Text(text)) if text.is_empty() => plain(left),
            (CompareOp::NotIn, _) => Some(test),
            _ => None,
        },
        _ => None,
    }
}

/// The expressions of which each must give something where `test` is true.
fn has(test: &Term) -> Option<Vec<&Term>> {
    match &test.kind {
        TermKind::All(several) => Some(several.iter().filter_map(plain).collect()),
        TermKind::Call(callee, given) if callee.as_name() == Some("all") => {
            let [only] = &**given else { return None };
            Some(only.value.elements()?.iter().filter_map(plain).collect())
        }
        _ => plain(test).map(|one| vec![one]),
    }
}

/// A name, a call or a test of membership.
fn plain(term: &Term) -> Option<&Term> {
    let asks =
        matches!(term.kind, TermKind::Name(_) | TermKind::Call(..) | TermKind::Compare(_, CompareOp::In, _));
    asks.then_some(term)
}
