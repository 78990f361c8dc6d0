//! Files that the code names from its own place: `Path(__file__).parent / "data.json"`.
//!
//! Only what is surely read is a fact, and only where every part of the path is a literal.

use ruff_python_ast::{self as ast, Expr, Number, Operator};
use ruff_text_size::Ranged as _;

use super::Guards;
use super::expression::{called, plain_text, span};
use super::walk::Walk;
use crate::text::Span;

/// A path that begins at the file of the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Anchored {
    /// How many parts of the module's own path are left first: one names its folder.
    pub up: usize,
    /// The parts below.
    pub parts: Vec<String>,
}

/// A file that a call reads.
#[derive(Clone, Debug)]
pub struct FileRead {
    /// The call.
    pub span: Span,
    /// The file.
    pub path: Anchored,
    /// The body that the call stands in.
    pub body: usize,
    /// What it stands under.
    pub guards: Guards,
    /// The module's name that the path goes through.
    pub(super) through: Option<String>,
}

impl Anchored {
    fn parent(mut self, times: usize) -> Self {
        for _ in 0..times {
            if self.parts.pop().is_none() {
                self.up += 1;
            }
        }
        self
    }

    fn join(mut self, text: &str) -> Option<Self> {
        if text.starts_with('/') || text.contains(['\\', ':', '*']) {
            return None;
        }
        for part in text.split('/').filter(|part| !part.is_empty() && *part != ".") {
            self = if part == ".." {
                self.parent(1)
            } else {
                Self { parts: [self.parts, vec![part.to_owned()]].concat(), ..self }
            };
        }
        Some(self)
    }
}

type Found = (Anchored, Option<String>);

impl<'a> Walk<'a> {
    /// `BASE = Path(__file__).parent` at the level of the module.
    pub(super) fn anchor(&mut self, name: &'a str, value: &Expr) {
        if let Some((path, _)) = self.anchored(value, 0) {
            self.anchors.insert(name, path);
        }
    }

    /// Records the call when it reads a file beside the module.
    pub(super) fn reads(&mut self, call: &ast::ExprCall) {
        let Some((path, through)) = self.read_by(call).filter(|(path, _)| !path.parts.is_empty()) else {
            return;
        };
        let (body, guards) = (self.frame().body, self.guards());
        self.facts.reads.push(FileRead { span: span(call.range()), path, body, guards, through });
    }

    fn read_by(&self, call: &ast::ExprCall) -> Option<Found> {
        let arguments = &call.arguments;
        let reading = |mode: Option<&Expr>| match mode {
            None => true,
            Some(mode) => plain_text(mode).is_some_and(|mode| !mode.value.contains(['w', 'a', 'x', '+'])),
        };
        let mode = |position| arguments.find_argument_value("mode", position);
        match &*call.func {
            Expr::Name(name) if name.id == "open" && reading(mode(1)) => {
                self.anchored(arguments.args.first()?, 0)
            }
            Expr::Attribute(method) => match method.attr.id.as_str() {
                "read_text" | "read_bytes" => self.anchored(&method.value, 0),
                "open" if reading(mode(0)) => self.anchored(&method.value, 0),
                _ => None,
            },
            _ => None,
        }
    }

    /// The path that an expression gives, and the module's name that it goes through.
    fn anchored(&self, expression: &Expr, depth: usize) -> Option<Found> {
        if depth > 20 {
            return None;
        }
        let below = |expression| self.anchored(expression, depth + 1);
        match expression {
            Expr::Name(name) if name.id == "__file__" => Some((Anchored::default(), None)),
            Expr::Name(name) => {
                self.anchors.get(name.id.as_str()).map(|path| (path.clone(), Some(name.id.to_string())))
            }
            Expr::Attribute(attribute) if attribute.attr.id == "parent" => {
                below(&attribute.value).map(|(path, through)| (path.parent(1), through))
            }
            Expr::Subscript(item) => {
                let parents =
                    item.value.as_attribute_expr().filter(|parents| parents.attr.id == "parents")?;
                let Number::Int(index) = &item.slice.as_number_literal_expr()?.value else { return None };
                let index = index.as_usize().filter(|index| *index < 20)?;
                below(&parents.value).map(|(path, through)| (path.parent(index + 1), through))
            }
            Expr::BinOp(join) if join.op == Operator::Div => {
                let (path, through) = below(&join.left)?;
                Some((path.join(&plain_text(&join.right)?.value)?, through))
            }
            Expr::Call(call) => self.anchored_call(call, depth),
            _ => None,
        }
    }

    fn anchored_call(&self, call: &ast::ExprCall, depth: usize) -> Option<Found> {
        let below = |expression| self.anchored(expression, depth + 1);
        let arguments = &*call.arguments.args;
        let joined = |(path, through): Found, parts: &[Expr]| {
            let mut path = path;
            for part in parts {
                path = path.join(&plain_text(part)?.value)?;
            }
            Some((path, through))
        };
        let name = called(call).map(|name| self.path(name)).unwrap_or_default();
        match name.as_str() {
            "pathlib.Path" | "os.path.abspath" | "os.path.realpath" | "str" => match arguments {
                [path] => below(path),
                _ => None,
            },
            "os.path.dirname" => below(arguments.first()?).map(|(path, through)| (path.parent(1), through)),
            "os.path.join" => joined(below(arguments.first()?)?, &arguments[1..]),
            _ => match &*call.func {
                Expr::Attribute(method) => match method.attr.id.as_str() {
                    "resolve" | "absolute" => below(&method.value),
                    "joinpath" => joined(below(&method.value)?, arguments),
                    "with_name" => {
                        let (path, through) = below(&method.value)?;
                        joined((path.parent(1), through), arguments)
                    }
                    _ => None,
                },
                _ => None,
            },
        }
    }
}
