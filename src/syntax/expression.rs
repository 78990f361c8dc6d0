//! Looks at expressions without recursion, however deep they nest.

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{self as ast, Expr, Pattern};
use ruff_text_size::TextRange;

use super::{BindingKind, Span, Spanned, Usage};

/// A range of the parser as a span.
pub(super) fn span(range: TextRange) -> Span {
    Span { start: range.start().into(), end: range.end().into() }
}

/// Whether the expression is `a.b.c`, of names and attributes alone.
pub(super) fn is_dotted(mut expression: &Expr) -> bool {
    while let Expr::Attribute(attribute) = expression {
        expression = &attribute.value;
    }
    expression.is_name_expr()
}

/// `a.b.c` of names and attributes alone.
pub(super) fn dotted(mut expression: &Expr) -> Option<String> {
    if let Expr::Name(name) = expression {
        return Some(name.id.to_string());
    }
    if !is_dotted(expression) {
        return None;
    }
    let mut parts = Vec::new();
    while let Expr::Attribute(attribute) = expression {
        parts.extend([attribute.attr.id.as_str(), "."]);
        expression = &attribute.value;
    }
    parts.push(expression.as_name_expr()?.id.as_str());
    parts.reverse();
    Some(parts.concat())
}

/// The dotted name of what is called: `Server[Context](...)` calls `Server`, and `Server().run()` calls `Server().run`.
pub(super) fn called(call: &ast::ExprCall) -> Option<String> {
    if let Expr::Name(name) = &*call.func {
        return Some(name.id.to_string());
    }
    let mut parts = Vec::new();
    let mut next = &*call.func;
    loop {
        match next {
            Expr::Attribute(attribute) => {
                parts.push(attribute.attr.id.as_str());
                parts.push(".");
                next = &attribute.value;
            }
            Expr::Call(inner) if !parts.is_empty() => {
                parts.push("()");
                next = &inner.func;
            }
            Expr::Subscript(generic) if parts.last().is_none_or(|last| *last == "()") => {
                next = &generic.value;
            }
            Expr::Name(name) => {
                parts.push(name.id.as_str());
                break;
            }
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts.concat())
}

/// A string written as one plain literal, if it is known.
pub(super) fn plain_text(expression: &Expr) -> Option<&ast::StringLiteral> {
    expression.as_string_literal_expr()?.as_single_part_string().filter(|text| is_known(&text.value))
}

/// Whether the text is what Python makes of it: the parser knows no character by its name (`\N{BULLET}`).
pub(super) fn is_known(text: &str) -> bool {
    !text.contains(char::REPLACEMENT_CHARACTER)
}

/// What a name is bound to by `name = expression`.
pub(super) fn value(expression: &Expr) -> BindingKind {
    if let Some(text) = plain_text(expression) {
        return BindingKind::Text(Spanned::new(text.value.to_string(), span(text.range)));
    }
    let known = match expression {
        Expr::Call(call) => called(call).map(BindingKind::Call),
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

/// An expression still to be looked at, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Pending<'a> {
    pub(super) expression: &'a Expr,
    /// In a `lambda`.
    pub(super) lambda: bool,
    /// In an annotation.
    pub(super) annotation: bool,
    /// What becomes of its value.
    pub(super) usage: Usage,
}

impl<'a> Pending<'a> {
    pub(super) fn new(expression: &'a Expr, usage: Usage) -> Self {
        Self { expression, lambda: false, annotation: false, usage }
    }

    pub(super) fn annotation(expression: &'a Expr) -> Self {
        Self { annotation: true, ..Self::new(expression, Usage::Other) }
    }

    /// The parts directly inside, with this usage, on `stack`.
    pub(super) fn push_parts(self, usage: Usage, stack: &mut Vec<Self>) {
        let lambda = self.lambda || self.expression.is_lambda_expr();
        let like = Pending { lambda, usage, ..self };
        walk_expr(&mut Parts { stack, like }, self.expression);
    }
}

struct Parts<'s, 'a> {
    stack: &'s mut Vec<Pending<'a>>,
    like: Pending<'a>,
}

impl<'a> Visitor<'a> for Parts<'_, 'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        self.stack.push(Pending { expression, ..self.like });
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
