//! Looks at expressions without recursion, however deep they nest.

use super::{BindingKind, Spanned, Term, TermKind, Usage};

/// Whether the expression is `a.b.c`, of names and attributes alone.
pub(super) fn is_dotted(mut term: &Term) -> bool {
    while let Some((object, _)) = term.as_attribute() {
        term = object;
    }
    term.as_name().is_some()
}

/// `a.b.c` of names and attributes alone.
pub(super) fn dotted(mut term: &Term) -> Option<String> {
    if let Some(name) = term.as_name() {
        return Some(name.to_owned());
    }
    if !is_dotted(term) {
        return None;
    }
    let mut parts = Vec::new();
    while let Some((object, name)) = term.as_attribute() {
        parts.extend([name, "."]);
        term = object;
    }
    parts.push(term.as_name()?);
    parts.reverse();
    Some(parts.concat())
}

/// The dotted name of what is called: `Server[Context](...)` calls `Server`, and `Server().run()` calls `Server().run`.
pub(super) fn called(callee: &Term) -> Option<String> {
    if let Some(name) = callee.as_name() {
        return Some(name.to_owned());
    }
    let mut parts = Vec::new();
    let mut next = callee;
    loop {
        match &next.kind {
            TermKind::Attribute(object, name) => {
                parts.push(&*name.value);
                parts.push(".");
                next = object;
            }
            TermKind::Call(inner, _) if !parts.is_empty() => {
                parts.push("()");
                next = inner;
            }
            TermKind::Subscript(generic, _) if parts.last().is_none_or(|last| *last == "()") => {
                next = generic;
            }
            TermKind::Name(name) => {
                parts.push(name);
                break;
            }
            _ => return None,
        }
    }
    parts.reverse();
    Some(parts.concat())
}

/// What a name is bound to by `name = value`.
pub(super) fn value(value: &Term) -> BindingKind {
    if let Some(text) = value.as_text() {
        return BindingKind::Text(Spanned::new(text.to_owned(), value.span));
    }
    let known = match value.as_call() {
        Some((callee, _)) => called(callee).map(BindingKind::Call),
        None => dotted(value).map(BindingKind::Alias),
    };
    known.unwrap_or(BindingKind::Opaque)
}

/// The literal strings of a list or tuple; none when one of its elements is anything else.
pub(super) fn plain_texts(term: &Term) -> Option<Vec<Spanned<String>>> {
    let (TermKind::List(elements) | TermKind::Tuple(elements)) = &term.kind else { return None };
    let text = |element: &Term| Some(Spanned::new(element.as_text()?.to_owned(), element.span));
    elements.iter().map(text).collect()
}

/// An expression still to be looked at, and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Pending<'a> {
    pub(super) term: &'a Term,
    /// In a `lambda`.
    pub(super) lambda: bool,
    /// In an annotation.
    pub(super) annotation: bool,
    /// A target that is set or deleted.
    pub(super) stored: bool,
    /// What becomes of its value.
    pub(super) usage: Usage,
}

impl<'a> Pending<'a> {
    pub(super) fn new(term: &'a Term, usage: Usage) -> Self {
        Self { term, lambda: false, annotation: false, stored: false, usage }
    }

    pub(super) fn annotation(term: &'a Term) -> Self {
        Self { annotation: true, ..Self::new(term, Usage::Other) }
    }

    /// The parts directly inside, with this usage, on `stack`.
    pub(super) fn push_parts(self, usage: Usage, stack: &mut Vec<Self>) {
        let lambda = self.lambda || matches!(self.term.kind, TermKind::Lambda(_));
        let takes_apart =
            matches!(self.term.kind, TermKind::Tuple(_) | TermKind::List(_) | TermKind::Starred(_));
        let like = Pending { lambda, usage, stored: self.stored && takes_apart, ..self };
        let targets: Vec<&Term> = match &self.term.kind {
            TermKind::Comprehension(comprehension) => {
                comprehension.loops.iter().map(|(target, ..)| target).collect()
            }
            TermKind::Named(name, _) => vec![name],
            _ => Vec::new(),
        };
        self.term.visit_parts(|term| {
            let stored = like.stored || targets.iter().any(|target| std::ptr::eq(*target, term));
            stack.push(Pending { term, stored, ..like });
        });
    }
}
