//! What a file calls and names: calls with their arguments, and the uses of names that are not a function's own.

use ruff_python_ast::{self as ast, Expr};
use ruff_text_size::Ranged as _;

use super::Guards;
use super::expression::{Pending, called, dotted, plain_text, span};
use super::walk::Walk;
use crate::text::Span;

/// A call of something with a dotted name.
#[derive(Clone, Debug)]
pub struct Call {
    /// The whole call.
    pub span: Span,
    /// What is called, as it is written.
    pub name: Span,
    /// What is called, under the path by which it was imported, else as written; `()` stands for a call within:
    /// `mcp.server.fastmcp.FastMCP().run`.
    pub path: String,
    /// Its arguments in order of the text.
    pub arguments: Vec<Argument>,
    /// What becomes of its value.
    pub usage: Usage,
    /// The body that it stands in.
    pub body: usize,
    /// What it stands under.
    pub guards: Guards,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The keyword; none for one by position.
    pub keyword: Option<String>,
    /// Whether it is `*args` or `**kwargs`.
    pub unpacked: bool,
    /// The argument with its keyword.
    pub span: Span,
    /// What is given.
    pub value: Value,
}

/// A value, as far as the text tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One plain string.
    Text(String),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
    /// A dotted name, under the path by which it was imported, else as written.
    Name(String),
    /// A call, as [`Call::path`].
    Call(String),
    /// A `lambda`.
    Lambda,
    /// Anything else.
    Other,
}

/// What becomes of the value of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// Nothing: the call is a statement.
    Statement,
    /// It is awaited.
    Awaited,
    /// It is returned.
    Returned,
    /// It is an argument of the call with this number.
    Argument(usize),
    /// It is raised.
    Raised,
    /// It decorates a function or class.
    Decorator,
    /// Anything else.
    Other,
}

/// One use of a name that is not a local one of a function.
#[derive(Clone, Debug)]
pub struct Use {
    /// The longest dotted name, under the path by which it was imported, else as written.
    pub path: String,
    /// Where.
    pub span: Span,
    /// The body that it stands in.
    pub body: usize,
    /// What it stands under.
    pub guards: Guards,
    /// Whether an import made the first part known.
    pub imported: bool,
    /// Whether it is set or deleted, not read.
    pub stored: bool,
    /// Whether it stands in an annotation.
    pub annotation: bool,
}

impl Call {
    /// The argument given by this keyword.
    pub fn keyword(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.keyword.as_deref() == Some(name))
    }

    /// The arguments given by position, as far as their number is certain.
    pub fn positional(&self) -> impl Iterator<Item = &Argument> {
        self.arguments.iter().take_while(|argument| !argument.unpacked).filter(|one| one.keyword.is_none())
    }

    /// Whether `*args` or `**kwargs` may give more arguments than are written.
    pub fn is_open(&self) -> bool {
        self.arguments.iter().any(|argument| argument.unpacked)
    }

    /// Whether the argument is given by this keyword or at this position, or may be.
    pub fn may_give(&self, keyword: &str, position: usize) -> bool {
        self.is_open() || self.keyword(keyword).is_some() || self.positional().nth(position).is_some()
    }
}

impl<'a> Walk<'a> {
    /// Records a call and returns its number.
    pub(super) fn record_call(&mut self, call: &'a ast::ExprCall, path: String, usage: Usage) -> usize {
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in call.arguments.iter_source_order() {
            arguments.push(match argument {
                ast::ArgOrKeyword::Arg(Expr::Starred(rest)) => {
                    self.argument(None, true, rest.range(), &rest.value)
                }
                ast::ArgOrKeyword::Arg(value) => self.argument(None, false, value.range(), value),
                ast::ArgOrKeyword::Keyword(keyword) => {
                    let name = keyword.arg.as_ref().map(|name| name.id.to_string());
                    let unpacked = name.is_none();
                    self.argument(name, unpacked, keyword.range(), &keyword.value)
                }
            });
        }
        let (body, guards) = (self.frame().body, self.guards());
        let (whole, name) = (span(call.range()), span(call.func.range()));
        self.facts.calls.push(Call { span: whole, name, path, arguments, usage, body, guards });
        self.facts.calls.len() - 1
    }

    fn argument(
        &self,
        keyword: Option<String>,
        unpacked: bool,
        range: ruff_text_size::TextRange,
        value: &Expr,
    ) -> Argument {
        Argument { keyword, unpacked, span: span(range), value: self.value(value) }
    }

    /// What `expression` gives, as far as the text tells.
    pub(super) fn value(&self, expression: &Expr) -> Value {
        match expression {
            Expr::StringLiteral(_) => {
                plain_text(expression).map_or(Value::Other, |text| Value::Text(text.value.to_string()))
            }
            Expr::BooleanLiteral(literal) => Value::Bool(literal.value),
            Expr::NoneLiteral(_) => Value::None,
            Expr::Lambda(_) => Value::Lambda,
            Expr::Call(call) => called(call).map_or(Value::Other, |name| Value::Call(self.path(name))),
            _ => dotted(expression).map_or(Value::Other, |name| Value::Name(self.path(name))),
        }
    }

    /// The path behind `name`, when an import made it known; else the name.
    pub(super) fn path(&self, name: String) -> String {
        self.qualified(&name).unwrap_or(name)
    }

    /// Records the use of a name, unless it is surely a function's own.
    pub(super) fn record_use(&mut self, next: &Pending<'a>) {
        let Some(name) = dotted(next.expression) else { return };
        let stored = match next.expression {
            Expr::Name(name) => !name.ctx.is_load(),
            Expr::Attribute(attribute) => !attribute.ctx.is_load(),
            _ => return,
        };
        let qualified = self.qualified(&name);
        let imported = qualified.is_some();
        // a plain name that is set is a binding, which the scopes tell
        if stored && !(imported && name.contains('.')) {
            return;
        }
        let (body, guards) = (self.frame().body, self.guards());
        let path = qualified.unwrap_or(name);
        let annotation = next.annotation;
        let span = span(next.expression.range());
        self.facts.uses.push(Use { path, span, body, guards, imported, stored, annotation });
    }
}
