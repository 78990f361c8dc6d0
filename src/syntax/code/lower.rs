//! The parser's tree as terms.

use std::sync::Arc;

use ruff_python_ast::{
    self as ast, Expr, FStringPart, InterpolatedStringElement, Number, Stmt, StringFlags as _,
};
use ruff_text_size::Ranged as _;

use super::{
    ClassDefinition, CompareOp, Comprehension, Formal, FunctionDefinition, Given, Makes, Operator, Piece,
    Statement, StatementKind, Term, TermKind, TypeParameter, Unpacked,
};
use crate::syntax::expression::{is_known, span};
use crate::syntax::{ModulePath, ParameterKind};

/// What nests deeper is opaque, so that whoever walks the terms needs no high stack.
const DEEPEST: usize = 60;

/// The terms of a body.
pub(in crate::syntax) fn statements(body: &[Stmt]) -> Vec<Statement> {
    Lower { depth: 0 }.body(body)
}

/// The terms of an expression.
pub(super) fn term(expression: &Expr) -> Term {
    Lower { depth: 0 }.term(expression)
}

struct Lower {
    depth: usize,
}

impl Lower {
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.depth < DEEPEST).then(|| {
            self.depth += 1;
            let done = work(self);
            self.depth -= 1;
            done
        })
    }

    fn body(&mut self, body: &[Stmt]) -> Vec<Statement> {
        self.deeper(|lower| body.iter().map(|one| lower.statement(one)).collect()).unwrap_or_default()
    }

    fn statement(&mut self, statement: &Stmt) -> Statement {
        Statement { span: span(statement.range()), kind: self.statement_kind(statement) }
    }

    fn statement_kind(&mut self, statement: &Stmt) -> StatementKind {
        match statement {
            Stmt::FunctionDef(def) => StatementKind::Function(Arc::new(self.definition(def))),
            Stmt::ClassDef(class) => StatementKind::Class(Arc::new(self.class(class))),
            Stmt::Return(end) => StatementKind::Return(end.value.as_deref().map(|value| self.term(value))),
            Stmt::Delete(delete) => StatementKind::Delete(self.terms(&delete.targets)),
            Stmt::TypeAlias(alias) => {
                StatementKind::Assign(vec![self.term(&alias.name)], self.term(&alias.value))
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
                assign.value.as_deref().map(|value| self.term(value)),
            ),
            Stmt::If(choice) => self.choice(choice),
            Stmt::For(repeat) => StatementKind::For(
                self.term(&repeat.target),
                self.term(&repeat.iter),
                self.body(&repeat.body),
                self.body(&repeat.orelse),
            ),
            Stmt::While(repeat) => StatementKind::While(self.term(&repeat.test), self.body(&repeat.body)),
            Stmt::With(with) => {
                let items = with.items.iter();
                let item = |item: &ast::WithItem| {
                    (self.term(&item.context_expr), item.optional_vars.as_deref().map(|name| self.term(name)))
                };
                StatementKind::With(items.map(item).collect(), self.body(&with.body))
            }
            Stmt::Match(choice) => StatementKind::Match(
                self.term(&choice.subject),
                choice.cases.iter().map(|case| self.body(&case.body)).collect(),
            ),
            Stmt::Try(attempt) => self.attempt(attempt),
            Stmt::Raise(_) => StatementKind::Raise,
            Stmt::Assert(assert) => StatementKind::Assert(self.term(&assert.test)),
            Stmt::Import(import) => StatementKind::Import(import.names.iter().map(alias).collect()),
            Stmt::ImportFrom(import) => from(import),
            Stmt::Global(outer) => StatementKind::Outer(outer.names.iter().map(identifier).collect()),
            Stmt::Nonlocal(outer) => StatementKind::Outer(outer.names.iter().map(identifier).collect()),
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
        let mut body = self.body(&attempt.body);
        body.extend(self.body(&attempt.orelse));
        let handler =
            |ast::ExceptHandler::ExceptHandler(handler): &ast::ExceptHandler| self.body(&handler.body);
        let handlers = attempt.handlers.iter().map(handler).collect();
        StatementKind::Try(body, handlers, self.body(&attempt.finalbody))
    }

    fn definition(&mut self, def: &ast::StmtFunctionDef) -> FunctionDefinition {
        FunctionDefinition {
            name: identifier(&def.name),
            span: span(def.name.range),
            is_async: def.is_async,
            decorators: self.decorators(&def.decorator_list),
            type_parameters: self.type_parameters(def.type_params.as_deref()),
            parameters: self.parameters(&def.parameters),
            returns: def.returns.as_deref().map(|returns| self.term(returns)),
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
                ast::TypeParam::TypeVar(variable) => variable.bound.as_deref().map(|bound| self.term(bound)),
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
        let default = one.default.as_deref().map(|default| self.term(default));
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
            ast::ArgOrKeyword::Arg(Expr::Starred(rest)) => {
                Given { keyword: None, unpacked: Some(Unpacked::Positions), value: self.term(&rest.value) }
            }
            ast::ArgOrKeyword::Arg(value) => Given { keyword: None, unpacked: None, value: self.term(value) },
            ast::ArgOrKeyword::Keyword(keyword) => Given {
                keyword: keyword.arg.as_ref().map(identifier),
                unpacked: keyword.arg.is_none().then_some(Unpacked::Keywords),
                value: self.term(&keyword.value),
            },
        };
        arguments.iter_source_order().map(one).collect()
    }

    fn terms(&mut self, list: &[Expr]) -> Vec<Term> {
        list.iter().map(|one| self.term(one)).collect()
    }

    fn boxed(&mut self, expression: &Expr) -> Box<Term> {
        Box::new(self.term(expression))
    }

    fn term(&mut self, expression: &Expr) -> Term {
        let kind = self.deeper(|lower| lower.kind(expression)).unwrap_or(TermKind::Opaque);
        Term { span: span(expression.range()), kind }
    }

    fn kind(&mut self, expression: &Expr) -> TermKind {
        match expression {
            Expr::NoneLiteral(_) => TermKind::None,
            Expr::BooleanLiteral(literal) => TermKind::Bool(literal.value),
            Expr::NumberLiteral(literal) => number(&literal.value),
            Expr::StringLiteral(literal) => {
                let text = read(&literal.value);
                if is_known(&text) { TermKind::Text(text) } else { TermKind::Opaque }
            }
            Expr::EllipsisLiteral(_) => TermKind::Ellipsis,
            Expr::Name(name) => TermKind::Name(name.id.as_str().into()),
            Expr::Attribute(attribute) => {
                TermKind::Attribute(self.boxed(&attribute.value), identifier(&attribute.attr))
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
            Expr::Await(wait) => TermKind::Await(self.boxed(&wait.value)),
            Expr::Yield(give) => TermKind::Yield(give.value.as_deref().map(|value| self.boxed(value))),
            Expr::YieldFrom(give) => TermKind::YieldFrom(self.boxed(&give.value)),
            Expr::Named(named) => match &*named.target {
                Expr::Name(name) => TermKind::Named(name.id.as_str().into(), self.boxed(&named.value)),
                _ => TermKind::Opaque,
            },
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
                ast::UnaryOp::Invert | ast::UnaryOp::UAdd => TermKind::Opaque,
            },
            Expr::BoolOp(several) => {
                let values = self.terms(&several.values);
                if several.op == ast::BoolOp::And { TermKind::All(values) } else { TermKind::Any(values) }
            }
            Expr::Compare(compare) => match (&*compare.ops, &*compare.comparators) {
                ([op], [right]) => {
                    TermKind::Compare(self.boxed(&compare.left), comparison(*op), self.boxed(right))
                }
                _ => TermKind::Opaque,
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
                None => TermKind::Opaque,
            },
            _ => TermKind::Opaque,
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
                    Piece::Formatted
                }
            }
        }
    }
}

