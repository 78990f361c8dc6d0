//! The code of a file in a form of our own: Python is lowered to it once, and everything else is read from it.
//!
//! The facts of a file are queries on it (`walk` and its rooms), and `evaluation` runs it as far as it can be run
//! without Python. So it keeps all that either asks: each expression with its place, the names where they are written,
//! and of what no server is made with ([`TermKind::Opaque`]) still the expressions inside. What it does not keep is how
//! the text is laid out.

mod lower;
mod parts;

use std::sync::Arc;

use super::{ModulePath, ParameterKind};
use crate::text::{Span, Spanned};

pub(super) use lower::{MOST_INDENTED, imports, span, statements};
pub(super) use parts::{argument, by_keyword, by_position};

/// A name where it is written.
pub type Identifier = Spanned<Arc<str>>;

/// An expression.
#[derive(Debug)]
pub struct Term {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub kind: TermKind,
}

/// What an expression is.
#[derive(Debug)]
pub enum TermKind {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// An integer of 64 bits.
    Int(i64),
    /// Any other real number.
    Float(f64),
    /// A string; parts that stand side by side are joined.
    Text(Arc<str>),
    /// `...`.
    Ellipsis,
    /// A name.
    Name(Arc<str>),
    /// `a.b`.
    Attribute(Box<Term>, Identifier),
    /// `a(b, c=d)`.
    Call(Box<Term>, Vec<Given>),
    /// `a[b]`.
    Subscript(Box<Term>, Box<Term>),
    /// `a:b:c` in brackets, each where it is given.
    Slice(Box<[Option<Term>; 3]>),
    /// `[a, b]`.
    List(Vec<Term>),
    /// `a, b`.
    Tuple(Vec<Term>),
    /// `{a, b}`.
    Set(Vec<Term>),
    /// `{a: b, **c}`: what is unpacked has no key.
    Dict(Vec<(Option<Term>, Term)>),
    /// `*a`.
    Starred(Box<Term>),
    /// An f-string.
    Format(Vec<Piece>),
    /// `a | b`, `a + b`.
    Binary(Box<Term>, Operator, Box<Term>),
    /// `not a`.
    Not(Box<Term>),
    /// `-a`.
    Negative(Box<Term>),
    /// `a and b`.
    All(Vec<Term>),
    /// `a or b`.
    Any(Vec<Term>),
    /// `a == b`; a chain of comparisons is [`TermKind::Opaque`].
    Compare(Box<Term>, CompareOp, Box<Term>),
    /// `a if b else c`: the test, then both outcomes.
    Choice(Box<Term>, Box<Term>, Box<Term>),
    /// `lambda a: b`, as a function that returns `b`.
    Lambda(Arc<FunctionDefinition>),
    /// `[a for b in c]` and its like.
    Comprehension(Box<Comprehension>),
    /// `await a`.
    Await(Box<Term>),
    /// `yield a`.
    Yield(Option<Box<Term>>),
    /// `yield from a`.
    YieldFrom(Box<Term>),
    /// `a := b`.
    Named(Box<Term>, Box<Term>),
    /// Anything else: the expressions in it.
    Opaque(Vec<Term>),
}

/// An argument of a call, or a base of a class.
#[derive(Debug)]
pub struct Given {
    /// The keyword; none for one by position, and for what is unpacked.
    pub keyword: Option<Arc<str>>,
    /// `*a` or `**a`.
    pub unpacked: Option<Unpacked>,
    /// The argument with its keyword or stars.
    pub span: Span,
    /// What is given.
    pub value: Term,
}

/// How an argument is unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpacked {
    /// `*a`.
    Positions,
    /// `**a`.
    Keywords,
}

/// A part of an f-string.
#[derive(Debug)]
pub enum Piece {
    /// As it stands.
    Text(Arc<str>),
    /// A value, printed as `str` does.
    Value(Term),
    /// A value that is printed in another way, and those that say how.
    Formatted(Vec<Term>),
}

/// What stands between two operands, as far as it says something of literals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`.
    Add,
    /// `-`.
    Subtract,
    /// `*`.
    Multiply,
    /// `/`.
    Divide,
    /// `%`.
    Modulo,
    /// `|`.
    Or,
    /// `&`.
    And,
    /// Any other.
    Other,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `==`.
    Equal,
    /// `!=`.
    Unequal,
    /// `is`.
    Is,
    /// `is not`.
    IsNot,
    /// `in`.
    In,
    /// `not in`.
    NotIn,
    /// `<`.
    Less,
    /// `<=`.
    LessEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEqual,
}

/// `element for target in iterable if test`, and so on.
#[derive(Debug)]
pub struct Comprehension {
    /// What it makes.
    pub makes: Makes,
    /// The element, or the key of a dict.
    pub element: Term,
    /// The value of a dict.
    pub value: Option<Term>,
    /// Its loops, outermost first: target, iterable, tests.
    pub loops: Vec<(Term, Term, Vec<Term>)>,
}

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Makes {
    /// A list, or a generator.
    List,
    /// A set.
    Set,
    /// A dict.
    Dict,
}

/// A statement.
#[derive(Debug)]
pub struct Statement {
    /// Where it is written.
    pub span: Span,
    /// What it is.
    pub kind: StatementKind,
}

