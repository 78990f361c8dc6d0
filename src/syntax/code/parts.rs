//! What stands in a term, a call, an import: the words in which the other rooms ask.

use super::{
    Alias, FunctionDefinition, Given, Identifier, Piece, Statement, StatementKind, Term, TermKind, Unpacked,
};

impl Alias {
    /// The name that it is bound to, where that is written.
    pub fn bound(&self) -> &Identifier {
        self.as_name.as_ref().unwrap_or(&self.name)
    }
}

impl FunctionDefinition {
    /// What the `return`s at the top of its body give: of a `lambda` all that it gives.
    fn returned(&self) -> impl Iterator<Item = &Term> {
        self.body.iter().filter_map(|statement| match &statement.kind {
            StatementKind::Return(value) => value.as_ref(),
            _ => None,
        })
    }
}

impl StatementKind {
    /// The blocks in it that run as part of the body around: not those of a function or class.
    pub fn blocks(&self) -> Vec<&[Statement]> {
        match self {
            Self::If(branches) => branches.iter().map(|(_, block)| block.as_slice()).collect(),
            Self::For(_, _, block, otherwise) | Self::While(_, block, otherwise) => vec![block, otherwise],
            Self::With(_, block) => vec![block],
            Self::Match(_, cases) => cases.iter().map(|case| case.body.as_slice()).collect(),
            Self::Try(attempt) => {
                let handlers = attempt.handlers.iter().map(|handler| handler.body.as_slice());
                let rest = [&attempt.otherwise, &attempt.finally].map(Vec::as_slice);
                std::iter::once(attempt.body.as_slice()).chain(handlers).chain(rest).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Term {
    /// The name that it is.
    pub fn as_name(&self) -> Option<&str> {
        match &self.kind {
            TermKind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The string that it is, as far as its characters are known.
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            TermKind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What it calls, and with which arguments.
    pub fn as_call(&self) -> Option<(&Self, &[Given])> {
        match &self.kind {
            TermKind::Call(callee, given) => Some((callee, given)),
            _ => None,
        }
    }

    /// The object and the name of the attribute that it is.
    pub fn as_attribute(&self) -> Option<(&Self, &str)> {
        match &self.kind {
            TermKind::Attribute(object, name) => Some((object, &name.value)),
            _ => None,
        }
    }

    /// The elements of the list, tuple or set that it is.
    pub fn elements(&self) -> Option<&[Self]> {
        match &self.kind {
            TermKind::List(elements) | TermKind::Tuple(elements) | TermKind::Set(elements) => Some(elements),
            _ => None,
        }
    }

    /// Visits the expressions directly inside, in the order in which Python evaluates them.
    pub fn visit_parts<'t>(&'t self, mut visit: impl FnMut(&'t Self)) {
        match &self.kind {
            TermKind::None
            | TermKind::Bool(_)
            | TermKind::Int(_)
            | TermKind::Float(_)
            | TermKind::Text(_)
            | TermKind::Ellipsis
            | TermKind::Name(_)
            | TermKind::Yield(None) => {}
            TermKind::Attribute(one, _)
            | TermKind::Starred(one)
            | TermKind::Not(one)
            | TermKind::Negative(one)
            | TermKind::Await(one)
            | TermKind::Yield(Some(one))
            | TermKind::YieldFrom(one) => visit(one),
            TermKind::Subscript(first, second)
            | TermKind::Binary(first, _, second)
            | TermKind::Compare(first, _, second)
            | TermKind::Named(second, first) => [first, second].into_iter().for_each(|one| visit(one)),
            TermKind::Choice(test, then, otherwise) => {
                for one in [test, then, otherwise] {
                    visit(one);
                }
            }
            TermKind::Slice(bounds) => bounds.iter().flatten().for_each(visit),
            TermKind::List(several)
            | TermKind::Tuple(several)
            | TermKind::Set(several)
            | TermKind::All(several)
            | TermKind::Any(several)
            | TermKind::Opaque(several) => several.iter().for_each(visit),
            TermKind::Call(callee, given) => {
                visit(callee);
                given.iter().filter(|one| !one.is_by_name()).for_each(|one| visit(&one.value));
                given.iter().filter(|one| one.is_by_name()).for_each(|one| visit(&one.value));
            }
            TermKind::Dict(items) => {
                items.iter().flat_map(|(key, value)| key.iter().chain([value])).for_each(visit);
            }
            TermKind::Format(pieces) => pieces.iter().flat_map(Piece::values).for_each(visit),
            TermKind::Lambda(lambda) => {
                lambda
                    .parameters
                    .iter()
                    .filter_map(|parameter| parameter.default.as_ref())
                    .for_each(&mut visit);
                lambda.returned().for_each(visit);
            }
            TermKind::Comprehension(comprehension) => {
                for (target, iterable, tests) in &comprehension.loops {
                    [iterable, target].into_iter().chain(tests).for_each(&mut visit);
                }
                [&comprehension.element].into_iter().chain(&comprehension.value).for_each(visit);
            }
        }
    }
}

impl Piece {
    /// The expressions in it.
    pub fn values(&self) -> &[Term] {
        match self {
            Self::Text(_) => &[],
            Self::Value(value) => std::slice::from_ref(value),
            Self::Formatted(several) => several,
        }
    }
}

impl Given {
    /// Whether it is given by name: `a=b` or `**kwargs`.
    pub fn is_by_name(&self) -> bool {
        self.keyword.is_some() || self.unpacked == Some(Unpacked::Keywords)
    }
}

/// The argument of a call that stands at this position, or is given by this keyword.
pub(in crate::syntax) fn argument<'t>(
    given: &'t [Given],
    keyword: &str,
    position: usize,
) -> Option<&'t Term> {
    by_keyword(given, keyword).or_else(|| by_position(given).nth(position))
}

/// The argument that is given by this keyword.
pub(in crate::syntax) fn by_keyword<'t>(given: &'t [Given], keyword: &str) -> Option<&'t Term> {
    given.iter().find(|one| one.keyword.as_deref() == Some(keyword)).map(|one| &one.value)
}

/// The arguments by position, as far as their number is certain.
pub(in crate::syntax) fn by_position(given: &[Given]) -> impl Iterator<Item = &Term> {
    let positions = given.iter().filter(|one| !one.is_by_name());
    positions.take_while(|one| one.unpacked.is_none()).map(|one| &one.value)
}
