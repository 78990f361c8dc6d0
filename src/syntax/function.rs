//! What a `def` says of itself.

use std::sync::Arc;

use super::expression::dotted;
use super::{Formal, FunctionDefinition, Operator, StatementKind, Term, TermKind};

/// A `def` or `async def`, and what its body shows of it.
#[derive(Clone, Debug)]
pub struct Function {
    /// As it is written.
    pub definition: Arc<FunctionDefinition>,
    /// Whether its own body holds a `yield`.
    pub is_generator: bool,
    /// Whether its own body holds a `return` with a value.
    pub returns_value: bool,
    /// Its own among the bodies of the module.
    pub body: usize,
}

impl Function {
    /// The parameters that every call must give.
    pub fn required_parameters(&self) -> impl Iterator<Item = &Formal> {
        self.definition.parameters.iter().filter(|one| one.default.is_none() && one.kind.is_single())
    }

    /// Whether it is `async def`.
    pub fn is_async(&self) -> bool {
        self.definition.is_async
    }

    /// Its decorators, outermost first.
    pub fn decorators(&self) -> &[Term] {
        &self.definition.decorators
    }
}

impl FunctionDefinition {
    /// Whether it does nothing, or nothing but raise: others take its place.
    pub fn is_stub(&self) -> bool {
        self.body.iter().all(|one| matches!(one.kind, StatementKind::Pass | StatementKind::Raise(..)))
    }
}

impl Formal {
    /// The class that its annotation names, as [`Term::class`].
    pub fn class(&self) -> Option<String> {
        self.annotation.as_ref()?.class()
    }
}

/// How a parameter is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Before `/`: by position.
    Positional,
    /// By position or name.
    Normal,
    /// After `*`: by name.
    Keyword,
    /// `*args`.
    Rest,
    /// `**kwargs`.
    RestByName,
}

impl ParameterKind {
    /// Whether it takes one argument: all but `*args` and `**kwargs`.
    pub fn is_single(self) -> bool {
        !matches!(self, Self::Rest | Self::RestByName)
    }
}

impl Term {
    /// The dotted name of a decorator, that of what is called for `@a.b(...)`; none for any other expression.
    pub fn decorator_name(&self) -> Option<String> {
        dotted(self.as_call().map_or(self, |(callee, _)| callee))
    }

    /// The class that an annotation names as written, without what is optional or generic of it: `FastMCP` for
    /// `"FastMCP[State] | None"`.
    pub fn class(&self) -> Option<String> {
        match &self.kind {
            TermKind::Subscript(generic, inner) => {
                let name = dotted(generic)?;
                match name.rsplit('.').next() {
                    Some("Optional") => inner.class(),
                    Some("Annotated") => inner.elements()?.first()?.class(),
                    _ => Some(name),
                }
            }
            TermKind::Binary(left, Operator::Or, right) => match (&left.kind, &right.kind) {
                (_, TermKind::None) => left.class(),
                (TermKind::None, _) => right.class(),
                _ => None,
            },
            TermKind::Text(text) => written(text),
            _ => dotted(self),
        }
    }
}

/// The class that a quoted annotation names.
fn written(text: &str) -> Option<String> {
    let class = text.split(['[', '|']).next()?.trim();
    let rest = text.trim()[class.len()..].trim_start();
    let plain = class.split('.').all(crate::spec::identifier::is_identifier);
    let optional = rest.strip_prefix('|').is_some_and(|rest| rest.trim() == "None");
    (plain && (rest.is_empty() || rest.starts_with('[') || optional)).then(|| class.to_owned())
}
