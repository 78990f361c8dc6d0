//! The parser's tree in the form of our own; no other room reads that tree.

use std::sync::Arc;

use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{
    self as ast, Expr, FStringPart, InterpolatedStringElement, Number, Pattern, Stmt, StringFlags as _,
};
use ruff_text_size::{Ranged as _, TextRange, TextSize};

use super::{
    Alias, Attempt, Case, ClassDefinition, CompareOp, Comprehension, Formal, FunctionDefinition, Given,
    Handler, Identifier, Makes, Operator, Piece, Statement, StatementKind, Term, TermKind, TypeParameter,
    Unpacked,
};
use crate::syntax::{ModulePath, ParameterKind};
use crate::text::{Span, Spanned};

/// Of an expression that nests deeper only the names are kept, so that whoever follows the terms needs no high stack.
const DEEPEST: usize = 60;

/// Python's own tokenizer refuses more levels of indentation.
pub(in crate::syntax) const MOST_INDENTED: usize = 100;

/// A body in full.
pub(in crate::syntax) fn statements(body: &[Stmt]) -> Vec<Statement> {
    Lower::default().body(body)
}

/// Of a body what stands around its imports; `places` are those of the word `import`, in order.
pub(in crate::syntax) fn imports(body: &[Stmt], places: &[TextSize]) -> Vec<Statement> {
    Lower { skim: Some(places), ..Lower::default() }.body(body)
}

/// An expression.
pub(super) fn term(expression: &Expr) -> Term {
    Lower::default().term(expression)
}

/// Whether a statement without imports tells a skim something of those around it: beside them, what is certain behind it;
/// in a block of its own, how that is left.
fn tells(statement: &Stmt, beside_imports: bool) -> bool {
    match statement {
        Stmt::If(_) | Stmt::Assert(_) => true,
        Stmt::Return(_)
        | Stmt::Raise(_)
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Expr(_)
        | Stmt::With(_)
        | Stmt::Match(_)
        | Stmt::While(_)
        | Stmt::Try(_) => !beside_imports,
        _ => false,
    }
}

/// A range of the parser as a span.
pub(in crate::syntax) fn span(range: TextRange) -> Span {
    Span { start: range.start().into(), end: range.end().into() }
}

#[derive(Default)]
struct Lower<'p> {
    /// How deep the expression at hand stands in others.
    depth: usize,
    indentation: usize,
    /// Where the word `import` stands, when only the imports are wanted.
    skim: Option<&'p [TextSize]>,
}