fn piece(text: &str) -> Piece {
    if is_known(text) { Piece::Text(text.into()) } else { Piece::Formatted }
}

fn identifier(name: &ast::Identifier) -> Arc<str> {
    name.id.as_str().into()
}

fn alias(alias: &ast::Alias) -> (Arc<str>, Option<Arc<str>>) {
    (identifier(&alias.name), alias.asname.as_ref().map(identifier))
}

fn from(import: &ast::StmtImportFrom) -> StatementKind {
    let name = import.module.as_ref().map(|module| module.id.to_string()).unwrap_or_default();
    let module = ModulePath { level: import.level, name };
    if import.names.iter().any(|name| name.name.id == "*") {
        return StatementKind::Star(module);
    }
    let names = import.names.iter().map(alias);
    StatementKind::From(module, names.map(|(name, bound)| (name.clone(), bound.unwrap_or(name))).collect())
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
        Number::Int(value) => value.as_i64().map_or(TermKind::Opaque, TermKind::Int),
        Number::Float(value) => TermKind::Float(*value),
        Number::Complex { .. } => TermKind::Opaque,
    }
}

fn operator(operator: ast::Operator) -> Operator {
    match operator {
        ast::Operator::Add => Operator::Add,
        ast::Operator::Sub => Operator::Subtract,
        ast::Operator::Mult => Operator::Multiply,
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
