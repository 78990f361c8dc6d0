//! Finds the expressions that give a path which begins at the place of a module.

use super::anchored::{Anchored, AnchoredName, Base, Value};
use super::code::by_position;
use super::expression::{called, dotted};
use super::walk::{ScopeKind, Walk};
use super::{Given, Operator, Term, TermKind};

/// Nobody writes deeper.
const DEEPEST: usize = 20;

impl<'a> Walk<'a> {
    /// `BASE = Path(__file__).parent` in a module or function; whether the name is followed from here on.
    pub(super) fn anchor(&mut self, name: &'a str, right: &Term) -> bool {
        let may_be = match &right.kind {
            // what an imported name alone stands for, `program` knows
            TermKind::Name(name) => self.is_anchor(name),
            TermKind::Attribute(_, name) => &*name.value == "parent",
            _ => true,
        };
        let value = may_be.then(|| self.anchored(right, 0)).flatten();
        let Some(value) = value.filter(|value| value.through.len() < DEEPEST) else { return false };
        let frame = self.frame();
        let (body, is_class) = (frame.body, frame.place == ScopeKind::Class);
        let Some(binding) = frame.scope.sole(name).filter(|_| !is_class) else { return false };
        let name_span = binding.span;
        let path = value.path.clone();
        self.facts.anchors.push(AnchoredName { name: name_span, value: right.span, path });
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
    pub(super) fn anchored(&self, term: &Term, depth: usize) -> Option<Value> {
        if depth > DEEPEST {
            return None;
        }
        let below = |term| self.anchored(term, depth + 1);
        match &term.kind {
            TermKind::Name(name) if &**name == "__file__" => {
                Some(Value { path: Anchored::of(Base::File), through: Vec::new() })
            }
            TermKind::Name(name) => match self.anchor_of(name) {
                Some((body, value)) => {
                    let mut value = value.clone();
                    value.through.push((Some(body), name.to_string()));
                    Some(value)
                }
                None => self.imported(term),
            },
            TermKind::Attribute(object, name) => match &*name.value {
                "parent" => below(object)?.map(|path| Some(path.parent(1))),
                "__file__" => self.module_file(object),
                _ => self.imported(term),
            },
            TermKind::Subscript(parents, index) => {
                let (path, _) = parents.as_attribute().filter(|(_, name)| *name == "parents")?;
                let TermKind::Int(index) = index.kind else { return None };
                let index = usize::try_from(index).ok().filter(|index| *index < DEEPEST)?;
                below(path)?.map(|path| Some(path.parent(index + 1)))
            }
            TermKind::Binary(left, Operator::Divide, right) => below(left)?.map(|path| path.join_term(right)),
            TermKind::Call(callee, given) => self.anchored_call(callee, given, depth),
            _ => self.anchored_text(term, depth),
        }
    }

    /// `weather.__file__`.
    fn module_file(&self, module: &Term) -> Option<Value> {
        let module = dotted(module)?;
        let root = self.root(&module)?.written.to_owned();
        let mut path = Anchored::of(Base::Package(self.path(module)));
        // which file of the package, only the module's kind tells
        path.parts.push("__init__.py".to_owned());
        Some(Value { path, through: vec![(None, root)] })
    }

    /// The path in a text that is put together: `str(BASE) + "/data.json"`, `f"{BASE}/data.json"`.
    fn anchored_text(&self, term: &Term, depth: usize) -> Option<Value> {
        match &term.kind {
            TermKind::Binary(left, Operator::Add, right) => {
                let rest = right.as_text().and_then(|text| text.strip_prefix('/'));
                self.anchored(left, depth + 1)?.map(|path| match rest {
                    Some(rest) => path.join(rest),
                    None => Some(Anchored { open: true, ..path }),
                })
            }
            TermKind::Format(pieces) => {
                let mut held = pieces.iter().filter_map(|piece| piece.values().first());
                held.find_map(|held| self.anchored(held, depth + 1))?
                    .map(|path| Some(Anchored { open: true, ..path }))
            }
            _ => None,
        }
    }

    fn imported(&self, term: &Term) -> Option<Value> {
        let name = dotted(term)?;
        let root = self.root(&name)?.written.to_owned();
        Some(Value { path: Anchored::of(Base::Name(name)), through: vec![(None, root)] })
    }

    fn anchored_call(&self, callee: &Term, given: &[Given], depth: usize) -> Option<Value> {
        let below = |term: &Term| self.anchored(term, depth + 1);
        let arguments: Vec<&Given> = given.iter().filter(|one| !one.is_by_name()).collect();
        let joined = |value: Value, parts: &[&Given]| {
            value.map(|path| parts.iter().try_fold(path, |path, part| join(path, part)))
        };
        let only = |given: &Given| given.unpacked.is_none().then(|| below(&given.value)).flatten();
        let object = || callee.as_attribute().map(|(object, _)| object);
        let last = callee.as_name().or_else(|| Some(callee.as_attribute()?.1))?;
        match last {
            "Path" | "PurePath" | "join" => {
                let known = matches!(
                    self.path(called(callee)?).as_str(),
                    "pathlib.Path" | "pathlib.PurePath" | "anyio.Path" | "os.path.join"
                );
                let (first, rest) = arguments.split_first().filter(|_| known)?;
                joined(only(first)?, rest)
            }
            "str" | "abspath" | "realpath" | "normpath" | "fspath" => match &*arguments {
                [path] => only(path),
                _ => None,
            },
            "dirname" => only(arguments.first()?)?.map(|path| Some(path.parent(1))),
            "resolve" | "absolute" | "as_posix" | "expanduser" => below(object()?),
            "joinpath" => joined(below(object()?)?, &arguments),
            "with_name" => joined(below(object()?)?.map(|path| Some(path.parent(1)))?, &arguments),
            "with_suffix" | "with_stem" => {
                below(object()?)?.map(|path| Some(Anchored { open: true, ..path.parent(1) }))
            }
            "files" => self.package_files(callee, given),
            _ => None,
        }
    }

    /// `importlib.resources.files("weather")`.
    fn package_files(&self, callee: &Term, given: &[Given]) -> Option<Value> {
        let name = called(callee)?;
        let root = self.root(&name)?.written.to_owned();
        if !matches!(&*self.path(name), "importlib.resources.files" | "importlib_resources.files") {
            return None;
        }
        let package = match by_position(given).next() {
            None if given.is_empty() => String::new(),
            package => package_named(package?)?,
        };
        Some(Value { path: Anchored::of(Base::Package(package)), through: vec![(None, root)] })
    }
}

/// A path with what an argument adds; what `*parts` adds is computed.
fn join(path: Anchored, part: &Given) -> Option<Anchored> {
    match part.unpacked {
        Some(_) => Some(Anchored { open: true, ..path }),
        None => path.join_term(&part.value),
    }
}

/// The package that an argument names.
pub(super) fn package_named(argument: &Term) -> Option<String> {
    match argument.as_name() {
        Some("__name__" | "__package__") => Some(String::new()),
        _ => argument.as_text().map(str::to_owned).filter(|name| !name.is_empty()),
    }
}