impl Lower<'_> {
    /// A body that nests deeper than Python admits does nothing.
    fn body(&mut self, body: &[Stmt]) -> Vec<Statement> {
        if self.indentation == MOST_INDENTED {
            return Vec::new();
        }
        self.indentation += 1;
        let depth = std::mem::take(&mut self.depth);
        let whole = body.first().zip(body.last());
        let around_imports =
            whole.is_some_and(|(first, last)| self.imports_in(first.range().cover(last.range())));
        let wanted =
            |one: &&Stmt| self.skim.is_none() || self.imports_in(one.range()) || tells(one, around_imports);
        let wanted: Vec<&Stmt> = body.iter().filter(wanted).collect();
        let lowered = wanted.into_iter().map(|one| self.statement(one)).collect();
        self.depth = depth;
        self.indentation -= 1;
        lowered
    }

    /// Whether a skim finds an import in this stretch.
    fn imports_in(&self, range: TextRange) -> bool {
        let places = self.skim.unwrap_or_default();
        let first = places.partition_point(|place| *place < range.start());
        places.get(first).is_some_and(|place| *place < range.end())
    }

    fn statement(&mut self, statement: &Stmt) -> Statement {
        Statement { span: span(statement.range()), kind: self.statement_kind(statement) }
    }

    fn statement_kind(&mut self, statement: &Stmt) -> StatementKind {
        match statement {
            Stmt::FunctionDef(def) => StatementKind::Function(Arc::new(self.definition(def))),
            Stmt::ClassDef(class) => StatementKind::Class(Arc::new(self.class(class))),
            Stmt::Return(end) => StatementKind::Return(self.perhaps(end.value.as_deref())),
            Stmt::Delete(delete) => StatementKind::Delete(self.terms(&delete.targets)),
            Stmt::TypeAlias(alias) => {
                StatementKind::TypeAlias(self.term(&alias.name), self.term(&alias.value))
            }
            Stmt::Assign(assign) => {
                StatementKind::Assign(self.terms(&assign.targets), self.term(&assign.value))
            }
            Stmt::AugAssign(change) => StatementKind::Augmented(
                self.term(&change.target),
                operator(change.op),
                self.term(&change.value),
            ),
            Stmt::AnnAssign(assign) => StatementKind::Annotated(
                self.term(&assign.target),
                self.term(&assign.annotation),
                self.perhaps(assign.value.as_deref()),
            ),
            Stmt::If(choice) => self.choice(choice),
            Stmt::For(repeat) => StatementKind::For(
                self.term(&repeat.target),
                self.term(&repeat.iter),
                self.body(&repeat.body),
                self.body(&repeat.orelse),
            ),
            Stmt::While(repeat) => StatementKind::While(
                self.term(&repeat.test),
                self.body(&repeat.body),
                self.body(&repeat.orelse),
            ),
            Stmt::With(with) => {
                let items = with.items.iter();
                let item = |item: &ast::WithItem| {
                    (self.term(&item.context_expr), self.perhaps(item.optional_vars.as_deref()))
                };
                StatementKind::With(items.map(item).collect(), self.body(&with.body))
            }
            Stmt::Match(choice) => StatementKind::Match(
                self.term(&choice.subject),
                choice.cases.iter().map(|case| self.case(case)).collect(),
            ),
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::Raise(raise) => {
                StatementKind::Raise(self.perhaps(raise.exc.as_deref()), self.perhaps(raise.cause.as_deref()))
            }
            Stmt::Assert(assert) => {
                StatementKind::Assert(self.term(&assert.test), self.perhaps(assert.msg.as_deref()))
            }
            Stmt::Import(import) => StatementKind::Import(import.names.iter().map(alias).collect()),
            Stmt::ImportFrom(import) => from(import),
            Stmt::Global(outer) => StatementKind::Global(outer.names.iter().map(identifier).collect()),
            Stmt::Nonlocal(outer) => StatementKind::Nonlocal(outer.names.iter().map(identifier).collect()),
            Stmt::Expr(expression) => match &*expression.value {
                Expr::StringLiteral(_) | Expr::EllipsisLiteral(_) => StatementKind::Pass,
                value => StatementKind::Evaluate(self.term(value)),
            },
            Stmt::Break(_) => StatementKind::Break,
            Stmt::Continue(_) => StatementKind::Continue,
            Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => StatementKind::Pass,
        }
    }

    fn choice(&mut self, choice: &ast::StmtIf) -> StatementKind {
        let mut branches = vec![(Some(self.term(&choice.test)), self.body(&choice.body))];
        for clause in &choice.elif_else_clauses {
            branches.push((clause.test.as_ref().map(|test| self.term(test)), self.body(&clause.body)));
        }
        StatementKind::If(branches)
    }

    fn attempt(&mut self, attempt: &ast::StmtTry) -> StatementKind {
        let body = self.body(&attempt.body);
        let handler = |ast::ExceptHandler::ExceptHandler(handler): &ast::ExceptHandler| Handler {
            caught: self.perhaps(handler.type_.as_deref()),
            name: handler.name.as_ref().map(written),
            body: self.body(&handler.body),
        };
        let handlers = attempt.handlers.iter().map(handler).collect();
        let (otherwise, finally) = (self.body(&attempt.orelse), self.body(&attempt.finalbody));
        StatementKind::Try(Box::new(Attempt { body, handlers, otherwise, finally }))
    }

    fn case(&mut self, case: &ast::MatchCase) -> Case {
        let is_value = |pattern: &Pattern| pattern.is_match_value();
        let (captures, values) = pattern(&case.pattern);
        Case {
            values: values.into_iter().map(|value| self.term(value)).collect(),
            is_value: match &case.pattern {
                Pattern::MatchOr(several) => several.patterns.iter().all(is_value),
                one => is_value(one),
            },
            is_irrefutable: case.pattern.is_irrefutable(),
            captures,
            guard: self.perhaps(case.guard.as_deref()),
            body: self.body(&case.body),
        }
    }

    fn definition(&mut self, def: &ast::StmtFunctionDef) -> FunctionDefinition {
        FunctionDefinition {
            name: identifier(&def.name),
            span: span(def.name.range),
            is_async: def.is_async,
            decorators: self.decorators(&def.decorator_list),
            type_parameters: self.type_parameters(def.type_params.as_deref()),
            parameters: self.parameters(&def.parameters),
            returns: self.perhaps(def.returns.as_deref()),
            docstring: docstring(&def.body),
            body: self.body(&def.body),
        }
    }

    fn decorators(&mut self, decorators: &[ast::Decorator]) -> Vec<Term> {
        decorators.iter().map(|decorator| self.term(&decorator.expression)).collect()
    }

    fn class(&mut self, class: &ast::StmtClassDef) -> ClassDefinition {
        ClassDefinition {
            name: identifier(&class.name),
            span: span(class.name.range),
            decorators: self.decorators(&class.decorator_list),
            type_parameters: self.type_parameters(class.type_params.as_deref()),
            bases: class.arguments.as_deref().map(|bases| self.given(bases)).unwrap_or_default(),
            docstring: docstring(&class.body),
            body: self.body(&class.body),
        }
    }

    fn type_parameters(&mut self, list: Option<&ast::TypeParams>) -> Vec<TypeParameter> {
        let each = list.into_iter().flat_map(|list| &list.type_params);
        let made = each.map(|one| TypeParameter {
            name: identifier(one.name()),
            bound: match one {
                ast::TypeParam::TypeVar(variable) => self.perhaps(variable.bound.as_deref()),
                _ => None,
            },
        });
        made.collect()
    }

    fn parameters(&mut self, list: &ast::Parameters) -> Vec<Formal> {
        let mut formals = Vec::new();
        for (group, kind) in
            [(&list.posonlyargs, ParameterKind::Positional), (&list.args, ParameterKind::Normal)]
        {
            formals.extend(group.iter().map(|one| self.with_default(one, kind)));
        }
        formals.extend(list.vararg.as_deref().map(|rest| self.formal(rest, ParameterKind::Rest)));
        formals.extend(list.kwonlyargs.iter().map(|one| self.with_default(one, ParameterKind::Keyword)));
        formals.extend(list.kwarg.as_deref().map(|rest| self.formal(rest, ParameterKind::RestByName)));
        formals
    }

    fn with_default(&mut self, one: &ast::ParameterWithDefault, kind: ParameterKind) -> Formal {
        let default = self.perhaps(one.default.as_deref());
        Formal { default, ..self.formal(&one.parameter, kind) }
    }

    fn formal(&mut self, parameter: &ast::Parameter, kind: ParameterKind) -> Formal {
        Formal {
            name: identifier(&parameter.name),
            span: span(parameter.name.range),
            kind,
            annotation: parameter.annotation().map(|annotation| self.term(annotation)),
            default: None,
        }
    }

    fn given(&mut self, arguments: &ast::Arguments) -> Vec<Given> {
        let one = |argument: ast::ArgOrKeyword<'_>| match argument {
            ast::ArgOrKeyword::Arg(Expr::Starred(rest)) => Given {
                keyword: None,
                unpacked: Some(Unpacked::Positions),
                span: span(rest.range),
                value: self.term(&rest.value),
            },
            ast::ArgOrKeyword::Arg(value) => {
                Given { keyword: None, unpacked: None, span: span(value.range()), value: self.term(value) }
            }
            ast::ArgOrKeyword::Keyword(keyword) => Given {
                keyword: keyword.arg.as_ref().map(identifier),
                unpacked: keyword.arg.is_none().then_some(Unpacked::Keywords),
                span: span(keyword.range),
                value: self.term(&keyword.value),
            },
        };
        arguments.iter_source_order().map(one).collect()
    }

    fn perhaps(&mut self, expression: Option<&Expr>) -> Option<Term> {
        expression.map(|one| self.term(one))
    }

    fn terms(&mut self, list: &[Expr]) -> Vec<Term> {
        list.iter().map(|one| self.term(one)).collect()
    }

    fn boxed(&mut self, expression: &Expr) -> Box<Term> {
        Box::new(self.term(expression))
    }

    fn term(&mut self, expression: &Expr) -> Term {
        let kind = if self.depth == DEEPEST {
            TermKind::Opaque(names(expression))
        } else {
            self.depth += 1;
            let kind = self.kind(expression);
            self.depth -= 1;
            kind
        };
        Term { span: span(expression.range()), kind }
    }

    /// What no server is made with, with its parts.
    fn opaque<'e>(&mut self, parts: impl IntoIterator<Item = &'e Expr>) -> TermKind {
        TermKind::Opaque(parts.into_iter().map(|part| self.term(part)).collect())
    }

    fn kind(&mut self, expression: &Expr) -> TermKind {
        match expression {
            Expr::NoneLiteral(_) => TermKind::None,
            Expr::BooleanLiteral(literal) => TermKind::Bool(literal.value),
            Expr::NumberLiteral(literal) => number(&literal.value),
            Expr::StringLiteral(literal) => {
                let text = read(&literal.value);
                if is_known(&text) { TermKind::Text(text) } else { TermKind::Opaque(Vec::new()) }
            }
            Expr::EllipsisLiteral(_) => TermKind::Ellipsis,
            Expr::Name(name) => TermKind::Name(name.id.as_str().into()),
            Expr::Attribute(attribute) => {
                TermKind::Attribute(self.boxed(&attribute.value), written(&attribute.attr))
            }
            Expr::Call(call) => TermKind::Call(self.boxed(&call.func), self.given(&call.arguments)),
            Expr::Subscript(part) => TermKind::Subscript(self.boxed(&part.value), self.boxed(&part.slice)),
            Expr::Slice(slice) => {
                let bounds = [&slice.lower, &slice.upper, &slice.step];
                TermKind::Slice(Box::new(bounds.map(|bound| bound.as_deref().map(|bound| self.term(bound)))))
            }
            Expr::List(list) => TermKind::List(self.terms(&list.elts)),
            Expr::Tuple(tuple) => TermKind::Tuple(self.terms(&tuple.elts)),
            Expr::Set(set) => TermKind::Set(self.terms(&set.elts)),
            Expr::Dict(dict) => TermKind::Dict(
                dict.items
                    .iter()
                    .map(|item| (item.key.as_ref().map(|key| self.term(key)), self.term(&item.value)))
                    .collect(),
            ),
            Expr::Starred(starred) => TermKind::Starred(self.boxed(&starred.value)),
            Expr::FString(text) => TermKind::Format(self.pieces(text)),
            Expr::TString(_) => self.opaque(parts(expression)),
            Expr::Await(wait) => TermKind::Await(self.boxed(&wait.value)),
            Expr::Yield(give) => TermKind::Yield(give.value.as_deref().map(|value| self.boxed(value))),
            Expr::YieldFrom(give) => TermKind::YieldFrom(self.boxed(&give.value)),
            Expr::Named(named) => TermKind::Named(self.boxed(&named.target), self.boxed(&named.value)),
            Expr::Lambda(lambda) => TermKind::Lambda(Arc::new(self.lambda(lambda))),
            _ => self.operation(expression),
        }
    }

    fn operation(&mut self, expression: &Expr) -> TermKind {
        match expression {
            Expr::BinOp(both) => {
                TermKind::Binary(self.boxed(&both.left), operator(both.op), self.boxed(&both.right))
            }
            Expr::UnaryOp(one) => match one.op {
                ast::UnaryOp::Not => TermKind::Not(self.boxed(&one.operand)),
                ast::UnaryOp::USub => TermKind::Negative(self.boxed(&one.operand)),
                ast::UnaryOp::Invert | ast::UnaryOp::UAdd => self.opaque([&*one.operand]),
            },
            Expr::BoolOp(several) => {
                let values = self.terms(&several.values);
                if several.op == ast::BoolOp::And { TermKind::All(values) } else { TermKind::Any(values) }
            }
            Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                ([op], [right]) => {
                    TermKind::Compare(self.boxed(&compare.left), comparison(*op), self.boxed(right))
                }
                (_, others) => self.opaque(std::iter::once(&*compare.left).chain(others)),
            },
            Expr::If(choice) => TermKind::Choice(
                self.boxed(&choice.test),
                self.boxed(&choice.body),
                self.boxed(&choice.orelse),
            ),
            Expr::ListComp(list) => self.comprehension(Makes::List, &list.elt, None, &list.generators),
            Expr::Generator(list) => self.comprehension(Makes::List, &list.elt, None, &list.generators),
            Expr::SetComp(set) => self.comprehension(Makes::Set, &set.elt, None, &set.generators),
            Expr::DictComp(dict) => match &dict.key {
                Some(key) => self.comprehension(Makes::Dict, key, Some(&dict.value), &dict.generators),
                None => self.opaque(parts(expression)),
            },
            _ => TermKind::Opaque(Vec::new()),
        }
    }

    fn lambda(&mut self, lambda: &ast::ExprLambda) -> FunctionDefinition {
        let value = self.term(&lambda.body);
        FunctionDefinition {
            name: "<lambda>".into(),
            span: span(lambda.range),
            is_async: false,
            decorators: Vec::new(),
            type_parameters: Vec::new(),
            parameters: lambda.parameters.as_deref().map(|list| self.parameters(list)).unwrap_or_default(),
            returns: None,
            docstring: None,
            body: vec![Statement { span: value.span, kind: StatementKind::Return(Some(value)) }],
        }
    }

    fn comprehension(
        &mut self,
        makes: Makes,
        element: &Expr,
        value: Option<&Expr>,
        loops: &[ast::Comprehension],
    ) -> TermKind {
        let element = self.term(element);
        let value = value.map(|value| self.term(value));
        let one = |each: &ast::Comprehension| {
            (self.term(&each.target), self.term(&each.iter), self.terms(&each.ifs))
        };
        let loops = loops.iter().map(one).collect();
        TermKind::Comprehension(Box::new(Comprehension { makes, element, value, loops }))
    }

    fn pieces(&mut self, text: &ast::ExprFString) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in &text.value {
            match part {
                FStringPart::Literal(literal) => pieces.push(piece(&literal.value)),
                FStringPart::FString(format) => {
                    pieces.extend(format.elements.iter().map(|element| self.piece(element)));
                }
            }
        }
        pieces
    }

    fn piece(&mut self, element: &InterpolatedStringElement) -> Piece {
        match element {
            InterpolatedStringElement::Literal(literal) => piece(&literal.value),
            InterpolatedStringElement::Interpolation(value) => {
                let plain = matches!(value.conversion, ast::ConversionFlag::None | ast::ConversionFlag::Str);
                if plain && value.format_spec.is_none() && value.debug_text.is_none() {
                    Piece::Value(self.term(&value.expression))
                } else {
                    Piece::Formatted(
                        parts_of_element(element).into_iter().map(|part| self.term(part)).collect(),
                    )
                }
            }
        }
    }
}

