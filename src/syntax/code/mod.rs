//! The code of a file as terms of our own: what `evaluation` runs, as far as it can be run without Python.
//!
//! A term knows where it stands. What nests too deep, and what no server is made with, is [`TermKind::Opaque`].

mod lower;

use std::sync::Arc;

use super::{ModulePath, ParameterKind};
use crate::text::Span;

pub(super) use lower::statements;

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
    Attribute(Box<Term>, Arc<str>),
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
    /// `a == b`; a chain of comparisons is opaque.
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
    Named(Arc<str>, Box<Term>),
    /// Anything else.
    Opaque,
}

/// An argument of a call, or a base of a class.
#[derive(Debug)]
pub struct Given {
    /// The keyword; none for one by position, and for what is unpacked.
    pub keyword: Option<Arc<str>>,
    /// `*a` or `**a`.
    pub unpacked: Option<Unpacked>,
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
    /// A value, printed in another way.
    Formatted,
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
    /// An expression by itself.
    Evaluate(Term),
    /// `return`.
    Return(Option<Term>),
    /// `raise`.
    Raise,
    /// `if`, `elif`, `else`: a branch without a test is the last.
    If(Vec<(Option<Term>, Vec<Statement>)>),
    /// `for target in iterable`, and its `else`.
    For(Term, Term, Vec<Statement>, Vec<Statement>),
    /// `while`.
    While(Term, Vec<Statement>),
    /// `with`: what is entered and the name that it gets.
    With(Vec<(Term, Option<Term>)>, Vec<Statement>),
    /// `try`: the body with its `else`, the handlers, `finally`.
    Try(Vec<Statement>, Vec<Vec<Statement>>, Vec<Statement>),
    /// `match`: each case may be the one.
    Match(Term, Vec<Vec<Statement>>),
    /// `import a.b as c`: the module and the name it is bound to; without `as`, only the first part is bound.
    Import(Vec<(Arc<str>, Option<Arc<str>>)>),
    /// `from a import b as c`: the names, and what they are bound to.
    From(ModulePath, Vec<(Arc<str>, Arc<str>)>),
    /// `from a import *`.
    Star(ModulePath),
    /// `global` and `nonlocal`.
    Outer(Vec<Arc<str>>),
    /// `assert`.
    Assert(Term),
    /// `del`.
    Delete(Vec<Term>),
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// Nothing that matters.
    Pass,
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
