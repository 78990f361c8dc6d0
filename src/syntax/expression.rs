//! Looks at expressions without recursion, however deep they nest.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr, Pattern};
use ruff_text_size::TextRange;

use super::{BindingKind, Span, Spanned};

/// A range of the parser as a span.
pub(super) fn span(range: TextRange) -> Span {
    Span { start: range.start().into(), end: range.end().into() }
}

/// `a.b.c` of names and attributes alone.
pub(super) fn dotted(mut expression: &Expr) -> Option<String> {
    let mut parts = Vec::new();
    loop {
        match expression {
            Expr::Attribute(attribute) => {
                parts.push(attribute.attr.id.as_str());
                expression = &attribute.value;
            }
            Expr::Name(name) => {
                parts.push(name.id.as_str());
                break;
            }
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts.join("."))
}

/// The dotted name of what is called: `Server[Context](...)` calls `Server`.
pub(super) fn callee(call: &ast::ExprCall) -> Option<String> {
    match &*call.func {
        Expr::Subscript(generic) => dotted(&generic.value),
        func => dotted(func),
    }
}

/// A string written as one plain literal.
pub(super) fn plain_text(expression: &Expr) -> Option<&ast::StringLiteral> {
    expression.as_string_literal_expr()?.as_single_part_string()
}

/// What a name is bound to by `name = expression`.
pub(super) fn value(expression: &Expr) -> BindingKind {
    if let Some(text) = plain_text(expression) {
        return BindingKind::Text(Spanned::new(text.value.to_string(), span(text.range)));
    }
    let known = match expression {
        Expr::Call(call) => callee(call).map(BindingKind::Call),
        _ => dotted(expression).map(BindingKind::Alias),
    };
    known.unwrap_or(BindingKind::Opaque)
}

/// The literal strings of a list or tuple; none when one of its elements is anything else.
pub(super) fn plain_texts(expression: &Expr) -> Option<Vec<Spanned<String>>> {
    let elements = match expression {
        Expr::List(list) => &list.elts,
        Expr::Tuple(tuple) => &tuple.elts,
        _ => return None,
    };
    let spanned = |text: &ast::StringLiteral| Spanned::new(text.value.to_string(), span(text.range));
    elements.iter().map(|element| plain_text(element).map(spanned)).collect()
}

/// An expression still to be looked at, and whether it stands in a `lambda`.
pub(super) type Pending<'a> = (&'a Expr, bool);

/// Puts the parts directly inside `parent` on `stack`.
pub(super) fn push_parts<'a>(parent: Pending<'a>, stack: &mut Vec<Pending<'a>>) {
    let (parent, lambda) = parent;
    walk_expr(&mut Parts { stack, lambda: lambda || parent.is_lambda_expr() }, parent);
}

/// Puts the defaults and annotations of `parameters` on `stack`.
pub(super) fn push_parameters<'a>(parameters: &'a ast::Parameters, stack: &mut Vec<Pending<'a>>) {
    Parts { stack, lambda: false }.visit_parameters(parameters);
}

struct Parts<'s, 'a> {
    stack: &'s mut Vec<Pending<'a>>,
    lambda: bool,
}

impl<'a> Visitor<'a> for Parts<'_, 'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        self.stack.push((expression, self.lambda));
    }
}

/// The names that a pattern captures, and the expressions in it.
pub(super) fn pattern(root: &Pattern) -> (Vec<&ast::Identifier>, Vec<&Expr>) {
    let (mut captures, mut expressions) = (Vec::new(), Vec::new());
    let mut stack = vec![root];
    while let Some(pattern) = stack.pop() {
        match pattern {
            Pattern::MatchValue(value) => expressions.push(&*value.value),
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(sequence) => stack.extend(&sequence.patterns),
            Pattern::MatchMapping(mapping) => {
                stack.extend(&mapping.patterns);
                captures.extend(&mapping.rest);
            }
            Pattern::MatchClass(class) => {
                stack.extend(&class.arguments.patterns);
                stack.extend(class.arguments.keywords.iter().map(|keyword| &keyword.pattern));
            }
            Pattern::MatchStar(star) => captures.extend(&star.name),
            Pattern::MatchAs(capture) => {
                stack.extend(capture.pattern.as_deref());
                captures.extend(&capture.name);
            }
            Pattern::MatchOr(alternatives) => stack.extend(&alternatives.patterns),
        }
    }
    captures.sort_by_key(|capture| capture.range.start());
    (captures, expressions)
}