fn piece(text: &str) -> Piece {
    if is_known(text) { Piece::Text(text.into()) } else { Piece::Formatted(Vec::new()) }
}

/// Whether the text is what Python makes of it: the parser knows no character by its name (`\N{BULLET}`).
fn is_known(text: &str) -> bool {
    !text.contains(char::REPLACEMENT_CHARACTER)
}

/// The expressions that the parser's walk finds.
struct Parts<'a>(Vec<&'a Expr>);

impl<'a> Visitor<'a> for Parts<'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        self.0.push(expression);
    }
}

/// The expressions directly inside.
fn parts(expression: &Expr) -> Vec<&Expr> {
    let mut parts = Parts(Vec::new());
    walk_expr(&mut parts, expression);
    parts.0
}

/// The value that an f-string prints, and those that say how.
fn parts_of_element(element: &InterpolatedStringElement) -> Vec<&Expr> {
    let mut parts = Parts(Vec::new());
    parts.visit_interpolated_string_element(element);
    parts.0
}

/// All names in an expression, however deep it nests.
fn names(root: &Expr) -> Vec<Term> {
    let mut names = Vec::new();
    let mut pending = vec![root];
    while let Some(next) = pending.pop() {
        if let Expr::Name(name) = next {
            names.push(Term { span: span(name.range), kind: TermKind::Name(name.id.as_str().into()) });
        }
        pending.extend(parts(next).into_iter().rev());
    }
    names
}

