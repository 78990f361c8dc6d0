//! Finds the expressions that give a path which begins at the place of a module.

use ruff_python_ast::{self as ast, Expr, InterpolatedStringElement, Number, Operator};
use ruff_text_size::Ranged as _;

use super::anchored::{Anchored, AnchoredName, Base, Value};
use super::expression::{called, dotted, plain_text, span};
use super::walk::{ScopeKind, Walk};

/// Nobody writes deeper.
const DEEPEST: usize = 20;

impl<'a> Walk<'a> {
    /// `BASE = Path(__file__).parent` in a module or function; whether the name is followed from here on.
    pub(super) fn anchor(&mut self, name: &'a str, right: &Expr) -> bool {
        let may_be = match right {
            // what an imported name alone stands for, `program` knows
            Expr::Name(name) => self.is_anchor(&name.id),
            Expr::Attribute(attribute) => attribute.attr.id == "parent",
            _ => true,
        };
        let value = may_be.then(|| self.anchored(right, 0)).flatten();
        let Some(value) = value.filter(|value| value.through.len() < DEEPEST) else { return false };
        let frame = self.frame();
        let (body, is_class) = (frame.body, frame.place == ScopeKind::Class);
        let Some(binding) = frame.scope.sole(name).filter(|_| !is_class) else { return false };
        let name_span = binding.span;
        let (path, right) = (value.path.clone(), span(right.range()));
        self.facts.anchors.push(AnchoredName { name: name_span, value: right, path });
        self.anchors.entry(name).or_default().insert(body, value);
        true
    }

    /// The body whose path `name` stands for here.
    fn anchor_of(&self, name: &str) -> Option<(usize, &Value)> {
        let bodies = self.anchors.get(name)?;
        let mut frames = self.frames.iter().rev().filter(|frame| frame.place != ScopeKind::Class);
        frames.find_map(|frame| Some((frame.body, bodies.get(&frame.body)?)))
    }

    /// Whether `name` stands for a path.
    pub(super) fn is_anchor(&self, name: &str) -> bool {
        name == "__file__" || self.anchor_of(name).is_some()
    }

    /// The path that an expression gives.
    pub(super) fn anchored(&self, expression: &Expr, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let below = |expression| self.anchored(expression, depth + 1);
        match expression {
            Expr::Name(name) if name.id == "__file__" => {
                Some(Value { path: Anchored::of(Base::File), through: Vec::new() })
            }
            Expr::Name(name) => match self.anchor_of(&name.id) {
                Some((body, value)) => {
                    let mut value = value.clone();
                    value.through.push((Some(body), name.id.to_string()));
                    Some(value)
                }
                None => self.imported(expression),
            },
            Expr::Attribute(attribute) if attribute.attr.id == "parent" => {
                below(&attribute.value)?.map(|path| Some(path.parent(1)))
            }
            Expr::Attribute(attribute) if attribute.attr.id == "__file__" => {
                let module = dotted(&attribute.value)?;
                let root = self.root(&module)?.written.to_owned();
                let mut path = Anchored::of(Base::Package(self.path(module)));
                // which file of the package, only the module's kind tells
                path.parts.push("__init__.py".to_owned());
                Some(Value { path, through: vec![(None, root)] })
            }
            Expr::Attribute(_) => self.imported(expression),
            Expr::Subscript(item) => {
                let parents =
                    item.value.as_attribute_expr().filter(|parents| parents.attr.id == "parents")?;
                let Number::Int(index) = &item.slice.as_number_literal_expr()?.value else { return None };
                let index = index.as_usize().filter(|index| *index < DEEPEST)?;
                below(&parents.value)?.map(|path| Some(path.parent(index + 1)))
            }
            Expr::BinOp(join) if join.op == Operator::Div => {
                below(&join.left)?.map(|path| path.join_expression(&join.right))
            }
            Expr::Call(call) => self.anchored_call(call, depth),
            _ => self.anchored_text(expression, depth),
        }
    }