/// What a statement is.
#[derive(Debug)]
pub enum StatementKind {
    /// `def`.
    Function(Arc<FunctionDefinition>),
    /// `class`.
    Class(Arc<ClassDefinition>),
    /// `a = b = value`.
    Assign(Vec<Term>, Term),
    /// `a: annotation = value`.
    Annotated(Term, Term, Option<Term>),
    /// `a += value`.
    Augmented(Term, Operator, Term),
    /// `type a = value`.
    TypeAlias(Term, Term),
    /// An expression by itself.
    Evaluate(Term),
    /// `return`.
    Return(Option<Term>),
    /// `raise`: the exception and its cause.
    Raise(Option<Term>, Option<Term>),
    /// `if`, `elif`, `else`: a branch without a test is the last.
    If(Vec<(Option<Term>, Vec<Statement>)>),
    /// `for target in iterable`, and its `else`.
    For(Term, Term, Vec<Statement>, Vec<Statement>),
    /// `while`, and its `else`.
    While(Term, Vec<Statement>, Vec<Statement>),
    /// `with`: what is entered and the name that it gets.
    With(Vec<(Term, Option<Term>)>, Vec<Statement>),
    /// `try`.
    Try(Box<Attempt>),
    /// `match`: each case may be the one.
    Match(Term, Vec<Case>),
    /// `import a.b as c`: the modules; without `as`, only the first part is bound.
    Import(Vec<Alias>),
    /// `from a import b as c`.
    From(Spanned<ModulePath>, Vec<Alias>),
    /// `from a import *`.
    Star(Spanned<ModulePath>),
    /// `global`.
    Global(Vec<Arc<str>>),
    /// `nonlocal`.
    Nonlocal(Vec<Arc<str>>),
    /// `assert`: the test and the message.
    Assert(Term, Option<Term>),
    /// `del`.
    Delete(Vec<Term>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// Nothing that matters.
    Pass,
}

/// A `try`.
#[derive(Debug)]
pub struct Attempt {
    /// What is tried.
    pub body: Vec<Statement>,
    /// Its `except` clauses in order.
    pub handlers: Vec<Handler>,
    /// Its `else`.
    pub otherwise: Vec<Statement>,
    /// Its `finally`.
    pub finally: Vec<Statement>,
}

/// `except caught as name`.
#[derive(Debug)]
pub struct Handler {
    /// The class or classes; none for a bare `except`.
    pub caught: Option<Term>,
    /// The name that the exception gets.
    pub name: Option<Identifier>,
    /// What is done.
    pub body: Vec<Statement>,
}

/// `case pattern if guard`.
#[derive(Debug)]
pub struct Case {
    /// The values among the patterns.
    pub values: Vec<Term>,
    /// Whether the pattern is one value, or several with `|` between them.
    pub is_value: bool,
    /// Whether the pattern matches anything.
    pub is_irrefutable: bool,
    /// The names that the pattern binds, in order of the text.
    pub captures: Vec<Identifier>,
    /// What has to hold besides.
    pub guard: Option<Term>,
    /// What is done.
    pub body: Vec<Statement>,
}

/// `name as bound` in an import.
#[derive(Debug)]
pub struct Alias {
    /// What is imported.
    pub name: Identifier,
    /// The name after `as`.
    pub as_name: Option<Identifier>,
}

/// A function.
#[derive(Debug)]
pub struct FunctionDefinition {
    /// Its name; `<lambda>` for one without.
    pub name: Arc<str>,
    /// The name where it is written.
    pub span: Span,
    /// Whether it is `async def`.
    pub is_async: bool,
    /// Its decorators, outermost first.
    pub decorators: Vec<Term>,
    /// Its type parameters.
    pub type_parameters: Vec<TypeParameter>,
    /// Its parameters in order.
    pub parameters: Vec<Formal>,
    /// The annotation of what it returns.
    pub returns: Option<Term>,
    /// Its docstring as written.
    pub docstring: Option<Arc<str>>,
    /// What it does.
    pub body: Vec<Statement>,
}

/// A parameter.
#[derive(Debug)]
pub struct Formal {
    /// Its name.
    pub name: Arc<str>,
    /// The name where it is written.
    pub span: Span,
    /// How it is given.
    pub kind: ParameterKind,
    /// Its annotation.
    pub annotation: Option<Term>,
    /// Its default.
    pub default: Option<Term>,
}

/// A type parameter: `T` or `T: bound` in brackets.
#[derive(Debug)]
pub struct TypeParameter {
    /// Its name.
    pub name: Arc<str>,
    /// What it stands for at least.
    pub bound: Option<Term>,
}

/// A class.
#[derive(Debug)]
pub struct ClassDefinition {
    /// Its name.
    pub name: Arc<str>,
    /// The name where it is written.
    pub span: Span,
    /// Its decorators, outermost first.
    pub decorators: Vec<Term>,
    /// Its type parameters.
    pub type_parameters: Vec<TypeParameter>,
    /// Its bases and keywords.
    pub bases: Vec<Given>,
    /// Its docstring as written.
    pub docstring: Option<Arc<str>>,
    /// What stands in it.
    pub body: Vec<Statement>,
}

/// The expression that a text holds, as an annotation in quotes does; none where it is none.
pub fn term(text: &str) -> Option<Term> {
    if text.len() > 4096 || super::nesting::too_deep(text) {
        return None;
    }
    let parsed = ruff_python_parser::parse_expression(text.trim()).ok()?;
    Some(lower::term(parsed.expr()))
}