/// The names that a pattern captures, and the values in it.
fn pattern(root: &Pattern) -> (Vec<Identifier>, Vec<&Expr>) {
    let (mut captures, mut values) = (Vec::new(), Vec::new());
    let mut stack = vec![root];
    while let Some(pattern) = stack.pop() {
        match pattern {
            Pattern::MatchValue(value) => values.push(&*value.value),
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(sequence) => stack.extend(&sequence.patterns),
            Pattern::MatchMapping(mapping) => {
                stack.extend(&mapping.patterns);
                captures.extend(mapping.rest.as_ref().map(written));
            }
            Pattern::MatchClass(class) => {
                stack.extend(&class.arguments.patterns);
                stack.extend(class.arguments.keywords.iter().map(|keyword| &keyword.pattern));
            }
            Pattern::MatchStar(star) => captures.extend(star.name.as_ref().map(written)),
            Pattern::MatchAs(capture) => {
                stack.extend(capture.pattern.as_deref());
                captures.extend(capture.name.as_ref().map(written));
            }
            Pattern::MatchOr(alternatives) => stack.extend(&alternatives.patterns),
        }
    }
    captures.sort_by_key(|capture| capture.span.start);
    (captures, values)
}

fn identifier(name: &ast::Identifier) -> Arc<str> {
    name.id.as_str().into()
}

