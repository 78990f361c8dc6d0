//! What a file asks a mapping of another module for, by a key: `os.environ["X"]`, `"X" in os.environ`; and where it gives
//! up because something is not there.

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, ExprContext, Stmt, UnaryOp};
use ruff_text_size::Ranged as _;

use super::expression::{Pending, dotted, span};
use super::guard::exits;
use super::walk::{ScopeKind, Walk};
use super::{Guard, Guards, StaticValue};
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
        let (mapping, key, kind) = match next.expression {
            Expr::Subscript(item) => {
                let kind = if item.ctx == ExprContext::Load { LookupKind::Item } else { LookupKind::Store };
                (&*item.value, &*item.slice, kind)
            }
            Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                ([CmpOp::In | CmpOp::NotIn], [mapping]) => (mapping, &*compare.left, LookupKind::Membership),
                _ => return,
            },
            _ => return,
        };
        let Some(name) = dotted(mapping) else { return };
        let Some(path) = self.qualified(&name).filter(|path| path.ends_with("environ")) else { return };
        self.asked_roots.push(self.root(&name));
        let body = self.frame().body;
        // a `lambda` runs later, and a body that may have returned goes on under a condition
        let later = next.lambda || self.frame().returned_early;
        let guards = self.here(later);
        let key = Spanned::new(self.value(key), span(key.range()));
        let span = span(next.expression.range());
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
    pub(super) fn field(&mut self, assign: &'a ast::StmtAnnAssign) {
        let Some(name) = assign.target.as_name_expr().filter(|_| self.frame().place == ScopeKind::Class)
        else {
            return;
        };
        let value = assign.value.as_deref().map(|right| Spanned::new(self.value(right), span(right.range())));
        let (name, body) = (Spanned::new(name.id.to_string(), span(name.range)), self.frame().body);
        self.facts.fields.push(Field { name, annotation: span(assign.annotation.range()), value, body });
    }

    /// Takes in `if test: raise ...`.
    pub(super) fn gives_up(&mut self, test: &'a Expr, body: &'a [Stmt]) {
        if let Some(last) = body.last().filter(|last| exits(last)) {
            self.demand(lacks(test).unwrap_or_default(), span(last.range()));
        }
    }

    /// Takes in `assert test`.
    pub(super) fn asserts(&mut self, test: &'a Expr) {
        self.demand(has(test).unwrap_or_default(), span(test.range()));
    }

    fn demand(&mut self, wanted: Vec<&'a Expr>, end: Span) {
        let wanted: Vec<Span> = wanted.into_iter().map(|one| span(one.range())).collect();
        if wanted.is_empty() || self.skim.is_some() {
            return;
        }
        let body = self.frame().body;
        let perhaps = self.frame().returned_early;
        let guards = self.here(perhaps);
        self.facts.demands.push(Precondition { wanted, end, body, guards });
    }
}

/// The expressions of which each must give something where `test` is false; none when the test asks something else.
fn lacks(test: &Expr) -> Option<Vec<&Expr>> {
    match test {
        Expr::UnaryOp(not) if not.op == UnaryOp::Not => has(&not.operand),
        Expr::BoolOp(either) if either.op == BoolOp::Or => {
            Some(either.values.iter().filter_map(lacks_one).collect())
        }
        other => lacks_one(other).map(|one| vec![one]),
    }
}

fn lacks_one(test: &Expr) -> Option<&Expr> {
    match test {
        Expr::UnaryOp(not) if not.op == UnaryOp::Not => plain(&not.operand),
        Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
            ([CmpOp::Is | CmpOp::Eq], [Expr::NoneLiteral(_)]) => plain(&compare.left),
            ([CmpOp::Eq], [Expr::StringLiteral(text)]) if text.value.is_empty() => plain(&compare.left),
            ([CmpOp::NotIn], [_]) => Some(test),
            _ => None,
        },
        _ => None,
    }
}

/// The expressions of which each must give something where `test` is true.
fn has(test: &Expr) -> Option<Vec<&Expr>> {
    match test {
        Expr::BoolOp(all) if all.op == BoolOp::And => Some(all.values.iter().filter_map(plain).collect()),
        Expr::Call(call) if call.func.as_name_expr().is_some_and(|name| name.id == "all") => {
            let elements = match &*call.arguments.args {
                [Expr::List(list)] => &list.elts,
                [Expr::Tuple(tuple)] => &tuple.elts,
                _ => return None,
            };
            Some(elements.iter().filter_map(plain).collect())
        }
        other => plain(other).map(|one| vec![one]),
    }
}

/// A name, a call or a test of membership.
fn plain(expression: &Expr) -> Option<&Expr> {
    match expression {
        Expr::Name(_) | Expr::Call(_) => Some(expression),
        Expr::Compare(compare) => (*compare.ops == [CmpOp::In]).then_some(expression),
        _ => None,
    }
}
