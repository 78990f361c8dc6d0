//! The facts of a `def`.

use ruff_python_ast::{self as ast, Expr, Stmt};
use ruff_text_size::Ranged as _;

use super::expression::{dotted, plain_text, span};
use crate::text::Span;

/// The facts of a `def` or `async def`.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
#[derive(Clone, Debug)]
pub struct Function {
    /// Whether it is `async def`.
    pub is_async: bool,
    /// Whether its own body holds a `yield`.
    pub is_generator: bool,
    /// Whether its own body holds a `return` with a value.
    pub returns_value: bool,
    /// Whether it does nothing, or nothing but raise: others take its place.
    pub is_stub: bool,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
    /// Its decorators, outermost first.
    pub decorators: Vec<Decorator>,
    /// The class that it says to return, as [`Parameter::annotation`].
    pub returns: Option<String>,
    /// Its own among the bodies of the module.
    pub body: usize,
}

impl Function {
    /// The parameters that every call must give.
    pub fn required_parameters(&self) -> impl Iterator<Item = &Parameter> {
        let optional = |parameter: &Parameter| {
            parameter.default || matches!(parameter.kind, ParameterKind::Rest | ParameterKind::RestByName)
        };
        self.parameters.iter().filter(move |parameter| !optional(parameter))
    }
}

/// Whether a body does nothing but raise.
pub(super) fn is_stub(body: &[Stmt]) -> bool {
    body.iter().all(|statement| match statement {
        Stmt::Pass(_) | Stmt::Raise(_) => true,
        Stmt::Expr(expression) => {
            matches!(*expression.value, Expr::StringLiteral(_) | Expr::EllipsisLiteral(_))
        }
        _ => false,
    })
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// The name where it is written.
    pub span: Span,
    /// How it is given.
    pub kind: ParameterKind,
    /// Whether it has a default.
    pub default: bool,
    /// The class that its annotation names as written, without what is optional or generic of it: `FastMCP` for
    /// `"FastMCP[State] | None"`.
    pub annotation: Option<String>,
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

/// One decorator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decorator {
    /// Its dotted name, that of what is called for `@a.b(...)`; none for any other expression.
    pub name: Option<String>,
    /// Whether it is called.
    pub called: bool,
    /// The expression after `@`.
    pub span: Span,
}

pub(super) fn decorators(list: &[ast::Decorator]) -> Vec<Decorator> {
    list.iter()
        .map(|decorator| {
            let expression = &decorator.expression;
            let call = expression.as_call_expr();
            let name = dotted(call.map_or(expression, |call| &call.func));
            Decorator { name, called: call.is_some(), span: span(expression.range()) }
        })
        .collect()
}

pub(super) fn parameters(list: &ast::Parameters) -> Vec<Parameter> {
    let one = |parameter: &ast::Parameter, kind, default| Parameter {
        name: parameter.name.id.to_string(),
        span: span(parameter.name.range),
        kind,
        default,
        annotation: parameter.annotation().and_then(annotated),
    };
    let several = |group: &[ast::ParameterWithDefault], kind| -> Vec<Parameter> {
        group.iter().map(|each| one(&each.parameter, kind, each.default.is_some())).collect()
    };
    let mut all = several(&list.posonlyargs, ParameterKind::Positional);
    all.extend(several(&list.args, ParameterKind::Normal));
    all.extend(list.vararg.as_deref().map(|rest| one(rest, ParameterKind::Rest, false)));
    all.extend(several(&list.kwonlyargs, ParameterKind::Keyword));
    all.extend(list.kwarg.as_deref().map(|rest| one(rest, ParameterKind::RestByName, false)));
    all
}

/// The class that an annotation names.
pub(super) fn annotated(annotation: &Expr) -> Option<String> {
    match annotation {
        Expr::Subscript(generic) => {
            let name = dotted(&generic.value)?;
            match name.rsplit('.').next() {
                Some("Optional") => annotated(&generic.slice),
                Some("Annotated") => annotated(generic.slice.as_tuple_expr()?.elts.first()?),
                _ => Some(name),
            }
        }
        Expr::BinOp(union) => match (&*union.left, &*union.right) {
            (class, Expr::NoneLiteral(_)) | (Expr::NoneLiteral(_), class) => annotated(class),
            _ => None,
        },
        Expr::StringLiteral(_) => written(&plain_text(annotation)?.value),
        _ => dotted(annotation),
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