fn written(name: &ast::Identifier) -> Identifier {
    Spanned::new(identifier(name), span(name.range))
}

fn alias(alias: &ast::Alias) -> Alias {
    Alias { name: written(&alias.name), as_name: alias.asname.as_ref().map(written) }
}

fn from(import: &ast::StmtImportFrom) -> StatementKind {
    let name = import.module.as_ref().map(|module| module.id.to_string()).unwrap_or_default();
    let written = import.module.as_ref().map_or_else(Span::default, |module| span(module.range));
    let module = Spanned::new(ModulePath { level: import.level, name }, written);
    if import.names.iter().any(|name| name.name.id == "*") {
        return StatementKind::Star(module);
    }
    StatementKind::From(module, import.names.iter().map(alias).collect())
}

fn docstring(body: &[Stmt]) -> Option<Arc<str>> {
    let first = body.first()?.as_expr_stmt()?.value.as_string_literal_expr()?;
    Some(read(&first.value))
}

/// A text as Python reads it: where it runs over lines, their ends are `\n`, however the file has them.
fn read(literal: &ast::StringLiteralValue) -> Arc<str> {
    let text = literal.to_str();
    if text.contains('\r') && literal.iter().any(|part| part.flags.is_triple_quoted()) {
        return text.replace("\r\n", "\n").replace('\r', "\n").into();
    }
    text.into()
}

