//! What a file calls and names: calls with their arguments, and the uses of names that are not a function's own.

use super::expression::{Pending, called, dotted};
use super::walk::Walk;
use super::{Given, Guards, Site, Term, TermKind, Unpacked};
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
    /// Whether it stands in a `lambda`, and so runs when and where that is called.
    pub in_lambda: bool,
    /// What it stands under.
    pub guards: Guards,
    /// Where it stands in the flow of control.
    pub site: Site,
}

/// One argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// The keyword; none for one by position.
    pub keyword: Option<String>,
    /// Whether it is `*args` or `**kwargs`.
    pub unpacked: bool,
    /// Whether it is given by name: `a=b` or `**kwargs`.
    pub by_name: bool,
    /// The argument with its keyword.
    pub span: Span,
    /// What is given.
    pub value: StaticValue,
}

/// A value, as far as the text tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StaticValue {
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
    /// Where it stands in the flow of control.
    pub site: Site,
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

    /// Whether `**kwargs` may give keywords that are not written.
    pub fn hides_keywords(&self) -> bool {
        self.arguments.iter().any(|argument| argument.unpacked && argument.by_name)
    }
}

impl Call {
    /// Where and how one more keyword argument is written; none where that is not safe. `text` is the file's.
    pub fn room_for(&self, keyword: &str, text: &str) -> Option<(Span, String)> {
        let end = self.span.end as usize - 1;
        let Some(last) = self.arguments.last() else {
            let open = text.get(self.name.range().end..end)?;
            return (open.trim() == "(").then(|| (Span::new(end, end), keyword.to_owned()));
        };
        let written = text.get(last.span.range())?;
        // `f(x for x in y)` takes no second argument
        let bare = self.arguments.len() == 1
            && last.value == StaticValue::Other
            && !written.starts_with(['(', '[', '{', '"', '\'']);
        if bare && written.contains(" for ") {
            return None;
        }
        let rest = text.get(last.span.range().end..end)?;
        if rest.contains('#') {
            return None;
        }
        let at = end - (rest.len() - rest.trim_end().len());
        let separator = if rest.trim_end().ends_with(',') { " " } else { ", " };
        Some((Span::new(at, at), format!("{separator}{keyword}")))
    }
}

impl<'a> Walk<'a> {
    /// Records a call of something with this dotted name, and returns its number.
    pub(super) fn record_call(
        &mut self,
        callee: &'a Term,
        given: &'a [Given],
        name: String,
        next: &Pending<'a>,
    ) -> usize {
        // now rather than later, as in `fastmcp = fastmcp.FastMCP()` the name is about to mean another thing
        let (root, path) = self.behind(&name).unzip();
        self.called_roots.push(root);
        let path = path.unwrap_or(name);
        let arguments = given.iter().flat_map(|one| self.arguments(one)).collect();
        let (body, guards, site) = (self.frame().body, self.guards(), self.site());
        let (span, name, usage) = (next.term.span, callee.span, next.usage);
        let in_lambda = next.lambda;
        self.facts.calls.push(Call { span, name, path, arguments, usage, body, in_lambda, guards, site });
        self.facts.calls.len() - 1
    }

    /// What is given with one argument of the text: of `**{"a": b}` each key.
    fn arguments(&self, one: &Given) -> Vec<Argument> {
        let keyword = |key: Option<String>, value: &Term, span: Span| {
            let (by_name, value) = (one.is_by_name(), self.value(value));
            Argument { keyword: key, unpacked: false, by_name, span, value }
        };
        if let (Some(Unpacked::Keywords), TermKind::Dict(pairs)) = (one.unpacked, &one.value.kind) {
            let named = pairs.iter().map(|(key, value)| {
                let key = key.as_ref().and_then(|key| Some((key.as_text()?, key.span)));
                key.map(|(text, span)| keyword(Some(text.to_owned()), value, span))
            });
            if let Some(named) = named.collect() {
                return named;
            }
        }
        let plain = keyword(one.keyword.as_deref().map(str::to_owned), &one.value, one.span);
        vec![Argument { unpacked: one.unpacked.is_some(), ..plain }]
    }

    /// What an expression gives, as far as the text tells.
    pub(super) fn value(&self, term: &Term) -> StaticValue {
        match &term.kind {
            TermKind::Text(text) => StaticValue::Text(text.to_string()),
            TermKind::Bool(truth) => StaticValue::Bool(*truth),
            TermKind::None => StaticValue::None,
            TermKind::Lambda(_) => StaticValue::Lambda,
            TermKind::Call(callee, _) => {
                called(callee).map_or(StaticValue::Other, |name| StaticValue::Call(self.path(name)))
            }
            _ => dotted(term).map_or(StaticValue::Other, |name| StaticValue::Name(self.path(name))),
        }
    }

    /// The path behind `name`, when an import made it known; else the name.
    pub(super) fn path(&self, name: String) -> String {
        self.qualified(&name).unwrap_or(name)
    }

    /// Records the use of a name, unless it is surely a function's own.
    pub(super) fn record_use(&mut self, next: &Pending<'a>) {
        let Some(name) = dotted(next.term) else { return };
        let (root, qualified) = self.behind(&name).unzip();
        let imported = qualified.is_some();
        self.mention(next, qualified.as_deref());
        // a plain name that is set is a binding, which the scopes tell
        if next.stored && !(imported && name.contains('.')) {
            return;
        }
        let (body, guards, site) = (self.frame().body, self.guards(), self.site());
        self.used_roots.push(root);
        let path = qualified.unwrap_or(name);
        let Pending { annotation, stored, term, .. } = *next;
        let span = term.span;
        self.facts.uses.push(Use { path, span, body, guards, imported, stored, annotation, site });
    }
}