    /// The path in a text that is put together: `str(BASE) + "/data.json"`, `f"{BASE}/data.json"`.
    fn anchored_text(&self, expression: &Expr, depth: usize) -> Option<Value> {
        match expression {
            Expr::BinOp(sum) if sum.op == Operator::Add => {
                let rest = plain_text(&sum.right).and_then(|text| text.value.strip_prefix('/'));
                self.anchored(&sum.left, depth + 1)?.map(|path| match rest {
                    Some(rest) => path.join(rest),
                    None => Some(Anchored { open: true, ..path }),
                })
            }
            Expr::FString(text) => {
                let held = text.value.elements().find_map(|element| match element {
                    InterpolatedStringElement::Interpolation(held) => {
                        self.anchored(&held.expression, depth + 1)
                    }
                    InterpolatedStringElement::Literal(_) => None,
                });
                held?.map(|path| Some(Anchored { open: true, ..path }))
            }
            _ => None,
        }
    }

    fn imported(&self, expression: &Expr) -> Option<Value> {
        let name = dotted(expression)?;
        let root = self.root(&name)?.written.to_owned();
        Some(Value { path: Anchored::of(Base::Name(name)), through: vec![(None, root)] })
    }

    fn anchored_call(&self, call: &ast::ExprCall, depth: usize) -> Option<Value> {
        let below = |expression| self.anchored(expression, depth + 1);
        let arguments = &*call.arguments.args;
        let joined = |value: Value, parts: &[Expr]| {
            value.map(|path| parts.iter().try_fold(path, Anchored::join_expression))
        };
        let object = || call.func.as_attribute_expr().map(|method| &*method.value);
        let last = match &*call.func {
            Expr::Name(name) => name.id.as_str(),
            Expr::Attribute(method) => method.attr.id.as_str(),
            _ => return None,
        };
        match last {
            "Path" | "PurePath" | "join" => {
                let known = matches!(
                    self.path(called(call)?).as_str(),
                    "pathlib.Path" | "pathlib.PurePath" | "anyio.Path" | "os.path.join"
                );
                let (first, rest) = arguments.split_first().filter(|_| known)?;
                joined(below(first)?, rest)
            }
            "str" | "abspath" | "realpath" | "normpath" | "fspath" => match arguments {
                [path] => below(path),
                _ => None,
            },
            "dirname" => below(arguments.first()?)?.map(|path| Some(path.parent(1))),
            "resolve" | "absolute" | "as_posix" | "expanduser" => below(object()?),
            "joinpath" => joined(below(object()?)?, arguments),
            "with_name" => joined(below(object()?)?.map(|path| Some(path.parent(1)))?, arguments),
            "with_suffix" | "with_stem" => {
                below(object()?)?.map(|path| Some(Anchored { open: true, ..path.parent(1) }))
            }
            "files" => self.package_files(call),
            _ => None,
        }
    }

    /// `importlib.resources.files("weather")`.
    fn package_files(&self, call: &ast::ExprCall) -> Option<Value> {
        let name = called(call)?;
        let root = self.root(&name)?.written.to_owned();
        if !matches!(&*self.path(name), "importlib.resources.files" | "importlib_resources.files") {
            return None;
        }
        let package = match call.arguments.args.first() {
            None if call.arguments.is_empty() => String::new(),
            package => package_named(package?)?,
        };
        Some(Value { path: Anchored::of(Base::Package(package)), through: vec![(None, root)] })
    }
}

/// The package that an argument names.
pub(super) fn package_named(argument: &Expr) -> Option<String> {
    match argument {
        Expr::Name(name) if matches!(name.id.as_str(), "__name__" | "__package__") => Some(String::new()),
        _ => plain_text(argument).map(|text| text.value.to_string()).filter(|name| !name.is_empty()),
    }
}