fn number(number: &Number) -> TermKind {
    match number {
        Number::Int(value) => value.as_i64().map_or(TermKind::Opaque(Vec::new()), TermKind::Int),
        Number::Float(value) => TermKind::Float(*value),
        Number::Complex { .. } => TermKind::Opaque(Vec::new()),
    }
}

fn operator(operator: ast::Operator) -> Operator {
    match operator {
        ast::Operator::Add => Operator::Add,
        ast::Operator::Sub => Operator::Subtract,
        ast::Operator::Mult => Operator::Multiply,
        ast::Operator::Div => Operator::Divide,
        ast::Operator::Mod => Operator::Modulo,
        ast::Operator::BitOr => Operator::Or,
        ast::Operator::BitAnd => Operator::And,
        _ => Operator::Other,
    }
}

fn comparison(op: ast::CmpOp) -> CompareOp {
    match op {
        ast::CmpOp::Eq => CompareOp::Equal,
        ast::CmpOp::NotEq => CompareOp::Unequal,
        ast::CmpOp::Is => CompareOp::Is,
        ast::CmpOp::IsNot => CompareOp::IsNot,
        ast::CmpOp::In => CompareOp::In,
        ast::CmpOp::NotIn => CompareOp::NotIn,
        ast::CmpOp::Lt => CompareOp::Less,
        ast::CmpOp::LtE => CompareOp::LessEqual,
        ast::CmpOp::Gt => CompareOp::Greater,
        ast::CmpOp::GtE => CompareOp::GreaterEqual,
    }
}
